import { sql } from 'kysely'
import { type Role, reach, reaches } from '../../platform/actor.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { notifyAll, settle } from '../notices/notices.ts'
import { groupsReached } from '../people/structure.ts'
import type { Stretch } from './blocks.ts'
import { leadersToTell } from './roll.ts'
import { IDLES, type IdleCause, type Idling, idleCause, idling, mayMarkIdle, notIdle, type State } from './rules.ts'
import { dialRunsOf } from './timetable.ts'

/* Idling online: found by the clock, told to the leader alone, who notes what he found. [S4.3.3c] */

/** Who is told of idling and may note its cause: the leader of the group and the line above. */
export const IDLE_ROLES = ['tl', 'um', 'deptManager'] as const satisfies readonly Role[]

type Watched = { person_id: string; group_id: string; active_at: Temporal.Instant; away: [string, string][] }

const stretches = (away: readonly [string, string][]): Stretch[] =>
  away.map(([from, to]) => ({ from: Temporal.Instant.from(from), to: Temporal.Instant.from(to) }))

/** Stretches since the last activity that do not count: everything but being online or wrapping up. */
const awaySince = sql`coalesce((select jsonb_agg(jsonb_build_array(s.since, s.until)) from presence_span s
  where s.person_id = p.person_id and s.occurred_on = p.day and s.until > p.active_at
    and s.state <> all(${[...IDLES]})), '[]')`

/** How long a person idles by now; null outside of dialling blocks and in states that do not count. */
export async function idlingOf(ctx: Ctx, personId: string): Promise<Idling | null> {
  const { rows } = await sql<Watched>`
    select p.person_id, p.group_id, p.active_at, ${awaySince} as away from presence p
    where p.person_id = ${personId} and p.day = ${ctx.today} and p.state = any(${[...IDLES]})`.execute(ctx.db)
  const row = rows[0]
  if (!row) return null
  const runs = dialRunsOf(ctx, row.group_id)
  return idling({ now: ctx.now, activeAt: row.active_at, runs, away: stretches(row.away) })
}

/** Ends alerts whose dialling block is over: what is not work any more is not idling. */
async function endOutside(ctx: Ctx, dialling: (groupId: string) => boolean): Promise<void> {
  const { rows } = await sql<{ id: string; group_id: string; person_id: string }>`
    select id, group_id, person_id from idle_alert where centre_id = ${ctx.centre.id} and ended_at is null`.execute(
    ctx.db,
  )
  const over = rows.filter(({ group_id }) => !dialling(group_id))
  if (over.length === 0) return
  const ids = over.map(({ id }) => id)
  await sql`update idle_alert set ended_at = ${ctx.now} where id = any(${ids}::uuid[])`.execute(ctx.db)
  await settle(ctx, ids.map(idleCause), 'blockEnded')
  for (const { person_id, group_id } of over) ctx.touch('attendance', { personId: person_id, groupId: group_id })
}

/**
 * By the clock, every half minute: whoever has neither dialled nor talked for more than the rule's minutes is told to
 * his leader, once for each such stretch. Run again, it finds nothing new. [S4.3.3c]
 */
export async function watchIdling(ctx: Ctx): Promise<void> {
  const known = new Map<string, { runs: readonly Stretch[]; minutes: number; clause: string; versionId: string }>()
  const ruleOf = (groupId: string) => {
    const found = known.get(groupId)
    if (found) return found
    const rules = ctx.rules.at(ctx.today, groupId)
    const { clause, versionId } = rules.origin('idle.minutes')
    const made = { runs: dialRunsOf(ctx, groupId), minutes: rules.get('idle.minutes'), clause, versionId }
    known.set(groupId, made)
    return made
  }
  const within = ({ from, to }: Stretch) =>
    Temporal.Instant.compare(from, ctx.now) <= 0 && Temporal.Instant.compare(ctx.now, to) < 0
  await endOutside(ctx, (groupId) => ruleOf(groupId).runs.some(within))
  const { rows } = await sql<Watched>`
    select p.person_id, p.group_id, p.active_at, ${awaySince} as away from presence p
    where p.centre_id = ${ctx.centre.id} and p.day = ${ctx.today} and p.group_id is not null
      and p.state = any(${[...IDLES]}) and p.active_at < ${ctx.now.subtract({ minutes: 1 })}`.execute(ctx.db)
  for (const row of rows) {
    const { runs, minutes, clause, versionId } = ruleOf(row.group_id)
    const idle = idling({ now: ctx.now, activeAt: row.active_at, runs, away: stretches(row.away) })
    if (!idle) continue
    const verdict = notIdle(idle, minutes, clause)
    if (verdict.ok) continue
    await raise(ctx, row, idle, { minutes, clause, versionId, verdict })
  }
}

async function raise(
  ctx: Ctx,
  { person_id, group_id }: Watched,
  idle: Idling,
  by: { minutes: number; clause: string; versionId: string; verdict: ReturnType<typeof notIdle> },
): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    insert into idle_alert (centre_id, person_id, group_id, occurred_on, idle_since, raised_at, limit_minutes, version_id)
    values (${ctx.centre.id}, ${person_id}, ${group_id}, ${ctx.today}, ${idle.since}, ${ctx.now}, ${by.minutes}, ${by.versionId})
    on conflict (person_id, idle_since) do nothing returning id`.execute(ctx.db)
  const id = rows[0]?.id
  if (!id) return
  await ctx.decide({ verdict: by.verdict, subject: { kind: 'person', id: person_id } })
  const told = await leadersToTell(ctx, group_id, { except: person_id })
  await notifyAll(
    ctx,
    told.map((leaderId) => ({
      kind: 'alert' as const,
      personId: leaderId,
      key: 'attendance.idle',
      values: { personId: person_id, groupId: group_id, minutes: Math.floor(idle.seconds / 60), limit: by.minutes },
      clause: by.clause,
      cause: idleCause(id),
      link: '/',
      validUntil: ctx.now.add({ hours: 2 }),
    })),
  )
  ctx.touch('attendance', { personId: person_id, groupId: group_id })
}

type AlertRow = {
  id: string
  person_id: string
  name: string
  group_id: string
  group_name: string
  idle_since: Temporal.Instant
  raised_at: Temporal.Instant
  limit_minutes: number
  ended_at: Temporal.Instant | null
  state: State
  cause: IdleCause | null
  note: string | null
}

/** Today's alerts of the groups that the actor answers for, open ones first. Never his own. [S4.3.3c] */
export async function idleAlerts(ctx: Ctx) {
  const groups = await groupsReached(ctx, IDLE_ROLES)
  const { rows } = await sql<AlertRow>`
    select a.id, a.person_id, n.name, a.group_id, u.name as group_name, a.idle_since, a.raised_at, a.limit_minutes,
      a.ended_at, coalesce(p.state, 'offline') as state, a.cause, a.note
    from idle_alert a
      join person_name n on n.id = a.person_id
      join org_unit u on u.id = a.group_id
      left join presence p on p.person_id = a.person_id and p.day = a.occurred_on
    where a.group_id = any(${groups.map(({ id }) => id)}::uuid[]) and a.occurred_on = ${ctx.today}
      and a.raised_at >= ${ctx.now.subtract({ hours: 24 })} and a.person_id <> ${ctx.actor.personId}
    order by a.ended_at is not null, a.cause is not null, a.raised_at desc`.execute(ctx.db)
  return rows.map((row) => ({
    id: row.id,
    personId: row.person_id,
    name: row.name,
    groupId: row.group_id,
    group: row.group_name,
    idleSince: row.idle_since,
    raisedAt: row.raised_at,
    limitMinutes: row.limit_minutes,
    endedAt: row.ended_at,
    state: row.state,
    cause: row.cause,
    note: row.note ?? '',
  }))
}

/** The leader notes what he found; a later note stands over an earlier one, and both stay in the record. [S4.3.3c] */
export async function markIdle(ctx: Ctx, input: { alertId: string; cause: IdleCause; note: string }): Promise<void> {
  const { rows } = await sql<{ person_id: string; group_id: string }>`
    select person_id, group_id from idle_alert where id = ${input.alertId} and centre_id = ${ctx.centre.id}
    for update`.execute(ctx.db)
  const alert = rows[0]
  if (!alert || !reaches(reach(ctx.actor, IDLE_ROLES), alert.group_id)) throw notFound()
  demand(mayMarkIdle(ctx.actor.personId, alert.person_id), { kind: 'person', id: alert.person_id })
  await sql`update idle_alert set cause = ${input.cause}, note = ${input.note}, marked_by = ${ctx.actor.personId},
    marked_at = ${ctx.now} where id = ${input.alertId}`.execute(ctx.db)
  await settle(ctx, idleCause(input.alertId), 'marked')
  await ctx.emit('attendance.idleMarked', { kind: 'person', id: alert.person_id }, { cause: input.cause })
  ctx.touch('attendance', { personId: alert.person_id, groupId: alert.group_id })
}
