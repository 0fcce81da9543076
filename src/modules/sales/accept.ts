import { sql } from 'kysely'
import { all, yes } from '../../lib/verdict.ts'
import type { Words } from '../../lib/wire.ts'
import { demand } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { deskOf } from '../calls/desk.ts'
import type { LineResult } from '../calls/rules.ts'
import { wrapUp } from '../calls/wrapUp.ts'
import { isAuthorised, productsOn, scriptOf } from '../catalog/catalog.ts'
import type { Disclosure, PayWay, PayWays } from '../catalog/rules.ts'
import { recordAct } from '../customers/consent.ts'
import { warm } from '../leads/attempts.ts'
import { dialFactsOf } from '../leads/facts.ts'
import { announce } from './announce.ts'
import { recount } from './days.ts'
import { enter } from './entries.ts'
import { currencyOf, type JudgeOwn, mayAccept, type Own, premiumOf } from './rules.ts'

export type NewApplication = {
  readonly tabId: string
  /** The call at the desk that closed it. */
  readonly callId: string
  /** As the insurer numbers it, upper case. */
  readonly applicationNo: string
  readonly productId: string
  readonly payWay: PayWay
  /** What the customer pays each time, decimal text in the centre's currency. */
  readonly rawPremium: string
  /** Keys of the script's disclosures that were said. */
  readonly disclosures: readonly string[]
  readonly note: string
  /** What the seller says of a policy that is not a customer's. */
  readonly own: Own | null
}

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

/** The product as it is sold today with the way to pay, and what stands against this application. */
async function judged(ctx: Ctx, asked: NewApplication, judgeOwn: JudgeOwn) {
  const [product] = await productsOn(ctx, ctx.today, { id: asked.productId, listed: true })
  const script = product ? await scriptOf(ctx, product.id) : null
  const { rows } = await sql`
    select 1 from sale where centre_id = ${ctx.centre.id} and application_no = ${asked.applicationNo}`.execute(ctx.db)
  const payTimes = product?.payWays[asked.payWay]
  const verdict = mayAccept(
    {
      authorised: product !== undefined && (await isAuthorised(ctx, ctx.actor.personId, product.id)),
      payWayKnown: payTimes !== undefined,
      rawPremium: asked.rawPremium,
      minPremium: product?.minPremium ?? null,
      taken: rows.length > 0,
      missing: (script?.disclosures ?? []).map(({ key }) => key).filter((key) => !asked.disclosures.includes(key)),
    },
    asked.applicationNo,
  )
  // The line may be down already, with its own word on how it ended.
  const desk = await deskOf(ctx)
  const own = desk?.customerId ? await judgeOwn(ctx, { customerId: desk.customerId, declared: asked.own }) : null
  demand(all(verdict, own?.verdict ?? yes), { kind: 'person', id: ctx.actor.personId })
  const lineResult = (desk?.lineResult ?? 'answered') as LineResult
  return { product: product!, payTimes: payTimes!, lineResult, own }
}

/**
 * Takes an application at the desk: the sale and the wrap-up of the closing call, in one transaction, and the whole
 * floor hears of it. Refused with every reason at once. It is the result of the agent of the closing call and of the group
 * where he is today, as far as it counts; what counts in nothing is not announced. [S4.3.3b] [S4.5.2] [S3.4] [S4.4.11b]
 */
export async function accept(ctx: Ctx, asked: NewApplication, judgeOwn: JudgeOwn): Promise<{ saleId: string }> {
  const { product, payTimes, lineResult, own } = await judged(ctx, asked, judgeOwn)
  const weight = own?.weight ?? '1'
  const { tabId, note, disclosures } = asked
  const wrapped = {
    tabId,
    callId: asked.callId,
    lineResult,
    outcome: 'sale',
    note,
    disclosures,
    callback: null,
  } as const
  const { callId, leadId, customerId } = await wrapUp(ctx, wrapped)
  const batchId = leadId ? ((await dialFactsOf(ctx, [leadId])).get(leadId)?.batchId ?? null) : null
  const premium = premiumOf(asked.rawPremium, payTimes, product.standardFactor)
  const [agentId, groupId] = [ctx.actor.personId, ctx.actor.groupId]
  const { rows } = await sql<{ id: string }>`
    insert into sale (centre_id, application_no, agent_id, group_id, lead_id, batch_id, customer_id, call_id, product_id,
      product_version_id, pay_way, pay_times, raw_premium, annual_premium, standard_premium, currency, state, accepted_at,
      accepted_on, disclosures, version_id, weight)
    values (${ctx.centre.id}, ${asked.applicationNo}, ${agentId}, ${groupId}, ${leadId}, ${batchId}, ${customerId},
      ${callId}, ${product.id}, ${product.versionId}, ${asked.payWay}, ${payTimes}, ${premium.raw}, ${premium.annual},
      ${premium.standard}, ${currencyOf(ctx.centre.country)}, 'accepted', ${ctx.now}, ${ctx.today},
      ${sql.val([...disclosures])}::text[], ${ctx.rules.at(ctx.today).versionOf('S4.3.3b')}, ${weight})
    on conflict (centre_id, application_no) do nothing returning id`.execute(ctx.db)
  const saleId = rows[0]?.id
  // Another desk took the same number in the same instant.
  if (!saleId) {
    const none = { authorised: true, payWayKnown: true, minPremium: null, missing: [], rawPremium: asked.rawPremium }
    demand(mayAccept({ ...none, taken: true }, asked.applicationNo))
    throw new Error('an application number that is taken is refused')
  }
  const of = { id: saleId, agentId, groupId, weight, ...premium }
  await enter(ctx, of, { state: 'accepted', on: ctx.today, source: 'desk' })
  await own?.keep(saleId)
  await recount(ctx, { agentId, groupId, productId: product.id }, null, {
    ...premium,
    ...{ weight, acceptedOn: ctx.today, issuedOn: null, cancelledOn: null },
  })
  const record = { kind: 'sale', id: saleId }
  await recordAct(ctx, { customerId, kind: 'openApplication', from: ctx.now, to: null, record })
  await warm(ctx, customerId)
  if (Number(weight) > 0) await announce(ctx, { saleId, agentId, groupId, product: product.name })
  await ctx.emit('sales.accepted', record, { product: product.id, ...premium })
  ctx.touch('sales', { groupId: groupId ?? undefined })
  ctx.touch('floor')
  return { saleId }
}
