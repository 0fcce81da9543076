import { no } from '../../lib/verdict.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { enter, markActive } from '../attendance/presence.ts'
import { allowDial } from '../compliance/allow.ts'
import { phonesOf, revealNumber } from '../customers/customers.ts'
import { dialOf } from '../leads/claim.ts'
import { dialFactsOf } from '../leads/facts.ts'
import { lineEvent, lineOf } from '../telephony/lines.ts'
import { type Desk, lockDesk, type Step, setDesk } from './desk.ts'
import { demandDialTime } from './next.ts'
import type { LineResult } from './rules.ts'

/** The number to dial, shown for this one dial, and the line that it goes out on. */
export type Shown = {
  readonly number: string
  readonly callId: string
  readonly seat: string | null
  readonly callerId: string | null
}

const atStep = (desk: Desk, ...steps: readonly Step[]) => {
  if (!steps.includes(desk.step)) demand(no('deskMovedOn', 'S4.4.10a', { step: desk.step }))
}

/**
 * Dials the lead on the desk. The gate judges at this very moment, under a lock on the number; only its yes shows the
 * number, for one dial. A second click finds the desk dialling and shows the same number again. [S3.6] [S4.4.10a]
 */
export async function dial(ctx: Ctx, input: { tabId: string; phoneId: string }): Promise<Shown> {
  const desk = await lockDesk(ctx, input.tabId)
  const line = await lineOf(ctx, ctx.actor.personId)
  const callId = desk.callId
  if (desk.step === 'dialling' && callId && desk.phoneId === input.phoneId)
    return { number: await revealNumber(ctx, input.phoneId), callId, seat: line.label, callerId: line.callerId }
  atStep(desk, 'preview')
  if (!desk.leadId || !desk.customerId || !callId) throw notFound()
  const phones = await phonesOf(ctx, desk.customerId)
  if (!phones.some((phone) => phone.id === input.phoneId)) throw notFound()
  const facts = (await dialFactsOf(ctx, [desk.leadId])).get(desk.leadId)
  if (!facts) throw notFound()
  demandDialTime(ctx, desk.why ?? '')
  await allowDial(ctx, { ...dialOf(facts, input.phoneId, ctx.actor.personId, line), callId })
  await lineEvent(ctx, callId, 'allowed', { measuredBy: 'declared' })
  await lineEvent(ctx, callId, 'dialling', { measuredBy: 'declared' })
  const number = await revealNumber(ctx, input.phoneId)
  await setDesk(ctx, { step: 'dialling', phoneId: input.phoneId, dialledAt: ctx.now })
  await enter(ctx, ctx.actor.personId, 'inCall')
  await markActive(ctx, ctx.actor.personId, { firstDial: true })
  return { number, callId, seat: line.label, callerId: line.callerId }
}

/** The customer is on the line. */
export async function answered(ctx: Ctx, tabId: string): Promise<void> {
  const desk = await lockDesk(ctx, tabId)
  if (desk.step === 'talking') return
  atStep(desk, 'dialling')
  await lineEvent(ctx, desk.callId!, 'answered', { measuredBy: 'declared' })
  await setDesk(ctx, { step: 'talking', answeredAt: ctx.now })
}

/** The line is down, with how it ended; the wrap-up begins. */
export async function hangUp(ctx: Ctx, tabId: string, lineResult: LineResult): Promise<void> {
  const desk = await lockDesk(ctx, tabId)
  if (desk.step === 'wrapUp') return
  atStep(desk, 'dialling', 'talking')
  await endLine(ctx, desk, lineResult)
  await setDesk(ctx, { step: 'wrapUp', endedAt: ctx.now, lineResult, brokeOff: lineResult === 'brokeOff' })
  await enter(ctx, ctx.actor.personId, 'wrapUp')
}

/** Writes the end of the line as the agent declares it. */
export async function endLine(ctx: Ctx, desk: Desk, lineResult: LineResult): Promise<void> {
  const state = lineResult === 'lineFailure' ? 'failed' : 'ended'
  await lineEvent(ctx, desk.callId!, state, { cause: lineResult, measuredBy: 'declared' })
}
