import { type Amount, compareAmounts, rounded, times } from '../../lib/money.ts'
import { all, no, type Verdict, yes } from '../../lib/verdict.ts'
import type { Role } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'

/* The states of a case, who may move it on, and its premium: raw as paid, annual, standard. */

/** From the price that was named to the policy's end. Accepted and issued are two dates; every figure says which. */
export const STATES = [
  'quoted',
  'accepted',
  'underwriting',
  'awaitingPayment',
  'issued',
  'delivered',
  'inForce',
  'declined',
  'cancelledInCoolingOff',
  'lapsed',
  'surrendered',
] as const
export type State = (typeof STATES)[number]

const NEXT: Readonly<Record<State, readonly State[]>> = {
  quoted: ['accepted', 'declined'],
  accepted: ['underwriting', 'awaitingPayment', 'issued', 'declined'],
  underwriting: ['awaitingPayment', 'issued', 'declined'],
  awaitingPayment: ['underwriting', 'issued', 'declined'],
  issued: ['delivered', 'cancelledInCoolingOff'],
  // The cooling-off clock starts with the delivery.
  delivered: ['inForce', 'cancelledInCoolingOff'],
  inForce: ['lapsed', 'surrendered'],
  lapsed: ['inForce', 'surrendered'],
  declined: [],
  cancelledInCoolingOff: [],
  surrendered: [],
}

/** Accepted and neither issued nor at an end: what is worked on until it is issued. */
const OPEN = ['accepted', 'underwriting', 'awaitingPayment'] as const satisfies readonly State[]
export const isOpen = (state: State): boolean => (OPEN as readonly State[]).includes(state)

/** States that a case may go to. */
export const nextStates = (from: State): readonly State[] => NEXT[from]

/** Those whose results hang on issued premium work on a case until then; that it is issued is entered by others. */
const WORKERS = ['um', 'dataOfficer', 'deptManager'] as const satisfies readonly Role[]
const RECORDERS = ['dataOfficer', 'deptManager'] as const satisfies readonly Role[]
export const MOVERS = WORKERS
/** Who takes back an entry that was wrong. */
export const CORRECTORS = ['deptManager'] as const satisfies readonly Role[]

/** The roles that may enter a state. */
const moversTo = (to: State): readonly Role[] => (isOpen(to) || to === 'declined' ? WORKERS : RECORDERS)

/** Whether somebody with these roles may enter a state at all. */
export const mayEnter = (roles: readonly Role[], to: State): Verdict =>
  moversTo(to).some((role) => roles.includes(role)) ? yes : no('sales.notYours', 'S4.2.3b', { state: to })

/**
 * Whether a case goes on from one state to the next on a day: a step that the states know, not in the future, not before
 * what is already on record, and never by the one who sold it.
 */
export function mayMove(asked: {
  readonly from: State
  readonly to: State
  readonly on: Temporal.PlainDate
  readonly today: Temporal.PlainDate
  /** Day of the latest state on record. */
  readonly since: Temporal.PlainDate
  readonly by: { readonly personId: string; readonly roles: readonly Role[] }
  readonly sellerId: string
}): Verdict {
  const { from, to, on, today, since, by, sellerId } = asked
  return all(
    by.personId === sellerId ? no('sales.ownCase', 'S4.1.1') : yes,
    mayEnter(by.roles, to),
    NEXT[from].includes(to) ? yes : no('sales.noSuchStep', 'S4.2.3b', { from, to }),
    Temporal.PlainDate.compare(on, today) > 0 ? no('sales.inTheFuture', 'S4.2.3b', { today: today.toString() }) : yes,
    Temporal.PlainDate.compare(on, since) < 0 ? no('sales.beforeLast', 'S4.2.3b', { since: since.toString() }) : yes,
  )
}

/** One entry of a case: the state that it went to, the day from which that holds, and the entry that it takes back. */
export type Entry = {
  readonly id: string
  readonly state: State
  readonly on: Temporal.PlainDate
  readonly takesBack: string | null
}

/** The entries that still stand, oldest first: corrections and what they took back are left out. */
export function standing<E extends Entry>(entries: readonly E[]): readonly E[] {
  const gone = new Set(entries.flatMap(({ id, takesBack }) => (takesBack ? [id, takesBack] : [])))
  return entries.filter(({ id }) => !gone.has(id))
}

/** Where a case stands by its entries. Throws on none: the application itself is the first. */
export function standOf(entries: readonly Entry[]) {
  const valid = standing(entries)
  const last = valid.at(-1)
  if (!last) throw new Error('a case has no entry')
  const dayOf = (state: State) => valid.findLast((entry) => entry.state === state)?.on ?? null
  return { state: last.state, since: last.on, issuedOn: dayOf('issued'), cancelledOn: dayOf('cancelledInCoolingOff') }
}

/** An entry is taken back by a head who did not sell the case; the application itself stays on record. */
export const mayTakeBack = (entries: readonly Entry[], by: { readonly personId: string }, sellerId: string): Verdict =>
  all(
    by.personId === sellerId ? no('sales.ownCase', 'S4.1.1') : yes,
    standing(entries).length < 2 ? no('sales.nothingToTakeBack', 'S4.2.3b') : yes,
  )

/** What is known when an agent wants to record an application. */
export type Application = {
  readonly authorised: boolean
  /** The product is sold now and knows this way to pay. */
  readonly payWayKnown: boolean
  readonly rawPremium: Amount
  readonly minPremium: Amount | number | null
  readonly taken: boolean
  /** Keys of the script's disclosures that were not ticked as said. */
  readonly missing: readonly string[]
}

/** Whether an application may be recorded: every reason at once. */
export function mayAccept(asked: Application, applicationNo: string): Verdict {
  const { missing, minPremium } = asked
  const below = minPremium !== null && compareAmounts(asked.rawPremium, minPremium) < 0
  return all(
    asked.authorised ? yes : no('sales.notAuthorised', 'S3.6'),
    asked.payWayKnown ? yes : no('sales.payWayUnknown', 'house'),
    below ? no('sales.belowMinimum', 'house', { least: rounded(minPremium) }) : yes,
    asked.taken ? no('sales.applicationTaken', 'house', { applicationNo }) : yes,
    missing.length > 0
      ? no('sales.disclosuresMissing', 'S3.4', { count: missing.length, missing: missing.join(', ') })
      : yes,
  )
}

export type Premium = { readonly raw: Amount; readonly annual: Amount; readonly standard: Amount }

/**
 * The three measures of a premium: raw as paid each time, annual = raw × payments a year (a single premium is one),
 * standard = annual × the product's factor; amounts of two decimals. They stay as they were at acceptance.
 */
export function premiumOf(raw: Amount, payTimes: number, standardFactor: Amount | number): Premium {
  const annual = rounded(times(raw, payTimes))
  return { raw: rounded(raw), annual, standard: rounded(times(annual, standardFactor)) }
}

/** The currency that a centre sells in, by its country (ISO 3166 to ISO 4217). */
const CURRENCIES: Readonly<Record<string, string>> = {
  ...{ CN: 'CNY', HK: 'HKD', MO: 'MOP', TW: 'TWD', SG: 'SGD', MY: 'MYR', US: 'USD', GB: 'GBP' },
}

export function currencyOf(country: string): string {
  const currency = CURRENCIES[country]
  if (!currency) throw new RangeError(`no currency is known for ${country}`)
  return currency
}

/** Whose a policy may be when it is not a customer's: the seller's own, his family's, a colleague's. */
export const RELATIONS = ['self', 'spouse', 'parent', 'child', 'colleague'] as const

/** What the seller says of a policy that is not a customer's. */
export type Own = { readonly relation: (typeof RELATIONS)[number]; readonly letterId: string | null }

/**
 * Whose policy an application is: what stands against taking it, how much of it counts (0 to 1), and what is kept beside
 * the case. A module to the right knows; sales asks it.
 */
export type JudgeOwn = (
  ctx: Ctx,
  application: { readonly customerId: string; readonly declared: Own | null },
) => Promise<{ readonly verdict: Verdict; readonly weight: Amount; keep(saleId: string): Promise<void> }>

/** What of a case is counted, and on which days. */
export type Counted = Premium & {
  /** How much of it counts, 0 to 1; all of it without. */
  readonly weight?: Amount | undefined
  readonly acceptedOn: Temporal.PlainDate
  readonly issuedOn: Temporal.PlainDate | null
  readonly cancelledOn: Temporal.PlainDate | null
}

/** Figures of one day, as columns of its sums. */
export type DayFigures = {
  readonly day: Temporal.PlainDate
  readonly figures: Readonly<Record<string, number | Amount>>
}

/**
 * What a case adds to the sums of its days: accepted on the day the application was taken, issued and cancelled in
 * cooling-off on theirs. A case that was declined was accepted all the same. One of no weight counts in nothing; one of
 * a part counts as one case with that part of its premium. [S4.4.11c]
 */
export function countsOf(sale: Counted): readonly DayFigures[] {
  const { acceptedOn, issuedOn, cancelledOn, weight = '1' } = sale
  if (compareAmounts(weight, 0) === 0) return []
  const part = (amount: Amount) => (compareAmounts(weight, 1) === 0 ? amount : rounded(times(amount, weight)))
  const [raw, annual, standard] = [part(sale.raw), part(sale.annual), part(sale.standard)]
  const accepted = { accepted: 1, accepted_raw: raw, accepted_annual: annual, accepted_standard: standard }
  return [
    { day: acceptedOn, figures: accepted },
    ...(issuedOn ? [{ day: issuedOn, figures: { issued: 1, issued_annual: annual, issued_standard: standard } }] : []),
    ...(cancelledOn ? [{ day: cancelledOn, figures: { cancelled: 1, cancelled_standard: standard } }] : []),
  ]
}

/** How far a case is, in three words, for lists: on the way, counted as issued, at an end. */
export const standingOf = (state: State): 'open' | 'issued' | 'ended' =>
  isOpen(state) || state === 'quoted' ? 'open' : ['issued', 'delivered', 'inForce'].includes(state) ? 'issued' : 'ended'
