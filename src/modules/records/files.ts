import { sql } from 'kysely'
import type { z } from 'zod'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { storedFile } from '../../platform/files.ts'
import type { FileIn, Problem } from '../sheets/shapes.ts'
import { openSheets, rememberColumns } from '../sheets/sheets.ts'
import { seatsOfCentre } from './judge.ts'
import { canMap, canStart, canStop, type FileState } from './rules.ts'

/** How a file is read, kept with it so that it goes on the same way. */
export type Options = Omit<z.output<typeof FileIn>, 'fileId'> & { readonly prefix: string }

export type NewFile = z.output<typeof FileIn> & { readonly prefix: string; readonly aheadSeconds: number }

/** Whether its columns bring what a record needs. */
export const fieldsOf = (sheets: readonly { readonly columns: Readonly<Record<string, string | null>> }[]) =>
  new Set(sheets.flatMap(({ columns }) => Object.values(columns).filter((field) => field !== null)))

/** Enters a file of records and begins to read it; what its columns are is remembered for the next one. [S3.6] */
export async function takeFile(ctx: Ctx, { fileId, prefix, aheadSeconds, ...asked }: NewFile): Promise<{ id: string }> {
  const file = await storedFile(ctx, fileId)
  if (!file) throw notFound()
  const { kind } = await seatsOfCentre(ctx)
  const sheets = await openSheets(ctx, kind, { fileId, ...asked })
  sheets.close()
  demand(canMap(fieldsOf(sheets.sheets)), { kind: 'file', id: fileId })
  for (const { columns } of sheets.sheets) await rememberColumns(ctx, kind, columns)
  const options: Options = {
    ...asked,
    columns: Object.assign({}, ...sheets.sheets.map(({ columns }) => columns)),
    prefix,
  }
  const { rows } = await sql<{ id: string }>`
    insert into record_file (centre_id, file_id, file_name, sha256, options, clock_ahead, state, created_by, created_at)
    values (${ctx.centre.id}, ${fileId}, ${file.name}, ${file.sha256}, ${JSON.stringify(options)}::jsonb, ${aheadSeconds},
      'draft', ${ctx.actor.personId}, ${ctx.now}) returning id`.execute(ctx.db)
  const { id } = rows[0]!
  await ctx.emit('records.fileEntered', { kind: 'recordFile', id }, { aheadSeconds })
  await startFile(ctx, id)
  return { id }
}

async function lockedState(ctx: Ctx, id: string): Promise<FileState> {
  const { rows } = await sql<{ state: FileState }>`
    select state from record_file where id = ${id} and centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  if (!rows[0]) throw notFound()
  return rows[0].state
}

/** Begins to read a file, or lets one that was stopped or failed go on where it stood. */
export async function startFile(ctx: Ctx, id: string): Promise<void> {
  const subject = { kind: 'recordFile', id }
  demand(canStart(await lockedState(ctx, id)), subject)
  await sql`update record_file set state = 'importing', error = null, ended_at = null,
    started_at = coalesce(started_at, ${ctx.now}) where id = ${id}`.execute(ctx.db)
  await ctx.enqueue('records.take', { recordFileId: id })
  await ctx.emit('records.fileStarted', subject)
  ctx.touch('records')
}

/** Stops after the rows or the seat at hand; what was taken in stays. */
export async function stopFile(ctx: Ctx, id: string): Promise<void> {
  const subject = { kind: 'recordFile', id }
  demand(canStop(await lockedState(ctx, id)), subject)
  await sql`update record_file set state = 'stopped', ended_at = ${ctx.now} where id = ${id}`.execute(ctx.db)
  await ctx.emit('records.fileStopped', subject)
  ctx.touch('records')
}

export type FileRow = {
  readonly id: string
  readonly fileName: string
  readonly state: FileState
  readonly aheadSeconds: number
  readonly rowsTotal: number | null
  readonly rowsDone: number
  readonly unitsTotal: number | null
  readonly unitsDone: number
  readonly taken: number
  readonly repeated: number
  readonly grown: number
  readonly unknownSeat: number
  readonly unreadable: number
  readonly leftOut: number
  readonly neverLeft: number
  readonly matched: number
  readonly corrected: number
  readonly open: number
  readonly notAllowed: number
  readonly inbound: number
  readonly from: Temporal.Instant | null
  readonly to: Temporal.Instant | null
  readonly error: z.input<typeof Problem> | null
  readonly createdBy: string | null
  readonly createdAt: Temporal.Instant
  readonly endedAt: Temporal.Instant | null
}

/** Files shown, the newest first. */
const MOST = 60
/** A difference that is no rounding, in seconds. */
const NOTABLE = 3

/** Files of records with what became of their rows as it stands now, the newest first; one by its id. */
export async function files(ctx: Ctx, id: string | null = null): Promise<FileRow[]> {
  const { rows } = await sql<FileRow>`
    select f.id, f.file_name as "fileName", f.state, f.clock_ahead as "aheadSeconds", f.rows_total as "rowsTotal",
      f.rows_done as "rowsDone", f.units_total as "unitsTotal", f.units_done as "unitsDone", f.taken, f.repeated, f.grown,
      f.unknown_seat as "unknownSeat", f.unreadable, f.left_out as "leftOut", f.never_left as "neverLeft",
      f.matched, f.corrected, f.open, f.not_allowed as "notAllowed", f.inbound,
      f.from_at as "from", f.to_at as "to", f.error, n.name as "createdBy", f.created_at as "createdAt", f.ended_at as "endedAt"
    from record_file f left join person_name n on n.id = f.created_by
    where f.centre_id = ${ctx.centre.id} and ${id === null ? sql`true` : sql`f.id = ${id}`}
    order by f.created_at desc limit ${MOST}`.execute(ctx.db)
  return rows
}

/** Counts anew what became of a file's records. */
export async function tally(ctx: Ctx, id: string): Promise<void> {
  await sql`
    update record_file f set matched = r.matched, corrected = r.corrected, open = r.open, not_allowed = r.not_allowed,
      inbound = r.inbound
    from (
      select count(*) filter (where result = 'matched')::int as matched,
        count(*) filter (where result = 'matched' and greatest(abs(talk_by), abs(ring_by)) >= ${NOTABLE})::int as corrected,
        count(*) filter (where result in ('open', 'waiting'))::int as open,
        count(*) filter (where result = 'notAllowed')::int as not_allowed,
        count(*) filter (where result = 'inbound')::int as inbound
      from switch_record where file_id = ${id}) r
    where f.id = ${id}`.execute(ctx.db)
}

export async function fileOf(ctx: Ctx, id: string): Promise<FileRow> {
  const [row] = await files(ctx, id)
  if (!row) throw notFound()
  return row
}

/** When a file with these very bytes was taken in before; null where it was not. */
export async function takenBefore(ctx: Ctx, fileId: string): Promise<Temporal.Instant | null> {
  const { rows } = await sql<{ at: Temporal.Instant }>`
    select r.created_at as at from record_file r where r.centre_id = ${ctx.centre.id} and r.sha256 <> ''
      and r.sha256 = ${(await storedFile(ctx, fileId))?.sha256 ?? ''} and r.state = 'done'
    order by r.created_at desc limit 1`.execute(ctx.db)
  return rows[0]?.at ?? null
}

const PAGE = 100

/** Rows of a file that became no record, in the file's order, 100 at a time; cells masked. */
export async function rowsOf(ctx: Ctx, asked: { id: string; after: number }) {
  await fileOf(ctx, asked.id)
  const { rows } = await sql<{ rowNo: number; result: string; code: string; line: string | null; cells: string[] }>`
    select row_no as "rowNo", result, code, line, cells from record_row
    where file_id = ${asked.id} and row_no > ${asked.after} order by row_no limit ${PAGE + 1}`.execute(ctx.db)
  const shown = rows.slice(0, PAGE)
  return { rows: shown, next: rows.length > PAGE ? shown.at(-1)!.rowNo : null }
}
