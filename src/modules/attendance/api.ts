import { z } from 'zod'
import { DayIn, Id, Instant, InstantIn } from '../../lib/wire.ts'
import type { Actor, Role } from '../../platform/actor.ts'
import { command, query } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { ROLL_ROLES, rolls, startFloor } from './floor.ts'
import { IDLE_ROLES, idleAlerts, markIdle } from './idle.ts'
import { APPOINTERS, leaderless } from './leaderless.ts'
import { beReady, goOnline, ownDay, pause, resume, sendExcuse } from './own.ts'
import { checkIn, enter } from './presence.ts'
import { IDLE_CAUSES, PAUSE_REASONS } from './rules.ts'
import { IdleAlert, Leaderless, OwnDay, Roll, Timetable } from './shapes.ts'
import { timetableOf, workdayOf } from './timetable.ts'

/*
 * The day by the timetable and who does what in it: present, ready, online, in a call, paused with a reason; the online
 * check of the leader and his word that the floor has started; idling told to the leader alone. Lateness and idling are
 * seen by the person and the line above and by nobody else. Not the telephone: calls tell us when somebody dials. Not
 * leave and not the roster.
 */

/** Those who sit at a telephone: agents, and leaders who dial themselves. */
const SEATS = ['tsr', 'tl'] as const satisfies readonly Role[]
const Nothing = z.object({})
const done = async (work: Promise<unknown>) => {
  await work
  return {}
}

/** The group whose timetable a person lives by: his own, or the first that he leads. */
const groupOf = ({ groupId, grants }: Actor): string | null =>
  groupId ?? grants.find(({ unitKind }) => unitKind === 'group')?.unitId ?? null

function timetable(ctx: Ctx, day: Temporal.PlainDate) {
  const rules = ctx.rules.at(day, groupOf(ctx.actor))
  const { workday, assumed, name } = workdayOf(rules, day)
  const blocks = timetableOf(rules, day, ctx.centre.kind).map((block) => ({
    ...block,
    from: block.from.toString(),
    to: block.to.toString(),
    latest: block.latest?.toString() ?? null,
  }))
  return { day, workday, assumed, holiday: name ?? null, blocks }
}

export const attendance = {
  timetable: query({
    may: 'everyone',
    input: z.object({ day: DayIn.optional() }),
    output: Timetable,
    summary: 'The blocks of a day (default today) for the caller’s group, without gaps',
    run: async (ctx, { day }) => timetable(ctx, day ?? ctx.today),
  }),
  mine: query({
    may: 'everyone',
    input: Nothing,
    output: OwnDay,
    summary: 'The caller’s own day: state, times, seconds by state, idling',
    run: ownDay,
  }),
  checkIn: command({
    may: 'everyone',
    input: Nothing,
    output: Nothing,
    summary: 'Says that the caller is there',
    run: (ctx) => done(checkIn(ctx, ctx.actor.personId)),
  }),
  ready: command({
    may: SEATS,
    input: Nothing,
    output: Nothing,
    summary: 'Reports the caller’s seat ready for the online check',
    run: (ctx) => done(beReady(ctx)),
  }),
  goOnline: command({
    may: SEATS,
    input: Nothing,
    output: Nothing,
    summary: 'Puts the caller online',
    run: (ctx) => done(goOnline(ctx)),
  }),
  pause: command({
    may: SEATS,
    input: z.object({ reason: z.enum(PAUSE_REASONS) }),
    output: Nothing,
    summary: 'Takes the caller out of dialling, with the reason',
    run: (ctx, { reason }) => done(pause(ctx, reason)),
  }),
  resume: command({
    may: SEATS,
    input: Nothing,
    output: Nothing,
    summary: 'Brings the caller back from a pause or a meeting',
    run: (ctx) => done(resume(ctx)),
  }),
  goOffline: command({
    may: SEATS,
    input: Nothing,
    output: Nothing,
    summary: 'Takes the caller off line',
    run: (ctx) => done(enter(ctx, ctx.actor.personId, 'offline')),
  }),
  sendExcuse: command({
    may: 'everyone',
    input: z.object({ until: InstantIn, reason: z.string().trim().min(1).max(300) }),
    output: Nothing,
    summary: 'The caller’s own word that he is late or absent today, until when and why',
    run: (ctx, input) => done(sendExcuse(ctx, input)),
  }),
  roll: query({
    may: ROLL_ROLES,
    input: z.object({ groupId: Id.optional() }),
    output: z.object({ asOf: Instant, groups: z.array(Roll) }),
    summary: 'Who is ready, online, dialling, excused or late, by group, for the leader and the line above',
    run: async (ctx, { groupId }) => ({ asOf: ctx.now, groups: await rolls(ctx, groupId) }),
  }),
  startFloor: command({
    may: ['tl'],
    input: z.object({ groupId: Id }),
    output: z.object({ at: Instant, amber: z.array(Id) }),
    summary: 'The leader’s word that the floor of his group has started; opens monitoring',
    run: async (ctx, { groupId }) => {
      const { at, amber } = await startFloor(ctx, groupId)
      return { at, amber: [...amber] }
    },
  }),
  idleAlerts: query({
    may: IDLE_ROLES,
    input: Nothing,
    output: z.object({ asOf: Instant, alerts: z.array(IdleAlert) }),
    summary: 'Today’s idling in the caller’s groups, open first',
    run: async (ctx) => ({ asOf: ctx.now, alerts: await idleAlerts(ctx) }),
  }),
  markIdle: command({
    may: IDLE_ROLES,
    input: z.object({ alertId: Id, cause: z.enum(IDLE_CAUSES), note: z.string().trim().max(500).default('') }),
    output: Nothing,
    summary: 'What the leader found when he went to see why somebody idled',
    run: (ctx, input) => done(markIdle(ctx, input)),
  }),
  leaderless: query({
    may: APPOINTERS,
    input: Nothing,
    output: z.object({ groups: z.array(Leaderless) }),
    summary: 'Groups of the caller’s region without a leader there, and who could lead for the day',
    run: async (ctx) => ({ groups: await leaderless(ctx) }),
  }),
}
