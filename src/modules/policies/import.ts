import { sql } from 'kysely'
import { TableError } from '../../lib/tableError.ts'
import { addWorkdays } from '../../lib/workdays.ts'
import type { Actor } from '../../platform/actor.ts'
import type { Boot, Ctx } from '../../platform/context.ts'
import { outageOf } from '../../platform/outage.ts'
import { inCentre } from '../../platform/transaction.ts'
import { notifyAll } from '../notices/notices.ts'
import { setInsurerSays } from '../sales/insurer.ts'
import { openSheets, type Sheets } from '../sheets/sheets.ts'
import { endMissing, findMissing } from './differences.ts'
import type { Options, Problem } from './files.ts'
import { enterLate, type Judged, judgeRows, type PlacedRow } from './judge.ts'
import { INSURER_FILE } from './kind.ts'
import { RESULTS } from './rules.ts'

/** Rows of one transaction: what a kill costs at most, and what a stop waits for. */
export const ROWS_AT_ONCE = 200

type File = {
  readonly id: string
  readonly file_id: string
  readonly file_name: string
  readonly as_of: Temporal.PlainDate
  readonly options: Options
  readonly state: string
  readonly rows_total: number | null
  readonly rows_done: number
  readonly created_by: string
}

/** `fileId` is the id of the policy file. */
export type ImportJob = { readonly centreId: string; readonly actorId: string; readonly fileId: string }
type At = { readonly boot: Boot; readonly job: ImportJob; readonly actor: Actor | undefined }

const transact = <T>({ boot, job, actor }: At, work: (ctx: Ctx) => Promise<T>): Promise<T> =>
  inCentre(boot, job.centreId, 'policies.import', work, ...(actor ? [actor] : []))

/** A database that is away, has no room or chose this transaction as the one to give way. */
const isPassing = (error: unknown): boolean =>
  outageOf(error) !== null || /^(40|53|57)/.test(String((error as { code?: unknown }).code ?? ''))

/**
 * Takes the insurer's file in, as a job: streams it and enters 200 rows a transaction with the result of every row, so that
 * it can be stopped between two of them and goes on after a kill where it stood. A second worker on the same file finds the
 * rows done and leaves. Files of one centre take turns. What is wrong with the file ends as state 'failed'. [S4.2.3b]
 */
export async function importFile(boot: Boot, job: ImportJob): Promise<void> {
  const at: At = { boot, job, actor: (await boot.access.person(job.actorId))?.actor }
  const file = await transact(at, (ctx) => read(ctx, job.fileId))
  if (file?.state !== 'importing') return
  try {
    const asked = { ...file.options, fileId: file.file_id, near: file.as_of }
    const sheets = await transact(at, (ctx) => openSheets(ctx, INSURER_FILE, asked))
    try {
      await takeIn(at, file, sheets)
    } finally {
      sheets.close()
    }
  } catch (error) {
    // The queue tries again; nothing of what was written before is written twice.
    if (isPassing(error)) throw error
    const problem =
      error instanceof TableError ? { code: error.code, values: { ...error.values } } : { code: 'internal', values: {} }
    if (!(error instanceof TableError)) boot.log.error({ err: error, file: file.id }, 'an import failed')
    await transact(at, (ctx) => fail(ctx, file.id, problem))
  }
}

const FIELDS = sql`id, file_id, file_name, as_of, options, state, rows_total, rows_done, created_by`

async function read(ctx: Ctx, id: string): Promise<File | undefined> {
  const { rows } = await sql<File>`
    select ${FIELDS} from policy_file where id = ${id} and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return rows[0]
}

/** The file with every import of the centre held: two files never speak of one application at the same time. */
async function held(ctx: Ctx, id: string): Promise<File | undefined> {
  const { rows } = await sql<File>`
    select ${FIELDS} from policy_file where centre_id = ${ctx.centre.id} and state = 'importing' order by id
    for update`.execute(ctx.db)
  return rows.find((row) => row.id === id)
}

async function takeIn(at: At, file: File, sheets: Sheets): Promise<void> {
  if (sheets.sheets.every(({ missing }) => missing.length > 0)) {
    await transact(at, (ctx) => fail(ctx, file.id, { code: 'noColumns', values: {} }))
    return
  }
  // One pass to know how many there are: a progress that can be believed.
  if (file.rows_total === null) {
    let total = 0
    for await (const _ of sheets.rows()) total += 1
    await transact(at, async (ctx) => {
      await sql`update policy_file set rows_total = ${total} where id = ${file.id}`.execute(ctx.db)
      ctx.touch('policies')
    })
  }
  let done = file.rows_done
  let place = 0
  let lot: PlacedRow[] = []
  const write = async () => {
    const rows = lot
    lot = []
    const written = await transact(at, (ctx) => writeRows(ctx, file.id, done, rows, sheets))
    done += written ? rows.length : 0
    await at.boot.breathe?.()
    return written
  }
  for await (const row of sheets.rows()) {
    place += 1
    if (place <= done) continue
    lot.push({ place, read: row })
    if (lot.length === ROWS_AT_ONCE && !(await write())) return
  }
  if (lot.length > 0 && !(await write())) return
  await transact(at, (ctx) => finish(ctx, file.id, done))
}

const noteOf = ({ file_name, as_of }: File) => `${file_name} (${as_of})`

/** Enters rows that follow the first `done`; false where somebody stopped it or another worker was faster. */
async function writeRows(
  ctx: Ctx,
  id: string,
  done: number,
  rows: readonly PlacedRow[],
  sheets: Sheets,
): Promise<boolean> {
  const file = await held(ctx, id)
  if (file?.rows_done !== done) return false
  const { judged, owners } = await judgeRows(ctx, rows, {
    ...{ at: { asOf: file.as_of.toString(), file: id }, asOf: file.as_of, importerId: file.created_by, dry: false },
    ...{ seen: await seenIn(ctx, id, rows), note: noteOf(file) },
  })
  await keepResults(ctx, file, judged, cellsBy(rows, sheets), rows.length)
  await tellOwners(ctx, file, owners)
  return true
}

/** Numbers of these rows that stood further up in the file. */
async function seenIn(ctx: Ctx, id: string, rows: readonly PlacedRow[]): Promise<ReadonlySet<string>> {
  const numbers = rows.map(({ read }) =>
    String(read.values.applicationNo ?? '')
      .replaceAll(/\s/g, '')
      .toUpperCase(),
  )
  const { rows: seen } = await sql<{ number: string }>`
    select application_no as number from policy_row where file_id = ${id}
      and result in ('changed', 'same', 'older', 'theirs') and application_no = any(${sql.val(numbers)}::text[])`.execute(
    ctx.db,
  )
  return new Set(seen.map(({ number }) => number))
}

/** What the columns that are read hold in a row; the others, with customers' names, are kept nowhere. */
function cellsBy(rows: readonly PlacedRow[], { sheets }: Sheets) {
  const byPlace = new Map(rows.map(({ place, read }) => [place, read]))
  return (place: number): Record<string, string> => {
    const read = byPlace.get(place)!
    const sheet = sheets.find(({ name }) => name === read.sheet)
    const cells = (sheet?.heads ?? []).flatMap((head, at) => {
      const field = sheet?.columns[head]
      return field ? [[field, read.raw[at] ?? ''] as const] : []
    })
    return Object.fromEntries(cells)
  }
}

async function keepResults(
  ctx: Ctx,
  file: File,
  judged: readonly Judged[],
  cellsOf: (place: number) => Record<string, string>,
  rows: number,
): Promise<void> {
  const kept = judged.map((one) => ({
    ...{ place: one.place, sheet: one.sheet, row_no: one.rowNo, application_no: one.applicationNo },
    ...{ result: one.result, code: one.code, field: one.field, sale_id: one.saleId, became: one.became },
    cells: one.result === 'fault' || one.result === 'theirs' || one.code !== null ? cellsOf(one.place) : null,
  }))
  await sql`
    insert into policy_row (file_id, place, sheet, row_no, application_no, result, code, field, sale_id, became, cells)
    select ${file.id}, g.place, g.sheet, g.row_no, g.application_no, g.result, g.code, g.field, g.sale_id, g.became, g.cells
    from jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) as g(place int, sheet text, row_no int, application_no text,
      result text, code text, field text, sale_id uuid, became jsonb, cells jsonb)`.execute(ctx.db)
  const counts = Object.groupBy(judged, ({ result }) => result)
  const added = sql.join(
    RESULTS.map((result) => sql`${sql.ref(result)} = ${sql.ref(result)} + ${counts[result]?.length ?? 0}`),
  )
  await sql`update policy_file set rows_done = rows_done + ${rows}, ${added} where id = ${file.id}`.execute(ctx.db)
  ctx.touch('policies')
}

/** Owners hear once a file that there is something new to clear up. */
async function tellOwners(ctx: Ctx, file: File, owners: readonly string[]): Promise<void> {
  await notifyAll(
    ctx,
    [...new Set(owners)].map((personId) => ({
      ...{ kind: 'task' as const, personId, key: 'policies.differences', values: { day: file.as_of.toString() } },
      ...{ clause: 'S4.2.3b', cause: `policies.differences.${file.id}`, link: '/policies/differences' },
    })),
  )
}

/**
 * When every row is in: cases that no file names, words on cases that came later than they, and from now on the file says
 * what is issued. An older file than the newest one finds nothing missing: it cannot know what came after it.
 */
async function finish(ctx: Ctx, id: string, done: number): Promise<void> {
  const file = await held(ctx, id)
  if (file?.rows_done !== done) return
  await enterLate(ctx, file.created_by, noteOf(file))
  await endMissing(ctx)
  const { rows: newer } = await sql`
    select 1 from policy_file where centre_id = ${ctx.centre.id} and state = 'done' and as_of > ${file.as_of} limit 1`.execute(
    ctx.db,
  )
  const rules = ctx.rules.at(file.as_of)
  if (newer.length === 0 && rules.has('accepted.follow')) {
    const { fileWithinWorkdays, fileWatchDays } = rules.get('accepted.follow')
    const last = addWorkdays(file.as_of, -fileWithinWorkdays, rules.get('calendar')).day
    const first = file.as_of.subtract({ days: fileWatchDays })
    await tellOwners(ctx, file, await findMissing(ctx, file.created_by, { first, last }))
  }
  await setInsurerSays(ctx, true)
  const { rows } = await sql<{ changed: number; fault: number; theirs: number }>`
    update policy_file set state = 'done', rows_total = ${done}, ended_at = ${ctx.now}
    where id = ${id} returning changed, fault, theirs`.execute(ctx.db)
  await tell(ctx, file, 'policies.taken', { ...rows[0]!, rows: done })
  await ctx.emit('policies.imported', { kind: 'policyFile', id }, { rows: done, ...rows[0]! })
}

async function fail(ctx: Ctx, id: string, problem: Problem): Promise<void> {
  const file = await held(ctx, id)
  if (!file) return
  await sql`update policy_file set state = 'failed', error = ${JSON.stringify(problem)}::jsonb, ended_at = ${ctx.now}
    where id = ${id}`.execute(ctx.db)
  await tell(ctx, file, 'policies.failed', { rows: file.rows_done })
  await ctx.emit('policies.importFailed', { kind: 'policyFile', id }, { code: problem.code })
}

async function tell(ctx: Ctx, file: File, key: string, values: Record<string, number>): Promise<void> {
  const kind = key === 'policies.failed' ? ('alert' as const) : ('news' as const)
  await notifyAll(ctx, [
    {
      ...{ kind, personId: file.created_by, key, values: { ...values, name: file.file_name } },
      ...{ cause: `${key} ${file.id} ${ctx.now}`, link: '/policies' },
    },
  ])
  ctx.touch('policies')
}
