import { sql } from 'kysely'
import { TableError } from '../../lib/tableError.ts'
import type { Actor } from '../../platform/actor.ts'
import type { Boot, Ctx } from '../../platform/context.ts'
import { outageOf } from '../../platform/outage.ts'
import { refreshStatistics } from '../../platform/statistics.ts'
import { inCentre } from '../../platform/transaction.ts'
import { listTaken } from '../customers/opening.ts'
import type { DoNotCallList } from '../customers/rules.ts'
import { maskedCell } from '../customers/rules.ts'
import { notify } from '../notices/notices.ts'
import type { Columns, Question, ReadRow } from '../sheets/rules.ts'
import { openSheets, questioner, type Sheets } from '../sheets/sheets.ts'
import { KINDS } from './kinds.ts'
import type { KindName } from './rules.ts'
import { takeBatches, takeConsents, takeStops } from './takeBasis.ts'
import { takeCases } from './takeCases.ts'
import { takeFunds, takeLeave, takeMonth, takePlanning, takeQuarters } from './takeFigures.ts'
import { takeLeads } from './takeLeads.ts'
import { takePeople, takeRanks } from './takePeople.ts'
import { type At, knownFor, type PartOptions, readVerdict, startOf, type Take, type Taken } from './taking.ts'

const TAKES: Readonly<Record<KindName, Take>> = {
  ...{ people: takePeople, ranks: takeRanks, batches: takeBatches, doNotCall: takeStops, consents: takeConsents },
  ...{ leads: takeLeads, cases: takeCases, month: takeMonth, quarters: takeQuarters, planning: takePlanning },
  ...{ leave: takeLeave, funds: takeFunds },
}

/** Rows of one transaction of the load: what a kill costs at most. */
export const ROWS_AT_ONCE = 1000
/** Rows kept with their cells for a person to look at, of each part; the counts hold all. */
const ROWS_SHOWN = 5000

export type MovingJob = { readonly centreId: string; readonly actorId: string; readonly openingId: string }

type Part = {
  readonly id: string
  readonly kind: KindName
  readonly fileId: string
  readonly fileName: string
  readonly sheet: string | null
  readonly columns: Columns
  readonly options: PartOptions
  readonly rowsDone: number
  readonly rowsTotal: number | null
}
type Opening = {
  readonly id: string
  readonly day: Temporal.PlainDate
  readonly state: string
  readonly createdBy: string
}

type Run = {
  readonly boot: Boot
  readonly job: MovingJob
  readonly actor: Actor | undefined
  readonly opening: Opening
}

const transact = <T>(
  { boot, job, actor }: Pick<Run, 'boot' | 'job' | 'actor'>,
  work: (ctx: Ctx) => Promise<T>,
): Promise<T> =>
  actor ? inCentre(boot, job.centreId, 'moving.run', work, actor) : inCentre(boot, job.centreId, 'moving.run', work)

async function openingOf(ctx: Ctx, id: string, lock = false): Promise<Opening | undefined> {
  const { rows } = await sql<Opening>`select id, day, state, created_by as "createdBy" from opening
    where id = ${id} and centre_id = ${ctx.centre.id} ${lock ? sql`for update` : sql``}`.execute(ctx.db)
  return rows[0]
}

async function partsOf(ctx: Ctx, openingId: string): Promise<Part[]> {
  const { rows } = await sql<Part>`
    select id, kind, file_id as "fileId", file_name as "fileName", sheet, columns, options, rows_done as "rowsDone",
      rows_total as "rowsTotal"
    from opening_part where opening_id = ${openingId} and kind <> 'none' order by place`.execute(ctx.db)
  return rows
}

const isPassing = (error: unknown): boolean =>
  outageOf(error) !== null || /^(40|53|57)/.test(String((error as { code?: unknown }).code ?? ''))

async function started(boot: Boot, job: MovingJob, state: 'checking' | 'loading'): Promise<Run | null> {
  const actor = (await boot.access.person(job.actorId))?.actor
  const opening = await transact({ boot, job, actor }, (ctx) => openingOf(ctx, job.openingId))
  return opening?.state === state ? { boot, job, actor, opening } : null
}

/** Ends a run that cannot go on with its reason; what passes by itself is tried again by the queue. */
async function failing(run: Run, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (isPassing(error)) throw error
    const problem =
      error instanceof TableError ? { code: error.code, values: error.values } : { code: 'internal', values: {} }
    if (!(error instanceof TableError))
      run.boot.log.error({ err: error, opening: run.opening.id }, 'a take-over failed')
    await transact(run, (ctx) => settle(ctx, run.opening.id, 'failed', problem))
  }
}

async function settle(ctx: Ctx, id: string, state: string, error: unknown = null): Promise<void> {
  await sql`update opening set state = ${state}, error = ${error === null ? null : JSON.stringify(error)}::jsonb
    where id = ${id}`.execute(ctx.db)
  ctx.touch('moving')
}

/** Rows in lots, each with the first verdict of the reading. */
async function* lots(sheets: Sheets, skip: number): AsyncGenerator<ReadRow[]> {
  let lot: ReadRow[] = []
  let left = skip
  for await (const row of sheets.rows()) {
    if (left > 0) {
      left -= 1
      continue
    }
    lot.push(row)
    if (lot.length === ROWS_AT_ONCE) {
      yield lot
      lot = []
    }
  }
  if (lot.length > 0) yield lot
}

type Outcome = { readonly row: ReadRow; readonly taken: Taken }

/** Takes a lot of rows in and answers what became of each. */
async function takeLot(ctx: Ctx, at: At, kind: KindName, rows: readonly ReadRow[]): Promise<Outcome[]> {
  const read = rows.map((row) => ({ row, ...readVerdict(kind, row) }))
  const taken = await TAKES[kind](
    ctx,
    at,
    read.filter(({ stop }) => stop === null).map(({ row }) => row),
  )
  return read.map(({ row, stop, note }) => {
    const came = stop ?? taken.get(row.rowNo) ?? { result: 'GOOD' as const, code: '' }
    return { row, taken: came.result === 'GOOD' && note ? note : came }
  })
}

/** Opens the sheet of a part. Rows of a sheet have numbers of their own, so a part is one sheet. */
const openPart = (ctx: Ctx, part: Part, near: Temporal.PlainDate): Promise<Sheets> =>
  openSheets(ctx, KINDS[part.kind], {
    ...{ fileId: part.fileId, columns: part.columns, near },
    ...(part.sheet !== null && { sheets: [part.sheet] }),
  })

const knownOf = (ctx: Ctx, opening: Opening, part: Part) =>
  knownFor(ctx, { openingId: opening.id, day: opening.day, fileName: part.fileName, options: part.options })

/** What has to be counted of a part's rows, and which of them are shown. */
class Tally {
  total = 0
  good = 0
  same = 0
  bad = 0
  skipped = 0
  readonly shown: Record<string, unknown>[] = []
  hear({ row, taken }: Outcome): void {
    this.total += 1
    if (taken.result === 'SAME') this.same += 1
    else if (taken.result === 'BAD') this.bad += 1
    else if (taken.result === 'SKIPPED') this.skipped += 1
    else this.good += 1
    if (taken.result === 'GOOD' || this.shown.length >= ROWS_SHOWN) return
    this.shown.push({
      ...{ row_no: row.rowNo, result: taken.result, field: taken.field ?? null, code: taken.code },
      ...{ text: maskedCell(taken.text ?? '').slice(0, 200), cells: row.raw.map((cell) => cell.slice(0, 200)) },
    })
  }
}

async function keepRows(ctx: Ctx, partId: string, tally: Tally): Promise<void> {
  await sql`
    insert into opening_row (part_id, row_no, result, field, code, text, cells)
    select ${partId}, r.* from jsonb_to_recordset(${JSON.stringify(tally.shown)}::jsonb)
      as r(row_no int, result text, field text, code text, text text, cells jsonb)
    on conflict (part_id, row_no) do nothing`.execute(ctx.db)
}

/** Thrown to take everything back that a dry run wrote. */
class DryRun extends Error {}

/**
 * The dry run: everything is taken in as it would be, in one transaction that is then taken back, so that what it says is
 * what the load will do, people who are only in the file included. Writes counts, rows and questions. Runs as a job.
 */
export async function checkOpening(boot: Boot, job: MovingJob): Promise<void> {
  const run = await started(boot, job, 'checking')
  if (!run) return
  await failing(run, async () => {
    const told: { part: Part; tally: Tally; brings: ReadonlyMap<string, number> }[] = []
    const questions: Question[] = []
    await transact(run, async (ctx) => {
      for (const part of await partsOf(ctx, run.opening.id)) {
        const sheets = await openPart(ctx, part, run.opening.day)
        try {
          const at = await knownOf(ctx, run.opening, part)
          const asked = questioner(KINDS[part.kind], sheets.lexicon)
          const tally = new Tally()
          for await (const lot of lots(sheets, 0)) {
            for (const outcome of await takeLot(ctx, at, part.kind, lot)) {
              tally.hear(outcome)
              asked.hear(outcome.row)
            }
            await boot.breathe?.()
            await transact(run, (told) => tell(told, part.id, tally.total))
          }
          told.push({ part, tally, brings: at.brings })
          questions.push(...asked.questions())
        } finally {
          sheets.close()
        }
      }
      throw new DryRun()
    }).catch((error: unknown) => {
      if (!(error instanceof DryRun)) throw error
    })
    await transact(run, async (ctx) => {
      const opening = await openingOf(ctx, run.opening.id, true)
      if (opening?.state !== 'checking') return
      for (const { part, tally, brings } of told) {
        await sql`delete from opening_row where part_id = ${part.id}`.execute(ctx.db)
        await keepRows(ctx, part.id, tally)
        await sql`update opening_part set rows_total = ${tally.total}, rows_done = 0, good = ${tally.good}, same = ${tally.same},
          bad = ${tally.bad}, skipped = ${tally.skipped}, brings = ${JSON.stringify(Object.fromEntries(brings))}::jsonb
          where id = ${part.id}`.execute(ctx.db)
      }
      const once = [...new Map(questions.map((one) => [`${one.about} ${one.text}`, one])).values()]
      await sql`update opening set questions = ${JSON.stringify(once)}::jsonb where id = ${run.opening.id}`.execute(
        ctx.db,
      )
      await settle(ctx, run.opening.id, 'checked')
    })
  })
}

async function tell(ctx: Ctx, partId: string, done: number): Promise<void> {
  await sql`update opening_part set rows_done = ${done} where id = ${partId}`.execute(ctx.db)
  ctx.touch('moving')
}

/**
 * The load: 1,000 rows a transaction with their results, part after part, so that it goes on after a kill where it stood,
 * and a second worker finds the rows done. Loading the same workbook again changes nothing. Runs as a job.
 */
export async function loadOpening(boot: Boot, job: MovingJob): Promise<void> {
  const run = await started(boot, job, 'loading')
  if (!run) return
  await failing(run, async () => {
    const parts = await transact(run, (ctx) => partsOf(ctx, run.opening.id))
    for (const part of parts) if (!(await loadPart(run, part))) return
    await transact(run, async (ctx) => {
      const opening = await openingOf(ctx, run.opening.id, true)
      if (opening?.state !== 'loading') return
      await sql`update opening set loaded_by = ${job.actorId}, loaded_at = ${ctx.now} where id = ${opening.id}`.execute(
        ctx.db,
      )
      await settle(ctx, opening.id, 'loaded')
      await notify(ctx, {
        ...{ kind: 'news', personId: job.actorId, key: 'moving.loaded', values: { day: opening.day.toString() } },
        ...{ cause: `moving.loaded ${opening.id} ${ctx.now}`, link: '/moving' },
      })
    })
    await refreshStatistics(boot.db)
  })
}

/** Loads a part from where it stands; false where somebody stopped it or another worker was faster. */
async function loadPart(run: Run, part: Part): Promise<boolean> {
  if (part.rowsTotal !== null && part.rowsDone >= part.rowsTotal) return true
  const { sheets, at } = await transact(run, async (ctx) => ({
    sheets: await openPart(ctx, part, run.opening.day),
    at: await knownOf(ctx, run.opening, part),
  }))
  let done = part.rowsDone
  let lookAt = done + 2 * ROWS_AT_ONCE
  try {
    for await (const lot of lots(sheets, done)) {
      const went = await transact(run, (ctx) => writeLot(ctx, run.opening, part, at, { done, lot }))
      if (!went) return false
      done += lot.length
      // A table that grew from nothing is planned as if it were empty until somebody looks.
      if (done >= lookAt) {
        lookAt = done * 10
        await refreshStatistics(run.boot.db)
      }
      await run.boot.breathe?.()
    }
  } finally {
    sheets.close()
  }
  return true
}

async function writeLot(
  ctx: Ctx,
  { id }: Opening,
  part: Part,
  at: At,
  { done, lot }: { done: number; lot: readonly ReadRow[] },
): Promise<boolean> {
  const opening = await openingOf(ctx, id, true)
  const { rows } = await sql<{ rows_done: number }>`select rows_done from opening_part where id = ${part.id}`.execute(
    ctx.db,
  )
  if (opening?.state !== 'loading' || rows[0]?.rows_done !== done) return false
  await sql`set local synchronous_commit = off`.execute(ctx.db)
  const tally = new Tally()
  for (const outcome of await takeLot(ctx, at, part.kind, lot)) tally.hear(outcome)
  await keepRows(ctx, part.id, tally)
  await sql`update opening_part set rows_done = rows_done + ${lot.length}, good = good + ${tally.good}, same = same + ${tally.same},
    bad = bad + ${tally.bad}, skipped = skipped + ${tally.skipped} where id = ${part.id}`.execute(ctx.db)
  for (const list of ['shared', 'national'] as const satisfies readonly DoNotCallList[]) {
    const entries = at.brings.get(`stops.${list}`) ?? 0
    if (entries > 0) await listTaken(ctx, { list, asOf: startOf(ctx, opening.day.subtract({ days: 1 })), entries })
    at.brings.delete(`stops.${list}`)
  }
  ctx.touch('moving')
  return true
}
