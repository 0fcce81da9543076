import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { storedFile } from '../../platform/files.ts'
import { productOf } from '../catalog/catalog.ts'
import { maskedCells } from './inspect.ts'
import {
  type BatchState,
  canCreateBatch,
  canMap,
  canSell,
  canStart,
  canStop,
  freeName,
  type Mapping,
  type NewBatch,
  type Result,
} from './rules.ts'
import type { Opening, Problem } from './source.ts'

/** How a list's file is read, kept with it so that an import goes on the same way. */
export type Options = Opening & {
  readonly headers: readonly string[]
  readonly mapping: Mapping
  readonly hidden: 'take' | 'skip'
}

export type BatchInput = NewBatch & {
  readonly name: string
  readonly purpose: string
  readonly productId: string
  readonly grade: string
  readonly country: string
  /** Per lead, decimal text in the centre's currency. */
  readonly listPrice: string | null
  readonly fileId: string
  readonly options: Options
}

/** Enters a list with where it comes from and what its people agreed to. Nothing is read yet. [S4.4.10a] */
export async function createBatch(ctx: Ctx, input: BatchInput): Promise<{ batchId: string }> {
  const subject = { kind: 'file', id: input.fileId }
  const verdict = canCreateBatch(input, ctx.today)
  demand(verdict, subject)
  demand(canMap(input.options.mapping), subject)
  const product = await productOf(ctx, input.productId)
  demand(canSell(product.listed), { kind: 'product', id: product.id })
  const file = await storedFile(ctx, input.fileId)
  if (!file) throw notFound()
  const { rows: taken } =
    await sql`select 1 from list_batch where centre_id = ${ctx.centre.id} and name = ${input.name}`.execute(ctx.db)
  demand(freeName(taken.length > 0, input.name), subject)
  const { rows } = await sql<{ id: string }>`
    insert into list_batch (centre_id, name, source, purpose, consent_evidence, consent_given_on, consent_expires_on, product_id,
      grade, country, list_price, expires_on, file_id, file_name, options, state, created_by, created_at)
    values (${ctx.centre.id}, ${input.name}, ${input.source.trim()}, ${input.purpose}, ${input.consentEvidence.trim()},
      ${input.consentGivenOn}, ${input.consentExpiresOn}, ${input.productId}, ${input.grade}, ${input.country}, ${input.listPrice},
      ${input.expiresOn}, ${file.id}, ${file.name}, ${JSON.stringify(input.options)}::jsonb, 'draft', ${ctx.actor.personId}, ${ctx.now})
    returning id`.execute(ctx.db)
  const batchId = rows[0]!.id
  await ctx.decide({ verdict, subject: { kind: 'batch', id: batchId }, clauses: ['S4.4.10a'] })
  await ctx.emit('lists.batchCreated', { kind: 'batch', id: batchId })
  ctx.touch('lists')
  return { batchId }
}

async function locked(ctx: Ctx, batchId: string): Promise<BatchState> {
  const { rows } = await sql<{ state: BatchState }>`
    select state from list_batch where id = ${batchId} and centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  if (!rows[0]) throw notFound()
  return rows[0].state
}

/** Begins an import, or lets one that was stopped or failed go on where it stood. */
export async function startImport(ctx: Ctx, batchId: string): Promise<void> {
  const subject = { kind: 'batch', id: batchId }
  demand(canStart(await locked(ctx, batchId)), subject)
  await sql`update list_batch set state = 'importing', error = null, ended_at = null,
    started_at = coalesce(started_at, ${ctx.now}) where id = ${batchId}`.execute(ctx.db)
  await ctx.enqueue('lists.import', { batchId })
  await ctx.emit('lists.importStarted', subject)
  ctx.touch('lists')
}

/** Ends an import after the rows that are being written; what was taken in stays. */
export async function stopImport(ctx: Ctx, batchId: string): Promise<void> {
  const subject = { kind: 'batch', id: batchId }
  demand(canStop(await locked(ctx, batchId)), subject)
  await sql`update list_batch set state = 'stopped', ended_at = ${ctx.now} where id = ${batchId}`.execute(ctx.db)
  await ctx.emit('lists.importStopped', subject)
  ctx.touch('lists')
}

export type BatchRow = {
  readonly id: string
  readonly name: string
  readonly source: string
  readonly purpose: string
  readonly consentEvidence: string
  readonly consentGivenOn: Temporal.PlainDate
  readonly consentExpiresOn: Temporal.PlainDate | null
  readonly product: Words | null
  readonly grade: string
  readonly country: string
  readonly listPrice: string | null
  readonly expiresOn: Temporal.PlainDate | null
  readonly fileName: string
  readonly state: BatchState
  readonly rowsTotal: number | null
  readonly rowsDone: number
  readonly good: number
  readonly bad: number
  readonly dup: number
  readonly inv: number
  readonly dnc: number
  readonly error: Problem | null
  readonly createdBy: string | null
  readonly createdAt: Temporal.Instant
  readonly startedAt: Temporal.Instant | null
  readonly endedAt: Temporal.Instant | null
}

/** Lists shown, the newest first. */
const MOST = 200

/** Lists of the centre with their counts, the newest first; one of them by its id. */
export async function batches(ctx: Ctx, batchId: string | null = null): Promise<BatchRow[]> {
  const { rows } = await sql<BatchRow>`
    select b.id, b.name, b.source, b.purpose, b.consent_evidence as "consentEvidence", b.consent_given_on as "consentGivenOn",
      b.consent_expires_on as "consentExpiresOn", p.name as product, b.grade, b.country, b.list_price as "listPrice",
      b.expires_on as "expiresOn", b.file_name as "fileName", b.state, b.rows_total as "rowsTotal", b.rows_done as "rowsDone",
      b.good, b.bad, b.dup, b.inv, b.dnc, b.error, n.name as "createdBy", b.created_at as "createdAt",
      b.started_at as "startedAt", b.ended_at as "endedAt"
    from list_batch b left join product_listed p on p.id = b.product_id
      left join person_name n on n.id = b.created_by
    where b.centre_id = ${ctx.centre.id} and ${batchId ? sql`b.id = ${batchId}` : sql`true`}
    order by b.created_at desc limit ${MOST}`.execute(ctx.db)
  return rows
}

export async function batch(ctx: Ctx, batchId: string): Promise<BatchRow> {
  const [row] = await batches(ctx, batchId)
  if (!row) throw notFound()
  return row
}

/** Rows of a list with one result, 100 at a time in the file's order; cells stand only where a row was not taken. */
export async function rowsOf(ctx: Ctx, asked: { batchId: string; result: Result; after: number }) {
  await batch(ctx, asked.batchId)
  const { rows } = await sql<{
    rowNo: number
    result: Result
    code: string | null
    cells: string[] | null
    leadId: string | null
  }>`
    select row_no as "rowNo", result, code, cells, lead_id as "leadId" from list_row
    where batch_id = ${asked.batchId} and result = ${asked.result} and row_no > ${asked.after}
    order by row_no limit 101`.execute(ctx.db)
  const shown = rows.slice(0, 100)
  return {
    rows: shown.map((row) => ({ ...row, cells: row.cells && maskedCells(row.cells) })),
    next: rows.length > 100 ? shown.at(-1)!.rowNo : null,
  }
}

/** Days for which an error file can be had; then the cells of rows that were not taken are forgotten. */
const KEEP_CELLS_DAYS = 30

/**
 * Each night: what a list brought of people who became no leads is kept for a month and no longer; their results stay.
 * Source: cn.pipl.delete.
 */
export async function forgetCells(ctx: Ctx): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update list_batch set cells_forgotten = true
    where centre_id = ${ctx.centre.id} and not cells_forgotten and state <> 'importing'
      and created_at < ${ctx.now.subtract({ hours: 24 * KEEP_CELLS_DAYS })}
    returning id`.execute(ctx.db)
  for (const { id } of rows) {
    await sql`update list_row set cells = null where batch_id = ${id} and cells is not null`.execute(ctx.db)
    await ctx.emit('lists.cellsForgotten', { kind: 'batch', id })
  }
}
