import { sql } from 'kysely'
import type { Table } from '../../lib/table.ts'
import { TableError } from '../../lib/tableError.ts'
import type { Actor } from '../../platform/actor.ts'
import type { Boot, Ctx } from '../../platform/context.ts'
import { outageOf } from '../../platform/outage.ts'
import { refreshStatistics } from '../../platform/statistics.ts'
import { inCentre } from '../../platform/transaction.ts'
import { addCustomers } from '../customers/add.ts'
import { giveConsent } from '../customers/consent.ts'
import { notify } from '../notices/notices.ts'
import type { Options } from './batches.ts'
import { type GoodRow, type JudgedRow, judgeRead, readRow } from './judging.ts'
import { type LeadsOfList, RESULTS, type Result } from './rules.ts'
import { openList, type Problem, problemOf } from './source.ts'

/** Rows of one transaction: what a kill costs at most, and what a stop waits for. */
export const ROWS_AT_ONCE = 1000

type Batch = {
  readonly id: string
  readonly name: string
  readonly purpose: string
  readonly consent_evidence: string
  readonly consent_given_on: Temporal.PlainDate
  readonly consent_expires_on: Temporal.PlainDate | null
  readonly product_id: string
  readonly grade: string
  readonly country: string
  readonly file_id: string
  readonly options: Options
  readonly state: string
  readonly rows_total: number | null
  readonly rows_done: number
  readonly created_by: string
}

export type ImportJob = { readonly centreId: string; readonly actorId: string; readonly batchId: string }

/**
 * Takes a list in, as a job: streams its file and writes 1,000 rows a transaction with the result of every row, so that it
 * can be stopped between two of them, and goes on after a kill where it stood. A second worker on the same list finds the
 * rows done and leaves. Memory does not grow with the file. What is wrong with the file ends as state 'failed' with its
 * reason; a database that is away is tried again by the queue. [S4.4.10a]
 */
export async function importBatch(boot: Boot, job: ImportJob, leads: LeadsOfList): Promise<void> {
  const actor = (await boot.access.person(job.actorId))?.actor
  const at = { boot, job, actor, leads }
  const batch = await transact(at, (ctx) => read(ctx, job.batchId, false))
  if (batch?.state !== 'importing') return
  try {
    await takeIn(at, batch)
  } catch (error) {
    // The queue tries again; nothing of what was written before is written twice.
    if (isPassing(error)) throw error
    const problem = error instanceof TableError ? problemOf(error) : { code: 'internal', values: {} }
    if (!(error instanceof TableError)) boot.log.error({ err: error, batch: batch.id }, 'an import failed')
    await transact(at, (ctx) => fail(ctx, batch.id, problem))
  }
}

/** A database that is away, has no room or chose this transaction as the one to give way. */
const isPassing = (error: unknown): boolean =>
  outageOf(error) !== null || /^(40|53|57)/.test(String((error as { code?: unknown }).code ?? ''))

type At = {
  readonly boot: Boot
  readonly job: ImportJob
  readonly actor: Actor | undefined
  readonly leads: LeadsOfList
}

const transact = <T>({ boot, job, actor }: At, work: (ctx: Ctx) => Promise<T>): Promise<T> =>
  actor ? inCentre(boot, job.centreId, 'lists.import', work, actor) : inCentre(boot, job.centreId, 'lists.import', work)

async function read(ctx: Ctx, batchId: string, lock: boolean): Promise<Batch | undefined> {
  const { rows } = await sql<Batch>`
    select id, name, purpose, consent_evidence, consent_given_on, consent_expires_on, product_id, grade, country, file_id, options,
      state, rows_total, rows_done, created_by
    from list_batch where id = ${batchId} and centre_id = ${ctx.centre.id} ${lock ? sql`for update` : sql``}`.execute(
    ctx.db,
  )
  return rows[0]
}

async function takeIn(at: At, batch: Batch): Promise<void> {
  const table = await transact(at, (ctx) => openList(ctx, batch.file_id, batch.options))
  try {
    // One pass to know how many there are: a progress that can be believed.
    if (batch.rows_total === null) {
      let total = 0
      for await (const _ of table.rows()) total += 1
      await transact(at, async (ctx) => {
        await sql`update list_batch set rows_total = ${total} where id = ${batch.id}`.execute(ctx.db)
        ctx.touch('lists')
      })
    }
    await writeAll(at, batch, table)
  } finally {
    table.close()
  }
}

/** Rows after which the planner is told how large the tables have become, and again after ten times as many. */
const FIRST_LOOK = 2 * ROWS_AT_ONCE

/** Reads the next rows while the database writes those before: the two take about the same time. */
async function writeAll(at: At, batch: Batch, table: Table): Promise<void> {
  const reading = { ...batch.options, country: batch.country }
  let done = batch.rows_done
  let lookAt = done + FIRST_LOOK
  /** Of the latest transaction, for its day, key and rules; its database is not asked any more. */
  let known = await transact(at, async (ctx) => ctx)
  let chunk: JudgedRow[] = []
  let writing = Promise.resolve(true)
  const write = (rows: readonly JudgedRow[]) => {
    writing = transact(at, async (ctx) => {
      known = ctx
      return await writeRows(ctx, batch, done, rows, at.leads)
    }).then(async (written) => {
      done += written ? rows.length : 0
      if (written && done >= lookAt) {
        lookAt = done * 10
        await refreshStatistics(at.boot.db)
      }
      return written
    })
    // Heard where it is waited for, which may be a moment later.
    writing.catch(() => {})
  }
  let skip = done
  try {
    for await (const row of table.rows()) {
      if (skip > 0) {
        skip -= 1
        continue
      }
      chunk.push(readRow(known, row, reading))
      if (chunk.length < ROWS_AT_ONCE) continue
      if (!(await writing)) return
      await at.boot.breathe?.()
      write(chunk)
      chunk = []
    }
  } finally {
    // What is wrong further down in the file is told after the rows before it are in.
    await writing
  }
  if (!(await writing)) return
  if (chunk.length > 0) {
    write(chunk)
    if (!(await writing)) return
  }
  await transact(at, (ctx) => finish(ctx, batch.id, done))
}

const startOf = (ctx: Ctx, day: Temporal.PlainDate) => day.toZonedDateTime(ctx.centre.timeZone).toInstant()

/** Takes in rows that follow the first `done`; false where somebody stopped it or another worker was faster. */
async function writeRows(
  ctx: Ctx,
  { id }: Batch,
  done: number,
  rows: readonly JudgedRow[],
  leads: LeadsOfList,
): Promise<boolean> {
  const batch = await read(ctx, id, true)
  if (batch?.state !== 'importing' || batch.rows_done !== done) return false
  // A lost second of an import is done again from where it stood: nothing is told before it is on the disk but progress.
  await sql`set local synchronous_commit = off`.execute(ctx.db)
  const judged = await judgeRead(ctx, rows)
  const good = judged.filter((row): row is GoodRow => row.result === 'GOOD')
  const customers = await addCustomers(
    ctx,
    good.map(({ customer }) => customer),
  )
  const delivery = { id, productId: batch.product_id, purpose: batch.purpose, grade: batch.grade }
  const placed = await leads.create(
    ctx,
    delivery,
    good.map(({ rowNo, notBefore, renewalExpiresOn }, n) => ({
      ...{ rowNo, notBefore, renewalExpiresOn, customerId: customers[n]!.customerId },
    })),
  )
  const became = good.flatMap(({ rowNo }, n) => (placed.get(rowNo)?.leadId ? [customers[n]!.customerId] : []))
  const ends = batch.consent_expires_on
  const givenAt = startOf(ctx, batch.consent_given_on)
  // The last day counts in full.
  const expiresAt = ends && startOf(ctx, ends.add({ days: 1 }))
  await giveConsent(
    ctx,
    became.map((customerId) => ({
      ...{ customerId, purpose: batch.purpose, givenAt, expiresAt },
      evidence: batch.consent_evidence,
    })),
    { by: 'list' },
  )
  await keepResults(
    ctx,
    id,
    judged.map((row) => resultOf(row, placed.get(row.rowNo))),
    rows.length,
  )
  return true
}

type RowResult = {
  readonly row_no: number
  readonly result: Result
  readonly code: string | null
  readonly cells: readonly string[] | null
  readonly lead_id: string | null
}

function resultOf(row: JudgedRow, placed: { leadId: string | null; why?: string } | undefined): RowResult {
  const { rowNo: row_no, raw } = row
  if (row.result !== 'GOOD') return { row_no, result: row.result, code: row.code, cells: raw, lead_id: null }
  if (placed?.leadId) return { row_no, result: 'GOOD', code: row.code, cells: null, lead_id: placed.leadId }
  return { row_no, result: 'DUP', code: placed?.why ?? 'openLead', cells: raw, lead_id: null }
}

async function keepResults(ctx: Ctx, batchId: string, results: readonly RowResult[], rows: number): Promise<void> {
  await sql`
    insert into list_row (batch_id, row_no, result, code, cells, lead_id)
    select ${batchId}, r.row_no, r.result, r.code, r.cells, r.lead_id
    from jsonb_to_recordset(${JSON.stringify(results)}::jsonb)
      as r(row_no int, result text, code text, cells jsonb, lead_id uuid)`.execute(ctx.db)
  const counts = Object.groupBy(results, ({ result }) => result)
  const [good, bad, dup, inv, dnc] = RESULTS.map((result) => counts[result]?.length ?? 0)
  await sql`update list_batch set rows_done = rows_done + ${rows}, good = good + ${good}, bad = bad + ${bad}, dup = dup + ${dup},
    inv = inv + ${inv}, dnc = dnc + ${dnc} where id = ${batchId}`.execute(ctx.db)
  ctx.touch('lists')
}

async function finish(ctx: Ctx, batchId: string, done: number): Promise<void> {
  const { rows } = await sql<{ name: string; good: number; created_by: string }>`
    update list_batch set state = 'done', rows_total = ${done}, ended_at = ${ctx.now}
    where id = ${batchId} and state = 'importing' and rows_done = ${done} returning name, good, created_by`.execute(
    ctx.db,
  )
  const ended = rows[0]
  if (!ended) return
  await tell(ctx, batchId, ended.created_by, 'lists.imported', { list: ended.name, good: ended.good, rows: done })
  await ctx.emit('lists.imported', { kind: 'batch', id: batchId }, { rows: done, good: ended.good })
  ctx.touch('leads')
}

async function fail(ctx: Ctx, batchId: string, problem: Problem): Promise<void> {
  const { rows } = await sql<{ name: string; created_by: string; rows_done: number }>`
    update list_batch set state = 'failed', error = ${JSON.stringify(problem)}::jsonb, ended_at = ${ctx.now}
    where id = ${batchId} and state = 'importing' returning name, created_by, rows_done`.execute(ctx.db)
  const failed = rows[0]
  if (!failed) return
  await tell(ctx, batchId, failed.created_by, 'lists.failed', { list: failed.name, rows: failed.rows_done })
  await ctx.emit('lists.importFailed', { kind: 'batch', id: batchId }, { code: problem.code })
}

async function tell(ctx: Ctx, batchId: string, personId: string, key: string, values: Record<string, string | number>) {
  const kind = key === 'lists.failed' ? 'alert' : 'news'
  const cause = `${key} ${batchId} ${ctx.now}`
  await notify(ctx, { kind, personId, key, values, cause, link: '/lists' })
  ctx.touch('lists')
}
