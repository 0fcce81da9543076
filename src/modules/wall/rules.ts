import { no, type Verdict, yes } from '../../lib/verdict.ts'
import type { Role } from '../../platform/actor.ts'

/* Who keeps the screens, and how figures become what is read from ten metres. Pure: the screen arranges by it. */

/** Those who give screens their place and take it away. */
export const KEEPERS = ['um', 'deptManager', 'deputyGm', 'admin'] as const satisfies readonly Role[]
/** Those who may say something to everybody: managers of the line. */
export const ANNOUNCERS = ['um', 'deptManager', 'deputyGm'] as const satisfies readonly Role[]

/** Characters of an announcement at most: more cannot be read in passing. */
export const LONGEST_ANNOUNCEMENT = 120

/** A code as somebody types it: letters of any size, with gaps or hyphens. */
export const codeOf = (typed: string): string => typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')

/** Whether a code belongs to a screen that waits. */
export const codeIsShown = (found: boolean): Verdict => (found ? yes : no('wall.codeUnknown', 'S4.5.2'))

/** Figures of a day, of one group or of all together. */
export type Figures = {
  readonly cases: number
  readonly dials: number
  readonly connected: number
  readonly talkSeconds: number
  /** Of a car dealer's house; null where no customers come. */
  readonly appointments: number | null
  readonly visits: number | null
}

/** A usual day of a group as its plan: means of its last worked days, exact. `days` = how many went in. */
export type Usual = {
  readonly cases: number
  readonly dials: number
  readonly talkSeconds: number
  readonly days: number
}

/**
 * The plan of a day as shown: whole figures, one case at least where there is any. Null without a worked day behind. Of
 * several groups together it is their sum, over those that have one.
 */
export function planOf(usual: readonly (Usual | null)[]): Usual | null {
  const known = usual.filter((one) => one !== null)
  if (known.length === 0) return null
  const sum = (of: (one: Usual) => number) => known.reduce((all, one) => all + of(one), 0)
  const cases = sum((one) => one.cases)
  return {
    cases: cases > 0 ? Math.max(1, Math.round(cases)) : 0,
    dials: Math.round(sum((one) => one.dials)),
    talkSeconds: Math.round(sum((one) => one.talkSeconds)),
    days: Math.max(...known.map(({ days }) => days)),
  }
}

const both = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : a + b)

const NOTHING: Figures = { cases: 0, dials: 0, connected: 0, talkSeconds: 0, appointments: null, visits: null }

export const together = (all: readonly Figures[]): Figures =>
  all.reduce<Figures>(
    (sum, one) => ({
      cases: sum.cases + one.cases,
      dials: sum.dials + one.dials,
      connected: sum.connected + one.connected,
      talkSeconds: sum.talkSeconds + one.talkSeconds,
      appointments: both(sum.appointments, one.appointments),
      visits: both(sum.visits, one.visits),
    }),
    NOTHING,
  )

/** Groups that can be read at once from ten metres; more take turns. */
const MOST_GROUPS = 12

/** The groups of each page, in their own order and evenly shared: never by who is ahead or behind. [S5.1.4c] */
export function pagesOf<T>(groups: readonly T[]): readonly (readonly T[])[] {
  const pages = Math.max(1, Math.ceil(groups.length / MOST_GROUPS))
  const each = Math.ceil(groups.length / pages)
  return Array.from({ length: pages }, (_, page) => groups.slice(page * each, (page + 1) * each))
}

/** Columns in which so many groups fill a wide screen. */
export const columnsOf = (count: number): number => (count <= 1 ? 1 : count <= 4 ? 2 : count <= 9 ? 3 : 4)

/** Seconds for which a success is called out over the whole screen. */
export const APPLAUSE_SECONDS = 25
