import { sql } from 'kysely'
import type { Reason } from '../../lib/verdict.ts'
import { demand } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { enter, presenceOf } from '../attendance/presence.ts'
import { blockAt, timetableOf } from '../attendance/timetable.ts'
import { judge } from '../compliance/facts.ts'
import { dialOf, nextFor } from '../leads/claim.ts'
import { dialFactsOf } from '../leads/facts.ts'
import { lineOf } from '../telephony/lines.ts'
import { CLEARED, lockDesk, setDesk } from './desk.ts'
import { canDialAt, canTakeNext } from './rules.ts'

/** What a claim brought: the desk is in preview, or why nothing can be called. */
export type Taken = { readonly taken: boolean; readonly reasons: readonly Reason[]; readonly waiting: number }

/** Refuses outside the dialling blocks of the day, but for what the customer asked for. [S4.4.3] */
export function demandDialTime(ctx: Ctx, why: string): void {
  const blocks = timetableOf(ctx.rules.at(ctx.today, ctx.actor.groupId), ctx.today, ctx.centre.kind)
  const time = ctx.now.toZonedDateTimeISO(ctx.centre.timeZone).toPlainTime()
  const next = blocks.find((block) => block.kind === 'dial' && Temporal.PlainTime.compare(block.from, time) > 0)
  const block = blockAt(blocks, time)
  const short = (at: Temporal.PlainTime) => at.toString({ smallestUnit: 'minute' })
  const asked = block && { key: block.key, kind: block.kind, from: short(block.from), to: short(block.to) }
  demand(canDialAt(asked, why, next ? short(next.from) : null), { kind: 'person', id: ctx.actor.personId })
}

/**
 * The next lead onto the desk: a due callback of one's own or of the group, else the leads in hand by the calling plan.
 * With something open on the desk it changes nothing and answers as if it had been taken just now, so that two "next" in
 * one instant are one lead. [S4.4.3] [S4.4.10a]
 */
export async function takeNext(ctx: Ctx, tabId: string): Promise<Taken> {
  const desk = await lockDesk(ctx, tabId)
  if (desk.step !== 'idle') return { taken: true, reasons: [], waiting: 0 }
  return await takeOntoDesk(ctx)
}

/** As `takeNext`, for a desk that the caller has locked and left idle. */
export async function takeOntoDesk(ctx: Ctx): Promise<Taken> {
  const { state } = await presenceOf(ctx, ctx.actor.personId)
  demand(canTakeNext(state), { kind: 'person', id: ctx.actor.personId })
  const line = await lineOf(ctx, ctx.actor.personId)
  const callback = await takeCallback(ctx, line)
  if (callback) return callback
  demandDialTime(ctx, 'fresh')
  const claim = await nextFor(ctx, ctx.actor.personId, line)
  if (claim.facts === null) return { taken: false, reasons: claim.reasons, waiting: claim.waiting }
  await onto(ctx, { ...claim.facts, phoneId: claim.phoneId, why: claim.why, callbackId: null })
  return { taken: true, reasons: [], waiting: 0 }
}

async function onto(
  ctx: Ctx,
  lead: { leadId: string; customerId: string; phoneId: string; why: string; callbackId: string | null },
): Promise<void> {
  const { rows } = await sql<{ id: string }>`select uuidv7() as id`.execute(ctx.db)
  await setDesk(ctx, {
    ...CLEARED,
    callId: rows[0]!.id,
    leadId: lead.leadId,
    customerId: lead.customerId,
    phoneId: lead.phoneId,
    callbackId: lead.callbackId,
    direction: 'outbound',
    why: lead.why,
    step: 'preview',
    claimedAt: ctx.now,
    versionId: ctx.rules.at(ctx.today).versionOf('S4.4.3'),
  })
  await enter(ctx, ctx.actor.personId, 'online')
  await ctx.looked('customer', [lead.customerId])
  await ctx.decide({
    verdict: { ok: true },
    subject: { kind: 'lead', id: lead.leadId },
    clauses: ['S4.4.3'],
    operation: `calls.next.${lead.why}`,
  })
}

/** Callbacks looked at when one is due; those that may not be called now wait for their moment. */
const MOST_CALLBACKS = 20

async function takeCallback(
  ctx: Ctx,
  line: { callerIdApproved: boolean; recordingReady: boolean },
): Promise<Taken | null> {
  const { rows } = await sql<{ id: string; lead_id: string; phone_id: string }>`
    select c.id, c.lead_id, c.phone_id from callback c
    where c.state = 'open' and c.due_from <= ${ctx.now}
      and (c.agent_id = ${ctx.actor.personId} or (c.whose = 'group' and c.group_id = ${ctx.actor.groupId}))
      and not exists (select from desk d where d.callback_id = c.id)
      and not exists (select from desk d where d.lead_id = c.lead_id)
    order by c.agent_id = ${ctx.actor.personId} desc, c.due_from limit ${MOST_CALLBACKS} for update of c skip locked`.execute(
    ctx.db,
  )
  if (rows.length === 0) return null
  const facts = await dialFactsOf(
    ctx,
    rows.map((row) => row.lead_id),
  )
  const asked = rows.flatMap((row) => {
    const lead = facts.get(row.lead_id)
    return lead ? [{ row, lead }] : []
  })
  const verdicts = await judge(
    ctx,
    asked.map(({ row, lead }) => dialOf(lead, row.phone_id, ctx.actor.personId, line)),
  )
  const at = verdicts.findIndex((verdict) => verdict.allow)
  const found = asked[at]
  if (!found) return null
  await onto(ctx, { ...found.lead, phoneId: found.row.phone_id, why: 'callback', callbackId: found.row.id })
  return { taken: true, reasons: [], waiting: 0 }
}
