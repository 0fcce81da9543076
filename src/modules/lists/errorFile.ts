import { sql } from 'kysely'
import { csvLine } from '../../lib/csv.ts'
import { type Language, wordIn } from '../../lib/serverWords.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Options } from './batches.ts'
import type { Result } from './rules.ts'
import words from './words.json' with { type: 'json' }

/** Rows of one piece, some megabytes at most. */
const PIECE = 10_000

/**
 * The rows that were not taken, as csv with the cells of the file and the reason, in pieces: each begins after the row that
 * the last one ended with. Numbers stand in it whole, since they are what is to be corrected, so the fetching is kept as an
 * event. A cell that a spreadsheet would run as a formula is guarded. [S4.4.10a]
 */
export async function errorFile(ctx: Ctx, asked: { batchId: string; after: number; language: Language }) {
  const { rows: found } = await sql<{ options: Options }>`
    select options from list_batch where id = ${asked.batchId} and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  const options = found[0]?.options
  if (!options) throw notFound()
  const word = wordIn(words, asked.language)
  const { rows } = await sql<{ row_no: number; result: Result; code: string | null; cells: string[] | null }>`
    select row_no, result, code, cells from list_row
    where batch_id = ${asked.batchId} and result <> 'GOOD' and row_no > ${asked.after}
    order by row_no limit ${PIECE + 1}`.execute(ctx.db)
  const piece = rows.slice(0, PIECE)
  const head = [word('lists.row'), ...options.headers, word('lists.result'), word('lists.reason')]
  const width = options.headers.length
  const lines = piece.map(({ row_no, result, code, cells }) => {
    const kept = Array.from({ length: width }, (_, at) => cells?.[at] ?? '')
    return csvLine([row_no, ...kept, result, code ? word(`lists.code.${code}`) : ''])
  })
  const subject = { kind: 'batch', id: asked.batchId }
  if (asked.after === 0) await ctx.emit('lists.errorFileTaken', subject, { language: asked.language })
  return {
    text: (asked.after === 0 ? `\ufeff${csvLine(head)}` : '') + lines.join(''),
    next: rows.length > PIECE ? piece.at(-1)!.row_no : null,
  }
}
