import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Kind, State } from './rules.ts'
import { visibleTo } from './scope.ts'

/** One deal as lists show it; the number masked. */
export type DealRow = {
  readonly id: string
  readonly customerId: string
  readonly customer: string | null
  readonly phone: string | null
  readonly agentId: string | null
  readonly agent: string | null
  readonly salesId: string | null
  readonly sales: string | null
  readonly productId: string | null
  readonly product: Words | null
  readonly state: State
  readonly appointedAt: Temporal.Instant | null
  readonly orderNo: string | null
  readonly openedOn: Temporal.PlainDate
  readonly lastAt: Temporal.Instant
  readonly lastKind: Kind
  readonly lostReason: string | null
  readonly note: string
  readonly version: number
}

const COLUMNS = sql`d.id, d.customer_id as "customerId", c.name as customer, d.agent_id as "agentId", a.name as agent,
  d.sales_id as "salesId", s.name as sales, d.product_id as "productId", p.name as product, d.state,
  d.appointed_at as "appointedAt", d.order_no as "orderNo", d.opened_on as "openedOn", d.version,
  e.at as "lastAt", e.kind as "lastKind", e.note,
  (select x.reason from deal_event x where x.deal_id = d.id and x.kind = 'lostAsked' order by x.id desc limit 1) as "lostReason",
  (select masked from phone_card f where f.customer_id = d.customer_id and f.retired_at is null
    order by f.position limit 1) as phone`
const JOINS = sql`deal d join customer_card c on c.id = d.customer_id left join person_name a on a.id = d.agent_id
  left join person_name s on s.id = d.sales_id left join product_listed p on p.id = d.product_id
  cross join lateral (select x.at, x.kind, x.note from deal_event x where x.deal_id = d.id order by x.id desc limit 1) e`

/** Rows that a list shows at most. */
const MOST = 300

/** Deals in the actor's scope: those that are open, with what closed in the last days, or by a condition on `d`. */
export async function dealsOf(ctx: Ctx, which = sql<boolean>`true`): Promise<DealRow[]> {
  const { rows } = await sql<DealRow>`
    select ${COLUMNS} from ${JOINS}
    where ${visibleTo(ctx)} and ${which}
    order by d.state in ('delivered', 'lost'), d.appointed_at nulls last, d.opened_at desc limit ${MOST}`.execute(
    ctx.db,
  )
  await ctx.looked(
    'customer',
    rows.map(({ customerId }) => customerId),
  )
  return rows
}

/** Days for which a deal that ended is still shown among the others. */
const SHOWN_DAYS = 14

/** Found by what is open and by what happened of late, each by its index: the deals of all years are not gone through. */
export const openDeals = (ctx: Ctx) =>
  dealsOf(
    ctx,
    sql<boolean>`d.id = any(array(
      select o.id from deal o where o.centre_id = ${ctx.centre.id} and o.state not in ('delivered', 'lost')
      union select x.deal_id from deal_event x where x.centre_id = ${ctx.centre.id}
        and x.occurred_on > ${ctx.today.subtract({ days: SHOWN_DAYS })}))`,
  )

export type EventRow = {
  readonly id: string
  readonly kind: Kind
  readonly occurredOn: Temporal.PlainDate
  readonly at: Temporal.Instant
  readonly recordedAt: Temporal.Instant
  readonly by: string | null
  readonly person: string | null
  readonly appointedAt: Temporal.Instant | null
  readonly reason: string | null
  readonly note: string
  readonly takesBack: string | null
  readonly gone: boolean
}

/** One deal with every entry, oldest first; not found outside the actor's scope. */
export async function dealWithEvents(ctx: Ctx, dealId: string): Promise<DealRow & { events: EventRow[] }> {
  const [deal] = await dealsOf(ctx, sql`d.id = ${dealId}`)
  if (!deal) throw notFound()
  const { rows: events } = await sql<EventRow>`
    select e.id, e.kind, e.occurred_on as "occurredOn", e.at, e.recorded_at as "recordedAt", b.name as by, n.name as person,
      e.appointed_at as "appointedAt", e.reason, e.note, e.takes_back as "takesBack",
      exists (select from deal_event t where t.takes_back = e.id) as gone
    from deal_event e left join person_name b on b.id = e.recorded_by left join person_name n on n.id = e.person_id
    where e.deal_id = ${dealId} order by e.id`.execute(ctx.db)
  return { ...deal, events }
}
