import { z } from 'zod'
import { Day, DayIn, Id, Instant, InstantIn, Words } from '../../lib/wire.ts'
import type { Role } from '../../platform/actor.ts'
import { command, query } from '../../platform/api.ts'
import { book } from './book.ts'
import { daySheet, editSheet, SHEET_EDITORS, SHEET_ROLES } from './daySheet.ts'
import { dealWithEvents, openDeals } from './deals.ts'
import { findVisitor, todayAtDesk, visit, walkIn } from './frontDesk.ts'
import { ordersOf } from './orders.ts'
import { askLost, decideLost, record, takeBack } from './record.ts'
import { FEWEST_DIGITS, FIGURES, KINDS, LOST_REASONS, STATES, STEPS } from './rules.ts'
import { DEAL_ROLES, HOSTS } from './scope.ts'

/*
 * showroom: a car dealer's customers from the appointment at the telephone over the front desk to order and delivery, or to
 * a deal that the manager lets go, and the day's count of it all [S2.2.1]. Every entry is appended; a wrong one is taken
 * back by another. Models are catalog's products. Not who is called (leads) nor who arrived (arrivals). Views for modules
 * to the right: deal_fact, deal_step.
 */

const DESK = ['reception', 'showroomSales'] as const satisfies readonly Role[]
const Maybe = z.string().nullable()
const Note = z.string().trim().max(1000)
const Version = z.object({ version: z.int() })
const DealId = z.object({ dealId: Id })
const Figure = z.enum(FIGURES)
const State = z.enum(STATES)
const Versioned = { dealId: Id, version: z.int() }

const Deal = z.object({
  ...{ id: Id, customerId: Id, customer: Maybe, phone: Maybe, agentId: Id.nullable(), agent: Maybe },
  ...{ salesId: Id.nullable(), sales: Maybe, productId: Id.nullable(), product: Words.nullable(), state: State },
  ...{ appointedAt: Instant.nullable(), orderNo: Maybe, openedOn: Day, lastAt: Instant, lastKind: z.enum(KINDS) },
  ...{ lostReason: Maybe, note: z.string(), version: z.int() },
})
const Event = z.object({
  ...{ id: Id, kind: z.enum(KINDS), occurredOn: Day, at: Instant, recordedAt: Instant, by: Maybe, person: Maybe },
  ...{ appointedAt: Instant.nullable(), reason: Maybe, note: z.string(), takesBack: Id.nullable(), gone: z.boolean() },
})
const Host = z.object({ personId: Id, name: z.string(), waiting: z.int(), today: z.int() })
const Found = z.object({
  ...{ dealId: Id.nullable(), customerId: Id, customer: Maybe, phone: Maybe, appointedAt: Instant.nullable() },
  ...{ agent: Maybe, salesId: Id.nullable(), sales: Maybe, state: State.nullable() },
})
const Cell = z.object({
  recorded: z.int(),
  value: z.int(),
  edits: z.array(z.object({ before: z.int(), after: z.int(), why: z.string(), by: Maybe, at: Instant })),
})
const each = <T extends z.ZodType>(of: T) =>
  z.object(Object.fromEntries(FIGURES.map((figure) => [figure, of])) as Record<(typeof FIGURES)[number], T>)

export const showroom = {
  book: command({
    may: ['tsr', 'tl'],
    input: z.object({
      ...{ tabId: Id, callId: Id, at: InstantIn },
      ...{ salesId: Id.nullable().default(null), productId: Id.nullable().default(null), note: Note.default('') },
    }),
    output: DealId,
    summary: 'Books a visit at the desk: the appointment and the wrap-up of the call in one [S2.2.1]',
    run: (ctx, input) => book(ctx, input),
  }),
  today: query({
    may: [...DESK, 'tsr', 'tl', 'deptManager'],
    personal: true,
    input: z.object({}),
    output: z.object({ asOf: Instant, deals: z.array(Deal), hosts: z.array(Host) }),
    summary: 'Who is expected today and who came, in the caller’s scope, and who of the showroom is there',
    run: async (ctx) => ({ asOf: ctx.now, ...(await todayAtDesk(ctx)) }),
  }),
  find: command({
    may: ['reception'],
    // A command, so that a number stands in no address.
    input: z.object({
      digits: z
        .string()
        .trim()
        .regex(/^\+?\d+$/)
        .min(FEWEST_DIGITS)
        .max(20),
    }),
    output: z.object({ found: z.array(Found) }),
    summary:
      'Who stands at the front desk: by the last digits whoever is expected, by the whole number whoever we know',
    run: async (ctx, { digits }) => ({ found: await findVisitor(ctx, digits) }),
  }),
  visit: command({
    may: ['reception'],
    input: z.object({ dealId: Id.nullable().default(null), customerId: Id, salesId: Id.nullable().default(null) }),
    output: DealId,
    summary: 'Records a visit and calls whoever receives the customer [S2.2.1]',
    run: (ctx, input) => visit(ctx, input),
  }),
  walkIn: command({
    may: ['reception'],
    input: z.object({
      ...{ name: z.string().trim().max(80).default(''), number: z.string().trim().min(1).max(40) },
      ...{ productId: Id.nullable().default(null), salesId: Id.nullable().default(null), agreed: z.boolean() },
    }),
    output: DealId,
    summary: 'Records the visit of somebody nobody expected [S2.2.1]',
    run: (ctx, input) => walkIn(ctx, input),
  }),

  deals: query({
    may: DEAL_ROLES,
    personal: true,
    input: z.object({}),
    output: z.object({ asOf: Instant, deals: z.array(Deal) }),
    summary: 'Customers on their way to a car, in the caller’s scope, with those who ended of late',
    run: async (ctx) => ({ asOf: ctx.now, deals: await openDeals(ctx) }),
  }),
  deal: query({
    may: DEAL_ROLES,
    personal: true,
    input: z.object({ id: Id }),
    output: Deal.extend({ events: z.array(Event) }),
    summary: 'One deal with every entry',
    run: (ctx, { id }) => dealWithEvents(ctx, id),
  }),
  orders: query({
    may: DEAL_ROLES,
    input: z.object({ agentId: Id, day: DayIn.optional() }),
    output: z.object({
      orders: z.array(z.object({ dealId: Id, at: Instant, product: Words.nullable(), orderNo: Maybe, state: State })),
    }),
    summary: 'Orders of a day by customers whom one agent invited, in the caller’s scope',
    run: async (ctx, { agentId, day }) => ({ orders: await ordersOf(ctx, agentId, day) }),
  }),
  record: command({
    may: HOSTS,
    input: z.object({
      ...{
        ...Versioned,
        step: z.enum(STEPS),
        on: DayIn.nullable().default(null),
        at: InstantIn.nullable().default(null),
      },
      ...{
        productId: Id.nullable().default(null),
        orderNo: z.string().trim().max(40).default(''),
        note: Note.default(''),
      },
    }),
    output: Version,
    summary: 'Records a reception, a test drive, a follow-up, an order or a delivery [S2.2.1]',
    run: (ctx, input) => record(ctx, input),
  }),
  askLost: command({
    may: ['showroomSales', 'tsr', 'tl'],
    input: z.object({ ...Versioned, reason: z.enum(LOST_REASONS), note: Note.min(1) }),
    output: Version,
    summary: 'Asks the manager to let a deal go, with the reason [S2.3.3]',
    run: (ctx, input) => askLost(ctx, input),
  }),
  decideLost: command({
    may: ['deptManager'],
    input: z.object({ ...Versioned, approve: z.boolean(), note: Note.default('') }),
    output: Version,
    summary: 'Lets a deal go, or sends it back with what is still to be tried; never one of one’s own [S2.3.3]',
    run: (ctx, input) => decideLost(ctx, input),
  }),
  takeBack: command({
    may: ['deptManager'],
    input: z.object({ ...Versioned, why: Note.min(1) }),
    output: Version,
    summary: 'Takes the latest entry of a deal back, with the reason; both stay on record',
    run: (ctx, input) => takeBack(ctx, input),
  }),

  daySheet: query({
    may: SHEET_ROLES,
    input: z.object({ day: DayIn.optional() }),
    output: z.object({
      asOf: Instant,
      day: Day,
      rows: z.array(z.object({ personId: Id, name: z.string(), group: Maybe, figures: each(Cell) })),
      sums: each(z.int()),
    }),
    summary: 'The day’s count per person and in sum, from the records, with what was put right by hand [S2.2.1]',
    run: async (ctx, { day }) => {
      const { rows, sums } = await daySheet(ctx, day)
      const plain = rows.map((row) => ({
        ...row,
        figures: Object.fromEntries(
          FIGURES.map((figure) => [figure, { ...row.figures[figure], edits: [...row.figures[figure].edits] }]),
        ) as Record<(typeof FIGURES)[number], { recorded: number; value: number; edits: [] }>,
      }))
      return { asOf: ctx.now, day: day ?? ctx.today, rows: plain, sums }
    },
  }),
  editSheet: command({
    may: SHEET_EDITORS,
    input: z.object({ day: DayIn, personId: Id, figure: Figure, value: z.int().min(0).max(9999), why: Note.min(1) }),
    output: z.object({}),
    summary: 'Puts a figure of the day sheet right by hand; what it was stays to be seen [S2.2.1]',
    run: async (ctx, input) => {
      await editSheet(ctx, input)
      return {}
    },
  }),
}
