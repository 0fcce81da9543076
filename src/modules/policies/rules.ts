import { all, no, type Verdict, yes } from '../../lib/verdict.ts'
import type { Role } from '../../platform/actor.ts'

/* Words and verdicts of the insurer's policy file and of what differs from our cases. */

/** Who hands the insurer's file in. */
export const IMPORTERS = ['dataOfficer', 'deptManager'] as const satisfies readonly Role[]
/** Who may own a difference: those who hand files in, and the line above the agents. */
export const OWNERS = [...IMPORTERS, 'tl', 'um'] as const satisfies readonly Role[]

export const FILE_STATES = ['draft', 'importing', 'done', 'stopped', 'failed'] as const
export type FileState = (typeof FILE_STATES)[number]

/**
 * The result of a row. changed: the case or what is known of it did; same: known already; older: a newer file has said
 * otherwise; theirs: a number that is none of ours; fault: could not be taken; skipped: no row of data.
 */
export const RESULTS = ['changed', 'same', 'older', 'theirs', 'fault', 'skipped'] as const
export type Result = (typeof RESULTS)[number]

/** What may differ between the insurer's file and our cases. */
export const KINDS = [
  'oursNotTheirs',
  'theirsNotOurs',
  'amountDiffers',
  'payWayDiffers',
  'agentDiffers',
  'stateDiffers',
] as const
export type Kind = (typeof KINDS)[number]

/** A file tells of a day that has been; the same file twice is the same import. */
export const mayTellOf = (asOf: Temporal.PlainDate, today: Temporal.PlainDate): Verdict =>
  Temporal.PlainDate.compare(asOf, today) > 0
    ? no('policies.asOfInTheFuture', 'S4.2.3b', { today: today.toString() })
    : yes

/** An import runs once; what was stopped or failed goes on where it stood. */
export const canStart = (state: FileState): Verdict =>
  state === 'done' ? no('policies.imported', 'house') : state === 'importing' ? no('policies.importing', 'house') : yes

export const canStop = (state: FileState): Verdict =>
  state === 'importing' ? yes : no('policies.notImporting', 'house')

/** Only what was never begun is thrown away: what a file said stays on record. */
export const canDiscard = (state: FileState): Verdict => (state === 'draft' ? yes : no('policies.begun', 'house'))

/** A difference is settled with what was done about it, by its owner or those who hand files in. */
export function maySettle(asked: {
  readonly note: string
  readonly open: boolean
  readonly ownerId: string
  readonly by: { readonly personId: string; readonly roles: readonly Role[] }
  /** Who sold the case, null where it is none of ours. */
  readonly sellerId: string | null
}): Verdict {
  const { note, open, ownerId, by, sellerId } = asked
  const mine = ownerId === by.personId || IMPORTERS.some((role) => by.roles.includes(role))
  return all(
    open ? yes : no('policies.settled', 'house'),
    mine ? yes : no('policies.notOwner', 'S4.2.3b'),
    sellerId === by.personId ? no('policies.ownDifference', 'S4.1.1') : yes,
    note.trim() === '' ? no('policies.noteMissing', 'house') : yes,
  )
}

/** Switching the insurer's file off lets hands enter again what is issued: the department manager's own decision. */
export const maySwitchOff = (roles: readonly Role[]): Verdict =>
  roles.includes('deptManager') ? yes : no('policies.onlyManager', 'S4.2.3b')

/** The day that a file's name tells, as 承保清單20260615.xlsx or policies_2026-06-15.csv do; null without one. */
export function dayInName(name: string): string | null {
  const found = /(20\d\d)[-_.年]?(0[1-9]|1[0-2])[-_.月]?(0[1-9]|[12]\d|3[01])(?!\d)/.exec(name)
  if (!found) return null
  const [, year, month, day] = found
  try {
    return Temporal.PlainDate.from(`${year}-${month}-${day}`, { overflow: 'reject' }).toString()
  } catch {
    return null
  }
}
