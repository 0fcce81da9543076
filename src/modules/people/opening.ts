import { sql } from 'kysely'
import { renewRules } from '../../platform/centre.ts'
import type { Ctx } from '../../platform/context.ts'
import { addPeople, type NewPerson } from './people.ts'
import type { Rank } from './rules.ts'

/* People, units, ranks and past results that a take-over brings along, marked with it so that it can be taken back. */

export type OpeningUnit = {
  readonly kind: 'region' | 'group'
  readonly name: string
  readonly parentId: string
  readonly openedOn: Temporal.PlainDate
}

/** Opens a unit that a take-over names. The caller knows that the name is free and fits under its parent. */
export async function openUnit(ctx: Ctx, openingId: string, unit: OpeningUnit): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into unit (centre_id, kind, parent_id, name, position, opened_on, opening_id)
    select ${ctx.centre.id}, ${unit.kind}, ${unit.parentId}, ${unit.name},
      (select coalesce(max(position) + 1, 0) from unit where parent_id = ${unit.parentId}), ${unit.openedOn}, ${openingId}
    returning id`.execute(ctx.db)
  await renewRules(ctx.db, ctx.centre.id)
  await ctx.emit('people.unitOpened', { kind: 'unit', id: rows[0]!.id }, { kind: unit.kind, opening: openingId })
  return rows[0]!.id
}

/** Enters people of a take-over; see `addPeople`. */
export async function openPeople(ctx: Ctx, openingId: string, people: readonly NewPerson[]): Promise<string[]> {
  const ids = await addPeople(ctx, people)
  await sql`update person set opening_id = ${openingId} where id = any(${sql.val(ids)}::uuid[])`.execute(ctx.db)
  await sql`update person_rank set opening_id = ${openingId} where person_id = any(${sql.val(ids)}::uuid[])`.execute(
    ctx.db,
  )
  return ids
}

export type OpeningRank = {
  readonly rowNo: number
  readonly personId: string
  readonly rank: Rank
  readonly confirmed: boolean
  readonly fromOn: Temporal.PlainDate
}

/** Enters ranks of the past; a day that has one already keeps it. Answers the rows that were new. [S4.4.9] */
export async function openRanks(ctx: Ctx, openingId: string, ranks: readonly OpeningRank[]): Promise<Set<number>> {
  const given = ranks.map(({ rowNo, personId, rank, confirmed, fromOn }) => ({
    ...{ row_no: rowNo, person_id: personId, rank, confirmed, from_on: fromOn.toString() },
  }))
  const { rows } = await sql<{ row_no: number }>`
    with fresh as materialized (
      select distinct on (g.person_id, g.from_on) g.* from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as g(row_no int, person_id uuid, from_on date, rank text, confirmed boolean)
      where not exists (select from person_rank k where k.person_id = g.person_id and k.from_on = g.from_on)
      order by g.person_id, g.from_on, g.row_no),
    added as (
      insert into person_rank (person_id, from_on, rank, confirmed, recorded_by, recorded_at, reason, opening_id)
      select person_id, from_on, rank, confirmed, ${ctx.actor.personId}::uuid, ${ctx.now}::timestamptz, 'opening', ${openingId}::uuid
      from fresh on conflict do nothing)
    select row_no from fresh`.execute(ctx.db)
  ctx.touch('people')
  return new Set(rows.map(({ row_no }) => row_no))
}

export type OpeningSignal = {
  readonly rowNo: number
  readonly personId: string
  readonly name: string
  readonly asOf: Temporal.PlainDate
  /** Decimal text. */
  readonly value: string
  readonly clause: string
}

/** Enters figures of the past about people; one that stands already stays. Answers the rows with something new. */
export async function openSignals(
  ctx: Ctx,
  openingId: string,
  signals: readonly OpeningSignal[],
): Promise<Set<number>> {
  const given = signals.map(({ rowNo, personId, asOf, ...one }) => ({
    ...{ ...one, row_no: rowNo, person_id: personId, as_of: asOf.toString() },
  }))
  const { rows } = await sql<{ row_no: number }>`
    with fresh as materialized (
      select distinct on (g.person_id, g.name, g.as_of) g.* from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as g(row_no int, person_id uuid, name text, as_of date, value numeric, clause text)
      where not exists (select from signal s where s.person_id = g.person_id and s.name = g.name and s.as_of = g.as_of)
      order by g.person_id, g.name, g.as_of, g.row_no),
    added as (
      insert into signal (person_id, name, as_of, value, clause, recorded_at, opening_id)
      select person_id, name, as_of, value, clause, ${ctx.now}::timestamptz, ${openingId}::uuid from fresh
      on conflict do nothing)
    select distinct row_no from fresh`.execute(ctx.db)
  return new Set(rows.map(({ row_no }) => row_no))
}

/**
 * Takes back the people, ranks, results and units of a take-over. Whoever has an account has begun to work here and stays,
 * and so does the unit that he or anybody sits in. Answers how many stayed.
 */
export async function forgetOpenPeople(ctx: Ctx, openingId: string): Promise<{ people: number; units: number }> {
  await sql`delete from signal where opening_id = ${openingId}`.execute(ctx.db)
  const going = sql`select p.id from person p where p.opening_id = ${openingId} and p.centre_id = ${ctx.centre.id}
    and not exists (select from account_name a where a.id = p.id)`
  await sql`delete from person_rank where opening_id = ${openingId} and person_id not in (
    select id from person where opening_id = ${openingId})`.execute(ctx.db)
  for (const table of ['signal', 'person_rank', 'membership', 'role_grant'])
    await sql`delete from ${sql.table(table)} where person_id in (${going})`.execute(ctx.db)
  await sql`delete from person where id in (${going})`.execute(ctx.db)
  // Groups before the regions above them.
  for (const kind of ['group', 'region'])
    await sql`delete from unit u where u.opening_id = ${openingId} and u.kind = ${kind}
      and not exists (select from membership m where m.unit_id = u.id)
      and not exists (select from role_grant g where g.unit_id = u.id)
      and not exists (select from unit below where below.parent_id = u.id)`.execute(ctx.db)
  await renewRules(ctx.db, ctx.centre.id)
  const { rows } = await sql<{ people: number; units: number }>`
    select (select count(*) from person where opening_id = ${openingId})::int as people,
      (select count(*) from unit where opening_id = ${openingId})::int as units`.execute(ctx.db)
  ctx.touch('people')
  return rows[0]!
}
