import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { sharedRead } from '../../platform/shared.ts'
import { timetableOf } from '../attendance/timetable.ts'
import { type Norm, normsOf } from './norms.ts'
import { dialShare, type SeatState, seatState } from './rules.ts'
import { type Won, wonByAgent, wonByGroup } from './won.ts'

/* The whole floor as it is now, the same for all who look: computed once a node, at most four times a second. */

/** Open idling of a person, for the line above alone. */
export type Idle = { readonly since: Temporal.Instant; readonly limitMinutes: number }

/** One seat: the person, what he does and since when, and his figures of today. */
export type Seat = {
  readonly personId: string
  readonly name: string
  readonly groupId: string
  readonly seat: string | null
  readonly position: number | null
  readonly state: SeatState
  /** Of a pause. */
  readonly reason: string | null
  /** Since when the state holds; null for one who was in none today. */
  readonly since: Temporal.Instant | null
  readonly dials: number
  readonly connected: number
  readonly effective: number
  readonly talkSeconds: number
  /** Taken; at a car dealer's, orders of whom he invited. */
  readonly cases: number
  /** The latest dial, hang-up or wrap-up of today; null before the first. */
  readonly lastAt: Temporal.Instant | null
  readonly idle: Idle | null
  readonly norm: Norm | null
}

export type Group = {
  readonly id: string
  readonly name: string
  readonly regionId: string | null
  /** Part of the group's dialling time of today that is over. */
  readonly share: number
}

export type Floor = {
  readonly asOf: Temporal.Instant
  readonly today: Temporal.PlainDate
  readonly regions: readonly { readonly id: string; readonly name: string }[]
  readonly groups: readonly Group[]
  readonly seats: readonly Seat[]
  /** What today brought, by group. */
  readonly won: Won
  /** How the calls of these seats are measured. */
  readonly measuredBy: readonly string[]
}

type Row = Omit<Seat, 'state' | 'since' | 'idle' | 'norm'> & {
  presence: string
  presence_since: Temporal.Instant | null
  step: string | null
  claimed_at: Temporal.Instant | null
  dialled_at: Temporal.Instant | null
  answered_at: Temporal.Instant | null
  ended_at: Temporal.Instant | null
  line_kind: string | null
  idle_since: Temporal.Instant | null
  idle_limit: number | null
}

/**
 * Everybody who sits in a group today as an agent, or who dialled or sold there today, in seat order. Reads what is now
 * and the sums of today, never the calls themselves: a look at each one's last call doubled the time of the read.
 */
async function rowsOf(ctx: Ctx, today: Temporal.PlainDate): Promise<Row[]> {
  const valid = (alias: string) =>
    sql`${sql.ref(`${alias}.from_on`)} <= ${today} and (${sql.ref(`${alias}.until_on`)} is null or ${sql.ref(`${alias}.until_on`)} > ${today})`
  const { rows } = await sql<Row>`
    with called as materialized (
      select agent_id, sum(dials)::int as dials, sum(connected)::int as connected, sum(effective)::int as effective,
        sum(talk_seconds)::int as talk from call_sum where centre_id = ${ctx.centre.id} and day = ${today} group by agent_id),
    sold as materialized (${wonByAgent(ctx, today)}),
    agent as materialized (
      select distinct person_id from granted_role g where centre_id = ${ctx.centre.id} and role = 'tsr' and ${valid('g')})
    select m.person_id as "personId", m.name, m.group_id as "groupId", s.label as seat, s.position, s.line_kind,
      coalesce(p.state, 'offline') as presence, p.reason, p.since as presence_since, d.step, d.claimed_at, d.dialled_at,
      d.answered_at, d.ended_at, coalesce(c.dials, 0) as dials, coalesce(c.connected, 0) as connected,
      coalesce(c.effective, 0) as effective, coalesce(c.talk, 0) as "talkSeconds", coalesce(v.cases, 0) as cases,
      case when c.dials > 0 then p.active_at end as "lastAt", i.idle_since, i.limit_minutes as idle_limit
    from member m
      left join agent a on a.person_id = m.person_id
      left join called c on c.agent_id = m.person_id
      left join sold v on v.agent_id = m.person_id
      left join presence_now p on p.person_id = m.person_id and p.day = ${today}
      left join seat_line s on s.person_id = m.person_id
      left join desk_now d on d.agent_id = m.person_id
      left join idle_open i on i.person_id = m.person_id and i.centre_id = ${ctx.centre.id} and i.occurred_on = ${today}
    where m.centre_id = ${ctx.centre.id} and m.group_id is not null and ${valid('m')}
      and m.employed_from <= ${today} and (m.employed_until is null or m.employed_until > ${today})
      and (a.person_id is not null or c.agent_id is not null or v.agent_id is not null)
    order by m.unit_position, m.group_name, s.position nulls last, s.label, m.name collate "zh-Hans-x-icu", m.person_id`.execute(
    ctx.db,
  )
  return rows
}

/** Since when the state holds: what the desk does has its own moments. */
function sinceOf(row: Row, state: SeatState): Temporal.Instant | null {
  const own = {
    ...{ talking: row.answered_at, dialling: row.dialled_at, wrapUp: row.ended_at, preview: row.claimed_at },
  }[state as string]
  return own ?? row.presence_since
}

function toSeat(row: Row, norm: Norm | null): Seat {
  const state = seatState(row.presence, row.step)
  const { personId, name, groupId, seat, position, reason, dials, connected, effective, talkSeconds, cases, lastAt } =
    row
  return {
    ...{ personId, name, groupId, seat, position, reason, dials, connected, effective, talkSeconds, cases, lastAt },
    ...{ state, since: sinceOf(row, state), norm },
    idle: row.idle_since && { since: row.idle_since, limitMinutes: row.idle_limit! },
  }
}

async function read(ctx: Ctx): Promise<Floor> {
  // Its own clock: the one who asked may have waited for this read.
  const { rows: clock } = await sql<{ now: Temporal.Instant; today: Temporal.PlainDate }>`
    select now, today from centre_clock where id = ${ctx.centre.id}`.execute(ctx.db)
  const { now, today } = clock[0]!
  const { rows: units } = await sql<{ id: string; name: string; kind: string; parent_id: string | null }>`
    select id, name, kind, parent_id from org_unit where centre_id = ${ctx.centre.id} and kind in ('region', 'group')
      and opened_on <= ${today} and (closed_on is null or closed_on > ${today}) order by position, name`.execute(ctx.db)
  const regions = units.filter(({ kind }) => kind === 'region').map(({ id, name }) => ({ id, name }))
  const place = new Map(regions.map(({ id }, at) => [id, at]))
  const time = now.toZonedDateTimeISO(ctx.centre.timeZone).toPlainTime()
  const groups = units
    .filter(({ kind }) => kind === 'group')
    .map(({ id, name, parent_id }) => ({
      ...{ id, name, regionId: parent_id !== null && place.has(parent_id) ? parent_id : null },
      share: dialShare(timetableOf(ctx.rules.at(today, id), today, ctx.centre.kind), time),
    }))
    .sort((a, b) => (place.get(a.regionId ?? '') ?? -1) - (place.get(b.regionId ?? '') ?? -1))
  const norms = await normsOf(ctx, today)
  const rows = await rowsOf(ctx, today)
  const kinds = new Set(rows.flatMap(({ line_kind }) => line_kind ?? []))
  const seats = rows.map((row) => toSeat(row, norms.get(row.personId) ?? null))
  return {
    ...{ asOf: now, today, regions, groups, seats },
    won: await wonByGroup(ctx, today, seats),
    measuredBy: [...kinds].map((kind) => (kind === 'manual' ? 'declared' : 'switch')),
  }
}

const shared = sharedRead(250)

/**
 * The floor of the caller's centre, never older than the call. Everybody's rows: each reader cuts out his own. For queries
 * on the plain handle, since the read may begin after the caller's own work has ended.
 */
export const floorNow = (ctx: Ctx): Promise<Floor> => shared(ctx.centre.id, () => read(ctx))
