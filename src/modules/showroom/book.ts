import { demand } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { deskOf } from '../calls/desk.ts'
import type { LineResult } from '../calls/rules.ts'
import { wrapUp } from '../calls/wrapUp.ts'
import { dialFactsOf } from '../leads/facts.ts'
import { notify } from '../notices/notices.ts'
import { append, openDeal, openDealOf } from './keep.ts'
import { canAppoint } from './rules.ts'

export type Booking = {
  readonly tabId: string
  /** The call at the desk in which it was agreed on. */
  readonly callId: string
  readonly at: Temporal.Instant
  readonly salesId: string | null
  readonly productId: string | null
  readonly note: string
}

/** Hours after an appointment until a customer who did not come is called. */
const AFTER_HOURS = 2

/**
 * Books a visit at the desk: the wrap-up of the call and the appointment, in one transaction. The lead stays with its agent
 * and is due some hours after the time, in case nobody came. [S2.2.1]
 */
export async function book(ctx: Ctx, asked: Booking): Promise<{ dealId: string }> {
  const { tabId, callId, note, at } = asked
  demand(canAppoint(at, ctx.now), { kind: 'call', id: callId })
  // The line may be down already, with its own word on how it ended.
  const lineResult = ((await deskOf(ctx))?.lineResult ?? 'answered') as LineResult
  const { leadId, customerId } = await wrapUp(ctx, {
    ...{ tabId, callId, lineResult, note, disclosures: [], callback: null },
    outcome: 'appointment',
    expectedUntil: at.add({ hours: AFTER_HOURS }),
  })
  const lead = leadId ? (await dialFactsOf(ctx, [leadId])).get(leadId) : undefined
  const productId = asked.productId ?? lead?.productId ?? null
  const agentId = ctx.actor.personId
  const standing = await openDealOf(ctx, customerId)
  const deal =
    standing ??
    (await openDeal(
      ctx,
      { customerId, leadId, agentId, groupId: ctx.actor.groupId, salesId: asked.salesId, productId },
      'booked',
    ))
  const event = {
    kind: 'appointment',
    personId: agentId,
    appointedAt: at,
    salesId: asked.salesId,
    productId,
    note,
  } as const
  const after = await append(ctx, deal, event, { fresh: standing === null })
  if (after.sales_id) await tellSales(ctx, after.sales_id, 'showroom.appointed', deal.id, at)
  return { dealId: deal.id }
}

/** Tells somebody of the showroom of a customer of his. */
export async function tellSales(
  ctx: Ctx,
  personId: string,
  key: 'showroom.appointed' | 'showroom.arrived',
  dealId: string,
  at: Temporal.Instant,
): Promise<void> {
  if (personId === ctx.actor.personId) return
  const wall = at.toZonedDateTimeISO(ctx.centre.timeZone)
  const values = { at: `${wall.toPlainDate()} ${wall.toPlainTime().toString({ smallestUnit: 'minute' })}` }
  const kind = key === 'showroom.arrived' ? 'alert' : 'task'
  await notify(ctx, {
    ...{ kind, personId, key, values, clause: 'S2.2.1', link: '/showroom', cause: `${key}.${dealId}.${ctx.now}` },
    validUntil: key === 'showroom.arrived' ? ctx.now.add({ hours: 2 }) : at.add({ hours: 2 }),
  })
}
