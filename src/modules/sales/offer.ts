import type { Words } from '../../lib/wire.ts'
import type { Ctx } from '../../platform/context.ts'
import { isAuthorised, productsOn, scriptOf } from '../catalog/catalog.ts'
import type { Disclosure, PayWays } from '../catalog/rules.ts'
import { currencyOf } from './rules.ts'

/** A product that the actor may sell now, with the figures and the disclosures that an application needs. */
export type Offered = {
  readonly id: string
  readonly code: string
  readonly name: Words
  readonly payWays: PayWays
  readonly standardFactor: number
  readonly minPremium: number | null
  readonly disclosures: readonly Disclosure[]
}

/** What the form of an application needs: the products that the actor may sell today. */
export async function offered(ctx: Ctx): Promise<{ currency: string; products: Offered[] }> {
  const products: Offered[] = []
  for (const product of await productsOn(ctx, ctx.today, { listed: true })) {
    if (!(await isAuthorised(ctx, ctx.actor.personId, product.id))) continue
    const { id, code, name, payWays, standardFactor, minPremium } = product
    const disclosures = (await scriptOf(ctx, id))?.disclosures ?? []
    products.push({ id, code, name, payWays, standardFactor, minPremium, disclosures })
  }
  return { currency: currencyOf(ctx.centre.country), products }
}
