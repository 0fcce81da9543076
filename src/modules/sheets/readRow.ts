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
import type { Cell } from '../../lib/xlsxCells.ts'
import type { Ctx } from '../../platform/context.ts'
import { numberOf } from '../customers/numbers.ts'
import type { Lexicon } from './lexicon.ts'
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
const given = <T extends Value>(value: T | null): Read => (value === null ? { code: 'unreadable' } : { value })

/** A cell as its field has it; null where there is nothing in it. */
function readCell(field: Field, cell: Cell, reading: Reading): Read {
  const text = cellOf(cell)
  if (text === '' || /^[-—–/]+$/.test(text)) return null
  const { ctx, near } = reading
  switch (field.kind) {
    case 'text':
      return { value: text.replaceAll(/\s+/g, ' ').slice(0, LONGEST) }
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
    case 'number': {
      const judged = numberOf(ctx, cell, reading.country)
      return judged.ok ? { value: judged } : { code: judged.code }
    }
    default:
      return null
  }
}

function readWord(field: Field, cell: Cell, { lexicon }: Reading, unitId: string | undefined): Read {
  const text = cellOf(cell)
  if (text === '' || /^[-—–/]+$/.test(text)) return null
  const found = lexicon.find(field, text, { unitId })
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
  let unitId: string | undefined
  for (const field of ordered) {
    const at = cells.get(field.key)
    const cell = at?.cell ?? null
    const read = at
      ? aboutOf(field) === null
        ? readCell(field, cell, reading)
        : readWord(field, cell, reading, unitId)
      : null
    const text = cellOf(cell).slice(0, 200)
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
