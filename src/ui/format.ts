import { centreNow, centreZone } from '../client/clock.ts'

/*
 * How figures and times are written: in the centre's zone and the reader's language, never in the machine's own zone.
 * Instants come as ISO text or Temporal.Instant, days as 'YYYY-MM-DD' or Temporal.PlainDate.
 */

type InstantLike = string | Temporal.Instant
type DayLike = string | Temporal.PlainDate

const LOCALES: Readonly<Record<string, string>> = { 'zh-Hant': 'zh-TW', 'zh-Hans': 'zh-CN', en: 'en-GB' }
const shown = { locale: 'en-GB', currency: 'CNY' }

/** Set before each drawing of the pages: the tag of the language shown and the centre's currency. */
export function writeIn(languageTag: string, currency = 'CNY'): void {
  shown.locale = LOCALES[languageTag] ?? 'en-GB'
  shown.currency = currency
}

const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>()

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${shown.locale} ${JSON.stringify(options)}`
  const format = made.get(key) ?? new Intl.DateTimeFormat(shown.locale, { calendar: 'gregory', ...options })
  made.set(key, format)
  return format as Intl.DateTimeFormat
}

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${shown.locale} # ${JSON.stringify(options)}`
  const format = made.get(key) ?? new Intl.NumberFormat(shown.locale, options)
  made.set(key, format)
  return format as Intl.NumberFormat
}

const instantOf = (instant: InstantLike) => (typeof instant === 'string' ? Temporal.Instant.from(instant) : instant)
const epoch = (instant: InstantLike) => instantOf(instant).epochMilliseconds

const atCentre = (instant: InstantLike, options: Intl.DateTimeFormatOptions) =>
  dates({ timeZone: centreZone(), hourCycle: 'h23', ...options }).format(epoch(instant))

/** 09:20 */
export const time = (instant: InstantLike): string => atCentre(instant, { hour: '2-digit', minute: '2-digit' })

/** 09:20:05 */
export const timeToSecond = (instant: InstantLike): string =>
  atCentre(instant, { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** The year is written only where it is not the centre's present one, lest an end next year reads as one long past. */
const yearOf = (day: Temporal.PlainDate): Intl.DateTimeFormatOptions =>
  day.year === centreNow().toZonedDateTimeISO(centreZone()).year ? {} : { year: 'numeric' }

/** 6月17日 09:20 · 17 Jun, 09:20; with the year when it is another one */
export const dayAndTime = (instant: InstantLike): string =>
  atCentre(instant, {
    ...yearOf(instantOf(instant).toZonedDateTimeISO(centreZone()).toPlainDate()),
    ...{ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  })

const utc = (day: DayLike) =>
  (typeof day === 'string' ? Temporal.PlainDate.from(day) : day).toZonedDateTime('UTC').epochMilliseconds

/** 6月17日 週三 · Wed, 17 Jun; with the year when it is another one */
export const day = (of: DayLike): string =>
  dates({
    timeZone: 'UTC',
    ...yearOf(typeof of === 'string' ? Temporal.PlainDate.from(of) : of),
    ...{ month: 'short', day: 'numeric', weekday: 'short' },
  }).format(utc(of))

/** 2026年6月17日 · 17 June 2026 */
export const longDay = (of: DayLike): string =>
  dates({ timeZone: 'UTC', year: 'numeric', month: 'long', day: 'numeric' }).format(utc(of))

/** 2026年6月 · June 2026 */
export const month = (of: DayLike): string => dates({ timeZone: 'UTC', year: 'numeric', month: 'long' }).format(utc(of))

/** A wall time as the timetable has it, '09:20:00' or '09:20', without its seconds. */
export const wall = (text: string): string => text.slice(0, 5)

/** Seconds as a running clock: 0:07, 12:40, 1:02:09. */
export function seconds(total: number): string {
  const whole = Math.max(0, Math.floor(total))
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (part: number) => String(part).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** 1,234 or 1,234.5 */
export const number = (value: number, digits = 0): string =>
  numbers({ minimumFractionDigits: 0, maximumFractionDigits: digits }).format(value)

/** A share of 1 as 12% or 12.5%. */
export const percent = (share: number, digits = 0): string =>
  numbers({ style: 'percent', maximumFractionDigits: digits }).format(share)

/** An amount in the centre's currency, as the database's decimal text or a number; whole unless there are cents. */
export function money(amount: string | number): string {
  const value = Number(amount)
  return numbers({
    style: 'currency',
    currency: shown.currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: Number.isInteger(value) ? 0 : 2,
    maximumFractionDigits: 2,
  }).format(value)
}
