import { sql } from 'kysely'
import { wordKey } from '../../lib/cells.ts'
import type { Delimiter } from '../../lib/csv.ts'
import type { Encoding } from '../../lib/encoding.ts'
import { openTables, type Table, type Tables } from '../../lib/table.ts'
import type { Cell } from '../../lib/xlsxCells.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { pathOf, storedFile } from '../../platform/files.ts'
import { suggestColumns } from './columns.ts'
import { type Lexicon, lexiconOf } from './lexicon.ts'
import { readValues } from './readRow.ts'
import {
  aboutOf,
  type Columns,
  type Field,
  missingOf,
  type Question,
  type ReadRow,
  type SheetKind,
  type Skipped,
} from './rules.ts'

/** A handed-in file and what a person said of it; everything else is found. */
export type Asked = {
  readonly fileId: string
  readonly encoding?: Encoding | undefined
  readonly delimiter?: Delimiter | undefined
  /** Sheets to read; every visible one that has the columns without it. */
  readonly sheets?: readonly string[] | undefined
  /** Row of the heads, null = the file has none. */
  readonly headerRow?: number | null | undefined
  /** What columns are, by their heads, where it differs from what is remembered or suggested. */
  readonly columns?: Columns | undefined
  /** The day near which a date without a year lies; today without it. */
  readonly near?: Temporal.PlainDate | undefined
  /** Where a number without a country code belongs; the centre's country without it. */
  readonly country?: string | undefined
  /** Rows that are hidden in the workbook are told as skipped, unless they are to be read. */
  readonly hidden?: 'skip' | 'take' | undefined
}

export type OpenSheet = {
  /** Null for csv. */
  readonly name: string | null
  readonly headerRow: number | null
  readonly heads: readonly string[]
  readonly columns: Columns
  /** Required fields without a column; a sheet with some is not read. */
  readonly missing: readonly string[]
}

/** An open file of one kind; close it when done. */
export type Sheets = {
  readonly fileName: string
  readonly format: 'csv' | 'xlsx'
  readonly encoding: Encoding | null
  readonly delimiter: Delimiter | null
  /** Every sheet looked at, also those that are not read. */
  readonly sheets: readonly OpenSheet[]
  readonly lexicon: Lexicon
  /** Rows of the sheets that are read, one sheet after the other. May be asked for more than once. */
  readonly rows: () => AsyncGenerator<ReadRow>
  /** The first rows of every sheet that are data, also of those that are not read. */
  readonly samples: (
    count: number,
  ) => AsyncGenerator<{ readonly sheet: string | null; readonly raw: readonly string[] }>
  /** Share of the file that the latest `rows` has read, 0 to 1. */
  readonly progress: () => number
  readonly close: () => void
}

/** The head of a column, '#3' for one without. Of two alike the second has its place behind it. */
function headsOf(table: Table): string[] {
  const seen = new Set<string>()
  return table.headers.map((head, at) => {
    const name = head === '' || seen.has(head) ? `${head}#${at + 1}` : head
    seen.add(name)
    return name
  })
}

/** How the heads of a sheet are remembered, whatever their order. */
const headsKey = (heads: readonly string[]) => [...new Set(heads.map(wordKey))].toSorted().join('\u001f')

async function rememberedColumns(ctx: Ctx, kind: SheetKind, heads: readonly string[]): Promise<Columns | null> {
  const { rows } = await sql<{ fields: Columns }>`
    select fields from sheet_mapping where centre_id = ${ctx.centre.id} and kind = ${kind.key}
      and heads = ${headsKey(heads)}`.execute(ctx.db)
  return rows[0]?.fields ?? null
}

/** Keeps what the columns of a sheet with these heads are, for the next file of this kind. */
export async function rememberColumns(ctx: Ctx, kind: SheetKind, columns: Columns): Promise<void> {
  await sql`
    insert into sheet_mapping (centre_id, kind, heads, fields, said_by, said_at)
    values (${ctx.centre.id}, ${kind.key}, ${headsKey(Object.keys(columns))}, ${JSON.stringify(columns)}::jsonb,
      ${ctx.actor.personId}, ${ctx.now})
    on conflict (centre_id, kind, heads) do update set fields = excluded.fields, said_by = excluded.said_by,
      said_at = excluded.said_at`.execute(ctx.db)
}

async function columnsOf(ctx: Ctx, kind: SheetKind, table: Table, heads: readonly string[], said: Columns | undefined) {
  const known = await rememberedColumns(ctx, kind, heads)
  const inOrder =
    table.headerRow === null && kind.withoutHeads
      ? Object.fromEntries(heads.map((head, at) => [head, kind.withoutHeads![at] ?? null]))
      : null
  const found = { ...(known ?? inOrder ?? suggestColumns(kind, heads)), ...said }
  return Object.fromEntries(heads.map((head) => [head, found[head] ?? null]))
}

async function openFile(ctx: Ctx, asked: Asked): Promise<Tables> {
  const file = await storedFile(ctx, asked.fileId)
  if (!file) throw notFound()
  return await openTables(pathOf(ctx, file.id), file.name, {
    ...(asked.encoding && { encoding: asked.encoding }),
    ...(asked.delimiter && { delimiter: asked.delimiter }),
    ...(asked.headerRow !== undefined && { headerRow: asked.headerRow }),
    ...(asked.sheets && { sheets: asked.sheets }),
  })
}

async function sheetOf(ctx: Ctx, kind: SheetKind, table: Table, said: Columns | undefined): Promise<OpenSheet> {
  const heads = headsOf(table)
  const columns = await columnsOf(ctx, kind, table, heads, said)
  const missing = missingOf(kind, columns).filter((key) => !orSheet(kind, key))
  return { name: table.sheet, headerRow: table.headerRow, heads, columns, missing }
}

const orSheet = (kind: SheetKind, key: string) => kind.fields.find((field) => field.key === key)?.orSheet ?? false

/**
 * Opens a handed-in file as rows of a kind: every visible sheet that has the columns, with what the columns are said,
 * remembered or seem to be. Throws TableError for a file that is no table; not found where the centre has no such file.
 */
export async function openSheets(ctx: Ctx, kind: SheetKind, asked: Asked): Promise<Sheets> {
  const { tables, close } = await openFile(ctx, asked)
  const [first] = tables
  const opened: { readonly table: Table; readonly sheet: OpenSheet }[] = []
  let lexicon: Lexicon
  try {
    for (const table of tables) opened.push({ table, sheet: await sheetOf(ctx, kind, table, asked.columns) })
    lexicon = await lexiconOf(ctx, kind)
  } catch (error) {
    close()
    throw error
  }
  const reading = { ctx, country: asked.country ?? ctx.centre.country, near: asked.near ?? ctx.today, lexicon }
  const read = opened.filter(({ sheet }) => sheet.missing.length === 0)
  let done = 0
  return {
    fileName: first.fileName,
    format: first.kind,
    encoding: first.encoding,
    delimiter: first.delimiter,
    sheets: opened.map(({ sheet }) => sheet),
    lexicon,
    async *rows() {
      done = 0
      for (const { table, sheet } of read) {
        const fields = fieldsOf(kind, sheet, lexicon)
        for await (const row of table.rows()) {
          const skipped = skippedOf(row, asked.hidden ?? 'skip')
          const told = { sheet: sheet.name, rowNo: row.rowNo, raw: row.raw, skipped }
          if (skipped) yield { ...told, values: {}, faults: [], notes: [] }
          else yield { ...told, ...readValues(fields.cellsOf(row.cells), kind.fields, reading) }
        }
        done += 1
      }
    },
    async *samples(count) {
      for (const { table, sheet } of opened) {
        let left = count
        for await (const row of table.rows()) {
          if (skippedOf(row, 'skip')) continue
          yield { sheet: sheet.name, raw: row.raw }
          left -= 1
          if (left <= 0) break
        }
      }
    },
    progress: () => (read.length === 0 ? 1 : (done + (read[done]?.table.progress() ?? 0)) / read.length),
    close,
  }
}

function skippedOf(row: { hidden: boolean; skip?: Skipped | null }, hidden: 'skip' | 'take'): Skipped | null {
  if (row.hidden && hidden === 'skip') return 'hidden'
  return row.skip ?? null
}

/** The cell of each field in a row; a field that no column brings may be told by the sheet's name. */
function fieldsOf(kind: SheetKind, sheet: OpenSheet, lexicon: Lexicon) {
  const byKey = new Map(kind.fields.map((field) => [field.key, field]))
  const places = sheet.heads.flatMap((head, at) => {
    const field = byKey.get(sheet.columns[head] ?? '')
    return field ? [{ field, at }] : []
  })
  const told = new Set(places.map(({ field }) => field.key))
  const bySheet = kind.fields.filter((field) => field.orSheet && !told.has(field.key) && tells(field, sheet, lexicon))
  return {
    cellsOf: (cells: readonly Cell[]) =>
      new Map<string, { field: Field; cell: Cell }>([
        ...places.map(({ field, at }) => [field.key, { field, cell: cells[at] ?? null }] as const),
        ...bySheet.map((field) => [field.key, { field, cell: sheet.name }] as const),
      ]),
  }
}

/** Sheet1 and its like mean something else in every file. */
const UNNAMED = /^(sheet|工作表|活頁簿|工作簿)\s*\d*$/i

/** Whether a sheet's name is read as a field: what is needed and that nobody knows yet is asked like any other word. */
const tells = (field: Field, { name }: OpenSheet, lexicon: Lexicon): boolean =>
  name !== null &&
  !UNNAMED.test(name) &&
  aboutOf(field) !== null &&
  (field.required || 'value' in lexicon.find(field, name))

/** Gathers what has to be asked from the faults of rows: each text once, the most frequent first. */
export function questioner(kind: SheetKind, lexicon: Lexicon) {
  const abouts = new Map(kind.fields.map((field) => [field.key, aboutOf(field)]))
  const asked = new Map<string, { about: string; text: string; rows: number }>()
  return {
    hear: ({ faults }: Pick<ReadRow, 'faults'>) => {
      for (const { field, code, text } of faults) {
        const about = abouts.get(field)
        if (!about || (code !== 'unknown' && code !== 'several')) continue
        const key = `${about} ${wordKey(text)}`
        const known = asked.get(key) ?? { about, text, rows: 0 }
        asked.set(key, { ...known, rows: known.rows + 1 })
      }
    },
    questions: (): Question[] =>
      [...asked.values()]
        .toSorted((a, b) => b.rows - a.rows)
        .map((one) => ({ ...one, candidates: lexicon.candidates(one.about, one.text) })),
  }
}
