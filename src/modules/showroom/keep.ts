import { sql } from 'kysely'
import { demand, notFound, stale } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { settle } from '../notices/notices.ts'
import { canRecord, type Kind, type State, stateOf } from './rules.ts'
import { visibleTo } from './scope.ts'

/* The one way in which a deal moves: an entry is appended, and the row follows from all of them. */

export type Deal = {
  readonly id: string
  readonly customer_id: string
  readonly lead_id: string | null
  readonly agent_id: string | null
  readonly group_id: string | null
  readonly sales_id: string | null
  readonly product_id: string | null
  readonly state: State
  readonly version: number
}
const COLUMNS = sql`d.id, d.customer_id, d.lead_id, d.agent_id, d.group_id, d.sales_id, d.product_id, d.state, d.version`

/** A deal in the actor's scope, locked; with `version`, as it was when the page read it. */
export async function lockDeal(ctx: Ctx, dealId: string, version: number | null = null): Promise<Deal> {
  const { rows } = await sql<Deal>`select ${COLUMNS} from deal d where d.id = ${dealId} and ${visibleTo(ctx)}
    for update of d`.execute(ctx.db)
  const deal = rows[0]
  if (!deal) throw notFound()
  if (version !== null && deal.version !== version) throw stale({ version: deal.version, state: deal.state })
  return deal
}

/** The open deal of a customer, locked; scope is the caller's. Two who meet the same customer come one after the other. */
export async function openDealOf(ctx: Ctx, customerId: string): Promise<Deal | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`showroom.customer ${customerId}`}, 0))`.execute(ctx.db)
  const { rows } = await sql<Deal>`select ${COLUMNS} from deal d where d.customer_id = ${customerId}
    and d.centre_id = ${ctx.centre.id} and d.state not in ('delivered', 'lost') for update of d`.execute(ctx.db)
  return rows[0] ?? null
}

export type NewDeal = {
  readonly customerId: string
  readonly leadId: string | null
  readonly agentId: string | null
  readonly groupId: string | null
  readonly salesId: string | null
  readonly productId: string | null
}

export async function openDeal(ctx: Ctx, given: NewDeal, state: State): Promise<Deal> {
  const { rows } = await sql<Deal>`
    insert into deal as d (centre_id, customer_id, lead_id, agent_id, group_id, sales_id, product_id, state, opened_at, opened_on)
    values (${ctx.centre.id}, ${given.customerId}, ${given.leadId}, ${given.agentId}, ${given.groupId}, ${given.salesId},
      ${given.productId}, ${state}, ${ctx.now}, ${ctx.today}) returning ${COLUMNS}`.execute(ctx.db)
  return rows[0]!
}

export type NewEvent = {
  readonly kind: Exclude<Kind, 'takenBack'>
  /** Whose it is in the day's count. */
  readonly personId: string
  /** The day on which it was; default today. */
  readonly on?: Temporal.PlainDate
  readonly appointedAt?: Temporal.Instant | null
  readonly salesId?: string | null
  readonly productId?: string | null
  readonly orderNo?: string
  readonly reason?: string
  readonly note?: string
}

/** Under which the manager was told of a loss to decide. */
export const lostCause = ({ id, version }: Pick<Deal, 'id' | 'version'>) => `showroom.lost.${id}.${version}`

/** Appends an entry and moves the deal to where its entries bring it. Throws where the entry cannot be made there. */
export async function append(ctx: Ctx, deal: Deal, event: NewEvent, { fresh = false } = {}): Promise<Deal> {
  const subject = { kind: 'deal', id: deal.id }
  demand(canRecord(fresh ? null : deal.state, event.kind), subject)
  const { kind, personId, on = ctx.today, appointedAt = null, productId = null, orderNo = null, reason = null } = event
  // An entry of an earlier day happened at an hour that nobody wrote down: the end of that day stands for it.
  const at = on.equals(ctx.today)
    ? ctx.now
    : on.add({ days: 1 }).toZonedDateTime(ctx.centre.timeZone).toInstant().subtract({ milliseconds: 1 })
  await sql`
    insert into deal_event (deal_id, centre_id, kind, occurred_on, at, recorded_at, recorded_by, person_id, appointed_at,
      order_no, product_id, reason, note)
    values (${deal.id}, ${ctx.centre.id}, ${kind}, ${on}, ${at}, ${ctx.now}, ${ctx.actor.personId}, ${personId}, ${appointedAt},
      ${orderNo}, ${productId}, ${reason}, ${event.note ?? ''})`.execute(ctx.db)
  await ctx.emit(`showroom.${kind}`, subject, { personId })
  // Whoever came back is no loss to decide.
  if (deal.state === 'lostAsked') await settle(ctx, lostCause(deal), 'done')
  return await settleDeal(ctx, deal.id, {
    salesId: event.salesId ?? null,
    ...{ productId, orderNo, appointedAt },
  })
}

/** Brings the row of a deal to what its entries say. */
export async function settleDeal(
  ctx: Ctx,
  dealId: string,
  more: {
    salesId?: string | null
    productId?: string | null
    orderNo?: string | null
    appointedAt?: Temporal.Instant | null
  } = {},
): Promise<Deal> {
  const { rows: steps } = await sql<{
    kind: Kind
  }>`select kind from deal_step where deal_id = ${dealId} order by id`.execute(ctx.db)
  const state = stateOf(steps.map(({ kind }) => kind)) ?? 'booked'
  const { rows } = await sql<Deal>`
    update deal d set state = ${state}, sales_id = coalesce(${more.salesId ?? null}, d.sales_id),
      product_id = coalesce(${more.productId ?? null}, d.product_id), order_no = coalesce(${more.orderNo ?? null}, d.order_no),
      appointed_at = coalesce(${more.appointedAt ?? null}, d.appointed_at), version = d.version + 1
    where d.id = ${dealId} returning ${COLUMNS}`.execute(ctx.db)
  const deal = rows[0]!
  for (const personId of [deal.agent_id, deal.sales_id]) if (personId) ctx.touch('showroom', { personId })
  ctx.touch('showroom', { groupId: deal.group_id ?? undefined })
  ctx.touch('showroom')
  // The board counts orders.
  ctx.touch('floor')
  return deal
}

/** Each night: words about customers who were erased since. What happened, when and by whom stays. */
export async function forgetNotes(ctx: Ctx): Promise<void> {
  await sql`update deal_event e set note = '' from deal d join customer_card c on c.id = d.customer_id
    where d.id = e.deal_id and e.centre_id = ${ctx.centre.id} and c.erased_at is not null and e.note <> ''`.execute(
    ctx.db,
  )
}
