import { sql } from 'kysely'
import { productsOn } from '../src/modules/catalog/catalog.ts'
import type { PayWay } from '../src/modules/catalog/rules.ts'
import { phonesOf } from '../src/modules/customers/customers.ts'
import { stopCalling } from '../src/modules/customers/doNotCall.ts'
import { announce } from '../src/modules/sales/announce.ts'
import { recount } from '../src/modules/sales/days.ts'
import { enter } from '../src/modules/sales/entries.ts'
import { move } from '../src/modules/sales/move.ts'
import { premiumOf } from '../src/modules/sales/rules.ts'
import type { Actor } from '../src/platform/actor.ts'
import type { Ctx } from '../src/platform/context.ts'
import type { Chance } from './chance.ts'
import { idAt, type PlayedDay } from './history.ts'

/* What follows from the calls of a played day: applications, their way to the policy, numbers that are called no more. */

/** The same work at another moment and by another person, for what is written after the fact. */
export const asOf = (ctx: Ctx, at: number, actor: Actor = ctx.actor): Ctx => ({
  ...ctx,
  now: Temporal.Instant.fromEpochMilliseconds(at),
  actor,
})

/** Enters the application of every call that sold; with `aloud` the floor was told, as it is on the days it reads of. */
export async function takeApplications(ctx: Ctx, played: PlayedDay, dice: Chance, aloud: boolean): Promise<void> {
  const sold = played.calls.filter(({ outcome }) => outcome === 'sale')
  const products = new Map((await productsOn(ctx, ctx.today)).map((product) => [product.id, product]))
  for (const [n, call] of sold.entries()) {
    const product = products.get(call.lead.productId)!
    const [payWay, payTimes] = dice.pick(Object.entries(product.payWays) as [PayWay, number][])
    const least = product.minPremium ?? 100
    const raw = String(
      Math.round((least * dice.between(10, 35)) / 10 / 10) * 10 * (payTimes === 1 && least < 1000 ? 8 : 1),
    )
    const premium = premiumOf(raw, payTimes, product.standardFactor)
    const saleId = idAt(call.endedAt, dice)
    const { agentId, groupId } = call
    await sql`
      insert into sale (id, centre_id, application_no, agent_id, group_id, lead_id, batch_id, customer_id, call_id, product_id,
        product_version_id, pay_way, pay_times, raw_premium, annual_premium, standard_premium, currency, state, accepted_at,
        accepted_on, disclosures, version_id)
      values (${saleId}, ${ctx.centre.id}, ${`${ctx.today.toString().replaceAll('-', '')}${String(n + 1).padStart(3, '0')}`},
        ${agentId}, ${groupId}, ${call.lead.id}, ${call.lead.batchId}, ${call.lead.customerId}, ${call.id}, ${product.id},
        ${product.versionId}, ${payWay}, ${payTimes}, ${premium.raw}, ${premium.annual}, ${premium.standard}, 'CNY', 'accepted',
        ${Temporal.Instant.fromEpochMilliseconds(call.wrappedAt)}, ${ctx.today},
        (select array_agg(d ->> 'key') from script s, jsonb_array_elements(s.disclosures) d where s.product_id = ${product.id}),
        ${ctx.rules.at(ctx.today).versionOf('S4.3.3b')})`.execute(ctx.db)
    const at = asOf(ctx, call.wrappedAt, { ...ctx.actor, personId: agentId })
    const of = { id: saleId, agentId, groupId, weight: '1', ...premium }
    await enter(at, of, { state: 'accepted', on: ctx.today, source: 'desk' })
    const counted = { ...premium, acceptedOn: ctx.today, issuedOn: null, cancelledOn: null }
    await recount(at, { agentId, groupId, productId: product.id }, null, counted)
    if (aloud) await announce(at, { saleId, agentId, groupId, product: product.name })
  }
}

/** The evening's entries of the data officer: cases go on to underwriting, to payment, to the policy. */
export async function moveCases(ctx: Ctx, dice: Chance): Promise<void> {
  const { rows } = await sql<{ id: string; state: string; version: number; age: number }>`
    select id, state, version, ${ctx.today}::date - accepted_on as age from sale
    where centre_id = ${ctx.centre.id} and state in ('accepted', 'issued') order by id`.execute(ctx.db)
  for (const { id, state, version, age } of rows) {
    const to =
      state === 'accepted'
        ? age >= 2 && dice.is(0.6)
          ? 'issued'
          : null
        : age >= 9 && dice.is(0.02)
          ? 'cancelledInCoolingOff'
          : null
    const lost = state === 'accepted' && age >= 4 && dice.is(0.06)
    if (!to && !lost) continue
    await move(ctx, { saleId: id, state: lost ? 'declined' : to!, occurredOn: ctx.today, note: '', version })
  }
}

/** Customers who refused for good: every number of theirs is called no more, from that call on. */
export async function stopNumbers(ctx: Ctx, played: PlayedDay): Promise<void> {
  for (const call of played.calls)
    if (call.outcome === 'refusedForGood')
      for (const { id: phoneId } of await phonesOf(ctx, call.lead.customerId))
        await stopCalling(asOf(ctx, call.wrappedAt), {
          ...{ phoneId, list: 'own', reason: 'customerRefused', source: { kind: 'call', id: call.id } },
        })
}
