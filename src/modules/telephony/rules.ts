import { z } from 'zod'
import { no, type Verdict, yes } from '../../lib/verdict.ts'
import table from './ends.json' with { type: 'json' }

/** What a line does for one call, in order. `failed` is our own side's failure: the customer's telephone never rang. */
export const LINE_STATES = ['allowed', 'dialling', 'ringing', 'answered', 'ended', 'failed'] as const
export type LineState = (typeof LINE_STATES)[number]

/** By whom a figure of a call is known: the agent said so, the switch's records say so, the switch told us live. */
export const MEASURED_BY = ['declared', 'cdr', 'switch'] as const
export type MeasuredBy = (typeof MEASURED_BY)[number]

const AFTER: Readonly<Record<LineState, readonly LineState[]>> = {
  allowed: ['dialling', 'ended', 'failed'],
  dialling: ['ringing', 'answered', 'ended', 'failed'],
  ringing: ['answered', 'ended', 'failed'],
  answered: ['ended'],
  ended: [],
  failed: [],
}

/**
 * Whether a line's event moves the call on. Switches send events twice and late ones after the end; those are no error
 * and change nothing. A call begins with the gate's yes, an inbound one with its ringing or answer.
 */
export function takes(last: LineState | null, next: LineState): boolean {
  if (last === null) return next === 'allowed' || next === 'ringing' || next === 'answered'
  return AFTER[last].includes(next)
}

/** How a line ends, whatever kind of line it is. */
const LINE_ENDS = [
  'answered',
  'brokeOff',
  'noAnswer',
  'busy',
  'declined',
  'switchedOff',
  'machine',
  'suspended',
  'noSuchNumber',
  'lineFailure',
] as const
export type LineEnd = (typeof LINE_ENDS)[number]

const EndRow = z.strictObject({
  /** Q.850 causes. */
  cause: z.array(z.int()),
  sip: z.array(z.int()),
  /** Absent = fits whether it rang or not. */
  rang: z.boolean().optional(),
  result: z.enum(LINE_ENDS),
})
export type EndRow = z.infer<typeof EndRow>
const ENDS = z.strictObject({ note: z.string(), rows: z.array(EndRow) }).parse(table).rows

/** What a switch reports when a leg to a customer is over. */
export type SwitchEnd = {
  readonly cause: number | null
  readonly sip: number | null
  /** Ringing or early media was seen. */
  readonly rang: boolean
  readonly answered: boolean
  /** The connection broke while they talked: media stopped, the network ended it. */
  readonly network: boolean
  /** An answering machine was recognised. */
  readonly machine: boolean
}

/**
 * Reads a switch's end of a call. Never by the dial status: outcome follows from the cause, the SIP status and whether it
 * rang. Unanswered without having rung is our failure and no try of the lead, so what fits no row is one too. `own` are a
 * trunk's rows. Source of the rows: ends.json.
 */
export function readEnd(end: SwitchEnd, own: readonly EndRow[] = []): LineEnd {
  if (end.answered) return end.network ? 'brokeOff' : end.machine ? 'machine' : 'answered'
  const fits = (row: EndRow) =>
    (row.rang === undefined || row.rang === end.rang) &&
    ((end.cause !== null && row.cause.includes(end.cause)) ||
      (end.cause === null && end.sip !== null && row.sip.includes(end.sip)))
  return [...own, ...ENDS].find(fits)?.result ?? (end.rang ? 'noAnswer' : 'lineFailure')
}

/** Whether this line may ring this number: a made-up number of a demo centre never leaves the house. [S3.6] */
export function mayRing(line: { kind: LineKind }, number: { fictional: boolean }): Verdict {
  return number.fictional && line.kind !== 'manual' ? no('telephony.fictionalNumber', 'S3.6') : yes
}

export type LineKind = 'manual' | 'switch'

/** The line of a seat as it is registered. */
export type SeatLine = {
  readonly seatId: string | null
  readonly label: string | null
  readonly kind: LineKind
  /** The number the customer sees. */
  readonly callerId: string | null
  /** It is on the list of numbers that may be shown. */
  readonly callerIdApproved: boolean
  /** The line is registered and records every call from first to last word. */
  readonly recordingReady: boolean
}

/** Somebody without a seat has no line: the gate then says what is missing. */
export const NO_LINE: SeatLine = {
  ...{ seatId: null, label: null, kind: 'manual', callerId: null, callerIdApproved: false, recordingReady: false },
}

/** Whether a seat's line may be called ready to record: only a registered line counts. [S3.6] */
export function canRecord(seat: { lineRegistered: boolean; recording: boolean }): Verdict {
  return seat.recording && !seat.lineRegistered ? no('telephony.recordingNeedsRegistration', 'S3.6') : yes
}
