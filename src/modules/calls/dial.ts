import { sql } from 'kysely'
import { together } from '../../lib/together.ts'
import { all, no, yes } from '../../lib/verdict.ts'
import { reach } from '../../platform/actor.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { enter } from '../attendance/presence.ts'
import { allowDial } from '../compliance/allow.ts'
import { addNumber } from '../customers/add.ts'
import { findByNumber, phonesOf } from '../customers/customers.ts'
import { numberOf } from '../customers/numbers.ts'
import { dialOf } from '../leads/claim.ts'
import { dialFactsOf } from '../leads/facts.ts'
import { dialOn, lineOfKind } from '../telephony/dialling.ts'
import { lineEvent, lineOf } from '../telephony/lines.ts'
import type { MeasuredBy } from '../telephony/rules.ts'
import { isOpen } from './callbacks.ts'
import { CLEARED, type Desk, demandStep, lockDesk, setDesk } from './desk.ts'
import { mayDialOwing } from './measure.ts'
import { dialTime } from './next.ts'
import type { LineResult } from './rules.ts'

/* From preview to the end of the line, and calls that come in. */

/** The number to dial, shown for this one dial, and the line that it goes out on. Null where a switch dials. */
export type Shown = {
  readonly number: string | null
  readonly callId: string
  readonly seat: string | null
  readonly callerId: string | null
}

/** Who says what a seat's line did: the agent where he dials by hand. */
async function measuredBy(ctx: Ctx): Promise<MeasuredBy> {
  const line = await lineOf(ctx, ctx.actor.personId)
  return lineOfKind(line.kind).can.tells ? 'switch' : 'declared'
}

/**
 * Dials the lead on the desk. The gate judges at this very moment, under a lock on the number; only its yes shows the
 * number, for one dial. A second click finds the desk dialling and shows the same number again. [S3.6] [S4.4.10a]
 */
export async function dial(ctx: Ctx, input: { tabId: string; phoneId?: string | undefined }): Promise<Shown> {
  const desk = await lockDesk(ctx, input.tabId)
  const { callId, leadId, customerId } = desk
  // A preview that ended because the lead was handed on is told as that, not as a thing unknown.
  if (desk.step === 'idle') demandStep(desk, 'preview')
  const phoneId = input.phoneId ?? desk.phoneId
  if (!callId || !leadId || !customerId || !phoneId) throw notFound()
  const [line, phones, leads, inWindow, owing] = await together([
    lineOf(ctx, ctx.actor.personId),
    phonesOf(ctx, customerId),
    dialFactsOf(ctx, [leadId]),
    desk.callbackId !== null && isOpen(ctx, desk.callbackId),
    mayDialOwing(ctx),
  ])
  const shown = { callId, seat: line.label, callerId: line.callerId }
  const asked = { callId, phoneId, agentId: ctx.actor.personId, line }
  if (desk.step === 'dialling' && desk.phoneId === phoneId)
    return { ...shown, number: (await dialOn(ctx, asked)).number }
  demandStep(desk, 'preview')
  const facts = leads.get(leadId)
  if (!facts || !phones.some((phone) => phone.id === phoneId)) throw notFound()
  demand(all(dialTime(ctx, inWindow), owing), { kind: 'lead', id: leadId })
  const toDial = { ...dialOf(facts, phoneId, ctx.actor.personId, line), callId }
  const [{ number }] = await allowDial(ctx, toDial, ({ cold }) =>
    together([
      dialOn(ctx, asked),
      enter(ctx, ctx.actor.personId, 'inCall', { dialled: true }),
      setDesk(ctx, { step: 'dialling', phoneId, dialledAt: ctx.now, cold }),
    ]),
  )
  return { ...shown, number }
}

/** The customer is on the line. */
export async function answered(ctx: Ctx, tabId: string): Promise<void> {
  const desk = await lockDesk(ctx, tabId)
  if (desk.step === 'talking') return
  demandStep(desk, 'dialling')
  await lineEvent(ctx, desk.callId!, 'answered', { measuredBy: await measuredBy(ctx) })
  await setDesk(ctx, { step: 'talking', answeredAt: ctx.now })
}

/** The line is down, with how it ended; the wrap-up begins. */
export async function hangUp(ctx: Ctx, tabId: string, lineResult: LineResult): Promise<void> {
  const desk = await lockDesk(ctx, tabId)
  if (desk.step === 'wrapUp') return
  demandStep(desk, 'dialling', 'talking')
  await endLine(ctx, desk, lineResult)
  await setDesk(ctx, { step: 'wrapUp', endedAt: ctx.now, lineResult, brokeOff: lineResult === 'brokeOff' })
  await enter(ctx, ctx.actor.personId, 'wrapUp')
}

/** Ends the line and writes how; on a manual line the agent puts the receiver down himself. Answers who measured the call. */
export async function endLine(ctx: Ctx, desk: Desk, lineResult: LineResult): Promise<MeasuredBy> {
  const line = await lineOf(ctx, ctx.actor.personId)
  const seatLine = lineOfKind(line.kind)
  const by = seatLine.can.tells ? 'switch' : 'declared'
  await seatLine.hangUp(ctx, desk.callId!)
  const state = lineResult === 'lineFailure' ? 'failed' : 'ended'
  await lineEvent(ctx, desk.callId!, state, { cause: lineResult, measuredBy: by })
  return by
}

/** Somebody who rings in, as far as the person at the desk may know him. */
export type Caller = {
  readonly customerId: string
  readonly phoneId: string
  readonly name: string | null
  readonly masked: string
  readonly leadId: string | null
  readonly lastCallAt: Temporal.Instant | null
}

/** Customers behind a number whose lead or last calls are the actor's own, or of a group that he leads. */
async function callersOf(ctx: Ctx, found: readonly { customerId: string; phoneId: string }[]): Promise<Caller[]> {
  if (found.length === 0) return []
  const me = ctx.actor.personId
  const led = sql.val([...reach(ctx.actor, ['tl']).groupIds])
  const { rows } = await sql<Caller>`
    select g.customer_id as "customerId", g.phone_id as "phoneId", c.name, p.masked, l.id as "leadId",
      k.ended_at as "lastCallAt"
    from unnest(${sql.val(found.map((one) => one.customerId))}::uuid[], ${sql.val(found.map((one) => one.phoneId))}::uuid[])
      as g(customer_id, phone_id)
    join customer_card c on c.id = g.customer_id join phone_card p on p.id = g.phone_id and p.customer_id = c.id
    left join lateral (
      select id from lead_held where customer_id = g.customer_id and state in ('agent', 'closed')
        and (holder_id = ${me} or group_id = any(${led}::uuid[]))
      order by state = 'agent' desc, held_since desc limit 1) l on true
    left join lateral (
      select ended_at from call where customer_id = g.customer_id and (agent_id = ${me} or group_id = any(${led}::uuid[]))
      order by ended_at desc limit 1) k on true
    where l.id is not null or k.ended_at is not null`.execute(ctx.db)
  return rows
}

/**
 * Who rings in, by the whole number: customers of one's own or, for a leader, of the group. Anybody else is not found, for a
 * number is no way to look into other people's leads; every question is kept. [S4.4.10a]
 */
export async function lookUp(ctx: Ctx, text: string): Promise<Caller[]> {
  const number = numberOf(ctx, text)
  demand(number.ok ? yes : no('calls.noNumber', 'house', { code: number.code }))
  if (!number.ok) return []
  const callers = await callersOf(ctx, await findByNumber(ctx, number.e164))
  await ctx.looked(
    'customer',
    callers.map(({ customerId }) => customerId),
  )
  await ctx.emit('calls.lookedUp', { kind: 'person', id: ctx.actor.personId }, { found: callers.length })
  return callers
}

/** A customer who rang in is on the line: his card comes onto the desk, whatever was in preview goes back to its place. */
export async function startInbound(
  ctx: Ctx,
  input: { tabId: string; customerId: string; phoneId: string },
): Promise<void> {
  const desk = await lockDesk(ctx, input.tabId)
  demandStep(desk, 'idle', 'preview')
  const [caller] = await callersOf(ctx, [input])
  if (!caller) throw notFound()
  const { rows } = await sql<{ id: string; busy: boolean }>`
    select uuidv7() as id, exists (select from desk where lead_id = ${caller.leadId}
      and agent_id <> ${ctx.actor.personId}) as busy`.execute(ctx.db)
  const { id, busy } = rows[0]!
  demand(busy ? no('calls.leadOnOtherDesk', 'house') : yes, { kind: 'lead', id: caller.leadId })
  await enter(ctx, ctx.actor.personId, 'inCall', { inbound: true })
  await lineEvent(ctx, id, 'answered', { measuredBy: await measuredBy(ctx) })
  await setDesk(ctx, {
    ...CLEARED,
    callId: id,
    leadId: caller.leadId,
    customerId: caller.customerId,
    phoneId: caller.phoneId,
    ...({ direction: 'inbound', why: 'inbound', step: 'talking', claimedAt: ctx.now, answeredAt: ctx.now } as const),
    versionId: ctx.rules.at(ctx.today, ctx.actor.groupId).versionOf('S4.4.3'),
  })
  await ctx.looked('customer', [caller.customerId])
}

/** One more number of the customer at the desk, as he named it; what stands against it the gate says, as of any number. */
export async function addOwnNumber(ctx: Ctx, input: { tabId: string; number: string }): Promise<{ phoneId: string }> {
  const desk = await lockDesk(ctx, input.tabId)
  if (!desk.customerId) throw notFound()
  const number = numberOf(ctx, input.number)
  demand(number.ok ? yes : no('calls.noNumber', 'house', { code: number.code }))
  if (!number.ok) throw notFound()
  const { phoneId } = await addNumber(ctx, desk.customerId, number)
  await ctx.emit('calls.numberAdded', { kind: 'customer', id: desk.customerId }, { phoneId })
  ctx.touch('calls', { personId: ctx.actor.personId })
  return { phoneId }
}
