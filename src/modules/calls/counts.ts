import { sql } from 'kysely'
import { together } from '../../lib/together.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { phonesOf, restoreNumber, retireNumber } from '../customers/customers.ts'
import { stopCalling } from '../customers/doNotCall.ts'
import { reopen } from '../leads/attempts.ts'
import { closeLeads } from '../leads/move.ts'
import { endCallback } from './callbacks.ts'
import {
  canCorrect,
  canCorrectTo,
  EFFECTIVE_SECONDS,
  LINE_RESULTS,
  type LineResult,
  OUTCOMES,
  type Outcome,
} from './rules.ts'

/** What of a finished call goes into the day's sums. */
export type Countable = {
  readonly agentId: string
  readonly groupId: string | null
  readonly batchId: string | null
  readonly day: Temporal.PlainDate
  readonly direction: 'outbound' | 'inbound'
  readonly lineResult: LineResult
  readonly outcome: Outcome
  readonly ringSeconds: number
  readonly talkSeconds: number
  readonly wrapSeconds: number
  /** Its day is made up, because the records that it comes from have none. */
  readonly syntheticDate?: boolean
  /** Who says how long it took; absent = the agent. */
  readonly measuredBy?: string
  /** The switch saw no answer where the agent declared one. */
  readonly unanswered?: boolean
  readonly seatId?: string | null
  readonly recording?: 'owed' | 'kept' | 'none'
}

/** Calls that belong to no batch are summed under this id. */
const NO_BATCH = '00000000-0000-0000-0000-000000000000'

/** The figures of one call, as they are added to the day. A failed line is no dial of the agent's. */
export function figuresOf(call: Countable) {
  const { reached, failed } = LINE_RESULTS[call.lineResult]
  const { contact, notInterested, callback } = OUTCOMES[call.outcome]
  const outbound = call.direction === 'outbound' && !failed
  const connected = outbound && reached && !call.unanswered ? 1 : 0
  const effective = contact && call.talkSeconds >= EFFECTIVE_SECONDS ? 1 : 0
  const measured = isMeasured(call) ? 1 : 0
  return {
    dials: outbound ? 1 : 0,
    connected,
    effective,
    refusals: notInterested ? 1 : 0,
    callbacks: callback ? 1 : 0,
    inbound: call.direction === 'inbound' ? 1 : 0,
    synthetic: outbound && call.syntheticDate ? 1 : 0,
    ring_seconds: call.ringSeconds,
    talk_seconds: call.talkSeconds,
    wrap_seconds: call.wrapSeconds,
    // What a ranking may go by: nothing that somebody only declared. [S4.4.11b]
    measured: outbound ? measured : 0,
    measured_connected: measured * connected,
    measured_effective: measured * effective,
    measured_talk_seconds: measured * call.talkSeconds,
  }
}

/** The same for the seat that it was made from: what the switch has told of, and what its line owes. */
function seatFiguresOf(call: Countable) {
  const { dials, measured } = figuresOf(call)
  const owed = call.recording === 'owed' ? 1 : 0
  return { dials, measured, owed, owed_talk_seconds: owed * call.talkSeconds }
}

const isMeasured = ({ measuredBy = 'declared' }: Countable): boolean => measuredBy !== 'declared'

/** How a call counts, and how the same call was counted before: those figures go and the new ones come. */
export type Counted = { readonly call: Countable; readonly instead?: Countable | undefined }

type Sum = { readonly keys: readonly unknown[]; readonly figures: Record<string, number> }

/** What these calls add to each row of a table of sums, in one order of rows for all, so that nobody waits in a circle. */
function sumsOf(
  counted: readonly Counted[],
  keysOf: (call: Countable) => readonly unknown[] | null,
  figuresOf: (call: Countable) => Readonly<Record<string, number>>,
): Sum[] {
  const sums = new Map<string, Sum>()
  for (const { call, instead } of counted) {
    const keys = keysOf(call)
    if (!keys) continue
    // The group is no part of the key: it is the one of the day's first call.
    const key = keys.slice(0, 3).join(' ')
    const sum = sums.get(key) ?? { keys, figures: {} }
    const gone = instead && figuresOf(instead)
    for (const [name, value] of Object.entries(figuresOf(call)))
      sum.figures[name] = (sum.figures[name] ?? 0) + value - (gone?.[name] ?? 0)
    sums.set(key, sum)
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
}

/** The names of the figures, the rows to insert, and what an existing row adds. */
function addition(table: 'call_day' | 'seat_day', ctx: Ctx, sums: readonly Sum[]) {
  const names = Object.keys(sums[0]!.figures)
  return {
    columns: sql.join(names.map((name) => sql.ref(name))),
    rows: sql.join(
      sums.map(({ keys, figures }) => {
        const [key, day, other, group] = keys
        return sql`(${key}::uuid, ${day}::date, ${other}::uuid, ${ctx.centre.id}::uuid, ${group}::uuid,
          ${sql.join(names.map((name) => sql`${figures[name]}::int`))})`
      }),
    ),
    added: sql.join(
      names.map((name) => sql`${sql.ref(name)} = ${sql.ref(`${table}.${name}`)} + ${sql.ref(`excluded.${name}`)}`),
    ),
  }
}

/** The one writer of the day's sums, by agent and by seat, in the transaction of the calls. */
export async function countCalls(ctx: Ctx, counted: readonly Counted[]): Promise<void> {
  const ofAgents = sumsOf(
    counted,
    ({ agentId, day, batchId, groupId }) => [agentId, day, batchId ?? NO_BATCH, groupId],
    figuresOf,
  )
  const ofSeats = sumsOf(
    counted,
    ({ seatId, day, agentId, groupId }) => (seatId ? [seatId, day, agentId, groupId] : null),
    seatFiguresOf,
  )
  await together([ofAgents.length > 0 && addToDays(ctx, ofAgents), ofSeats.length > 0 && addToSeats(ctx, ofSeats)])
}

async function addToDays(ctx: Ctx, sums: readonly Sum[]): Promise<void> {
  const { columns, rows, added } = addition('call_day', ctx, sums)
  await sql`insert into call_day (agent_id, day, batch_id, centre_id, group_id, ${columns}) values ${rows}
    on conflict (agent_id, day, batch_id) do update set ${added}`.execute(ctx.db)
}

async function addToSeats(ctx: Ctx, sums: readonly Sum[]): Promise<void> {
  const { columns, rows, added } = addition('seat_day', ctx, sums)
  await sql`insert into seat_day (seat_id, day, agent_id, centre_id, group_id, ${columns}) values ${rows}
    on conflict (seat_id, day, agent_id) do update set ${added}`.execute(ctx.db)
}

export type Correction = {
  readonly callId: string
  readonly outcome?: Outcome | undefined
  readonly note?: string | undefined
  readonly why: string
}

type Kept = {
  agent_id: string
  occurred_on: Temporal.PlainDate
  group_id: string | null
  batch_id: string | null
  lead_id: string | null
  customer_id: string
  phone_id: string
  direction: 'outbound' | 'inbound'
  line_result: LineResult
  outcome: Outcome
  note: string
  ring_seconds: number
  talk_seconds: number
  wrap_seconds: number
  seat_id: string | null
  measured_by: string
  recording: 'owed' | 'kept' | 'none'
  unanswered: boolean
  last: boolean
}

/** The call as it stands after earlier corrections, its row locked so that two corrections come one after the other. */
async function lockCall(ctx: Ctx, callId: string): Promise<Kept> {
  await sql`select from call where id = ${callId} and centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  const { rows } = await sql<Kept>`
    select c.agent_id, c.occurred_on, c.group_id, c.batch_id, c.lead_id, c.customer_id, c.phone_id, c.direction,
      c.line_result, f.outcome,
      coalesce((select x.after from call_correction x where x.call_id = c.id and x.field = 'note'
        order by x.at desc, x.id desc limit 1), c.note) as note,
      f.ring_seconds, f.talk_seconds, c.wrap_seconds, c.seat_id, f.measured_by, f.recording, f.unanswered,
      not exists (select from call l where l.lead_id = c.lead_id and l.ended_at > c.ended_at) as last
    from call c join call_fact f on f.id = c.id and f.occurred_on = c.occurred_on
    where c.id = ${callId} and c.centre_id = ${ctx.centre.id}`.execute(ctx.db)
  const kept = rows[0]
  if (!kept) throw notFound()
  return kept
}

/**
 * Corrects outcome or note of an own call of today. The call stays as it was written; the correction is a row with who, when
 * and why, and the day's sums follow. A refusal for good stops all calling at once. Where this was the lead's last call, an
 * outcome that ends it ends it, and one that does not opens it again. [S3.6] [S4.4.10b]
 */
export async function correct(ctx: Ctx, { callId, outcome, note, why }: Correction): Promise<void> {
  const call = await lockCall(ctx, callId)
  if (call.agent_id !== ctx.actor.personId) throw notFound()
  const subject = { kind: 'call', id: callId }
  const keep = async (field: 'outcome' | 'note', before: string, after: string) => {
    await sql`insert into call_correction (call_id, occurred_on, centre_id, field, before, after, why, by_id, at)
      values (${callId}, ${call.occurred_on}, ${ctx.centre.id}, ${field}, ${before}, ${after}, ${why},
        ${ctx.actor.personId}, ${ctx.now})`.execute(ctx.db)
  }
  demand(canCorrect({ sameDay: call.occurred_on.equals(ctx.today) }), subject)
  if (outcome !== undefined) {
    demand(canCorrectTo(call.line_result, call.outcome, outcome), subject)
    await keep('outcome', call.outcome, outcome)
    await recount(ctx, call, outcome)
    await follow(ctx, callId, call, outcome)
  }
  if (note !== undefined && note !== call.note) await keep('note', call.note, note)
  await ctx.emit('calls.corrected', subject, outcome === undefined ? {} : { before: call.outcome, after: outcome })
  ctx.touch('calls', { personId: call.agent_id, groupId: call.group_id ?? undefined })
}

async function recount(ctx: Ctx, call: Kept, outcome: Outcome): Promise<void> {
  const instead: Countable = {
    ...{ agentId: call.agent_id, groupId: call.group_id, batchId: call.batch_id, day: call.occurred_on },
    ...{ direction: call.direction, lineResult: call.line_result, outcome: call.outcome, seatId: call.seat_id },
    ...{ ringSeconds: call.ring_seconds, talkSeconds: call.talk_seconds, wrapSeconds: call.wrap_seconds },
    ...{ measuredBy: call.measured_by, recording: call.recording, unanswered: call.unanswered },
  }
  await countCalls(ctx, [{ call: { ...instead, outcome }, instead }])
  ctx.touch('floor', { groupId: call.group_id ?? undefined })
}

/** What a corrected outcome brings with it. */
async function follow(ctx: Ctx, callId: string, call: Kept, outcome: Outcome): Promise<void> {
  const { closes, doNotCall } = OUTCOMES[outcome]
  if (doNotCall) await stopAll(ctx, call.customer_id, callId)
  if (outcome === 'wrongNumber') await retireNumber(ctx, call.phone_id, outcome)
  if (call.outcome === 'wrongNumber') await restoreNumber(ctx, call.phone_id)
  if (OUTCOMES[call.outcome].callback) await dropPromise(ctx, callId)
  if (!call.lead_id || !(call.last || doNotCall)) return
  if (OUTCOMES[call.outcome].closes && call.last) await reopen(ctx, call.lead_id)
  if (closes && !(outcome === 'wrongNumber' && (await hasNumbers(ctx, call.customer_id))))
    await closeLeads(ctx, sql`l.id = ${call.lead_id}`, closes)
  ctx.touch('leads', { personId: call.agent_id, groupId: call.group_id ?? undefined })
}

/** A time that the customer did not name after all is no promise. */
async function dropPromise(ctx: Ctx, callId: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`select id from callback
    where made_in = ${callId} and state = 'open'`.execute(ctx.db)
  for (const { id } of rows) await endCallback(ctx, id, 'dropped', 'corrected')
}

/** The customer's word to stop holds for every number he can be reached at. [S3.6] */
export async function stopAll(ctx: Ctx, customerId: string, callId: string): Promise<void> {
  for (const phone of await phonesOf(ctx, customerId))
    if (!phone.retired)
      await stopCalling(ctx, {
        phoneId: phone.id,
        list: 'own',
        reason: 'customerRefused',
        source: { kind: 'call', id: callId },
      })
}

/** Whether a customer can be called at any number still. */
export async function hasNumbers(ctx: Ctx, customerId: string): Promise<boolean> {
  return (await phonesOf(ctx, customerId)).some((phone) => phone.valid && !phone.retired)
}
