import { sql } from 'kysely'
import { type Role, reach, reaches } from '../../platform/actor.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { settle } from '../notices/notices.ts'
import { groupsReached } from '../people/structure.ts'
import { leadersToday, type RollSeat, rollOf } from './roll.ts'
import { checkCause, mayStartFloor } from './rules.ts'
import { checkTimesOf } from './timetable.ts'

/** Who sees the roll of a group: its leader and the line above. Lateness is shown to nobody else. [S5.1.4c] */
export const ROLL_ROLES = ['tl', 'um', 'deptManager', 'deputyGm'] as const satisfies readonly Role[]

type Start = { group_id: string; at: Temporal.Instant; by_id: string; by_name: string | null; amber: string[] }

async function startsOf(ctx: Ctx, groupIds: readonly string[]): Promise<Map<string, Start>> {
  const { rows } = await sql<Start>`
    select f.group_id, f.at, f.by_id, n.name as by_name, f.amber from floor_start f
      left join person_name n on n.id = f.by_id
    where f.day = ${ctx.today} and f.group_id = any(${[...groupIds]}::uuid[])`.execute(ctx.db)
  return new Map(rows.map((row) => [row.group_id, row]))
}

/** When a group's floor was called started today; null = not yet. For `canStartMonitoring`. [S4.4.2] */
export const floorStartedAt = async (ctx: Ctx, groupId: string): Promise<Temporal.Instant | null> =>
  (await startsOf(ctx, [groupId])).get(groupId)?.at ?? null

/** The rolls of the groups that the actor leads or stands above, each with its leaders and its start. */
export async function rolls(ctx: Ctx, groupId?: string) {
  const reached = await groupsReached(ctx, ROLL_ROLES)
  const groups = groupId ? reached.filter(({ id }) => id === groupId) : reached
  if (groupId && groups.length === 0) throw notFound()
  const ids = groups.map(({ id }) => id)
  const [seats, leaders, starts] = [await rollOf(ctx, ids), await leadersToday(ctx, ids), await startsOf(ctx, ids)]
  const byGroup = Map.groupBy(seats, (seat) => seat.groupId)
  return groups.map(({ id, name, regionId }) => {
    const start = starts.get(id)
    const { times, wall } = checkTimesOf(ctx, id)
    return {
      groupId: id,
      name,
      regionId,
      leaders: leaders.get(id) ?? [],
      /** Whether the actor himself leads it today, and so may start it. */
      mine: reaches(reach(ctx.actor, ['tl']), id),
      started: start ? { at: start.at, by: start.by_name ?? '', amber: start.amber } : null,
      times: { ...times, wall },
      seats: byGroup.get(id) ?? [],
    }
  })
}

/** Seats without first dial and without excuse: under whose name the floor starts all the same. */
const waiting = (seats: readonly RollSeat[]) => seats.filter(({ step }) => step !== 'dialling' && step !== 'excused')

/**
 * The leader calls the floor of his group started, which opens monitoring. Once a day; a second call says what the
 * first one kept. Amber seats are kept with the leader's name. [S4.4.2]
 */
export async function startFloor(
  ctx: Ctx,
  groupId: string,
): Promise<{ at: Temporal.Instant; amber: readonly string[] }> {
  if (!reaches(reach(ctx.actor, ['tl']), groupId)) throw notFound()
  const earlier = (await startsOf(ctx, [groupId])).get(groupId)
  if (earlier) return { at: earlier.at, amber: earlier.amber }
  const seats = await rollOf(ctx, [groupId])
  const { times, wall } = checkTimesOf(ctx, groupId)
  const subject = { kind: 'group', id: groupId }
  const verdict = mayStartFloor(
    seats.map(({ step }) => step),
    ctx.now,
    times,
    wall,
  )
  demand(verdict, subject)
  await ctx.decide({ verdict, subject, clauses: [times.clause] })
  const amber = waiting(seats).map(({ personId }) => personId)
  // Of two leaders who tap at once the first one's word stands.
  const { rows } = await sql<{ at: Temporal.Instant; amber: string[] }>`
    insert into floor_start (group_id, day, centre_id, by_id, at, amber)
    values (${groupId}, ${ctx.today}, ${ctx.centre.id}, ${ctx.actor.personId}, ${ctx.now}, ${sql.val(amber)}::uuid[])
    on conflict (group_id, day) do update set day = excluded.day returning at, amber`.execute(ctx.db)
  await settle(ctx, checkCause(groupId, ctx.today), 'floorStarted')
  await ctx.emit('attendance.floorStarted', subject, { amber: amber.length })
  ctx.touch('attendance', { groupId })
  ctx.touch('floor', { groupId })
  return rows[0]!
}
