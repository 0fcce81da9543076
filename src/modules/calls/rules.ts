import { no, type Verdict, yes } from '../../lib/verdict.ts'

/*
 * Three things are kept apart: how the line ended (line result), what the customer said (outcome), and what happens to
 * the lead next (its state, by the attempt plan).
 */

type LineEnd = {
  /** Somebody took the call. */
  readonly reached: boolean
  /** Never rang at the customer's, so it is no try of the lead. */
  readonly failed: boolean
  /** The number is dead. */
  readonly retires: boolean
  /** The key that picks it while it rings; what was answered is recorded by its outcome. */
  readonly hotkey: string | null
}

/** How a line ends. */
export const LINE_RESULTS = {
  answered: { reached: true, failed: false, retires: false, hotkey: null },
  brokeOff: { reached: true, failed: false, retires: false, hotkey: null },
  noAnswer: { reached: false, failed: false, retires: false, hotkey: '1' },
  busy: { reached: false, failed: false, retires: false, hotkey: '2' },
  declined: { reached: false, failed: false, retires: false, hotkey: '3' },
  switchedOff: { reached: false, failed: false, retires: false, hotkey: '4' },
  machine: { reached: false, failed: false, retires: false, hotkey: '5' },
  suspended: { reached: false, failed: false, retires: false, hotkey: '6' },
  noSuchNumber: { reached: false, failed: false, retires: true, hotkey: '7' },
  lineFailure: { reached: false, failed: true, retires: false, hotkey: '0' },
} as const satisfies Record<string, LineEnd>
export type LineResult = keyof typeof LINE_RESULTS
export const LINE_RESULT_NAMES = Object.keys(LINE_RESULTS) as [LineResult, ...LineResult[]]

type Disposition = {
  /** A person spoke. */
  readonly human: boolean
  /** It was the person we wanted. */
  readonly contact: boolean
  readonly sale: boolean
  /** A visit to the house was agreed on: a car dealer's outcome. */
  readonly visit: boolean
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
  ...{
    human: true,
    contact: true,
    sale: false,
    visit: false,
    doNotCall: false,
    notInterested: false,
    unworkable: false,
  },
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
  appointment: { ...plain, visit: true, hotkey: 'v' },
} as const satisfies Record<string, Disposition>
export type Outcome = keyof typeof OUTCOMES
export const OUTCOME_NAMES = Object.keys(OUTCOMES) as [Outcome, ...Outcome[]]

/** Talk from which a contact counts as effective, in seconds (glossary: effectiveContact). */
export const EFFECTIVE_SECONDS = 30

/** Clause of the refusals that keep order and state no regulation. */
const HOUSE = 'house'

/** Whether an outcome can be true of a line that ended so. */
export function canRecord(line: LineResult, outcome: Outcome, callback: { given: boolean }): Verdict {
  const reached = LINE_RESULTS[line].reached
  if (reached !== OUTCOMES[outcome].human) return no('calls.outcomeNotOfLine', 'S4.4.10c', { line, outcome })
  if (OUTCOMES[outcome].callback && !callback.given) return no('calls.callbackTimeMissing', 'S4.4.10c')
  if (!OUTCOMES[outcome].callback && callback.given) return no('calls.callbackNotOfOutcome', 'S4.4.10c', { outcome })
  return yes
}

/** A sale is recorded with its application, so that no sale stands without one; so is an appointment with its time. */
export function needsApplication(outcome: Outcome): Verdict {
  if (OUTCOMES[outcome].visit) return no('calls.appointmentByForm', HOUSE)
  return OUTCOMES[outcome].sale ? no('calls.saleByApplication', HOUSE) : yes
}

/** A block of the day as the desk needs it. */
export type DeskBlock = { readonly key: string; readonly kind: string; readonly from: string; readonly to: string }

/**
 * Whether this is a time to dial: the dialling blocks of the day; outside them only a call that the customer asked for
 * at this very time. `next` is the start of the next dialling block today, null if none is left. [S4.4.3]
 */
export function canDialAt(block: DeskBlock | null, { asked }: { asked: boolean }, next: string | null): Verdict {
  if (block?.kind === 'dial' || asked) return yes
  return next === null ? no('calls.diallingOver', 'S4.4.3') : no('calls.notDiallingTime', 'S4.4.3', { next })
}

/** Whether a desk may hand out a lead: its person is online. [S4.4.2] */
export function canTakeNext(state: string): Verdict {
  if (state === 'online' || state === 'wrapUp' || state === 'inCall') return yes
  return no('calls.notOnline', 'S4.4.2', { state })
}

/** Whether a line that owes recordings may dial: up to `max` that lie further back than so many working days. [S3.6] */
export function canDialOwing(owed: number, { max, workdays }: { max: number; workdays: number }): Verdict {
  return owed <= max ? yes : no('calls.recordingsOwed', 'S3.6', { owed, max, days: workdays })
}

/** Why an agent passes a lead on unseen by the customer. */
export const SKIP_REASONS = ['knownPerson', 'needsPreparation', 'spokeElsewhere', 'dataFault', 'other'] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

/** A few skips a day for good reason; picking the best out of the lot is not the agent's. A promise is never skipped. [S4.4.10b] */
export function canSkip(why: string, made: number, max: number): Verdict {
  if (why === 'callback') return no('calls.callbackNotSkipped', 'S4.4.10b')
  return made >= max ? no('calls.skipsUsedUp', 'S4.4.10b', { max }) : yes
}

/** Furthest day that a callback may be promised for. */
const CALLBACK_DAYS = 30
/** Longest window that a customer may be given to wait in. */
const CALLBACK_HOURS = 4

/** Whether a time can be promised: ahead, not too far, on a day on which somebody is there to keep it. [S4.4.10b] */
export function canPromise(
  window: { readonly from: Temporal.Instant; readonly to: Temporal.Instant },
  now: Temporal.Instant,
  { workday }: { workday: boolean },
): Verdict {
  const { from, to } = window
  if (Temporal.Instant.compare(from, now) <= 0) return no('calls.callbackInPast', 'S4.4.10b')
  if (Temporal.Instant.compare(from, now.add({ hours: 24 * CALLBACK_DAYS })) > 0)
    return no('calls.callbackTooFar', 'S4.4.10b', { days: CALLBACK_DAYS })
  const hours = to.since(from).total('hours')
  if (hours <= 0 || hours > CALLBACK_HOURS) return no('calls.callbackWindow', 'S4.4.10b', { hours: CALLBACK_HOURS })
  return workday ? yes : no('calls.callbackOnDayOff', 'S4.4.10b')
}

/** Callbacks fall due in a window and are called first while it is open; `windowMinutes` from the rulebook. [S4.4.10b] */
export const callbackWindow = (at: Temporal.Instant, windowMinutes: number) => ({
  from: at,
  to: at.add({ minutes: windowMinutes }),
})

/** A promise is kept by calling in its window, whether or not the customer then answers. [S4.4.10b] */
export const isKept = (dialledAt: Temporal.Instant, dueTo: Temporal.Instant): boolean =>
  Temporal.Instant.compare(dialledAt, dueTo) <= 0

/** Agents correct what they recorded themselves, on the same day. */
export const canCorrect = ({ sameDay }: { readonly sameDay: boolean }): Verdict =>
  sameDay ? yes : no('calls.correctionTooLate', HOUSE)

/**
 * Whether an outcome may be corrected to another. A customer's word to stop is lifted by nobody, a sale is its
 * application's matter, and a time that was named is booked, not corrected in. [S3.6] [S4.4.11b]
 */
export function canCorrectTo(line: LineResult, before: Outcome, after: Outcome): Verdict {
  if (before === after) return no('calls.nothingCorrected', HOUSE)
  if (OUTCOMES[before].doNotCall) return no('calls.refusalStands', 'S3.6')
  if (OUTCOMES[before].sale || OUTCOMES[after].sale) return no('calls.saleByApplication', 'S4.4.11b')
  if (OUTCOMES[before].visit || OUTCOMES[after].visit) return no('calls.appointmentByForm', 'S4.4.11b')
  return canRecord(line, after, { given: false })
}

/** Whole seconds between two instants, 0 where one is missing or they stand the wrong way round. */
export const seconds = (from: Temporal.Instant | null, to: Temporal.Instant | null): number =>
  from && to ? Math.max(0, Math.round(to.since(from).total('seconds'))) : 0

/** The middle of some figures, the mean of the two middle ones of an even number; null of none. */
export function median(figures: readonly number[]): number | null {
  if (figures.length === 0) return null
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** A time that is offered for a callback by one key; null = not any more, or not on that day. */
export type QuickTime = {
  readonly key: string
  /** Words under `calls.quick.<name>`. */
  readonly name: string
  readonly at: Temporal.ZonedDateTime | null
}

/** Nobody is offered a callback after this hour of his own accord. */
const LATEST_OFFER = 20

/**
 * Times to offer for a callback, by keys 1 to 9: some hours ahead, later today, and on the next two working days. `now` in the
 * centre's zone; what lies behind or too late in the evening is null.
 */
export function quickTimes(now: Temporal.ZonedDateTime, nextWorkdays: readonly Temporal.PlainDate[]): QuickTime[] {
  const inMinutes = (minutes: number) => {
    const at = now.add({ minutes }).round({ smallestUnit: 'minute', roundingIncrement: 5, roundingMode: 'ceil' })
    return at.hour < LATEST_OFFER && at.toPlainDate().equals(now.toPlainDate()) ? at : null
  }
  const on = (day: Temporal.PlainDate | undefined, time: string) => {
    const at = day?.toZonedDateTime({ timeZone: now.timeZoneId, plainTime: Temporal.PlainTime.from(time) })
    return at && Temporal.ZonedDateTime.compare(at, now) > 0 ? at : null
  }
  const today = now.toPlainDate()
  const [first, second] = nextWorkdays
  const offered: [name: string, at: Temporal.ZonedDateTime | null][] = [
    ['in30', inMinutes(30)],
    ['in60', inMinutes(60)],
    ['in120', inMinutes(120)],
    ['today', on(today, '14:00')],
    ['today', on(today, '16:30')],
    ['next', on(first, '09:30')],
    ['next', on(first, '14:00')],
    ['next', on(first, '16:30')],
    ['second', on(second, '10:00')],
  ]
  return offered.map(([name, at], n) => ({ key: String(n + 1), name, at }))
}
