import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { type Measure, measureCalls, type SeatDial, seatDials } from '../calls/measure.ts'
import { leadersOf } from '../people/structure.ts'
import { tally } from './files.ts'
import { closeFound, type NewIncident, openIncidents } from './incidents.ts'
import { type Meeting, match, NEAR_MS } from './rules.ts'

/* The records of one seat and day held against its dials. */

export type Unit = { readonly seatId: string; readonly day: Temporal.PlainDate }
/** From when to when a file has records; null where it has none. Outside it nobody knows what the switch did. */
export type Span = { readonly from: number; readonly to: number } | null

/** Days for which a seat that had records once counts as a line of this switch. */
const KNOWN_DAYS = 31

/** Seats by days that a file speaks of: those with records in it, and those that dialled then on lines of this switch. */
export async function unitsOf(ctx: Ctx, fileId: string): Promise<{ units: Unit[]; span: Span }> {
  const { rows: files } = await sql<{ from: Temporal.Instant | null; to: Temporal.Instant | null }>`
    select from_at as "from", to_at as "to" from record_file where id = ${fileId}`.execute(ctx.db)
  const { from, to } = files[0]!
  if (!from || !to) return { units: [], span: null }
  const dayOf = (at: Temporal.Instant) => at.toZonedDateTimeISO(ctx.centre.timeZone).toPlainDate()
  const { rows: units } = await sql<Unit>`
    select seat_id as "seatId", occurred_on as day from switch_record where file_id = ${fileId} group by 1, 2
    union
    select s.seat_id, s.day from seat_sum s where s.centre_id = ${ctx.centre.id} and s.day between ${dayOf(from)} and ${dayOf(to)}
      and exists (select from switch_record r where r.seat_id = s.seat_id
        and r.occurred_on between s.day - ${KNOWN_DAYS}::int and s.day)
    order by day, "seatId"`.execute(ctx.db)
  return { units, span: { from: from.epochMilliseconds, to: to.epochMilliseconds } }
}

type Left = {
  readonly id: string
  readonly at: Temporal.Instant
  readonly hash: string
  readonly masked: string
  readonly direction: 'outbound' | 'inbound'
  readonly answered_at: Temporal.Instant | null
  readonly ended_at: Temporal.Instant
  readonly ring_seconds: number
  readonly talk_seconds: number
  readonly recording: string | null
  readonly result: string
  readonly call_id: string | null
}

/** Records of the seat and day that are not yet held against a dial, and matched ones of which more is known since. */
async function leftOf(ctx: Ctx, { seatId, day }: Unit): Promise<Left[]> {
  const { rows } = await sql<Left>`
    select id, started_at as at, encode(hash, 'hex') as hash, masked, direction, answered_at, ended_at, ring_seconds,
      talk_seconds, recording, result, call_id
    from switch_record where seat_id = ${seatId} and occurred_on = ${day} and centre_id = ${ctx.centre.id}
      and (result <> 'matched' or measured_at is null) order by started_at, id`.execute(ctx.db)
  return rows
}

const ofRecord = ({ id, at, hash, direction }: Left): Meeting => ({ id, at: at.epochMilliseconds, hash, direction })
const ofDial = ({ callId, at, hash, direction }: SeatDial): Meeting => ({
  ...{ id: callId, at: at.epochMilliseconds, hash: hash ?? '', direction },
})

type Settled = {
  readonly id: string
  readonly result: 'matched' | 'open' | 'notAllowed' | 'inbound'
  readonly code: string | null
  readonly call_id: string | null
  readonly ring_by: number | null
  readonly talk_by: number | null
}

/** What a record is to its dial: measured, or waiting for the agent to record the call. */
function settle(record: Left, dial: SeatDial | undefined): Settled {
  const none = { id: record.id, code: null, call_id: null, ring_by: null, talk_by: null }
  if (!dial) return { ...none, result: record.direction === 'inbound' ? 'inbound' : 'notAllowed' }
  if (!dial.recorded) return { ...none, result: 'open', call_id: dial.callId }
  const answered = record.answered_at !== null
  return {
    ...none,
    result: 'matched',
    // Whoever declares an answer that the switch never saw, or hides one, is seen by it.
    code: answered === dial.reached ? null : dial.reached ? 'saidAnswered' : 'saidUnanswered',
    call_id: dial.callId,
    ring_by: record.ring_seconds - dial.ringSeconds,
    talk_by: (dial.reached ? record.talk_seconds : 0) - dial.talkSeconds,
  }
}

const measureOf = (record: Left, dial: SeatDial): Measure => ({
  ...{ callId: dial.callId, on: dial.on, ringSeconds: record.ring_seconds, talkSeconds: record.talk_seconds },
  ...{ answeredAt: record.answered_at, endedAt: record.ended_at, recording: record.recording, sourceId: record.id },
})

/**
 * Holds the records of a seat and day against its dials: what meets is measured, a record without a dial and, within the
 * span, a dial without a record are for somebody to look into; what has found its other side since needs nobody any more.
 * A pair once made stays. Done again it finds nothing new. [S3.6] [S4.3.3a]
 */
export async function meet(ctx: Ctx, unit: Unit, span: Span): Promise<{ neverLeft: number; records: number }> {
  // Two files, or a file and the night's run, take one seat one after the other.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`records ${unit.seatId}`}, 0))`.execute(ctx.db)
  const left = await leftOf(ctx, unit)
  const dials = await seatDials(ctx, { seatIds: [unit.seatId], from: unit.day, to: unit.day })
  const byCall = new Map(dials.map((dial) => [dial.callId, dial]))
  const unmet = left.filter(({ result }) => result !== 'matched')
  const free = dials.filter(({ sourceId }) => sourceId === null)
  const met = match(unmet.map(ofRecord), free.map(ofDial))
  const callOf = ({ id, result, call_id }: Left) => (result === 'matched' ? call_id : met.get(id)) ?? ''
  const pairs = left.map((record) => ({ record, dial: byCall.get(callOf(record)) }))
  const settled = pairs.map(({ record, dial }) => settle(record, dial))
  await measureCalls(
    ctx,
    pairs.flatMap(({ record, dial }) => (dial?.recorded ? [measureOf(record, dial)] : [])),
  )
  await keepSettled(ctx, unit, settled)
  const matchedCalls = new Set(
    settled.flatMap(({ result, call_id }) => (result === 'matched' && call_id ? [call_id] : [])),
  )
  const alone = free.filter((dial) => {
    const at = dial.at.epochMilliseconds
    const within = span !== null && at - NEAR_MS >= span.from && at + NEAR_MS <= span.to
    return within && dial.recorded && !dial.failed && dial.direction === 'outbound' && !matchedCalls.has(dial.callId)
  })
  const found = settled.flatMap(({ id, result }) => (result === 'matched' || result === 'open' ? [id] : []))
  await closeFound(ctx, unit.seatId, [...found, ...matchedCalls])
  await openIncidents(ctx, unit.seatId, await incidentsOf(ctx, unit, pairs, alone))
  return { neverLeft: alone.length, records: left.length }
}

async function keepSettled(ctx: Ctx, { day }: Unit, settled: readonly Settled[]): Promise<void> {
  if (settled.length === 0) return
  await sql`
    update switch_record s set result = r.result, code = r.code, call_id = r.call_id, ring_by = r.ring_by, talk_by = r.talk_by,
      measured_at = case when r.result = 'matched' then ${ctx.now}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(settled)}::jsonb) as r(id uuid, result text, code text, call_id uuid, ring_by int,
      talk_by int)
    where s.id = r.id and s.occurred_on = ${day}`.execute(ctx.db)
}

type Pair = { readonly record: Left; readonly dial: SeatDial | undefined }

async function incidentsOf(ctx: Ctx, unit: Unit, pairs: readonly Pair[], alone: readonly SeatDial[]) {
  const strays = pairs.flatMap(({ record, dial }) => (!dial && record.direction === 'outbound' ? [record] : []))
  if (strays.length === 0 && alone.length === 0) return []
  const other = await dialledElsewhere(ctx, unit, strays)
  const { rows } = await sql<{ group_id: string | null; agents: string[]; person_id: string | null }>`
    select s.group_id, s.person_id, array(select d.agent_id from seat_sum d where d.seat_id = s.id and d.day = ${unit.day}) as agents
    from seat_line s where s.id = ${unit.seatId}`.execute(ctx.db)
  const seat = rows[0]
  // Two agents at one seat on one day: nobody knows who took the receiver.
  const agentId = seat && seat.agents.length > 1 ? null : (seat?.agents[0] ?? seat?.person_id ?? null)
  const groupId = seat?.group_id ?? null
  const owners = groupId ? await leadersOf(ctx, groupId) : []
  const ownerId = owners.find((id) => id !== agentId) ?? null
  const base = { occurredOn: unit.day, ownerId, groupId }
  return [
    ...strays.map(
      (record): NewIncident => ({
        ...{ ...base, kind: 'notAllowed', subjectId: record.id, at: record.at, agentId, masked: record.masked },
        ...{ seconds: record.talk_seconds, code: other.has(record.id) ? 'otherSeat' : null },
      }),
    ),
    ...alone.map(
      (dial): NewIncident => ({
        ...{ ...base, kind: 'neverLeft', subjectId: dial.callId, at: dial.at, agentId: dial.agentId, masked: null },
        ...{ seconds: dial.talkSeconds, code: dial.reached ? 'saidAnswered' : null, groupId: dial.groupId ?? groupId },
      }),
    ),
  ]
}

/** Records whose number the gate allowed in that minute, but at another seat: most likely two seats were mixed up. */
async function dialledElsewhere(ctx: Ctx, { day }: Unit, strays: readonly Left[]): Promise<Set<string>> {
  if (strays.length === 0) return new Set()
  const given = strays.map(({ id, hash, at }) => ({ id, hash, at: at.toString() }))
  const { rows } = await sql<{ id: string }>`
    select r.id from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as r(id uuid, hash text, at timestamptz)
    where exists (select from dial_allowed d where d.hash = decode(r.hash, 'hex') and d.centre_id = ${ctx.centre.id}
      and d.occurred_on between ${day.subtract({ days: 1 })} and ${day.add({ days: 1 })}
      and d.at between r.at - interval '1 minute' and r.at + interval '1 minute')`.execute(ctx.db)
  return new Set(rows.map(({ id }) => id))
}

/** Days after which a record without a dial is not tried again. */
const TRIED_DAYS = 7

/** Each night: records whose call was still on a desk when they came are held against the dials once more. [S3.6] */
export async function meetLeft(ctx: Ctx): Promise<void> {
  const { rows } = await sql<Unit & { files: string[] }>`
    select seat_id as "seatId", occurred_on as day, array_agg(distinct file_id) as files from switch_record
    where centre_id = ${ctx.centre.id} and result in ('waiting', 'open') and occurred_on > ${ctx.today.subtract({ days: TRIED_DAYS })}
    group by 1, 2 order by 2, 1`.execute(ctx.db)
  for (const unit of rows) await meet(ctx, unit, null)
  for (const id of new Set(rows.flatMap(({ files }) => files))) await tally(ctx, id)
  if (rows.length > 0) ctx.touch('records')
}
