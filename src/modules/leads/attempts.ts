import { sql } from 'kysely'
import { together } from '../../lib/together.ts'
import { isWorkday } from '../../lib/workdays.ts'
import type { Ctx } from '../../platform/context.ts'
import type { RuleSet } from '../../platform/rules.ts'
import { type Attempt, bandAt, type ClosedAs, type NextAttempt, nextAttempt, type State } from './rules.ts'

export type MadeAttempt = {
  readonly leadId: string
  readonly agentId: string
  readonly callId: string
  /** When it was dialled. */
  readonly at: Temporal.Instant
  readonly outcome: string
  /** The outcome ends the lead. */
  readonly closes?: ClosedAs | undefined
  /** A callback promised in this call: not due before its end, since the callback itself is called first. */
  readonly promisedUntil?: Temporal.Instant | undefined
  /** Our own line failed before it rang: not a try of the customer's, the lead stays due. */
  readonly failed?: boolean | undefined
}

/** Where the attempt plan leaves a lead after a try. */
export type AfterAttempt = {
  readonly state: State
  readonly closedAs: ClosedAs | null
  readonly dueAt: Temporal.Instant | null
}

/** What the record of the call takes over from the lead. `number` is null for what was no try. */
export type Recorded = AfterAttempt & {
  readonly batchId: string
  readonly productId: string
  readonly number: number | null
}

type Lead = {
  round: number
  state: State
  closed_as: ClosedAs | null
  group_id: string | null
  customer_id: string
  batch_id: string
  product_id: string
}

type Tried = { tries: number; firstTryAt: Temporal.Instant | null; lastTryAt: Temporal.Instant | null }

/**
 * Writes one try of a lead and moves it on by the attempt plan in force: next due, resting for another agent, or closed.
 * A lead that was taken back or closed during the call keeps the try and stays where it is; only an end that the customer
 * gave it now takes the place of an end by the clock. When the plan itself ends or rests the lead, the decision is kept
 * under the plan's clause. [S4.4.10b]
 */
export async function recordAttempt(ctx: Ctx, made: MadeAttempt): Promise<Recorded> {
  const { rows } = await sql<Lead & { before: { at: string; band: string }[] }>`
    select l.round, l.state, l.closed_as, l.group_id, l.customer_id, l.batch_id, l.product_id,
      coalesce((select jsonb_agg(jsonb_build_object('at', a.at, 'band', a.band) order by a.number) from lead_attempt a
        where a.lead_id = l.id and a.round = l.round), '[]') as before
    from lead l where l.id = ${made.leadId} and l.centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  const lead = rows[0]
  if (!lead) throw new Error(`no lead ${made.leadId}`)
  const before = lead.before.map(({ at, band }): Attempt => ({ at: Temporal.Instant.from(at), band }))
  const dialled = made.at.toZonedDateTimeISO(ctx.centre.timeZone)
  const band = bandAt(ctx.rules.at(ctx.today, lead.group_id).get('dial.blocks'), dialled.toPlainTime()) ?? 'outside'
  // A line that failed is no try.
  const attempts = made.failed ? before : [...before, { at: made.at, band }]
  const number = made.failed ? null : attempts.length
  const [after] = await together([
    moveOn(ctx, made, lead, attempts),
    number !== null &&
      sql`
        insert into lead_attempt (lead_id, round, number, at, occurred_on, band, weekday, agent_id, call_id, outcome)
        values (${made.leadId}, ${lead.round}, ${number}, ${made.at}, ${dialled.toPlainDate()}, ${band},
          ${dialled.dayOfWeek}, ${made.agentId}, ${made.callId}, ${made.outcome})`.execute(ctx.db),
  ])
  return { ...after, batchId: lead.batch_id, productId: lead.product_id, number }
}

/** Where the plan, the customer's word or a promise leaves the lead after these tries. */
async function moveOn(ctx: Ctx, made: MadeAttempt, lead: Lead, attempts: readonly Attempt[]): Promise<AfterAttempt> {
  const tried = { tries: attempts.length, firstTryAt: attempts[0]?.at ?? null, lastTryAt: attempts.at(-1)?.at ?? null }
  if (lead.state === 'closed' && !made.closes) return await keep(ctx, made.leadId, lead, null, null, tried)
  if (made.closes) return await close(ctx, made.leadId, made.closes, tried)
  if (made.promisedUntil) return await keep(ctx, made.leadId, lead, made.promisedUntil, null, tried)
  const next = planned(ctx, ctx.rules.at(ctx.today, lead.group_id), lead.round, attempts)
  if (next.kind === 'due') return await keep(ctx, made.leadId, lead, next.at, next.band, tried)
  await ctx.decide({
    verdict: { ok: true },
    subject: { kind: 'lead', id: made.leadId },
    clauses: ['S4.4.10b'],
    operation: next.kind === 'rest' ? 'leads.rest' : 'leads.planFinished',
  })
  if (next.kind === 'finished') return await close(ctx, made.leadId, 'planFinished', tried)
  return await rest(ctx, made.leadId, lead, next.until, tried)
}

function planned(ctx: Ctx, rules: RuleSet, round: number, attempts: readonly Attempt[]): NextAttempt {
  const calendar = rules.get('calendar')
  return nextAttempt(rules.get('attempt.plan'), rules.get('dial.blocks'), attempts, round, ctx.now, {
    zone: ctx.centre.timeZone,
    isWorkday: (day) => isWorkday(day, calendar).workday,
  })
}

async function keep(
  ctx: Ctx,
  id: string,
  lead: Lead,
  dueAt: Temporal.Instant | null,
  band: string | null,
  tried: Tried,
): Promise<AfterAttempt> {
  await sql`update lead set tries = ${tried.tries}, first_try_at = ${tried.firstTryAt}, last_try_at = ${tried.lastTryAt},
    due_at = ${dueAt}, due_band = ${band}, warm_until = ${warmth(ctx, lead.customer_id)}, version = version + 1
    where id = ${id}`.execute(ctx.db)
  return { state: lead.state, closedAs: lead.closed_as, dueAt }
}

async function close(ctx: Ctx, id: string, closedAs: ClosedAs, tried: Tried): Promise<AfterAttempt> {
  await sql`update lead set state = 'closed', closed_as = ${closedAs}, closed_at = ${ctx.now}, due_at = null, due_band = null,
    tries = ${tried.tries}, first_try_at = ${tried.firstTryAt}, last_try_at = ${tried.lastTryAt}, version = version + 1
    where id = ${id}`.execute(ctx.db)
  await sql`update lead_hold set until_at = ${ctx.now} where lead_id = ${id} and until_at is null`.execute(ctx.db)
  return { state: 'closed', closedAs, dueAt: null }
}

/** Back to the pool for a new round; distribution gives it to another agent, and not before the rest is over. */
async function rest(ctx: Ctx, id: string, lead: Lead, until: Temporal.Instant, tried: Tried): Promise<AfterAttempt> {
  const state = lead.group_id ? 'group' : 'pool'
  await sql`update lead set state = ${state}, holder_id = null, held_since = null, round = round + 1, tries = 0, first_try_at = null,
    last_try_at = ${tried.lastTryAt}, due_at = ${until}, due_band = null, version = version + 1 where id = ${id}`.execute(
    ctx.db,
  )
  // A lead that was taken back during the call lies there already.
  if (lead.state !== 'agent') return { state, closedAs: null, dueAt: until }
  await sql`update lead_hold set until_at = ${ctx.now} where lead_id = ${id} and until_at is null`.execute(ctx.db)
  await sql`insert into lead_hold (lead_id, from_at, holder, group_id) values (${id}, ${ctx.now}, 'group', ${lead.group_id})`.execute(
    ctx.db,
  )
  return { state, closedAs: null, dueAt: until }
}

/** How long an act of the customer stays warm in the order of calls, in days, where the act has no end of its own. */
const WARM_DAYS = 30

/**
 * Until when a customer's own acts make his lead a warm one in the calling plan: an open quote or application, service of
 * an own policy, an inbound contact of the last 30 days, a time he named with the day after it. Null = cold. It orders
 * calls; what caps hold for a dial is the gate's to say.
 */
const warmth = (ctx: Ctx, customerId: string) => sql`(
  select max(w.until) filter (where w.until > ${ctx.now}) from (
    select least(${ctx.now.add({ hours: WARM_DAYS * 24 })}::timestamptz, case kind
      when 'inbound' then from_at + ${`${WARM_DAYS} days`}::interval
      when 'namedTime' then coalesce(to_at, from_at) + interval '1 day'
      else to_at end) as until
    from act_of_customer where customer_id = ${customerId} and centre_id = ${ctx.centre.id}) w)::timestamptz`

/** Puts the open leads of a customer in the right place of the calling plan after an act of his: for calls and sales. */
export async function warm(ctx: Ctx, customerId: string): Promise<void> {
  await sql`update lead set warm_until = ${warmth(ctx, customerId)}, version = version + 1
    where customer_id = ${customerId} and centre_id = ${ctx.centre.id} and state <> 'closed'`.execute(ctx.db)
}

/** Ends that a customer may take back himself, or that were recorded by mistake. */
const REOPENS: readonly ClosedAs[] = ['refusal', 'invalid', 'planFinished', 'expired']

/**
 * Opens a closed lead again in the hands of its last holder, due by the attempt plan: the customer rang in and wants to be
 * called, or what closed it was a slip that its agent corrects on the same day. False, and nothing changes, where the end
 * stands (a sale, a refusal for good, a better list), the holder has left the group, or somebody else has the customer.
 * [S4.4.10b]
 */
export async function reopen(ctx: Ctx, leadId: string): Promise<boolean> {
  const { rows } = await sql<Pick<Lead, 'round' | 'closed_as' | 'group_id'> & { holder_id: string }>`
    select l.round, l.closed_as, l.group_id, l.holder_id from lead l
    where l.id = ${leadId} and l.centre_id = ${ctx.centre.id} and l.state = 'closed'
      and l.closed_as = any(${sql.val([...REOPENS])}::text[])
      and exists (select from member m where m.person_id = l.holder_id and m.group_id = l.group_id
        and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today}))
      and not exists (select from lead o where o.customer_id = l.customer_id and o.state <> 'closed')
    for update of l`.execute(ctx.db)
  const lead = rows[0]
  if (!lead) return false
  const { rows: attempts } = await sql<Attempt>`select at, band from lead_attempt
    where lead_id = ${leadId} and round = ${lead.round} order by number`.execute(ctx.db)
  const next = planned(ctx, ctx.rules.at(ctx.today, lead.group_id), lead.round, attempts)
  const due = next.kind === 'due' ? next : { at: ctx.now, band: null }
  await sql`update lead set state = 'agent', closed_as = null, closed_at = null, held_since = ${ctx.now}, due_at = ${due.at},
    due_band = ${due.band}, version = version + 1 where id = ${leadId}`.execute(ctx.db)
  await sql`insert into lead_hold (lead_id, from_at, holder, group_id, person_id)
    values (${leadId}, ${ctx.now}, 'agent', ${lead.group_id}, ${lead.holder_id})`.execute(ctx.db)
  await ctx.emit('leads.reopened', { kind: 'lead', id: leadId }, { was: lead.closed_as })
  ctx.touch('leads', { personId: lead.holder_id, groupId: lead.group_id ?? undefined })
  return true
}
