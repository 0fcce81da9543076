import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { DialLead } from '../compliance/dial.ts'

/** What the gate and the desk need to know of a lead. */
export type LeadFacts = {
  readonly leadId: string
  readonly customerId: string
  readonly productId: string
  readonly batchId: string
  readonly groupId: string | null
  readonly holderId: string | null
  readonly subject: string
  readonly purpose: string
  readonly lead: DialLead
}

export type FactsRow = {
  id: string
  customer_id: string
  product_id: string
  batch_id: string
  group_id: string | null
  holder_id: string | null
  subject: string
  purpose: string
  state: string
  tries: number
  round: number
  last_try_at: Temporal.Instant | null
  not_before: Temporal.Instant | null
  renewal_expires_on: Temporal.PlainDate | null
}

/** For lists and previews of leads: whether the seat's line is in order is judged at the desk. */
export const LINE_UNJUDGED = { callerIdApproved: true, recordingReady: true } as const

/** Facts of leads for the gate, by lead id. A missing id is a lead that does not exist; no scope is applied here. */
export async function dialFactsOf(ctx: Ctx, leadIds: readonly string[]): Promise<Map<string, LeadFacts>> {
  if (leadIds.length === 0) return new Map()
  const { rows } = await sql<FactsRow>`
    select ${FACTS}
    from lead l join product_listed p on p.id = l.product_id
    where l.id = any(${sql.val([...leadIds])}::uuid[]) and l.centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return new Map(rows.map((row) => [row.id, factsOf(ctx, row)]))
}

/** The columns of `FactsRow`, of a lead `l` and its product `p`. */
export const FACTS = sql`l.id, l.customer_id, l.product_id, l.batch_id, l.group_id, l.holder_id, p.subject, l.purpose,
  l.state, l.tries, l.round, l.last_try_at, l.not_before, l.renewal_expires_on`

export const factsOf = (ctx: Ctx, row: FactsRow): LeadFacts => ({
  leadId: row.id,
  customerId: row.customer_id,
  productId: row.product_id,
  batchId: row.batch_id,
  groupId: row.group_id,
  holderId: row.holder_id,
  subject: row.subject,
  purpose: row.purpose,
  lead: {
    onIssuedBatch: true,
    issuedToTsr: row.state === 'agent',
    heldBy: row.holder_id,
    notBefore: row.not_before,
    renewalExpiresOn: row.renewal_expires_on,
    plan: {
      tries: row.tries,
      lastTryAt: row.last_try_at,
      roundsLeft: Math.max(0, ctx.rules.at(ctx.today).get('attempt.plan').recycles + 1 - row.round),
      closed: row.state === 'closed',
    },
  },
})

/** Of the number to try first for the customer of `l`: the lowest position that is valid and not retired; null without. */
export const firstNumber = (column: 'id' | 'masked') => sql<string | null>`(
  select ${sql.ref(`n.${column}`)} from phone_card n where n.customer_id = l.customer_id and n.retired_at is null
  order by n.valid desc, n.position, n.id limit 1)`

/** The number to try first for each customer; one without a number is left out. */
export async function firstNumbersOf(ctx: Ctx, customerIds: readonly string[]): Promise<Map<string, string>> {
  if (customerIds.length === 0) return new Map()
  const { rows } = await sql<{ customer_id: string; id: string | null }>`
    select l.customer_id, ${firstNumber('id')} as id
    from unnest(${sql.val([...new Set(customerIds)])}::uuid[]) as l(customer_id)`.execute(ctx.db)
  return new Map(rows.flatMap(({ customer_id, id }) => (id === null ? [] : [[customer_id, id] as const])))
}
