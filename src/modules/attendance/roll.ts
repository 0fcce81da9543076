import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { isAmber, type SeatStep, type State, seatStep } from './rules.ts'
import { checkTimesOf } from './timetable.ts'

/** One seat of the roll: a TSR of a group today, and how far he is. */
export type RollSeat = {
  readonly personId: string
  readonly name: string
  readonly groupId: string
  readonly state: State
  readonly reason: string | null
  /** Since when the state holds; null for one who was in none today. */
  readonly since: Temporal.Instant | null
  readonly checkedInAt: Temporal.Instant | null
  readonly readyAt: Temporal.Instant | null
  readonly onlineAt: Temporal.Instant | null
  readonly firstDialAt: Temporal.Instant | null
  readonly excuse: string | null
  readonly excusedUntil: Temporal.Instant | null
  readonly step: SeatStep
  readonly amber: boolean
}

type Row = {
  person_id: string
  name: string
  group_id: string
  state: State
  reason: string | null
  since: Temporal.Instant | null
  checked_in_at: Temporal.Instant | null
  ready_at: Temporal.Instant | null
  online_at: Temporal.Instant | null
  first_dial_at: Temporal.Instant | null
  excuse: string | null
  excused_until: Temporal.Instant | null
}

/**
 * The seats expected today in these groups, in the order of names: whoever sits there as a TSR. The caller answers for
 * who may see them. [S4.4.2]
 */
export async function rollOf(ctx: Ctx, groupIds: readonly string[]): Promise<RollSeat[]> {
  const { rows } = await sql<Row>`
    select m.person_id, m.name, m.group_id, coalesce(p.state, 'offline') as state, p.reason, p.since,
      a.checked_in_at, a.ready_at, a.online_at, a.first_dial_at, a.excuse, a.excused_until
    from member m
      left join presence p on p.person_id = m.person_id and p.day = ${ctx.today}
      left join attendance_day a on a.person_id = m.person_id and a.day = ${ctx.today}
    where m.centre_id = ${ctx.centre.id} and m.group_id = any(${[...groupIds]}::uuid[])
      and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today})
      and m.employed_from <= ${ctx.today} and (m.employed_until is null or m.employed_until > ${ctx.today})
      and exists (select from granted_role g where g.person_id = m.person_id and g.role = 'tsr'
        and g.from_on <= ${ctx.today} and (g.until_on is null or g.until_on > ${ctx.today}))
    order by m.name collate "zh-Hans-x-icu", m.person_id`.execute(ctx.db)
  const times = new Map(groupIds.map((id) => [id, checkTimesOf(ctx, id).times]))
  return rows.map((row) => {
    const step = seatStep(
      { state: row.state, firstDialAt: row.first_dial_at, excusedUntil: row.excused_until },
      ctx.now,
    )
    return {
      personId: row.person_id,
      name: row.name,
      groupId: row.group_id,
      state: row.state,
      reason: row.reason,
      since: row.since,
      checkedInAt: row.checked_in_at,
      readyAt: row.ready_at,
      onlineAt: row.online_at,
      firstDialAt: row.first_dial_at,
      excuse: row.excuse,
      excusedUntil: row.excused_until,
      step,
      amber: isAmber(step, ctx.now, times.get(row.group_id)!),
    }
  })
}

export type Leader = {
  readonly personId: string
  readonly name: string
  readonly acting: boolean
  readonly present: boolean
}

/** Who leads these groups today and whether he has come, by group. A leader is there once he has checked in. [S4.4.2] */
export async function leadersToday(ctx: Ctx, groupIds: readonly string[]): Promise<Map<string, Leader[]>> {
  const { rows } = await sql<{ unit_id: string; person_id: string; name: string; acting: boolean; present: boolean }>`
    select g.unit_id, g.person_id, n.name, bool_and(g.acting) as acting, bool_or(a.checked_in_at is not null) as present
    from granted_role g
      join person_name n on n.id = g.person_id
      left join attendance_day a on a.person_id = g.person_id and a.day = ${ctx.today}
    where g.centre_id = ${ctx.centre.id} and g.role = 'tl' and g.unit_id = any(${[...groupIds]}::uuid[])
      and g.from_on <= ${ctx.today} and (g.until_on is null or g.until_on > ${ctx.today})
    group by g.unit_id, g.person_id, n.name
    order by n.name collate "zh-Hans-x-icu", g.person_id`.execute(ctx.db)
  const leaders = Map.groupBy(rows, ({ unit_id }) => unit_id)
  return new Map(
    groupIds.map((id) => [
      id,
      (leaders.get(id) ?? []).map(({ person_id, name, acting, present }) => ({
        personId: person_id,
        name,
        acting,
        present,
      })),
    ]),
  )
}

/** A group without a leader who is there, and without one named for the day. [S4.4.2] */
export const isLeaderless = (leaders: readonly Leader[]): boolean =>
  !leaders.some(({ present, acting }) => present || acting)

/**
 * Whom to tell of a group: its leaders of today, else the unit managers of its region, else the heads of the centre,
 * or from the unit manager up. What is late is never told to the floor. [S5.1.4c]
 */
export async function leadersToTell(
  ctx: Ctx,
  groupId: string,
  { except = null, from = 'tl' }: { except?: string | null; from?: 'tl' | 'um' } = {},
): Promise<string[]> {
  const { rows } = await sql<{ person_id: string; place: number }>`
    select g.person_id, min(case g.role when 'tl' then 0 when 'um' then 1 else 2 end) as place
    from granted_role g join org_unit u on u.id = ${groupId}
    where g.centre_id = ${ctx.centre.id} and g.person_id is distinct from ${except}::uuid
      and (${from === 'tl'} and g.role = 'tl' and g.unit_id = u.id or g.role = 'um' and g.unit_id = u.parent_id or g.role = 'deptManager')
      and g.from_on <= ${ctx.today} and (g.until_on is null or g.until_on > ${ctx.today})
    group by g.person_id order by place, g.person_id`.execute(ctx.db)
  const nearest = rows[0]?.place
  return rows.filter(({ place }) => place === nearest).map(({ person_id }) => person_id)
}

/** The groups of the centre that are open today, in the order of the tree. For what the clock does. */
export async function openGroups(ctx: Ctx): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from org_unit where centre_id = ${ctx.centre.id} and kind = 'group' and opened_on <= ${ctx.today}
      and (closed_on is null or closed_on > ${ctx.today}) order by position, name`.execute(ctx.db)
  return rows.map(({ id }) => id)
}
