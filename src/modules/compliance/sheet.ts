import { type Interval, warmthOf } from './contact.ts'
import type { GateInput } from './dial.ts'
import type { Pack, Source, Topic } from './packs.ts'
import { type DayHours, onDays } from './zones.ts'

/** How far ahead the gate looks for the next callable moment: 60 days. */
const HORIZON_MS = 60 * 86_400_000

/** A past dial with its times in epoch milliseconds. */
export type Dial = {
  readonly at: number
  readonly end: number
  readonly answered: boolean
  readonly brokeOff: boolean
  readonly abandoned: boolean
  readonly failed: boolean
  readonly subject: string
  readonly cold: boolean
}

/** A case made ready for the rules: epoch milliseconds, the ledger in order of time, windows read. */
export type Sheet = {
  readonly input: GateInput
  readonly now: number
  /** Last instant the gate looks at. */
  readonly limit: number
  readonly packs: readonly Pack[]
  /** Where days begin and clocks are quoted: the possible zones, UTC where none is known. */
  readonly clocks: readonly string[]
  readonly dials: readonly Dial[]
  /** Inside one of these the contact is warm. */
  readonly warm: readonly Interval[]
  /** Times the customer named. */
  readonly named: readonly Interval[]
  readonly localHours: readonly DayHours[]
  /** Dial times that count for a pack's caps, kept while one case is judged. */
  readonly counted: Map<Pack, Counted>
}

/** Ledger as one pack counts it: each dial's contact, and which contact is still open for a redial. */
export type Counted = {
  readonly times: readonly number[]
  readonly dials: readonly Dial[]
  /** A dial inside this interval is a redial of the last contact. */
  readonly sameContact: Interval | null
}

/** One refusal by one rule, times in epoch milliseconds. */
export type Finding = {
  readonly pack: Pack | null
  /** Overrides the pack's source: local hours carry their own. */
  readonly source?: Source
  /** First instant at which this refusal alone is over, null = never by waiting. */
  readonly from: number | null
  /** Ending of the words' key where a code has more than one sentence. */
  readonly variant?: string
  /** Figures for the words; called only for refusals that are shown. */
  readonly values?: () => Record<string, string | number>
}

/** One rule of the gate. `refuses` judges an instant `t` (epoch milliseconds, not before the sheet's `now`). */
export type Rule = {
  /** Stable: the name in log, test, words and help. */
  readonly code: string
  readonly clause: string
  /** Where the packs' source for this rule is found. */
  readonly topic: Topic | null
  /** Whether a team leader may override with a reason. */
  readonly overridable: boolean
  readonly refuses: (sheet: Sheet, t: number) => readonly Finding[]
}

export const NO_FINDING: readonly Finding[] = []

/** A refusal that waiting does not end and no pack states. */
export const NEVER: readonly Finding[] = [{ pack: null, from: null }]

/** Epoch milliseconds of an instant or null. */
export const ms = (at: Temporal.Instant | null): number | null => (at === null ? null : at.epochMilliseconds)

/** Makes a case ready for the rules. */
export function sheetOf(input: GateInput): Sheet {
  const now = input.now.epochMilliseconds
  const dials = input.ledger.map((dial): Dial => {
    const at = dial.at.epochMilliseconds
    return { ...dial, at, end: ms(dial.endedAt) ?? at }
  })
  dials.sort((a, b) => a.at - b.at)
  const warm: Interval[] = []
  const named: Interval[] = []
  for (const act of input.acts) {
    const warmth = warmthOf(act)
    if (!warmth) continue
    warm.push(warmth)
    if (act.kind === 'namedTime') named.push(warmth)
  }
  return {
    input,
    now,
    limit: now + HORIZON_MS,
    packs: input.packs,
    clocks: input.number.zones.length > 0 ? input.number.zones : ['UTC'],
    dials,
    warm,
    named,
    localHours: input.localHours.map((hours) => onDays(hours.windows, hours.closedWeekdays, hours.closedOn)),
    counted: new Map(),
  }
}

/** Whether an instant lies in one of the intervals. */
export function inside(intervals: readonly Interval[], t: number): boolean {
  for (const { from, to } of intervals) if (t >= from && t < to) return true
  return false
}

/** The earlier of two ends, where null and Infinity mean never. */
export function earlier(a: number | null, b: number): number | null {
  const first = Math.min(a ?? Infinity, b)
  return first === Infinity ? null : first
}
