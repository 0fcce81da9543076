import { sql } from 'kysely'
import { simplified } from '../../lib/simplified.ts'
import type { Words } from '../../lib/wire.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { type Disclosure, freeCode, freeDay, mayAuthorise, type PayWays, type Section } from './rules.ts'

/** Text as it is written: simplified characters follow from the traditional ones where they are not given. */
export type WrittenWords = { readonly hant: string; readonly hans?: string | undefined; readonly en: string }

const inThree = ({ hant, hans, en }: WrittenWords): Words => ({ hant, hans: hans || simplified(hant), en })

export type ProductVersion = {
  readonly versionId: string
  readonly effectiveOn: Temporal.PlainDate
  readonly payWays: PayWays
  /** Standard premium for each unit of annual premium. */
  readonly standardFactor: number
  /** In the centre's currency, per payment; null = none. */
  readonly minPremium: number | null
}
export type Product = ProductVersion & {
  readonly id: string
  readonly code: string
  readonly name: Words
  /** What the calls about it count as for frequency caps. */
  readonly subject: string
  readonly listed: boolean
}

type ProductRow = {
  id: string
  code: string
  name: Words
  subject: string
  listed: boolean
  version_id: string
  effective_on: Temporal.PlainDate
  pay_ways: PayWays
  standard_factor: string
  min_premium: string | null
}

const toProduct = (row: ProductRow): Product => ({
  id: row.id,
  code: row.code,
  name: row.name,
  subject: row.subject,
  listed: row.listed,
  versionId: row.version_id,
  effectiveOn: row.effective_on,
  payWays: row.pay_ways,
  standardFactor: Number(row.standard_factor),
  minPremium: row.min_premium === null ? null : Number(row.min_premium),
})

/** Products with the version in force on a day, in the order of their codes; without one the product is not sold yet. */
export async function productsOn(ctx: Ctx, day: Temporal.PlainDate, only?: { id?: string; listed?: boolean }) {
  const { rows } = await sql<ProductRow>`
    select p.id, p.code, p.name, p.subject, p.listed, v.id as version_id, v.effective_on, v.pay_ways, v.standard_factor,
      v.min_premium
    from product p cross join lateral (
      select id, effective_on, pay_ways, standard_factor, min_premium from product_version
      where product_id = p.id and effective_on <= ${day} order by effective_on desc limit 1
    ) v
    where p.centre_id = ${ctx.centre.id} ${only?.id ? sql`and p.id = ${only.id}` : sql``}
      ${only?.listed ? sql`and p.listed` : sql``}
    order by p.code`.execute(ctx.db)
  return rows.map(toProduct)
}

/** Every version of every product of the centre, the earliest first: for cases of days gone by. */
export async function versionsOf(ctx: Ctx): Promise<Product[]> {
  const { rows } = await sql<ProductRow>`
    select p.id, p.code, p.name, p.subject, p.listed, v.id as version_id, v.effective_on, v.pay_ways, v.standard_factor,
      v.min_premium
    from product p join product_version v on v.product_id = p.id
    where p.centre_id = ${ctx.centre.id} order by p.code, v.effective_on`.execute(ctx.db)
  return rows.map(toProduct)
}

/** A product of the centre with the version in force on a day (default today); not found when there is none. */
export async function productOf(ctx: Ctx, productId: string, day = ctx.today): Promise<Product> {
  const [product] = await productsOn(ctx, day, { id: productId })
  if (!product) throw notFound()
  return product
}

export type Script = {
  readonly id: string
  readonly number: number
  readonly effectiveOn: Temporal.PlainDate
  readonly sections: readonly Section[]
  readonly disclosures: readonly Disclosure[]
}

/** The script of a product in force on a day (default today): the latest by effective day, then by number; null for none. */
export async function scriptOf(ctx: Ctx, productId: string, day = ctx.today): Promise<Script | null> {
  const { rows } = await sql<{
    id: string
    number: number
    effective_on: Temporal.PlainDate
    sections: Section[]
    disclosures: Disclosure[]
  }>`
    select s.id, s.number, s.effective_on, s.sections, s.disclosures from script s join product p on p.id = s.product_id
    where p.id = ${productId} and p.centre_id = ${ctx.centre.id} and s.effective_on <= ${day}
    order by s.effective_on desc, s.number desc limit 1`.execute(ctx.db)
  const row = rows[0]
  return row
    ? {
        id: row.id,
        number: row.number,
        effectiveOn: row.effective_on,
        sections: row.sections,
        disclosures: row.disclosures,
      }
    : null
}

/** Whether a person may sell a product on a day (default today). */
export async function isAuthorised(ctx: Ctx, personId: string, productId: string, day = ctx.today): Promise<boolean> {
  const { rows } = await sql`
    select 1 from authorisation where person_id = ${personId} and product_id = ${productId} and from_on <= ${day}
      and (until_on is null or until_on > ${day}) limit 1`.execute(ctx.db)
  return rows.length > 0
}

/** The product, locked against a twin of the same command; not found in another centre. */
async function lockProduct(ctx: Ctx, productId: string): Promise<void> {
  const { rows } = await sql`select 1 from product where id = ${productId} and centre_id = ${ctx.centre.id}
    for update`.execute(ctx.db)
  if (rows.length === 0) throw notFound()
}

export type NewVersion = Omit<ProductVersion, 'versionId' | 'effectiveOn'> & {
  /** Absent = today. */
  readonly effectiveOn?: Temporal.PlainDate | undefined
}

async function insertVersion(ctx: Ctx, productId: string, version: NewVersion): Promise<void> {
  await sql`insert into product_version (product_id, effective_on, pay_ways, standard_factor, min_premium)
    values (${productId}, ${version.effectiveOn ?? ctx.today}, ${JSON.stringify(version.payWays)}::jsonb,
      ${version.standardFactor}, ${version.minPremium})`.execute(ctx.db)
}

/** Enters a product with its first version. Returns its id. */
export async function addProduct(
  ctx: Ctx,
  product: NewVersion & { readonly code: string; readonly name: WrittenWords; readonly subject: string },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into product (centre_id, code, name, subject)
    values (${ctx.centre.id}, ${product.code}, ${JSON.stringify(inThree(product.name))}::jsonb, ${product.subject})
    on conflict (centre_id, code) do nothing returning id`.execute(ctx.db)
  const id = rows[0]?.id
  demand(freeCode(id === undefined, product.code), { kind: 'product', id: null })
  await insertVersion(ctx, id!, product)
  await ctx.emit('catalog.productAdded', { kind: 'product', id: id! })
  ctx.touch('catalog')
  return id!
}

/** Gives a product new figures from a day on; cases taken before keep theirs. A centre that moves in brings past days. */
export async function addVersion(ctx: Ctx, productId: string, version: NewVersion): Promise<void> {
  await lockProduct(ctx, productId)
  const on = version.effectiveOn ?? ctx.today
  const subject = { kind: 'product', id: productId }
  const { rows } = await sql`select 1 from product_version where product_id = ${productId}
    and effective_on = ${on}`.execute(ctx.db)
  demand(freeDay(rows.length > 0, on), subject)
  await insertVersion(ctx, productId, version)
  await ctx.emit('catalog.versionAdded', subject, { effectiveOn: on.toString() })
  ctx.touch('catalog')
}

/** Whether agents can be put on a product; what is under way goes on. */
export async function setListed(ctx: Ctx, productId: string, listed: boolean): Promise<void> {
  await lockProduct(ctx, productId)
  await sql`update product set listed = ${listed} where id = ${productId}`.execute(ctx.db)
  await ctx.emit('catalog.listed', { kind: 'product', id: productId }, { listed })
  ctx.touch('catalog')
}

export type NewScript = {
  /** Absent = today. */
  readonly effectiveOn?: Temporal.PlainDate | undefined
  readonly sections: readonly { readonly key: string; readonly title: WrittenWords; readonly text: WrittenWords }[]
  readonly disclosures: readonly { readonly key: string; readonly text: WrittenWords }[]
}

/** Publishes a script as the next number; earlier ones stay with the calls that were made on them. Returns its id. */
export async function addScript(ctx: Ctx, productId: string, script: NewScript): Promise<string> {
  await lockProduct(ctx, productId)
  const on = script.effectiveOn ?? ctx.today
  const subject = { kind: 'product', id: productId }
  const sections = script.sections.map(({ key, title, text }) => ({ key, title: inThree(title), text: inThree(text) }))
  const disclosures = script.disclosures.map(({ key, text }) => ({ key, text: inThree(text) }))
  const { rows } = await sql<{ id: string }>`
    insert into script (product_id, number, effective_on, sections, disclosures)
    select ${productId}, coalesce(max(number), 0) + 1, ${on}, ${JSON.stringify(sections)}::jsonb,
      ${JSON.stringify(disclosures)}::jsonb from script where product_id = ${productId} returning id`.execute(ctx.db)
  await ctx.emit('catalog.scriptAdded', subject, { effectiveOn: on.toString() })
  ctx.touch('catalog')
  return rows[0]!.id
}

/** Lets people sell a product from a day on (default today), where they may not already. Nobody does it for himself. */
export async function authorise(
  ctx: Ctx,
  given: {
    readonly productId: string
    readonly personIds: readonly string[]
    readonly fromOn?: Temporal.PlainDate | undefined
    readonly untilOn?: Temporal.PlainDate | null | undefined
  },
): Promise<number> {
  await lockProduct(ctx, given.productId)
  const subject = { kind: 'product', id: given.productId }
  demand(mayAuthorise(ctx.actor.personId, given.personIds), subject)
  const fromOn = given.fromOn ?? ctx.today
  const { rows } = await sql<{ person_id: string }>`
    insert into authorisation (person_id, product_id, from_on, until_on)
    select n.id, ${given.productId}, ${fromOn}, ${given.untilOn ?? null} from person_name n
    where n.centre_id = ${ctx.centre.id} and n.id = any(${[...given.personIds]}::uuid[])
      and not exists (select from authorisation a where a.person_id = n.id and a.product_id = ${given.productId}
        and (a.until_on is null or a.until_on > ${fromOn}))
    on conflict (person_id, product_id, from_on) do update set until_on = excluded.until_on
    returning person_id`.execute(ctx.db)
  for (const { person_id } of rows) await ctx.emit('catalog.authorised', { kind: 'person', id: person_id }, subject)
  ctx.touch('catalog')
  return rows.length
}

/** Ends a person's authorisation from today on; the next dial for it is refused. */
export async function endAuthorisation(ctx: Ctx, productId: string, personId: string): Promise<void> {
  await lockProduct(ctx, productId)
  const { rows } = await sql`
    update authorisation set until_on = greatest(from_on, ${ctx.today}) where product_id = ${productId}
      and person_id = ${personId} and (until_on is null or until_on > ${ctx.today}) returning 1`.execute(ctx.db)
  if (rows.length === 0) throw notFound()
  await ctx.emit('catalog.authorisationEnded', { kind: 'person', id: personId }, { kind: 'product', id: productId })
  ctx.touch('catalog')
}

/** Who may sell a product today, in the order of names. */
export async function authorisedFor(ctx: Ctx, productId: string) {
  const { rows } = await sql<{
    person_id: string
    name: string
    staff_no: string
    from_on: Temporal.PlainDate
    until_on: Temporal.PlainDate | null
  }>`
    select a.person_id, n.name, n.staff_no, a.from_on, a.until_on from authorisation a
      join person_name n on n.id = a.person_id join product p on p.id = a.product_id
    where a.product_id = ${productId} and p.centre_id = ${ctx.centre.id} and (a.until_on is null or a.until_on > ${ctx.today})
    order by n.name collate "zh-Hans-x-icu", n.id`.execute(ctx.db)
  return rows.map((row) => ({
    personId: row.person_id,
    name: row.name,
    staffNo: row.staff_no,
    fromOn: row.from_on,
    untilOn: row.until_on,
  }))
}
