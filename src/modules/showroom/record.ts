import { sql } from 'kysely'
import { all, yes } from '../../lib/verdict.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { closeLeads } from '../leads/move.ts'
import { notifyAll, settle } from '../notices/notices.ts'
import { append, type Deal, lockDeal, lostCause, settleDeal } from './keep.ts'
import {
  canAppoint,
  canHaveBeen,
  freeOrder,
  hasOrder,
  type LostReason,
  mayDecideLost,
  mayTakeBack,
  type Step,
} from './rules.ts'

/* What the showroom records of a customer, and the two-person way out of a deal. */

export type Recorded = {
  readonly dealId: string
  readonly step: Step
  readonly version: number
  /** The day on which it was; default today. */
  readonly on: Temporal.PlainDate | null
  readonly at: Temporal.Instant | null
  readonly productId: string | null
  readonly orderNo: string
  readonly note: string
}

async function judge(ctx: Ctx, asked: Recorded) {
  const { rows } = await sql`select 1 from deal where centre_id = ${ctx.centre.id} and order_no = ${asked.orderNo}
    and id <> ${asked.dealId}`.execute(ctx.db)
  const ordered = asked.step === 'order'
  return all(
    canHaveBeen(asked.on ?? ctx.today, ctx.today),
    ordered ? hasOrder(asked) : yes,
    ordered ? freeOrder(rows.length > 0, asked.orderNo) : yes,
    asked.step === 'appointment' ? canAppoint(asked.at ?? ctx.now, ctx.now) : yes,
  )
}

/** Records a step of a customer of one's own, or of somebody's who is away. Whoever records it receives him. [S2.2.1] */
export async function record(ctx: Ctx, asked: Recorded): Promise<{ version: number }> {
  const deal = await lockDeal(ctx, asked.dealId, asked.version)
  const subject = { kind: 'deal', id: deal.id }
  demand(await judge(ctx, asked), subject)
  const { step, note } = asked
  const salesId = deal.sales_id ?? ctx.actor.personId
  const after = await append(ctx, deal, {
    ...{ kind: step, personId: salesId, salesId, note, on: asked.on ?? ctx.today },
    ...(step === 'appointment' && { appointedAt: asked.at }),
    ...(step === 'order' && { orderNo: asked.orderNo, productId: asked.productId }),
    ...(step === 'testDrive' && { productId: asked.productId }),
  })
  if (step === 'order') await won(ctx, after)
  return { version: after.version }
}

/** An order ends the calling and is told to the whole house at once. [S4.3.3b] */
async function won(ctx: Ctx, deal: Deal): Promise<void> {
  if (deal.lead_id) await closeLeads(ctx, sql`l.id = ${deal.lead_id}`, 'sale')
  const rules = ctx.rules.at(ctx.today, deal.group_id)
  if (rules.has('sale.applaud') && !rules.get('sale.applaud')) return
  const { rows } = await sql<{ id: string; name: { hant: string; hans: string; en: string } | null }>`
    select u.id, (select name from product_listed where id = ${deal.product_id}) as name from org_unit u
    where u.centre_id = ${ctx.centre.id} and u.kind = 'centre'`.execute(ctx.db)
  const { id: unitId, name } = rows[0]!
  await notifyAll(ctx, [
    {
      ...{ kind: 'praise', unitId, key: 'showroom.ordered', clause: 'S4.3.3b', cause: `order.${deal.id}` },
      values: { personId: deal.agent_id ?? deal.sales_id!, ...(name ? { product: name } : { product: '' }) },
      validUntil: ctx.now.add({ minutes: 30 }),
    },
  ])
}

async function managers(ctx: Ctx): Promise<string[]> {
  const { rows } = await sql<{ person_id: string }>`select distinct person_id from granted_role
    where centre_id = ${ctx.centre.id} and role = 'deptManager' and from_on <= ${ctx.today}
      and (until_on is null or until_on > ${ctx.today})`.execute(ctx.db)
  return rows.map(({ person_id }) => person_id).filter((id) => id !== ctx.actor.personId)
}

/** Asks the manager to let a deal go, with the reason. Until he says so it stays open. [S2.3.3] */
export async function askLost(
  ctx: Ctx,
  input: { dealId: string; version: number; reason: LostReason; note: string },
): Promise<{ version: number }> {
  const deal = await lockDeal(ctx, input.dealId, input.version)
  const personId = deal.sales_id ?? deal.agent_id ?? ctx.actor.personId
  const { reason, note } = input
  const after = await append(ctx, deal, { kind: 'lostAsked', personId, reason, note })
  await notifyAll(
    ctx,
    (await managers(ctx)).map((id) => ({
      ...({ kind: 'task', personId: id, key: 'showroom.lostToDecide', clause: 'S2.3.3', link: '/showroom' } as const),
      ...{ values: {}, cause: lostCause(after) },
    })),
  )
  return { version: after.version }
}

/** The manager's word: the deal is lost and its lead closed, or it goes back with what is still to be tried. [S2.3.3] */
export async function decideLost(
  ctx: Ctx,
  input: { dealId: string; version: number; approve: boolean; note: string },
): Promise<{ version: number }> {
  const deal = await lockDeal(ctx, input.dealId, input.version)
  const subject = { kind: 'deal', id: deal.id }
  const { rows } = await sql<{ recorded_by: string; reason: string }>`select recorded_by, reason from deal_event
    where deal_id = ${deal.id} and kind = 'lostAsked' order by id desc limit 1`.execute(ctx.db)
  const asked = rows[0]
  const verdict = mayDecideLost(ctx.actor.personId, {
    ...{ askedBy: asked?.recorded_by ?? null, salesId: deal.sales_id, agentId: deal.agent_id },
  })
  demand(verdict, subject)
  const personId = deal.sales_id ?? deal.agent_id ?? asked?.recorded_by ?? ctx.actor.personId
  const { note } = input
  const kind = input.approve ? 'lost' : 'lostReturned'
  const after = await append(ctx, deal, { kind, personId, note, ...(asked && { reason: asked.reason }) })
  await ctx.decide({ verdict, subject, clauses: ['S2.3.3'] })
  if (input.approve && deal.lead_id) await closeLeads(ctx, sql`l.id = ${deal.lead_id}`, 'lost')
  if (asked && !input.approve)
    await notifyAll(ctx, [
      {
        ...{
          kind: 'task',
          personId: asked.recorded_by,
          key: 'showroom.lostReturned',
          clause: 'S2.3.3',
          link: '/showroom',
        },
        ...{ values: { note }, cause: `showroom.returned.${deal.id}.${after.version}` },
      },
    ])
  return { version: after.version }
}

/** Takes the latest entry of a deal back, with the reason; both stay on record. */
export async function takeBack(
  ctx: Ctx,
  input: { dealId: string; version: number; why: string },
): Promise<{ version: number }> {
  const deal = await lockDeal(ctx, input.dealId, input.version)
  const subject = { kind: 'deal', id: deal.id }
  const { rows } = await sql<{ id: string; kind: string; person_id: string; recorded_by: string; first: boolean }>`
    select s.id, s.kind, s.person_id, e.recorded_by, not exists (select from deal_step o
      where o.deal_id = s.deal_id and o.id < s.id) as first
    from deal_step s join deal_event e on e.id = s.id where s.deal_id = ${deal.id} order by s.id desc limit 1`.execute(
    ctx.db,
  )
  const last = rows[0]
  if (!last || last.first) throw notFound()
  demand(mayTakeBack(ctx.actor.personId, { personId: last.person_id, recordedBy: last.recorded_by }), subject)
  await sql`
    insert into deal_event (deal_id, centre_id, kind, occurred_on, at, recorded_at, recorded_by, person_id, note, takes_back)
    values (${deal.id}, ${ctx.centre.id}, 'takenBack', ${ctx.today}, ${ctx.now}, ${ctx.now}, ${ctx.actor.personId},
      ${last.person_id}, ${input.why}, ${last.id})`.execute(ctx.db)
  if (last.kind === 'order') await sql`update deal set order_no = null where id = ${deal.id}`.execute(ctx.db)
  if (last.kind === 'lostAsked') await settle(ctx, lostCause(deal), 'done')
  await ctx.emit('showroom.takenBack', subject, { kind: last.kind })
  return { version: (await settleDeal(ctx, deal.id)).version }
}
