import { z } from 'zod'
import { Day, Id, Instant, Words } from '../../lib/wire.ts'
import { command, open, openStream, query } from '../../platform/api.ts'
import { welcomeDevice } from '../../platform/devices.ts'
import { announce, announcements, withdraw } from './announce.ts'
import { ANNOUNCERS, KEEPERS, LONGEST_ANNOUNCEMENT } from './rules.ts'
import { change, pair, revoke, screens, unitChoices } from './screens.ts'
import { watch } from './watch.ts'

/*
 * wall: screens that hang where everybody sees them. A screen has no person: it shows a code, a manager gives it a place,
 * and its secret then reads that place's figures and what was said in public [S4.3.3b] [S4.5.2] – no customer, nobody's
 * own figures [S5.1.4c] – and can do nothing else. Nothing is measured here: figures are the floor's, words the notices'.
 */

const Nothing = z.object({})
const Name = z.string().trim().min(1).max(60)
const Block = z.object({ name: z.string(), kind: z.string(), from: Instant, to: Instant })
const Figures = z.object({
  ...{ cases: z.int(), dials: z.int(), connected: z.int(), talkSeconds: z.int() },
  ...{ appointments: z.int().nullable(), visits: z.int().nullable() },
})
/** Means of the last worked days, whole; null without one behind. */
const Plan = z.object({ cases: z.int(), dials: z.int(), talkSeconds: z.int(), days: z.int() }).nullable()
const Said = z.object({
  id: Id,
  /** Words under `notice.<key>`. */
  key: z.string(),
  at: Instant,
  values: z.record(z.string(), z.union([z.string(), z.number(), Words])),
})
const Picture = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting'), code: z.string(), until: Instant }),
  z.object({
    state: z.literal('paired'),
    ...{ asOf: Instant, today: Day, rate: z.number(), timeZone: z.string(), kind: z.enum(['life', 'dealership']) },
    ...{ screen: z.string(), centre: z.string(), unit: z.string(), unitKind: z.enum(['centre', 'region', 'group']) },
    measuredBy: z.array(z.string()),
    ...{ block: Block, next: Block.nullable() },
    total: z.object({ figures: Figures, plan: Plan }),
    groups: z.array(z.object({ id: Id, name: z.string(), share: z.number(), figures: Figures, plan: Plan })),
    ...{ praise: z.array(Said), news: z.array(Said) },
    /** Successes of today in all; `praise` has the latest. */
    praiseToday: z.int(),
  }),
])

export const wall = {
  arrive: open({
    method: 'POST',
    summary: 'A screen is there: it keeps its secret, or gets one in a cookie and a code for ten minutes',
    input: Nothing,
    output: z.object({ paired: z.boolean(), code: z.string().nullable(), until: Instant.nullable() }),
    async run({ boot, http }) {
      const { centreId, code, codeUntil } = await welcomeDevice(boot, http)
      return { paired: centreId !== null, code, until: codeUntil }
    },
  }),
  live: openStream({
    summary: 'What the screen shows, by its cookie: the code, then the figures each time they move',
    input: Nothing,
    output: Picture,
    run: (at) => watch(at),
  }),

  screens: query({
    may: KEEPERS,
    input: Nothing,
    output: z.object({
      screens: z.array(
        z.object({
          ...{ id: Id, name: z.string(), unitId: Id, unit: z.string(), version: z.int(), pairedAt: Instant },
          ...{ pairedBy: z.string().nullable(), connected: z.boolean(), silentMinutes: z.int() },
        }),
      ),
      units: z.array(z.object({ id: Id, name: z.string(), kind: z.enum(['centre', 'region', 'group']) })),
    }),
    summary: 'The screens of the caller’s units, whether each is there, and the units that one may show',
    run: async (ctx) => ({ screens: await screens(ctx), units: await unitChoices(ctx) }),
  }),
  pair: command({
    may: KEEPERS,
    input: z.object({ code: z.string().min(1).max(20), name: Name, unitId: Id }),
    output: z.object({ screenId: Id }),
    summary: 'Gives the screen that shows this code its name and its unit',
    run: async (ctx, input) => ({ screenId: await pair(ctx, input) }),
  }),
  change: command({
    may: KEEPERS,
    input: z.object({ screenId: Id, version: z.int(), name: Name, unitId: Id }),
    output: z.object({ version: z.int() }),
    summary: 'Another name or unit for a screen',
    run: (ctx, input) => change(ctx, input),
  }),
  revoke: command({
    may: KEEPERS,
    input: z.object({ screenId: Id }),
    output: Nothing,
    summary: 'Takes a screen’s place away: it shows a code again at once',
    run: async (ctx, { screenId }) => {
      await revoke(ctx, screenId)
      return {}
    },
  }),

  announcements: query({
    may: ANNOUNCERS,
    input: Nothing,
    output: z.object({
      announcements: z.array(
        z.object({ id: Id, unitId: Id, unit: z.string(), text: z.string(), by: z.string(), at: Instant }),
      ),
    }),
    summary: 'Today’s announcements to the caller’s units',
    run: async (ctx) => ({ announcements: await announcements(ctx) }),
  }),
  announce: command({
    may: ANNOUNCERS,
    input: z.object({ unitId: Id, text: z.string().trim().min(1).max(LONGEST_ANNOUNCEMENT) }),
    output: Nothing,
    summary: 'Says something to everybody of a unit, on its screens and in their notices, for the rest of the day',
    run: async (ctx, input) => {
      await announce(ctx, input)
      return {}
    },
  }),
  withdraw: command({
    may: ANNOUNCERS,
    input: z.object({ id: Id }),
    output: Nothing,
    summary: 'Takes an announcement back',
    run: async (ctx, { id }) => {
      await withdraw(ctx, id)
      return {}
    },
  }),
}
