import { sql } from 'kysely'
import { z } from 'zod'
import { Month } from '../../lib/wire.ts'
import { type Role, reach } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'

/** Who reads the months: leaders for their groups, the line above and the data officer. */
export const MONTH_READERS = ['tl', 'um', 'deptManager', 'deputyGm', 'dataOfficer'] as const satisfies readonly Role[]

export const MonthSums = z.object({
  month: Month,
  /** Outbound calls whose line did not fail. */
  dials: z.int(),
  /** Of these the ones whose day is made up, because the records that they come from have none. */
  synthetic: z.int(),
  connected: z.int(),
  effective: z.int(),
  inbound: z.int(),
  talkSeconds: z.int(),
})
type Row = Omit<z.output<typeof MonthSums>, 'month'> & { month: string }

/**
 * Calls by month of the centre's calendar, from the sums of the days: months of `from` to `to`, both included, in which
 * there were any, in their order; of the groups in the actor's reach. Each call counts in the group where its agent was
 * then. Talk in whole seconds, declared on manual lines.
 */
export async function months(
  ctx: Ctx,
  { from, to }: { readonly from: Temporal.PlainYearMonth; readonly to: Temporal.PlainYearMonth },
): Promise<Row[]> {
  const within = reach(ctx.actor, MONTH_READERS)
  const mine = within.centre ? sql`true` : sql`group_id = any(${sql.val([...within.groupIds])}::uuid[])`
  const { rows } = await sql<Row>`
    select to_char(day, 'YYYY-MM') as month, sum(dials)::int as dials, sum(synthetic)::int as synthetic,
      sum(connected)::int as connected, sum(effective)::int as effective, sum(inbound)::int as inbound,
      sum(talk_seconds)::bigint as "talkSeconds"
    from call_day where centre_id = ${ctx.centre.id} and ${mine}
      and day between ${from.toPlainDate({ day: 1 })} and ${to.toPlainDate({ day: to.daysInMonth })}
    group by 1 order by 1`.execute(ctx.db)
  return rows
}
