import { type RawBuilder, sql } from 'kysely'

/**
 * `between … and …` for the day of a row in tables that are kept by the month: from so many days before `today` to the day
 * after it, which somebody's clock may already show. Without the upper end each month to come is looked into as well.
 */
export const daysAbout = (today: Temporal.PlainDate, before: number): RawBuilder<unknown> =>
  sql`between ${today.subtract({ days: before })} and ${today.add({ days: 1 })}`
