import { sql } from 'kysely'
import { together } from '../../lib/together.ts'
import { demand } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { settle } from '../notices/notices.ts'
import { idleCause, lateCause, leaderlessCause, mayEnter, type State } from './rules.ts'
import { workEndsAt } from './timetable.ts'

/* The one writer of presence, its stretches and the day's times. Everybody else calls these functions. */

type Presence = {
  person_id: string
  group_id: string | null
  state: State
  reason: string | null
  since: Temporal.Instant
  active_at: Temporal.Instant
  day: Temporal.PlainDate
}

/** What stands beside the row today: the present group, an open alert of idling, and the day's times. */
type Beside = {
  readonly group_now: string | null
  readonly idle: boolean
  readonly kept: Kept | null
}
type Kept = Readonly<Record<'checked_in' | 'ready' | 'online' | 'first_dial', boolean>> & {
  readonly group_id: string | null
}

/** The person's row, locked, so that two tabs change the state one after the other. Made on the first day. */
async function lock(ctx: Ctx, personId: string): Promise<Presence & Beside> {
  const read = () =>
    sql<Presence & Beside>`
      select p.person_id, p.group_id, p.state, p.reason, p.since, p.active_at, p.day, ${groupNow(ctx, personId)} as group_now,
        exists (select from idle_alert i where i.person_id = p.person_id and i.ended_at is null) as idle,
        (select jsonb_build_object('group_id', d.group_id, 'checked_in', d.checked_in_at is not null,
            'ready', d.ready_at is not null, 'online', d.online_at is not null, 'first_dial', d.first_dial_at is not null)
          from attendance_day d where d.person_id = p.person_id and d.day = ${ctx.today}) as kept
      from presence p where p.person_id = ${personId} and p.centre_id = ${ctx.centre.id} for update of p`.execute(
      ctx.db,
    )
  const found = (await read()).rows[0]
  if (found) return found
  await sql`insert into presence (person_id, centre_id, group_id, state, since, active_at, day)
    values (${personId}, ${ctx.centre.id}, null, 'offline', ${ctx.now}, ${ctx.now}, ${ctx.today})
    on conflict do nothing`.execute(ctx.db)
  return (await read()).rows[0]!
}

/** Appends the stretch that ends. Without length there is nothing to tell. */
async function close(ctx: Ctx, from: Presence, until: Temporal.Instant): Promise<void> {
  if (Temporal.Instant.compare(until, from.since) <= 0) return
  await sql`insert into presence_span (occurred_on, person_id, centre_id, group_id, state, reason, since, until)
    values (${from.day}, ${from.person_id}, ${ctx.centre.id}, ${from.group_id}, ${from.state}, ${from.reason},
      ${from.since}, ${until})`.execute(ctx.db)
}

/** What an earlier day left open ends with that day's work, or with what was last done after it. */
async function closeEarlierDay(ctx: Ctx, left: Presence): Promise<Presence> {
  const midnight = left.day.add({ days: 1 }).toZonedDateTime(ctx.centre.timeZone).toInstant()
  if (left.state !== 'offline') {
    const ends = [workEndsAt(ctx, left.day, left.group_id), left.active_at, left.since]
    const last = ends.reduce((a, b) => (Temporal.Instant.compare(a, b) > 0 ? a : b))
    await close(ctx, left, Temporal.Instant.compare(last, midnight) > 0 ? midnight : last)
  }
  return { ...left, state: 'offline', reason: null, since: ctx.now, active_at: ctx.now, day: ctx.today }
}

export type PresenceNow = {
  readonly state: State
  readonly reason: string | null
  readonly since: Temporal.Instant | null
  readonly activeAt: Temporal.Instant | null
}

/** What a person does now; offline for one who was in no state today. */
export async function presenceOf(ctx: Ctx, personId: string): Promise<PresenceNow> {
  const { rows } = await sql<Presence>`select person_id, group_id, state, reason, since, active_at, day from presence
    where person_id = ${personId} and centre_id = ${ctx.centre.id} and day = ${ctx.today}`.execute(ctx.db)
  const row = rows[0]
  if (!row) return { state: 'offline', reason: null, since: null, activeAt: null }
  return { state: row.state, reason: row.reason, since: row.since, activeAt: row.active_at }
}

const groupNow = (ctx: Ctx, personId: string) => sql<string | null>`(
  select m.group_id from member m join org_unit u on u.id = m.group_id and u.kind = 'group'
  where m.person_id = ${personId} and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today}))`

const groupOf = async (ctx: Ctx, personId: string): Promise<string | null> => {
  const { rows } = await sql<{ id: string | null }>`select ${groupNow(ctx, personId)} as id`.execute(ctx.db)
  return rows[0]!.id
}

/** Times of the day that are kept the first time only. */
type FirstTimes = { readonly ready?: boolean; readonly online?: boolean; readonly firstDial?: boolean }

/** With what follows from each where nothing else is said: whoever dials is online, whoever is online was ready. */
const withImplied = ({ firstDial = false, online = firstDial, ready = online }: FirstTimes) => ({
  firstDial,
  online,
  ready,
})

/** Keeps the first time of the day that somebody was there, ready, online, dialling. Says what is new. */
async function keepTimes(ctx: Ctx, personId: string, groupId: string | null, at: FirstTimes) {
  const { firstDial, online, ready } = withImplied(at)
  const time = (kept: boolean) => (kept ? ctx.now : null)
  const { rows } = await sql<{ came: boolean; dialled: boolean }>`
    with old as (select checked_in_at, first_dial_at from attendance_day where person_id = ${personId} and day = ${ctx.today})
    insert into attendance_day as d (person_id, day, centre_id, group_id, checked_in_at, ready_at, online_at, first_dial_at)
    values (${personId}, ${ctx.today}, ${ctx.centre.id}, ${groupId}, ${ctx.now}, ${time(ready)}, ${time(online)}, ${time(firstDial)})
    on conflict (person_id, day) do update set
      group_id = excluded.group_id,
      checked_in_at = coalesce(d.checked_in_at, excluded.checked_in_at),
      ready_at = coalesce(d.ready_at, excluded.ready_at),
      online_at = coalesce(d.online_at, excluded.online_at),
      first_dial_at = coalesce(d.first_dial_at, excluded.first_dial_at)
    returning not exists (select from old where checked_in_at is not null) as came,
      d.first_dial_at is not null and not exists (select from old where first_dial_at is not null) as dialled`.execute(
    ctx.db,
  )
  return rows[0]!
}

/** A leader who is there ends the search for one. [S4.4.2] */
async function leaderCame(ctx: Ctx, personId: string): Promise<void> {
  const { rows } = await sql<{ unit_id: string }>`
    select unit_id from granted_role where person_id = ${personId} and role = 'tl' and from_on <= ${ctx.today}
      and (until_on is null or until_on > ${ctx.today})`.execute(ctx.db)
  const causes = rows.map(({ unit_id }) => leaderlessCause(unit_id, ctx.today))
  await settle(ctx, causes, 'leaderPresent')
}

function tell(ctx: Ctx, personId: string, groupId: string | null): void {
  ctx.touch('attendance', { personId, groupId: groupId ?? undefined })
  ctx.touch('floor', { groupId: groupId ?? undefined })
}

/** Ends the open alerts about a person who dials, talks or goes off line; the leader's notice goes with them. */
async function endIdle(ctx: Ctx, personId: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update idle_alert set ended_at = ${ctx.now} where person_id = ${personId} and ended_at is null returning id`.execute(
    ctx.db,
  )
  await settle(
    ctx,
    rows.map(({ id }) => idleCause(id)),
    'dialled',
  )
}

/** Keeps that a person is there; the first time of the day counts. Wall time of the centre. [S4.4.2] */
export async function checkIn(ctx: Ctx, personId: string): Promise<void> {
  const groupId = await groupOf(ctx, personId)
  const { came } = await keepTimes(ctx, personId, groupId, {})
  if (!came) return
  await leaderCame(ctx, personId)
  await ctx.emit('attendance.checkedIn', { kind: 'person', id: personId })
  tell(ctx, personId, groupId)
}

/** Whether the day's times, as they stand, lack nothing of these. */
function haveTimes(kept: Kept | null, groupId: string | null, at: FirstTimes): boolean {
  if (!kept?.checked_in || kept.group_id !== groupId) return false
  const { firstDial, online, ready } = withImplied(at)
  return (!ready || kept.ready) && (!online || kept.online) && (!firstDial || kept.first_dial)
}

export type Entering = {
  readonly reason?: string | null
  /** The customer rang in. */
  readonly inbound?: boolean
  /** An outbound call was really dialled: the first of the day is the first dial that the leader waits for. [S4.4.2] */
  readonly dialled?: boolean
  /** Only from these of today; from another state nothing changes. */
  readonly onlyFrom?: readonly State[]
}

/**
 * Puts a person into a state and closes the stretch before. Refuses a step that the states do not allow (see
 * `mayEnter`); saying the present state again changes nothing. A call counts as activity at both its ends, so idling is
 * counted from there. Whether it is already time to be ready or online is the operations' question, not this function's.
 * [S4.4.2] [S4.3.3c]
 */
export async function enter(
  ctx: Ctx,
  personId: string,
  state: State,
  { reason = null, inbound = false, dialled = false, onlyFrom }: Entering = {},
): Promise<void> {
  const found = await lock(ctx, personId)
  let before: Presence = found
  const fromEarlier = Temporal.PlainDate.compare(before.day, ctx.today) < 0
  if (onlyFrom && (fromEarlier || !onlyFrom.includes(found.state))) return
  if (fromEarlier) before = await closeEarlierDay(ctx, before)
  demand(mayEnter(before.state, state, { inbound }), { kind: 'person', id: personId })
  if (before.state === state && before.reason === reason && !fromEarlier) return
  const groupId = found.group_now
  const times = dialled ? { firstDial: true } : { ready: state === 'ready', online: state === 'online' }
  const first = state !== 'offline' && !haveTimes(found.kept, groupId, times)
  const kept = first ? await keepTimes(ctx, personId, groupId, times) : { came: false, dialled: false }
  // A call is activity at both ends. A pause is not: it is left out of the count, so that it cannot hide idling.
  const active =
    state === 'inCall' || before.state === 'inCall' || (state === 'online' && !(await wasOnline(ctx, before)))
  await together([
    close(ctx, before, ctx.now),
    sql`update presence set group_id = ${groupId}, state = ${state}, reason = ${reason}, since = ${ctx.now},
      active_at = ${active ? ctx.now : before.active_at}, day = ${ctx.today} where person_id = ${personId}`.execute(
      ctx.db,
    ),
  ])
  if (found.idle && (active || state === 'offline')) await endIdle(ctx, personId)
  if (kept.came) await leaderCame(ctx, personId)
  if (kept.dialled) {
    await settle(ctx, lateCause(personId, ctx.today), 'dialled')
    await ctx.emit('attendance.firstDial', { kind: 'person', id: personId })
  }
  tell(ctx, personId, groupId)
}

/** Whether the person was online earlier today, so that going off and on again starts no new count. */
async function wasOnline(ctx: Ctx, { person_id, state }: Presence): Promise<boolean> {
  if (state === 'wrapUp') return true
  const { rows } = await sql`select 1 from presence_span where person_id = ${person_id} and occurred_on = ${ctx.today}
    and state = 'online' limit 1`.execute(ctx.db)
  return rows.length > 0
}

/** Ends what days before today left open, all of the centre. What somebody forgot to end does not count as work. */
export async function closeDays(ctx: Ctx): Promise<void> {
  const { rows } = await sql<Presence>`
    select person_id, group_id, state, reason, since, active_at, day from presence
    where centre_id = ${ctx.centre.id} and day < ${ctx.today} and state <> 'offline' for update`.execute(ctx.db)
  for (const left of rows) {
    await closeEarlierDay(ctx, left)
    await sql`update presence set state = 'offline', reason = null, since = ${ctx.now}, day = ${ctx.today}
      where person_id = ${left.person_id}`.execute(ctx.db)
    await endIdle(ctx, left.person_id)
    tell(ctx, left.person_id, left.group_id)
  }
}
