import { type RawBuilder, sql } from 'kysely'
import type { Reason } from '../../lib/verdict.ts'
import type { Ctx } from '../../platform/context.ts'
import { type DialFacts, judge } from '../compliance/facts.ts'
import type { GateVerdict } from '../compliance/rules.ts'
import { toldReason } from '../compliance/told.ts'
import { FACTS, type FactsRow, factsOf, firstNumber, type LeadFacts } from './facts.ts'
import { closeLeads } from './move.ts'
import { bandAt, type ClosedAs, type Kind, kindOrder, planLine } from './rules.ts'

/** The seat's line as the gate wants it. */
export type Line = DialFacts['line']

export type Claim = { readonly facts: LeadFacts; readonly phoneId: string; readonly why: Kind }
/** What stands in the way when the agent's leads are all held back by something that is not the lead's. */
export type NoClaim = { readonly facts: null; readonly reasons: readonly Reason[]; readonly waiting: number }

/** Candidates judged at once; the first that may be called is taken. Nearly always it is the very first. */
const AT_FIRST = 1
const AT_ONCE = 25
/** Leads looked at in one claim at most; what was refused has left the head of the queue, the next claim goes on. */
const MOST = 500

/** Refusals that end a lead, and as what. */
const ENDS: Readonly<Record<string, ClosedAs>> = {
  dncOwn: 'doNotCall',
  dncShared: 'doNotCall',
  dncNational: 'doNotCall',
  consentWithdrawn: 'doNotCall',
  numberInvalid: 'invalid',
  planFinished: 'planFinished',
}

/** Refusals that lie with this customer and that no waiting ends: looked at again the next day, in case they were mended. */
const OF_THE_CUSTOMER = new Set([
  'basisMissing',
  'consentExpired',
  'regionExcluded',
  'vulnerable',
  'placeUnknown',
  'hours',
  'hoursLocal',
  'hoursWish',
])

/** A callback is no kind of lead: it is claimed by itself. */
type LeadKind = Exclude<Kind, 'callback'>

/** Which leads are of a kind at a moment, and their order among themselves. Each rides on an index of its own. */
type OfKind = { readonly are: (now: Temporal.Instant) => RawBuilder<unknown>; readonly inOrder: RawBuilder<unknown> }

const COLD = (now: Temporal.Instant) => sql`(l.warm_until is null or l.warm_until <= ${now})`

/**
 * Fresh leads go in the pool's own order, the others by the time they are due. Of the warm a customer who came by himself
 * and was never called stands before those who were: he is waiting for it; and of several the one who came last goes
 * first, for his minutes still run and the others' are over. [S2.1.4]
 */
const OF_KIND: Readonly<Record<LeadKind, OfKind>> = {
  warm: {
    are: (now) => sql`l.warm_until > ${now}`,
    inOrder: sql`l.tries > 0, case when l.tries = 0 then -extract(epoch from l.due_at) end, l.due_at, l.shuffle`,
  },
  fresh: { are: (now) => sql`l.tries = 0 and l.round = 1 and ${COLD(now)}`, inOrder: sql`l.shuffle` },
  retry: { are: (now) => sql`(l.tries > 0 or l.round > 1) and ${COLD(now)}`, inOrder: sql`l.due_at, l.shuffle` },
}

/**
 * The next lead of an agent by the calling plan in force: warm › fresh › retry as the band's line says, each only when
 * nothing at all stands against a dial now. A lead that may not be called is moved to the moment from which it may, or
 * closed, so that the head of the queue holds nothing dead; nothing that was claimed is refused afterwards. The caller
 * holds the agent's desk row, so an agent's two requests cannot claim two leads. [S4.4.3] [S4.4.10a] [S4.4.10b]
 */
export async function nextFor(
  ctx: Ctx,
  agentId: string,
  line: Line,
  skip: readonly string[] = [],
  made: Made | null = null,
): Promise<Claim | NoClaim> {
  const rules = ctx.rules.at(ctx.today, ctx.actor.groupId)
  const local = ctx.now.toZonedDateTimeISO(ctx.centre.timeZone)
  const band = bandAt(rules.get('dial.blocks'), local.toPlainTime())
  const plan = planLine(rules.get('dial.plan'), band, local.dayOfWeek)
  const order = plan ? kindOrder(plan, made ?? (await triesToday(ctx, agentId))) : (['warm', 'fresh', 'retry'] as const)
  const kinds = order.filter((kind): kind is LeadKind => kind !== 'callback')
  const blocked = new Map<string, Reason>()
  const passed = [...skip]
  for (let most = AT_FIRST; passed.length < MOST; most = AT_ONCE) {
    const candidates = await due(ctx, agentId, kinds, passed, most)
    if (candidates.length === 0) break
    const claim = await firstCallable(ctx, agentId, line, candidates, blocked)
    if (claim) return claim
    passed.push(...candidates.map(({ one }) => one.leadId))
  }
  return { facts: null, reasons: [...blocked.values()], waiting: passed.length - skip.length }
}

/** First tries and others that an agent made today. */
export type Made = { readonly fresh: number; readonly retry: number }

/** What the plan's shares are counted from; whoever has other things to ask may ask for it along with them. */
export async function triesToday(ctx: Ctx, agentId: string): Promise<Made> {
  const { rows } = await sql<Made>`
    select count(*) filter (where number = 1 and round = 1)::int as fresh,
      count(*) filter (where not (number = 1 and round = 1))::int as retry
    from lead_attempt where agent_id = ${agentId} and occurred_on = ${ctx.today}`.execute(ctx.db)
  return rows[0] ?? { fresh: 0, retry: 0 }
}

/** A due lead; without a number where its customer has none that is in use. */
type Candidate = { readonly one: LeadFacts; readonly why: Kind; readonly phoneId: string | null }

/**
 * Due leads in the order of the plan with what the gate must know of them. One that a leader is recalling at this moment
 * is passed over.
 */
async function due(
  ctx: Ctx,
  agentId: string,
  kinds: readonly LeadKind[],
  passed: readonly string[],
  most: number,
): Promise<Candidate[]> {
  const parts = kinds.map((kind, place) => {
    const { are, inOrder } = OF_KIND[kind]
    return sql`(select l.*, ${sql.lit(kind)} as kind, ${sql.lit(place)} as place, row_number() over () as turn from (
      select l.* from lead l
      where l.holder_id = ${agentId} and l.state = 'agent' and l.due_at <= ${ctx.now} and l.centre_id = ${ctx.centre.id}
        and l.id <> all(${sql.val([...passed])}::uuid[]) and ${are(ctx.now)}
      order by ${inOrder} limit ${most} for update skip locked) l)`
  })
  // The parts are read one after another and only as far as needed, so nothing is locked that is not handed out.
  const { rows } = await sql<FactsRow & { kind: Kind; phone_id: string | null }>`
    with picked as (select * from (${sql.join(parts, sql` union all `)}) l limit ${most})
    select ${FACTS}, l.kind, ${firstNumber('id')} as phone_id
    from picked l join product_listed p on p.id = l.product_id
    order by l.place, l.turn`.execute(ctx.db)
  return rows.map((row) => ({ one: factsOf(ctx, row), why: row.kind, phoneId: row.phone_id }))
}

async function firstCallable(
  ctx: Ctx,
  agentId: string,
  line: Line,
  candidates: readonly Candidate[],
  blocked: Map<string, Reason>,
): Promise<Claim | null> {
  const dials = candidates.flatMap(({ one, why, phoneId }) => (phoneId ? [{ one, why, phoneId }] : []))
  const without = candidates.flatMap(({ one, phoneId }) => (phoneId ? [] : [one.leadId]))
  const verdicts = await judge(
    ctx,
    dials.map(({ one, phoneId }) => dialOf(one, phoneId, agentId, line)),
  )
  const at = verdicts.findIndex((verdict) => verdict.allow)
  const refused = dials
    .slice(0, at < 0 ? dials.length : at)
    .map(({ one }, n) => ({ id: one.leadId, verdict: verdicts[n]! }))
  if (without.length > 0) await closeLeads(ctx, among(without), 'invalid')
  await holdBack(ctx, refused, blocked)
  const found = dials[at]
  return found ? { facts: found.one, phoneId: found.phoneId, why: found.why } : null
}

const among = (ids: readonly string[]) => sql`l.id = any(${sql.val([...ids])}::uuid[])`

/** One dial as the gate wants it. */
export const dialOf = (facts: LeadFacts, phoneId: string, agentId: string, line: Line): DialFacts => ({
  phoneId,
  customerId: facts.customerId,
  leadId: facts.leadId,
  lead: facts.lead,
  agentId,
  productId: facts.productId,
  subject: facts.subject,
  purpose: facts.purpose,
  mode: 'preview',
  line,
})

type Refused = { readonly id: string; readonly verdict: GateVerdict }

/** As what a refused lead ends; null when it does not. */
const endOf = ({ reasons }: GateVerdict): ClosedAs | null =>
  reasons.map(({ code, from }) => (from === null ? ENDS[code] : undefined)).find((end) => end !== undefined) ?? null

/** Until when a refused lead leaves the head of the queue; null when the reason lies with the agent or the line. */
function waitsUntil(ctx: Ctx, { reasons, callableFrom }: GateVerdict): Temporal.Instant | null {
  if (callableFrom) return callableFrom
  const tomorrow = ctx.today.add({ days: 1 }).toZonedDateTime(ctx.centre.timeZone).toInstant()
  return reasons.some(({ code, from }) => from === null && OF_THE_CUSTOMER.has(code)) ? tomorrow : null
}

/** Takes refused leads from the head of the queue: until they may be called, or for good. Others keep their place. */
async function holdBack(ctx: Ctx, refused: readonly Refused[], blocked: Map<string, Reason>): Promise<void> {
  const ends = Map.groupBy(refused, ({ verdict }) => endOf(verdict))
  for (const [closedAs, ended] of ends) if (closedAs) await end(ctx, ended, closedAs)
  const waiting: { id: string; due_at: string }[] = []
  for (const { id, verdict } of ends.get(null) ?? []) {
    const until = waitsUntil(ctx, verdict)
    if (until) waiting.push({ id, due_at: until.toString() })
    else for (const reason of verdict.reasons) if (reason.from === null) blocked.set(reason.code, toldReason(reason))
  }
  if (waiting.length === 0) return
  await sql`
    update lead l set due_at = h.due_at, version = l.version + 1
    from jsonb_to_recordset(${JSON.stringify(waiting)}::jsonb) as h(id uuid, due_at timestamptz)
    where l.id = h.id and l.state = 'agent'`.execute(ctx.db)
}

/** Closes leads that the gate refuses for good, and keeps its reasons as the decision. [S3.6] */
async function end(ctx: Ctx, ended: readonly Refused[], closedAs: ClosedAs): Promise<void> {
  await closeLeads(ctx, among(ended.map(({ id }) => id)), closedAs)
  for (const { id, verdict } of ended) {
    const [head, ...tail] = verdict.reasons.map(toldReason)
    if (!head) continue
    const subject = { kind: 'lead', id }
    await ctx.decide({ verdict: { ok: false, reasons: [head, ...tail] }, subject, operation: 'leads.closedByGate' })
  }
}
