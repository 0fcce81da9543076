import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'

/** Kinds of leave with days that can be left over. */
export const LEAVE_KINDS = ['annual', 'inLieu', 'sick', 'marriage', 'maternity', 'paternity', 'other'] as const
export type LeaveKind = (typeof LEAVE_KINDS)[number]

export type OpeningLeave = {
  readonly rowNo: number
  readonly personId: string
  readonly kind: LeaveKind
  readonly asOf: Temporal.PlainDate
  /** Decimal text. */
  readonly days: string
}

/** Keeps what leave people brought along; a balance of that day stays. Answers the rows that were new. */
export async function openLeave(ctx: Ctx, openingId: string, balances: readonly OpeningLeave[]): Promise<Set<number>> {
  const given = balances.map(({ rowNo, personId, asOf, ...one }) => ({
    ...{ ...one, row_no: rowNo, person_id: personId, as_of: asOf.toString() },
  }))
  const { rows } = await sql<{ row_no: number }>`
    with fresh as materialized (
      select distinct on (g.person_id, g.kind, g.as_of) g.* from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as g(row_no int, person_id uuid, kind text, as_of date, days numeric)
      where not exists (select from leave_balance b where b.person_id = g.person_id and b.kind = g.kind and b.as_of = g.as_of)
      order by g.person_id, g.kind, g.as_of, g.row_no),
    added as (
      insert into leave_balance (person_id, kind, as_of, centre_id, days, recorded_by, recorded_at, opening_id)
      select person_id, kind, as_of, ${ctx.centre.id}::uuid, days, ${ctx.actor.personId}::uuid, ${ctx.now}::timestamptz,
        ${openingId}::uuid from fresh on conflict do nothing)
    select row_no from fresh`.execute(ctx.db)
  ctx.touch('leave')
  return new Set(rows.map(({ row_no }) => row_no))
}

export async function forgetOpenLeave(ctx: Ctx, openingId: string): Promise<void> {
  await sql`delete from leave_balance where opening_id = ${openingId}`.execute(ctx.db)
  ctx.touch('leave')
}
