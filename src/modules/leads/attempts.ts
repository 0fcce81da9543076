import { sql } from 'kysely'
import { isWorkday } from '../../lib/workdays.ts'
import type { Ctx } from '../../platform/context.ts'
import { type Attempt, bandAt, nextAttempt } from './rules.ts'

export type ClosedAs = 'sale' | 'refusal' | 'invalid' | 'planFinished' | 'expired' | 'doNotCall'

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
  readonly state: 'agent' | 'group' | 'closed'
  readonly closedAs: ClosedAs | null
  readonly dueAt: Temporal.Instant | null
}

/**
 * Writes one try of a lead and moves it on by the attempt plan in force: next due, resting for another agent, or closed.
 * Decides under the plan's clause and keeps the decision when the plan itself ends the lead. [S4.4.10b]
 */
export async function recordAttempt(ctx: Ctx, made: MadeAttempt): Promise<AfterAttempt> {
  const lead = await ctx.db
    .selectFrom('lead')
    .select(['round', 'group_id', 'holder_id'])
    .where('id', '=', made.leadId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const rules = ctx.rules.at(ctx.today, lead.group_id)
  const bands = rules.get('dial.blocks')
  const zone = ctx.centre.timeZone
  const dialled = made.at.toZonedDateTimeISO(zone)
  const band = bandAt(bands, dialled.toPlainTime()) ?? 'outside'
  const before = await ctx.db
    .selectFrom('lead_attempt')
    .select(['at', 'band'])
    .where('lead_id', '=', made.leadId)
    .where('round', '=', lead.round)
    .orderBy('number')
    .execute()
  const attempts: Attempt[] = made.failed ? before : [...before, { at: made.at, band }]
  if (!made.failed)
    await ctx.db
      .insertInto('lead_attempt')
      .values({
        lead_id: made.leadId,
        round: lead.round,
        number: attempts.length,
        at: made.at,
        occurred_on: dialled.toPlainDate(),
        band,
        weekday: dialled.dayOfWeek,
        agent_id: made.agentId,
        call_id: made.callId,
        outcome: made.outcome,
      })
      .execute()
  const tried = { tries: attempts.length, firstTryAt: attempts[0]?.at ?? null, lastTryAt: attempts.at(-1)?.at ?? null }
  if (made.closes) return await close(ctx, made.leadId, made.closes, tried)
  if (made.promisedUntil) return await keep(ctx, made.leadId, made.promisedUntil, null, tried)
  const calendar = rules.get('calendar')
  const next = nextAttempt(rules.get('attempt.plan'), bands, attempts, lead.round, ctx.now, {
    zone,
    isWorkday: (day) => isWorkday(day, calendar).workday,
  })
  if (next.kind === 'due') return await keep(ctx, made.leadId, next.at, next.band, tried)
  await ctx.decide({
    verdict: { ok: true },
    subject: { kind: 'lead', id: made.leadId },
    clauses: ['S4.4.10b'],
    operation: next.kind === 'rest' ? 'leads.rest' : 'leads.planFinished',
  })
  if (next.kind === 'finished') return await close(ctx, made.leadId, 'planFinished', tried)
  return await rest(ctx, made.leadId, lead.group_id, next.until, tried)
}

type Tried = { tries: number; firstTryAt: Temporal.Instant | null; lastTryAt: Temporal.Instant | null }

async function keep(
  ctx: Ctx,
  id: string,
  dueAt: Temporal.Instant,
  band: string | null,
  tried: Tried,
): Promise<AfterAttempt> {
  await sql`update lead set tries = ${tried.tries}, first_try_at = ${tried.firstTryAt}, last_try_at = ${tried.lastTryAt},
    due_at = ${dueAt}, due_band = ${band}, version = version + 1 where id = ${id}`.execute(ctx.db)
  return { state: 'agent', closedAs: null, dueAt }
}

async function close(ctx: Ctx, id: string, closedAs: ClosedAs, tried: Tried): Promise<AfterAttempt> {
  await sql`update lead set state = 'closed', closed_as = ${closedAs}, closed_at = ${ctx.now}, due_at = null, due_band = null,
    tries = ${tried.tries}, first_try_at = ${tried.firstTryAt}, last_try_at = ${tried.lastTryAt}, version = version + 1
    where id = ${id}`.execute(ctx.db)
  await sql`update lead_hold set until_at = ${ctx.now} where lead_id = ${id} and until_at is null`.execute(ctx.db)
  return { state: 'closed', closedAs, dueAt: null }
}

/** Back to the group's pool for a new round; distribution gives it to another agent, and not before the rest is over. */
async function rest(
  ctx: Ctx,
  id: string,
  groupId: string | null,
  until: Temporal.Instant,
  tried: Tried,
): Promise<AfterAttempt> {
  await sql`update lead set state = 'group', holder_id = null, held_since = null, round = round + 1, tries = 0, first_try_at = null,
    last_try_at = ${tried.lastTryAt}, due_at = ${until}, due_band = null, version = version + 1 where id = ${id}`.execute(
    ctx.db,
  )
  await sql`update lead_hold set until_at = ${ctx.now} where lead_id = ${id} and until_at is null`.execute(ctx.db)
  await sql`insert into lead_hold (lead_id, from_at, holder, group_id) values (${id}, ${ctx.now}, 'group', ${groupId})`.execute(
    ctx.db,
  )
  return { state: 'group', closedAs: null, dueAt: until }
}
