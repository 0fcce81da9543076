import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { Delivery, ForLead, LeadsOfList, Placed } from '../lists/rules.ts'

type Row = { row_no: number; id: string | null; standing_batch: string | null }

/**
 * Puts leads into the company's pool and answers for every row whether it became one. A customer who already has an
 * open lead gets a second only when the new grade is higher (A before B); the old one is then closed as superseded, so
 * that no two people call one customer. A lead that an agent has in hand is never taken away by a list. [S4.4.10a]
 */
export async function createLeads(
  ctx: Ctx,
  delivery: Delivery,
  rows: readonly ForLead[],
): Promise<Map<number, Placed>> {
  const wanted = JSON.stringify(
    rows.map((row) => ({
      row_no: row.rowNo,
      customer_id: row.customerId,
      not_before: row.notBefore?.toString() ?? null,
      renewal_expires_on: row.renewalExpiresOn?.toString() ?? null,
    })),
  )
  // Standing leads are locked first: one that a leader hands down at this moment is then seen in the agent's hands.
  const { rows: made } = await sql<Row>`
    with wanted as materialized (
      select w.*, row_number() over (partition by customer_id order by row_no) = 1 as first
      from jsonb_to_recordset(${wanted}::jsonb)
        as w(row_no int, customer_id uuid, not_before timestamptz, renewal_expires_on date)),
    standing as materialized (
      select l.id, l.customer_id, l.batch_id, l.state = 'agent' or l.grade <= ${delivery.grade} as stays
      from lead l where l.customer_id in (select customer_id from wanted) and l.state <> 'closed'
        and l.centre_id = ${ctx.centre.id}
      order by l.id for update),
    staying as (select distinct on (customer_id) customer_id, batch_id from standing where stays order by customer_id, id),
    superseded as (
      update lead set state = 'closed', closed_as = 'superseded', closed_at = ${ctx.now}, due_at = null, due_band = null,
        version = version + 1
      where id in (select s.id from standing s
        where not exists (select from staying k where k.customer_id = s.customer_id))
      returning id),
    ended as (
      update lead_hold h set until_at = ${ctx.now} from superseded s where h.lead_id = s.id and h.until_at is null),
    fresh as materialized (
      select w.*, uuidv7() as id from wanted w
      where w.first and not exists (select from staying k where k.customer_id = w.customer_id)),
    added as (
      insert into lead (id, centre_id, batch_id, customer_id, product_id, purpose, grade, state, due_at, not_before, renewal_expires_on)
      select id, ${ctx.centre.id}, ${delivery.id}, customer_id, ${delivery.productId}, ${delivery.purpose}, ${delivery.grade},
        'pool', greatest(${ctx.now}, not_before), not_before, renewal_expires_on from fresh),
    held as (
      insert into lead_hold (lead_id, from_at, holder) select id, ${ctx.now}, 'company' from fresh)
    select w.row_no, f.id, k.batch_id as standing_batch from wanted w
      left join fresh f on f.row_no = w.row_no left join staying k on k.customer_id = w.customer_id`.execute(ctx.db)
  return new Map(
    made.map(({ row_no, id, standing_batch }): [number, Placed] => {
      if (id) return [row_no, { leadId: id }]
      // What stands came earlier in the same file, or in these very rows.
      const inFile = standing_batch === null || standing_batch === delivery.id
      return [row_no, { leadId: null, why: inFile ? 'inFile' : 'openLead' }]
    }),
  )
}

/** Customers whose open lead would stay beside a new one of this grade: for a preview, without a lock. */
async function standing(ctx: Ctx, customerIds: readonly string[], grade: string): Promise<Set<string>> {
  if (customerIds.length === 0) return new Set()
  const { rows } = await sql<{ customer_id: string }>`
    select distinct customer_id from lead l
    where l.customer_id = any(${sql.val([...customerIds])}::uuid[]) and l.state <> 'closed' and l.centre_id = ${ctx.centre.id}
      and (l.state = 'agent' or l.grade <= ${grade})`.execute(ctx.db)
  return new Set(rows.map((row) => row.customer_id))
}

/** What lists asks of leads: handed to it where the house is put together. */
export const leadsOfList: LeadsOfList = { create: createLeads, standing }
