import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { type AddedCustomer, addCustomers, type NewCustomer } from './add.ts'
import type { DoNotCallList, StopReason } from './rules.ts'

/* Customers, consents and do-not-call numbers that a take-over brings along, marked with it. */

/** Adds customers of a take-over; see `addCustomers`. Those who were known before keep their own mark. */
export async function openCustomers(
  ctx: Ctx,
  openingId: string,
  rows: readonly NewCustomer[],
): Promise<AddedCustomer[]> {
  const added = await addCustomers(ctx, rows)
  const fresh = added.flatMap(({ customerId, existing }) => (existing ? [] : [customerId]))
  await sql`update customer set opening_id = ${openingId} where id = any(${sql.val(fresh)}::uuid[])`.execute(ctx.db)
  return added
}

export type OpeningConsent = {
  readonly rowNo: number
  readonly customerId: string
  readonly purpose: string
  readonly givenAt: Temporal.Instant
  readonly expiresAt: Temporal.Instant | null
  /** Taken back: it then stops all calling, as any withdrawal does. */
  readonly withdrawnAt: Temporal.Instant | null
  readonly evidence: string
}

/** Records what customers agreed to, or took back, before. Answers the rows that were new. [S3.6] */
export async function openConsents(
  ctx: Ctx,
  openingId: string,
  consents: readonly OpeningConsent[],
): Promise<Set<number>> {
  const given = consents.map((one) => ({
    ...{ row_no: one.rowNo, customer_id: one.customerId, purpose: one.purpose, evidence: one.evidence },
    ...{ given_at: one.givenAt.toString(), expires_at: one.expiresAt?.toString() ?? null },
    withdrawn_at: one.withdrawnAt?.toString() ?? null,
  }))
  const { rows } = await sql<{ row_no: number }>`
    with fresh as materialized (
      select distinct on (g.customer_id, g.purpose, g.given_at, g.withdrawn_at) g.*
      from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(row_no int, customer_id uuid, purpose text,
        given_at timestamptz, expires_at timestamptz, withdrawn_at timestamptz, evidence text)
      where not exists (select from consent c where c.customer_id = g.customer_id and c.purpose = g.purpose
        and c.given_at = g.given_at and c.withdrawn_at is not distinct from g.withdrawn_at)
      order by g.customer_id, g.purpose, g.given_at, g.withdrawn_at, g.row_no),
    added as (
      insert into consent (centre_id, customer_id, purpose, given_at, expires_at, withdrawn_at, evidence, recorded_by,
        recorded_at, opening_id)
      select ${ctx.centre.id}::uuid, customer_id, purpose, given_at, expires_at, withdrawn_at, evidence,
        ${ctx.actor.personId}::uuid, ${ctx.now}::timestamptz, ${openingId}::uuid from fresh)
    select row_no from fresh`.execute(ctx.db)
  ctx.touch('customers')
  return new Set(rows.map(({ row_no }) => row_no))
}

export type OpeningStop = {
  readonly rowNo: number
  /** HMAC of the number, hex. */
  readonly hash: string
  readonly masked: string
  readonly list: DoNotCallList
  readonly since: Temporal.Instant
  readonly reason: StopReason
}

/** Puts numbers on their lists; one that stands there already gets no second row. Answers the rows that were new. [S3.6] */
export async function openStops(ctx: Ctx, openingId: string, stops: readonly OpeningStop[]): Promise<Set<number>> {
  const given = stops.map(({ rowNo, since, hash, ...rest }) => ({
    ...{ ...rest, row_no: rowNo, hex: hash, since: since.toString() },
  }))
  const { rows } = await sql<{ row_no: number }>`
    with given as (
      select distinct on (r.list, r.hex) r.*, decode(r.hex, 'hex') as hash
      from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as r(row_no int, hex text, masked text, list text, since timestamptz, reason text)
      order by r.list, r.hex, r.row_no
    ), fresh as materialized (
      select g.* from given g where not exists (
        select from do_not_call d where d.hash = g.hash and d.centre_id = ${ctx.centre.id} and d.list = g.list
          and d.until is null and not exists (select from do_not_call c where c.corrects = d.id))
    ), added as (
      insert into do_not_call (centre_id, list, hash, masked, since, reason, source_kind, recorded_by, recorded_at, opening_id)
      select ${ctx.centre.id}, list, hash, masked, since, reason, 'opening', ${ctx.actor.personId}, ${ctx.now}, ${openingId}
      from fresh on conflict do nothing
    )
    select row_no from fresh`.execute(ctx.db)
  ctx.touch('customers')
  return new Set(rows.map((row) => row.row_no))
}

/** Says that a list of others was brought up to date on a day: its age is counted from it. */
export async function listTaken(
  ctx: Ctx,
  { list, asOf, entries }: { list: DoNotCallList; asOf: Temporal.Instant; entries: number },
): Promise<void> {
  await sql`
    insert into do_not_call_list (centre_id, list, as_of, entries, recorded_by, recorded_at)
    values (${ctx.centre.id}, ${list}, ${asOf}, ${entries}, ${ctx.actor.personId}, ${ctx.now})
    on conflict (centre_id, list, as_of) do update set entries = do_not_call_list.entries + excluded.entries`.execute(
    ctx.db,
  )
}

type Act = {
  readonly customerId: string
  readonly kind: 'namedTime' | 'openApplication'
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant | null
  readonly record: { readonly kind: string; readonly id: string }
}

/** Records what customers did before, with the record that shows it; see `recordAct`. */
export async function openActs(ctx: Ctx, acts: readonly Act[]): Promise<void> {
  if (acts.length === 0) return
  const given = acts.map(({ customerId, kind, from, to, record }) => ({
    ...{ customer_id: customerId, kind, from_at: from.toString(), to_at: to?.toString() ?? null },
    ...{ record_kind: record.kind, record_id: record.id },
  }))
  await sql`
    insert into customer_act (centre_id, customer_id, kind, from_at, to_at, record_kind, record_id, recorded_at)
    select ${ctx.centre.id}, g.customer_id, g.kind, g.from_at, g.to_at, g.record_kind, g.record_id, ${ctx.now}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(customer_id uuid, kind text, from_at timestamptz,
      to_at timestamptz, record_kind text, record_id uuid)`.execute(ctx.db)
}

/** Takes back consents, do-not-call numbers and the acts of these records. */
export async function forgetOpenWords(ctx: Ctx, openingId: string, records: readonly string[]): Promise<void> {
  await sql`delete from consent where opening_id = ${openingId}`.execute(ctx.db)
  await sql`delete from do_not_call where opening_id = ${openingId}`.execute(ctx.db)
  await sql`delete from customer_act where record_id = any(${sql.val([...records])}::uuid[])
    and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  ctx.touch('customers')
}

/** Takes back customers of a take-over whom nothing of the house stands on: the caller knows which. */
export async function forgetOpenCustomers(ctx: Ctx, openingId: string, ids: readonly string[]): Promise<void> {
  const going = sql`select id from customer where id = any(${sql.val([...ids])}::uuid[]) and opening_id = ${openingId}`
  for (const table of ['customer_act', 'consent', 'phone'])
    await sql`delete from ${sql.table(table)} where customer_id in (${going})`.execute(ctx.db)
  await sql`delete from customer where id in (${going})`.execute(ctx.db)
}
