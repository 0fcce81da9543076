import { sql } from 'kysely'
import { z } from 'zod'
import { Day, Id, Instant } from '../../lib/wire.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { maskNumbersIn } from './rules.ts'

/** A number as people see it. */
export const Phone = z.object({
  id: Id,
  masked: z.string(),
  kind: z.string().nullable(),
  homeRegion: z.string().nullable(),
  zones: z.array(z.string()),
  valid: z.boolean(),
  retired: z.boolean(),
  notCalled: z.boolean(),
})
export type Phone = z.infer<typeof Phone>

/** What may be shown of a customer: numbers masked, never whole. */
export const Card = z.object({
  customerId: Id,
  name: z.string().nullable(),
  gender: z.string().nullable(),
  birthday: Day.nullable(),
  region: z.string().nullable(),
  zone: z.string().nullable(),
  wish: z.array(z.tuple([z.string(), z.string()])).nullable(),
  vulnerable: z.boolean(),
  minorUntil: Instant.nullable(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  erasedAt: Instant.nullable(),
  version: z.number(),
  phones: z.array(Phone),
  consents: z.array(
    z.object({
      purpose: z.string(),
      givenAt: Instant,
      expiresAt: Instant.nullable(),
      withdrawnAt: Instant.nullable(),
      evidence: z.string(),
    }),
  ),
  acts: z.array(z.object({ kind: z.string(), from: Instant, to: Instant.nullable(), recordKind: z.string() })),
})
export type Card = z.input<typeof Card>

/**
 * A customer's card: own data, masked numbers, consents and acts (the latest 50 of each). Logs the look. Whether the
 * actor may see this customer is the calling module's decision; not found where the centre has no such customer.
 */
export async function cardOf(ctx: Ctx, customerId: string): Promise<Card> {
  const customer = await ctx.db
    .selectFrom('customer')
    .selectAll()
    .where('id', '=', customerId)
    .where('centre_id', '=', ctx.centre.id)
    .executeTakeFirst()
  if (!customer) throw notFound()
  await ctx.looked('customer', [customerId])
  const consents = await ctx.db
    .selectFrom('consent')
    .select(['purpose', 'given_at as givenAt', 'expires_at as expiresAt', 'withdrawn_at as withdrawnAt', 'evidence'])
    .where('customer_id', '=', customerId)
    .orderBy('given_at', 'desc')
    .limit(50)
    .execute()
  const acts = await ctx.db
    .selectFrom('customer_act')
    .select(['kind', 'from_at as from', 'to_at as to', 'record_kind as recordKind'])
    .where('customer_id', '=', customerId)
    .orderBy('from_at', 'desc')
    .limit(50)
    .execute()
  return {
    customerId,
    name: customer.name,
    gender: customer.gender,
    birthday: customer.birthday,
    region: customer.region,
    zone: customer.zone,
    wish: customer.wish as Card['wish'],
    vulnerable: customer.vulnerable,
    minorUntil: customer.minor_until,
    facts: maskedFacts(customer.facts as Card['facts']),
    erasedAt: customer.erased_at,
    version: customer.version,
    phones: await phonesOf(ctx, customerId),
    consents,
    acts,
  }
}

const maskedFacts = (facts: Card['facts']): Card['facts'] =>
  Object.fromEntries(
    Object.entries(facts).map(([header, value]) => {
      const masked = maskNumbersIn(String(value))
      return [header, masked === String(value) ? value : masked]
    }),
  )

/** A customer's numbers, masked, in the order in which they are tried; those out of use at the end. */
export async function phonesOf(ctx: Ctx, customerId: string): Promise<Phone[]> {
  const { rows } = await sql<Phone>`
    select p.id, p.masked, p.kind, p.home_region as "homeRegion", p.zones, p.valid, p.retired_at is not null as retired,
      exists (select from not_called n where n.hash = p.hash and n.centre_id = p.centre_id
        and (n.until is null or n.until > ${ctx.now})) as "notCalled"
    from phone p where p.customer_id = ${customerId} and p.centre_id = ${ctx.centre.id}
    order by p.retired_at is not null, p.position, p.id`.execute(ctx.db)
  return rows
}

export type KnownNumber = { readonly customerId: string; readonly phoneId: string }

/**
 * Which of these numbers (by hash) the centre knows, by hex of the hash. Sees nothing outside a command or a personal
 * query.
 */
export async function numbersKnown(ctx: Ctx, hashes: readonly Uint8Array[]): Promise<Map<string, KnownNumber>> {
  const bytes = hashes.map((hash) => Buffer.from(hash))
  const { rows } = await sql<{ hex: string; customer_id: string; id: string }>`
    select distinct on (hash) encode(hash, 'hex') as hex, customer_id, id from phone
    where hash = any(${sql.val(bytes)}::bytea[]) and centre_id = ${ctx.centre.id} and retired_at is null
    order by hash, id`.execute(ctx.db)
  return new Map(rows.map((row) => [row.hex, { customerId: row.customer_id, phoneId: row.id }]))
}

/** Customers behind a number, for a call that comes in; several where people share a line. */
export async function findByNumber(ctx: Ctx, e164: string): Promise<{ customerId: string; phoneId: string }[]> {
  const rows = await ctx.db
    .selectFrom('phone')
    .select(['customer_id', 'id'])
    .where('hash', '=', Buffer.from(ctx.hashOf(e164)))
    .where('centre_id', '=', ctx.centre.id)
    .where('retired_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ customerId: row.customer_id, phoneId: row.id }))
}

/**
 * The whole number, E.164: the only function of the house that gives one out. Logs the look. Called by a line that has
 * the gate's yes for this dial; not found where the centre has no such number.
 */
export async function revealNumber(ctx: Ctx, phoneId: string): Promise<string> {
  const phone = await ctx.db
    .selectFrom('phone')
    .select(['e164', 'customer_id'])
    .where('id', '=', phoneId)
    .where('centre_id', '=', ctx.centre.id)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  if (!phone) throw notFound()
  await ctx.looked('customer', [phone.customer_id])
  return phone.e164
}

/** Takes a number out of use, a wrong or dead one: it is dialled no more and stays for the history. */
export async function retireNumber(ctx: Ctx, phoneId: string, why: string): Promise<void> {
  const { numUpdatedRows } = await ctx.db
    .updateTable('phone')
    .set({ retired_at: ctx.now })
    .where('id', '=', phoneId)
    .where('centre_id', '=', ctx.centre.id)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return
  await ctx.emit('customers.numberRetired', { kind: 'phone', id: phoneId }, { why })
  ctx.touch('customers')
}

/** Brings a number back into use: it was taken out by a slip of the hand. */
export async function restoreNumber(ctx: Ctx, phoneId: string): Promise<void> {
  await ctx.db
    .updateTable('phone')
    .set({ retired_at: null })
    .where('id', '=', phoneId)
    .where('centre_id', '=', ctx.centre.id)
    .execute()
  await ctx.emit('customers.numberRestored', { kind: 'phone', id: phoneId })
  ctx.touch('customers')
}
