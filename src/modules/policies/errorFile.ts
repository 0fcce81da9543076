import { sql } from 'kysely'
import { csvLine } from '../../lib/csv.ts'
import { type Language, wordIn } from '../../lib/serverWords.ts'
import type { Ctx } from '../../platform/context.ts'
import { fileOf } from './files.ts'
import { INSURER_FILE } from './kind.ts'
import type { Result } from './rules.ts'
import words from './words.json' with { type: 'json' }

/** Rows of one piece. */
const PIECE = 10_000

type Left = {
  place: number
  sheet: string | null
  row_no: number
  result: Result
  code: string | null
  field: string | null
  cells: Record<string, string> | null
}

/** The rows that were not taken with their reason, as csv in pieces: each begins after the row that the last one ended with. */
export async function errorFile(ctx: Ctx, asked: { id: string; after: number; language: Language }) {
  await fileOf(ctx, asked.id)
  const word = wordIn(words, asked.language)
  const { rows } = await sql<Left>`
    select place, sheet, row_no, result, code, field, cells from policy_row
    where file_id = ${asked.id} and result in ('fault', 'theirs') and place > ${asked.after}
    order by place limit ${PIECE + 1}`.execute(ctx.db)
  const piece = rows.slice(0, PIECE)
  const keys = INSURER_FILE.fields.map(({ key }) => key)
  const head = [
    ...[word('policies.sheet'), word('policies.row')],
    ...keys.map((key) => word(`policies.field.${key}`)),
    ...[word('policies.result'), word('policies.reason')],
  ]
  const lines = piece.map(({ sheet, row_no, result, code, field, cells }) =>
    csvLine([
      ...[sheet ?? '', row_no],
      ...keys.map((key) => cells?.[key] ?? ''),
      word(`policies.result.${result}`),
      code ? [field && word(`policies.field.${field}`), word(`policies.code.${code}`)].filter(Boolean).join(' ') : '',
    ]),
  )
  if (asked.after === 0) await ctx.emit('policies.errorFileTaken', { kind: 'policyFile', id: asked.id })
  return {
    text: (asked.after === 0 ? `\ufeff${csvLine(head)}` : '') + lines.join(''),
    next: rows.length > PIECE ? piece.at(-1)!.place : null,
  }
}
