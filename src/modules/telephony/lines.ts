import { sql } from 'kysely'
import { together } from '../../lib/together.ts'
import type { Ctx } from '../../platform/context.ts'
import { daysAbout } from '../../platform/months.ts'
import { LINE_STATES, type LineState, type MeasuredBy, NO_LINE, type SeatLine, takes } from './rules.ts'

/** Asked once an operation: a seat is given in operations of its own. */
const own = new WeakMap<Ctx, Promise<SeatLine>>()

/** The line of the seat that an agent sits at; one without abilities where he has no seat. */
export async function lineOf(ctx: Ctx, agentId: string): Promise<SeatLine> {
  if (agentId !== ctx.actor.personId) return await readLine(ctx, agentId)
  const line = own.get(ctx) ?? readLine(ctx, agentId)
  own.set(ctx, line)
  return await line
}

async function readLine(ctx: Ctx, agentId: string): Promise<SeatLine> {
  const { rows } = await sql<SeatLine>`
    select id as "seatId", label, line_kind as kind, caller_id as "callerId",
      caller_id_approved and caller_id is not null as "callerIdApproved", line_registered and recording as "recordingReady"
    from seat where person_id = ${agentId} and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return rows[0] ?? NO_LINE
}

/** A call lasts no two days: only the months of the days about today are looked into. */
const lately = (ctx: Ctx) => daysAbout(ctx.today, 2)

/** States have one order, so two of one instant are no riddle. */
const latest = (ctx: Ctx, callId: string) => sql<{ state: LineState }>`
  select e.state from line_event e where e.call_id = ${callId} and e.occurred_on ${lately(ctx)}
  order by array_position(${sql.val([...LINE_STATES])}::text[], e.state) desc limit 1`

/** The latest state of a call's line, null before the first. */
export async function lastState(ctx: Ctx, callId: string): Promise<LineState | null> {
  const { rows } = await latest(ctx, callId).execute(ctx.db)
  return rows[0]?.state ?? null
}

/**
 * Writes what a line did for a call, one state or several in their order. Answers false, and writes nothing, for what
 * comes twice or after the end: events of one call wait for each other, so that two copies in one instant count once.
 */
export async function lineEvent(
  ctx: Ctx,
  callId: string,
  states: LineState | readonly [LineState, ...LineState[]],
  { cause = null, measuredBy }: { cause?: string | null; measuredBy: MeasuredBy },
): Promise<boolean> {
  const [first, ...more] = typeof states === 'string' ? [states] : states
  // '' stands for a call of which nothing was told yet.
  const before = ['', ...LINE_STATES].filter((last) => takes((last || null) as LineState | null, first))
  const [, { rows }] = await together([
    sql`select pg_advisory_xact_lock(hashtextextended(${`line ${callId}`}, 0))`.execute(ctx.db),
    // A statement of its own after the lock: it sees what the event before it has committed.
    sql`
      insert into line_event (occurred_on, call_id, centre_id, at, state, cause, measured_by)
      select ${ctx.today}, ${callId}, ${ctx.centre.id}, ${ctx.now}, s.state, ${cause}, ${measuredBy}
      from unnest(${sql.val([first, ...more])}::text[]) with ordinality as s(state, place)
      where coalesce((${latest(ctx, callId)}), '') = any(${sql.val(before)}::text[])
      order by s.place
      returning 1`.execute(ctx.db),
  ])
  return rows.length > 0
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
