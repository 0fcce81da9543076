import { sql } from 'kysely'
import { reach, reaches } from '../../platform/actor.ts'
import { demand, notFound, stale } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { endAct, recordAct } from '../customers/consent.ts'
import { recount } from './days.ts'
import { enter, type NewEntry } from './entries.ts'
import { CORRECTORS, type Entry, isOpen, MOVERS, mayMove, mayTakeBack, type State, standing, standOf } from './rules.ts'

type Case = {
  id: string
  /** Whose result it is, and who took it at the desk. */
  agent_id: string
  group_id: string | null
  seller_id: string
  weight: string
  product_id: string
  customer_id: string
  state: State
  raw: string
  annual: string
  standard: string
  accepted_on: Temporal.PlainDate
  issued_on: Temporal.PlainDate | null
  cancelled_on: Temporal.PlainDate | null
  version: number
}

/** The case with its row locked and its entries, oldest first; not found outside the reach of these roles. */
async function locked(ctx: Ctx, saleId: string, version: number, roles: typeof MOVERS | typeof CORRECTORS) {
  const { rows } = await sql<Case>`
    select id, coalesce(credited_agent_id, agent_id) as agent_id, agent_id as seller_id, weight,
      case when credited_agent_id is null then group_id else credited_group_id end as group_id, product_id, customer_id, state, raw_premium as raw, annual_premium as annual,
      standard_premium as standard, accepted_on, issued_on, cancelled_on, version
    from sale where id = ${saleId} and centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  const sale = rows[0]
  if (!sale || !reaches(reach(ctx.actor, roles), sale.group_id)) throw notFound()
  if (sale.version !== version) throw stale({ state: sale.state, version: sale.version })
  const entries = await sql<Entry>`
    select id, state, occurred_on as "on", takes_back as "takesBack" from sale_event
    where sale_id = ${saleId} order by id`.execute(ctx.db)
  return { sale, entries: entries.rows }
}

/** Appends an entry, brings the case to where its entries now put it, and its sums with it. */
async function append(ctx: Ctx, sale: Case, entries: readonly Entry[], entry: NewEntry): Promise<{ version: number }> {
  const id = await enter(ctx, { ...sale, agentId: sale.agent_id, groupId: sale.group_id }, entry)
  const { state, on, takesBack = null } = entry
  const { state: now, issuedOn, cancelledOn } = standOf([...entries, { id, state, on, takesBack }])
  await sql`update sale set state = ${now}, issued_on = ${issuedOn}, cancelled_on = ${cancelledOn}, version = version + 1
    where id = ${sale.id}`.execute(ctx.db)
  const { raw, annual, standard, weight } = sale
  const counted = { raw, annual, standard, weight, acceptedOn: sale.accepted_on }
  const to = { agentId: sale.agent_id, groupId: sale.group_id, productId: sale.product_id }
  const before = { ...counted, issuedOn: sale.issued_on, cancelledOn: sale.cancelled_on }
  await recount(ctx, to, before, { ...counted, issuedOn, cancelledOn })
  const record = { kind: 'sale', id: sale.id }
  if (isOpen(sale.state) && !isOpen(now)) await endAct(ctx, record)
  if (!isOpen(sale.state) && isOpen(now))
    await recordAct(ctx, { customerId: sale.customer_id, kind: 'openApplication', from: ctx.now, to: null, record })
  await ctx.emit('sales.moved', record, { state: now, occurredOn: entry.on.toString(), source: entry.source })
  ctx.touch('sales', { groupId: sale.group_id ?? undefined })
  ctx.touch('floor', { groupId: sale.group_id ?? undefined })
  return { version: sale.version + 1 }
}

/** Whoever took the case and whoever has its result are both kept from its way. */
const sellerFor = (ctx: Ctx, sale: Case) => (sale.seller_id === ctx.actor.personId ? sale.seller_id : sale.agent_id)

/**
 * Moves a case on. The day it took effect may lie back; the moment of the entry is kept beside it. Figures of both days
 * follow. Stale when somebody moved it in the meantime. [S4.2.3b]
 */
export async function move(
  ctx: Ctx,
  asked: { saleId: string; state: State; occurredOn: Temporal.PlainDate; note: string; version: number },
): Promise<{ version: number }> {
  const { sale, entries } = await locked(ctx, asked.saleId, asked.version, MOVERS)
  const verdict = mayMove({
    ...{ from: sale.state, to: asked.state, on: asked.occurredOn, today: ctx.today, since: standOf(entries).since },
    ...{ by: ctx.actor, sellerId: sellerFor(ctx, sale) },
  })
  demand(verdict, { kind: 'sale', id: sale.id })
  const entry = { state: asked.state, on: asked.occurredOn, note: asked.note }
  return await append(ctx, sale, entries, { ...entry, source: 'manual' })
}

/** Takes the latest entry of a case back, with the reason; both rows stay, and the case is where it was before. */
export async function takeBack(
  ctx: Ctx,
  asked: { saleId: string; why: string; version: number },
): Promise<{ version: number }> {
  const { sale, entries } = await locked(ctx, asked.saleId, asked.version, CORRECTORS)
  demand(mayTakeBack(entries, ctx.actor, sellerFor(ctx, sale)), { kind: 'sale', id: sale.id })
  const valid = standing(entries)
  const [before, last] = [valid.at(-2)!, valid.at(-1)!]
  const entry = { state: before.state, on: before.on, note: asked.why }
  return await append(ctx, sale, entries, { ...entry, source: 'correction', takesBack: last.id })
}
