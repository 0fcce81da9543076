import type { Contact } from './dates.ts'

/* How the work of a day is shared among agents: who is there, and who gets whose lead. */

/** When a dialling day begins and ends, seconds of the day. */
export const OPENS = 9 * 3600
const CLOSES = 21 * 3600
/** An agent takes the next lead on the full minute. */
export const MINUTE = 60
/** From the dial until somebody answers, and until an agent gives up. */
export const ANSWERED_AFTER = 10
export const GIVEN_UP_AFTER = 30

/** What a contact takes of an agent's day, until the full minute after it. */
export const secondsOf = ({ row, last }: Contact): number =>
  MINUTE + (last ? Math.ceil((ANSWERED_AFTER + row.talk) / MINUTE + 1) * MINUTE : MINUTE)

/** Contacts for which an agent comes, where there are so many. */
const WORTH_COMING = 8
/** More work than this for one agent calls for another one. */
const FULL_DAY = (CLOSES - OPENS) / 2

/** Agents that the fullest day asks for, and a few more than needed on any other. */
export function agentsFor(days: Iterable<readonly Contact[]>): number {
  let most = 40
  for (const contacts of days) {
    const load = contacts.reduce((sum, contact) => sum + secondsOf(contact), 0)
    most = Math.max(most, Math.ceil((1.3 * load) / FULL_DAY))
  }
  return most
}

/**
 * Shares contacts out among at most so many agents: the longest first, each to the one with least to do, so that nobody
 * still waits for his turn when dialling ends.
 */
export function shared<C extends Contact>(contacts: readonly C[], agents: number): C[][] {
  const load = contacts.reduce((sum, contact) => sum + secondsOf(contact), 0)
  const many = Math.min(agents, Math.max(Math.ceil(contacts.length / WORTH_COMING), Math.ceil(load / FULL_DAY)))
  const hands = Array.from({ length: many }, () => ({ load: 0, contacts: [] as C[] }))
  for (const contact of [...contacts].sort((a, b) => secondsOf(b) - secondsOf(a))) {
    const least = hands.reduce((one, other) => (other.load < one.load ? other : one))
    least.contacts.push(contact)
    least.load += secondsOf(contact)
  }
  return hands.map((hand) => hand.contacts).filter((hand) => hand.length > 0)
}
