import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { Delivery, ForLead, LeadsOfList, Placed } from '../lists/rules.ts'
import { bandAt, type ClosedAs } from './rules.ts'

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

/** A lead as it stood in the books of before. */
export type OpeningLead = {
  readonly rowNo: number
  readonly batchId: string
  readonly productId: string
  readonly purpose: string
  readonly grade: string
  readonly customerId: string
  readonly groupId: string | null
  readonly holderId: string | null
  /** Tries so far; the times of all but the last are not known. */
  readonly tries: number
  readonly lastTryAt: Temporal.Instant | null
  /** As calls names outcomes. */
  readonly lastOutcome: string
  /** When it is to be called next; null = closed. */
  readonly dueAt: Temporal.Instant | null
  readonly warmUntil: Temporal.Instant | null
  readonly closedAs: ClosedAs | null
}

/**
 * Puts leads of a take-over where they were: with the company, a group or an agent, with the tries that were made, so that
 * the attempt plan goes on from there. A customer who has an open lead already gets no second. Of tries whose time is not
 * known each is set a day before the next, outside the bands. Answers the id by row; absent = not taken. [S4.4.10a] [S4.4.10b]
 */
export async function openLeads(
  ctx: Ctx,
  openingId: string,
  leads: readonly OpeningLead[],
): Promise<Map<number, string>> {
  const bands = ctx.rules.at(ctx.today).get('dial.blocks')
  const given = leads.map((one) => {
    const last = one.lastTryAt?.toZonedDateTimeISO(ctx.centre.timeZone)
    return {
      ...{
        row_no: one.rowNo,
        batch_id: one.batchId,
        product_id: one.productId,
        purpose: one.purpose,
        grade: one.grade,
      },
      ...{ customer_id: one.customerId, group_id: one.groupId, holder_id: one.holderId, tries: one.tries },
      ...{ last_at: one.lastTryAt?.toString() ?? null, outcome: one.lastOutcome, closed_as: one.closedAs },
      ...{ due_at: one.dueAt?.toString() ?? null, warm: one.warmUntil?.toString() ?? null },
      state: one.closedAs ? 'closed' : one.holderId ? 'agent' : one.groupId ? 'group' : 'pool',
      band: last ? (bandAt(bands, last.toPlainTime()) ?? 'outside') : null,
    }
  })
  const { centre, now } = ctx
  const { rows } = await sql<{ row_no: number; id: string }>`
    with given as materialized (
      select g.*, row_number() over (partition by g.customer_id order by g.closed_as nulls first, g.row_no) as place
      from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(row_no int, batch_id uuid, product_id uuid, purpose text,
        grade text, customer_id uuid, group_id uuid, holder_id uuid, tries int, last_at timestamptz, outcome text,
        closed_as text, due_at timestamptz, warm timestamptz, state text, band text)),
    fresh as materialized (
      select g.*, uuidv7() as id from given g where g.place = 1 and not exists (
        select from lead l where l.customer_id = g.customer_id and l.centre_id = ${centre.id} and l.state <> 'closed')
        and not exists (select from lead l where l.customer_id = g.customer_id and l.batch_id = g.batch_id)),
    added as (
      insert into lead (id, centre_id, batch_id, customer_id, product_id, purpose, grade, state, group_id, holder_id, held_since,
        tries, first_try_at, last_try_at, due_at, warm_until, closed_as, closed_at)
      select id, ${centre.id}, batch_id, customer_id, product_id, purpose, grade, state, group_id, holder_id,
        case when holder_id is not null then ${now}::timestamptz end, tries,
        case when tries > 0 then last_at - (tries - 1) * interval '1 day' end, case when tries > 0 then last_at end,
        due_at, warm, closed_as, case when closed_as is not null then coalesce(last_at, ${now}::timestamptz) end
      from fresh),
    held as (
      insert into lead_hold (lead_id, from_at, holder, group_id, person_id)
      select id, ${now}::timestamptz, case state when 'agent' then 'agent' when 'group' then 'group' else 'company' end, group_id,
        holder_id from fresh where state <> 'closed'),
    tried as (
      insert into lead_attempt (lead_id, round, number, at, occurred_on, band, weekday, agent_id, call_id, outcome)
      select f.id, 1, n, t.at, (t.at at time zone ${centre.timeZone})::date,
        case when n = f.tries then f.band else 'outside' end,
        extract(isodow from t.at at time zone ${centre.timeZone})::int,
        coalesce(f.holder_id, ${ctx.actor.personId}::uuid), ${openingId}::uuid,
        case when n = f.tries then f.outcome else 'notReached' end
      from fresh f cross join lateral generate_series(1, f.tries) n
        cross join lateral (select f.last_at - (f.tries - n) * interval '1 day' as at) t
      where f.tries > 0 and f.last_at is not null)
    select row_no, id from fresh`.execute(ctx.db)
  return new Map(rows.map(({ row_no, id }) => [row_no, id]))
}

/**
 * Takes back leads of these lists whose id lies behind `after`, at most `most` looked at, that nobody has called since and
 * that are in nobody's hand at the moment. Answers the last id that was looked at; null = there are no further ones.
 */
export async function forgetOpenLeads(
  ctx: Ctx,
  openingId: string,
  asked: { batchIds: readonly string[]; inHand: readonly string[]; after: string; most: number },
): Promise<string | null> {
  // By the order of their ids: what went before is not looked at again, however many there are.
  const { rows } = await sql<{ id: string; called: boolean }>`
    select l.id, l.id = any(${sql.val([...asked.inHand])}::uuid[]) or exists (
      select from lead_attempt a where a.lead_id = l.id and a.call_id <> ${openingId}) as called
    from lead l where l.id > ${asked.after} and l.batch_id = any(${sql.val([...asked.batchIds])}::uuid[])
      and l.centre_id = ${ctx.centre.id}
    order by l.id limit ${asked.most} for update`.execute(ctx.db)
  const ids = sql.val(rows.flatMap(({ id, called }) => (called ? [] : [id])))
  for (const table of ['lead_attempt', 'lead_hold'])
    await sql`delete from ${sql.table(table)} where lead_id = any(${ids}::uuid[])`.execute(ctx.db)
  await sql`delete from lead where id = any(${ids}::uuid[])`.execute(ctx.db)
  ctx.touch('leads')
  return rows.at(-1)?.id ?? null
}
