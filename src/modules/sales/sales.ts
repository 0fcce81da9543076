import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import type { PayWay } from '../catalog/rules.ts'
import type { NewEntry } from './entries.ts'
import type { State } from './rules.ts'
import { casesVisibleTo } from './scope.ts'

/** One case as lists show it. Amounts are decimal text in `currency`; nothing of the customer. */
export type SaleRow = {
  readonly id: string
  readonly applicationNo: string
  readonly agentId: string
  readonly agent: string
  readonly groupId: string | null
  readonly group: string | null
  readonly productId: string
  readonly product: Words
  readonly payWay: PayWay
  readonly raw: string
  readonly annual: string
  readonly standard: string
  readonly currency: string
  readonly state: State
  readonly acceptedAt: Temporal.Instant
  readonly acceptedOn: Temporal.PlainDate
  readonly issuedOn: Temporal.PlainDate | null
  readonly cancelledOn: Temporal.PlainDate | null
  /** Who took it at the desk, where its result was given to somebody else; null where it is his own. */
  readonly seller: string | null
  /** How much of it counts in any figure, '0' to '1'. */
  readonly weight: string
  readonly version: number
}

/** Whose result a case (alias s) is. */
const CREDITED = sql`coalesce(s.credited_agent_id, s.agent_id)`
const CREDITED_GROUP = sql`case when s.credited_agent_id is null then s.group_id else s.credited_group_id end`

const rowsWhere = (condition: ReturnType<typeof casesVisibleTo>, rest = sql``) => sql<SaleRow>`
  select s.id, s.application_no as "applicationNo", n.id as "agentId", n.name as agent, u.id as "groupId",
    u.name as group, s.product_id as "productId", p.name as product, s.pay_way as "payWay", s.raw_premium as raw,
    s.annual_premium as annual, s.standard_premium as standard, s.currency, s.state, s.accepted_at as "acceptedAt",
    s.accepted_on as "acceptedOn", s.issued_on as "issuedOn", s.cancelled_on as "cancelledOn", s.version, s.weight,
    case when n.id <> s.agent_id then (select name from person_name where id = s.agent_id) end as seller
  from sale s join person_name n on n.id = ${CREDITED} join product_listed p on p.id = s.product_id
    left join org_unit u on u.id = ${CREDITED_GROUP}
  where ${condition} ${rest}`

/** Cases that a list shows at most; the page asks for a narrower choice beyond it. */
const MOST = 500

export type Choice = {
  /** Days of acceptance or, with `by`, of issue; both ends are in it. */
  readonly from?: Temporal.PlainDate | undefined
  readonly to?: Temporal.PlainDate | undefined
  readonly by?: 'accepted' | 'issued' | undefined
  readonly state?: readonly State[] | undefined
  readonly agentId?: string | undefined
  readonly groupId?: string | undefined
  readonly productId?: string | undefined
}

/** Cases in the actor's scope, the latest first; `more` = there are further ones. */
export async function salesOf(ctx: Ctx, choice: Choice): Promise<{ sales: SaleRow[]; more: boolean }> {
  const day = choice.by === 'issued' ? sql`s.issued_on` : sql`s.accepted_on`
  const { from, to, state, agentId, groupId, productId } = choice
  const chosen = sql`
    ${from ? sql`and ${day} >= ${from}` : sql``} ${to ? sql`and ${day} <= ${to}` : sql``}
    ${state ? sql`and s.state = any(${sql.val([...state])})` : sql``}
    ${agentId ? sql`and ${CREDITED} = ${agentId}` : sql``} ${groupId ? sql`and ${CREDITED_GROUP} = ${groupId}` : sql``}
    ${productId ? sql`and s.product_id = ${productId}` : sql``}
    order by s.accepted_on desc, s.accepted_at desc, s.id desc limit ${MOST + 1}`
  const { rows } = await rowsWhere(casesVisibleTo(ctx), chosen).execute(ctx.db)
  return { sales: rows.slice(0, MOST), more: rows.length > MOST }
}

export type EntryRow = {
  readonly id: string
  readonly state: State
  /** The day it took effect, and when it was entered: a late entry keeps both. */
  readonly occurredOn: Temporal.PlainDate
  readonly recordedAt: Temporal.Instant
  readonly by: string | null
  readonly source: NewEntry['source']
  readonly takesBack: string | null
  readonly note: string
}

/** One case with its entries, oldest first; not found outside the actor's scope. */
export async function saleWithEntries(ctx: Ctx, saleId: string) {
  const { rows } = await rowsWhere(sql`${casesVisibleTo(ctx)} and s.id = ${saleId}`).execute(ctx.db)
  const sale = rows[0]
  if (!sale) throw notFound()
  const more = await sql<{ callId: string | null; disclosures: string[]; payTimes: number }>`
    select call_id as "callId", disclosures, pay_times as "payTimes" from sale where id = ${saleId}`.execute(ctx.db)
  const entries = await sql<EntryRow>`
    select e.id, e.state, e.occurred_on as "occurredOn", e.recorded_at as "recordedAt", n.name as by, e.source,
      e.takes_back as "takesBack", e.note
    from sale_event e left join person_name n on n.id = e.recorded_by
    where e.sale_id = ${saleId} order by e.id`.execute(ctx.db)
  return { sale: { ...sale, ...more.rows[0]! }, entries: entries.rows }
}
