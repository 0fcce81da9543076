import { isWorkday } from '../../lib/workdays.ts'
import type { Centre } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'
import type { RuleSet } from '../../platform/rules.ts'
import { type Block, dayBlocks, dialRuns, isWork, type Stretch, stretchOf } from './blocks.ts'
import type { CheckTimes } from './rules.ts'

export { type Block, blockAt } from './blocks.ts'

/** Whether the centre works on a day, by the calendar in force; `assumed` where the official year is not known. */
export const workdayOf = (rules: RuleSet, day: Temporal.PlainDate) => isWorkday(day, rules.get('calendar'))

/**
 * The blocks of a day in order, without gaps, from 00:00 to midnight on the centre's wall clock; one block `off` on a
 * day off. Source: the rules in force on that day (`ctx.rules.at(day, groupId)`). [S4.4.3]
 */
export const timetableOf = (rules: RuleSet, day: Temporal.PlainDate, kind: Centre['kind']): Block[] =>
  dayBlocks(rules, day.dayOfWeek, kind, workdayOf(rules, day).workday)

const blocksOf = (ctx: Ctx, day: Temporal.PlainDate, groupId: string | null) =>
  timetableOf(ctx.rules.at(day, groupId), day, ctx.centre.kind)

/** The runs of dialling blocks of a group's day, as instants. */
export const dialRunsOf = (ctx: Ctx, groupId: string | null): Stretch[] =>
  dialRuns(blocksOf(ctx, ctx.today, groupId), ctx.today, ctx.centre.timeZone)

/** When the work of a day ends; its midnight's beginning where there is none. */
export function workEndsAt(ctx: Ctx, day: Temporal.PlainDate, groupId: string | null): Temporal.Instant {
  const last = blocksOf(ctx, day, groupId).findLast(isWork)
  if (!last) return day.toZonedDateTime(ctx.centre.timeZone).toInstant()
  return stretchOf(last, day, ctx.centre.timeZone).to
}

/** The times of a group's morning today, as instants and as the wall clock shows them. [S4.4.2] */
export function checkTimesOf(ctx: Ctx, groupId: string | null) {
  const rules = ctx.rules.at(ctx.today, groupId)
  const wall = {
    checkFrom: rules.get('online.checkFrom'),
    onlineAt: rules.get('online.at'),
    alertAfter: rules.get('online.alertAfter'),
  }
  const at = (time: string) =>
    ctx.today.toZonedDateTime({ timeZone: ctx.centre.timeZone, plainTime: Temporal.PlainTime.from(time) }).toInstant()
  const times: CheckTimes = {
    checkFrom: at(wall.checkFrom),
    onlineAt: at(wall.onlineAt),
    alertAfter: at(wall.alertAfter),
    clause: rules.origin('online.at').clause,
  }
  return { times, wall, decideAt: at(rules.get('acting.decideAt')) }
}
