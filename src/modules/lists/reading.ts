import type { Cell } from '../../lib/xlsxCells.ts'
import { provinceOf } from './provinces.ts'

/* Cells of a list as people and systems write them, read into values; null where nobody could tell. Pure. */

const text = (cell: Cell): string => (cell === null ? '' : String(cell).normalize('NFKC').trim())

const MALE = /^(男(士|性)?|m|male|mr\.?|先生)$/i
const FEMALE = /^(女(士|性)?|f|female|ms\.?|mrs\.?|小姐)$/i

export function readGender(cell: Cell): 'male' | 'female' | null {
  const word = text(cell)
  return MALE.test(word) ? 'male' : FEMALE.test(word) ? 'female' : null
}

const day = (year: string, month: string, date: string): Temporal.PlainDate | null => {
  try {
    return Temporal.PlainDate.from(
      { year: Number(year), month: Number(month), day: Number(date) },
      { overflow: 'reject' },
    )
  } catch {
    return null
  }
}

const YEAR_FIRST = /^((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*(?:日|(?=$|[T\s]))/
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})$/

/** A day written year first, in whatever way; day-first and month-first ones are two days at once and therefore none. */
export function readDay(cell: Cell): Temporal.PlainDate | null {
  const found = YEAR_FIRST.exec(text(cell)) ?? COMPACT.exec(text(cell))
  return found ? day(found[1]!, found[2]!, found[3]!) : null
}

const TIME = /(?:^|[T\s])(\d{1,2})[:點点时時](\d{2})?(?::\d{2})?分?$/

/** A moment on the wall clock of a zone: a day with or without a time; without one it is the day's beginning. */
export function readMoment(cell: Cell, zone: string): Temporal.Instant | null {
  const on = readDay(cell)
  if (!on) return null
  const rest = text(cell).replace(YEAR_FIRST, '').trim()
  if (rest === '' || COMPACT.test(text(cell))) return on.toZonedDateTime(zone).toInstant()
  const clock = TIME.exec(rest.replace(/^T/, ' '))
  const [hour, minute] = [Number(clock?.[1] ?? 99), Number(clock?.[2] ?? 0)]
  if (hour > 23 || minute > 59) return null
  return on.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from({ hour, minute }) }).toInstant()
}

const WINDOW = /^(\d{1,2})(?:[::點点时時](\d{2})?)?\s*(?:-|–|—|~|至|到|to)\s*(\d{1,2})(?:[::點点时時](\d{2})?)?$/i
const two = (n: number) => String(n).padStart(2, '0')

/** Windows of a day in which a customer wishes to be called: '10:00-12:00', '9點至11點、14:00~16:00'. */
export function readWish(cell: Cell): [string, string][] | null {
  const windows = text(cell)
    .split(/[,;、]/)
    .map((part) => part.trim())
  const read = windows.flatMap((part): [string, string][] => {
    const found = WINDOW.exec(part)
    if (!found) return []
    const clock = (hour: string, minute: string | undefined) => `${two(Number(hour))}:${minute ?? '00'}`
    const [from, to] = [clock(found[1]!, found[2]), clock(found[3]!, found[4])]
    return from < to && to <= '24:00' && !/:[6-9]/.test(from + to) ? [[from, to]] : []
  })
  return read.length === windows.length && read.length > 0 ? read : null
}

/** An IANA time zone, null where there is none of that name. */
export function readZone(cell: Cell): string | null {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text(cell)).timeZoneId
  } catch {
    return null
  }
}

/** The region as customers keep it: in China the province's two digits, elsewhere the state's letters. */
export function readRegion(cell: Cell, country: string): string | null {
  if (country === 'CN') return provinceOf(text(cell))
  return /^[A-Za-z]{2,3}$/.test(text(cell)) ? text(cell).toUpperCase() : null
}

export function readAge(cell: Cell): number | null {
  const age = /^(\d{1,3})\s*(歲|岁)?$/.exec(text(cell))?.[1]
  return age !== undefined && Number(age) <= 120 ? Number(age) : null
}

/** A name without the line ends and marks that systems leave in it; null for none. */
export const readName = (cell: Cell): string | null => text(cell).replaceAll(/\s+/g, ' ').slice(0, 100) || null
