import { sql } from 'kysely'
import { wordKey } from '../../lib/cells.ts'
import { TableError } from '../../lib/tableError.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { storedFile } from '../../platform/files.ts'
import { KINDS, SHEET_NAMES } from '../brought/kinds.ts'
import { KIND_NAMES, type KindName } from '../brought/rules.ts'
import type { PartOptions } from '../brought/taking.ts'
import { suggestColumns } from '../sheets/columns.ts'
import { lookAt } from '../sheets/look.ts'
import { type Columns, missingOf } from '../sheets/rules.ts'
import { openSheets, rememberColumns } from '../sheets/sheets.ts'
import { lockOpening } from './openings.ts'
import { mayChange } from './rules.ts'

/* The sheets of a take-over: what each brings. */

/** No kind has no fields: it shows what sheets there are and what stands at their head. */
const ANY = { key: 'moving.any', fields: [] }

/** What a sheet seems to bring: by its name, else the kind that most of its columns belong to; null = nothing known. */
function guessKind(name: string | null, heads: readonly string[]): KindName | null {
  const key = wordKey(name ?? '')
  const named = KIND_NAMES.find((kind) => SHEET_NAMES[kind].some((one) => wordKey(one) === key))
  if (named) return named
  const fits = KIND_NAMES.map((kind) => {
    const columns = suggestColumns(KINDS[kind], heads)
    const there = Object.values(columns).filter((field) => field !== null).length
    return { kind, there, whole: missingOf(KINDS[kind], columns).length === 0 }
  })
  const [best] = fits.filter(({ whole, there }) => whole && there >= 2).toSorted((a, b) => b.there - a.there)
  return best?.kind ?? null
}

/** Adds a handed-in file: every visible sheet becomes a part, in the order in which kinds are loaded. */
export async function addFile(
  ctx: Ctx,
  { openingId, fileId }: { openingId: string; fileId: string },
): Promise<{ problem: { code: string; values: Record<string, string | number> } | null }> {
  demand(mayChange(await lockOpening(ctx, openingId)), { kind: 'opening', id: openingId })
  const file = await storedFile(ctx, fileId)
  if (!file) throw notFound()
  try {
    const sheets = await openSheets(ctx, ANY, { fileId })
    sheets.close()
    const parts = sheets.sheets.map(({ name, heads }) => ({
      sheet: name,
      kind: guessKind(name ?? file.name.replace(/\.[a-z]+$/i, ''), heads) ?? 'none',
    }))
    await sql`
      insert into opening_part (opening_id, place, file_id, file_name, sheet, kind)
      select ${openingId}, coalesce((select max(place) from opening_part where opening_id = ${openingId}), 0) + p.place,
        ${fileId}, ${file.name}, p.sheet, p.kind
      from jsonb_to_recordset(${JSON.stringify(parts.map((part, n) => ({ ...part, place: n + 1 })))}::jsonb)
        as p(sheet text, kind text, place int)`.execute(ctx.db)
    await changed(ctx, openingId)
    return { problem: null }
  } catch (error) {
    if (error instanceof TableError) return { problem: { code: error.code, values: { ...error.values } } }
    throw error
  }
}

/** Puts the parts in the order of loading; what was found out before holds no more. */
async function changed(ctx: Ctx, openingId: string): Promise<void> {
  const order = sql`array_position(${sql.val([...KIND_NAMES])}::text[], kind)`
  await sql`
    with placed as (select id, row_number() over (order by ${order} nulls last, place) as n from opening_part
      where opening_id = ${openingId})
    update opening_part p set place = -placed.n from placed where placed.id = p.id`.execute(ctx.db)
  await sql`update opening_part set place = -place, rows_total = null, rows_done = 0, good = 0, same = 0, bad = 0, skipped = 0,
    brings = '{}' where opening_id = ${openingId}`.execute(ctx.db)
  await sql`delete from opening_row where part_id in (select id from opening_part where opening_id = ${openingId})`.execute(
    ctx.db,
  )
  await sql`update opening set state = 'draft', questions = '[]', error = null where id = ${openingId}`.execute(ctx.db)
  ctx.touch('moving')
}

type Part = {
  openingId: string
  kind: KindName | 'none'
  fileId: string
  sheet: string | null
  columns: Columns
  day: Temporal.PlainDate
}

async function partOf(ctx: Ctx, partId: string): Promise<Part> {
  const { rows } = await sql<Part>`
    select p.opening_id as "openingId", p.kind, p.file_id as "fileId", p.sheet, p.columns, o.day
    from opening_part p join opening o on o.id = p.opening_id
    where p.id = ${partId} and o.centre_id = ${ctx.centre.id}`.execute(ctx.db)
  if (!rows[0]) throw notFound()
  return rows[0]
}

/** Says what a sheet brings, what its columns are and what it does not say itself; columns are remembered for the next. */
export async function setPart(
  ctx: Ctx,
  {
    partId,
    kind,
    columns,
    options,
  }: { partId: string; kind: KindName | 'none'; columns: Columns; options: PartOptions },
): Promise<void> {
  const part = await partOf(ctx, partId)
  demand(mayChange(await lockOpening(ctx, part.openingId)), { kind: 'opening', id: part.openingId })
  const kept = kind === part.kind ? columns : {}
  await sql`update opening_part set kind = ${kind}, columns = ${JSON.stringify(kept)}::jsonb,
    options = ${JSON.stringify(options)}::jsonb where id = ${partId}`.execute(ctx.db)
  if (kind !== 'none' && Object.keys(kept).length > 0) await rememberColumns(ctx, KINDS[kind], kept)
  await changed(ctx, part.openingId)
}

/** Takes a file out again. */
export async function removeFile(
  ctx: Ctx,
  { openingId, fileId }: { openingId: string; fileId: string },
): Promise<void> {
  demand(mayChange(await lockOpening(ctx, openingId)), { kind: 'opening', id: openingId })
  await sql`delete from opening_part where opening_id = ${openingId} and file_id = ${fileId}`.execute(ctx.db)
  await changed(ctx, openingId)
}

/** What the columns of a part are read as, with masked samples. */
export async function lookAtPart(ctx: Ctx, partId: string) {
  const { kind, fileId, sheet, columns, day } = await partOf(ctx, partId)
  const of = kind === 'none' ? ANY : KINDS[kind]
  const asked = { fileId, columns, near: day, ...(sheet !== null && { sheets: [sheet] }) }
  const looked = await lookAt(ctx, of, asked)
  return { ...looked, fields: of.fields.map(({ key, required }) => ({ key, required: required ?? false })) }
}
