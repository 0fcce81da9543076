import {
  cellOf,
  readAmount,
  readClock,
  readCount,
  readDay,
  readMoment,
  readSeconds,
  readYesNo,
} from '../../lib/cells.ts'
import { exactOf, lostDigits } from '../../lib/digits.ts'
import { splitNumbers } from '../../lib/phoneNumber.ts'
import type { Cell } from '../../lib/xlsxCells.ts'
import type { Ctx } from '../../platform/context.ts'
import { numberOf } from '../customers/numbers.ts'
import type { Beside, Lexicon } from './lexicon.ts'
import { aboutOf, type Fault, type Field, type Value } from './rules.ts'

/** What reading a cell needs to know: whose numbers, which wall clock, near which day a date without a year lies. */
export type Reading = {
  readonly ctx: Ctx
  readonly country: string
  readonly near: Temporal.PlainDate
  readonly lexicon: Lexicon
}

type Cells = ReadonlyMap<string, { readonly field: Field; readonly cell: Cell }>
type Read = { readonly value: Value; readonly note?: string } | { readonly code: string } | null

const LONGEST = 2000
/** A dash says that there is nothing. */
const isNone = (text: string): boolean => text === '' || /^[-—–/]+$/.test(text)
const given = <T extends Value>(value: T | null): Read => (value === null ? { code: 'unreadable' } : { value })

/** A cell as its field has it; null where there is nothing in it. */
function readCell(field: Field, cell: Cell, reading: Reading): Read {
  const text = cellOf(cell)
  if (isNone(text)) return null
  const { ctx, near } = reading
  switch (field.kind) {
    case 'text':
      if (lostDigits(cell)) return { code: 'scientific' }
      return { value: exactOf(text).replaceAll(/\s+/g, ' ').slice(0, LONGEST) }
    case 'day': {
      const read = readDay(cell, near)
      if (read === null || read === 'noYear') return { code: read ?? 'unreadable' }
      return { value: read.day, ...(read.assumed && { note: 'yearAssumed' }) }
    }
    case 'moment': {
      const read = readMoment(cell, ctx.centre.timeZone, near)
      if (read === null || read === 'noYear') return { code: read ?? 'unreadable' }
      return { value: read.at, ...(read.assumed && { note: 'yearAssumed' }) }
    }
    case 'clock':
      return given(readClock(cell))
    case 'amount':
      return given(readAmount(cell))
    case 'count':
      return given(readCount(cell))
    case 'seconds':
      return given(readSeconds(cell))
    case 'yesNo':
      return given(readYesNo(cell))
    case 'number':
      return readNumber(cell, reading)
    default:
      return null
  }
}

/** A number on its own may hold the marks that part two, so it is tried whole first. */
function readNumber(cell: Cell, { ctx, country }: Reading): Read {
  const whole = numberOf(ctx, cell, country)
  if (whole.ok) return { value: whole }
  const parts = typeof cell === 'string' ? splitNumbers(cell) : []
  for (const part of parts.length > 1 ? parts : []) {
    const judged = numberOf(ctx, part, country)
    if (judged.ok) return { value: judged, note: 'firstOfSeveral' }
  }
  return { code: whole.code }
}

function readWord(field: Field, cell: Cell, { lexicon }: Reading, beside: Beside): Read {
  const written = isNone(cellOf(cell)) ? '' : cellOf(cell)
  const text = written || beside.staffNo || ''
  if (text === '') return null
  const found = lexicon.find(field, text, beside)
  if ('several' in found) return { code: 'several' }
  if ('unknown' in found) return { code: 'unknown' }
  return found.value === null ? { code: 'foreign' } : { value: found.value }
}

/**
 * The values of a row's cells, with what could not be read. Units come first: a name that two people have means the one of
 * the unit that stands beside it.
 */
export function readValues(cells: Cells, fields: readonly Field[], reading: Reading) {
  const values: Record<string, Value> = {}
  const faults: Fault[] = []
  const notes: Fault[] = []
  const words = fields.filter((field) => aboutOf(field) !== null)
  const ordered = [
    ...fields.filter((field) => aboutOf(field) === null),
    ...words.filter(({ kind }) => kind === 'unit'),
    ...words.filter(({ kind }) => kind !== 'unit'),
  ]
  const staffNoOf = new Map(
    fields.flatMap(({ key, tells }) => (tells === undefined ? [] : [[tells, cellOf(cells.get(key)?.cell ?? null)]])),
  )
  let unitId: string | undefined
  for (const field of ordered) {
    const at = cells.get(field.key)
    const cell = at?.cell ?? null
    const staffNo = staffNoOf.get(field.key)
    const read =
      at || staffNo
        ? aboutOf(field) === null
          ? readCell(field, cell, reading)
          : readWord(field, cell, reading, { unitId, staffNo })
        : null
    const text = (cellOf(cell) || (staffNo ?? '')).slice(0, 200)
    if (read === null) {
      if (field.required) faults.push({ field: field.key, code: 'missing', text: '' })
    } else if ('code' in read) faults.push({ field: field.key, code: read.code, text })
    else {
      values[field.key] = read.value
      if (read.note) notes.push({ field: field.key, code: read.note, text })
      if (field.kind === 'unit') unitId = String(read.value)
    }
  }
  return { values, faults, notes }
}
