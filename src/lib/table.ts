import { statSync } from 'node:fs'
import { type CsvFormat, csvRows, type Delimiter, inspectCsv } from './csv.ts'
import type { Encoding } from './encoding.ts'
import { sniff } from './sniff.ts'
import { openXlsx, type XlsxSheet } from './xlsx.ts'
import type { Cell } from './xlsxCells.ts'

export type TableRow = {
  /** Row of the source, counted from 1 as Excel shows it. */
  readonly rowNo: number
  /** At least as many as heads. Texts are trimmed and an empty one is null; csv knows only texts. */
  readonly cells: Cell[]
  /** The same cells as the file has them, for an error file and the preview. */
  readonly raw: string[]
  /** Hidden by hand or by a filter; never so in csv. */
  readonly hidden: boolean
}

export type TableOptions = {
  readonly encoding?: Encoding
  readonly delimiter?: Delimiter
  /** Name of the sheet; the first visible one without it. */
  readonly sheet?: string
  /** Row of the heads, null = the file has none; found by itself without it. */
  readonly headerRow?: number | null
  readonly replaceBadBytes?: boolean
}

/** An open file of rows, whatever its kind. */
export type Table = {
  readonly fileName: string
  readonly kind: 'csv' | 'xlsx'
  /** Null for a workbook, which has its own. */
  readonly encoding: Encoding | null
  /** False where a person should look whether the characters are right. */
  readonly encodingSure: boolean
  readonly delimiter: Delimiter | null
  /** Empty for csv. */
  readonly sheets: readonly XlsxSheet[]
  /** Name of the sheet that is read, null for csv. */
  readonly sheet: string | null
  /** Null where the file has no heads. */
  readonly headerRow: number | null
  /** As the file has them, white space put in order; '' for a column without one. Two may be alike. */
  readonly headers: readonly string[]
  /** Rows below the heads that have something in them. May be asked for more than once. */
  readonly rows: () => AsyncGenerator<TableRow>
  /** Share of the file that the latest `rows` has read, 0 to 1. */
  readonly progress: () => number
  readonly close: () => void
}

/** Rows looked at to find the heads. */
const LOOK = 60

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

type Seen = { readonly rowNo: number; readonly cells: readonly Cell[] }

const filled = (cells: readonly Cell[]): Cell[] => cells.filter((cell) => cell !== null)

/** Columns up to the last filled one: a delimiter at the end of each line makes none. */
const widthOf = (cells: readonly Cell[]): number => cells.findLastIndex((cell) => cell !== null) + 1

/** A figure, a day, a number to dial: what stands in a column, not above it. */
const looksLikeValue = (cell: Cell): boolean =>
  typeof cell !== 'string' || /^[\d\s.,:/+\-()%T]*\d[\d\s.,:/+\-()%T]*$/.test(cell)
const looksLikeNumberToDial = (cell: Cell): boolean =>
  looksLikeValue(cell) && String(cell).replace(/\D/g, '').length >= 7
const LONGEST_HEAD = 60

/**
 * The row of the heads: the first that is about as wide as the table below it, so that a title, a date or "made by"
 * above is passed over, and then only if it names columns: short texts, hardly a figure, nothing to dial, few twice.
 * Otherwise the table begins without heads.
 */
function findHeads(rows: readonly Seen[]): Seen | null {
  const widths = rows.map(({ cells }) => filled(cells).length).sort((a, b) => a - b)
  // What a quarter of the rows reach, not the widest: one remark far to the right would raise the bar.
  const width = widths[Math.floor(widths.length * 0.75)] ?? 0
  const first = rows.find(({ cells }) => filled(cells).length >= Math.max(Math.min(width, 2), 0.6 * width))
  if (!first) return null
  const heads = filled(first.cells)
  const values = heads.filter(looksLikeValue).length
  if (heads.some(looksLikeNumberToDial) || values > 0.3 * heads.length) return null
  if (heads.filter((head) => String(head).length > LONGEST_HEAD).length > 0.3 * heads.length) return null
  const different = new Set(heads.map(String)).size
  return different >= 0.7 * heads.length ? first : null
}

const headText = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? '' : String(cell).replace(/\s+/g, ' ')

type Source = Pick<Table, 'kind' | 'encoding' | 'encodingSure' | 'delimiter' | 'sheets' | 'sheet' | 'close'> & {
  readonly rows: (onShare: (share: number) => void) => AsyncGenerator<TableRow>
}

async function csvSource(path: string, options: TableOptions): Promise<Source> {
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
    sheet: null,
    close: () => undefined,
    async *rows(onShare) {
      for await (const { rowNo, fields } of csvRows(path, format, (bytes) => onShare(bytes / size))) {
        yield { rowNo, cells: fields.map(fromField), raw: fields, hidden: false }
      }
    },
  }
}

async function xlsxSource(path: string, options: TableOptions): Promise<Source> {
  const { sheets, rows, close } = await openXlsx(path)
  const sheet = options.sheet ?? (sheets.find(({ hidden }) => !hidden) ?? sheets[0])?.name ?? null
  return {
    kind: 'xlsx',
    encoding: null,
    encodingSure: true,
    delimiter: null,
    sheets,
    sheet,
    close,
    async *rows(onShare) {
      for await (const row of rows(sheet ?? undefined, (bytes, size) => onShare(bytes / size))) {
        yield { rowNo: row.rowNo, cells: row.cells.map(tidy), raw: row.raw, hidden: row.hidden }
      }
    },
  }
}

/**
 * Opens a csv or xlsx file by what is in it, not by its name: many systems name text .xls. Finds the encoding, the
 * delimiter, the sheet and the row of the heads, each of which `options` may say instead. Rows are streamed. `fileName`
 * is what the person called the file, for the page. Throws TableError; see there for the codes. Close it when done.
 */
export async function openTable(path: string, fileName: string, options: TableOptions = {}): Promise<Table> {
  const source = (await sniff(path)) === 'zip' ? await xlsxSource(path, options) : await csvSource(path, options)
  try {
    const seen: Seen[] = []
    const { headerRow } = options
    const wanted = Math.max(LOOK, headerRow ?? 0)
    for await (const { rowNo, cells } of source.rows(() => undefined)) {
      if (rowNo > wanted && seen.length > 0) break
      if (filled(cells).length === 0) continue
      if (rowNo <= LOOK || rowNo === headerRow || seen.length === 0) seen.push({ rowNo, cells })
    }
    const head = headerRow === undefined ? findHeads(seen) : (seen.find(({ rowNo }) => rowNo === headerRow) ?? null)
    const widest = seen.reduce(
      (most, { rowNo, cells }) => (rowNo > (head?.rowNo ?? 0) ? Math.max(most, widthOf(cells)) : most),
      0,
    )
    const headers = Array.from({ length: Math.max(widest, head ? widthOf(head.cells) : 0) }, (_, at) =>
      headText(head?.cells[at]),
    )
    let share = 0
    return {
      fileName,
      kind: source.kind,
      encoding: source.encoding,
      encodingSure: source.encodingSure,
      delimiter: source.delimiter,
      sheets: source.sheets,
      sheet: source.sheet,
      headerRow: head?.rowNo ?? null,
      headers,
      async *rows() {
        share = 0
        for await (const row of source.rows((now) => (share = Math.min(now, 1)))) {
          if (row.rowNo <= (head?.rowNo ?? 0) || filled(row.cells).length === 0) continue
          while (row.cells.length < headers.length) {
            row.cells.push(null)
            row.raw.push('')
          }
          yield row
        }
        share = 1
      },
      progress: () => share,
      close: source.close,
    }
  } catch (error) {
    source.close()
    throw error
  }
}
