import { sql } from 'kysely'
import { type Role, reach, reaches } from '../../platform/actor.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { FIGURES, type Figure, mayEditSheet } from './rules.ts'

/*
 * The day's count, per person and in sum, filled from the day's records [S2.2.1]. A figure that somebody put right shows
 * what it was, what it is, who, when and why; what is recorded afterwards still moves the figure beneath it.
 */

export const SHEET_ROLES = ['tl', 'um', 'deptManager', 'deputyGm'] as const satisfies readonly Role[]
export const SHEET_EDITORS = ['tl', 'deptManager'] as const satisfies readonly Role[]

/** Days after a visit in which a call to the customer is a follow-up of it. */
const FOLLOW_DAYS = 30

export type Edit = {
  readonly before: number
  readonly after: number
  readonly why: string
  readonly by: string | null
  readonly at: Temporal.Instant
}
/** From the records, and as it counts: the last edit's word where there is one. */
export type Cell = { readonly recorded: number; readonly value: number; readonly edits: readonly Edit[] }
export type SheetRow = {
  readonly personId: string
  readonly name: string
  readonly group: string | null
  readonly figures: Readonly<Record<Figure, Cell>>
}

type Row = { personId: string; name: string; group: string | null } & Record<Figure, number>
type EditRow = Edit & { readonly personId: string; readonly figure: Figure }

/** Leaders see their groups, and of the house whoever sits in no group: the front desk and the showroom serve them all. */
function visibleTo(ctx: Ctx) {
  const { centre, groupIds } = reach(ctx.actor, SHEET_ROLES)
  if (centre) return sql<boolean>`true`
  return sql<boolean>`(m.group_id = any(${sql.val([...groupIds])}::uuid[]) or (m.group_id is null and exists (
    select from granted_role g where g.person_id = m.person_id and g.role in ('reception', 'showroomSales'))))`
}

/**
 * Formulas, each of one day: inbound = calls that came in at the desks and those that were entered by hand; outbound =
 * dials; visits, receptions, test drives, orders, deliveries, appointments = entries of deals; followUps = dials to a
 * customer within 30 days after his visit, and follow-ups that the showroom entered.
 */
async function recorded(ctx: Ctx, day: Temporal.PlainDate): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with step as (
      select person_id, kind, count(*)::int as n from deal_step
      where centre_id = ${ctx.centre.id} and occurred_on = ${day} group by person_id, kind),
    called as (
      select agent_id, sum(inbound)::int as inbound, sum(dials)::int as outbound from call_sum
      where centre_id = ${ctx.centre.id} and day = ${day} group by agent_id),
    rang as (
      select recorded_by, count(*)::int as n from arrival_fact
      where centre_id = ${ctx.centre.id} and occurred_on = ${day} and channel = 'phone' and via = 'hand' group by recorded_by),
    -- Taken by their ids: the visits of some days and the deals of just these, however many there were.
    visit as materialized (
      select deal_id, at from deal_step
      where centre_id = ${ctx.centre.id} and kind = 'visit' and occurred_on > ${day.subtract({ days: FOLLOW_DAYS })}),
    visited as materialized (
      select d.customer_id, v.at from deal_fact d join visit v on v.deal_id = d.id
      where d.id = any(array(select deal_id from visit))),
    followed as (
      select c.agent_id, count(*)::int as n from call_fact c
      where c.centre_id = ${ctx.centre.id} and c.occurred_on = ${day} and c.direction = 'outbound'
        and c.line_result <> 'lineFailure'
        and exists (select from visited v where v.customer_id = c.customer_id and v.at < c.dialled_at)
      group by c.agent_id)
    select m.person_id as "personId", m.name, m.group_name as group,
      coalesce(k.inbound, 0) + coalesce(r.n, 0) as inbound, coalesce(k.outbound, 0) as outbound,
      coalesce(f.n, 0) + coalesce(s."followUp", 0) as "followUps", coalesce(s.appointment, 0) as appointments,
      coalesce(s.visit, 0) as visits, coalesce(s.reception, 0) as receptions, coalesce(s."testDrive", 0) as "testDrives",
      coalesce(s."order", 0) as orders, coalesce(s.delivery, 0) as deliveries
    from member m left join called k on k.agent_id = m.person_id left join rang r on r.recorded_by = m.person_id
      left join followed f on f.agent_id = m.person_id
      cross join lateral (select sum(n) filter (where kind = 'appointment')::int as appointment,
        sum(n) filter (where kind = 'visit')::int as visit, sum(n) filter (where kind = 'reception')::int as reception,
        sum(n) filter (where kind = 'testDrive')::int as "testDrive", sum(n) filter (where kind = 'order')::int as "order",
        sum(n) filter (where kind = 'delivery')::int as delivery, sum(n) filter (where kind = 'followUp')::int as "followUp"
        from step where person_id = m.person_id) s
    where m.centre_id = ${ctx.centre.id} and m.from_on <= ${day} and (m.until_on is null or m.until_on > ${day})
      and (m.employed_until is null or m.employed_until > ${day}) and ${visibleTo(ctx)}
      and exists (select from granted_role g where g.person_id = m.person_id
        and g.role in ('tsr', 'tl', 'reception', 'showroomSales') and g.from_on <= ${day}
        and (g.until_on is null or g.until_on > ${day}))
    order by m.group_name nulls last, m.name collate "zh-Hans-x-icu", m.person_id`.execute(ctx.db)
  return rows
}

async function editsOf(ctx: Ctx, day: Temporal.PlainDate): Promise<EditRow[]> {
  const { rows } = await sql<EditRow>`
    select e.person_id as "personId", e.figure, e.before, e.after, e.why, n.name as by, e.at
    from day_sheet_edit e left join person_name n on n.id = e.by_id
    where e.centre_id = ${ctx.centre.id} and e.day = ${day} order by e.at, e.id`.execute(ctx.db)
  return rows
}

/** The sheet of a day in the actor's scope: a row per person, and the sums of what is shown. */
export async function daySheet(ctx: Ctx, day = ctx.today): Promise<{ rows: SheetRow[]; sums: Record<Figure, number> }> {
  const edits = Map.groupBy(await editsOf(ctx, day), ({ personId, figure }) => `${personId} ${figure}`)
  const rows = (await recorded(ctx, day)).map((row): SheetRow => {
    const cell = (figure: Figure): Cell => {
      const made = (edits.get(`${row.personId} ${figure}`) ?? []).map(({ before, after, why, by, at }) => ({
        ...{ before, after, why, by, at },
      }))
      return { recorded: row[figure], value: made.at(-1)?.after ?? row[figure], edits: made }
    }
    const figures = Object.fromEntries(FIGURES.map((figure) => [figure, cell(figure)])) as Record<Figure, Cell>
    return { personId: row.personId, name: row.name, group: row.group, figures }
  })
  const sum = (figure: Figure) => rows.reduce((total, { figures }) => total + figures[figure].value, 0)
  return { rows, sums: Object.fromEntries(FIGURES.map((figure) => [figure, sum(figure)])) as Record<Figure, number> }
}

/** Puts a figure right by hand; the record stays, and so does the trace. [S2.2.1] */
export async function editSheet(
  ctx: Ctx,
  input: { day: Temporal.PlainDate; personId: string; figure: Figure; value: number; why: string },
): Promise<void> {
  const { day, personId, figure, value, why } = input
  await sql`select pg_advisory_xact_lock(hashtextextended(${`showroom.sheet ${personId} ${day} ${figure}`}, 0))`.execute(
    ctx.db,
  )
  const row = (await daySheet(ctx, day)).rows.find((one) => one.personId === personId)
  if (!row || !reaches(reach(ctx.actor, SHEET_EDITORS), await groupOf(ctx, personId, day))) throw notFound()
  demand(mayEditSheet(ctx.actor.personId, personId), { kind: 'person', id: personId })
  const before = row.figures[figure].value
  await sql`insert into day_sheet_edit (centre_id, day, person_id, figure, before, after, why, by_id, at)
    values (${ctx.centre.id}, ${day}, ${personId}, ${figure}, ${before}, ${value}, ${why}, ${ctx.actor.personId}, ${ctx.now})`.execute(
    ctx.db,
  )
  await ctx.emit(
    'showroom.sheetEdited',
    { kind: 'person', id: personId },
    { day: day.toString(), figure, before, after: value },
  )
  ctx.touch('showroom')
}

/** The group that somebody counts with; of the house's own people any leader's who sees them. */
async function groupOf(ctx: Ctx, personId: string, day: Temporal.PlainDate): Promise<string | null> {
  const { rows } = await sql<{ group_id: string | null }>`select group_id from member where person_id = ${personId}
    and from_on <= ${day} and (until_on is null or until_on > ${day})`.execute(ctx.db)
  return rows[0]?.group_id ?? reach(ctx.actor, SHEET_EDITORS).groupIds[0] ?? null
}
