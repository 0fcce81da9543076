import { sql } from 'kysely'
import { z } from 'zod'
import { type Verdict, yes } from '../../lib/verdict.ts'
import { Day, Id } from '../../lib/wire.ts'
import { addWorkdays } from '../../lib/workdays.ts'
import { reach } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'
import { type Countable, type Counted, countCalls } from './counts.ts'
import { CALL_READERS } from './reports.ts'
import { canDialOwing, type LineResult, type Outcome } from './rules.ts'

/* What a switch says of calls that were declared, and what the lines still owe. */

/** What the switch's records say of one call. Seconds whole; instants on the house's clock. */
export type Measure = {
  readonly callId: string
  /** The call's own day. */
  readonly on: Temporal.PlainDate
  readonly ringSeconds: number
  /** From the answer to the end, whoever or whatever answered. */
  readonly talkSeconds: number
  /** Null where nobody answered. */
  readonly answeredAt: Temporal.Instant | null
  readonly endedAt: Temporal.Instant
  /** The switch's name of the recording, no number in it; null where it kept none. */
  readonly recording: string | null
  /** The record that says so. */
  readonly sourceId: string
}

type Standing = {
  id: string
  occurred_on: Temporal.PlainDate
  agent_id: string
  group_id: string | null
  batch_id: string | null
  seat_id: string | null
  direction: 'outbound' | 'inbound'
  line_result: LineResult
  outcome: Outcome
  ring_seconds: number
  talk_seconds: number
  wrap_seconds: number
  measured_by: string
  recording: 'owed' | 'kept' | 'none'
  unanswered: boolean
  synthetic_date: boolean
}

/** The calls as they stand, locked in one order, so that a correction in the same instant counts before or after, never between. */
async function standing(ctx: Ctx, measures: readonly Measure[]): Promise<Map<string, Standing>> {
  const ids = sql.val(measures.map(({ callId }) => callId))
  const days = sql.val([...new Set(measures.map(({ on }) => on.toString()))])
  const among = sql`any(${ids}::uuid[])`
  await sql`select from call where id = ${among} and occurred_on = any(${days}::date[]) and centre_id = ${ctx.centre.id}
    order by id for update`.execute(ctx.db)
  const { rows } = await sql<Standing>`
    select id, occurred_on, agent_id, group_id, batch_id, seat_id, direction, line_result, outcome, ring_seconds, talk_seconds,
      wrap_seconds, measured_by, recording, unanswered, synthetic_date
    from call_fact where id = ${among} and occurred_on = any(${days}::date[]) and centre_id = ${ctx.centre.id}`.execute(
    ctx.db,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

const countable = (call: Standing): Countable => ({
  ...{ agentId: call.agent_id, groupId: call.group_id, batchId: call.batch_id, seatId: call.seat_id },
  ...{ day: call.occurred_on, direction: call.direction, lineResult: call.line_result, outcome: call.outcome },
  ...{ ringSeconds: call.ring_seconds, talkSeconds: call.talk_seconds, wrapSeconds: call.wrap_seconds },
  ...{ measuredBy: call.measured_by, recording: call.recording, unanswered: call.unanswered },
  syntheticDate: call.synthetic_date,
})

/**
 * Keeps what the switch's records say of calls, each call at most once a time: ring, talk and whether there is a recording
 * are the switch's from then on, the call itself stays as it was declared, and the sums of agents and seats follow in the
 * same transaction. A later word on a call stands instead of the earlier one, which is kept. Calls that the centre does
 * not have are passed over. Answers how many were measured. [S4.3.3a] [S3.6]
 */
export async function measureCalls(ctx: Ctx, measures: readonly Measure[]): Promise<number> {
  if (measures.length === 0) return 0
  const before = await standing(ctx, measures)
  const known = measures.filter(({ callId }) => before.has(callId))
  const given = known.map(({ callId, on, ringSeconds, talkSeconds, answeredAt, endedAt, recording, sourceId }) => ({
    ...{ call_id: callId, occurred_on: on.toString(), ring_seconds: ringSeconds, talk_seconds: talkSeconds },
    ...{ answered_at: answeredAt?.toString() ?? null, ended_at: endedAt.toString(), recording, source_id: sourceId },
  }))
  const rows = sql`jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as r(call_id uuid, occurred_on date, ring_seconds int,
    talk_seconds int, answered_at timestamptz, ended_at timestamptz, recording text, source_id uuid)`
  await sql`update call_measure m set superseded_at = ${ctx.now} from ${rows}
    where m.call_id = r.call_id and m.occurred_on = r.occurred_on and m.superseded_at is null`.execute(ctx.db)
  await sql`
    insert into call_measure (call_id, occurred_on, centre_id, ring_seconds, talk_seconds, answered_at, ended_at, measured_by,
      recording, source_id, at)
    select r.call_id, r.occurred_on, ${ctx.centre.id}, r.ring_seconds, r.talk_seconds, r.answered_at, r.ended_at, 'cdr',
      r.recording, r.source_id, ${ctx.now} from ${rows}`.execute(ctx.db)
  const after = await standing(ctx, known)
  const counted = known.map(
    ({ callId }): Counted => ({
      call: countable(after.get(callId)!),
      instead: countable(before.get(callId)!),
    }),
  )
  await countCalls(ctx, counted)
  const touched = new Map([...after.values()].map((call) => [call.agent_id, call.group_id]))
  for (const [personId, groupId] of touched)
    for (const name of ['calls', 'floor']) ctx.touch(name, { personId, groupId: groupId ?? undefined })
  return known.length
}

/** A dial that the gate allowed, or a call that came in, as a switch's record may be held against it. */
export type SeatDial = {
  readonly callId: string
  readonly seatId: string
  readonly on: Temporal.PlainDate
  readonly at: Temporal.Instant
  /** HMAC of the number, as hex; null for a customer who was erased and rang in. */
  readonly hash: string | null
  readonly direction: 'outbound' | 'inbound'
  readonly agentId: string
  readonly groupId: string | null
  /** False while it is on a desk still. */
  readonly recorded: boolean
  /** The agent said that the line itself failed: it may never have left the house. */
  readonly failed: boolean
  readonly reached: boolean
  /** As the agent's clicks gave them. */
  readonly ringSeconds: number
  readonly talkSeconds: number
  /** The record that has measured it. */
  readonly sourceId: string | null
}

/** Dials of some seats on some days, both in it, recorded or still on a desk: what the switch must know of. */
export async function seatDials(
  ctx: Ctx,
  { seatIds, from, to }: { seatIds: readonly string[]; from: Temporal.PlainDate; to: Temporal.PlainDate },
): Promise<SeatDial[]> {
  if (seatIds.length === 0) return []
  const { rows } = await sql<SeatDial>`
    select c.id as "callId", c.seat_id as "seatId", c.occurred_on as "on", coalesce(d.at, c.dialled_at, c.claimed_at) as at,
      encode(coalesce(d.hash, p.hash), 'hex') as hash, c.direction, c.agent_id as "agentId", c.group_id as "groupId",
      true as recorded, c.line_result = 'lineFailure' as failed, c.answered_at is not null as reached,
      c.ring_seconds as "ringSeconds", c.talk_seconds as "talkSeconds", m.source_id as "sourceId"
    from seat_day s join call c on c.agent_id = s.agent_id and c.occurred_on = s.day and c.seat_id = s.seat_id
      left join dial_allowed d on d.call_id = c.id and d.occurred_on = c.occurred_on
        and d.occurred_on between ${from} and ${to}
      left join phone_card p on p.id = c.phone_id
      left join call_measure m on m.call_id = c.id and m.occurred_on = c.occurred_on and m.superseded_at is null
        and m.occurred_on between ${from} and ${to}
    where s.seat_id = any(${sql.val([...seatIds])}::uuid[]) and s.day between ${from} and ${to}
      and c.occurred_on between ${from} and ${to} and s.centre_id = ${ctx.centre.id}
    union all
    select k.call_id, s.id, d.occurred_on, d.at, encode(d.hash, 'hex'), 'outbound', k.agent_id, s.group_id, false, false, false,
      0, 0, null
    from seat_line s join desk k on k.agent_id = s.person_id
      join dial_allowed d on d.call_id = k.call_id
    where s.id = any(${sql.val([...seatIds])}::uuid[]) and k.dialled_at is not null and d.occurred_on between ${from} and ${to}
      and s.centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return rows
}

/** The day before which a recording is due, and how many may be owed of days before it; null where there is no limit. */
function limitOf(
  ctx: Ctx,
  groupId: string | null,
): { max: number; workdays: number; before: Temporal.PlainDate } | null {
  const rules = ctx.rules.at(ctx.today, groupId)
  if (!rules.has('recording.owed')) return null
  const { calls: max, workdays } = rules.get('recording.owed')
  if (max === 0) return null
  return { max, workdays, before: addWorkdays(ctx.today, -workdays, rules.get('calendar')).day }
}

/**
 * Whether the actor's seat may dial for all that its line owes: recordings of days that lie further back than the rulebook
 * allows, counted from the sums of the seat, which do not grow dear with the past. [S3.6]
 */
export async function mayDialOwing(ctx: Ctx): Promise<Verdict> {
  const limit = limitOf(ctx, ctx.actor.groupId)
  if (!limit) return yes
  const { rows } = await sql<{ owed: number }>`
    select coalesce(sum(d.owed), 0)::int as owed from seat_line s join seat_day d on d.seat_id = s.id
    where s.person_id = ${ctx.actor.personId} and s.centre_id = ${ctx.centre.id} and d.owed > 0
      and d.day < ${limit.before}`.execute(ctx.db)
  return canDialOwing(rows[0]?.owed ?? 0, limit)
}

/** What every seat owes beyond its time, by seat, and the limit of the centre; null where there is none. */
export async function overdue(ctx: Ctx) {
  const limit = limitOf(ctx, null)
  if (!limit) return null
  const { rows } = await sql<{ seatId: string; owed: number }>`
    select seat_id as "seatId", sum(owed)::int as owed from seat_day
    where centre_id = ${ctx.centre.id} and owed > 0 and day < ${limit.before} group by seat_id`.execute(ctx.db)
  return { ...limit, seats: new Map(rows.map(({ seatId, owed }) => [seatId, owed])) }
}

export const Owed = z.object({
  seatId: Id,
  seat: z.string().nullable(),
  groupId: Id.nullable(),
  group: z.string().nullable(),
  calls: z.int(),
  talkSeconds: z.int(),
  oldest: Day,
  people: z.array(z.string()),
})

/** Recordings that manual lines owe, by seat, the oldest first; of the groups in reach. [S3.6] */
export async function owed(ctx: Ctx): Promise<z.input<typeof Owed>[]> {
  const within = reach(ctx.actor, CALL_READERS)
  const mine = within.centre ? sql`true` : sql`d.group_id = any(${sql.val([...within.groupIds])}::uuid[])`
  const { rows } = await sql<z.input<typeof Owed>>`
    select d.seat_id as "seatId", s.label as seat, d.group_id as "groupId", u.name as group, sum(d.owed)::int as calls,
      sum(d.owed_talk_seconds)::int as "talkSeconds", min(d.day) as oldest, array_agg(distinct n.name) as people
    from seat_day d left join seat_line s on s.id = d.seat_id left join org_unit u on u.id = d.group_id
      left join person_name n on n.id = d.agent_id
    where d.centre_id = ${ctx.centre.id} and d.owed > 0 and ${mine}
    group by d.seat_id, s.label, d.group_id, u.name order by min(d.day), s.label`.execute(ctx.db)
  return rows
}
