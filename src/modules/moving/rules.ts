import { all, no, type Verdict, yes } from '../../lib/verdict.ts'
import type { Role } from '../../platform/actor.ts'

/** Who brings a centre's past along. */
export const MOVERS = ['deptManager', 'dataOfficer'] as const satisfies readonly Role[]
/** Who loads it and takes it back. */
export const HEADS = ['deptManager'] as const satisfies readonly Role[]

export const STATES = [
  'draft',
  'checking',
  'checked',
  'loading',
  'loaded',
  'undoing',
  'undone',
  'stopped',
  'failed',
] as const
export type State = (typeof STATES)[number]

/** What became of a row. GOOD is taken; SAME is there already; BAD cannot be taken; SKIPPED is no row of the matter. */
export const RESULTS = ['SAME', 'BAD', 'SKIPPED', 'NOTE'] as const
export type Result = (typeof RESULTS)[number]

const HOUSE = 'house'

const BUSY: readonly State[] = ['checking', 'loading', 'undoing']

/** Files, columns and dry runs, as long as nothing of it has been loaded. */
export const mayChange = (opening: { readonly state: State; readonly begun: boolean }): Verdict =>
  opening.begun || BUSY.includes(opening.state) ? no('moving.notNow', HOUSE, { state: opening.state }) : yes

/** The first working day lies today or ahead; what happened before it is what is brought along. */
export const mayBegin = (day: Temporal.PlainDate, today: Temporal.PlainDate): Verdict =>
  Temporal.PlainDate.compare(day, today) < 0 ? no('moving.dayPast', HOUSE, { today: today.toString() }) : yes

export const isBusy = (state: State): boolean => BUSY.includes(state)

/** Loading follows a dry run of everything that lies there, with nothing left to ask; one that was broken off goes on. */
export function mayLoad(opening: {
  readonly state: State
  readonly begun: boolean
  readonly parts: number
  readonly questions: number
}): Verdict {
  const { state, begun } = opening
  return all(
    opening.parts > 0 ? yes : no('moving.nothingThere', HOUSE),
    BUSY.includes(state) ? no('moving.notNow', HOUSE, { state }) : yes,
    state === 'loaded' ? no('moving.loadedAlready', HOUSE) : yes,
    begun || state === 'checked' || BUSY.includes(state) ? yes : no('moving.checkFirst', HOUSE),
    opening.questions > 0 ? no('moving.answerFirst', HOUSE, { count: opening.questions }) : yes,
  )
}

/** A dry run or a load is stopped between two lots; what was taken in stays until it is taken back. */
export const mayStop = (state: State): Verdict =>
  state === 'checking' || state === 'loading' ? yes : no('moving.nothingRuns', HOUSE)

/** Taken back whole until the first working day has closed; after that every correction is a row of its own. */
export function mayUndo(opening: {
  readonly state: State
  readonly day: Temporal.PlainDate
  readonly today: Temporal.PlainDate
  /** Something of it has been loaded. */
  readonly begun: boolean
}): Verdict {
  return all(
    BUSY.includes(opening.state) ? no('moving.notNow', HOUSE, { state: opening.state }) : yes,
    opening.begun ? yes : no('moving.nothingLoaded', HOUSE),
    Temporal.PlainDate.compare(opening.today, opening.day) > 0
      ? no('moving.dayClosed', HOUSE, { day: opening.day.toString() })
      : yes,
  )
}
