import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { LINE_STATES, type LineState, type MeasuredBy, NO_LINE, type SeatLine, takes } from './rules.ts'

/** The line of the seat that an agent sits at; one without abilities where he has no seat. */
export async function lineOf(ctx: Ctx, agentId: string): Promise<SeatLine> {
  const { rows } = await sql<SeatLine>`
    select id as "seatId", label, line_kind as kind, caller_id as "callerId",
      caller_id_approved and caller_id is not null as "callerIdApproved", line_registered and recording as "recordingReady"
    from seat where person_id = ${agentId} and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return rows[0] ?? NO_LINE
}

/** A call lasts no two days; only the months of these days are looked into. */
const since = (ctx: Ctx) => ctx.today.subtract({ days: 2 })

/** The latest state of a call's line, null before the first. States have one order, so two of one instant are no riddle. */
export async function lastState(ctx: Ctx, callId: string): Promise<LineState | null> {
  const { rows } = await sql<{ state: LineState }>`
    select state from line_event where call_id = ${callId} and occurred_on >= ${since(ctx)}
    order by array_position(${sql.val([...LINE_STATES])}::text[], state) desc limit 1`.execute(ctx.db)
  return rows[0]?.state ?? null
}

/**
 * Writes what a line did for a call. Answers false, and writes nothing, for an event that comes twice or after the end:
 * events of one call wait for each other, so that two copies in one instant count once.
 */
export async function lineEvent(
  ctx: Ctx,
  callId: string,
  state: LineState,
  { cause = null, measuredBy }: { cause?: string | null; measuredBy: MeasuredBy },
): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`line ${callId}`}, 0))`.execute(ctx.db)
  if (!takes(await lastState(ctx, callId), state)) return false
  await ctx.db
    .insertInto('line_event')
    .values({
      occurred_on: ctx.today,
      call_id: callId,
      centre_id: ctx.centre.id,
      at: ctx.now,
      state,
      cause,
      measured_by: measuredBy,
    })
    .execute()
  return true
}

/** What a line did for a call, first to last. */
export async function eventsOf(ctx: Ctx, callId: string, day: Temporal.PlainDate) {
  return await ctx.db
    .selectFrom('line_event')
    .select(['at', 'state', 'cause', 'measured_by as measuredBy'])
    .where('call_id', '=', callId)
    .where('centre_id', '=', ctx.centre.id)
    .where('occurred_on', '>=', day.subtract({ days: 1 }))
    .where('occurred_on', '<=', day.add({ days: 1 }))
    .orderBy('at')
    .orderBy('id')
    .execute()
}
