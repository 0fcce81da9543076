import { statSync } from 'node:fs'
import { type CsvFormat, csvRows, type Delimiter, inspectCsv } from './csv.ts'
import type { Encoding } from './encoding.ts'
import type { Merge } from './heads.ts'
import { sniff } from './sniff.ts'
import { openXlsx, type XlsxSheet } from './xlsx.ts'
import type { Cell } from './xlsxCells.ts'

/** A row of a file before anybody knows where its table begins. */
export type SourceRow = {
  readonly rowNo: number
  readonly cells: Cell[]
  readonly raw: string[]
  readonly hidden: boolean
}

export type SourceOptions = {
  readonly encoding?: Encoding
  readonly delimiter?: Delimiter
  readonly replaceBadBytes?: boolean
}

/** An open file of rows, whatever its kind; `sheet` is null for csv, which is one. */
export type Source = {
  readonly kind: 'csv' | 'xlsx'
  readonly encoding: Encoding | null
  readonly encodingSure: boolean
  readonly delimiter: Delimiter | null
  readonly sheets: readonly XlsxSheet[]
  /** `onShare` hears how much of the sheet was read, 0 to 1. */
  readonly rows: (sheet: string | null, onShare: (share: number) => void) => AsyncGenerator<SourceRow>
  readonly merges: (sheet: string | null) => Promise<readonly Merge[]>
  readonly close: () => void
}

/** White space of all kinds at both ends, and the marks that some systems leave there. */
const EDGE = /^[\s\u200b\u2060\ufeff]+|[\s\u200b\u2060\ufeff]+$/g

/** No space of any kind, told at once: most cells of a million begin and end so. */
const inside = (code: number): boolean => (code > 0x20 && code < 0x7f) || (code >= 0x4e00 && code <= 0x9fff)

/** ="0138…" keeps a leading zero through Excel; the text is what stands inside. */
const AS_TEXT = /^="([^"]*)"$/

function tidy(cell: Cell): Cell {
  if (
    typeof cell !== 'string' ||
    (cell !== '' && inside(cell.charCodeAt(0)) && inside(cell.charCodeAt(cell.length - 1)))
  ) {
    return cell
  }
  const text = cell.replace(EDGE, '')
  return text === '' ? null : text
}

const fromField = (field: string): Cell => tidy(field.startsWith('="') ? field.replace(AS_TEXT, '$1') : field)

async function csvSource(path: string, options: SourceOptions): Promise<Source> {
  const guess = await inspectCsv(path, options.encoding)
  const { encoding, sure } = guess
  const delimiter = options.delimiter ?? guess.delimiter
  const format: CsvFormat = { encoding, delimiter, replaceBadBytes: options.replaceBadBytes ?? false }
  const { size } = statSync(path)
  return {
    kind: 'csv',
    encoding,
    encodingSure: sure,
    delimiter,
    sheets: [],
    merges: async () => [],
    close: () => undefined,
    async *rows(_, onShare) {
      for await (const { rowNo, fields } of csvRows(path, format, (bytes) => onShare(bytes / size))) {
        yield { rowNo, cells: fields.map(fromField), raw: fields, hidden: false }
      }
    },
  }
}

async function xlsxSource(path: string): Promise<Source> {
  const { sheets, rows, merges, close } = await openXlsx(path)
  return {
    kind: 'xlsx',
    encoding: null,
    encodingSure: true,
    delimiter: null,
    sheets,
    merges: (sheet) => merges(sheet ?? undefined),
    close,
    async *rows(sheet, onShare) {
      for await (const row of rows(sheet ?? undefined, (bytes, size) => onShare(bytes / size))) {
        yield { rowNo: row.rowNo, cells: row.cells.map(tidy), raw: row.raw, hidden: row.hidden }
      }
    },
  }
}

/**
 * Opens a csv or xlsx file by what is in it, not by its name: many systems name text .xls. Finds the encoding and the
 * delimiter, which `options` may say instead. Throws TableError; see there for the codes. Close it when done.
 */
export const openSource = async (path: string, options: SourceOptions = {}): Promise<Source> =>
  (await sniff(path)) === 'zip' ? await xlsxSource(path) : await csvSource(path, options)
