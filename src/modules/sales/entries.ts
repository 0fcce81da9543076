import { sql } from 'kysely'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { type Recount, recountAll } from './days.ts'
import type { Counted, State } from './rules.ts'

/*
 * Entries of cases, and whose result each is. Every entry is a link of the centre's chain, written in its transaction: a
 * test holds one against the other. Nothing of the customer is in it.
 */

/** A case as the chain knows it. Amounts are decimal text. */
export type Credited = {
  readonly id: string
  /** Whose result it is. */
  readonly agentId: string
  readonly groupId: string | null
  readonly weight: string
  readonly raw: string
  readonly annual: string
  readonly standard: string
}

export type NewEntry = {
  readonly state: State
  readonly on: Temporal.PlainDate
  readonly source: 'desk' | 'manual' | 'correction' | 'opening' | 'insurerFile'
  readonly takesBack?: string | null
  readonly note?: string
}

function link(ctx: Ctx, kind: string, factId: string, of: Credited, state: State, on: Temporal.PlainDate): void {
  const { id: subjectId, agentId: agent, groupId: group, weight, raw, annual, standard } = of
  ctx.chain({ kind, subjectId, factId, on, at: ctx.now, data: { agent, group, weight, raw, annual, standard, state } })
}

/** The one place where an entry of a case is written, with its link; by the actor, at `ctx.now`. Answers its id. */
export async function enter(ctx: Ctx, of: Credited, entry: NewEntry): Promise<string> {
  const { state, on, source, takesBack = null, note = '' } = entry
  const { rows } = await sql<{ id: string; first: boolean }>`
    insert into sale_event (sale_id, centre_id, state, occurred_on, recorded_at, recorded_by, source, takes_back, note)
    values (${of.id}, ${ctx.centre.id}, ${state}, ${on}, ${ctx.now}, ${ctx.actor.personId}, ${source}, ${takesBack}, ${note})
    returning id, not exists (select from sale_event where sale_id = ${of.id}) as first`.execute(ctx.db)
  const { id, first } = rows[0]!
  link(ctx, first ? 'sale.taken' : 'sale.state', id, of, state, on)
  return id
}

/** Cases that were brought along, each with its entries in their order: written and linked in a few statements. */
export async function enterBrought(
  ctx: Ctx,
  cases: readonly { readonly of: Credited; readonly entries: readonly Pick<NewEntry, 'state' | 'on'>[] }[],
): Promise<void> {
  const known = new Map(cases.map(({ of }) => [of.id, of]))
  const given = cases.flatMap(({ of, entries }) =>
    entries.map(({ state, on }) => ({ sale_id: of.id, state, on: on.toString() })),
  )
  const { rows } = await sql<{ id: string; saleId: string; state: State; on: Temporal.PlainDate }>`
    insert into sale_event (sale_id, centre_id, state, occurred_on, recorded_at, recorded_by, source)
    select (g.one ->> 'sale_id')::uuid, ${ctx.centre.id}, g.one ->> 'state', (g.one ->> 'on')::date, ${ctx.now},
      ${ctx.actor.personId}, 'opening'
    from jsonb_array_elements(${JSON.stringify(given)}::jsonb) with ordinality as g(one, place) order by g.place
    returning id, sale_id as "saleId", state, occurred_on as on`.execute(ctx.db)
  for (const { id, saleId, state, on } of rows) link(ctx, 'sale.opening', id, known.get(saleId)!, state, on)
}

/** That a case which was brought along is gone again, with all its entries. They stay in the chain. */
export const forgotten = (ctx: Ctx, of: Credited, state: State): void =>
  link(ctx, 'sale.forgotten', of.id, of, state, ctx.today)

type Row = Credited & {
  readonly productId: string
  readonly state: State
  readonly acceptedOn: Temporal.PlainDate
  readonly issuedOn: Temporal.PlainDate | null
  readonly cancelledOn: Temporal.PlainDate | null
  readonly version: number
}

/** A case with whose result it is, its row locked; null where the centre has none of that id. */
export async function creditLocked(ctx: Ctx, saleId: string): Promise<Row | null> {
  const { rows } = await sql<Row>`
    select id, coalesce(credited_agent_id, agent_id) as "agentId",
      case when credited_agent_id is null then group_id else credited_group_id end as "groupId", weight,
      raw_premium as raw, annual_premium as annual, standard_premium as standard, product_id as "productId", state,
      accepted_on as "acceptedOn", issued_on as "issuedOn", cancelled_on as "cancelledOn", version
    from sale where id = ${saleId} and centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  return rows[0] ?? null
}

/** Whose result it becomes, or how much of it counts. */
export type NewCredit =
  | { readonly kind: 'correction'; readonly agentId: string; readonly groupId: string | null }
  | { readonly kind: 'weight'; readonly weight: string }

/**
 * Gives a case's result to somebody else, or another weight: the days on which it was accepted and issued are counted
 * anew for both, and the link says by which row (`factId`) that was decided. The desk's own entry stays as it was.
 * Whoever calls it has asked whether it may be. [S4.4.11b] [S4.4.11c]
 */
export async function recredit(ctx: Ctx, saleId: string, next: NewCredit, factId: string): Promise<void> {
  const sale = await creditLocked(ctx, saleId)
  if (!sale) throw notFound()
  const { kind, ...changed } = next
  const after: Row = { ...sale, ...changed }
  await sql`update sale set credited_agent_id = ${after.agentId}, credited_group_id = ${after.groupId},
      weight = ${after.weight}, version = version + 1 where id = ${saleId}`.execute(ctx.db)
  const counted: Recount[] = [
    { to: sale, before: countedOf(sale), after: null },
    { to: after, before: null, after: countedOf(after) },
  ]
  await recountAll(ctx, counted)
  link(ctx, `sale.${kind}`, factId, after, sale.state, ctx.today)
  await ctx.emit(`sales.${kind}`, { kind: 'sale', id: saleId }, { from: sale.agentId, to: after.agentId })
  for (const groupId of new Set([sale.groupId, after.groupId])) {
    ctx.touch('sales', { groupId: groupId ?? undefined })
    ctx.touch('floor', { groupId: groupId ?? undefined })
  }
}

const countedOf = ({ raw, annual, standard, weight, acceptedOn, issuedOn, cancelledOn }: Row): Counted => ({
  ...{ raw, annual, standard, weight, acceptedOn, issuedOn, cancelledOn },
})
