import { no } from '../../lib/verdict.ts'
import type { Role } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'
import { notifyAll, openCauses, settle } from '../notices/notices.ts'
import { groupsReached } from '../people/structure.ts'
import { isLeaderless, leadersToday, leadersToTell, openGroups, rollOf } from './roll.ts'
import { leaderlessCause } from './rules.ts'
import { checkTimesOf, workdayOf } from './timetable.ts'

/** Who may name a leader for the day. */
export const APPOINTERS = ['um', 'deptManager'] as const satisfies readonly Role[]

/**
 * Groups of the actor's regions that have no leader there, from the deciding time on, each with those of its people who
 * have come and could lead for the day. Empty before that time and on days off. [S4.4.2]
 */
export async function leaderless(ctx: Ctx) {
  const groups = await groupsReached(ctx, APPOINTERS)
  if (!workdayOf(ctx.rules.at(ctx.today), ctx.today).workday) return []
  const due = groups.filter(({ id }) => Temporal.Instant.compare(ctx.now, checkTimesOf(ctx, id).decideAt) >= 0)
  const leaders = await leadersToday(
    ctx,
    due.map(({ id }) => id),
  )
  const missing = due.filter(({ id }) => isLeaderless(leaders.get(id) ?? []))
  const seats = await rollOf(
    ctx,
    missing.map(({ id }) => id),
  )
  return missing.map(({ id, name }) => ({
    groupId: id,
    name,
    leaders: leaders.get(id) ?? [],
    candidates: seats
      .filter(({ groupId, checkedInAt }) => groupId === id && checkedInAt !== null)
      .map(({ personId, name: called }) => ({ personId, name: called })),
  }))
}

/** By the clock, at the deciding time: tells the unit managers which groups have no leader there. [S4.4.2] */
export async function findLeaderless(ctx: Ctx, day: Temporal.PlainDate): Promise<void> {
  const rules = ctx.rules.at(ctx.today)
  // A day that is over needs no leader any more.
  if (!day.equals(ctx.today) || !workdayOf(rules, day).workday) return
  const { clause } = rules.origin('acting.decideAt')
  const groups = await openGroups(ctx)
  const leaders = await leadersToday(ctx, groups)
  for (const id of groups) {
    if (!isLeaderless(leaders.get(id) ?? [])) continue
    const told = await leadersToTell(ctx, id, { from: 'um' })
    const given = await notifyAll(
      ctx,
      told.map((personId) => ({
        kind: 'task' as const,
        personId,
        key: 'attendance.leaderless',
        values: { groupId: id },
        clause,
        cause: leaderlessCause(id, ctx.today),
        link: '/',
      })),
    )
    if (given.size === 0) continue
    await ctx.decide({ verdict: no('attendance.leaderAbsent', clause), subject: { kind: 'group', id } })
    ctx.touch('attendance', { groupId: id })
  }
}

/** By the clock: takes back what was told of groups that have got a leader, by coming or by being named. [S4.4.2] */
export async function settleLeaderless(ctx: Ctx): Promise<void> {
  const open = await openCauses(ctx, leaderlessCause('', ctx.today))
  if (open.length === 0) return
  const groups = await openGroups(ctx)
  const leaders = await leadersToday(ctx, groups)
  const causeOf = (id: string) => leaderlessCause(id, ctx.today)
  const led = groups.filter((id) => open.includes(causeOf(id)) && !isLeaderless(leaders.get(id) ?? []))
  await settle(ctx, led.map(causeOf), 'leaderNamed')
  for (const id of led) ctx.touch('attendance', { groupId: id })
}
