import { sql } from 'kysely'
import type { TableRow } from '../../lib/table.ts'
import type { Ctx } from '../../platform/context.ts'
import { maskedCell } from '../customers/rules.ts'
import { type JudgedRow, judgeRows, type Reading } from './judging.ts'
import { type LeadsOfList, type Mapping, RESULTS, type Result, suggestMapping, type Target } from './rules.ts'
import { type Opening, withList } from './source.ts'

/** Rows that show what is in a column, and values shown of it. */
const SAMPLE_ROWS = 200
const SAMPLES = 3

export type SavedMapping = { readonly id: string; readonly name: string; readonly mapping: Target[] }

/** What a file is, what its columns seem to be, and the saved mappings whose columns it has. Values are masked. */
export async function inspect(ctx: Ctx, fileId: string, opening: Opening) {
  const read = await withList(ctx, fileId, opening, async (table) => {
    const samples: string[][] = table.headers.map(() => [])
    let rows = 0
    let hiddenRows = 0
    for await (const row of table.rows()) {
      if (row.hidden) hiddenRows += 1
      // A sum or the heads once more shows nothing of what stands in a column.
      if (row.skip) continue
      for (const [at, values] of samples.entries()) {
        const value = row.raw[at]?.trim() ?? ''
        if (value !== '' && values.length < SAMPLES && !values.includes(value)) values.push(value)
      }
      rows += 1
      if (rows >= SAMPLE_ROWS) break
    }
    const { kind, encoding, encodingSure, delimiter, sheets, sheet, headerRow, headers } = table
    const suggested = suggestMapping(headers, samples)
    return {
      ...{ fileName: table.fileName, kind, encoding, encodingSure, delimiter, sheet, headerRow, hiddenRows },
      sheets: sheets.map((one) => ({ ...one })),
      columns: headers.map((header, at) => ({
        header,
        suggested: suggested[at]!,
        samples: samples[at]!.map((value) => maskedCell(value).slice(0, 80)),
      })),
      mappings: await mappingsFor(ctx, headers),
    }
  })
  return read.problem ? { problem: read.problem, file: null } : { problem: null, file: read.value }
}

export const maskedCells = (cells: readonly string[]): string[] => cells.map((cell) => maskedCell(cell))

/** Saved mappings every column of which stands in these heads, laid out for this file. */
async function mappingsFor(ctx: Ctx, headers: readonly string[]): Promise<SavedMapping[]> {
  const { rows } = await sql<{ id: string; name: string; headers: string[]; fields: Target[] }>`
    select id, name, headers, fields from list_mapping where centre_id = ${ctx.centre.id}
    order by saved_at desc limit 200`.execute(ctx.db)
  return rows.flatMap(({ id, name, headers: heads, fields }) => {
    const left = headers.map((header) => header.toLowerCase())
    const mapping = headers.map((): Target => 'skip')
    for (const [at, target] of fields.entries()) {
      if (target === 'skip') continue
      const column = left.indexOf((heads[at] ?? '').toLowerCase())
      if (column < 0) return []
      left[column] = '\u0000'
      mapping[column] = target
    }
    return [{ id, name, mapping }]
  })
}

/** Keeps a mapping under a name for the next file with these heads; the same name again replaces it. */
export async function saveMapping(
  ctx: Ctx,
  { name, headers, mapping }: { name: string; headers: readonly string[]; mapping: Mapping },
): Promise<{ id: string }> {
  const { rows } = await sql<{ id: string }>`
    insert into list_mapping (centre_id, name, headers, fields, saved_by, saved_at)
    values (${ctx.centre.id}, ${name}, ${sql.val([...headers])}::text[], ${JSON.stringify(mapping)}::jsonb,
      ${ctx.actor.personId}, ${ctx.now})
    on conflict (centre_id, name) do update set headers = excluded.headers, fields = excluded.fields,
      saved_by = excluded.saved_by, saved_at = excluded.saved_at
    returning id`.execute(ctx.db)
  ctx.touch('lists')
  return rows[0]!
}

/** Rows that are judged for a preview; what a whole million brings is said by the import itself. */
const JUDGED = 5000
const AT_ONCE = 1000
const SHOWN = 50

/**
 * What would become of a file's rows: the first 50 with their results, and counts over the first 5,000, so that it is
 * known beforehand how many will be skipped. Nothing is written.
 */
export async function preview(
  ctx: Ctx,
  asked: { fileId: string; opening: Opening; reading: Omit<Reading, 'headers'>; grade: string },
  leads: LeadsOfList,
) {
  const read = await withList(ctx, asked.fileId, asked.opening, async (table) => {
    const reading = { ...asked.reading, headers: table.headers }
    const counts = Object.fromEntries(RESULTS.map((result) => [result, 0])) as Record<Result, number>
    const shown: JudgedRow[] = []
    const seen = new Set<string>()
    let looked = 0
    let whole = true
    let chunk: TableRow[] = []
    const judge = async () => {
      for (const row of await asLeads(ctx, await judgeRows(ctx, chunk, reading), seen, asked.grade, leads)) {
        counts[row.result] += 1
        if (shown.length < SHOWN) shown.push(row)
      }
      looked += chunk.length
      chunk = []
    }
    for await (const row of table.rows()) {
      if (looked + chunk.length >= JUDGED) {
        whole = false
        break
      }
      chunk.push(row)
      if (chunk.length === AT_ONCE) await judge()
    }
    await judge()
    return { counts, looked, whole, rows: shown.map(shownRow) }
  })
  return read.problem ? { problem: read.problem, preview: null } : { problem: null, preview: read.value }
}

/** Good rows that would not become leads: known and being worked, or further up in the file already. */
async function asLeads(
  ctx: Ctx,
  rows: readonly JudgedRow[],
  seen: Set<string>,
  grade: string,
  leads: LeadsOfList,
): Promise<JudgedRow[]> {
  const known = rows.flatMap((row) => (row.result === 'GOOD' && row.knownAs ? [row.knownAs] : []))
  const standing = await leads.standing(ctx, [...new Set(known)], grade)
  return rows.map((row) => {
    if (row.result !== 'GOOD') return row
    const before = row.hashes.some((hash) => seen.has(hash))
    for (const hash of row.hashes) seen.add(hash)
    const code = before ? 'inFile' : row.knownAs && standing.has(row.knownAs) ? 'openLead' : null
    return code ? { rowNo: row.rowNo, result: 'DUP', code, raw: row.raw } : row
  })
}

const shownRow = (row: JudgedRow) => ({
  ...{ rowNo: row.rowNo, result: row.result, code: row.code, cells: maskedCells(row.raw) },
  taken:
    row.result === 'GOOD'
      ? { name: row.customer.name ?? null, phones: row.customer.phones.map((phone) => phone.shown) }
      : null,
})
