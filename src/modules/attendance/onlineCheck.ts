import { no } from '../../lib/verdict.ts'
import type { Ctx } from '../../platform/context.ts'
import { type NewNotice, notifyAll } from '../notices/notices.ts'
import { leadersToTell, openGroups, type RollSeat, rollOf } from './roll.ts'
import { checkCause, lateCause } from './rules.ts'
import { checkTimesOf, workdayOf } from './timetable.ts'

/* The online check by the clock: a task when it begins, an alert for each seat that has not dialled in time. */

type GroupAtWork = { readonly id: string; readonly seats: readonly RollSeat[] }

async function groupsAtWork(ctx: Ctx): Promise<GroupAtWork[]> {
  if (!workdayOf(ctx.rules.at(ctx.today), ctx.today).workday) return []
  const ids = await openGroups(ctx)
  const seats = Map.groupBy(await rollOf(ctx, ids), ({ groupId }) => groupId)
  return ids.flatMap((id) => (seats.has(id) ? [{ id, seats: seats.get(id)! }] : []))
}

/** At the beginning of the check: each leader gets the task with how many seats are not ready. [S4.4.2] */
export async function beginOnlineCheck(ctx: Ctx, day: Temporal.PlainDate): Promise<void> {
  if (!day.equals(ctx.today)) return
  const notices: NewNotice[] = []
  for (const { id, seats } of await groupsAtWork(ctx)) {
    const { times, wall } = checkTimesOf(ctx, id)
    // Made up too late, when each late seat is told by itself.
    if (Temporal.Instant.compare(ctx.now, times.alertAfter) >= 0) continue
    const missing = seats.filter(({ step }) => step === 'notReady').length
    for (const personId of await leadersToTell(ctx, id))
      notices.push({
        kind: 'task',
        personId,
        key: 'attendance.onlineCheck',
        values: { groupId: id, missing, expected: seats.length, at: wall.onlineAt },
        clause: times.clause,
        cause: checkCause(id, ctx.today),
        link: '/',
        validUntil: times.alertAfter.add({ hours: 2 }),
      })
    ctx.touch('attendance', { groupId: id })
  }
  await notifyAll(ctx, notices)
}

/**
 * After the alert's time: each seat without first dial and without excuse is told to its leader, once a day however
 * often this runs; an excuse that has run out is no excuse any more. [S4.4.2]
 */
export async function alertLateOnline(ctx: Ctx): Promise<void> {
  for (const { id, seats } of await groupsAtWork(ctx)) {
    const late = seats.filter(({ amber }) => amber)
    if (late.length === 0) continue
    const { times, wall } = checkTimesOf(ctx, id)
    const told = await leadersToTell(ctx, id)
    const given = await notifyAll(
      ctx,
      late.flatMap(({ personId }) =>
        told.map((leaderId) => ({
          kind: 'alert' as const,
          personId: leaderId,
          key: 'attendance.lateOnline',
          values: { personId, groupId: id, at: wall.alertAfter },
          clause: times.clause,
          cause: lateCause(personId, ctx.today),
          link: '/',
        })),
      ),
    )
    for (const { personId } of late) {
      if (!given.has(lateCause(personId, ctx.today))) continue
      const verdict = no('attendance.lateOnline', times.clause, { at: wall.alertAfter })
      await ctx.decide({ verdict, subject: { kind: 'person', id: personId } })
    }
    if (given.size > 0) ctx.touch('attendance', { groupId: id })
  }
}
