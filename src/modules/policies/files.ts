import { sql } from 'kysely'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { storedFile } from '../../platform/files.ts'
import type { Columns } from '../sheets/rules.ts'
import type { Asked } from '../sheets/sheets.ts'
import { rememberColumns } from '../sheets/sheets.ts'
import type { Changes } from './judge.ts'
import { INSURER_FILE } from './kind.ts'
import { canDiscard, canStart, canStop, type FileState, mayTellOf, type Result } from './rules.ts'

/* Files of the insurer: handed in, begun, stopped, and the result of every row. */

export type Problem = { readonly code: string; readonly values: Readonly<Record<string, string | number>> }
/** How a file is read, kept with it so that an import goes on the same way. */
export type Options = Omit<Asked, 'fileId' | 'near'>

/** Enters a handed-in file for the day that it tells of. The same file for the same day is the one that is there already. */
export async function enterFile(
  ctx: Ctx,
  { fileId, asOf }: { fileId: string; asOf: Temporal.PlainDate },
): Promise<{ id: string; known: boolean }> {
  const file = await storedFile(ctx, fileId)
  if (!file) throw notFound()
  demand(mayTellOf(asOf, ctx.today), { kind: 'file', id: fileId })
  const { rows } = await sql<{ id: string }>`
    insert into policy_file (centre_id, file_id, file_name, sha256, as_of, state, created_by, created_at)
    values (${ctx.centre.id}, ${file.id}, ${file.name}, ${file.sha256}, ${asOf}, 'draft', ${ctx.actor.personId},
      ${ctx.now}) on conflict (centre_id, sha256, as_of) do nothing returning id`.execute(ctx.db)
  if (rows[0]) {
    await ctx.emit('policies.entered', { kind: 'policyFile', id: rows[0].id }, { asOf: asOf.toString() })
    ctx.touch('policies')
    return { id: rows[0].id, known: false }
  }
  const { rows: there } = await sql<{ id: string }>`
    select id from policy_file where centre_id = ${ctx.centre.id} and sha256 = ${file.sha256} and as_of = ${asOf}`.execute(
    ctx.db,
  )
  return { id: there[0]!.id, known: true }
}

type Held = { readonly state: FileState; readonly options: Options; readonly rows_done: number }

async function locked(ctx: Ctx, id: string): Promise<Held> {
  const { rows } = await sql<Held>`
    select state, options, rows_done from policy_file where id = ${id} and centre_id = ${ctx.centre.id} for update`.execute(
    ctx.db,
  )
  if (!rows[0]) throw notFound()
  return rows[0]
}

/** Begins an import, or lets one that was stopped or failed go on where it stood; what columns are is remembered. */
export async function startImport(ctx: Ctx, { id, options }: { id: string; options: Options | null }): Promise<void> {
  const subject = { kind: 'policyFile', id }
  const one = await locked(ctx, id)
  demand(canStart(one.state), subject)
  // Once rows are in, it is read on as it was begun: they were counted in this order.
  const fresh = one.rows_done === 0 && options !== null
  const kept = fresh ? options : one.options
  if (fresh && kept.columns) await rememberColumns(ctx, INSURER_FILE, kept.columns as Columns)
  await sql`update policy_file set state = 'importing', options = ${JSON.stringify(kept)}::jsonb, error = null,
    ended_at = null, started_at = coalesce(started_at, ${ctx.now}) where id = ${id}`.execute(ctx.db)
  await ctx.enqueue('policies.import', { fileId: id })
  await ctx.emit('policies.importStarted', subject)
  ctx.touch('policies')
}

/** Ends an import after the rows that are being written; what was taken in stays. */
export async function stopImport(ctx: Ctx, id: string): Promise<void> {
  const subject = { kind: 'policyFile', id }
  demand(canStop((await locked(ctx, id)).state), subject)
  await sql`update policy_file set state = 'stopped', ended_at = ${ctx.now} where id = ${id}`.execute(ctx.db)
  await ctx.emit('policies.importStopped', subject)
  ctx.touch('policies')
}

/** Throws a file away that was never begun. */
export async function discard(ctx: Ctx, id: string): Promise<void> {
  const subject = { kind: 'policyFile', id }
  demand(canDiscard((await locked(ctx, id)).state), subject)
  await sql`delete from policy_file where id = ${id}`.execute(ctx.db)
  await ctx.emit('policies.discarded', subject)
  ctx.touch('policies')
}

export type FileRow = {
  readonly id: string
  readonly fileId: string
  readonly fileName: string
  readonly asOf: Temporal.PlainDate
  readonly state: FileState
  readonly rowsTotal: number | null
  readonly rowsDone: number
  readonly error: Problem | null
  readonly createdBy: string | null
  readonly createdAt: Temporal.Instant
  readonly endedAt: Temporal.Instant | null
} & Readonly<Record<Result, number>>

/** Files shown, the newest day first. */
const MOST = 200

/** Files of the centre with their counts, the newest day first; one of them by its id. */
export async function files(ctx: Ctx, id: string | null = null): Promise<FileRow[]> {
  const { rows } = await sql<FileRow>`
    select f.id, f.file_id as "fileId", f.file_name as "fileName", f.as_of as "asOf", f.state, f.rows_total as "rowsTotal",
      f.rows_done as "rowsDone", f.changed, f.same, f.older, f.theirs, f.fault, f.skipped, f.error, n.name as "createdBy",
      f.created_at as "createdAt", f.ended_at as "endedAt"
    from policy_file f left join person_name n on n.id = f.created_by
    where f.centre_id = ${ctx.centre.id} ${id ? sql`and f.id = ${id}` : sql``}
    order by f.as_of desc, f.id desc limit ${MOST}`.execute(ctx.db)
  return rows
}

export async function fileOf(ctx: Ctx, id: string): Promise<FileRow> {
  const [row] = await files(ctx, id)
  if (!row) throw notFound()
  return row
}

export type ResultRow = {
  readonly place: number
  readonly sheet: string | null
  readonly rowNo: number
  readonly applicationNo: string | null
  readonly result: Result
  readonly code: string | null
  readonly field: string | null
  readonly saleId: string | null
  readonly became: Changes | null
  readonly cells: Readonly<Record<string, string>> | null
}

/** Rows of a file with one result, 100 at a time in the file's order. */
export async function rowsOf(ctx: Ctx, asked: { id: string; result: Result; after: number }) {
  await fileOf(ctx, asked.id)
  const { rows } = await sql<ResultRow>`
    select place, sheet, row_no as "rowNo", application_no as "applicationNo", result, code, field, sale_id as "saleId",
      became, cells
    from policy_row where file_id = ${asked.id} and result = ${asked.result} and place > ${asked.after}
    order by place limit 101`.execute(ctx.db)
  const shown = rows.slice(0, 100)
  return { rows: shown, next: rows.length > 100 ? shown.at(-1)!.place : null }
}
