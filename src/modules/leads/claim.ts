import { sql } from 'kysely'
import type { Reason } from '../../lib/verdict.ts'
import type { Ctx } from '../../platform/context.ts'
import { type DialFacts, judge } from '../compliance/facts.ts'
import type { GateVerdict } from '../compliance/rules.ts'
import type { ClosedAs } from './attempts.ts'
import { dialFactsOf, firstNumbersOf, type LeadFacts } from './facts.ts'
import { bandAt, type Kind, kindOrder, planLine } from './rules.ts'

/** The seat's line as the gate wants it. */
export type Line = DialFacts['line']

export type Claim = { readonly facts: LeadFacts; readonly phoneId: string; readonly why: Kind }
/** What stands in the way when the agent's leads are all held back by something that is not the lead's. */
export type NoClaim = { readonly facts: null; readonly reasons: readonly Reason[]; readonly waiting: number }

/** Candidates judged at once; the first that may be called is taken. */
const AT_ONCE = 25
/** Leads looked at in one claim at most; what was refused has left the head of the queue, the next claim goes on. */
const MOST = 500

/** Refusals that end a lead, and as what. Anything else ends by itself or is not the lead's fault. */
const ENDS: Readonly<Record<string, ClosedAs>> = {
  dncOwn: 'doNotCall',
  dncShared: 'doNotCall',
  dncNational: 'doNotCall',
  consentWithdrawn: 'doNotCall',
  numberInvalid: 'invalid',
}

const OF_KIND = {
  warm: sql`l.warm_until > ${sql.ref('at')}`,
  fresh: sql`l.tries = 0 and l.round = 1 and (l.warm_until is null or l.warm_until <= ${sql.ref('at')})`,
  retry: sql`not (l.tries = 0 and l.round = 1) and (l.warm_until is null or l.warm_until <= ${sql.ref('at')})`,
} as const

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
): Promise<Claim | NoClaim> {
  const rules = ctx.rules.at(ctx.today, ctx.actor.groupId)
  const local = ctx.now.toZonedDateTimeISO(ctx.centre.timeZone)
  const band = bandAt(rules.get('dial.blocks'), local.toPlainTime())
  const plan = planLine(rules.get('dial.plan'), band, local.dayOfWeek)
  const order = plan ? kindOrder(plan, await dialledToday(ctx, agentId)) : (['warm', 'fresh', 'retry'] as const)
  const blocked = new Map<string, Reason>()
  const passed = [...skip]
  for (const why of order) {
    if (why === 'callback') continue
    while (passed.length < MOST) {
      const candidates = await due(ctx, agentId, why, passed)
      if (candidates.length === 0) break
      const claim = await firstCallable(ctx, agentId, why, line, candidates, blocked)
      if (claim) return claim
      passed.push(...candidates)
    }
  }
  return { facts: null, reasons: [...blocked.values()], waiting: passed.length - skip.length }
}

async function dialledToday(ctx: Ctx, agentId: string): Promise<{ fresh: number; retry: number }> {
  const { rows } = await sql<{ fresh: number; retry: number }>`
    select count(*) filter (where number = 1 and round = 1)::int as fresh,
      count(*) filter (where not (number = 1 and round = 1))::int as retry
    from lead_attempt where agent_id = ${agentId} and occurred_on = ${ctx.today}`.execute(ctx.db)
  return rows[0] ?? { fresh: 0, retry: 0 }
}

/** Due leads of one kind in their order. A lead that a leader is recalling at this moment is passed over. */
async function due(
  ctx: Ctx,
  agentId: string,
  why: 'warm' | 'fresh' | 'retry',
  passed: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select l.id from lead l cross join (select ${ctx.now}::timestamptz as at) n
    where l.holder_id = ${agentId} and l.state = 'agent' and l.due_at <= ${ctx.now} and ${OF_KIND[why]}
      and l.id <> all(${sql.val([...passed])}::uuid[])
    order by ${why === 'fresh' ? sql`l.shuffle` : sql`l.due_at, l.shuffle`} limit ${AT_ONCE}
    for update of l skip locked`.execute(ctx.db)
  return rows.map((row) => row.id)
}

async function firstCallable(
  ctx: Ctx,
  agentId: string,
  why: Kind,
  line: Line,
  leadIds: readonly string[],
  blocked: Map<string, Reason>,
): Promise<Claim | null> {
  const facts = await dialFactsOf(ctx, leadIds)
  const numbers = await firstNumbersOf(
    ctx,
    [...facts.values()].map((one) => one.customerId),
  )
  const dials = leadIds.flatMap((id) => {
    const one = facts.get(id)
    const phoneId = one && numbers.get(one.customerId)
    return one && phoneId ? [{ one, phoneId }] : []
  })
  const verdicts = await judge(
    ctx,
    dials.map(({ one, phoneId }) => dialOf(one, phoneId, agentId, line)),
  )
  const held: { id: string; verdict: GateVerdict }[] = []
  for (const [index, { one, phoneId }] of dials.entries()) {
    const verdict = verdicts[index]!
    if (verdict.allow) {
      await holdBack(ctx, held, blocked)
      return { facts: one, phoneId, why }
    }
    held.push({ id: one.leadId, verdict })
  }
  await holdBack(ctx, held, blocked)
  return null
}

/** One dial as the gate wants it. */
export const dialOf = (facts: LeadFacts, phoneId: string, agentId: string, line: Line): DialFacts => ({
  phoneId,
  customerId: facts.customerId,
  lead: facts.lead,
  agentId,
  productId: facts.productId,
  subject: facts.subject,
  purpose: facts.purpose,
  mode: 'preview',
  line,
})

/** Takes refused leads from the head of the queue: until they may be called, or for good. Others keep their place. */
async function holdBack(ctx: Ctx, held: readonly { id: string; verdict: GateVerdict }[], blocked: Map<string, Reason>) {
  if (held.length === 0) return
  const rows = held.flatMap(({ id, verdict }) => {
    const closed = verdict.reasons.map((reason) => (reason.from === null ? ENDS[reason.code] : undefined)).find(Boolean)
    if (closed) return [{ id, closed_as: closed, due_at: null }]
    if (verdict.callableFrom) return [{ id, closed_as: null, due_at: verdict.callableFrom.toString() }]
    for (const reason of verdict.reasons) if (reason.from === null) blocked.set(reason.code, { ...reason, from: null })
    return []
  })
  if (rows.length === 0) return
  await sql`
    update lead l set due_at = h.due_at, closed_as = h.closed_as, version = l.version + 1,
      state = case when h.closed_as is null then l.state else 'closed' end,
      closed_at = case when h.closed_as is null then null else ${ctx.now}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as h(id uuid, closed_as text, due_at timestamptz)
    where l.id = h.id`.execute(ctx.db)
}
