import { sql } from 'kysely'
import { together } from '../../lib/together.ts'
import { demand } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { enter } from '../attendance/presence.ts'
import { closeDial } from '../compliance/allow.ts'
import { recordAct } from '../customers/consent.ts'
import { retireNumber } from '../customers/customers.ts'
import { recordAttempt, warm } from '../leads/attempts.ts'
import { bandAt } from '../leads/rules.ts'
import { lineOf } from '../telephony/lines.ts'
import type { SeatLine } from '../telephony/rules.ts'
import { bookCallback, closeCallback, type NewCallback } from './callbacks.ts'
import { countCalls, hasNumbers, stopAll } from './counts.ts'
import { CLEARED, type Desk, demandStep, lockDesk, setDesk } from './desk.ts'
import { endLine } from './dial.ts'
import { type Taken, takeOntoDesk } from './next.ts'
import { canRecord, LINE_RESULTS, type LineResult, OUTCOMES, type Outcome, seconds } from './rules.ts'
import { settleStuck } from './watch.ts'

export type WrapUp = {
  readonly tabId: string
  /** The call that was wrapped up on the page; a second click after it is done belongs to no call. */
  readonly callId: string
  readonly lineResult: LineResult
  readonly outcome: Outcome
  readonly note: string
  /** Disclosures that were read, by key of the script. */
  readonly disclosures: readonly string[]
  readonly callback: NewCallback | null
  /** Until when the customer is not to be called because he comes himself: the end of an appointment. */
  readonly expectedUntil?: Temporal.Instant
  /** The day is made up by a stated rule: said by whoever brings a history along, never by the desk. */
  readonly syntheticDate?: boolean
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
  demandStep(callId === input.callId ? desk : { ...desk, step: 'idle' }, 'dialling', 'talking', 'wrapUp')
  if (!callId || !customerId || !phoneId) throw new Error('a call without customer on the desk')
  demand(canRecord(input.lineResult, input.outcome, { given: input.callback !== null }), { kind: 'call', id: callId })
  const result = LINE_RESULTS[input.lineResult]
  const answeredAt = result.reached ? (desk.answeredAt ?? desk.dialledAt) : null
  const day = (desk.dialledAt ?? desk.claimedAt ?? ctx.now).toZonedDateTimeISO(ctx.centre.timeZone).toPlainDate()
  // Nobody saw the end of a call that is recorded on a later day: no talk is made up for it.
  const endedAt = desk.endedAt ?? (day.equals(ctx.today) ? ctx.now : (answeredAt ?? desk.dialledAt ?? ctx.now))
  const [line, measuredBy, , recorded] = await together([
    lineOf(ctx, ctx.actor.personId),
    endLine(ctx, desk, input.lineResult),
    desk.direction === 'outbound' &&
      closeDial(ctx, callId, {
        endedAt,
        answered: result.reached,
        brokeOff: input.lineResult === 'brokeOff',
        failed: result.failed,
        abandoned: false,
      }),
    follow(ctx, desk, input, { callId, customerId, phoneId }),
  ])
  await together([
    keepCall(ctx, desk, { day, answeredAt, endedAt, measuredBy }, input, line, recorded),
    setDesk(ctx, CLEARED),
    // Whoever was taken off line in the meantime (the day was closed) is not put back by an old call.
    enter(ctx, ctx.actor.personId, 'online', { onlyFrom: ['inCall', 'wrapUp'] }),
    settleStuck(ctx, callId, desk.answeredAt ?? desk.dialledAt),
  ])
  return { callId, leadId: desk.leadId, customerId }
}

/** What the outcome does to callback, customer and number, and then to the lead. */
async function follow(
  ctx: Ctx,
  desk: Desk,
  input: WrapUp,
  { callId, customerId, phoneId }: { callId: string; customerId: string; phoneId: string },
) {
  const result = LINE_RESULTS[input.lineResult]
  if (desk.callbackId && !result.failed)
    await closeCallback(ctx, desk.callbackId, { dialledAt: desk.dialledAt ?? ctx.now, why: input.lineResult })
  if (desk.direction === 'inbound') await keepInbound(ctx, desk)
  const promised = input.callback && (await bookCallback(ctx, { ...input.callback, desk, callId }))
  if (OUTCOMES[input.outcome].doNotCall) await stopAll(ctx, customerId, callId)
  if (result.retires || input.outcome === 'wrongNumber') await retireNumber(ctx, phoneId, input.outcome)
  return await moveLead(ctx, desk, input, promised?.to ?? input.expectedUntil)
}

/**
 * Records the call and takes the next lead in the same transaction. Whatever stands in the way of the next one, a rule or a
 * fault, the recording stays: then `next` says why, or is null and the page asks anew.
 */
export async function recordAndNext(ctx: Ctx, input: WrapUp): Promise<{ wrapped: Wrapped; next: Taken | null }> {
  const wrapped = await wrapUp(ctx, input)
  try {
    return { wrapped, next: await ctx.part(() => takeOntoDesk(ctx)) }
  } catch {
    // The page's own question for the next lead meets the same fault and tells it; here it must not cost the recording.
    return { wrapped, next: null }
  }
}

/** The customer's own contact, which warms what comes after it. */
async function keepInbound(ctx: Ctx, desk: Desk): Promise<void> {
  const record = { kind: 'call', id: desk.callId! }
  const from = desk.claimedAt ?? ctx.now
  await recordAct(ctx, { customerId: desk.customerId!, kind: 'inbound', from, to: null, record })
  await warm(ctx, desk.customerId!)
}

/**
 * Moves the lead on; calls on no lead have none. A dead or wrong number closes it only with the customer's last number, and
 * is no try as long as another one is left; a call that came in is none either.
 */
async function moveLead(ctx: Ctx, desk: Desk, input: WrapUp, promisedUntil: Temporal.Instant | undefined) {
  if (!desk.leadId) return null
  const { closes } = OUTCOMES[input.outcome]
  const { retires, failed } = LINE_RESULTS[input.lineResult]
  const dead = retires || input.outcome === 'wrongNumber'
  const othersLeft = dead && (await hasNumbers(ctx, desk.customerId!))
  return await recordAttempt(ctx, {
    leadId: desk.leadId,
    agentId: ctx.actor.personId,
    callId: desk.callId!,
    at: desk.dialledAt ?? ctx.now,
    outcome: input.outcome,
    closes: dead ? (othersLeft ? undefined : 'invalid') : (closes ?? undefined),
    promisedUntil,
    failed: failed || othersLeft || desk.direction === 'inbound',
  })
}

type Times = {
  readonly day: Temporal.PlainDate
  readonly answeredAt: Temporal.Instant | null
  readonly endedAt: Temporal.Instant
  readonly measuredBy: string
}

async function keepCall(
  ctx: Ctx,
  desk: Desk,
  times: Times,
  input: WrapUp,
  line: SeatLine,
  lead: Awaited<ReturnType<typeof moveLead>>,
): Promise<void> {
  const direction = desk.direction ?? 'outbound'
  const ringSeconds = seconds(desk.dialledAt, times.answeredAt ?? times.endedAt)
  const talkSeconds = seconds(times.answeredAt, times.endedAt)
  // What lay over a night was no work at the wrap-up.
  const wrapSeconds = times.day.equals(ctx.today) ? seconds(times.endedAt, ctx.now) : 0
  const bands = ctx.rules.at(times.day, ctx.actor.groupId).get('dial.blocks')
  const dialledAt = desk.dialledAt?.toZonedDateTimeISO(ctx.centre.timeZone).toPlainTime()
  const band = dialledAt ? (bandAt(bands, dialledAt) ?? 'outside') : null
  const recording = LINE_RESULTS[input.lineResult].reached && line.recordingReady ? 'owed' : 'none'
  const groupId = ctx.actor.groupId
  const kept = sql`
    insert into call (id, occurred_on, centre_id, group_id, agent_id, lead_id, batch_id, product_id, customer_id, phone_id, seat_id,
      direction, why, cold, band, attempt, claimed_at, dialled_at, answered_at, ended_at, wrapped_at, ring_seconds, talk_seconds,
      wrap_seconds, line_result, outcome, lead_after, measured_by, recording, disclosures, note, version_id, recorded_at,
      synthetic_date)
    values (${desk.callId}, ${times.day}, ${ctx.centre.id}, ${groupId}, ${ctx.actor.personId}, ${desk.leadId},
      ${lead?.batchId ?? null}, ${lead?.productId ?? null}, ${desk.customerId}, ${desk.phoneId}, ${line.seatId},
      ${direction}, ${desk.why}, ${desk.cold}, ${band}, ${lead?.number ?? null},
      ${desk.claimedAt}, ${desk.dialledAt}, ${times.answeredAt}, ${times.endedAt}, ${ctx.now}, ${ringSeconds}, ${talkSeconds},
      ${wrapSeconds}, ${input.lineResult}, ${input.outcome}, ${lead?.closedAs ?? lead?.state ?? null},
      ${times.measuredBy}, ${recording}, ${sql.val([...input.disclosures])}::text[], ${input.note},
      ${desk.versionId}, ${ctx.now}, ${input.syntheticDate ?? false})`.execute(ctx.db)
  const counted = countCalls(ctx, [
    {
      call: {
        ...{
          agentId: ctx.actor.personId,
          groupId,
          batchId: lead?.batchId ?? null,
          seatId: line.seatId,
          day: times.day,
        },
        ...{ direction, lineResult: input.lineResult, outcome: input.outcome, ringSeconds, talkSeconds, wrapSeconds },
        ...{ measuredBy: times.measuredBy, recording, syntheticDate: input.syntheticDate ?? false },
      },
    },
  ])
  await together([kept, counted])
  const { outcome, lineResult } = input
  await ctx.emit('calls.recorded', { kind: 'call', id: desk.callId }, { outcome, lineResult })
  for (const name of ['calls', 'leads'])
    ctx.touch(name, { personId: ctx.actor.personId, groupId: groupId ?? undefined })
}
