import { sql } from 'kysely'
import { demand } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { notifyAll, settle } from '../notices/notices.ts'
import { idlingOf } from './idle.ts'
import { enter } from './presence.ts'
import { leadersToTell } from './roll.ts'
import { lateCause, mayBeReady, mayExcuse, mayGoOnline, mayPause, type PauseReason, type State } from './rules.ts'
import { checkTimesOf } from './timetable.ts'

/* What a person does about his own presence. Nobody does it for another. */

/** Reports the actor's seat ready; refused before the online check begins. [S4.4.2] */
export async function beReady(ctx: Ctx): Promise<void> {
  const { times, wall } = checkTimesOf(ctx, ctx.actor.groupId)
  demand(mayBeReady(ctx.now, times, wall.checkFrom), { kind: 'person', id: ctx.actor.personId })
  await enter(ctx, ctx.actor.personId, 'ready')
}

/** Puts the actor online; refused before the time of the rule, and the yes is kept as well. [S4.4.2] */
export async function goOnline(ctx: Ctx): Promise<void> {
  const { times, wall } = checkTimesOf(ctx, ctx.actor.groupId)
  const subject = { kind: 'person', id: ctx.actor.personId }
  const verdict = mayGoOnline(ctx.now, times, wall.onlineAt)
  demand(verdict, subject)
  await enter(ctx, ctx.actor.personId, 'online')
}

/** Steps away from dialling with a reason that the centre's kind knows. A meeting is a state of its own. [S4.3.3c] */
export async function pause(ctx: Ctx, reason: PauseReason): Promise<void> {
  const { personId } = ctx.actor
  demand(mayPause(reason, ctx.centre.kind), { kind: 'person', id: personId })
  if (reason === 'meeting') await enter(ctx, personId, 'meeting')
  else await enter(ctx, personId, 'paused', { reason })
}

/** Comes back: online, or before its time to being ready. [S4.4.2] */
export async function resume(ctx: Ctx): Promise<void> {
  const { times, wall } = checkTimesOf(ctx, ctx.actor.groupId)
  const mayDial = mayGoOnline(ctx.now, times, wall.onlineAt).ok
  await enter(ctx, ctx.actor.personId, mayDial ? 'online' : 'ready')
}

/**
 * The actor's own word that he comes late or not at all today; it excuses him until then and goes to his leader. A
 * leader can give no such word for anybody. [S4.4.2]
 */
export async function sendExcuse(ctx: Ctx, input: { until: Temporal.Instant; reason: string }): Promise<void> {
  const { personId, groupId } = ctx.actor
  const subject = { kind: 'person', id: personId }
  const midnight = ctx.today.add({ days: 1 }).toZonedDateTime(ctx.centre.timeZone).toInstant()
  const until = Temporal.Instant.compare(input.until, midnight) > 0 ? midnight : input.until
  const verdict = mayExcuse(until, ctx.now)
  demand(verdict, subject)
  await sql`
    insert into attendance_day as d (person_id, day, centre_id, group_id, excused_by, excuse, excused_at, excused_until)
    values (${personId}, ${ctx.today}, ${ctx.centre.id}, ${groupId}, 'message', ${input.reason}, ${ctx.now}, ${until})
    on conflict (person_id, day) do update set excused_by = excluded.excused_by, excuse = excluded.excuse,
      excused_at = excluded.excused_at, excused_until = excluded.excused_until`.execute(ctx.db)
  await ctx.decide({ verdict, subject, clauses: [checkTimesOf(ctx, groupId).times.clause] })
  await settle(ctx, lateCause(personId, ctx.today), 'excused')
  const told = groupId ? await leadersToTell(ctx, groupId, { except: personId }) : []
  const at = until.toZonedDateTimeISO(ctx.centre.timeZone).toPlainTime().toString({ smallestUnit: 'minute' })
  await notifyAll(
    ctx,
    told.map((leaderId) => ({
      kind: 'news' as const,
      personId: leaderId,
      key: until.equals(midnight) ? 'attendance.absent' : 'attendance.late',
      values: { personId, at },
      clause: checkTimesOf(ctx, groupId).times.clause,
      link: '/',
    })),
  )
  await ctx.emit('attendance.excused', subject, { until: until.toString() })
  ctx.touch('attendance', { personId, groupId: groupId ?? undefined })
}

type Day = {
  checked_in_at: Temporal.Instant | null
  ready_at: Temporal.Instant | null
  online_at: Temporal.Instant | null
  first_dial_at: Temporal.Instant | null
  excuse: string | null
  excused_until: Temporal.Instant | null
}

/** The actor's own day: state and since when, the day's first times, seconds by state, and idling as his leader sees it. */
export async function ownDay(ctx: Ctx) {
  const { personId, groupId } = ctx.actor
  const { rows: days } = await sql<Day>`
    select checked_in_at, ready_at, online_at, first_dial_at, excuse, excused_until from attendance_day
    where person_id = ${personId} and day = ${ctx.today}`.execute(ctx.db)
  const { rows: states } = await sql<{ state: State; reason: string | null; since: Temporal.Instant }>`
    select state, reason, since from presence where person_id = ${personId} and day = ${ctx.today}`.execute(ctx.db)
  const { rows: sums } = await sql<{ state: State; reason: string | null; seconds: number }>`
    select state, reason, round(sum(extract(epoch from until - since)))::int as seconds from (
      select state, reason, since, until from presence_span where person_id = ${personId} and occurred_on = ${ctx.today}
      union all select state, reason, since, ${ctx.now}::timestamptz from presence
      where person_id = ${personId} and day = ${ctx.today}
    ) stretch where state <> 'offline' group by state, reason order by state, reason`.execute(ctx.db)
  const { times, wall } = checkTimesOf(ctx, groupId)
  const [day, now] = [days[0], states[0]]
  const idle = await idlingOf(ctx, personId)
  return {
    asOf: ctx.now,
    state: now?.state ?? ('offline' as const),
    reason: now?.reason ?? null,
    since: now?.since ?? null,
    checkedInAt: day?.checked_in_at ?? null,
    readyAt: day?.ready_at ?? null,
    onlineAt: day?.online_at ?? null,
    firstDialAt: day?.first_dial_at ?? null,
    excuse: day?.excuse ?? null,
    excusedUntil: day?.excused_until ?? null,
    idle: idle && { ...idle, limitMinutes: ctx.rules.at(ctx.today, groupId).get('idle.minutes') },
    sums,
    times: { ...times, wall },
  }
}
