import { sql } from 'kysely'
import { TableError } from '../../lib/tableError.ts'
import type { Actor } from '../../platform/actor.ts'
import type { Boot, Ctx } from '../../platform/context.ts'
import { outageOf } from '../../platform/outage.ts'
import { refreshStatistics } from '../../platform/statistics.ts'
import { inCentre } from '../../platform/transaction.ts'
import { notify } from '../notices/notices.ts'
import { openSheets, type Sheets } from '../sheets/sheets.ts'
import { type Options, tally } from './files.ts'
import { type Judged, judgeRow, type NewRecord, type NoRecord, seatIn, seatsOfCentre } from './judge.ts'
import { meet, unitsOf } from './meet.ts'
import { type Direction, grow, sameTold, type Told } from './rules.ts'

/** Rows of one transaction: what a kill costs at most, and what a stop waits for. */
export const ROWS_AT_ONCE = 1000

type File = {
  readonly id: string
  readonly file_id: string
  readonly file_name: string
  readonly options: Options
  readonly clock_ahead: number
  readonly state: string
  readonly rows_total: number | null
  readonly rows_done: number
  readonly created_by: string
}
export type TakeJob = { readonly centreId: string; readonly actorId: string; readonly recordFileId: string }
type At = { readonly boot: Boot; readonly job: TakeJob; readonly actor: Actor | undefined }

/**
 * Takes a file of the switch's records in, as a job: streams it and writes 1,000 rows a transaction, then holds the records
 * of each seat and day against the dials, a transaction each. It can be stopped between two of them and goes on after a
 * kill: rows where they stood, and a seat that is held against its dials twice finds nothing new. What is wrong with the
 * file ends as state 'failed' with its reason; a database that is away is tried again by the queue. [S3.6] [S4.3.3a]
 */
export async function takeRecords(boot: Boot, job: TakeJob): Promise<void> {
  const actor = (await boot.access.person(job.actorId))?.actor
  const at: At = { boot, job, actor }
  const file = await transact(at, (ctx) => read(ctx, job.recordFileId, false))
  if (file?.state !== 'importing') return
  try {
    if ((await takeIn(at, file)) && (await meetAll(at, file.id))) await transact(at, (ctx) => finish(ctx, file.id))
  } catch (error) {
    // The queue tries again; nothing of what was written before is written twice.
    if (isPassing(error)) throw error
    const problem =
      error instanceof TableError ? { code: error.code, values: error.values } : { code: 'internal', values: {} }
    if (!(error instanceof TableError)) boot.log.error({ err: error, file: file.id }, 'taking in records failed')
    await transact(at, (ctx) => fail(ctx, file.id, problem))
  }
}

/** A database that is away, has no room or chose this transaction as the one to give way. */
const isPassing = (error: unknown): boolean =>
  outageOf(error) !== null || /^(40|53|57)/.test(String((error as { code?: unknown }).code ?? ''))

const transact = <T>({ boot, job, actor }: At, work: (ctx: Ctx) => Promise<T>): Promise<T> =>
  actor ? inCentre(boot, job.centreId, 'records.take', work, actor) : inCentre(boot, job.centreId, 'records.take', work)

async function read(ctx: Ctx, id: string, lock: boolean): Promise<File | undefined> {
  const { rows } = await sql<File>`
    select id, file_id, file_name, options, clock_ahead, state, rows_total, rows_done, created_by from record_file
    where id = ${id} and centre_id = ${ctx.centre.id} ${lock ? sql`for update` : sql``}`.execute(ctx.db)
  return rows[0]
}

/** Reads the rows that are not in yet; false where somebody stopped it or another worker was faster. */
async function takeIn(at: At, file: File): Promise<boolean> {
  const { prefix, ...asked } = file.options
  const { sheets, kind } = await transact(at, async (ctx) => {
    const { kind } = await seatsOfCentre(ctx)
    return { kind, sheets: await openSheets(ctx, kind, { fileId: file.file_id, ...asked }) }
  })
  try {
    // One pass to know how many there are: a progress that can be believed.
    if (file.rows_total === null) {
      let total = 0
      for await (const _ of sheets.rows()) total += 1
      await transact(at, async (ctx) => {
        await sql`update record_file set rows_total = ${total} where id = ${file.id}`.execute(ctx.db)
        ctx.touch('records')
      })
    }
    return await writeAll(at, file, sheets, { seatOf: seatIn(sheets, kind), prefix })
  } finally {
    sheets.close()
  }
}

type How = { readonly seatOf: ReturnType<typeof seatIn>; readonly prefix: string }

async function writeAll(at: At, file: File, sheets: Sheets, { seatOf, prefix }: How): Promise<boolean> {
  let done = file.rows_done
  let skip = done
  // Of the latest transaction, for its key and rules; its database is not asked any more.
  let known = await transact(at, async (ctx) => ctx)
  let chunk: (Judged | null)[] = []
  const write = async () => {
    const rows = chunk
    chunk = []
    const written = await transact(at, async (ctx) => {
      known = ctx
      return await writeRows(ctx, file.id, done, rows)
    })
    done += rows.length
    return written
  }
  const reading = { prefix, aheadSeconds: file.clock_ahead }
  for await (const row of sheets.rows()) {
    if (skip > 0) {
      skip -= 1
      continue
    }
    chunk.push(judgeRow(known, row, seatOf, reading))
    if (chunk.length < ROWS_AT_ONCE) continue
    if (!(await write())) return false
    if (done === 2 * ROWS_AT_ONCE || done === 20 * ROWS_AT_ONCE) await refreshStatistics(at.boot.db)
    await at.boot.breathe?.()
  }
  return chunk.length === 0 || (await write())
}

type Kept = {
  readonly id: string
  readonly occurred_on: Temporal.PlainDate
  readonly key: string
  readonly started_at: Temporal.Instant
  readonly answered_at: Temporal.Instant | null
  readonly ended_at: Temporal.Instant
  readonly ring_seconds: number
  readonly talk_seconds: number
  readonly recording: string | null
}

const toldOf = (row: Kept): Told => ({
  startedAt: row.started_at.epochMilliseconds,
  answeredAt: row.answered_at?.epochMilliseconds ?? null,
  endedAt: row.ended_at.epochMilliseconds,
  ...{ ringSeconds: row.ring_seconds, talkSeconds: row.talk_seconds, recording: row.recording },
})

const iso = (ms: number | null) => (ms === null ? null : Temporal.Instant.fromEpochMilliseconds(ms).toString())

/** Takes in rows that follow the first `done`. What is known already changes nothing; what tells more is told anew. */
async function writeRows(ctx: Ctx, id: string, done: number, rows: readonly (Judged | null)[]): Promise<boolean> {
  const file = await read(ctx, id, true)
  if (file?.state !== 'importing' || file.rows_done !== done) return false
  const none = rows.flatMap((row) => (row && !row.record ? [row.none] : []))
  const read_ = rows.flatMap((row) => (row?.record ? [row.record] : []))
  // A row that stands twice in these thousand is one record.
  const fresh = new Map<string, NewRecord>()
  for (const record of read_) {
    const before = fresh.get(record.key)
    fresh.set(record.key, before ? { ...before, ...grow(before, record) } : record)
  }
  const { added, grown } = await keepRecords(ctx, id, [...fresh.values()])
  await keepNone(ctx, id, none)
  const count = (result: NoRecord['result']) => none.filter((one) => one.result === result).length
  const starts = read_.map(({ startedAt }) => startedAt)
  const [from, to] = starts.length === 0 ? [null, null] : [Math.min(...starts), Math.max(...starts)]
  await sql`
    update record_file set rows_done = rows_done + ${rows.length}, taken = taken + ${added}, grown = grown + ${grown},
      repeated = repeated + ${read_.length - added - grown}, unknown_seat = unknown_seat + ${count('unknownSeat')},
      unreadable = unreadable + ${count('unreadable')},
      left_out = left_out + ${count('leftOut') + rows.filter((row) => row === null).length},
      from_at = least(from_at, ${iso(from)}::timestamptz), to_at = greatest(to_at, ${iso(to)}::timestamptz)
    where id = ${id}`.execute(ctx.db)
  ctx.touch('records')
  return true
}

async function keepRecords(ctx: Ctx, fileId: string, records: readonly NewRecord[]) {
  if (records.length === 0) return { added: 0, grown: 0 }
  const dayOf = (ms: number) =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(ctx.centre.timeZone).toPlainDate()
  const days = records.map(({ startedAt }) => dayOf(startedAt)).sort(Temporal.PlainDate.compare)
  const { rows: known } = await sql<Kept>`
    select id, occurred_on, encode(key, 'hex') as key, started_at, answered_at, ended_at, ring_seconds, talk_seconds, recording
    from switch_record where centre_id = ${ctx.centre.id}
      and key = any(array(select decode(k, 'hex') from unnest(${sql.val(records.map(({ key }) => key))}::text[]) k))
      and occurred_on between ${days[0]!.subtract({ days: 1 })} and ${days.at(-1)!.add({ days: 1 })}`.execute(ctx.db)
  const before = new Map(known.map((row) => [row.key, row]))
  const rowOf = (record: NewRecord, told: Told) => ({
    ...{ key: record.key, row_no: record.rowNo, seat_id: record.seatId, hash: record.hash, masked: record.masked },
    ...{ direction: record.direction satisfies Direction, disposition: record.disposition, recording: told.recording },
    ...{
      occurred_on: dayOf(told.startedAt).toString(),
      started_at: iso(told.startedAt),
      answered_at: iso(told.answeredAt),
    },
    ...{ ended_at: iso(told.endedAt), ring_seconds: told.ringSeconds, talk_seconds: told.talkSeconds },
  })
  const given = (
    rows: readonly unknown[],
  ) => sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, day date, key text,
    row_no int, seat_id uuid, hash text, masked text, direction text, disposition text, recording text, occurred_on date,
    started_at timestamptz, answered_at timestamptz, ended_at timestamptz, ring_seconds int, talk_seconds int)`
  const added = records.filter(({ key }) => !before.has(key)).map((record) => rowOf(record, record))
  await sql`
    insert into switch_record (occurred_on, centre_id, key, file_id, row_no, seat_id, hash, masked, direction, started_at,
      answered_at, ended_at, ring_seconds, talk_seconds, disposition, recording, recorded_at)
    select r.occurred_on, ${ctx.centre.id}, decode(r.key, 'hex'), ${fileId}, r.row_no, r.seat_id, decode(r.hash, 'hex'), r.masked,
      r.direction, r.started_at, r.answered_at, r.ended_at, r.ring_seconds, r.talk_seconds, r.disposition, r.recording, ${ctx.now}
    from ${given(added)} on conflict do nothing`.execute(ctx.db)
  const grown = records.flatMap((record) => {
    const row = before.get(record.key)
    const now = row && grow(toldOf(row), record)
    return row && now && !sameTold(toldOf(row), now)
      ? [{ id: row.id, day: row.occurred_on.toString(), ...rowOf(record, now) }]
      : []
  })
  await sql`
    update switch_record s set file_id = ${fileId}, row_no = r.row_no, started_at = r.started_at, answered_at = r.answered_at,
      ended_at = r.ended_at, ring_seconds = r.ring_seconds, talk_seconds = r.talk_seconds, disposition = r.disposition,
      recording = r.recording, measured_at = null
    from ${given(grown)} where s.id = r.id and s.occurred_on = r.day`.execute(ctx.db)
  return { added: added.length, grown: grown.length }
}

async function keepNone(ctx: Ctx, fileId: string, none: readonly NoRecord[]): Promise<void> {
  const rows = none.map(({ rowNo: row_no, ...one }) => ({ row_no, ...one }))
  await sql`
    insert into record_row (file_id, row_no, result, code, line, cells)
    select ${fileId}, r.row_no, r.result, r.code, r.line, r.cells
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(row_no int, result text, code text, line text, cells jsonb)
    on conflict do nothing`.execute(ctx.db)
}

/** Holds every seat and day of the file against the dials; false where somebody stopped it. */
async function meetAll(at: At, fileId: string): Promise<boolean> {
  const { units, span } = await transact(at, async (ctx) => {
    const found = await unitsOf(ctx, fileId)
    await sql`update record_file set units_total = ${found.units.length}, units_done = 0, never_left = 0
      where id = ${fileId}`.execute(ctx.db)
    ctx.touch('records')
    return found
  })
  for (const unit of units) {
    const goesOn = await transact(at, async (ctx) => {
      if ((await read(ctx, fileId, true))?.state !== 'importing') return false
      const { neverLeft } = await meet(ctx, unit, span)
      await sql`update record_file set units_done = units_done + 1, never_left = never_left + ${neverLeft}
        where id = ${fileId}`.execute(ctx.db)
      return true
    })
    if (!goesOn) return false
    await at.boot.breathe?.()
  }
  return true
}

async function finish(ctx: Ctx, id: string): Promise<void> {
  const { rows } = await sql<{ file_name: string; created_by: string }>`
    update record_file set state = 'done', ended_at = ${ctx.now} where id = ${id} and state = 'importing'
    returning file_name, created_by`.execute(ctx.db)
  const ended = rows[0]
  if (!ended) return
  await tally(ctx, id)
  const { rows: told } = await sql<{ matched: number; notAllowed: number; neverLeft: number }>`
    select matched, not_allowed as "notAllowed", never_left as "neverLeft" from record_file where id = ${id}`.execute(
    ctx.db,
  )
  await tell(ctx, id, ended.created_by, 'records.taken', { file: ended.file_name, ...told[0]! })
  await ctx.emit('records.taken', { kind: 'recordFile', id }, { ...told[0]! })
}

async function fail(ctx: Ctx, id: string, problem: { code: string; values: object }): Promise<void> {
  const { rows } = await sql<{ file_name: string; created_by: string }>`
    update record_file set state = 'failed', error = ${JSON.stringify(problem)}::jsonb, ended_at = ${ctx.now}
    where id = ${id} and state = 'importing' returning file_name, created_by`.execute(ctx.db)
  if (!rows[0]) return
  await tell(ctx, id, rows[0].created_by, 'records.failed', { file: rows[0].file_name })
  await ctx.emit('records.fileFailed', { kind: 'recordFile', id }, { code: problem.code })
}

async function tell(ctx: Ctx, id: string, personId: string, key: string, values: Record<string, string | number>) {
  const kind = key === 'records.failed' ? 'alert' : 'news'
  await notify(ctx, { kind, personId, key, values, cause: `${key} ${id} ${ctx.now}`, link: '/records' })
  ctx.touch('records')
}
