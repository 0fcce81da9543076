import { z } from 'zod'
import { Day, Id, Instant } from '../../lib/wire.ts'
import { query } from '../../platform/api.ts'
import { board, LINE } from './board.ts'
import { Figures, figures, Stretch } from './figures.ts'
import { hours } from './hours.ts'
import { progress } from './progress.ts'
import { SEAT_STATES } from './rules.ts'

/*
 * The floor as it is now: who does what since when, today's figures against each one's own norm, and how far the leads
 * are worked through. For leaders and the line above [S4.3.3a] [S4.4.11a]; an agent sees his own seat and what his group
 * has done. Nothing is kept here: all of it is read from attendance, calls, leads, sales and showroom. Past days are summed and
 * not reported on; no list of who lags behind [S5.1.4c].
 */

const Totals = z.object({
  seats: z.int(),
  dials: z.int(),
  connected: z.int(),
  effective: z.int(),
  talkSeconds: z.int(),
  cases: z.int(),
  /** Null to those who are not in the line above. */
  online: z.int().nullable(),
  talking: z.int().nullable(),
  paused: z.int().nullable(),
  idle: z.int().nullable(),
})

const Seat = z.object({
  personId: Id,
  name: z.string(),
  groupId: Id,
  seat: z.string().nullable(),
  position: z.int().nullable(),
  state: z.enum(SEAT_STATES),
  reason: z.string().nullable(),
  since: Instant.nullable(),
  dials: z.int(),
  connected: z.int(),
  effective: z.int(),
  talkSeconds: z.int(),
  cases: z.int(),
  /** The latest dial, hang-up or wrap-up of today. */
  lastAt: Instant.nullable(),
  /** Open idling, for the line above alone. */
  idle: z.object({ since: Instant, limitMinutes: z.int() }).nullable(),
  /** The middle of the last worked days, of a whole day; null before there is one. `days` = how many went in. */
  norm: z.object({ dials: z.number(), talkSeconds: z.number(), days: z.int() }).nullable(),
})

const Board = z.object({
  asOf: Instant,
  today: Day,
  measuredBy: z.array(z.string()),
  cases: z.int(),
  totals: Totals.nullable(),
  regions: z.array(z.object({ id: Id, name: z.string(), totals: Totals })),
  groups: z.array(
    z.object({
      id: Id,
      name: z.string(),
      regionId: Id.nullable(),
      mine: z.boolean(),
      /** Part of the group's dialling time of today that is over, 0 to 1. */
      share: z.number(),
      totals: Totals,
      seats: z.array(Seat),
    }),
  ),
})

const Progress = z.object({
  personId: Id,
  name: z.string(),
  stock: z.int(),
  fresh: z.int(),
  warm: z.int(),
  dueNow: z.int(),
  overdue: z.int(),
  dueToday: z.int(),
  doneToday: z.int(),
  nextDueAt: Instant.nullable(),
  workedThrough: z.int(),
  handled: z.int(),
  dials: z.int(),
  connected: z.int(),
  effective: z.int(),
  cases: z.int(),
  callbacks: z.int(),
  callbacksLate: z.int(),
  nextCallback: z.object({ from: Instant, to: Instant }).nullable(),
})

export const floor = {
  board: query({
    may: ['tsr', ...LINE],
    input: z.object({ groupId: Id.optional() }),
    output: Board,
    summary: 'The floor now: each seat’s state, since when, and today’s figures against the own norm [S4.3.3a]',
    run: async (ctx, { groupId }) => {
      const { measuredBy, regions, groups, ...rest } = await board(ctx, groupId)
      return {
        ...rest,
        measuredBy: [...measuredBy],
        regions: [...regions],
        groups: groups.map((group) => ({ ...group, seats: [...group.seats] })),
      }
    },
  }),
  hours: query({
    may: LINE,
    input: z.object({ groupId: Id.optional() }),
    output: z.object({
      asOf: Instant,
      hours: z.array(
        z.object({
          ...{ hour: z.int(), dials: z.int(), connected: z.int(), talkSeconds: z.int(), cases: z.int() },
        }),
      ),
    }),
    summary: 'Today by the hour, for the caller’s groups',
    run: (ctx, { groupId }) => hours(ctx, groupId),
  }),
  figures: query({
    may: LINE,
    input: Stretch,
    output: Figures,
    summary: 'Calls of some days by group and agent in the caller’s scope, from the day sums; a year at most',
    run: (ctx, input) => figures(ctx, input),
  }),
  progress: query({
    may: LINE,
    input: z.object({ groupId: Id }),
    output: z.object({ asOf: Instant, agents: z.array(Progress) }),
    summary:
      'How far each agent of a group is: stock, tries done and due, contacts, warm leads, next callback [S4.4.11a]',
    run: async (ctx, { groupId }) => ({ asOf: ctx.now, agents: await progress(ctx, groupId) }),
  }),
}
