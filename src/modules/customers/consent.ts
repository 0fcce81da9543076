import { sql } from 'kysely'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'

export type NewConsent = {
  readonly customerId: string
  /** What the customer's data may be used for: 'sale', 'service'. */
  readonly purpose: string
  readonly givenAt: Temporal.Instant
  /** Null = no end. */
  readonly expiresAt: Temporal.Instant | null
  /** Where the proof is: a document, a recording, the list's contract. */
  readonly evidence: string
}

/**
 * Records the basis for calling. `by: 'customer'` is the customer's own word to us and may follow a withdrawal; `by:
 * 'list'` is what a list's deliverer says, which never speaks against a withdrawal that we heard ourselves, so those
 * customers are left out. Answers how many were recorded. [S3.6]
 */
export async function giveConsent(
  ctx: Ctx,
  consents: readonly NewConsent[],
  { by }: { by: 'customer' | 'list' },
): Promise<number> {
  if (consents.length === 0) return 0
  const rows = consents.map((consent) => ({
    customer_id: consent.customerId,
    purpose: consent.purpose,
    given_at: consent.givenAt.toString(),
    expires_at: consent.expiresAt?.toString() ?? null,
    evidence: consent.evidence,
  }))
  const { rows: made } = await sql<{ id: string }>`
    insert into consent (centre_id, customer_id, purpose, given_at, expires_at, evidence, recorded_by, recorded_at)
    select ${ctx.centre.id}, r.customer_id, r.purpose, r.given_at, r.expires_at, r.evidence, ${ctx.actor.personId}, ${ctx.now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(customer_id uuid, purpose text, given_at timestamptz, expires_at timestamptz, evidence text)
    where ${by === 'customer'} or not exists (
      select from consent w where w.customer_id = r.customer_id and w.withdrawn_at is not null)
    returning id`.execute(ctx.db)
  ctx.touch('customers')
  return made.length
}

/**
 * The customer takes consent back: one action that ends every basis he gave and stops all calling for whatever purpose,
 * until he consents anew. Works without any consent on record as well. Not found where the customer is not the centre's.
 * [S3.6]
 */
export async function withdrawConsent(
  ctx: Ctx,
  { customerId, evidence }: { customerId: string; evidence: string },
): Promise<{ ended: number }> {
  const customer = await ctx.db
    .selectFrom('customer')
    .select('id')
    .where('id', '=', customerId)
    .where('centre_id', '=', ctx.centre.id)
    .executeTakeFirst()
  if (!customer) throw notFound()
  const { numUpdatedRows } = await ctx.db
    .updateTable('consent')
    .set({ withdrawn_at: ctx.now })
    .where('customer_id', '=', customerId)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst()
  // The withdrawal itself is a row: what was said, and a stop where no consent was ever on record.
  await ctx.db
    .insertInto('consent')
    .values({
      centre_id: ctx.centre.id,
      customer_id: customerId,
      purpose: 'withdrawal',
      given_at: ctx.now,
      withdrawn_at: ctx.now,
      evidence,
      recorded_by: ctx.actor.personId,
      recorded_at: ctx.now,
    })
    .execute()
  await ctx.emit('customers.consentWithdrawn', { kind: 'customer', id: customerId })
  ctx.touch('customers')
  return { ended: Number(numUpdatedRows) }
}

export type NewAct = {
  readonly customerId: string
  readonly kind: 'namedTime' | 'openQuote' | 'openApplication' | 'ownPolicyService' | 'inbound'
  readonly from: Temporal.Instant
  /** Null = open; of an inbound contact only its time counts. */
  readonly to: Temporal.Instant | null
  /** What shows the act: a callback, a sale, a call. Without it nothing warms. */
  readonly record: { readonly kind: string; readonly id: string }
}

/** Records what the customer did, with the record that shows it: it is what makes a contact warm. [S3.6] */
export async function recordAct(ctx: Ctx, act: NewAct): Promise<void> {
  await ctx.db
    .insertInto('customer_act')
    .values({
      centre_id: ctx.centre.id,
      customer_id: act.customerId,
      kind: act.kind,
      from_at: act.from,
      to_at: act.to,
      record_kind: act.record.kind,
      record_id: act.record.id,
      recorded_at: ctx.now,
    })
    .execute()
}

/** Ends an open act (a quote or an application that closed, a callback that was dropped) found by its record. */
export async function endAct(ctx: Ctx, record: { kind: string; id: string }): Promise<void> {
  await sql`
    update customer_act set to_at = greatest(from_at, ${ctx.now}::timestamptz)
    where record_kind = ${record.kind} and record_id = ${record.id} and centre_id = ${ctx.centre.id}
      and (to_at is null or to_at > ${ctx.now})`.execute(ctx.db)
}
