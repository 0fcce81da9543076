import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'

/** Kinds of leave with days that can be left over. */
export const LEAVE_KINDS = ['annual', 'inLieu', 'sick', 'marriage', 'maternity', 'paternity', 'other'] as const
export type LeaveKind = (typeof LEAVE_KINDS)[number]

export type OpeningLeave = {
  readonly personId: string
  readonly kind: LeaveKind
  readonly asOf: Temporal.PlainDate
  /** Decimal text. */
  readonly days: string
}

/** Keeps what leave people brought along; a balance of that day stays. Answers how many were new. */
export async function openLeave(ctx: Ctx, openingId: string, balances: readonly OpeningLeave[]): Promise<number> {
  const given = balances.map(({ personId, asOf, ...one }) => ({ ...one, person_id: personId, as_of: asOf.toString() }))
  const { rows } = await sql`
    insert into leave_balance (person_id, kind, as_of, centre_id, days, recorded_by, recorded_at, opening_id)
    select g.person_id, g.kind, g.as_of, ${ctx.centre.id}, g.days, ${ctx.actor.personId}, ${ctx.now}, ${openingId}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(person_id uuid, kind text, as_of date, days numeric)
    on conflict (person_id, kind, as_of) do nothing returning 1`.execute(ctx.db)
  ctx.touch('leave')
  return rows.length
}

export async function forgetOpenLeave(ctx: Ctx, openingId: string): Promise<void> {
  await sql`delete from leave_balance where opening_id = ${openingId}`.execute(ctx.db)
  ctx.touch('leave')
}
