import type { Delimiter } from './csv.ts'
import type { Encoding } from './encoding.ts'
import { filled, findHeads, type Heads, headsAt, type Merge, type Seen, widthOf } from './heads.ts'
import { isTotal, repeats, type Skip } from './skipped.ts'
import { openSource, type Source, type SourceOptions } from './tableSource.ts'
import type { XlsxSheet } from './xlsx.ts'
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
  /** A sum or the heads once more, which is no data; null otherwise. */
  readonly skip: Skip | null
}

export type TableOptions = SourceOptions & {
  /** Name of the sheet; the first visible one without it. */
  readonly sheet?: string
  /** Row of the heads, null = the file has none; found by itself without it. */
  readonly headerRow?: number | null
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
  /** The first row of the heads; null where the file has none. */
  readonly headerRow: number | null
  /** First and last row of the heads, which may take two or three. */
  readonly headerRows: readonly [number, number] | null
  /**
   * As the file has them, white space put in order; '' for a column without one. Two may be alike. Heads of several rows
   * are joined from above: '受理 件數'.
   */
  readonly headers: readonly string[]
  /** Rows below the heads that have something in them. May be asked for more than once. */
  readonly rows: () => AsyncGenerator<TableRow>
  /** Share of the file that the latest `rows` has read, 0 to 1. */
  readonly progress: () => number
  readonly close: () => void
}

/** Rows looked at to find the heads; after a row that somebody named as theirs, a few. */
const LOOK = 60
const LOOK_AFTER = 10

/** The beginning of a sheet: where its heads are and what stands above them. */
type Beginning = {
  readonly sheet: string | null
  readonly heads: Heads | null
  /** As many as the widest of the first rows has columns. */
  readonly headers: readonly string[]
  /** Rows that have something in them, the heads and the first below them among them. */
  readonly seen: readonly Seen[]
  readonly merges: readonly Merge[]
}

/** Reads the beginning of a sheet. `headerRow` says where the heads are, null that there are none. */
async function beginningOf(
  source: Source,
  sheet: string | null,
  headerRow: number | null | undefined,
): Promise<Beginning> {
  const seen: Seen[] = []
  const wanted = headerRow ? Math.max(LOOK, headerRow + LOOK_AFTER) : LOOK
  for await (const { rowNo, cells } of source.rows(sheet, () => undefined)) {
    if (rowNo > wanted && seen.length > 0) break
    if (filled(cells).length === 0) continue
    if (rowNo <= LOOK || (headerRow && rowNo >= headerRow) || seen.length === 0) seen.push({ rowNo, cells })
  }
  const merges = await source.merges(sheet)
  const heads =
    headerRow === undefined ? findHeads(seen, merges) : headerRow === null ? null : headsAt(seen, headerRow, merges)
  const last = heads?.last ?? 0
  const widest = seen.reduce((most, { rowNo, cells }) => (rowNo > last ? Math.max(most, widthOf(cells)) : most), 0)
  const width = Math.max(widest, (heads?.names.findLastIndex((name) => name !== '') ?? -1) + 1)
  const headers = Array.from({ length: width }, (_, at) => heads?.names[at] ?? '')
  return { sheet, heads, headers, seen, merges }
}

/**
 * Puts what was written once for several rows, in a cell that was made of theirs, into each of them. Ranges by their
 * column, in the order of the rows.
 */
function filledDown(
  merges: readonly Merge[],
  from: number,
): ((row: Pick<TableRow, 'rowNo' | 'cells' | 'raw'>) => void) | null {
  const down = merges.filter(({ left, right, top, bottom }) => left === right && bottom > top && top > from)
  if (down.length === 0) return null
  const columns = Map.groupBy(
    down.toSorted((a, b) => a.top - b.top),
    ({ left }) => left,
  )
  const written = new Map<Merge, { readonly cell: Cell; readonly raw: string }>()
  return ({ rowNo, cells, raw }) => {
    for (const [at, ranges] of columns) {
      while (ranges[0] && ranges[0].bottom < rowNo) written.delete(ranges.shift()!)
      const range = ranges[0]
      if (!range || rowNo < range.top) continue
      if (rowNo === range.top) written.set(range, { cell: cells[at] ?? null, raw: raw[at] ?? '' })
      else if ((cells[at] ?? null) === null) {
        cells[at] = written.get(range)?.cell ?? null
        raw[at] = written.get(range)?.raw ?? ''
      }
    }
  }
}

function isEmpty(cells: readonly Cell[]): boolean {
  for (let at = 0; at < cells.length; at++) if (cells[at] !== null) return false
  return true
}

/** Rows of a sheet below its heads that have something in them, by streaming. */
async function* rowsBelow(
  source: Source,
  { sheet, heads, headers, seen, merges }: Beginning,
  onShare: (share: number) => void,
): AsyncGenerator<TableRow> {
  // One generator between the file and its reader: each more costs a million rows a second.
  onShare(0)
  const last = heads?.last ?? 0
  const again = repeats(seen.filter(({ rowNo }) => rowNo <= last))
  const fillDown = filledDown(merges, last)
  for await (const { rowNo, cells, raw, hidden } of source.rows(sheet, onShare)) {
    if (rowNo <= last || isEmpty(cells)) continue
    while (cells.length < headers.length) {
      cells.push(null)
      raw.push('')
    }
    const row = { rowNo, cells, raw, hidden, skip: again(cells) ? 'heads' : isTotal(cells) ? 'total' : null } as const
    fillDown?.(row)
    yield row
  }
  onShare(1)
}

/** The first sheet that is shown; null for csv. */
const firstShown = ({ sheets }: Source): string | null =>
  (sheets.find(({ hidden }) => !hidden) ?? sheets[0])?.name ?? null

async function tableOf(
  source: Source,
  fileName: string,
  sheet: string | null,
  headerRow: number | null | undefined,
): Promise<Table> {
  const beginning = await beginningOf(source, sheet, headerRow)
  const { heads } = beginning
  let share = 0
  return {
    fileName,
    kind: source.kind,
    encoding: source.encoding,
    encodingSure: source.encodingSure,
    delimiter: source.delimiter,
    sheets: source.sheets,
    sheet,
    headerRow: heads?.first ?? null,
    headerRows: heads && [heads.first, heads.last],
    headers: beginning.headers,
    rows: () =>
      rowsBelow(source, beginning, (now) => {
        share = Math.min(now, 1)
      }),
    progress: () => share,
    close: source.close,
  }
}

/**
 * Opens a csv or xlsx file by what is in it, not by its name: many systems name text .xls. Finds the encoding, the
 * delimiter, the sheet and the rows of the heads, each of which `options` may say instead. Rows are streamed. `fileName`
 * is what the person called the file, for the page. Throws TableError; see there for the codes. Close it when done.
 */
export async function openTable(path: string, fileName: string, options: TableOptions = {}): Promise<Table> {
  const source = await openSource(path, options)
  try {
    return await tableOf(source, fileName, options.sheet ?? firstShown(source), options.headerRow)
  } catch (error) {
    source.close()
    throw error
  }
}

/** The sheets of one file, each a table with heads of its own; close them here, all at once. */
export type Tables = { readonly tables: readonly [Table, ...Table[]]; readonly close: () => void }

export type TablesOptions = Omit<TableOptions, 'sheet'> & {
  /** Names of the sheets to open; every visible one without. */
  readonly sheets?: readonly string[]
}

/**
 * Opens a file once and each of its sheets as a table: one sheet a team leader, as offices keep them. Their columns may
 * stand in different order, their heads in different rows; a sheet of notes is a table too, whose heads say so. A csv
 * file is one table. Options, codes and rows as for `openTable`.
 */
export async function openTables(path: string, fileName: string, options: TablesOptions = {}): Promise<Tables> {
  const source = await openSource(path, options)
  const first = firstShown(source)
  const shown = source.sheets.filter(({ name, hidden }) => !hidden && name !== first).map(({ name }) => name)
  try {
    const [one = first, ...others] = options.sheets ?? []
    const open = (sheet: string | null) => tableOf(source, fileName, sheet, options.headerRow)
    const tables: [Table, ...Table[]] = [await open(source.kind === 'csv' ? null : one)]
    for (const sheet of options.sheets ? others : shown) tables.push(await open(sheet))
    return { tables, close: source.close }
  } catch (error) {
    source.close()
    throw error
  }
}
