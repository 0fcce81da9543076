import { z } from 'zod'

/*
 * How instants and days travel: Temporal values inside, ISO text outside. The output forms also take the text itself,
 * so that a kept result of a command can be sent once more.
 */

/** Output: a Temporal.Instant, sent as ISO text in UTC. */
export const Instant = z
  .custom<Temporal.Instant | string>((value) => value instanceof Temporal.Instant || typeof value === 'string')
  .transform((value) => value.toString())
  .pipe(z.string())

/** Output: a Temporal.PlainDate, sent as 'YYYY-MM-DD'. */
export const Day = z
  .custom<Temporal.PlainDate | string>((value) => value instanceof Temporal.PlainDate || typeof value === 'string')
  .transform((value) => value.toString())
  .pipe(z.string())

/** Input: ISO text with offset or Z, read as a Temporal.Instant in whole milliseconds. */
export const InstantIn = z.iso
  .datetime({ offset: true })
  .transform((text) => Temporal.Instant.from(text).round({ smallestUnit: 'millisecond' }))

/** Input: 'YYYY-MM-DD', read as a Temporal.PlainDate. */
export const DayIn = z.iso.date().transform((text) => Temporal.PlainDate.from(text))

/** Output: a Temporal.PlainYearMonth, sent as 'YYYY-MM'. */
export const Month = z
  .custom<Temporal.PlainYearMonth | string>(
    (value) => value instanceof Temporal.PlainYearMonth || typeof value === 'string',
  )
  .transform((value) => value.toString())
  .pipe(z.string())

/** Input: 'YYYY-MM', read as a Temporal.PlainYearMonth. */
export const MonthIn = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .transform((text) => Temporal.PlainYearMonth.from(text))

export const Id = z.uuid()

/** Text in the three languages of the product; hans is derived from hant at build time. */
export const Words = z.object({ hant: z.string(), hans: z.string(), en: z.string() })
export type Words = z.infer<typeof Words>
