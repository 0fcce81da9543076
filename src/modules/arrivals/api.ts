import { z } from 'zod'
import { Day, DayIn, Id, Instant, Words } from '../../lib/wire.ts'
import type { Role } from '../../platform/actor.ts'
import { command, open, query } from '../../platform/api.ts'
import { adjust, confirm, ownGroup, proposeFor, setInTurn } from './allocate.ts'
import { allocationOf } from './allocation.ts'
import { ARRIVAL_ROLES, arrivalsOf, BOARD_ROLES, clockFigures } from './board.ts'
import { Delivery, deliver } from './deliver.ts'
import { enterCall, giveTo } from './hand.ts'
import { CHANNELS, RESULTS } from './rules.ts'
import { addSource, newKey, revokeSource, sources } from './sources.ts'

/*
 * arrivals: customers who come one by one, by a web form, a file or the telephone. Each has his moment and the clock of the
 * first dial [S2.1.4]; each becomes a lead with a consent of his own, so that the gate holds for him as for all. The
 * morning's allocation shares out what came the day before, and its id is what the evening counts by. Whole lists are
 * lists' matter, who visits is the showroom's. Views for modules to the right: arrival_fact.
 */

const KEEPERS = ['dataOfficer', 'deptManager'] as const satisfies readonly Role[]
const Channel = z.enum(CHANNELS)
const Clock = z.enum(['none', 'running', 'late', 'kept', 'missed'])
const Nothing = z.object({})
const Maybe = z.string().nullable()
const Versioned = { allocationId: Id, version: z.int() }
const Version = z.object({ version: z.int() })
const Code = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, { error: 'small letters, digits and hyphens' })
const TakenOut = z.object({
  arrivalId: Id,
  result: z.enum(RESULTS),
  again: z.boolean(),
  /** Until when the first dial is owed. */
  callDue: Instant.nullable(),
})
const done = async (work: Promise<unknown>) => {
  await work
  return {}
}

const Line = z.object({
  leadId: Id,
  channel: Channel,
  arrivedAt: Instant,
  customer: Maybe,
  phone: Maybe,
  product: Words,
  wants: z.string(),
  grade: z.string(),
  ...{ heldBy: Id.nullable(), proposedTo: Id.nullable(), givenTo: Id.nullable() },
  adjusted: z.boolean(),
})
const Counted = z.object({
  personId: Id,
  name: z.string(),
  skill: z.number(),
  inTurn: z.boolean(),
  ...{ load: z.int(), contacts: z.int(), given: z.int(), dialled: z.int(), reached: z.int() },
  ...{ appointments: z.int(), left: z.int() },
})

export const arrivals = {
  deliver: open({
    method: 'POST',
    summary:
      'A web site tells of one customer, with the key of its source in x-source-key; told twice, it is done once [S2.1.4]',
    input: Delivery,
    output: TakenOut,
    run: async ({ boot, http }, delivery) => {
      const { leadId: _, ...taken } = await deliver(boot, http, delivery)
      return taken
    },
  }),
  enterCall: command({
    may: ['tsr', 'tl', 'reception'],
    input: z.object({
      name: z.string().trim().max(80).default(''),
      number: z.string().trim().min(1).max(40),
      model: z.string().trim().max(60).nullable().default(null),
      wants: z.string().trim().max(500).default(''),
      agreed: z.literal(true),
    }),
    output: TakenOut,
    summary: 'A customer who rang and agreed to be called, entered by whoever took the call [S2.1.4]',
    run: async (ctx, { agreed: _, ...rang }) => {
      const { leadId: __, ...taken } = await enterCall(ctx, rang)
      return taken
    },
  }),

  sources: query({
    may: KEEPERS,
    input: Nothing,
    output: z.object({
      sources: z.array(
        z.object({
          ...{ id: Id, code: z.string(), name: z.string(), channel: Channel, productId: Id, product: Words },
          ...{ groupId: Id, group: z.string(), consentText: z.string(), keyHint: Maybe },
          ...{ keyMadeAt: Instant.nullable(), revokedAt: Instant.nullable(), createdBy: Maybe },
          ...{ week: z.int(), lastAt: Instant.nullable() },
        }),
      ),
    }),
    summary: 'Where customers come from one by one, without their keys',
    run: async (ctx) => ({ sources: await sources(ctx) }),
  }),
  addSource: command({
    may: KEEPERS,
    // The key is in the answer: it is given once and kept nowhere.
    answerOnce: true,
    input: z.object({
      code: Code,
      name: z.string().trim().min(1).max(80),
      channel: Channel,
      productId: Id,
      groupId: Id,
      consentText: z.string().trim().min(1).max(500),
    }),
    output: z.object({ sourceId: Id, key: Maybe }),
    summary: 'Opens a source; a web source’s key is in the answer and nowhere else',
    run: (ctx, input) => addSource(ctx, input),
  }),
  newKey: command({
    may: KEEPERS,
    answerOnce: true,
    input: z.object({ sourceId: Id }),
    output: z.object({ key: z.string() }),
    summary: 'A new key for a source; the one before opens nothing any more',
    run: (ctx, { sourceId }) => newKey(ctx, sourceId),
  }),
  revokeSource: command({
    may: KEEPERS,
    input: z.object({ sourceId: Id }),
    output: Nothing,
    summary: 'Closes a source with its key and its folder',
    run: (ctx, { sourceId }) => done(revokeSource(ctx, sourceId)),
  }),

  list: query({
    may: ARRIVAL_ROLES,
    personal: true,
    input: z.object({ day: DayIn.optional() }),
    output: z.object({
      asOf: Instant,
      arrivals: z.array(
        z.object({
          ...{ id: Id, arrivedAt: Instant, channel: Channel, source: z.string(), result: z.enum(RESULTS) },
          ...{ customer: Maybe, phone: Maybe, product: Words, wants: z.string() },
          ...{ callDue: Instant.nullable(), firstDialAt: Instant.nullable(), clock: Clock },
          ...{ leadId: Id.nullable(), holderId: Id.nullable(), holder: Maybe, state: Maybe },
        }),
      ),
    }),
    summary: 'Who arrived on a day and how the clock of the first dial stands; an agent’s own [S2.1.4]',
    run: async (ctx, { day }) => ({ asOf: ctx.now, arrivals: await arrivalsOf(ctx, day) }),
  }),
  clock: query({
    may: BOARD_ROLES,
    input: Nothing,
    output: z.object({
      asOf: Instant,
      minutes: z.int().nullable(),
      ...{ arrived: z.int(), web: z.int(), phone: z.int(), running: z.int(), late: z.int(), kept: z.int() },
      ...{ missed: z.int(), waiting: z.int(), nextDue: Instant.nullable() },
    }),
    summary: 'How the clocks of today’s arrivals stand, for the board [S2.1.4]',
    run: async (ctx) => ({ asOf: ctx.now, ...(await clockFigures(ctx)) }),
  }),
  give: command({
    may: ['tl', 'um'],
    input: z.object({ leadId: Id, personId: Id }),
    output: Nothing,
    summary: 'Gives an arrival to an agent by name [S2.1.4]',
    run: (ctx, input) => done(giveTo(ctx, input)),
  }),

  allocation: query({
    may: BOARD_ROLES,
    personal: true,
    input: z.object({ groupId: Id.optional(), day: DayIn.optional() }),
    output: z.object({
      asOf: Instant,
      groupId: Id,
      day: Day,
      traffic: z.array(z.object({ channel: Channel, source: z.string(), arrived: z.int(), open: z.int() })),
      allocation: z
        .object({
          ...{ id: Id, day: Day, from: Day, to: Day, state: z.enum(['proposed', 'confirmed']), confirmedBy: Maybe },
          ...{ confirmedAt: Instant.nullable(), version: z.int(), lines: z.array(Line), agents: z.array(Counted) },
        })
        .nullable(),
    }),
    summary: 'The allocation of a day with its proposal, and the evening’s count by the same id [S2.1.4]',
    run: async (ctx, asked) => ({ asOf: ctx.now, ...(await allocationOf(ctx, asked)) }),
  }),
  propose: command({
    may: ['tl', 'um'],
    input: z.object({ groupId: Id.optional() }),
    output: z.object({ allocationId: Id.nullable() }),
    summary: 'Proposes today’s allocation of the leads of the days before, by load and skill [S2.1.4]',
    run: async (ctx, { groupId }) => ({ allocationId: await proposeFor(ctx, await ownGroup(ctx, groupId)) }),
  }),
  adjust: command({
    may: ['tl', 'um'],
    input: z.object({ ...Versioned, leadId: Id, personId: Id }),
    output: Version,
    summary: 'Puts a lead of the proposal into other hands [S2.1.4]',
    run: (ctx, input) => adjust(ctx, input),
  }),
  setInTurn: command({
    may: ['tl', 'um'],
    input: z.object({ ...Versioned, personId: Id, inTurn: z.boolean() }),
    output: Version,
    summary: 'Whether an agent takes in turn what arrives today [S2.1.4]',
    run: (ctx, input) => setInTurn(ctx, input),
  }),
  confirm: command({
    may: ['tl', 'um'],
    input: z.object(Versioned),
    output: Version,
    summary: 'Confirms the allocation: the leads go to whom they are given, all or none [S2.1.4]',
    run: (ctx, input) => confirm(ctx, input),
  }),
}
