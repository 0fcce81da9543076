import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { keptRead } from '../../platform/shared.ts'
import type { Usual } from './rules.ts'

/** Days past change by corrections alone. */
const kept = keptRead(600_000)
/** Days that are looked back at most, holidays included. */
const LOOK_BACK_DAYS = 120

/**
 * A usual day of each group, by group: means over its last `norm.days` days with dials before today of dials, seconds of
 * talk and cases (accepted; ordered at a car dealer's). It stands for the plan of a day where none was made. Read from the
 * sums of the days, once in ten minutes a node.
 */
export const usualDays = (ctx: Ctx, today: Temporal.PlainDate): Promise<ReadonlyMap<string, Usual>> =>
  kept(`${ctx.centre.id} ${today}`, async () => {
    const won =
      ctx.centre.kind === 'dealership'
        ? sql`select d.group_id, count(*) as cases from deal_step s join deal_fact d on d.id = s.deal_id
            where s.centre_id = ${ctx.centre.id} and s.kind = 'order' and s.occurred_on in (select day from worked) group by 1`
        : sql`select group_id, sum(accepted) as cases from sale_sum
            where centre_id = ${ctx.centre.id} and day in (select day from worked) group by 1`
    const { rows } = await sql<Usual & { groupId: string }>`
      with worked as materialized (
        select day from call_sum where centre_id = ${ctx.centre.id} and day < ${today}
          and day >= ${today.subtract({ days: LOOK_BACK_DAYS })}
        group by day having sum(dials) > 0 order by day desc limit ${ctx.rules.at(today).get('norm.days')}),
      called as (
        select group_id, sum(dials) as dials, sum(talk_seconds) as talk, count(distinct day) filter (where dials > 0) as days
        from call_sum where centre_id = ${ctx.centre.id} and day in (select day from worked) group by group_id),
      won as (${won})
      select c.group_id as "groupId", c.days::int as days, (c.dials / c.days)::float8 as dials,
        (c.talk / c.days)::float8 as "talkSeconds", (coalesce(w.cases, 0) / c.days)::float8 as cases
      from called c left join won w on w.group_id = c.group_id
      where c.group_id is not null and c.days > 0`.execute(ctx.db)
    return new Map(rows.map(({ groupId, ...usual }) => [groupId, usual]))
  })
