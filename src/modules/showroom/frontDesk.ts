import { sql } from 'kysely'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { hasNumber } from '../arrivals/rules.ts'
import { addCustomers } from '../customers/add.ts'
import { giveConsent, recordAct } from '../customers/consent.ts'
import { findByNumber } from '../customers/customers.ts'
import { numberOf } from '../customers/numbers.ts'
import { warm } from '../leads/attempts.ts'
import { tellSales } from './book.ts'
import { type DealRow, dealsOf } from './deals.ts'
import { append, type Deal, lockDeal, openDeal, openDealOf } from './keep.ts'
import type { State } from './rules.ts'

/* The front desk: who is expected, who has come, and who of the showroom is free for him. */

export type Host = {
  readonly personId: string
  readonly name: string
  /** Customers of his who came today and are not yet received. */
  readonly waiting: number
  readonly today: number
}

/** Who of the showroom works today, whoever has the fewest customers first. */
async function hostsOf(ctx: Ctx): Promise<Host[]> {
  const { rows } = await sql<Host>`
    select m.person_id as "personId", m.name,
      (select count(*) from deal d where d.sales_id = m.person_id and d.state = 'visited')::int as waiting,
      (select count(*) from deal_step e join deal d on d.id = e.deal_id where d.sales_id = m.person_id
        and e.kind = 'visit' and e.occurred_on = ${ctx.today} and e.centre_id = ${ctx.centre.id})::int as today
    from member m left join attendance_of_day t on t.person_id = m.person_id and t.day = ${ctx.today}
    where m.centre_id = ${ctx.centre.id} and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today})
      and (m.employed_until is null or m.employed_until > ${ctx.today}) and coalesce(t.excused_by, '') <> 'leave'
      and exists (select from granted_role g where g.person_id = m.person_id and g.role = 'showroomSales'
        and g.from_on <= ${ctx.today} and (g.until_on is null or g.until_on > ${ctx.today}))
    order by waiting, today, m.name collate "zh-Hans-x-icu", m.person_id`.execute(ctx.db)
  return rows
}

/** Today at the front desk: who is expected today or was, who came, and who is there for them. */
export async function todayAtDesk(ctx: Ctx): Promise<{ deals: DealRow[]; hosts: Host[] }> {
  const zone = ctx.centre.timeZone
  const deals = await dealsOf(
    ctx,
    // By the index of the open deals and by that of today's entries.
    sql<boolean>`d.id in (
      select o.id from deal o where o.centre_id = ${ctx.centre.id} and o.state not in ('delivered', 'lost')
        and (o.appointed_at at time zone ${zone})::date = ${ctx.today}
      union select e.deal_id from deal_step e
        where e.centre_id = ${ctx.centre.id} and e.occurred_on = ${ctx.today} and e.kind = 'visit')`,
  )
  return { deals, hosts: await hostsOf(ctx) }
}

export type Found = {
  /** Null for a customer who is called by us and has no appointment. */
  readonly dealId: string | null
  readonly customerId: string
  readonly customer: string | null
  readonly phone: string | null
  readonly appointedAt: Temporal.Instant | null
  readonly agent: string | null
  readonly salesId: string | null
  readonly sales: string | null
  readonly state: State | null
}

/**
 * Who stands at the front desk, by what he says of his number: the last digits find those who are expected or came before,
 * the whole number whoever we know. Nobody's leads can be looked through by it, and every question is kept.
 */
export async function findVisitor(ctx: Ctx, digits: string): Promise<Found[]> {
  const number = numberOf(ctx, digits)
  const known = number.ok ? (await findByNumber(ctx, number.e164)).map(({ customerId }) => customerId) : []
  const { rows } = await sql<Found>`
    select d.id as "dealId", c.id as "customerId", c.name as customer, f.masked as phone, d.appointed_at as "appointedAt",
      coalesce(a.name, h.name) as agent, d.sales_id as "salesId", s.name as sales, d.state
    from customer_card c
      join lateral (select masked from phone_card where customer_id = c.id and retired_at is null order by position limit 1) f on true
      left join deal d on d.customer_id = c.id and d.state not in ('delivered', 'lost')
      left join person_name a on a.id = d.agent_id left join person_name s on s.id = d.sales_id
      left join lead_held l on l.customer_id = c.id and l.state = 'agent' left join person_name h on h.id = l.holder_id
    where c.centre_id = ${ctx.centre.id} and (c.id = any(${sql.val(known)}::uuid[])
      or (d.id is not null and exists (select from phone_card p where p.customer_id = c.id and p.retired_at is null
        and right(p.masked, 4) = ${digits.slice(-4)})))
    order by d.appointed_at nulls last, c.id limit 20`.execute(ctx.db)
  await ctx.looked(
    'customer',
    rows.map(({ customerId }) => customerId),
  )
  await ctx.emit('showroom.lookedUp', { kind: 'person', id: ctx.actor.personId }, { found: rows.length })
  return rows
}

/** The customer came in: what he does himself makes his lead a warm one. */
async function came(ctx: Ctx, deal: Deal, salesId: string | null): Promise<{ dealId: string }> {
  const record = { kind: 'deal', id: deal.id }
  await recordAct(ctx, { customerId: deal.customer_id, kind: 'inbound', from: ctx.now, to: null, record })
  await warm(ctx, deal.customer_id)
  if (salesId) await tellSales(ctx, salesId, 'showroom.arrived', deal.id, ctx.now)
  return { dealId: deal.id }
}

/** Whose a visit is: of whoever invited him, else of whoever receives him, else of the front desk. */
const countsFor = (ctx: Ctx, deal: Deal, salesId: string | null) => deal.agent_id ?? salesId ?? ctx.actor.personId

/** Records a visit: of an appointment, or of a customer whom we call, who is then his agent's. [S2.2.1] */
export async function visit(
  ctx: Ctx,
  input: { dealId: string | null; customerId: string; salesId: string | null },
): Promise<{ dealId: string }> {
  const { salesId } = input
  if (input.dealId) {
    const deal = await lockDeal(ctx, input.dealId)
    await append(ctx, deal, { kind: 'visit', personId: countsFor(ctx, deal, salesId), salesId })
    return await came(ctx, deal, salesId ?? deal.sales_id)
  }
  const { rows: customers } = await sql`select 1 from customer_card
    where id = ${input.customerId} and centre_id = ${ctx.centre.id} and erased_at is null`.execute(ctx.db)
  if (customers.length === 0) throw notFound()
  return await visitOf(ctx, input.customerId, salesId, null)
}

async function visitOf(ctx: Ctx, customerId: string, salesId: string | null, productId: string | null) {
  const standing = await openDealOf(ctx, customerId)
  const { rows } = await sql<{ id: string; holder_id: string | null; group_id: string | null; product_id: string }>`
    select id, holder_id, group_id, product_id from lead_held where customer_id = ${customerId} and state <> 'closed'
    order by holder_id is null, id limit 1`.execute(ctx.db)
  const lead = rows[0]
  const fresh = {
    ...{
      customerId,
      leadId: lead?.id ?? null,
      agentId: lead?.holder_id ?? null,
      groupId: lead?.group_id ?? null,
      salesId,
    },
    productId: productId ?? lead?.product_id ?? null,
  }
  const deal = standing ?? (await openDeal(ctx, fresh, 'visited'))
  const event = { kind: 'visit', personId: countsFor(ctx, deal, salesId), salesId, productId } as const
  await append(ctx, deal, event, { fresh: standing === null })
  return await came(ctx, deal, salesId ?? deal.sales_id)
}

export type WalkIn = {
  readonly name: string
  readonly number: string
  readonly productId: string | null
  readonly salesId: string | null
  /** He agreed to be called afterwards; without it the gate refuses every dial. */
  readonly agreed: boolean
}

/** Records the visit of somebody nobody expected. One whom we know already keeps his agent. [S2.2.1] */
export async function walkIn(ctx: Ctx, given: WalkIn): Promise<{ dealId: string }> {
  const number = numberOf(ctx, given.number)
  demand(hasNumber(number.ok ? null : number.code))
  if (!number.ok) throw notFound()
  const [added] = await addCustomers(ctx, [{ name: given.name || null, phones: [number] }])
  const { customerId } = added!
  const consent = { customerId, purpose: 'sale', givenAt: ctx.now, expiresAt: null, evidence: '到店登記' }
  if (given.agreed) await giveConsent(ctx, [consent], { by: 'customer' })
  return await visitOf(ctx, customerId, given.salesId, given.productId)
}
