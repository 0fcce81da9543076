import { no, type Verdict, yes } from '../../lib/verdict.ts'

/** What can happen on the way to a car; takenBack says that an earlier entry did not happen. */
export const KINDS = [
  ...(['appointment', 'visit', 'reception', 'testDrive', 'followUp', 'order', 'delivery'] as const),
  ...(['lostAsked', 'lostReturned', 'lost', 'takenBack'] as const),
] as const
export type Kind = (typeof KINDS)[number]

/** What somebody of the showroom records of a customer of his. */
export const STEPS = ['reception', 'testDrive', 'followUp', 'appointment', 'order', 'delivery'] as const
export type Step = (typeof STEPS)[number]

/** How far a deal is. lostAsked waits for the manager's word. */
export const STATES = [
  ...(['booked', 'visited', 'received', 'driven', 'ordered', 'delivered', 'lostAsked', 'lost'] as const),
] as const
export type State = (typeof STATES)[number]

/** Why a deal was lost; the meeting's case library goes by these. */
export const LOST_REASONS = [
  'price',
  'model',
  'stock',
  'elsewhere',
  'finance',
  'postponed',
  'unreachable',
  'other',
] as const
export type LostReason = (typeof LOST_REASONS)[number]

/** How far each entry brings a deal; a later one never takes it back to where it was. */
const REACHES: Readonly<Partial<Record<Kind, State>>> = {
  ...{ appointment: 'booked', visit: 'visited', reception: 'received', testDrive: 'driven', order: 'ordered' },
  delivery: 'delivered',
}

/** Where a deal stands after these entries, oldest first, without those that were taken back; null of none. */
export function stateOf(kinds: readonly Kind[]): State | null {
  let reached = -1
  let lost: 'lostAsked' | 'lost' | null = null
  for (const kind of kinds) {
    const state = REACHES[kind]
    if (state) reached = Math.max(reached, STATES.indexOf(state))
    if (kind === 'lostAsked' || kind === 'lost') lost = kind
    // Whoever is coming back is not lost: the request falls.
    if (kind === 'lostReturned' || kind === 'appointment' || kind === 'visit') lost = null
  }
  return lost ?? STATES[reached] ?? null
}

/** The states in which an entry can be made. A car is delivered that was ordered; nobody drives who was not received. */
const FROM: Readonly<Record<Exclude<Kind, 'takenBack'>, readonly (State | null)[]>> = {
  appointment: [null, 'booked', 'visited', 'received', 'driven', 'ordered', 'lostAsked'],
  visit: [null, 'booked', 'visited', 'received', 'driven', 'ordered', 'lostAsked'],
  reception: ['visited', 'received', 'driven', 'ordered'],
  testDrive: ['received', 'driven'],
  followUp: ['visited', 'received', 'driven', 'ordered', 'delivered'],
  order: ['received', 'driven'],
  delivery: ['ordered'],
  lostAsked: ['booked', 'visited', 'received', 'driven', 'ordered'],
  lostReturned: ['lostAsked'],
  lost: ['lostAsked'],
}

/** Clause of the refusals that keep order and state no regulation. */
const HOUSE = 'house'

/** Whether an entry can be made where a deal stands. [S2.2.1] */
export const canRecord = (state: State | null, kind: Exclude<Kind, 'takenBack'>): Verdict =>
  FROM[kind].includes(state) ? yes : no('showroom.notNow', 'S2.2.1', { state: state ?? 'none', kind })

/** An order has its number and its model. */
export const hasOrder = (given: { orderNo: string; productId: string | null }): Verdict =>
  given.orderNo === '' || given.productId === null ? no('showroom.orderIncomplete', HOUSE) : yes

export const freeOrder = (taken: boolean, orderNo: string): Verdict =>
  taken ? no('showroom.orderTaken', HOUSE, { orderNo }) : yes

/** An appointment lies ahead, and not further than this many days. */
const FURTHEST_DAYS = 60
export function canAppoint(at: Temporal.Instant, now: Temporal.Instant): Verdict {
  if (Temporal.Instant.compare(at, now) <= 0) return no('showroom.appointmentPast', HOUSE)
  const last = now.add({ hours: 24 * FURTHEST_DAYS })
  return Temporal.Instant.compare(at, last) > 0 ? no('showroom.appointmentTooFar', HOUSE, { days: FURTHEST_DAYS }) : yes
}

/** What is recorded late is recorded for a day that was, and not for long ago. */
const LATE_DAYS = 7
export function canHaveBeen(on: Temporal.PlainDate, today: Temporal.PlainDate): Verdict {
  if (Temporal.PlainDate.compare(on, today) > 0) return no('showroom.dayAhead', HOUSE)
  return on.until(today).days > LATE_DAYS ? no('showroom.dayTooOld', HOUSE, { days: LATE_DAYS }) : yes
}

/** A deal is let go by the manager's word, and never by whoever asked for it or whose customer it is. [S2.3.3] */
export const mayDecideLost = (
  self: string,
  deal: { askedBy: string | null; salesId: string | null; agentId: string | null },
): Verdict => ([deal.askedBy, deal.salesId, deal.agentId].includes(self) ? no('showroom.ownLoss', 'S2.3.3') : yes)

/** The latest entry alone is taken back, and not by whoever it counts for. */
export const mayTakeBack = (self: string, entry: { personId: string; recordedBy: string }): Verdict =>
  entry.personId === self || entry.recordedBy === self ? no('showroom.ownEntry', HOUSE) : yes

/** The figures of the day sheet, in its order. [S2.2.1] */
export const FIGURES = [
  ...(['inbound', 'outbound', 'appointments', 'visits', 'receptions'] as const),
  ...(['followUps', 'testDrives', 'orders', 'deliveries'] as const),
] as const
export type Figure = (typeof FIGURES)[number]

/** Nobody puts a figure of his own right; and it says why. [S2.2.1] */
export const mayEditSheet = (self: string, personId: string): Verdict =>
  self === personId ? no('showroom.ownFigure', 'S2.2.1') : yes

/** Fewest digits of a number by which the front desk finds a customer who is expected. */
export const FEWEST_DIGITS = 4
