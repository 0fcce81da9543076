import { sql } from 'kysely'
import { homeOf } from '../../lib/homeRegion.ts'
import type { JudgedNumber } from '../../lib/phoneNumber.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { nameKeys } from '../people/names.ts'
import { numbersKnown } from './customers.ts'

/** A number that lib/phoneNumber.ts took, as `numberOf` answers it. */
export type NewPhone = Pick<
  Extract<JudgedNumber, { ok: true }>,
  'e164' | 'country' | 'type' | 'valid' | 'fictional' | 'shown'
> & {
  /** HMAC of e164 in hex, where the caller has reckoned it already. */
  readonly hash?: string
}

export type NewCustomer = {
  readonly name?: string | null
  readonly gender?: string | null
  readonly birthday?: Temporal.PlainDate | null
  /** As the list gives it: in China the two digits of the province. */
  readonly region?: string | null
  /** IANA zone, where the list or the customer says so; the number's own zones hold as well. */
  readonly zone?: string | null
  /** Wall-clock windows the customer asked to be called in. */
  readonly wish?: readonly (readonly [from: string, to: string])[] | null
  /** Columns that fit no field of ours, by their header. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>
  readonly phones: readonly [NewPhone, ...NewPhone[]]
}

export type AddedCustomer = {
  readonly customerId: string
  /** One for each number given, in its order. */
  readonly phoneIds: readonly string[]
  /** One of the numbers was known before, in the centre or further up in the same rows. */
  readonly existing: boolean
}

/**
 * Adds customers in bulk, in a handful of statements however many rows; 1,000 a call is a good measure. A number known
 * in the centre leads to the customer behind it, whose empty fields are filled and whose own data win over the list's.
 * Answers one line a row, in the rows' order.
 */
export async function addCustomers(ctx: Ctx, rows: readonly NewCustomer[]): Promise<AddedCustomer[]> {
  if (rows.length === 0) return []
  // Two imports of one centre wait for each other here, or both would make a customer of the same new number.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`customers.add ${ctx.centre.id}`}, 0))`.execute(ctx.db)
  const hashes = rows.map((row) => row.phones.map((phone) => phone.hash ?? hexOf(ctx, phone.e164)))
  const known = await numbersKnown(ctx, bytesOf(hashes.flat()))

  /** The row that first brought a number, and through it the row whose customer a later one is. */
  const first = new Map<string, number>()
  const places = rows.map((_, n) => {
    const own = hashes[n]!
    const customerId = own.map((hash) => known.get(hash)?.customerId).find((id) => id !== undefined)
    const earlier = own.map((hash) => first.get(hash)).find((at) => at !== undefined)
    for (const hash of own) if (!first.has(hash)) first.set(hash, earlier ?? n)
    return { customerId, earlier }
  })
  const fresh = places.flatMap((place, n) => (place.customerId || place.earlier !== undefined ? [] : [n]))
  const made = await insertCustomers(ctx, rows, fresh)
  const customerOf = (n: number): string => {
    const { customerId, earlier } = places[n]!
    return customerId ?? (earlier === undefined ? made.get(n)! : customerOf(earlier))
  }
  await fillCustomers(
    ctx,
    rows.flatMap((row, n) => (made.has(n) ? [] : [{ id: customerOf(n), row }])),
  )
  const phones = rows.flatMap((row, n) =>
    row.phones.map((phone, position) => ({ customerId: customerOf(n), hash: hashes[n]![position]!, phone, position })),
  )
  const ids = await insertPhones(ctx, phones, new Set(made.values()))
  ctx.touch('customers')
  return rows.map((row, n) => {
    const customerId = customerOf(n)
    const phoneIds = row.phones.map((_, position) => ids.get(`${customerId} ${hashes[n]![position]!}`)!)
    return { customerId, phoneIds, existing: !made.has(n) }
  })
}

const hexOf = (ctx: Ctx, e164: string) => Buffer.from(ctx.hashOf(e164)).toString('hex')
const bytesOf = (hashes: readonly string[]) => [...new Set(hashes)].map((hash) => Buffer.from(hash, 'hex'))

const fieldsOf = (row: NewCustomer) => ({
  name: row.name ?? null,
  name_keys: row.name ? nameKeys(row.name) : null,
  gender: row.gender ?? null,
  birthday: row.birthday?.toString() ?? null,
  region: row.region ?? null,
  zone: row.zone ?? null,
  wish: row.wish ?? null,
  facts: row.facts ?? {},
})

const FIELDS = sql`name text, name_keys text, gender text, birthday date, region text, zone text, wish jsonb, facts jsonb`

/** Inserts the customers of these rows and answers the new ids by row. */
async function insertCustomers(ctx: Ctx, rows: readonly NewCustomer[], at: readonly number[]) {
  const given = at.map((n) => ({ n, ...fieldsOf(rows[n]!) }))
  if (given.length === 0) return new Map<number, string>()
  const { rows: made } = await sql<{ n: number; id: string }>`
    with given as materialized (
      select uuidv7() as id, r.* from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as r(n int, ${FIELDS})
    ), added as (
      insert into customer (id, centre_id, name, name_keys, gender, birthday, region, zone, wish, facts, created_at)
      select id, ${ctx.centre.id}, name, name_keys, gender, birthday, region, zone, wish, facts, ${ctx.now} from given
    )
    select n, id from given`.execute(ctx.db)
  return new Map(made.map((row) => [row.n, row.id]))
}

/** Fills what is empty on customers known before; what stands there stays. */
async function fillCustomers(ctx: Ctx, known: readonly { id: string; row: NewCustomer }[]) {
  const given = new Map(known.map(({ id, row }) => [id, { id, ...fieldsOf(row) }]))
  if (given.size === 0) return
  await sql`
    update customer c set name = coalesce(c.name, r.name), name_keys = coalesce(c.name_keys, r.name_keys),
      gender = coalesce(c.gender, r.gender), birthday = coalesce(c.birthday, r.birthday),
      region = coalesce(c.region, r.region), zone = coalesce(c.zone, r.zone), wish = coalesce(c.wish, r.wish),
      facts = r.facts || c.facts, version = c.version + 1
    from jsonb_to_recordset(${JSON.stringify([...given.values()])}::jsonb) as r(id uuid, ${FIELDS})
    where c.id = r.id and c.centre_id = ${ctx.centre.id} and c.erased_at is null`.execute(ctx.db)
}

type Placed = {
  readonly customerId: string
  readonly hash: string
  readonly phone: NewPhone
  readonly position: number
}

/**
 * Inserts numbers that their customers do not have yet; answers every id by customer and hash. `fresh` are customers who
 * were made just now and so have none: nobody looks for theirs.
 */
async function insertPhones(
  ctx: Ctx,
  phones: readonly Placed[],
  fresh: ReadonlySet<string> = new Set(),
): Promise<Map<string, string>> {
  const given = phones.map(({ customerId, hash, phone, position }) => {
    const home = homeOf(phone.e164)
    return {
      customer_id: customerId,
      hex: hash,
      position,
      e164: phone.e164,
      masked: phone.shown,
      country: phone.country,
      kind: phone.type,
      home_region: home.region,
      zones: home.zones,
      valid: phone.valid,
      fictional: phone.fictional,
    }
  })
  const known = [...new Set(phones.map((phone) => phone.customerId))].filter((id) => !fresh.has(id))
  // The numbers that are there already, counted once: asked row by row, a young table without statistics was read whole
  // for each of a thousand rows.
  const { rows: added } = await sql<{ key: string; id: string }>`
    insert into phone (centre_id, customer_id, position, e164, hash, masked, country, kind, home_region, zones, valid,
      fictional)
    select ${ctx.centre.id}, r.customer_id,
      r.position + coalesce(c.numbers, 0), r.e164, decode(r.hex, 'hex'),
      r.masked, r.country, r.kind, r.home_region, r.zones, r.valid, r.fictional
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as r(customer_id uuid, position int, e164 text, hex text, masked text, country text, kind text, home_region text,
        zones text[], valid boolean, fictional boolean)
      left join (select customer_id, count(*)::int as numbers from phone
        where customer_id = any(${sql.val(known)}::uuid[]) group by customer_id) c on c.customer_id = r.customer_id
    on conflict (centre_id, hash, customer_id) do nothing
    returning customer_id::text || ' ' || encode(hash, 'hex') as key, id`.execute(ctx.db)
  const ids = new Map(added.map((row) => [row.key, row.id]))
  const there = phones.filter(({ customerId, hash }) => !ids.has(`${customerId} ${hash}`))
  if (there.length === 0) return ids
  const owners = there.map(({ customerId }) => customerId)
  const bytes = there.map(({ hash }) => Buffer.from(hash, 'hex'))
  const { rows } = await sql<{ key: string; id: string }>`
    select p.customer_id::text || ' ' || encode(p.hash, 'hex') as key, p.id
    from phone p join unnest(${sql.val(owners)}::uuid[], ${sql.val(bytes)}::bytea[]) as g(customer_id, hash)
      on p.customer_id = g.customer_id and p.hash = g.hash`.execute(ctx.db)
  for (const { key, id } of rows) ids.set(key, id)
  return ids
}

/**
 * One more number of a known customer, as he named it himself; one that was taken out of use comes back. Not found where
 * the centre has no such customer.
 */
export async function addNumber(ctx: Ctx, customerId: string, phone: NewPhone): Promise<{ phoneId: string }> {
  const { rows } = await sql`select 1 from customer
    where id = ${customerId} and centre_id = ${ctx.centre.id} and erased_at is null for update`.execute(ctx.db)
  if (rows.length === 0) throw notFound()
  const hash = hexOf(ctx, phone.e164)
  const ids = await insertPhones(ctx, [{ customerId, hash, phone, position: 0 }])
  const phoneId = ids.get(`${customerId} ${hash}`)!
  await sql`update phone set retired_at = null where id = ${phoneId} and retired_at is not null`.execute(ctx.db)
  ctx.touch('customers')
  return { phoneId }
}
