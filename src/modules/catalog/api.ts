import { z } from 'zod'
import { Day, DayIn, Id, Words } from '../../lib/wire.ts'
import type { Role } from '../../platform/actor.ts'
import { command, demand, query } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import {
  addProduct,
  addScript,
  addVersion,
  authorise,
  authorisedFor,
  endAuthorisation,
  productsOn,
  scriptOf,
  setListed,
} from './catalog.ts'
import { mayTakeEffect, PAY_WAYS } from './rules.ts'

/*
 * What the centre sells: products with dated figures, scripts with their disclosures, and who may sell what. A case and
 * a call keep the version that was in force. Not prices or underwriting, which are the insurer's; not training, which
 * decides who is fit to be authorised.
 */

/** Those who decide what is sold and how it is said. */
const KEEPERS = ['deptManager'] as const satisfies readonly Role[]
/** Those who decide who may sell it. */
const AUTHORISERS = ['trainer', 'deptManager'] as const satisfies readonly Role[]
const READERS = ['trainer', 'deptManager', 'um', 'tl', 'qualityInspector'] as const satisfies readonly Role[]

const PayWays = z.partialRecord(z.enum(PAY_WAYS), z.int().min(1).max(12))
const Product = z.object({
  id: Id,
  code: z.string(),
  name: Words,
  subject: z.string(),
  listed: z.boolean(),
  effectiveOn: Day,
  payWays: PayWays,
  standardFactor: z.number(),
  minPremium: z.number().nullable(),
})
const Script = z.object({
  id: Id,
  number: z.number(),
  effectiveOn: Day,
  sections: z.array(z.object({ key: z.string(), title: Words, text: Words })),
  disclosures: z.array(z.object({ key: z.string(), text: Words })),
})

/** 简体 may be left out: it follows from 繁體. */
const Written = z.object({
  hant: z.string().trim().min(1).max(4000),
  hans: z.string().trim().max(4000).optional(),
  en: z.string().trim().min(1).max(4000),
})
const Key = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/)
const Figures = z.object({
  effectiveOn: DayIn.optional(),
  payWays: PayWays.refine((ways) => Object.keys(ways).length > 0, { error: 'at least one way to pay' }),
  standardFactor: z.number().min(0).max(10),
  minPremium: z.number().min(0).nullable(),
})
const distinct = (items: readonly { key: string }[]) => new Set(items.map(({ key }) => key)).size === items.length
const NewScript = z.object({
  productId: Id,
  effectiveOn: DayIn.optional(),
  sections: z
    .array(z.object({ key: Key, title: Written, text: Written }))
    .min(1)
    .refine(distinct, { error: 'a key stands twice' }),
  disclosures: z.array(z.object({ key: Key, text: Written })).refine(distinct, { error: 'a key stands twice' }),
})
const Nothing = z.object({})

/** What is entered here takes effect today or later. [S1.5.2] */
const demandAhead = (ctx: Ctx, on: Temporal.PlainDate | undefined) =>
  demand(mayTakeEffect(on ?? ctx.today, ctx.today), { kind: 'product', id: null })

export const catalog = {
  products: query({
    may: 'everyone',
    input: Nothing,
    output: z.object({ products: z.array(Product) }),
    summary: 'Products with the figures in force today; agents see those that are sold now',
    run: async (ctx) => {
      const all = ctx.actor.roles.some((role) => (READERS as readonly Role[]).includes(role))
      return { products: await productsOn(ctx, ctx.today, all ? {} : { listed: true }) }
    },
  }),
  script: query({
    may: 'everyone',
    input: z.object({ productId: Id }),
    output: z.object({ script: Script.nullable() }),
    summary: 'The script of a product in force today, with its disclosures',
    run: async (ctx, { productId }) => {
      const script = await scriptOf(ctx, productId)
      return {
        script: script && { ...script, sections: [...script.sections], disclosures: [...script.disclosures] },
      }
    },
  }),
  authorised: query({
    may: READERS,
    input: z.object({ productId: Id }),
    output: z.object({
      people: z.array(
        z.object({ personId: Id, name: z.string(), staffNo: z.string(), fromOn: Day, untilOn: Day.nullable() }),
      ),
    }),
    summary: 'Who may sell a product today',
    run: async (ctx, { productId }) => ({ people: await authorisedFor(ctx, productId) }),
  }),
  addProduct: command({
    may: KEEPERS,
    input: Figures.extend({ code: z.string().trim().min(1).max(20), name: Written, subject: Key }),
    output: z.object({ id: Id }),
    summary: 'Enters a product with its first figures',
    run: async (ctx, product) => {
      demandAhead(ctx, product.effectiveOn)
      return { id: await addProduct(ctx, product) }
    },
  }),
  addVersion: command({
    may: KEEPERS,
    input: Figures.extend({ productId: Id }),
    output: Nothing,
    summary: 'Gives a product new figures from a day on',
    run: async (ctx, { productId, ...version }) => {
      demandAhead(ctx, version.effectiveOn)
      await addVersion(ctx, productId, version)
      return {}
    },
  }),
  setListed: command({
    may: KEEPERS,
    input: z.object({ productId: Id, listed: z.boolean() }),
    output: Nothing,
    summary: 'Takes a product out of sale or back into it',
    run: async (ctx, { productId, listed }) => {
      await setListed(ctx, productId, listed)
      return {}
    },
  }),
  addScript: command({
    may: KEEPERS,
    input: NewScript,
    output: z.object({ id: Id }),
    summary: 'Publishes a script of a product from a day on',
    run: async (ctx, { productId, ...script }) => {
      demandAhead(ctx, script.effectiveOn)
      return { id: await addScript(ctx, productId, script) }
    },
  }),
  authorise: command({
    may: AUTHORISERS,
    input: z.object({ productId: Id, personIds: z.array(Id).min(1).max(500), untilOn: DayIn.nullish() }),
    output: z.object({ authorised: z.number() }),
    summary: 'Lets people sell a product from today on',
    run: async (ctx, input) => ({ authorised: await authorise(ctx, input) }),
  }),
  endAuthorisation: command({
    may: AUTHORISERS,
    input: z.object({ productId: Id, personId: Id }),
    output: Nothing,
    summary: 'Ends a person’s authorisation from today on',
    run: async (ctx, { productId, personId }) => {
      await endAuthorisation(ctx, productId, personId)
      return {}
    },
  }),
}
