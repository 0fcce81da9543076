import { sql } from 'kysely'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import type { KindName } from '../brought/rules.ts'
import { maskedCell } from '../customers/rules.ts'
import type { Question } from '../sheets/rules.ts'
import { mayBegin, mayChange, mayLoad, mayStop, mayUndo, type Result, type State } from './rules.ts'

/* Take-overs: begun, checked by a dry run, loaded, and taken back as long as the first day runs. */

type Locked = {
  readonly state: State
  readonly begun: boolean
  readonly day: Temporal.PlainDate
  readonly parts: number
  readonly questions: number
}

/** A take-over with its row locked; not found outside the centre. */
export async function lockOpening(ctx: Ctx, openingId: string): Promise<Locked> {
  const { rows } = await sql<Locked>`
    select o.state, o.begun_at is not null as begun, o.day, jsonb_array_length(o.questions) as questions,
      (select count(*) from opening_part p where p.opening_id = o.id and p.kind <> 'none')::int as parts
    from opening o where o.id = ${openingId} and o.centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  if (!rows[0]) throw notFound()
  return rows[0]
}

/** Begins a take-over for a first working day. */
export async function beginOpening(ctx: Ctx, day: Temporal.PlainDate): Promise<{ openingId: string }> {
  demand(mayBegin(day, ctx.today), { kind: 'centre', id: ctx.centre.id })
  const { rows } = await sql<{ id: string }>`
    insert into opening (centre_id, day, state, created_by, created_at)
    values (${ctx.centre.id}, ${day}, 'draft', ${ctx.actor.personId}, ${ctx.now}) returning id`.execute(ctx.db)
  await ctx.emit('moving.begun', { kind: 'opening', id: rows[0]!.id }, { day: day.toString() })
  ctx.touch('moving')
  return { openingId: rows[0]!.id }
}

async function enter(ctx: Ctx, openingId: string, state: State, job: string): Promise<void> {
  await sql`update opening set state = ${state}, error = null where id = ${openingId}`.execute(ctx.db)
  await ctx.enqueue(job, { openingId })
  await ctx.emit(`moving.${state}`, { kind: 'opening', id: openingId })
  ctx.touch('moving')
}

/** Begins the dry run. */
export async function startCheck(ctx: Ctx, openingId: string): Promise<void> {
  demand(mayChange(await lockOpening(ctx, openingId)), { kind: 'opening', id: openingId })
  await sql`update opening_part set rows_done = 0 where opening_id = ${openingId}`.execute(ctx.db)
  await enter(ctx, openingId, 'checking', 'moving.check')
}

/** Begins the load, or lets one that was stopped or failed go on where it stood. */
export async function startLoad(ctx: Ctx, openingId: string): Promise<void> {
  const opening = await lockOpening(ctx, openingId)
  const verdict = mayLoad(opening)
  demand(verdict, { kind: 'opening', id: openingId })
  if (!opening.begun) {
    await sql`update opening_part set rows_done = 0, good = 0, same = 0, bad = 0, skipped = 0
      where opening_id = ${openingId}`.execute(ctx.db)
    await sql`delete from opening_row where part_id in (
      select id from opening_part where opening_id = ${openingId})`.execute(ctx.db)
    await sql`update opening set begun_at = ${ctx.now} where id = ${openingId}`.execute(ctx.db)
  }
  await ctx.decide({ verdict, subject: { kind: 'opening', id: openingId }, clauses: ['S1.4.0'] })
  await enter(ctx, openingId, 'loading', 'moving.load')
}

/** Stops a dry run or a load between two lots. */
export async function stopRun(ctx: Ctx, openingId: string): Promise<void> {
  const { state } = await lockOpening(ctx, openingId)
  demand(mayStop(state), { kind: 'opening', id: openingId })
  await sql`update opening set state = ${state === 'checking' ? 'draft' : 'stopped'} where id = ${openingId}`.execute(
    ctx.db,
  )
  ctx.touch('moving')
}

/** Begins to take everything back. */
export async function startUndo(ctx: Ctx, openingId: string): Promise<void> {
  const opening = await lockOpening(ctx, openingId)
  demand(mayUndo({ ...opening, today: ctx.today }), { kind: 'opening', id: openingId })
  await enter(ctx, openingId, 'undoing', 'moving.undo')
}

export type OpeningRow = {
  readonly id: string
  readonly day: Temporal.PlainDate
  readonly state: State
  readonly begun: boolean
  readonly createdBy: string | null
  readonly createdAt: Temporal.Instant
  readonly loadedAt: Temporal.Instant | null
  readonly undoneAt: Temporal.Instant | null
}

const openings = (where: ReturnType<typeof sql>) => sql<
  OpeningRow & {
    questions: Question[]
    error: { code: string; values: Record<string, string | number> } | null
    kept: Record<string, number>
  }
>`
  select o.id, o.day, o.state, o.begun_at is not null as begun, n.name as "createdBy", o.created_at as "createdAt",
    o.loaded_at as "loadedAt", o.undone_at as "undoneAt", o.questions, o.error, o.kept
  from opening o left join person_name n on n.id = o.created_by
  where ${where} order by o.created_at desc limit 50`

/** Take-overs of the centre, the latest first. */
export async function openingsOf(ctx: Ctx): Promise<OpeningRow[]> {
  const { rows } = await openings(sql`o.centre_id = ${ctx.centre.id}`).execute(ctx.db)
  return rows.map(({ questions: _, error: __, kept: ___, ...row }) => row)
}

export type PartRow = {
  readonly id: string
  readonly fileId: string
  readonly fileName: string
  readonly sheet: string | null
  readonly kind: KindName | 'none'
  readonly columns: Record<string, string | null>
  readonly options: { batch?: string }
  readonly rowsTotal: number | null
  readonly rowsDone: number
  readonly good: number
  readonly same: number
  readonly bad: number
  readonly skipped: number
  readonly brings: Record<string, number>
}

/** One take-over with its sheets, what they bring and what has to be asked. */
export async function openingWith(ctx: Ctx, openingId: string) {
  const { rows } = await openings(sql`o.id = ${openingId} and o.centre_id = ${ctx.centre.id}`).execute(ctx.db)
  const opening = rows[0]
  if (!opening) throw notFound()
  const { rows: parts } = await sql<PartRow>`
    select id, file_id as "fileId", file_name as "fileName", sheet, kind, columns, options, rows_total as "rowsTotal",
      rows_done as "rowsDone", good, same, bad, skipped, brings
    from opening_part where opening_id = ${openingId} order by place`.execute(ctx.db)
  return { ...opening, today: ctx.today, parts }
}

/** Rows of a page. */
const PAGE = 100

/** Rows of a part that were not simply taken, by result, 100 at a time, numbers masked. */
export async function rowsOf(ctx: Ctx, asked: { partId: string; result: Result; after: number }) {
  const { rows } = await sql<{
    rowNo: number
    field: string | null
    code: string
    text: string
    cells: string[] | null
  }>`
    select r.row_no as "rowNo", r.field, r.code, r.text, r.cells from opening_row r join opening_part p on p.id = r.part_id
      join opening o on o.id = p.opening_id
    where r.part_id = ${asked.partId} and o.centre_id = ${ctx.centre.id} and r.result = ${asked.result}
      and r.row_no > ${asked.after} order by r.row_no limit ${PAGE + 1}`.execute(ctx.db)
  const page = rows.slice(0, PAGE)
  return {
    rows: page.map((row) => ({ ...row, cells: (row.cells ?? []).map(maskedCell) })),
    next: rows.length > PAGE ? page.at(-1)!.rowNo : null,
  }
}
