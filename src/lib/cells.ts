import type { Amount } from './money.ts'
import { rounded, times } from './money.ts'
import { simplifiedCharacters } from './simplified.ts'
import type { Cell } from './xlsxCells.ts'

/* Cells as people and systems write them, read into values; null where nobody could tell. Pure. */

export const cellOf = (cell: Cell): string => (cell === null ? '' : String(cell).normalize('NFKC').trim())

/**
 * A word as it is compared with others: one script, lower case, without spaces, brackets and other marks, so that
 * '受理 件數', '受理(件数)' and '受理件數' are one. The plus stays: A and A+ are two grades.
 */
export const wordKey = (text: string): string =>
  simplifiedCharacters(text.normalize('NFKC').toLowerCase()).replaceAll(/[^\p{L}\p{N}+]/gu, '')

const dayOf = (year: number, month: string | number, date: string | number): Temporal.PlainDate | null => {
  try {
    return Temporal.PlainDate.from({ year, month: Number(month), day: Number(date) }, { overflow: 'reject' })
  } catch {
    return null
  }
}

/** Days of Excel's calendar that a sheet of this trade holds: 1927 to 2173. Below and above it is some other figure. */
const SERIAL = { from: 10_000, to: 99_999 }
const SERIAL_ZERO = Temporal.PlainDate.from('1899-12-30')

const YEAR_FIRST = /^((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*日|(?=$|[T\s]))/
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})(?=$|\d{4}(?:\d{2})?$|[T\s])/
/** The year of the Republic: with its name, or as three digits, which no other year has. */
const REPUBLIC =
  /^(?:(?:中華民國|中华民国|民國|民国|R\.?O\.?C\.?)\s*(\d{1,3})|(1\d{2}))\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*日|(?=$|[T\s]))/i
const NO_YEAR = /^(\d{1,2})\s*月\s*(\d{1,2})\s*[日號号]?/
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const ENGLISH =
  /^(?:(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?|([a-z]{3})[a-z]*\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?),?[\s-]+((?:19|20)\d{2})/i

/** Years between the birth of the Republic and the common one. */
const REPUBLIC_ZERO = 1911

type Read = { readonly day: Temporal.PlainDate; readonly rest: string; readonly assumed: boolean }

/** The year that brings a day without one nearest to `near`. */
function nearest(month: string, date: string, near: Temporal.PlainDate): Temporal.PlainDate | null {
  const days = [near.year - 1, near.year, near.year + 1].flatMap((year) => dayOf(year, month, date) ?? [])
  const away = (day: Temporal.PlainDate) => Math.abs(near.until(day, { largestUnit: 'days' }).days)
  return days.toSorted((a, b) => away(a) - away(b))[0] ?? null
}

function fromSerial(serial: number): Read | null {
  if (!(serial >= SERIAL.from && serial <= SERIAL.to)) return null
  const seconds = Math.round((serial % 1) * 86_400)
  const day = SERIAL_ZERO.add({ days: Math.floor(serial) })
  const time = Temporal.PlainTime.from('00:00').add({ seconds })
  return { day, rest: seconds === 0 ? '' : time.toString({ smallestUnit: 'second' }), assumed: false }
}

/**
 * A day and what stands behind it. Written year first in whatever way, in the years of the Republic, with an English
 * month, or as a day of Excel's calendar; '3月5日' takes the year that brings it nearest to `near`. Day-first and
 * month-first ones are two days at once and therefore none.
 */
function dayIn(cell: Cell, near: Temporal.PlainDate | undefined): Read | 'noYear' | null {
  if (typeof cell === 'boolean') return null
  if (typeof cell === 'number' && !COMPACT.test(String(cell))) return fromSerial(cell)
  const text = cellOf(cell)
  const found = (match: RegExpExecArray, day: Temporal.PlainDate | null, assumed = false): Read | null =>
    day && { day, rest: text.slice(match[0].length).replace(/^[T\s]+/, ''), assumed }
  const first = YEAR_FIRST.exec(text) ?? COMPACT.exec(text)
  if (first) return found(first, dayOf(Number(first[1]), first[2]!, first[3]!))
  const republic = REPUBLIC.exec(text)
  if (republic)
    return found(republic, dayOf(REPUBLIC_ZERO + Number(republic[1] ?? republic[2]), republic[3]!, republic[4]!))
  const english = ENGLISH.exec(text)
  const month = MONTHS.indexOf((english?.[2] ?? english?.[3] ?? '').toLowerCase())
  if (english && month >= 0) return found(english, dayOf(Number(english[5]), month + 1, (english[1] ?? english[4])!))
  const short = NO_YEAR.exec(text)
  if (short) return near ? found(short, nearest(short[1]!, short[2]!, near), true) : 'noYear'
  return /^\d{5}(\.\d+)?$/.test(text) ? fromSerial(Number(text)) : null
}

/** 'noYear': a day and a month that no `near` completes. `assumed` tells that the year was. */
export type DayRead = { readonly day: Temporal.PlainDate; readonly assumed: boolean } | 'noYear' | null

/** A day without a time, or with one that is let go. */
export function readDay(cell: Cell, near?: Temporal.PlainDate): DayRead {
  const read = dayIn(cell, near)
  if (read === null || read === 'noYear') return read
  return read.rest === '' || clockIn(read.rest) ? { day: read.day, assumed: read.assumed } : null
}

const CLOCK =
  /^(?<part>上午|下午|凌晨|早上|中午|晚上|am|pm)?\s*(?<h>\d{1,2})(?:\s*:\s*(?<m>\d{1,2})|\s*[點点时時]\s*(?<n>\d{1,2})?)?(?:\s*[:分]\s*(?<s>\d{1,2})(?:\.\d+)?)?\s*[分秒]?\s*(?<half>半)?\s*(?<after>am|pm)?\s*(?:z|[+-]\d{2}:?\d{2})?$/i
const AFTERNOON = /^(下午|晚上|pm)$/i
const MORNING = /^(上午|凌晨|早上|am)$/i

/** A time on the wall clock: '9:05', '14:05:30', '下午2點半', '2:05 PM'. */
function clockIn(text: string): Temporal.PlainTime | null {
  const found = CLOCK.exec(text.trim())?.groups
  // A bare figure is no time.
  if (!found || !/[:點点时時]|am|pm/i.test(text)) return null
  const part = found.part ?? found.after ?? ''
  let hour = Number(found.h)
  if (AFTERNOON.test(part) && hour < 12) hour += 12
  if (MORNING.test(part) && hour === 12) hour = 0
  const [minute, second] = [found.half ? 30 : Number(found.m ?? found.n ?? 0), Number(found.s ?? 0)]
  return hour > 23 || minute > 59 || second > 59 ? null : Temporal.PlainTime.from({ hour, minute, second })
}

/** A time of day in a cell of its own; Excel keeps it as a part of a day. */
export function readClock(cell: Cell): Temporal.PlainTime | null {
  if (typeof cell !== 'number') return clockIn(cellOf(cell))
  return cell >= 0 && cell < 1 ? Temporal.PlainTime.from('00:00').add({ seconds: Math.round(cell * 86_400) }) : null
}

/** 'noYear' as for `readDay`. */
export type MomentRead = { readonly at: Temporal.Instant; readonly assumed: boolean } | 'noYear' | null

/** A moment on the wall clock of a zone: a day with or without a time; without one it is the day's beginning. */
export function readMoment(cell: Cell, zone: string, near?: Temporal.PlainDate): MomentRead {
  const read = dayIn(cell, near)
  if (read === null || read === 'noYear') return read
  const compact = /^(\d{2})(\d{2})(\d{2})?$/.exec(read.rest)
  const rest = compact ? `${compact[1]}:${compact[2]}:${compact[3] ?? '00'}` : read.rest
  const plainTime = rest === '' ? Temporal.PlainTime.from('00:00') : clockIn(rest)
  if (!plainTime) return null
  return { at: read.day.toZonedDateTime({ timeZone: zone, plainTime }).toInstant(), assumed: read.assumed }
}

const TIMES: Readonly<Record<string, number>> = {
  ...{ 千: 1000, 仟: 1000, k: 1000, 万: 10_000, 萬: 10_000, w: 10_000, 百万: 1_000_000, 百萬: 1_000_000 },
  ...{ 亿: 100_000_000, 億: 100_000_000 },
}
const MONEY =
  /^(-?)(?:rmb|cny|nt\$|twd|hk\$|hkd|usd|人民币|人民幣|新台币|新台幣|[¥$])?(-?)(\d+(?:\.\d+)?|\.\d+)(百万|百萬|千|仟|万|萬|亿|億|k|w)?(?:元|圆|圓|块|塊|rmb|cny|整)*$/i
/** 1,234,567.80 and 12,3456: a comma that stands before three or four figures parts them. */
const PARTED = /^\D*\d{1,4}(,\d{3,4})+(?!\d)/

/**
 * An amount as decimal text: '1.2萬' is 12000, '¥3,600' 3600, '(500)' -500. Null for words, and for a comma that would
 * be somebody's decimal point.
 */
export function readAmount(cell: Cell): Amount | null {
  if (typeof cell === 'number')
    return Number.isFinite(cell) ? rounded(Number(cell.toPrecision(15)), 6).replace(/\.?0+$/, '') : null
  let text = cellOf(cell).replaceAll(/\s/g, '').toLowerCase()
  const negative = /^\((.+)\)$/.exec(text)
  if (negative) text = `-${negative[1]}`
  if (text.includes(',')) {
    if (!PARTED.test(text)) return null
    text = text.replaceAll(',', '')
  }
  const found = MONEY.exec(text)
  if (!found || (found[1] && found[2])) return null
  const digits = found[3]!.startsWith('.') ? `0${found[3]}` : found[3]!
  const amount = times(digits, TIMES[found[4] ?? ''] ?? 1)
  const plain = amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount
  return (found[1] || found[2]) && plain !== '0' ? `-${plain}` : plain
}

/** A whole number that may carry what it counts: '12', '1,200件', '3次'. */
export function readCount(cell: Cell): number | null {
  const amount = readAmount(
    typeof cell === 'number' ? cell : cellOf(cell).replace(/[件次个個人位天日名期單单通组組]$/, ''),
  )
  return amount !== null && /^-?\d+$/.test(amount) && Math.abs(Number(amount)) <= Number.MAX_SAFE_INTEGER
    ? Number(amount)
    : null
}

const SPELT =
  /^(?:(\d+)(?:小时|小時|时|時|h))?(?:(\d+)(?:分钟|分鐘|分|m(?:in)?))?(?:(\d+(?:\.\d+)?)(?:秒钟|秒鐘|秒|s(?:ec)?))?$/i

/** A length of time in whole seconds: 65, '65秒', '1:05', '00:01:05', '1分5秒'. Two parts are minutes and seconds. */
export function readSeconds(cell: Cell): number | null {
  if (typeof cell === 'number') return cell >= 0 ? Math.round(cell) : null
  const text = cellOf(cell).replaceAll(/\s/g, '')
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text))
  const clock = /^(?:(\d+):)?(\d{1,2}):(\d{2})(?:\.\d+)?$/.exec(text)
  if (clock) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3])
  const spelt = text === '' ? null : SPELT.exec(text)
  return spelt ? Number(spelt[1] ?? 0) * 3600 + Number(spelt[2] ?? 0) * 60 + Math.round(Number(spelt[3] ?? 0)) : null
}

const YES = /^(是|有|对|對|y|yes|true|1|√|✓|✔|v|已|转正|轉正)$/i
const NO = /^(否|无|無|沒有|没有|不|n|no|false|0|×|x|未|试用|試用)$/i

export function readYesNo(cell: Cell): boolean | null {
  if (typeof cell === 'boolean') return cell
  const text = cellOf(cell)
  return YES.test(text) ? true : NO.test(text) ? false : null
}
