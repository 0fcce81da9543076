import { no, type Verdict, yes } from '../../lib/verdict.ts'
import type { Words } from '../../lib/wire.ts'

/** How often a year a customer pays. A single premium is one payment and no more. */
export const PAY_WAYS = ['monthly', 'quarterly', 'halfYearly', 'yearly', 'single'] as const
export type PayWay = (typeof PAY_WAYS)[number]

/** Payments a year by pay way; the ways that a product does not know are absent. */
export type PayWays = Readonly<Partial<Record<PayWay, number>>>

/** What the agent says, in order; {{customer}}, {{agent}}, {{centre}} and {{product}} are filled in at the desk. */
export type Section = { readonly key: string; readonly title: Words; readonly text: Words }

/** What must have been said before an application is taken. */
export type Disclosure = { readonly key: string; readonly text: Words }

/** A script or a product version takes effect today or later: what was said and sold before keeps what it had. [S1.5.2] */
export const mayTakeEffect = (on: Temporal.PlainDate, today: Temporal.PlainDate): Verdict =>
  Temporal.PlainDate.compare(on, today) < 0 ? no('catalog.inThePast', 'S1.5.2') : yes

/** Nobody authorises himself to sell. [S4.1.1] */
export const mayAuthorise = (actorId: string, personIds: readonly string[]): Verdict =>
  personIds.includes(actorId) ? no('catalog.ownAuthorisation', 'S4.1.1') : yes

export const freeCode = (taken: boolean, code: string): Verdict =>
  taken ? no('catalog.codeTaken', 'house', { code }) : yes

export const freeDay = (taken: boolean, day: Temporal.PlainDate): Verdict =>
  taken ? no('catalog.dayTaken', 'house', { day: day.toString() }) : yes

/** Text with its fields filled in; a field without value stays readable as its name. */
export const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? name)
