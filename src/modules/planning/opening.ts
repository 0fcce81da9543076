import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'

/** The life of a membership of the planning group. [S1.4.0] */
export const STANDINGS = ['applicant', 'member', 'onExtension', 'out'] as const
export type Standing = (typeof STANDINGS)[number]

export type OpeningStanding = {
  readonly personId: string
  readonly fromOn: Temporal.PlainDate
  readonly state: Standing
  /** Reviews failed in a row so far. */
  readonly strikes: number
  readonly note: string
}

/**
 * How people stand in the planning group on the day of a take-over, with the reviews they failed in a row; the latest row
 * up to a day counts, and one of that day stays. Answers how many were new. [S1.4.0] [S1.4.2b.2]
 */
export async function openStandings(
  ctx: Ctx,
  openingId: string,
  standings: readonly OpeningStanding[],
): Promise<number> {
  const given = standings.map(({ personId, fromOn, ...one }) => ({
    ...{ ...one, person_id: personId, from_on: fromOn.toString() },
  }))
  const { rows } = await sql`
    insert into planning_standing (centre_id, person_id, from_on, state, strikes, note, recorded_by, recorded_at, opening_id)
    select ${ctx.centre.id}, g.person_id, g.from_on, g.state, g.strikes, g.note, ${ctx.actor.personId}, ${ctx.now}, ${openingId}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as g(person_id uuid, from_on date, state text, strikes int, note text)
    on conflict (person_id, from_on) do nothing returning 1`.execute(ctx.db)
  ctx.touch('planning')
  return rows.length
}

export async function forgetOpenStandings(ctx: Ctx, openingId: string): Promise<void> {
  await sql`delete from planning_standing where opening_id = ${openingId}`.execute(ctx.db)
  ctx.touch('planning')
}
