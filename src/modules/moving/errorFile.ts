import { sql } from 'kysely'
import { csvLine } from '../../lib/csv.ts'
import { type Language, wordIn } from '../../lib/serverWords.ts'
import type { Ctx } from '../../platform/context.ts'
import brought from '../brought/words.json' with { type: 'json' }
import sheets from '../sheets/words.json' with { type: 'json' }
import words from './words.json' with { type: 'json' }

/** Rows of one piece. */
const PIECE = 10_000

const ALL = {
  hant: { ...sheets.hant, ...brought.hant, ...words.hant },
  en: { ...sheets.en, ...brought.en, ...words.en },
}

/**
 * The rows of a sheet that were not taken with their reason and the cells of the file, as csv in pieces. Numbers stand in it
 * whole, since they are what is to be corrected, so the fetching is kept as an event.
 */
export async function errorFile(ctx: Ctx, asked: { partId: string; after: number; language: Language }) {
  const word = wordIn(ALL, asked.language)
  const { rows } = await sql<{
    rowNo: number
    field: string | null
    code: string
    text: string
    cells: string[] | null
  }>`
    select r.row_no as "rowNo", r.field, r.code, r.text, r.cells from opening_row r join opening_part p on p.id = r.part_id
      join opening o on o.id = p.opening_id
    where r.part_id = ${asked.partId} and o.centre_id = ${ctx.centre.id} and r.result = 'BAD' and r.row_no > ${asked.after}
    order by r.row_no limit ${PIECE + 1}`.execute(ctx.db)
  const piece = rows.slice(0, PIECE)
  const lines = piece.map(({ rowNo, field, code, cells }) => {
    const known = [`brought.code.${code}`, `sheets.code.${code}`].map(word).find((text) => !text.endsWith(code)) ?? code
    return csvLine([
      rowNo,
      [field && word(`brought.field.${field}`), known].filter(Boolean).join('：'),
      ...(cells ?? []),
    ])
  })
  const subject = { kind: 'openingPart', id: asked.partId }
  if (asked.after === 0) await ctx.emit('moving.errorFileTaken', subject, { language: asked.language })
  const head = csvLine([word('moving.row'), word('moving.reason'), word('moving.cells')])
  return {
    text: (asked.after === 0 ? `\ufeff${head}` : '') + lines.join(''),
    next: rows.length > PIECE ? piece.at(-1)!.rowNo : null,
  }
}

/** Days for which the cells of rows that were not taken are kept. */
const KEPT_DAYS = 31

/** Each night: what a sheet brought of people who did not come in is kept a month and no longer. */
export async function forgetOpeningCells(ctx: Ctx): Promise<void> {
  await sql`update opening_row r set cells = null, text = '' from opening_part p join opening o on o.id = p.opening_id
    where p.id = r.part_id and o.centre_id = ${ctx.centre.id} and r.cells is not null
      and o.created_at < ${ctx.now.subtract({ hours: 24 * KEPT_DAYS })}`.execute(ctx.db)
}
