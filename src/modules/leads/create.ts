import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'

/** What a lead takes over from the delivery it came with. */
export type Delivery = {
  readonly id: string
  readonly productId: string
  readonly purpose: string
  readonly grade: string
}

export type NewLead = {
  readonly rowNo: number
  readonly customerId: string
  readonly notBefore?: Temporal.Instant | null | undefined
  readonly renewalExpiresOn?: Temporal.PlainDate | null | undefined
}

/**
 * Puts leads into the company's pool; answers which rows became one. A customer who already has an open lead gets a
 * second only when the new grade is higher (A before B); the old lead is then closed as superseded, so that no two
 * people call one customer. A lead that an agent has in hand is never taken away by a list. [S4.4.10a]
 */
export async function createLeads(
  ctx: Ctx,
  delivery: Delivery,
  rows: readonly NewLead[],
): Promise<Map<number, string>> {
  const wanted = JSON.stringify(
    rows.map((row) => ({
      row_no: row.rowNo,
      customer_id: row.customerId,
      not_before: row.notBefore?.toString() ?? null,
      renewal_expires_on: row.renewalExpiresOn?.toString() ?? null,
    })),
  )
  const { rows: made } = await sql<{ row_no: number; id: string }>`
    with wanted as (
      select distinct on (customer_id) * from jsonb_to_recordset(${wanted}::jsonb)
        as w(row_no int, customer_id uuid, not_before timestamptz, renewal_expires_on date)
      order by customer_id, row_no),
    standing as (
      select l.id, l.customer_id, l.state = 'agent' or l.grade <= ${delivery.grade} as stays
      from lead l join wanted w on w.customer_id = l.customer_id
      where l.state <> 'closed' and l.centre_id = ${ctx.centre.id}),
    superseded as (
      update lead set state = 'closed', closed_as = 'superseded', closed_at = ${ctx.now}, due_at = null, version = version + 1
      where id in (select s.id from standing s
        where not exists (select from standing k where k.customer_id = s.customer_id and k.stays))),
    fresh as (
      select w.*, uuidv7() as id from wanted w
      where not exists (select from standing s where s.customer_id = w.customer_id and s.stays)),
    added as (
      insert into lead (id, centre_id, batch_id, customer_id, product_id, purpose, grade, state, due_at, not_before, renewal_expires_on)
      select id, ${ctx.centre.id}, ${delivery.id}, customer_id, ${delivery.productId}, ${delivery.purpose}, ${delivery.grade},
        'pool', greatest(${ctx.now}, not_before), not_before, renewal_expires_on from fresh
      returning id),
    held as (
      insert into lead_hold (lead_id, from_at, holder) select id, ${ctx.now}, 'company' from fresh)
    select f.row_no, f.id from fresh f join added a on a.id = f.id`.execute(ctx.db)
  return new Map(made.map((row) => [row.row_no, row.id]))
}
