import { z } from 'zod'
import { Day, Id, Instant, Words } from '../../lib/wire.ts'
import { STATES } from '../sales/rules.ts'
import { FileIn, Problem, Question } from '../sheets/shapes.ts'
import { FILE_STATES, KINDS, REASONS, RESULTS } from './rules.ts'

/* What the operations of policies answer with. Amounts are decimal text in the centre's currency. */

const Amount = z.string()
export const Result = z.enum(RESULTS)
export const Reason = z.enum(REASONS)

/** Input: how a file is opened, as far as somebody said. */
export const Options = FileIn.omit({ fileId: true, near: true })

const counts = Object.fromEntries(RESULTS.map((result) => [result, z.int()])) as Record<
  (typeof RESULTS)[number],
  z.ZodInt
>

export const File = z.object({
  id: Id,
  fileId: Id,
  fileName: z.string(),
  asOf: Day,
  state: z.enum(FILE_STATES),
  rowsTotal: z.int().nullable(),
  rowsDone: z.int(),
  ...counts,
  error: Problem.nullable(),
  createdBy: z.string().nullable(),
  createdAt: Instant,
  endedAt: Instant.nullable(),
})

const Change = z.tuple([z.string().nullable(), z.string().nullable()]).readonly()
const Changes = z.object({
  state: Change.optional(),
  issuedOn: Change.optional(),
  deliveredOn: Change.optional(),
  cancelledOn: Change.optional(),
})

const row = {
  place: z.int(),
  sheet: z.string().nullable(),
  rowNo: z.int(),
  applicationNo: z.string().nullable(),
  result: Result,
  code: z.string().nullable(),
  field: z.string().nullable(),
  saleId: Id.nullable(),
  became: Changes.nullable(),
}

export const Rows = z.object({
  rows: z.array(z.object({ ...row, cells: z.record(z.string(), z.string()).nullable() })),
  next: z.int().nullable(),
})

export const DryRun = z.object({
  problem: Problem.nullable(),
  dryRun: z
    .object({
      looked: z.int(),
      whole: z.boolean(),
      counts: z.object(counts),
      rows: z.array(z.object(row)),
      questions: z.array(Question),
    })
    .nullable(),
})

export const Differences = z.object({
  differences: z.array(
    z.object({
      id: Id,
      applicationNo: z.string(),
      kind: z.enum(KINDS),
      saleId: Id.nullable(),
      agent: z.string().nullable(),
      group: z.string().nullable(),
      ours: z.string().nullable(),
      theirs: z.string().nullable(),
      ownerId: Id,
      owner: z.string().nullable(),
      dueOn: Day,
      foundOn: Day,
      settledAt: Instant.nullable(),
      settledBy: z.string().nullable(),
      settledHow: z.enum(['agreed', 'byHand']).nullable(),
      note: z.string(),
      version: z.number(),
    }),
  ),
  more: z.boolean(),
})

export const Waiting = z.object({
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
