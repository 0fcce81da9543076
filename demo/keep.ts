import { sql } from 'kysely'
import { type Countable, countCalls } from '../src/modules/calls/counts.ts'
import { LINE_RESULTS } from '../src/modules/calls/rules.ts'
import type { Ctx } from '../src/platform/context.ts'
import type { PlayedCall, PlayedDay, PlayedLead, PlayedPromise } from './history.ts'

/*
 * Writes a played day into the books in a few statements, row for row what the desk's commands would have written: the
 * call, its dial in the ledger, the line's events, the try, the lead, who held it, promises, the day's sums.
 */

const iso = (at: number | null) => (at === null ? null : Temporal.Instant.fromEpochMilliseconds(at).toString())
const seconds = (from: number, to: number) => Math.round((to - from) / 1000)
const json = (rows: readonly unknown[]) => JSON.stringify(rows)

function rowOf(call: PlayedCall, owes: More['owes'] = () => false) {
  const { lead, answeredAt, lineResult } = call
  return {
    id: call.id,
    group_id: call.groupId,
    agent_id: call.agentId,
    lead_id: lead.id,
    batch_id: lead.batchId,
    product_id: lead.productId,
    customer_id: lead.customerId,
    phone_id: lead.phoneId,
    why: call.why,
    cold: call.why === 'fresh' || call.why === 'retry',
    band: call.band,
    round: call.round,
    attempt: call.attempt,
    claimed_at: iso(call.claimedAt),
    dialled_at: iso(call.dialledAt),
    answered_at: iso(answeredAt),
    ended_at: iso(call.endedAt),
    wrapped_at: iso(call.wrappedAt),
    ring_seconds: seconds(call.dialledAt, answeredAt ?? call.endedAt),
    talk_seconds: answeredAt === null ? 0 : seconds(answeredAt, call.endedAt),
    wrap_seconds: seconds(call.endedAt, call.wrappedAt),
    line_result: lineResult,
    outcome: call.outcome,
    lead_after: call.leadAfter,
    reached: LINE_RESULTS[lineResult].reached,
    recording: !LINE_RESULTS[lineResult].reached ? 'none' : owes(call.agentId) ? 'owed' : 'kept',
    failed: LINE_RESULTS[lineResult].failed,
  }
}

const CALLS = sql`r(id uuid, group_id uuid, agent_id uuid, lead_id uuid, batch_id uuid, product_id uuid, customer_id uuid,
  phone_id uuid, why text, cold boolean, band text, round int, attempt int, claimed_at timestamptz, dialled_at timestamptz,
  answered_at timestamptz, ended_at timestamptz, wrapped_at timestamptz, ring_seconds int, talk_seconds int, wrap_seconds int,
  line_result text, outcome text, lead_after text, reached boolean, failed boolean, recording text)`

type More = {
  /** The gate's yes and the choice of the lead, call by call. */
  readonly decisions: boolean
  /** Whose recordings nobody has handed in yet. */
  readonly owes: (agentId: string) => boolean
}

/** Writes a day that was played; `ctx` stands on its evening. */
export async function keepDay(ctx: Ctx, played: PlayedDay, more: More): Promise<void> {
  if (played.calls.length === 0) return
  const given = json(played.calls.map((call) => rowOf(call, more.owes)))
  await keepCalls(ctx, given)
  if (more.decisions) await keepDecisions(ctx, given)
  await keepSums(ctx, played.calls, more.owes)
  await keepLeads(ctx, [...played.touched])
  await keepPromises(ctx, played)
}

async function keepCalls(ctx: Ctx, given: string): Promise<void> {
  const rules = ctx.rules.at(ctx.today)
  const { centre, today } = ctx
  await sql`
    with r as materialized (select * from jsonb_to_recordset(${given}::jsonb) as ${CALLS}),
    kept as (
      insert into call (id, occurred_on, centre_id, group_id, agent_id, lead_id, batch_id, product_id, customer_id, phone_id,
        seat_id, direction, why, cold, band, attempt, claimed_at, dialled_at, answered_at, ended_at, wrapped_at, ring_seconds,
        talk_seconds, wrap_seconds, line_result, outcome, lead_after, measured_by, recording, version_id, recorded_at)
      select r.id, ${today}, ${centre.id}, r.group_id, r.agent_id, r.lead_id, r.batch_id, r.product_id, r.customer_id,
        r.phone_id, s.id, 'outbound', r.why, r.cold, r.band, r.attempt, r.claimed_at, r.dialled_at, r.answered_at, r.ended_at,
        r.wrapped_at, r.ring_seconds, r.talk_seconds, r.wrap_seconds, r.line_result, r.outcome, r.lead_after, 'declared',
        r.recording, ${rules.versionOf('S4.4.3')}, r.wrapped_at
      from r left join seat s on s.person_id = r.agent_id),
    dialled as (
      insert into dial_ledger (occurred_on, centre_id, hash, at, ended_at, answered, broke_off, failed, subject, cold, agent_id,
        call_id)
      select ${today}, ${centre.id}, p.hash, r.dialled_at, r.ended_at, r.reached, r.line_result = 'brokeOff', r.failed, 'life',
        r.cold, r.agent_id, r.id
      from r join phone p on p.id = r.phone_id),
    tried as (
      insert into lead_attempt (lead_id, round, number, at, occurred_on, band, weekday, agent_id, call_id, outcome)
      select r.lead_id, r.round, r.attempt, r.dialled_at, ${today}, r.band, ${today.dayOfWeek}, r.agent_id, r.id, r.outcome
      from r where r.attempt is not null)
    insert into line_event (occurred_on, call_id, centre_id, at, state, cause, measured_by)
    select ${today}, r.id, ${centre.id}, e.at, e.state, e.cause, 'declared' from r cross join lateral (values
      (r.dialled_at, 'allowed', null), (r.dialled_at, 'dialling', null), (r.answered_at, 'answered', null),
      (r.ended_at, case when r.failed then 'failed' else 'ended' end, r.line_result)) as e(at, state, cause)
    where e.at is not null`.execute(ctx.db)
  await sql`update phone p set retired_at = r.ended_at from jsonb_to_recordset(${given}::jsonb) as ${CALLS}
    where p.id = r.phone_id and p.retired_at is null and (r.line_result = 'noSuchNumber' or r.outcome = 'wrongNumber')`.execute(
    ctx.db,
  )
}

/** What the choice of the lead and the gate decided for each dial. */
async function keepDecisions(ctx: Ctx, given: string): Promise<void> {
  const rules = ctx.rules.at(ctx.today)
  await sql`
    insert into decision (verdict_id, occurred_on, at, centre_id, operation, allowed, clause, codes, version_id, actor_id,
      subject_kind, subject_id)
    select uuidv7(), ${ctx.today}, d.at, ${ctx.centre.id}, d.operation, true, d.clause, '{}', d.version, r.agent_id, 'lead', r.lead_id
    from jsonb_to_recordset(${given}::jsonb) as ${CALLS} cross join lateral (values
      (r.claimed_at, 'calls.next.' || r.why, 'S4.4.3', ${rules.versionOf('S4.4.3')}::uuid),
      (r.dialled_at, 'calls.dial', 'S3.6', ${rules.versionOf('S3.6')}::uuid)) as d(at, operation, clause, version)`.execute(
    ctx.db,
  )
}

async function keepSums(ctx: Ctx, calls: readonly PlayedCall[], owes: More['owes']): Promise<void> {
  const { rows } = await sql<{ id: string; person_id: string }>`
    select id, person_id from seat where person_id is not null and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  const seats = new Map(rows.map(({ id, person_id }) => [person_id, id]))
  const countable = (call: PlayedCall): Countable => {
    const row = rowOf(call, owes)
    return {
      ...{ agentId: call.agentId, groupId: call.groupId, batchId: call.lead.batchId, day: ctx.today },
      ...{ direction: 'outbound', lineResult: call.lineResult, outcome: call.outcome },
      ...{ ringSeconds: row.ring_seconds, talkSeconds: row.talk_seconds, wrapSeconds: row.wrap_seconds },
      ...{ seatId: seats.get(call.agentId) ?? null, recording: row.recording as 'owed' },
    }
  }
  await countCalls(
    ctx,
    calls.map((call) => ({ call: countable(call) })),
  )
}

async function keepLeads(ctx: Ctx, leads: readonly PlayedLead[]): Promise<void> {
  const given = json(
    leads.map((lead) => ({
      id: lead.id,
      state: lead.state,
      round: lead.round,
      tries: lead.tries.length,
      first_at: iso(lead.tries[0]?.at ?? null),
      last_at: iso(lead.lastTryAt),
      // The promise itself is called first; the lead is due after its window.
      due_at: iso(lead.dueAt === null ? null : lead.promise && !lead.promise.ended ? lead.promise.to : lead.dueAt),
      due_band: lead.dueBand,
      warm: iso(lead.warmUntil),
      closed_as: lead.closedAs,
      closed_at: iso(lead.closedAt),
    })),
  )
  await sql`
    with r as materialized (select * from jsonb_to_recordset(${given}::jsonb) as r(id uuid, state text, round int, tries int,
      first_at timestamptz, last_at timestamptz, due_at timestamptz, due_band text, warm timestamptz, closed_as text,
      closed_at timestamptz)),
    moved as (
      update lead l set state = r.state, round = r.round, tries = r.tries, first_try_at = r.first_at, last_try_at = r.last_at,
        due_at = r.due_at, due_band = r.due_band, warm_until = r.warm, closed_as = r.closed_as, closed_at = r.closed_at,
        holder_id = case when r.state = 'group' then null else l.holder_id end,
        held_since = case when r.state = 'group' then null else l.held_since end, version = l.version + 1
      from r where l.id = r.id returning l.id, l.group_id),
    ended as (
      update lead_hold h set until_at = coalesce(r.closed_at, r.last_at) from r
      where h.lead_id = r.id and h.until_at is null and r.state <> 'agent' returning h.id)
    insert into lead_hold (lead_id, from_at, holder, group_id)
    select r.id, r.last_at, 'group', m.group_id from r join moved m on m.id = r.id, (select count(*) from ended) after_the_end
    where r.state = 'group'`.execute(ctx.db)
}

async function keepPromises(ctx: Ctx, played: PlayedDay): Promise<void> {
  const rowOfPromise = ({ lead, ended, ...one }: PlayedPromise) => ({
    ...{ id: one.id, lead_id: lead.id, customer_id: lead.customerId, phone_id: lead.phoneId, agent_id: one.agentId },
    ...{
      group_id: one.groupId,
      due_from: iso(one.from),
      due_to: iso(one.to),
      made_in: one.madeIn,
      made_at: iso(one.madeAt),
    },
    ...{ state: ended?.state ?? 'open', ended_at: iso(ended?.at ?? null), ended_why: ended?.why ?? null },
  })
  const all = new Set(played.promises)
  for (const { answers } of played.calls) if (answers) all.add(answers)
  const fields = sql`r(id uuid, lead_id uuid, customer_id uuid, phone_id uuid, agent_id uuid, group_id uuid,
    due_from timestamptz, due_to timestamptz, made_in uuid, made_at timestamptz, state text, ended_at timestamptz, ended_why text)`
  const given = json([...all].map(rowOfPromise))
  // Those that ended leave their place before new ones of the same leads are entered.
  await sql`update callback c set state = r.state, ended_at = r.ended_at, ended_by = r.agent_id, ended_why = r.ended_why
    from jsonb_to_recordset(${given}::jsonb) as ${fields} where c.id = r.id and r.state <> 'open'`.execute(ctx.db)
  await sql`
    with r as materialized (select * from jsonb_to_recordset(${given}::jsonb) as ${fields}),
    booked as (
      insert into callback (id, centre_id, lead_id, customer_id, phone_id, agent_id, group_id, whose, due_from, due_to,
        customer_zone, made_in, made_at, state, ended_at, ended_by, ended_why)
      select r.id, ${ctx.centre.id}, r.lead_id, r.customer_id, r.phone_id, r.agent_id, r.group_id, 'mine', r.due_from, r.due_to,
        ${ctx.centre.timeZone}, r.made_in, r.made_at, r.state, r.ended_at,
        case when r.state = 'open' then null else r.agent_id end, r.ended_why
      from r where not exists (select from callback c where c.id = r.id) returning *)
    insert into customer_act (centre_id, customer_id, kind, from_at, to_at, record_kind, record_id, recorded_at)
    select centre_id, customer_id, 'namedTime', due_from, due_to, 'callback', id, made_at from booked`.execute(ctx.db)
}
