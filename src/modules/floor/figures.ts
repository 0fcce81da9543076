import { sql } from 'kysely'
import { z } from 'zod'
import { Day, DayIn, Id, Instant } from '../../lib/wire.ts'
import { reach } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'
import { LINE } from './board.ts'

const Sums = z.object({
  dials: z.int(),
  connected: z.int(),
  effective: z.int(),
  refusals: z.int(),
  callbacks: z.int(),
  inbound: z.int(),
  ringSeconds: z.int(),
  talkSeconds: z.int(),
  wrapSeconds: z.int(),
  /** Days on which somebody dialled or was rung, counted for each agent. */
  agentDays: z.int(),
})
type Sums = z.input<typeof Sums>
const OfGroup = Sums.extend({ groupId: Id.nullable(), group: z.string().nullable() })
const OfAgent = OfGroup.extend({ personId: Id, name: z.string() })

export const Figures = z.object({
  asOf: Instant,
  from: Day,
  to: Day,
  total: Sums,
  groups: z.array(OfGroup),
  agents: z.array(OfAgent),
})

/** Days of a stretch at most: a year and its leap day. */
const MOST_DAYS = 366

/** Days, both in it. */
export const Stretch = z.object({ from: DayIn, to: DayIn }).refine(
  ({ from, to }) => {
    const days = from.until(to).days + 1
    return days >= 1 && days <= MOST_DAYS
  },
  { error: `from one day to the same or a later one, ${MOST_DAYS} days at most` },
)

const KEYS = Object.keys(Sums.shape) as (keyof Sums)[]
const NOTHING = Object.fromEntries(KEYS.map((key) => [key, 0])) as Sums
const together = (rows: readonly Sums[]): Sums =>
  rows.reduce((sum, row) => Object.fromEntries(KEYS.map((key) => [key, sum[key] + row[key]])) as Sums, NOTHING)

/**
 * Calls of some days, both in it, by group and agent in the actor's reach; each call stands under the group where its agent
 * then was. Read from the day sums: a month costs the same with a year of calls behind it as with twenty. Names in their
 * order, not by result. Seconds are declared ones on a manual line. [S5.1.4c]
 */
export async function figures(
  ctx: Ctx,
  { from, to }: { from: Temporal.PlainDate; to: Temporal.PlainDate },
): Promise<z.input<typeof Figures>> {
  const within = reach(ctx.actor, LINE)
  const mine = within.centre ? sql`true` : sql`d.group_id = any(${sql.val([...within.groupIds])}::uuid[])`
  // What was counted before the house was moved into stands for a whole month, on no day of its own.
  const counted = sql`
    select d.agent_id, d.group_id, d.dials, d.connected, d.effective, d.refusals, d.callbacks, d.inbound, d.ring_seconds,
      d.talk_seconds, d.wrap_seconds, d.day
    from call_sum d where d.centre_id = ${ctx.centre.id} and d.day between ${from} and ${to} and ${mine}
    union all
    select d.person_id, d.group_id, d.dials, d.connected, d.effective, 0, 0, 0, 0, d.talk_seconds, 0, null
    from call_before d where d.centre_id = ${ctx.centre.id} and d.month >= ${from} and d.through <= ${to} and ${mine}`
  const { rows: agents } = await sql<z.input<typeof OfAgent>>`
    with summed as materialized (
      select d.agent_id, d.group_id, sum(d.dials)::int as dials, sum(d.connected)::int as connected,
        sum(d.effective)::int as effective, sum(d.refusals)::int as refusals, sum(d.callbacks)::int as callbacks,
        sum(d.inbound)::int as inbound, sum(d.ring_seconds)::int as ring, sum(d.talk_seconds)::int as talk,
        sum(d.wrap_seconds)::int as wrap, count(distinct d.day)::int as days
      from (${counted}) d group by d.agent_id, d.group_id)
    select s.agent_id as "personId", n.name, s.group_id as "groupId", u.name as group, s.dials, s.connected, s.effective,
      s.refusals, s.callbacks, s.inbound, s.ring as "ringSeconds", s.talk as "talkSeconds", s.wrap as "wrapSeconds",
      s.days as "agentDays"
    from summed s join person_name n on n.id = s.agent_id left join org_unit u on u.id = s.group_id
      left join org_unit r on r.id = u.parent_id
    order by r.position, r.name, u.position nulls last, u.name, n.name collate "zh-Hans-x-icu", s.agent_id`.execute(
    ctx.db,
  )
  const groups = [...Map.groupBy(agents, ({ groupId }) => groupId)].map(([groupId, of]) => ({
    ...{ groupId, group: of[0]!.group },
    ...together(of),
  }))
  return { asOf: ctx.now, from, to, total: together(groups), groups, agents }
}
