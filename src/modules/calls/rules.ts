import { no, type Verdict, yes } from '../../lib/verdict.ts'

/*
 * Three things are kept apart: how the line ended (line result), what the customer said (outcome), and what happens to
 * the lead next (its state, by the attempt plan).
 */

/** How a line ends. `failed`: never rang at the customer's, so it is no try of the lead. `retires`: the number is dead. */
export const LINE_RESULTS = {
  answered: { reached: true, failed: false, retires: false },
  brokeOff: { reached: true, failed: false, retires: false },
  noAnswer: { reached: false, failed: false, retires: false },
  busy: { reached: false, failed: false, retires: false },
  declined: { reached: false, failed: false, retires: false },
  switchedOff: { reached: false, failed: false, retires: false },
  machine: { reached: false, failed: false, retires: false },
  suspended: { reached: false, failed: false, retires: false },
  noSuchNumber: { reached: false, failed: false, retires: true },
  lineFailure: { reached: false, failed: true, retires: false },
} as const satisfies Record<string, { reached: boolean; failed: boolean; retires: boolean }>
export type LineResult = keyof typeof LINE_RESULTS

type Disposition = {
  /** A person spoke. */
  readonly human: boolean
  /** It was the person we wanted. */
  readonly contact: boolean
  readonly sale: boolean
  /** Never call again: takes effect at once, everywhere. */
  readonly doNotCall: boolean
  readonly notInterested: boolean
  /** Nothing can come of this number or person. */
  readonly unworkable: boolean
  /** A time was named. */
  readonly callback: boolean
  /** The lead is closed by it, and as what. */
  readonly closes: 'sale' | 'refusal' | 'invalid' | 'doNotCall' | null
  /** The key that picks it at the desk. */
  readonly hotkey: string
}

const plain = {
  ...{ human: true, contact: true, sale: false, doNotCall: false, notInterested: false, unworkable: false },
  ...{ callback: false, closes: null },
} as const

/** What the customer said, with the flags that drive everything after it. */
export const OUTCOMES = {
  notReached: { ...plain, human: false, contact: false, hotkey: '1' },
  hungUp: { ...plain, contact: false, hotkey: '2' },
  wrongPerson: { ...plain, contact: false, hotkey: '3' },
  later: { ...plain, hotkey: '4' },
  callback: { ...plain, callback: true, hotkey: '5' },
  interested: { ...plain, callback: true, hotkey: '6' },
  refused: { ...plain, notInterested: true, closes: 'refusal', hotkey: '7' },
  refusedForGood: { ...plain, notInterested: true, doNotCall: true, closes: 'doNotCall', hotkey: '8' },
  wrongNumber: { ...plain, contact: false, unworkable: true, closes: 'invalid', hotkey: '9' },
  notEligible: { ...plain, unworkable: true, closes: 'invalid', hotkey: '0' },
  sale: { ...plain, sale: true, closes: 'sale', hotkey: 's' },
} as const satisfies Record<string, Disposition>
export type Outcome = keyof typeof OUTCOMES

/** Talk from which a contact counts as effective, in seconds (glossary: effectiveContact). */
export const EFFECTIVE_SECONDS = 30

/** Whether an outcome can be true of a line that ended so. */
export function canRecord(line: LineResult, outcome: Outcome, callback: { given: boolean }): Verdict {
  const reached = LINE_RESULTS[line].reached
  if (reached !== OUTCOMES[outcome].human) return no('outcomeNotOfLine', 'S4.4.10c', { line, outcome })
  if (OUTCOMES[outcome].callback && !callback.given) return no('callbackTimeMissing', 'S4.4.10c')
  if (!OUTCOMES[outcome].callback && callback.given) return no('callbackNotOfOutcome', 'S4.4.10c', { outcome })
  return yes
}

/** A block of the day as the desk needs it. */
export type DeskBlock = { readonly key: string; readonly kind: string; readonly from: string; readonly to: string }

/**
 * Whether this is a time to dial: the dialling blocks of the day; outside them only a call that the customer asked for
 * at this time. `next` is the start of the next dialling block today, null if none is left. [S4.4.3]
 */
export function canDialAt(block: DeskBlock | null, why: string, next: string | null): Verdict {
  if (block?.kind === 'dial' || why === 'callback' || why === 'inbound') return yes
  return next === null ? no('diallingOver', 'S4.4.3') : no('notDiallingTime', 'S4.4.3', { next })
}

/** Whether a desk may hand out a lead: its person is online and nothing else is open there. [S4.4.2] */
export function canTakeNext(state: string): Verdict {
  if (state === 'online' || state === 'wrapUp' || state === 'inCall') return yes
  return no('notOnline', 'S4.4.2', { state })
}

/** Callbacks fall due in a window and are called first while it is open; `windowMinutes` from the rulebook. [S4.4.10b] */
export const callbackWindow = (at: Temporal.Instant, windowMinutes: number) => ({
  from: at,
  to: at.add({ minutes: windowMinutes }),
})

export const seconds = (from: Temporal.Instant | null, to: Temporal.Instant | null): number =>
  from && to ? Math.max(0, Math.round(to.since(from).total('seconds'))) : 0
