import { sql } from 'kysely'
import { z } from 'zod'
import { Month } from '../../lib/wire.ts'
import { type Role, reach } from '../../platform/actor.ts'
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
}

/** Calls that belong to no batch are summed under this id. */
const NO_BATCH = '00000000-0000-0000-0000-000000000000'

/** The figures of one call, as they are added to the day. A failed line is no dial of the agent's. */
export function figuresOf(call: Countable) {
  const { reached, failed } = LINE_RESULTS[call.lineResult]
  const { contact, notInterested, callback } = OUTCOMES[call.outcome]
  const outbound = call.direction === 'outbound' && !failed
  return {
    dials: outbound ? 1 : 0,
    connected: outbound && reached ? 1 : 0,
    effective: contact && call.talkSeconds >= EFFECTIVE_SECONDS ? 1 : 0,
    refusals: notInterested ? 1 : 0,
    callbacks: callback ? 1 : 0,
    inbound: call.direction === 'inbound' ? 1 : 0,
    synthetic: outbound && call.syntheticDate ? 1 : 0,
    ring_seconds: call.ringSeconds,
    talk_seconds: call.talkSeconds,
    wrap_seconds: call.wrapSeconds,
  }
}

/**
 * The one writer of the day's sums, in the transaction of the call. `instead` is how the same call was counted before, for
 * a correction: its figures go and the new ones come.
 */
export async function countCall(ctx: Ctx, call: Countable, instead?: Countable): Promise<void> {
  const added = figuresOf(call)
  const gone = instead && figuresOf(instead)
  const figures = Object.entries(added).map(([name, value]) => ({
    name: sql.ref(name),
    value: value - (gone?.[name as keyof typeof added] ?? 0),
  }))
  const columns = sql.join(figures.map(({ name }) => name))
  const values = sql.join(figures.map(({ value }) => value))
  const sums = sql.join(figures.map(({ name }) => sql`${name} = call_day.${name} + excluded.${name}`))
  await sql`
    insert into call_day (agent_id, day, batch_id, centre_id, group_id, ${columns})
    values (${call.agentId}, ${call.day}, ${call.batchId ?? NO_BATCH}, ${ctx.centre.id}, ${call.groupId}, ${values})
    on conflict (agent_id, day, batch_id) do update set ${sums}`.execute(ctx.db)
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
      c.ring_seconds, c.talk_seconds, c.wrap_seconds,
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
  const counted: Countable = {
    agentId: call.agent_id,
    groupId: call.group_id,
    batchId: call.batch_id,
    day: call.occurred_on,
    direction: call.direction,
    lineResult: call.line_result,
    outcome: call.outcome,
    ringSeconds: call.ring_seconds,
    talkSeconds: call.talk_seconds,
    wrapSeconds: call.wrap_seconds,
  }
  await countCall(ctx, { ...counted, outcome }, counted)
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

/** Who reads the months: leaders for their groups, the line above and the data officer. */
export const MONTH_READERS = ['tl', 'um', 'deptManager', 'deputyGm', 'dataOfficer'] as const satisfies readonly Role[]

export const MonthSums = z.object({
  month: Month,
  /** Outbound calls whose line did not fail. */
  dials: z.int(),
  /** Of these the ones whose day is made up, because the records that they come from have none. */
  synthetic: z.int(),
  connected: z.int(),
  effective: z.int(),
  inbound: z.int(),
  talkSeconds: z.int(),
})
type Row = Omit<z.output<typeof MonthSums>, 'month'> & { month: string }

/**
 * Calls by month of the centre's calendar, from the sums of the days: months of `from` to `to`, both included, in which
 * there were any, in their order; of the groups in the actor's reach. Each call counts in the group where its agent was
 * then. Talk in whole seconds, declared on manual lines.
 */
export async function months(
  ctx: Ctx,
  { from, to }: { readonly from: Temporal.PlainYearMonth; readonly to: Temporal.PlainYearMonth },
): Promise<Row[]> {
  const within = reach(ctx.actor, MONTH_READERS)
  const mine = within.centre ? sql`true` : sql`group_id = any(${sql.val([...within.groupIds])}::uuid[])`
  const { rows } = await sql<Row>`
    select to_char(day, 'YYYY-MM') as month, sum(dials)::int as dials, sum(synthetic)::int as synthetic,
      sum(connected)::int as connected, sum(effective)::int as effective, sum(inbound)::int as inbound,
      sum(talk_seconds)::bigint as "talkSeconds"
    from call_day where centre_id = ${ctx.centre.id} and ${mine}
      and day between ${from.toPlainDate({ day: 1 })} and ${to.toPlainDate({ day: to.daysInMonth })}
    group by 1 order by 1`.execute(ctx.db)
  return rows
}
