import { type RawBuilder, sql } from 'kysely'
import { accountOf } from '../../platform/accounts.ts'
import { type Role, reach } from '../../platform/actor.ts'
import { demand, notFound, stale } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { nameKeys, searchPattern } from './names.ts'
import { LINE_ROLES, mayEditSelf, mayTouchAdmin, type Rank, STRUCTURE_ROLES } from './rules.ts'
import { inReach } from './structure.ts'

/** Roles whose work needs to know everybody of the centre by name. */
const KNOW_ALL: readonly Role[] = ['deptManager', 'deputyGm', 'admin', 'dataOfficer', 'qualityInspector', 'trainer']

/**
 * Whom the actor may know of, as a condition on a person `p` who sits in a unit `m` on the day asked: managers and the
 * centre's own functions everybody; leaders those of their units; agents their own group; each himself.
 */
function visibleTo(ctx: Ctx): RawBuilder<boolean> {
  if (reach(ctx.actor, KNOW_ALL).centre) return sql<boolean>`true`
  const own = ctx.actor.grants.filter((grant) => grant.role === 'um' || grant.role === 'tl')
  const units = [
    ...own.flatMap((grant) => [grant.unitId, ...grant.groupIds]),
    ...(ctx.actor.groupId ? [ctx.actor.groupId] : []),
  ]
  return sql<boolean>`(p.id = ${ctx.actor.personId} or m.unit_id = any(${units}::uuid[]))`
}

export type PersonRow = {
  id: string
  staffNo: string
  name: string
  unitId: string | null
  unitName: string | null
  roles: { role: Role; acting: boolean }[]
  rank: Rank | null
  confirmed: boolean | null
  employedFrom: Temporal.PlainDate
  employedUntil: Temporal.PlainDate | null
}

/** The most people a list brings at once; a search narrows it. */
const LISTED = 500

/**
 * People employed on a day, in the order of the tree and then by pinyin, found by characters, pinyin, initials or staff
 * number; of a unit and what is below it, or with a role. `total` counts all that were found.
 */
export async function persons(
  ctx: Ctx,
  asked: {
    day?: Temporal.PlainDate | undefined
    search?: string | undefined
    unitId?: string | undefined
    role?: Role | undefined
  },
): Promise<{ persons: PersonRow[]; total: number }> {
  const day = asked.day ?? ctx.today
  const search = asked.search?.trim() ? sql`p.name_keys like ${searchPattern(asked.search)}` : sql`true`
  const unit = asked.unitId
    ? sql`(u.id = ${asked.unitId} or u.parent_id = ${asked.unitId} or exists (select from unit above
        where above.id = ${asked.unitId} and above.kind = 'centre'))`
    : sql`true`
  const role = asked.role
    ? sql`exists (select from role_grant r where r.person_id = p.id and r.role = ${asked.role} and r.from_on <= ${day}
        and (r.until_on is null or r.until_on > ${day}))`
    : sql`true`
  const { rows } = await sql<{
    id: string
    staff_no: string
    name: string
    unit_id: string | null
    unit_name: string | null
    roles: { role: Role; acting: boolean }[]
    rank: Rank | null
    confirmed: boolean | null
    employed_from: Temporal.PlainDate
    employed_until: Temporal.PlainDate | null
    total: number
  }>`
    select p.id, p.staff_no, p.name, u.id as unit_id, u.name as unit_name, k.rank, k.confirmed, p.employed_from,
      p.employed_until, count(*) over () as total,
      coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'acting', r.acting) order by r.granted_at, r.id)
        from role_grant r where r.person_id = p.id and r.from_on <= ${day} and (r.until_on is null or r.until_on > ${day})),
        '[]') as roles
    from person p
    left join membership m on m.person_id = p.id and m.from_on <= ${day} and (m.until_on is null or m.until_on > ${day})
    left join unit u on u.id = m.unit_id
    left join unit above on above.id = u.parent_id
    left join lateral (select rank, confirmed from person_rank where person_id = p.id and from_on <= ${day}
      order by from_on desc limit 1) k on true
    where p.centre_id = ${ctx.centre.id} and p.employed_from <= ${day}
      and (p.employed_until is null or p.employed_until > ${day})
      and ${visibleTo(ctx)} and ${search} and ${unit} and ${role}
    order by case u.kind when 'centre' then 0 else 1 end,
      coalesce(case u.kind when 'region' then u.position else above.position end, 0),
      case u.kind when 'group' then 1 else 0 end, u.position, p.name collate "zh-Hans-x-icu", p.id
    limit ${LISTED}`.execute(ctx.db)
  return {
    total: rows[0]?.total ?? 0,
    persons: rows.map((row) => ({
      id: row.id,
      staffNo: row.staff_no,
      name: row.name,
      unitId: row.unit_id,
      unitName: row.unit_name,
      roles: row.roles,
      rank: row.rank,
      confirmed: row.confirmed,
      employedFrom: row.employed_from,
      employedUntil: row.employed_until,
    })),
  }
}

type Row = {
  id: string
  staff_no: string
  name: string
  birthday: Temporal.PlainDate | null
  employed_from: Temporal.PlainDate
  employed_until: Temporal.PlainDate | null
  registration_no: string | null
  trained_on: Temporal.PlainDate | null
  version: number
}

const shown = (row: Row) => ({
  id: row.id,
  staffNo: row.staff_no,
  name: row.name,
  employedFrom: row.employed_from,
  employedUntil: row.employed_until,
  version: row.version,
})

/**
 * One person. Everybody who may know of him sees where he sits and what he holds; birthday, registration and the whole
 * history are for himself, the line above and the administrator, whose look is logged.
 */
export async function person(ctx: Ctx, personId: string) {
  const { rows } = await sql<Row>`
    select p.id, p.staff_no, p.name, p.birthday, p.employed_from, p.employed_until, p.registration_no, p.trained_on, p.version
    from person p left join membership m on m.person_id = p.id and m.from_on <= ${ctx.today}
      and (m.until_on is null or m.until_on > ${ctx.today})
    where p.id = ${personId} and p.centre_id = ${ctx.centre.id} and ${visibleTo(ctx)}`.execute(ctx.db)
  const row = rows[0]
  if (!row) throw notFound()
  const self = personId === ctx.actor.personId
  const close = self || (await inReach(ctx, [...LINE_ROLES, 'admin'], personId))
  if (close && !self) await ctx.looked('person', [personId])
  const keeps = STRUCTURE_ROLES.some((role) => ctx.actor.roles.includes(role))
  const account = keeps ? await accountOf(ctx.db, personId) : null
  const past = close ? sql`true` : sql`from_on <= ${ctx.today} and (until_on is null or until_on > ${ctx.today})`
  const seats = await sql<{
    unit_id: string
    unit_name: string
    from_on: Temporal.PlainDate
    until_on: Temporal.PlainDate | null
  }>`
    select m.unit_id, u.name as unit_name, m.from_on, m.until_on from membership m join unit u on u.id = m.unit_id
    where m.person_id = ${personId} and ${past} order by m.from_on desc`.execute(ctx.db)
  const grants = await sql<{
    id: string
    role: Role
    unit_id: string
    unit_name: string
    from_on: Temporal.PlainDate
    until_on: Temporal.PlainDate | null
    acting: boolean
    reason: string
    granted_by: string | null
  }>`
    select g.id, g.role, g.unit_id, u.name as unit_name, g.from_on, g.until_on, g.acting, g.reason, by.name as granted_by
    from role_grant g join unit u on u.id = g.unit_id left join person by on by.id = g.granted_by
    where g.person_id = ${personId} and ${past} order by g.from_on desc, g.granted_at desc`.execute(ctx.db)
  const ranks = await sql<{
    rank: Rank
    confirmed: boolean
    from_on: Temporal.PlainDate
    reason: string
    recorded_by: string | null
  }>`
    select k.rank, k.confirmed, k.from_on, k.reason, by.name as recorded_by
    from person_rank k left join person by on by.id = k.recorded_by
    where k.person_id = ${personId} and (${close} or k.from_on <= ${ctx.today})
    order by k.from_on desc limit ${close ? 200 : 1}`.execute(ctx.db)
  return {
    ...shown(row),
    username: account?.username ?? null,
    close: close ? { birthday: row.birthday, registrationNo: row.registration_no, trainedOn: row.trained_on } : null,
    seats: seats.rows.map((seat) => ({
      unitId: seat.unit_id,
      unitName: seat.unit_name,
      fromOn: seat.from_on,
      untilOn: seat.until_on,
    })),
    grants: grants.rows.map((grant) => ({
      id: grant.id,
      role: grant.role,
      unitId: grant.unit_id,
      unitName: grant.unit_name,
      fromOn: grant.from_on,
      untilOn: grant.until_on,
      acting: grant.acting,
      reason: close ? grant.reason : '',
      grantedBy: grant.granted_by,
    })),
    ranks: ranks.rows.map((rank) => ({
      rank: rank.rank,
      confirmed: rank.confirmed,
      fromOn: rank.from_on,
      reason: close ? rank.reason : '',
      recordedBy: rank.recorded_by,
    })),
  }
}

async function edited(ctx: Ctx, personId: string, version: number): Promise<Row> {
  const { rows } = await sql<Row>`select id, staff_no, name, birthday, employed_from, employed_until, registration_no,
    trained_on, version from person where id = ${personId} and centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  const row = rows[0]
  if (!row) throw notFound()
  if (row.version !== version)
    throw stale({ ...shown(row), registrationNo: row.registration_no, trainedOn: row.trained_on })
  return row
}

/** Changes a person's own data; `stale` when they changed since the version that was read. */
export async function editPerson(
  ctx: Ctx,
  given: {
    personId: string
    version: number
    name: string
    birthday: Temporal.PlainDate | null
    registrationNo: string | null
    trainedOn: Temporal.PlainDate | null
  },
): Promise<void> {
  const row = await edited(ctx, given.personId, given.version)
  const standing =
    row.registration_no !== given.registrationNo || row.trained_on?.toString() !== given.trainedOn?.toString()
  demand(mayEditSelf(ctx.actor, row.id, { standing }), { kind: 'person', id: row.id })
  await sql`update person set name = ${given.name}, name_keys = ${nameKeys(given.name, row.staff_no)},
    birthday = ${given.birthday}, registration_no = ${given.registrationNo}, trained_on = ${given.trainedOn},
    version = version + 1 where id = ${row.id}`.execute(ctx.db)
  await ctx.emit('people.edited', { kind: 'person', id: row.id })
  ctx.touch('people')
}

/**
 * Ends an employment: from that day the person signs in no more, sits nowhere and holds nothing. What he did stays.
 * The day may lie ahead or, entered late, behind.
 */
export async function leave(
  ctx: Ctx,
  given: { personId: string; version: number; on: Temporal.PlainDate },
): Promise<void> {
  const row = await edited(ctx, given.personId, given.version)
  const subject = { kind: 'person', id: row.id }
  demand(mayEditSelf(ctx.actor, row.id, { standing: true }), subject)
  const admin = await sql`select 1 from role_grant where person_id = ${row.id} and role = 'admin'
    and (until_on is null or until_on > ${ctx.today})`.execute(ctx.db)
  demand(mayTouchAdmin(ctx.actor, admin.rows.length > 0), subject)
  const on = Temporal.PlainDate.compare(given.on, row.employed_from) < 0 ? row.employed_from : given.on
  await sql`update person set employed_until = ${on}, version = version + 1 where id = ${row.id}`.execute(ctx.db)
  await sql`delete from membership where person_id = ${row.id} and from_on >= ${on}`.execute(ctx.db)
  await sql`update membership set until_on = ${on} where person_id = ${row.id}
    and (until_on is null or until_on > ${on})`.execute(ctx.db)
  await sql`update role_grant set until_on = greatest(from_on, ${on}::date) where person_id = ${row.id}
    and (until_on is null or until_on > ${on})`.execute(ctx.db)
  await ctx.emit('people.left', { kind: 'person', id: row.id }, { on: on.toString() })
  ctx.touch('people')
}
