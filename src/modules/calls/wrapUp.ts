import { sql } from 'kysely'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { enter, markActive } from '../attendance/presence.ts'
import { closeDial } from '../compliance/allow.ts'
import { recordAct } from '../customers/consent.ts'
import { retireNumber } from '../customers/customers.ts'
import { stopCalling } from '../customers/doNotCall.ts'
import { recordAttempt } from '../leads/attempts.ts'
import { dialFactsOf } from '../leads/facts.ts'
import { lineOf } from '../telephony/lines.ts'
import { bookCallback, endCallback, type NewCallback } from './callbacks.ts'
import { countCall } from './counts.ts'
import { CLEARED, type Desk, lockDesk, setDesk } from './desk.ts'
import { endLine } from './dial.ts'
import { canRecord, LINE_RESULTS, type LineResult, OUTCOMES, type Outcome, seconds } from './rules.ts'

export type WrapUp = {
  readonly tabId: string
  readonly lineResult: LineResult
  readonly outcome: Outcome
  readonly note: string
  /** Disclosures that were read, by key of the script. */
  readonly disclosures: readonly string[]
  readonly callback: NewCallback | null
}

export type Wrapped = { readonly callId: string; readonly leadId: string | null; readonly customerId: string }

/**
 * Records a finished call in one transaction: the call, its dial in the ledger, the attempt and what becomes of the lead,
 * the callback, do-not-call at once, the day's sums. From dialling or talking it hangs up as well, so that "no answer" is
 * one command. Leaves the desk idle. A call is written once; the desk row is the guard. [S4.4.10b] [S3.6]
 */
export async function wrapUp(ctx: Ctx, input: WrapUp): Promise<Wrapped> {
  const desk = await lockDesk(ctx, input.tabId)
  const { callId, customerId, phoneId } = desk
  if (!callId || !customerId || !phoneId || !['dialling', 'talking', 'wrapUp'].includes(desk.step)) throw notFound()
  demand(canRecord(input.lineResult, input.outcome, { given: input.callback !== null }), { kind: 'call', id: callId })
  if (desk.step !== 'wrapUp') await endLine(ctx, desk, input.lineResult)
  const result = LINE_RESULTS[input.lineResult]
  const answeredAt = result.reached ? (desk.answeredAt ?? desk.dialledAt) : null
  const endedAt = desk.endedAt ?? ctx.now
  const times = { ...desk, answeredAt, endedAt }
  if (desk.direction === 'outbound')
    await closeDial(ctx, callId, {
      endedAt,
      answered: result.reached,
      brokeOff: input.lineResult === 'brokeOff',
      failed: result.failed,
      abandoned: false,
    })
  if (desk.callbackId) await endCallback(ctx, desk.callbackId, result.reached ? 'kept' : 'missed', input.lineResult)
  if (input.callback) await bookCallback(ctx, { ...input.callback, desk, callId })
  if (OUTCOMES[input.outcome].doNotCall)
    await stopCalling(ctx, { phoneId, list: 'own', reason: 'customerRefused', source: { kind: 'call', id: callId } })
  if (result.retires || OUTCOMES[input.outcome].unworkable) await retireNumber(ctx, phoneId, input.outcome)
  const leadAfter = await moveLead(ctx, desk, input)
  await keepCall(ctx, desk, times, input, leadAfter)
  await setDesk(ctx, CLEARED)
  await enter(ctx, ctx.actor.personId, 'online')
  await markActive(ctx, ctx.actor.personId, {})
  return { callId, leadId: desk.leadId, customerId }
}

/** Moves the lead on; inbound calls on no lead have none. A wrong number closes the lead only with its last number. */
async function moveLead(ctx: Ctx, desk: Desk, input: WrapUp) {
  if (!desk.leadId) return null
  const { closes } = OUTCOMES[input.outcome]
  const dead = LINE_RESULTS[input.lineResult].retires || input.outcome === 'wrongNumber'
  const othersLeft = dead && (await numbersLeft(ctx, desk.customerId!))
  return await recordAttempt(ctx, {
    leadId: desk.leadId,
    agentId: ctx.actor.personId,
    callId: desk.callId!,
    at: desk.dialledAt ?? ctx.now,
    outcome: input.outcome,
    closes: dead ? (othersLeft ? undefined : 'invalid') : (closes ?? undefined),
    promisedUntil: input.callback?.to,
    failed: LINE_RESULTS[input.lineResult].failed,
  })
}

async function numbersLeft(ctx: Ctx, customerId: string): Promise<boolean> {
  const { rows } = await sql<{ left: boolean }>`
    select exists (select from phone_card where customer_id = ${customerId} and retired_at is null and valid) as left`.execute(
    ctx.db,
  )
  return rows[0]?.left ?? false
}

async function keepCall(
  ctx: Ctx,
  desk: Desk,
  times: { answeredAt: Temporal.Instant | null; endedAt: Temporal.Instant },
  input: WrapUp,
  leadAfter: Awaited<ReturnType<typeof moveLead>>,
): Promise<void> {
  const facts = desk.leadId ? (await dialFactsOf(ctx, [desk.leadId])).get(desk.leadId) : undefined
  const line = await lineOf(ctx, ctx.actor.personId)
  const ringSeconds = seconds(desk.dialledAt, times.answeredAt ?? times.endedAt)
  const talkSeconds = seconds(times.answeredAt, times.endedAt)
  const wrapSeconds = seconds(times.endedAt, ctx.now)
  const owed = LINE_RESULTS[input.lineResult].reached && line.recordingReady
  const groupId = ctx.actor.groupId
  await sql`
    insert into call (id, occurred_on, centre_id, group_id, agent_id, lead_id, batch_id, product_id, customer_id, phone_id, seat_id,
      direction, why, cold, band, attempt, claimed_at, dialled_at, answered_at, ended_at, wrapped_at, ring_seconds, talk_seconds,
      wrap_seconds, line_result, outcome, lead_after, measured_by, recording, disclosures, note, version_id, recorded_at)
    select ${desk.callId}, ${ctx.today}, ${ctx.centre.id}, ${groupId}, ${ctx.actor.personId}, ${desk.leadId},
      ${facts?.batchId ?? null}, ${facts?.productId ?? null}, ${desk.customerId}, ${desk.phoneId}, ${line.seatId},
      ${desk.direction}, ${desk.why}, ${!['callback', 'warm', 'inbound'].includes(desk.why ?? '')}, a.band, a.number,
      ${desk.claimedAt}, ${desk.dialledAt}, ${times.answeredAt}, ${times.endedAt}, ${ctx.now}, ${ringSeconds}, ${talkSeconds},
      ${wrapSeconds}, ${input.lineResult}, ${input.outcome}, ${leadAfter?.closedAs ?? leadAfter?.state ?? null}, 'declared',
      ${owed ? 'owed' : 'none'}, ${sql.val([...input.disclosures])}::text[], ${input.note}, ${desk.versionId}, ${ctx.now}
    from (select 1) one left join (select band, number from lead_try where call_id = ${desk.callId}) a on true`.execute(
    ctx.db,
  )
  await countCall(ctx, {
    agentId: ctx.actor.personId,
    groupId,
    batchId: facts?.batchId ?? null,
    day: ctx.today,
    direction: desk.direction ?? 'outbound',
    lineResult: input.lineResult,
    outcome: input.outcome,
    ringSeconds,
    talkSeconds,
    wrapSeconds,
  })
  if (desk.direction === 'inbound')
    await recordAct(ctx, {
      customerId: desk.customerId!,
      kind: 'inbound',
      from: desk.claimedAt ?? ctx.now,
      to: null,
      record: { kind: 'call', id: desk.callId! },
    })
  await ctx.emit(
    'calls.recorded',
    { kind: 'call', id: desk.callId },
    { outcome: input.outcome, lineResult: input.lineResult },
  )
  ctx.touch('leads', { personId: ctx.actor.personId, groupId: groupId ?? undefined })
}
