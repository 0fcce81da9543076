import { no, type Verdict, yes } from '../../lib/verdict.ts'

/** Clause of the refusals that keep order and state no regulation. */
const HOUSE = 'house'

export type ItemState = 'done' | 'missing' | 'later'

/** What people said of an item last; 'open' takes back what was said before. */
export type Said = 'looked' | 'later' | 'open' | null

/**
 * How an item stands. What is there counts before what was said; nobody's word makes up for what the gate asks for, so
 * an item without which nothing is dialled cannot be put off.
 */
export function stateOf(item: {
  readonly done: boolean
  readonly needed: boolean
  readonly confirmable: boolean
  readonly said: Said
}): ItemState {
  if (item.done || (item.confirmable && item.said === 'looked')) return 'done'
  return item.said === 'later' && !item.needed ? 'later' : 'missing'
}

/** What the first dial needs is done or missing, and is not put off. [S3.6] */
export const mayPutOff = (item: { readonly needed: boolean }): Verdict =>
  item.needed ? no('setup.neededFirst', 'S3.6') : yes

/** What shows by itself is not said to be done. */
export const mayConfirm = (item: { readonly confirmable: boolean }): Verdict =>
  item.confirmable ? yes : no('setup.showsItself', HOUSE)

/**
 * Whether dialling can begin: all agents could dial, some of them, or none; with what is missing for the rest. `agents`
 * and `able` count people, `missing` the needed items that are not done.
 */
export function answerOf(
  agents: number,
  able: number,
  items: readonly { readonly id: string; readonly needed: boolean; readonly state: ItemState }[],
): { readonly can: 'all' | 'some' | 'none'; readonly missing: string[] } {
  const missing = items.filter(({ needed, state }) => needed && state !== 'done').map(({ id }) => id)
  if (agents > 0 && able === agents && missing.length === 0) return { can: 'all', missing }
  return { can: able > 0 ? 'some' : 'none', missing }
}

/** People who get accounts in one command: hashing is slow on purpose, and a lot must be over in a second or two. */
export const MOST_SLIPS = 20
