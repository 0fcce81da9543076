import { sql } from 'kysely'
import { TableError } from '../../lib/tableError.ts'
import type { Actor } from '../../platform/actor.ts'
import type { Boot, Ctx } from '../../platform/context.ts'
import { outageOf } from '../../platform/outage.ts'
import { inCentre } from '../../platform/transaction.ts'
import { KINDS } from '../brought/kinds.ts'
import type { KindName } from '../brought/rules.ts'
import { takeBatches, takeConsents, takeStops } from '../brought/takeBasis.ts'
import { takeCases } from '../brought/takeCases.ts'
import { takeFunds, takeLeave, takeMonth, takePlanning, takeQuarters } from '../brought/takeFigures.ts'
import { takeLeads } from '../brought/takeLeads.ts'
import { takePeople, takeRanks } from '../brought/takePeople.ts'
import { type At, knownFor, type PartOptions, readVerdict, type Take, type Taken } from '../brought/taking.ts'
import { maskedCell } from '../customers/rules.ts'
import type { Columns, ReadRow } from '../sheets/rules.ts'
import { openSheets, type Sheets } from '../sheets/sheets.ts'

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

export type Part = {
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
export type Opening = {
  readonly id: string
  readonly day: Temporal.PlainDate
  readonly state: string
  readonly createdBy: string
}

export type Run = {
  readonly boot: Boot
  readonly job: MovingJob
  readonly actor: Actor | undefined
  readonly opening: Opening
}

export const transact = <T>(
  { boot, job, actor }: Pick<Run, 'boot' | 'job' | 'actor'>,
  work: (ctx: Ctx) => Promise<T>,
): Promise<T> =>
  actor ? inCentre(boot, job.centreId, 'moving.run', work, actor) : inCentre(boot, job.centreId, 'moving.run', work)

export async function openingOf(ctx: Ctx, id: string, lock = false): Promise<Opening | undefined> {
  const { rows } = await sql<Opening>`select id, day, state, created_by as "createdBy" from opening
    where id = ${id} and centre_id = ${ctx.centre.id} ${lock ? sql`for update` : sql``}`.execute(ctx.db)
  return rows[0]
}

export async function partsOf(ctx: Ctx, openingId: string): Promise<Part[]> {
  const { rows } = await sql<Part>`
    select id, kind, file_id as "fileId", file_name as "fileName", sheet, columns, options, rows_done as "rowsDone",
      rows_total as "rowsTotal"
    from opening_part where opening_id = ${openingId} and kind <> 'none' order by place`.execute(ctx.db)
  return rows
}

const isPassing = (error: unknown): boolean =>
  outageOf(error) !== null || /^(40|53|57)/.test(String((error as { code?: unknown }).code ?? ''))

export async function started(boot: Boot, job: MovingJob, state: 'checking' | 'loading'): Promise<Run | null> {
  const actor = (await boot.access.person(job.actorId))?.actor
  const opening = await transact({ boot, job, actor }, (ctx) => openingOf(ctx, job.openingId))
  return opening?.state === state ? { boot, job, actor, opening } : null
}

/** Ends a run that cannot go on with its reason; what passes by itself is tried again by the queue. */
export async function failing(run: Run, work: () => Promise<void>): Promise<void> {
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

export async function settle(ctx: Ctx, id: string, state: string, error: unknown = null): Promise<void> {
  await sql`update opening set state = ${state}, error = ${error === null ? null : JSON.stringify(error)}::jsonb
    where id = ${id}`.execute(ctx.db)
  ctx.touch('moving')
}

/** Rows in lots, after the first `skip`. The next lot is read while the one before is written: both take about as long. */
export async function* lots(sheets: Sheets, skip: number): AsyncGenerator<ReadRow[]> {
  const read = rowsInLots(sheets, skip)
  let next = read.next()
  // What is wrong further down is heard when its turn comes.
  next.catch(() => {})
  for (;;) {
    const { done, value } = await next
    if (done) return
    next = read.next()
    next.catch(() => {})
    yield value
  }
}

async function* rowsInLots(sheets: Sheets, skip: number): AsyncGenerator<ReadRow[]> {
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
export async function takeLot(ctx: Ctx, at: At, kind: KindName, rows: readonly ReadRow[]): Promise<Outcome[]> {
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
export const openPart = (ctx: Ctx, part: Part, near: Temporal.PlainDate): Promise<Sheets> =>
  openSheets(ctx, KINDS[part.kind], {
    ...{ fileId: part.fileId, columns: part.columns, near },
    ...(part.sheet !== null && { sheets: [part.sheet] }),
  })

export const knownOf = (ctx: Ctx, opening: Opening, part: Part) =>
  knownFor(ctx, { openingId: opening.id, day: opening.day, fileName: part.fileName, options: part.options })

/** What has to be counted of a part's rows, and which of them are shown. */
export class Tally {
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

export async function keepRows(ctx: Ctx, partId: string, tally: Tally): Promise<void> {
  await sql`
    insert into opening_row (part_id, row_no, result, field, code, text, cells)
    select ${partId}, r.* from jsonb_to_recordset(${JSON.stringify(tally.shown)}::jsonb)
      as r(row_no int, result text, field text, code text, text text, cells jsonb)
    on conflict (part_id, row_no) do nothing`.execute(ctx.db)
}
