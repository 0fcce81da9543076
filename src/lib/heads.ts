import type { Cell } from './xlsxCells.ts'

/* Where a table begins and what its columns are called: pure, over the first rows of a file. */

/** Cells that were made one; rows counted from 1 as in Excel, columns from 0, both ends included. */
export type Merge = { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number }

/** A row of the beginning of a file. */
export type Seen = { readonly rowNo: number; readonly cells: readonly Cell[] }

/** Rows of the heads and the name of each column, '' for one without; in two rows as '受理 件數'. */
export type Heads = { readonly first: number; readonly last: number; readonly names: readonly string[] }

/** Rows that heads may take: group, subgroup, column. */
const MOST_ROWS = 3
/** Merged cells of three rows of heads; more overlap, which no spreadsheet writes. */
const MOST_MERGES = 2000
const LONGEST_HEAD = 60
/** In heads of several rows, where a sentence is sooner a title than a column. */
const LONGEST_OF_SEVERAL = 24

export const filled = (cells: readonly Cell[]): Cell[] => cells.filter((cell) => cell !== null)

/** Columns up to the last filled one: a delimiter at the end of each line makes none. */
export const widthOf = (cells: readonly Cell[]): number => cells.findLastIndex((cell) => cell !== null) + 1

/** A figure, a day, a number to dial: what stands in a column, not above it. */
const looksLikeValue = (cell: Cell): boolean =>
  typeof cell !== 'string' || /^[\d\s.,:/+\-()%T]*\d[\d\s.,:/+\-()%T]*$/.test(cell)
const looksLikeNumberToDial = (cell: Cell): boolean =>
  looksLikeValue(cell) && String(cell).replace(/\D/g, '').length >= 7
/** 製表：小王, and every other cell that says something instead of naming it. */
const LABELLED = /[:：]\s*\S/

const headText = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? '' : String(cell).replace(/\s+/g, ' ')

/** What three rows in four reach, not the widest: one remark far to the right would raise the bar. */
function usualWidth(rows: readonly Seen[]): number {
  const widths = rows.map(({ cells }) => filled(cells).length).sort((a, b) => a - b)
  return widths[Math.floor(widths.length * 0.75)] ?? 0
}

/** Short texts, hardly a figure, nothing to dial, few twice. */
function namesColumns({ cells }: Seen): boolean {
  const heads = filled(cells)
  if (heads.some(looksLikeNumberToDial) || heads.filter(looksLikeValue).length > 0.3 * heads.length) return false
  if (heads.filter((head) => String(head).length > LONGEST_HEAD).length > 0.3 * heads.length) return false
  return new Set(heads.map(String)).size >= 0.7 * heads.length
}

/**
 * A group's name on each of its columns: to the right of it are empty cells above filled ones. Not past a head that has
 * nothing below it, which stands for its own column alone.
 */
function spread(upper: readonly string[], lower: readonly string[]): string[] {
  const out = [...upper]
  for (const [at, text] of out.entries()) {
    const before = out[at - 1] ?? ''
    const isGroup = before !== '' && (lower[at - 1] ?? '') !== '' && lower[at - 1] !== before
    if (text === '' && isGroup && (lower[at] ?? '') !== '') out[at] = before
  }
  return out
}

/** Texts of rows that may be heads together: what was merged or belongs to a group stands in each of its columns. */
function layOut(rows: readonly Seen[], merges: readonly Merge[]): string[][] {
  const first = rows[0]?.rowNo ?? 0
  const width = Math.max(...rows.map(({ cells }) => cells.length))
  const out = rows.map(({ cells }) => Array.from({ length: width }, (_, at) => headText(cells[at])))
  for (const { top, bottom, left, right } of merges) {
    const text = out[top - first]?.[left] ?? ''
    if (text === '') continue
    for (const row of out.slice(top - first, bottom - first + 1)) row.fill(text, left, right + 1)
  }
  for (let row = out.length - 2; row >= 0; row--) out[row] = spread(out[row]!, out[row + 1]!)
  return out
}

/** Columns under one name of the upper row, where it has others below it; 0 where it is the column's own head. */
function groupWidths(upper: readonly string[], lower: readonly string[]): number[] {
  const widths: number[] = []
  for (let at = 0; at < upper.length; ) {
    let end = at + 1
    while (end < upper.length && upper[end] === upper[at]) end += 1
    const below = upper[at] !== '' && lower.slice(at, end).some((text) => text !== '' && text !== upper[at])
    widths.push(...Array.from({ length: end - at }, () => (below ? end - at : 0)))
    at = end
  }
  return widths
}

/** Each column's texts from above, a repeated one once. */
const joined = (texts: readonly (readonly string[])[]): string[] =>
  (texts[0] ?? []).map((_, at) =>
    texts
      .map((row) => row[at]!)
      .filter((text, row, all) => text !== '' && text !== all[row - 1])
      .join(' '),
  )

const different = (names: readonly string[]): number => new Set(names.filter((name) => name !== '')).size

/** What is usually a value in a column below its second head: a count, an amount, a number. */
const hasValues = (rows: readonly Seen[], at: number): boolean => {
  const cells = rows.flatMap(({ cells }) => cells[at] ?? [])
  return cells.length > 0 && cells.filter(looksLikeValue).length >= cells.length / 2
}

/**
 * The names of columns whose heads take several rows, null where these rows are no such heads. Each row must be needed:
 * without it fewer columns would have a name of their own. So a band above names that are complete adds nothing, and a
 * title is none. A name with another below it is a group's, over two columns or merged; and the last row differs from
 * what follows: its words come twice, figures stand below it, or cells are merged, else it is the first row of data.
 */
function namesOfSeveral(rows: readonly Seen[], merges: readonly Merge[], below: readonly Seen[]): string[] | null {
  const cells = rows.flatMap((row) => filled(row.cells))
  if (cells.some((cell) => looksLikeValue(cell) || String(cell).length > LONGEST_OF_SEVERAL)) return null
  if (cells.some((cell) => LABELLED.test(String(cell)))) return null
  const first = rows[0]!.rowNo
  const last = rows.at(-1)!.rowNo
  const within = merges.filter(({ top, bottom }) => top >= first && bottom <= last).slice(0, MOST_MERGES)
  const texts = layOut(rows, within)
  for (const [row, upper] of texts.slice(0, -1).entries()) {
    const lower = texts[row + 1]!
    const widths = groupWidths(upper, lower)
    // A group names what is below it in every one of its columns.
    if (widths.some((width, at) => width > 0 && (lower[at] === '' || (width === 1 && within.length === 0)))) return null
    // A single text is a group's name or a title, never the head of one column.
    const least = filled(rows[row]!.cells).length === 1 ? 2 : 1
    if (!widths.some((width) => width >= least)) return null
  }
  const names = joined(texts)
  const without = [rows.slice(1), rows.slice(0, -1)].map((fewer) => joined(layOut(fewer, within)))
  if (without.some((fewer) => different(fewer) >= different(names))) return null
  const lowest = filled(rows.at(-1)!.cells).map(String)
  const filledLowest = rows.at(-1)!.cells.flatMap((cell, at) => (cell === null ? [] : [at]))
  const differs =
    within.length > 0 || new Set(lowest).size < lowest.length || filledLowest.some((at) => hasValues(below, at))
  return differs ? names : null
}

/** Heads of several rows that begin with the row at `at`, the most rows first. */
function* severalFrom(rows: readonly Seen[], at: number, merges: readonly Merge[]): Generator<Heads> {
  const first = rows[at]!.rowNo
  for (let count = MOST_ROWS; count > 1; count--) {
    const block = rows.slice(at, at + count)
    const last = first + count - 1
    if (block.length < count || block.at(-1)!.rowNo !== last) continue
    const names = namesOfSeveral(block, merges, rows.slice(at + count))
    if (names) yield { first, last, names }
  }
}

const single = ({ rowNo, cells }: Seen): Heads => ({ first: rowNo, last: rowNo, names: cells.map(headText) })

/** The heads that tell the most columns apart; of several the first. */
const best = (candidates: readonly Heads[]): Heads | null =>
  candidates.toSorted((a, b) => different(b.names) - different(a.names))[0] ?? null

/**
 * The heads of a table by its first rows: the first that are about as wide as the table below them, so that a title, a
 * date or "made by" above is passed over, and then only if they name columns. Null: the table begins without heads.
 */
export function findHeads(rows: readonly Seen[], merges: readonly Merge[] = []): Heads | null {
  const width = usualWidth(rows)
  const least = Math.max(Math.min(width, 2), 0.6 * width)
  const at = rows.findIndex(({ cells }) => {
    const texts = filled(cells)
    return texts.length >= least && !LABELLED.test(String(texts[0]))
  })
  if (at < 0) return null
  // Groups over many columns fill few cells, so heads of several rows may begin before the first wide one.
  const several = rows.slice(0, at + 1).flatMap((_, from) => [...severalFrom(rows, from, merges)])
  const wide = several.filter(({ names }) => names.filter((name) => name !== '').length >= least)
  return best([...(namesColumns(rows[at]!) ? [single(rows[at]!)] : []), ...wide])
}

/** The heads that begin in a row that somebody named, whatever stands in it. */
export function headsAt(rows: readonly Seen[], rowNo: number, merges: readonly Merge[] = []): Heads | null {
  const at = rows.findIndex((row) => row.rowNo === rowNo)
  return at < 0 ? null : best([single(rows[at]!), ...severalFrom(rows, at, merges)])
}
