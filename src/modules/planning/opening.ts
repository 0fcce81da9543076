import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'

/** The life of a membership of the planning group. [S1.4.0] */
export const STANDINGS = ['applicant', 'member', 'onExtension', 'out'] as const
export type Standing = (typeof STANDINGS)[number]

export type OpeningStanding = {
  readonly rowNo: number
  readonly personId: string
  readonly fromOn: Temporal.PlainDate
  readonly state: Standing
  /** Reviews failed in a row so far. */
  readonly strikes: number
  readonly note: string
}

/**
 * How people stand in the planning group on the day of a take-over, with the reviews they failed in a row; the latest row
 * up to a day counts, and one of that day stays. Answers the rows that were new. [S1.4.0] [S1.4.2b.2]
 */
export async function openStandings(
  ctx: Ctx,
  openingId: string,
  standings: readonly OpeningStanding[],
): Promise<Set<number>> {
  const given = standings.map(({ rowNo, personId, fromOn, ...one }) => ({
    ...{ ...one, row_no: rowNo, person_id: personId, from_on: fromOn.toString() },
  }))
  const { rows } = await sql<{ row_no: number }>`
    with fresh as materialized (
      select distinct on (g.person_id, g.from_on) g.* from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as g(row_no int, person_id uuid, from_on date, state text, strikes int, note text)
      where not exists (select from planning_standing p where p.person_id = g.person_id and p.from_on = g.from_on)
      order by g.person_id, g.from_on, g.row_no),
    added as (
      insert into planning_standing (centre_id, person_id, from_on, state, strikes, note, recorded_by, recorded_at, opening_id)
      select ${ctx.centre.id}::uuid, person_id, from_on, state, strikes, note, ${ctx.actor.personId}::uuid,
        ${ctx.now}::timestamptz, ${openingId}::uuid from fresh on conflict do nothing)
    select row_no from fresh`.execute(ctx.db)
  ctx.touch('planning')
  return new Set(rows.map(({ row_no }) => row_no))
}

export async function forgetOpenStandings(ctx: Ctx, openingId: string): Promise<void> {
  await sql`delete from planning_standing where opening_id = ${openingId}`.execute(ctx.db)
  ctx.touch('planning')
}
