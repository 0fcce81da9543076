import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { keptRead } from '../../platform/shared.ts'

/** The middle of a person's last worked days, before today; `days` = how many went in. */
export type Norm = { readonly dials: number; readonly talkSeconds: number; readonly days: number }

/** A day's norm moves only by corrections of days past: every ten minutes is often enough. */
const kept = keptRead(600_000)

/** Days that a norm looks back at most, holidays and long leaves included. */
const LOOK_BACK_DAYS = 120

/**
 * The norms of everybody in the centre on a day, by person: the middle figure of the last `norm.days` days with dials
 * before it. Read from the sums of the days, once in ten minutes a node. [S4.3.3a]
 */
export const normsOf = (ctx: Ctx, today: Temporal.PlainDate): Promise<ReadonlyMap<string, Norm>> =>
  kept(`${ctx.centre.id} ${today}`, async () => {
    const { rows } = await sql<{ agent_id: string; dials: number; talk: number; days: number }>`
      select agent_id, percentile_cont(0.5) within group (order by dials) as dials,
        percentile_cont(0.5) within group (order by talk) as talk, count(*)::int as days
      from (
        select agent_id, sum(dials) as dials, sum(talk_seconds) as talk,
          row_number() over (partition by agent_id order by day desc) as back
        from call_sum where centre_id = ${ctx.centre.id} and day < ${today} and day >= ${today.subtract({ days: LOOK_BACK_DAYS })}
        group by agent_id, day having sum(dials) > 0) worked
      where back <= ${ctx.rules.at(today).get('norm.days')} group by agent_id`.execute(ctx.db)
    return new Map(rows.map(({ agent_id, dials, talk, days }) => [agent_id, { dials, talkSeconds: talk, days }]))
  })
