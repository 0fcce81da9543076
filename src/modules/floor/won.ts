import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'

/*
 * What a day brought, as the board counts it under the name of cases: cases taken, and orders at a car dealer's. An order is
 * of the agent who invited the customer, and of the group in which he did; who walked in is nobody's, and counts for the
 * centre alone, as on the wall.
 */

const ordersOf = (ctx: Ctx, day: Temporal.PlainDate) => sql`deal_step s join deal_fact d on d.id = s.deal_id
  where s.centre_id = ${ctx.centre.id} and s.kind = 'order' and s.occurred_on = ${day}`

const isDealer = (ctx: Ctx) => ctx.centre.kind === 'dealership'

/** A query of `agent_id` and `cases` of a day. */
export const wonByAgent = (ctx: Ctx, day: Temporal.PlainDate): RawBuilder<unknown> =>
  isDealer(ctx)
    ? sql`select d.agent_id, count(*)::int as cases from ${ordersOf(ctx, day)} and d.agent_id is not null group by 1`
    : sql`select agent_id, sum(accepted)::int as cases from sale_sum
        where centre_id = ${ctx.centre.id} and day = ${day} group by 1`

/** A query of `group_id`, `hour` on the centre's clock and `cases` of a day; of groups alone where orders are counted. */
export const wonByHour = (ctx: Ctx, day: Temporal.PlainDate): RawBuilder<unknown> =>
  isDealer(ctx)
    ? sql`select d.group_id, extract(hour from s.at at time zone ${ctx.centre.timeZone})::int as hour, count(*)::int as cases
        from ${ordersOf(ctx, day)} and d.group_id is not null group by 1, 2`
    : sql`select group_id, extract(hour from accepted_at at time zone ${ctx.centre.timeZone})::int as hour,
          count(*)::int as cases
        from sale_fact where centre_id = ${ctx.centre.id} and accepted_on = ${day} and weight > 0 group by 1, 2`

/** Cases of a day by group; null stands for what is of no group. */
export type Won = ReadonlyMap<string | null, number>

/** By group: of cases what its seats took, of orders what its agents had invited when they sat there. */
export async function wonByGroup(
  ctx: Ctx,
  day: Temporal.PlainDate,
  seats: readonly { readonly groupId: string; readonly cases: number }[],
): Promise<Won> {
  if (!isDealer(ctx)) {
    const won = new Map<string | null, number>()
    for (const { groupId, cases } of seats) won.set(groupId, (won.get(groupId) ?? 0) + cases)
    return won
  }
  const { rows } = await sql<{ groupId: string | null; cases: number }>`
    select d.group_id as "groupId", count(*)::int as cases from ${ordersOf(ctx, day)} group by 1`.execute(ctx.db)
  return new Map(rows.map(({ groupId, cases }) => [groupId, cases]))
}
