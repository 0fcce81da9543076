/** What a cell can hold. Dates and times are texts: '2026-06-17', '2026-06-17T09:20:00', '09:20:00'. */
export type Cell = string | number | boolean | null

/** How a number of a style is to be read: as it is, as a moment, or as a length of time that may pass 24 hours. */
export type NumberKind = 'number' | 'moment' | 'elapsed'

const built = (from: number, to: number) => (id: number) => id >= from && id <= to
const BUILT_IN_MOMENTS = [built(14, 22), built(27, 36), built(45, 45), built(47, 47), built(50, 58)]
const BUILT_IN_ELAPSED = 46

/**
 * Kind of a number format by its id and, for formats of the file's own, its code. 27–36 and 50–58 are the dates of
 * Chinese, Japanese and Korean Excel, which a file uses without saying what they are.
 */
export function numberKind(id: number, code: string | undefined): NumberKind {
  if (code === undefined) {
    if (id === BUILT_IN_ELAPSED) return 'elapsed'
    return BUILT_IN_MOMENTS.some((within) => within(id)) ? 'moment' : 'number'
  }
  const bare = code.replace(/"[^"]*"|\\.|_.|\*./g, '').split(';')[0] ?? ''
  if (/\[(h+|m+|s+)\]/i.test(bare)) return 'elapsed'
  return /[ymdhs]/i.test(bare.replace(/\[[^\]]*\]|general/gi, '')) ? 'moment' : 'number'
}

const DAY_SECONDS = 86_400
const LAST_SERIAL = 2_958_465
const two = (n: number): string => String(n).padStart(2, '0')
const clock = (seconds: number): string =>
  `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`

const dayTexts = new Map<number, string>()
/** A list has few different days, so each is worked out once; the store cannot outgrow the calendar of Excel. */
function dayText(daysFrom1970: number): string {
  let text = dayTexts.get(daysFrom1970)
  if (text === undefined) {
    text = Temporal.PlainDate.from('1970-01-01').add({ days: daysFrom1970 }).toString()
    dayTexts.set(daysFrom1970, text)
  }
  return text
}

/** Days from 1970-01-01 to day 0 of each calendar; Excel's 1900 one holds a 29 February that never was (day 60). */
const DAY_ZERO_1904 = -24_107
const DAY_ZERO_1900 = -25_569

/**
 * A number of Excel's calendar as text, to the second: a day without a time, a time without a day (day 0), or both, on
 * the wall clock of whoever wrote it. A number outside the calendar stays a number.
 */
export function momentText(serial: number, from1904: boolean): Cell {
  if (!(serial >= 0) || serial > LAST_SERIAL + 1) return serial
  let day = Math.floor(serial)
  let seconds = Math.round((serial - day) * DAY_SECONDS)
  if (seconds === DAY_SECONDS) {
    day += 1
    seconds = 0
  }
  if (day === 0) return clock(seconds)
  const shift = from1904 ? DAY_ZERO_1904 : day < 60 ? DAY_ZERO_1900 + 1 : DAY_ZERO_1900
  const text = dayText(day + shift)
  return seconds === 0 ? text : `${text}T${clock(seconds)}`
}

/** A length of time in days as '27:05:09'. */
export const elapsedText = (days: number): string => {
  const seconds = Math.round(Math.abs(days) * DAY_SECONDS)
  return `${days < 0 ? '-' : ''}${clock(seconds)}`
}

/** Characters that XML cannot hold are written _x000D_ in a workbook. */
export const unescapeText = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9a-fA-F]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text

/** Column of a reference such as 'AB12', counted from 0; -1 where there are no letters. */
export function columnOf(reference: string): number {
  let column = 0
  for (let at = 0; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) & ~32
    if (letter < 65 || letter > 90) break
    column = column * 26 + letter - 64
  }
  return column - 1
}

/** Letters of a column counted from 0: 0 is A, 27 is AB. */
export function columnLetters(column: number): string {
  let letters = ''
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters
  }
  return letters
}

/** A whole number of more digits than are known, which Excel fills up with zeros. */
function longText(whole: number): string {
  const [digits = '', exponent] = Math.abs(whole).toExponential(14).split('e')
  return (whole < 0 ? '-' : '') + digits.replace('.', '').padEnd(Number(exponent) + 1, '0')
}

/** A cell as a person would read it: whole numbers without an exponent, others to Excel's 15 digits. */
export function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return cell
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE'
  if (Number.isInteger(cell)) return Number.isSafeInteger(cell) ? String(cell) : longText(cell)
  return String(Number(cell.toPrecision(15)))
}
