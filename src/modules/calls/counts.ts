import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { EFFECTIVE_SECONDS, LINE_RESULTS, type LineResult, OUTCOMES, type Outcome } from './rules.ts'

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
}

/** Calls that belong to no batch are summed under this id. */
export const NO_BATCH = '00000000-0000-0000-0000-000000000000'

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
    ring_seconds: call.ringSeconds,
    talk_seconds: call.talkSeconds,
    wrap_seconds: call.wrapSeconds,
  }
}

/** The one writer of the day's sums, in the transaction of the call. */
export async function countCall(ctx: Ctx, call: Countable): Promise<void> {
  const figures = figuresOf(call)
  const columns = sql.join(Object.keys(figures).map((name) => sql.ref(name)))
  const values = sql.join(Object.values(figures))
  const sums = sql.join(
    Object.keys(figures).map((name) => sql`${sql.ref(name)} = call_day.${sql.ref(name)} + excluded.${sql.ref(name)}`),
  )
  await sql`
    insert into call_day (agent_id, day, batch_id, centre_id, group_id, ${columns})
    values (${call.agentId}, ${call.day}, ${call.batchId ?? NO_BATCH}, ${ctx.centre.id}, ${call.groupId}, ${values})
    on conflict (agent_id, day, batch_id) do update set ${sums}`.execute(ctx.db)
}
