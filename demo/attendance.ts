import { sql } from 'kysely'
import type { Ctx } from '../src/platform/context.ts'
import type { Chance } from './chance.ts'
import type { PlayedDay } from './history.ts'

/* Who was there on a played day and what the floor's own records say of it. */

const MINUTE = 60_000
const iso = (at: number | null) => (at === null ? null : Temporal.Instant.fromEpochMilliseconds(at).toString())

export type There = { readonly personId: string; readonly groupId: string | null }

/** The day of everybody who came: there, ready, online, first dial; and of those who wrote that they would not come. */
export async function keepAttendance(
  ctx: Ctx,
  played: PlayedDay,
  { there, away, leave }: { there: readonly There[]; away: readonly There[]; leave: readonly There[] },
  dice: Chance,
): Promise<void> {
  const wall = (time: string) =>
    ctx.today.toZonedDateTime({ timeZone: ctx.centre.timeZone, plainTime: Temporal.PlainTime.from(time) })
      .epochMilliseconds
  const firstDial = new Map<string, number>()
  for (const { agentId, dialledAt } of played.calls) if (!firstDial.has(agentId)) firstDial.set(agentId, dialledAt)
  const row = ({ personId, groupId }: There) => ({ person_id: personId, group_id: groupId })
  const rows = [
    ...there.map((one) => {
      const online = played.onlineAt.get(one.personId) ?? null
      const came = wall('08:20') + dice.between(0, 22) * MINUTE
      return {
        ...row(one),
        ...{ came: iso(came), ready: iso(online && wall('09:10') + dice.between(0, 8) * MINUTE), online: iso(online) },
        ...{ dialled: iso(firstDial.get(one.personId) ?? null) },
      }
    }),
    ...away.map((one) => ({ ...row(one), excused_by: 'message', excuse: '身體不適', excused_at: iso(wall('07:50')) })),
    ...leave.map((one) => ({
      ...{ ...row(one), excused_by: 'leave', excuse: '年假', excused_at: iso(wall('07:00')) },
      excused_until: iso(wall('23:59')),
    })),
  ]
  await sql`
    insert into attendance_day (person_id, day, centre_id, group_id, checked_in_at, ready_at, online_at, first_dial_at, excused_by,
      excuse, excused_at, excused_until)
    select r.person_id, ${ctx.today}, ${ctx.centre.id}, r.group_id, r.came, r.ready, r.online, r.dialled, r.excused_by, r.excuse,
      r.excused_at, r.excused_until
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(person_id uuid, group_id uuid, came timestamptz,
      ready timestamptz, online timestamptz, dialled timestamptz, excused_by text, excuse text, excused_at timestamptz,
      excused_until timestamptz)`.execute(ctx.db)
}

/** The leaders' start of the floor, one row a group. */
export async function keepFloorStarts(ctx: Ctx, leaders: readonly There[], dice: Chance): Promise<void> {
  for (const { personId, groupId } of leaders) {
    const at = ctx.today.toZonedDateTime({ timeZone: ctx.centre.timeZone, plainTime: Temporal.PlainTime.from('09:20') })
    await sql`insert into floor_start (group_id, day, centre_id, by_id, at)
      values (${groupId}, ${ctx.today}, ${ctx.centre.id}, ${personId}, ${at.add({ seconds: dice.between(5, 240) }).toInstant()})`.execute(
      ctx.db,
    )
  }
}

/** What everybody did, stretch by stretch, out of the calls of a day: online, in call, wrap-up, and online again. */
export async function keepStretches(ctx: Ctx): Promise<void> {
  await sql`
    with c as (
      select agent_id, group_id, dialled_at, ended_at, wrapped_at,
        lag(wrapped_at) over (partition by agent_id order by dialled_at) as before
      from call where centre_id = ${ctx.centre.id} and occurred_on = ${ctx.today})
    insert into presence_span (occurred_on, person_id, centre_id, group_id, state, reason, since, until)
    select ${ctx.today}, c.agent_id, ${ctx.centre.id}, c.group_id, s.state, s.reason, s.since, s.until from c
      cross join lateral (values
        (case when c.dialled_at - c.before > interval '4 minutes' then 'paused' else 'online' end,
          case when c.dialled_at - c.before > interval '4 minutes' then 'rest' end, c.before, c.dialled_at),
        ('inCall', null, c.dialled_at, c.ended_at), ('wrapUp', null, c.ended_at, c.wrapped_at)) as s(state, reason, since, until)
    where s.since < s.until`.execute(ctx.db)
}
