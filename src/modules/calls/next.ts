import { sql } from 'kysely'
import { together } from '../../lib/together.ts'
import { type Reason, type Verdict, yes } from '../../lib/verdict.ts'
import { demand } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { presenceOf } from '../attendance/presence.ts'
import { blockAt, timetableOf } from '../attendance/timetable.ts'
import { judge } from '../compliance/facts.ts'
import type { GateVerdict } from '../compliance/rules.ts'
import { phonesOf } from '../customers/customers.ts'
import { type Claim, dialOf, type Line, type Made, type NoClaim, nextFor, triesToday } from '../leads/claim.ts'
import { dialFactsOf, type LeadFacts } from '../leads/facts.ts'
import { lineOf } from '../telephony/lines.ts'
import { endCallback, isOpen, takeOver } from './callbacks.ts'
import { CLEARED, type Desk, demandStep, lockDesk, setDesk } from './desk.ts'
import { mayDialOwing } from './measure.ts'
import { canDialAt, canSkip, canTakeNext, type SkipReason } from './rules.ts'

/**
 * What a claim brought: the desk is in preview, or why not. `verdict` is the rule that forbids taking now; `reasons` are what
 * holds back the leads in hand, `waiting` how many of them were looked at.
 */
export type Taken = {
  readonly taken: boolean
  readonly verdict: Verdict
  readonly reasons: readonly Reason[]
  readonly waiting: number
}

const TAKEN: Taken = { taken: true, verdict: yes, reasons: [], waiting: 0 }

/** Whether now is a time to dial, by the timetable in force; `asked`: the customer asked for this very time. [S4.4.3] */
export function dialTime(ctx: Ctx, asked: boolean): Verdict {
  const blocks = timetableOf(ctx.rules.at(ctx.today, ctx.actor.groupId), ctx.today, ctx.centre.kind)
  const time = ctx.now.toZonedDateTimeISO(ctx.centre.timeZone).toPlainTime()
  const next = blocks.find((block) => block.kind === 'dial' && Temporal.PlainTime.compare(block.from, time) > 0)
  const block = blockAt(blocks, time)
  const short = (at: Temporal.PlainTime) => at.toString({ smallestUnit: 'minute' })
  const now = { key: block.key, kind: block.kind, from: short(block.from), to: short(block.to) }
  return canDialAt(now, { asked }, next ? short(next.from) : null)
}

/**
 * The next lead onto the desk: a due callback of one's own or of the group, else the leads in hand by the calling plan.
 * With something open on the desk it changes nothing and answers as if it had been taken just now, so that two "next" in
 * one instant are one lead; but a lead in preview that may not be called any more (taken back, stopped, over its caps, out
 * of dialling hours) leaves the desk. [S4.4.3] [S4.4.10a]
 */
export async function takeNext(ctx: Ctx, tabId: string): Promise<Taken> {
  const [desk, around] = await together([lockDesk(ctx, tabId), lookAround(ctx)])
  if (desk.step !== 'idle') {
    if (desk.step !== 'preview' || (await stillCallable(ctx, desk))) return TAKEN
    await setDesk(ctx, CLEARED)
  }
  const taken = await takeOntoDesk(ctx, [], around)
  demand(taken.verdict, { kind: 'person', id: ctx.actor.personId })
  return taken
}

/** Whether the lead in preview can be dialled at this moment at any of its numbers. */
async function stillCallable(ctx: Ctx, desk: Desk): Promise<boolean> {
  const asked = desk.callbackId !== null && (await isOpen(ctx, desk.callbackId))
  const facts = (await dialFactsOf(ctx, [desk.leadId!])).get(desk.leadId!)
  if (!facts || !dialTime(ctx, asked).ok) return false
  const line = await lineOf(ctx, ctx.actor.personId)
  const numbers = (await phonesOf(ctx, facts.customerId)).filter(({ retired }) => !retired)
  const verdicts = await judge(
    ctx,
    numbers.map((phone) => dialOf(facts, phone.id, ctx.actor.personId, line)),
  )
  return verdicts.some(({ allow }) => allow)
}

/**
 * As `takeNext`, for a desk that the caller has locked and left idle; a rule that says no is told, not thrown. What was
 * passed on a short while ago comes after everything else, and `notThis` not at all.
 */
export async function takeOntoDesk(
  ctx: Ctx,
  notThis: readonly string[] = [],
  around: Around | null = null,
): Promise<Taken> {
  const { time, state, line, promises, made, owing, promised, passed, callId } = around ?? (await lookAround(ctx))
  const online = canTakeNext(state)
  if (!online.ok) return { taken: false, verdict: online, reasons: [], waiting: 0 }
  if (!owing.ok) return { taken: false, verdict: owing, reasons: [], waiting: 0 }
  if (await takeCallback(ctx, callId, line, promises)) return TAKEN
  if (!time.ok) return { taken: false, verdict: time, reasons: [], waiting: 0 }
  const first = await claimFree(ctx, line, [...promised, ...passed], made)
  const claim =
    first.facts === null && passed.length > 0 ? await claimFree(ctx, line, [...promised, ...notThis], made) : first
  if (claim.facts === null) return { taken: false, verdict: yes, reasons: claim.reasons, waiting: claim.waiting }
  await onto(ctx, callId, { ...claim.facts, phoneId: claim.phoneId, why: claim.why, callbackId: null })
  return TAKEN
}

/** All that the next lead depends on beside the leads themselves, asked in one packet. */
async function lookAround(ctx: Ctx) {
  const me = ctx.actor.personId
  const time = dialTime(ctx, false)
  const [{ state }, line, promises, made, others, owing] = await together([
    presenceOf(ctx, me),
    lineOf(ctx, me),
    dueCallbacks(ctx, { inWindow: !time.ok }),
    triesToday(ctx, me),
    aside(ctx),
    mayDialOwing(ctx),
  ])
  return { time, state, line, promises, made, owing, ...others }
}
type Around = Awaited<ReturnType<typeof lookAround>>

/** As `nextFor`, passing over what still lies on the desk of somebody who held it before. */
async function claimFree(ctx: Ctx, line: Line, skip: readonly string[], made: Made): Promise<Claim | NoClaim> {
  for (const busy = [...skip]; ; ) {
    const claim = await nextFor(ctx, ctx.actor.personId, line, busy, made)
    if (claim.facts === null || (await isFree(ctx, claim.facts.leadId))) return claim
    busy.push(claim.facts.leadId)
  }
}

/**
 * Whether a lead that was just claimed lies on no other desk. A leader may have handed it on while the one before had it in
 * preview: that preview ends here, or a desk that was left would keep the lead for good. In a call, or at a desk that is
 * at work this instant, it stays. The claim's lock on the lead lets no new desk take it between the look and the commit.
 */
async function isFree(ctx: Ctx, leadId: string): Promise<boolean> {
  const { rows } = await sql<{ agent_id: string }>`select agent_id from desk
    where lead_id = ${leadId} and agent_id <> ${ctx.actor.personId}`.execute(ctx.db)
  const other = rows[0]?.agent_id
  if (other === undefined) return true
  // Never waited for: that desk's own command may wait for the lead.
  const { rows: left } = await sql`select from desk
    where agent_id = ${other} and lead_id = ${leadId} and step = 'preview' for update skip locked`.execute(ctx.db)
  if (left.length === 0) return false
  await setDesk(ctx, CLEARED, other)
  ctx.touch('calls', { personId: other })
  return true
}

/** Hours for which a lead that was passed on comes after all others. */
const PASSED_HOURS = 2

type Aside = { readonly promised: readonly string[]; readonly passed: readonly string[]; readonly callId: string }

/**
 * The id of the call to be, and leads that are no plain next ones: what was promised for a time is called at that time and
 * as a callback, and what was passed on a short while ago comes after all others.
 */
async function aside(ctx: Ctx): Promise<Aside> {
  const { rows } = await sql<Aside>`
    select uuidv7() as "callId", array(select lead_id from callback where agent_id = ${ctx.actor.personId} and state = 'open') as promised,
      array(select distinct lead_id from desk_skip where agent_id = ${ctx.actor.personId} and occurred_on = ${ctx.today}
        and at > ${ctx.now.subtract({ hours: PASSED_HOURS })}) as passed`.execute(ctx.db)
  return rows[0]!
}

async function onto(
  ctx: Ctx,
  callId: string,
  lead: { leadId: string; customerId: string; phoneId: string; why: string; callbackId: string | null },
): Promise<void> {
  await setDesk(ctx, {
    ...CLEARED,
    callId,
    leadId: lead.leadId,
    customerId: lead.customerId,
    phoneId: lead.phoneId,
    callbackId: lead.callbackId,
    direction: 'outbound',
    why: lead.why,
    step: 'preview',
    claimedAt: ctx.now,
    versionId: ctx.rules.at(ctx.today, ctx.actor.groupId).versionOf('S4.4.3'),
  })
  await ctx.looked('customer', [lead.customerId])
  await ctx.decide({
    verdict: yes,
    subject: { kind: 'lead', id: lead.leadId },
    clauses: ['S4.4.3'],
    operation: `calls.next.${lead.why}`,
  })
}

/** Callbacks looked at when one is due; those that may not be called now wait for their moment. */
const MOST_CALLBACKS = 20

type Due = { readonly id: string; readonly lead_id: string; readonly phone_id: string; readonly agent_id: string }

/** Callbacks that are due, own ones first, then those of the group. `inWindow`: only what was asked for at this very time. */
async function dueCallbacks(ctx: Ctx, { inWindow }: { inWindow: boolean }): Promise<readonly Due[]> {
  const me = ctx.actor.personId
  const { rows } = await sql<Due>`
    select c.id, c.lead_id, c.phone_id, c.agent_id from callback c
    where c.state = 'open' and c.due_from <= ${ctx.now} and ${inWindow ? sql`c.due_to > ${ctx.now}` : sql`true`}
      and (c.agent_id = ${me} or (c.whose = 'group' and c.group_id = ${ctx.actor.groupId}))
      and not exists (select from desk d where d.lead_id = c.lead_id)
    order by c.agent_id = ${me} desc, c.due_from limit ${MOST_CALLBACKS} for update of c skip locked`.execute(ctx.db)
  return rows
}

/**
 * The first of these callbacks that may be called now onto the desk; the lead of a colleague's changes hands by a lot of
 * one. [S4.4.10b]
 */
async function takeCallback(ctx: Ctx, callId: string, line: Line, rows: readonly Due[]): Promise<boolean> {
  const me = ctx.actor.personId
  if (rows.length === 0) return false
  const facts = await dialFactsOf(
    ctx,
    rows.map((row) => row.lead_id),
  )
  const asked = rows.flatMap((row) => {
    const lead = facts.get(row.lead_id)
    return lead ? [{ row, lead: row.agent_id === me ? lead : inMyHands(ctx, lead, row.agent_id) }] : []
  })
  const verdicts = await judge(
    ctx,
    asked.map(({ row, lead }) => dialOf(lead, row.phone_id, me, line)),
  )
  for (const [n, { row, lead }] of asked.entries()) {
    const verdict = verdicts[n]!
    if (verdict.allow) {
      if (row.agent_id !== me && !(await takeOver(ctx, row, me))) continue
      await onto(ctx, callId, { ...lead, phoneId: row.phone_id, why: 'callback', callbackId: row.id })
      return true
    }
    const dead = deadBy(lead, verdict)
    if (dead) await endCallback(ctx, row.id, 'dropped', dead)
  }
  return false
}

/** The facts as they would be with the lead in the actor's hands, for a callback of a colleague who still holds it. */
const inMyHands = (ctx: Ctx, facts: LeadFacts, from: string): LeadFacts =>
  facts.holderId === from && facts.groupId === ctx.actor.groupId
    ? { ...facts, lead: { ...facts.lead, heldBy: ctx.actor.personId } }
    : facts

/** Reasons for which no callback will ever be made. */
const NEVER = new Set(['dncOwn', 'dncShared', 'dncNational', 'consentWithdrawn', 'numberInvalid'])

const deadBy = (lead: LeadFacts, { reasons }: GateVerdict): string | null =>
  lead.lead.plan.closed
    ? 'leadClosed'
    : (reasons.find(({ code, from }) => from === null && NEVER.has(code))?.code ?? null)

/** Leads passed on today. */
export async function skipsOf(ctx: Ctx): Promise<number> {
  const { rows } = await sql<{ made: number }>`select count(*)::int as made from desk_skip
    where agent_id = ${ctx.actor.personId} and occurred_on = ${ctx.today}`.execute(ctx.db)
  return rows[0]!.made
}

/**
 * Passes the lead in preview on, with a reason, and takes the next one. The lead stays in hand and due; it comes again later
 * today. Few a day are allowed, each is counted. [S4.4.10b]
 */
export async function skip(ctx: Ctx, input: { tabId: string; reason: SkipReason }): Promise<Taken> {
  const desk = await lockDesk(ctx, input.tabId)
  demandStep(desk, 'preview')
  const rules = ctx.rules.at(ctx.today, ctx.actor.groupId)
  const subject = { kind: 'lead', id: desk.leadId }
  demand(canSkip(desk.why ?? '', await skipsOf(ctx), rules.get('skip.maxPerDay')), subject)
  await sql`insert into desk_skip (centre_id, occurred_on, agent_id, lead_id, reason, at)
    values (${ctx.centre.id}, ${ctx.today}, ${ctx.actor.personId}, ${desk.leadId}, ${input.reason}, ${ctx.now})`.execute(
    ctx.db,
  )
  await ctx.emit('calls.skipped', subject, { reason: input.reason })
  await setDesk(ctx, CLEARED)
  return await takeOntoDesk(ctx, [desk.leadId!])
}
