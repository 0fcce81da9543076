import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'

export type OpeningFund = {
  readonly unitId: string
  /** Decimal text in the centre's currency, not negative. */
  readonly amount: string
  readonly currency: string
  readonly on: Temporal.PlainDate
  readonly note: string
}

/** What a group's own money was on the day of a take-over; a group has one such entry. Answers how many were new. [S4.7.3] */
export async function openFunds(ctx: Ctx, openingId: string, funds: readonly OpeningFund[]): Promise<number> {
  const given = funds.map(({ unitId, on, ...one }) => ({ ...one, unit_id: unitId, on: on.toString() }))
  const { rows } = await sql`
    insert into fund_entry (centre_id, unit_id, kind, amount, currency, occurred_on, note, recorded_by, recorded_at, opening_id)
    select ${ctx.centre.id}, g.unit_id, 'opening', g.amount, g.currency, g."on", g.note, ${ctx.actor.personId}, ${ctx.now},
      ${openingId}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as g(unit_id uuid, amount numeric, currency text, "on" date, note text)
    on conflict (unit_id) where kind = 'opening' do nothing returning 1`.execute(ctx.db)
  ctx.touch('fund')
  return rows.length
}

export async function forgetOpenFunds(ctx: Ctx, openingId: string): Promise<void> {
  await sql`delete from fund_entry where opening_id = ${openingId}`.execute(ctx.db)
  ctx.touch('fund')
}
