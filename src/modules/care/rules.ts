import { all, no, type Verdict, yes } from '../../lib/verdict.ts'

/*
 * Birthdays: a greeting and nothing else. Customers who agreed to such contact, never those who must not be called; and
 * the people of the house.
 */

/** Month and day as one figure: 617 is 17 June. */
export const monthDay = (day: Temporal.PlainDate): number => day.month * 100 + day.day

/** Month-days that are kept today: those of 29 February on the 28th of a year that has none. */
export const keptOn = (today: Temporal.PlainDate): number[] => [
  monthDay(today),
  ...(today.month === 2 && today.day === 28 && !today.inLeapYear ? [229] : []),
]

/** The next day on which a birthday is kept, today included. */
export function nextBirthday(birthday: Temporal.PlainDate, today: Temporal.PlainDate): Temporal.PlainDate {
  const inYear = (year: number) =>
    Temporal.PlainDate.from({ year, month: birthday.month, day: birthday.day }, { overflow: 'constrain' })
  const this_ = inYear(today.year)
  return Temporal.PlainDate.compare(this_, today) >= 0 ? this_ : inYear(today.year + 1)
}

/** Whether a customer may be greeted at all: he agreed to be contacted for service, and no list names him. [S3.8.10] */
export const mayGreet = (customer: { readonly consented: boolean; readonly stopped: boolean }): Verdict =>
  all(
    customer.stopped ? no('care.stopped', 'S3.8.10') : yes,
    customer.consented ? yes : no('care.noConsent', 'S3.8.10'),
  )
