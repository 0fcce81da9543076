import { z } from 'zod'
import { Day, DayIn, Id, Instant, Words } from '../../lib/wire.ts'
import { command, query } from '../../platform/api.ts'
import { STATES } from '../sales/rules.ts'
import { FOLLOWERS, REASONS, WAITING_ROLES } from './rules.ts'
import { follow, waiting } from './waiting.ts'

/*
 * issuing: accepted cases on their way to issue, worked on one by one by reason and next step; it is the lever on the issue
 * rate [S4.2.3b]. The insurer's file, which says that a case is issued, is the matter of policies; the cases themselves are
 * sales'.
 */

const Amount = z.string()
const Reason = z.enum(REASONS)
const Nothing = z.object({})

const Waiting = z.object({
  asOf: Instant,
  today: Day,
  cohort: z.object({ first: Day, last: Day }).nullable(),
  groups: z.array(
    z.object({
      groupId: Id.nullable(),
      group: z.string().nullable(),
      waiting: z.int(),
      waitingStandard: Amount,
      due: z.int(),
      withoutReason: z.int(),
      accepted: z.int(),
      issued: z.int(),
      acceptedStandard: Amount,
      issuedStandard: Amount,
    }),
  ),
  cases: z.array(
    z.object({
      saleId: Id,
      applicationNo: z.string(),
      agentId: Id,
      agent: z.string(),
      groupId: Id.nullable(),
      group: z.string().nullable(),
      product: Words,
      standard: Amount,
      state: z.enum(STATES),
      acceptedOn: Day,
      age: z.int(),
      followId: Id.nullable(),
      reason: Reason.nullable(),
      nextStep: z.string().nullable(),
      nextOn: Day.nullable(),
      note: z.string().nullable(),
      by: z.string().nullable(),
      at: Instant.nullable(),
    }),
  ),
  more: z.boolean(),
  coolingOff: z.array(
    z.object({
      saleId: Id,
      applicationNo: z.string(),
      agent: z.string(),
      product: Words,
      standard: Amount,
      deliveredOn: Day,
      until: Day,
    }),
  ),
})

export const issuing = {
  waiting: query({
    may: WAITING_ROLES,
    input: Nothing,
    output: Waiting,
    summary: 'Accepted cases not yet issued with reason, age and next step, by group with the issue rate [S4.2.3b]',
    run: (ctx) => waiting(ctx),
  }),
  follow: command({
    may: FOLLOWERS,
    input: z.object({
      saleId: Id,
      reason: Reason,
      nextStep: z.string().trim().max(300).default(''),
      nextOn: DayIn.nullable().default(null),
      note: z.string().trim().max(1000).default(''),
      followId: Id.nullable(),
    }),
    output: z.object({ followId: Id }),
    summary: 'Notes why a case is not issued yet and what is done next [S4.2.3b]',
    run: follow,
  }),
}
