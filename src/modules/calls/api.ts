import { z } from 'zod'
import { DayIn, Id, Instant, InstantIn, MonthIn } from '../../lib/wire.ts'
import type { Role } from '../../platform/actor.ts'
import { command, demand, query } from '../../platform/api.ts'
import { ReasonOut } from '../compliance/told.ts'
import { CallbackOut, callbacks, dropCallback, giveCallback, moveCallback } from './callbacks.ts'
import { correct } from './counts.ts'
import { openDesk, saveDraft } from './desk.ts'
import { DeskOut, deskView } from './deskView.ts'
import { addOwnNumber, answered, dial, hangUp, lookUp, startInbound } from './dial.ts'
import { Owed, owed } from './measure.ts'
import { skip, type Taken, takeNext } from './next.ts'
import {
  CALL_READERS,
  CallDetail,
  CallRow,
  callOf,
  callsOf,
  MONTH_READERS,
  MonthSums,
  months,
  OwnDay,
  ownDay,
  skipsOn,
} from './reports.ts'
import { LINE_RESULT_NAMES, needsApplication, OUTCOME_NAMES, SKIP_REASONS } from './rules.ts'
import { recordAndNext, wrapUp } from './wrapUp.ts'

/*
 * The desk: the next lead, the dial behind the gate, the running call, what the customer said, and promises to call again.
 * One active desk an agent, one open call a desk. `wrapUp` records a call with everything that follows from it in one
 * transaction; sales calls it with a sale. Which lead is due is leads' matter, whether a number may be dialled compliance's,
 * what a line did telephony's. Views for modules to the right: call_fact, call_sum, call_rank (for rankings: nothing declared),
 * seat_sum, desk_now, callback_open.
 */

/** Those who sit at a telephone: agents, and leaders who dial themselves. */
const SEATS = ['tsr', 'tl'] as const satisfies readonly Role[]
const Nothing = z.object({})
const Tab = { tabId: Id }
const LineResult = z.enum(LINE_RESULT_NAMES)

const TakenOut = z.object({
  taken: z.boolean(),
  /** The rule that forbids taking a lead now. */
  forbidden: z.array(ReasonOut),
  /** What holds back the leads in hand, and how many were looked at. */
  reasons: z.array(ReasonOut),
  waiting: z.int(),
})
const told = ({ taken, verdict, reasons, waiting }: Taken) => ({
  ...{ taken, waiting, reasons: [...reasons] },
  forbidden: verdict.ok ? [] : [...verdict.reasons],
})

const CallbackIn = z.object({
  at: InstantIn,
  /** Absent = the window of the rulebook. */
  until: InstantIn.nullable().default(null),
  whose: z.enum(['mine', 'group']).default('mine'),
  note: z.string().trim().max(500).default(''),
})
/** What a recorded call brings along; sales takes the same for a sale. */
export const WrapUpIn = z.object({
  ...Tab,
  callId: Id,
  lineResult: LineResult,
  note: z.string().trim().max(4000).default(''),
  disclosures: z.array(z.string().max(60)).max(60).default([]),
})

const done = (work: Promise<unknown>) => work.then(() => ({}))

export const calls = {
  desk: query({
    may: SEATS,
    personal: true,
    input: Nothing,
    output: DeskOut,
    summary: 'The caller’s desk: whom he has before him and why, what stands against a dial, script, history',
    run: (ctx) => deskView(ctx),
  }),
  open: command({
    may: SEATS,
    input: z.object({ ...Tab, takeOver: z.boolean().default(false) }),
    output: z.object({ elsewhere: Instant.nullable() }),
    summary: 'Opens the desk in this tab; with another one at work it says since when, unless this one takes over',
    run: (ctx, { tabId, takeOver }) => openDesk(ctx, tabId, takeOver),
  }),
  next: command({
    may: SEATS,
    input: z.object(Tab),
    output: TakenOut,
    summary: 'The next lead onto the desk: due callback, warm, fresh, retry [S4.4.3] [S4.4.10a]',
    run: async (ctx, { tabId }) => told(await takeNext(ctx, tabId)),
  }),
  skip: command({
    may: SEATS,
    input: z.object({ ...Tab, reason: z.enum(SKIP_REASONS) }),
    output: TakenOut,
    summary: 'Passes the lead in preview on, with a reason; it comes again later today [S4.4.10b]',
    run: async (ctx, input) => told(await skip(ctx, input)),
  }),
  dial: command({
    may: SEATS,
    // The whole number is in the answer: it is given once and kept nowhere.
    answerOnce: true,
    // Absent = the number that lies on the desk.
    input: z.object({ ...Tab, phoneId: Id.optional() }),
    output: z.object({
      number: z.string().nullable(),
      callId: Id,
      seat: z.string().nullable(),
      callerId: z.string().nullable(),
    }),
    summary: 'Dials behind the gate; on a manual line the number is shown for this one dial [S3.6]',
    run: (ctx, input) => dial(ctx, input),
  }),
  answered: command({
    may: SEATS,
    input: z.object(Tab),
    output: Nothing,
    summary: 'The customer is on the line',
    run: (ctx, { tabId }) => done(answered(ctx, tabId)),
  }),
  hangUp: command({
    may: SEATS,
    input: z.object({ ...Tab, lineResult: LineResult }),
    output: Nothing,
    summary: 'The line is down, and how it ended',
    run: (ctx, { tabId, lineResult }) => done(hangUp(ctx, tabId, lineResult)),
  }),
  record: command({
    may: SEATS,
    input: WrapUpIn.extend({
      outcome: z.enum(OUTCOME_NAMES),
      callback: CallbackIn.nullable().default(null),
      thenNext: z.boolean().default(false),
    }),
    output: z.object({ callId: Id, next: TakenOut.nullable() }),
    summary: 'Records the call with all that follows from it, and takes the next lead where asked [S4.4.10b] [S3.6]',
    run: async (ctx, { thenNext, ...input }) => {
      demand(needsApplication(input.outcome), { kind: 'call', id: input.callId })
      if (!thenNext) return { callId: (await wrapUp(ctx, input)).callId, next: null }
      const { wrapped, next } = await recordAndNext(ctx, input)
      return { callId: wrapped.callId, next: next && told(next) }
    },
  }),
  saveDraft: command({
    may: SEATS,
    input: z.object({
      ...Tab,
      callId: Id,
      draft: z.record(z.string().max(40), z.unknown()).refine((draft) => JSON.stringify(draft).length < 20_000),
    }),
    output: Nothing,
    summary: 'Keeps a half-written wrap-up',
    run: (ctx, input) => done(saveDraft(ctx, input)),
  }),
  lookUp: command({
    may: SEATS,
    // A command, so that the whole number stands in no address.
    input: z.object({ number: z.string().trim().min(1).max(40) }),
    output: z.object({
      callers: z.array(
        z.object({
          customerId: Id,
          phoneId: Id,
          name: z.string().nullable(),
          masked: z.string(),
          leadId: Id.nullable(),
          lastCallAt: Instant.nullable(),
        }),
      ),
    }),
    summary: 'Who rings in: own customers, for a leader those of the group; nobody else is found [S4.4.10a]',
    run: async (ctx, { number }) => ({ callers: await lookUp(ctx, number) }),
  }),
  startInbound: command({
    may: SEATS,
    input: z.object({ ...Tab, customerId: Id, phoneId: Id }),
    output: Nothing,
    summary: 'A customer who rang in is on the line',
    run: (ctx, input) => done(startInbound(ctx, input)),
  }),
  addNumber: command({
    may: SEATS,
    input: z.object({ ...Tab, number: z.string().trim().min(1).max(40) }),
    output: z.object({ phoneId: Id }),
    summary: 'One more number of the customer at the desk',
    run: (ctx, input) => addOwnNumber(ctx, input),
  }),

  callbacks: query({
    may: ['tsr', 'tl', 'um'],
    personal: true,
    input: Nothing,
    output: z.object({ asOf: Instant, callbacks: z.array(CallbackOut) }),
    summary: 'Open callbacks, overdue first: own and the group’s; for leaders all below [S4.4.10b]',
    run: async (ctx) => ({ asOf: ctx.now, callbacks: await callbacks(ctx) }),
  }),
  moveCallback: command({
    may: ['tsr', 'tl', 'um'],
    input: z.object({
      callbackId: Id,
      at: InstantIn,
      until: InstantIn.nullable().default(null),
      why: z.string().trim().min(1).max(300),
    }),
    output: Nothing,
    summary: 'Another time for a callback, with the reason',
    run: (ctx, input) => done(moveCallback(ctx, input)),
  }),
  dropCallback: command({
    may: ['tsr', 'tl', 'um'],
    input: z.object({ callbackId: Id, why: z.string().trim().min(1).max(300) }),
    output: Nothing,
    summary: 'Drops a callback, with the reason',
    run: (ctx, input) => done(dropCallback(ctx, input)),
  }),
  giveCallback: command({
    may: ['tl', 'um'],
    input: z.object({ callbackId: Id, toAgentId: Id }),
    output: Nothing,
    summary: 'Gives a callback of somebody who is away to another agent of the group, with its lead',
    run: (ctx, input) => done(giveCallback(ctx, input)),
  }),

  ownDay: query({
    may: SEATS,
    input: Nothing,
    output: OwnDay,
    summary: 'The caller’s day so far against the own norm and the plan [S4.3.3a]',
    run: (ctx) => ownDay(ctx),
  }),
  recent: query({
    may: SEATS,
    personal: true,
    input: z.object({ most: z.int().min(1).max(1000).default(30) }),
    output: z.object({ calls: z.array(CallRow) }),
    summary: 'The caller’s calls of today, the latest first',
    run: async (ctx, { most }) => ({
      calls: await callsOf(ctx, { agentId: ctx.actor.personId, day: ctx.today, most }),
    }),
  }),
  correct: command({
    may: SEATS,
    input: z
      .object({
        callId: Id,
        outcome: z.enum(OUTCOME_NAMES).optional(),
        note: z.string().trim().max(4000).optional(),
        why: z.string().trim().min(1).max(300),
      })
      .refine(({ outcome, note }) => outcome !== undefined || note !== undefined, { error: 'nothing to correct' }),
    output: Nothing,
    summary: 'Corrects outcome or note of an own call of today; both stay to be seen',
    run: (ctx, input) => done(correct(ctx, input)),
  }),
  callsOf: query({
    may: CALL_READERS,
    personal: true,
    input: z.object({ agentId: Id, day: DayIn.optional() }),
    output: z.object({
      calls: z.array(CallRow),
      skips: z.array(z.object({ at: Instant, reason: z.enum(SKIP_REASONS) })),
    }),
    summary: 'The calls of somebody below on a day, the rows behind the figures, and what he passed on',
    run: async (ctx, { agentId, day }) => {
      const of = { agentId, day: day ?? ctx.today }
      return { calls: await callsOf(ctx, of), skips: await skipsOn(ctx, of) }
    },
  }),
  call: query({
    may: ['tsr', ...CALL_READERS],
    personal: true,
    input: z.object({ id: Id }),
    output: CallDetail,
    summary: 'One call with what its line did and what was corrected',
    run: (ctx, { id }) => callOf(ctx, id),
  }),
  owed: query({
    may: CALL_READERS,
    input: Nothing,
    output: z.object({ asOf: Instant, seats: z.array(Owed) }),
    summary: 'Recordings that manual lines owe, by seat [S3.6]',
    run: async (ctx) => ({ asOf: ctx.now, seats: await owed(ctx) }),
  }),
  months: query({
    may: MONTH_READERS,
    input: z.object({ from: MonthIn.optional(), to: MonthIn.optional() }),
    output: z.object({ asOf: Instant, months: z.array(MonthSums) }),
    summary: 'Calls by month in the caller’s groups, those with a made-up day apart (default the present month)',
    run: async (ctx, { from, to }) => {
      const now = ctx.today.toPlainYearMonth()
      return { asOf: ctx.now, months: await months(ctx, { from: from ?? to ?? now, to: to ?? now }) }
    },
  }),
}
