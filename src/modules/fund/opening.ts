import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'

export type OpeningFund = {
  readonly rowNo: number
  readonly unitId: string
  /** Decimal text in the centre's currency, not negative. */
  readonly amount: string
  readonly currency: string
  readonly on: Temporal.PlainDate
  readonly note: string
}

/** What a group's own money was on the day of a take-over; a group has one such entry. Answers the rows that were new. [S4.7.3] */
export async function openFunds(ctx: Ctx, openingId: string, funds: readonly OpeningFund[]): Promise<Set<number>> {
  const given = funds.map(({ rowNo, unitId, on, ...one }) => ({
    ...{ ...one, row_no: rowNo, unit_id: unitId, on: on.toString() },
  }))
  const { rows } = await sql<{ row_no: number }>`
    with fresh as materialized (
      select distinct on (g.unit_id) g.* from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as g(row_no int, unit_id uuid, amount numeric, currency text, "on" date, note text)
      where not exists (select from fund_entry e where e.unit_id = g.unit_id and e.kind = 'opening')
      order by g.unit_id, g.row_no),
    added as (
      insert into fund_entry (centre_id, unit_id, kind, amount, currency, occurred_on, note, recorded_by, recorded_at, opening_id)
      select ${ctx.centre.id}::uuid, unit_id, 'opening', amount, currency, "on", note, ${ctx.actor.personId}::uuid,
        ${ctx.now}::timestamptz, ${openingId}::uuid from fresh)
    select row_no from fresh`.execute(ctx.db)
  ctx.touch('fund')
  return new Set(rows.map(({ row_no }) => row_no))
}

export async function forgetOpenFunds(ctx: Ctx, openingId: string): Promise<void> {
  await sql`delete from fund_entry where opening_id = ${openingId}`.execute(ctx.db)
  ctx.touch('fund')
}
