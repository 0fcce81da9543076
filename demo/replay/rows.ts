import { parse } from 'csv-parse/sync'

/* The bank's file as contacts with dates: what is played. */

/** What is wrong with a file, in a sentence for the person at the terminal. */
export class FileFault extends Error {}

/** The 17 columns, in the file's own order; a file may have them in another. */
const COLUMNS = [
  ...(['age', 'job', 'marital', 'education', 'default', 'balance', 'housing', 'loan', 'contact'] as const),
  ...(['day', 'month', 'duration', 'campaign', 'pdays', 'previous', 'poutcome', 'y'] as const),
]
type Column = (typeof COLUMNS)[number]

/** What the file knows of a person before he is called; the rest tells of the campaign itself and stays out of a list. */
export const KNOWN_BEFORE = COLUMNS.filter(
  (name) => !['day', 'month', 'duration', 'campaign', 'y'].includes(name),
) as readonly Column[]

/** A row: the last contact of a person in the campaign. */
export type Row = {
  /** From 0, in the order of the file. */
  readonly n: number
  /** Of the last contact, days since 1970-01-01. */
  readonly day: number
  /** Contacts in all, the last one included. */
  readonly contacts: number
  /** Of the last contact, whole seconds. */
  readonly talk: number
  readonly bought: boolean
  /** Values of KNOWN_BEFORE. */
  readonly known: readonly string[]
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** The year of the first row. */
const FIRST_YEAR = 2008
/** Postgres and ISO text agree up to here. */
const LAST_YEAR = 9999
/** A talk has to end on the day on which it began, and nobody is dialled before nine. */
const LONGEST_TALK = 14 * 3600
/** More contacts than this with one person are a slip of the pen. */
const MOST_CONTACTS = 1000

const DAY_MS = 86_400_000
export const dateOf = (day: number): Temporal.PlainDate => Temporal.PlainDate.from('1970-01-01').add({ days: day })
/** 1 = Monday to 7 = Sunday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

function whole(text: string, least: number, most: number, say: (why: string) => never): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most)
    return say(`is "${text}" and has to be a whole number from ${least} to ${most}`)
  return value
}

/** Epoch day of a date, null where the year has no such day. */
function dayOf(year: number, month: number, day: number): number | null {
  const at = new Date(0)
  at.setUTCFullYear(year, month - 1, day)
  return at.getUTCMonth() === month - 1 ? at.getTime() / DAY_MS : null
}

/**
 * Reads a file of the bank's columns: semicolons, a head, one row a person, in the order of the dates. The file has days
 * and months and no years: the first row is of 2008, and a new year begins whenever (month, day) goes backwards. A
 * 29 February goes to the next year that has one. Throws FileFault with the row (the head is row 1) and what is wrong.
 */
export function rowsOf(text: string): Row[] {
  let records: string[][]
  try {
    records = parse(text, { delimiter: ';', bom: true, relax_column_count: true, trim: true, skip_empty_lines: true })
  } catch (error) {
    throw new FileFault(`This is no file of semicolon separated values: ${(error as Error).message}`)
  }
  const head = (records[0] ?? []).map((name) => name.toLowerCase())
  const missing = COLUMNS.filter((name) => !head.includes(name))
  if (missing.length > 0)
    throw new FileFault(
      `The file lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}. It needs the ${COLUMNS.length} of the bank's campaign, separated by semicolons: ${COLUMNS.join(';')}`,
    )
  if (records.length < 2) throw new FileFault('The file has a head and no rows.')
  const place = new Map(COLUMNS.map((name) => [name, head.indexOf(name)]))
  let year = FIRST_YEAR
  let before = 0
  return records.slice(1).map((cells, n) => {
    const cell = (name: Column) => cells[place.get(name)!] ?? ''
    const number = (name: Column, least: number, most: number) =>
      whole(cell(name), least, most, (why) => {
        throw new FileFault(`Row ${n + 2}: ${name} ${why}.`)
      })
    if (cells.length !== head.length)
      throw new FileFault(`Row ${n + 2} has ${cells.length} values and the head has ${head.length}.`)
    const month = MONTHS.indexOf(cell('month').toLowerCase()) + 1
    if (month === 0)
      throw new FileFault(`Row ${n + 2}: month is "${cell('month')}" and has to be one of ${MONTHS.join(', ')}.`)
    const day = number('day', 1, 31)
    if (!/^(yes|no)$/i.test(cell('y')))
      throw new FileFault(`Row ${n + 2}: y is "${cell('y')}" and has to be yes or no.`)
    if (month * 100 + day < before) year += 1
    before = month * 100 + day
    // 2000 is a leap year: what it lacks no year has.
    if (dayOf(2000, month, day) === null)
      throw new FileFault(`Row ${n + 2}: no year has a day ${day} ${cell('month')}.`)
    while (dayOf(year, month, day) === null) year += 1
    if (year > LAST_YEAR)
      throw new FileFault(
        `Row ${n + 2} would be in the year ${year}: the rows do not stand in the order of their dates.`,
      )
    return {
      n,
      day: dayOf(year, month, day)!,
      contacts: number('campaign', 1, MOST_CONTACTS),
      talk: number('duration', 0, LONGEST_TALK),
      bought: cell('y').toLowerCase() === 'yes',
      known: KNOWN_BEFORE.map(cell),
    }
  })
}
