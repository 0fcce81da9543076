import { z } from 'zod'
import { Day, Id, Instant, Month, Words } from '../../lib/wire.ts'
import { PAY_WAYS } from '../catalog/rules.ts'
import { STATES } from './rules.ts'

/* What the operations of sales answer with. Amounts are decimal text in the case's or the centre's currency. */

const Amount = z.string()

/** Input: up to eleven digits and two decimals, more than nothing. */
export const AmountIn = z
  .string()
  .regex(/^\d{1,11}(\.\d{1,2})?$/)
  .refine((text) => /[1-9]/.test(text), { error: 'more than nothing' })

/** Input: letters, digits and hyphens, as the insurer numbers applications; kept in upper case. */
export const ApplicationNo = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{3,39}$/)
  .transform((text) => text.toUpperCase())

export const State = z.enum(STATES)
const PayWay = z.enum(PAY_WAYS)

export const Sale = z.object({
  id: Id,
  applicationNo: z.string(),
  agentId: Id,
  agent: z.string(),
  groupId: Id.nullable(),
  group: z.string().nullable(),
  productId: Id,
  product: Words,
  payWay: PayWay,
  raw: Amount,
  annual: Amount,
  standard: Amount,
  currency: z.string(),
  state: State,
  acceptedAt: Instant,
  acceptedOn: Day,
  issuedOn: Day.nullable(),
  cancelledOn: Day.nullable(),
  seller: z.string().nullable(),
  weight: Amount,
  version: z.number(),
})

export const SaleDetail = z.object({
  sale: Sale.extend({ callId: Id.nullable(), disclosures: z.array(z.string()), payTimes: z.number() }),
  entries: z.array(
    z.object({
      id: Id,
      state: State,
      occurredOn: Day,
      recordedAt: Instant,
      by: z.string().nullable(),
      source: z.enum(['desk', 'manual', 'correction', 'opening', 'insurerFile']),
      takesBack: Id.nullable(),
      note: z.string(),
    }),
  ),
})

const figures = {
  accepted: z.number(),
  acceptedAnnual: Amount,
  acceptedStandard: Amount,
  issued: z.number(),
  issuedAnnual: Amount,
  issuedStandard: Amount,
  cancelled: z.number(),
  cancelledStandard: Amount,
  netStandard: Amount,
}
const Figures = z.object(figures)

/** Of the month, cases that were brought along when the house was moved into, and up to which day. */
const Brought = z.object({ cases: z.int(), through: Day }).nullable()

export const OwnMonth = z.object({
  asOf: Instant,
  month: Month,
  brought: Brought,
  figures: Figures,
  today: Figures,
  sales: z.array(Sale),
})

const ofGroup = { groupId: Id.nullable(), group: z.string().nullable(), ...figures }

export const MonthFigures = z.object({
  asOf: Instant,
  month: Month,
  brought: Brought,
  total: Figures,
  groups: z.array(z.object(ofGroup)),
  agents: z.array(z.object({ personId: Id, name: z.string(), ...ofGroup })),
})

export const Offer = z.object({
  currency: z.string(),
  products: z.array(
    z.object({
      id: Id,
      code: z.string(),
      name: Words,
      payWays: z.partialRecord(PayWay, z.number()),
      standardFactor: z.number(),
      minPremium: z.number().nullable(),
      disclosures: z.array(z.object({ key: z.string(), text: Words })),
    }),
  ),
})
