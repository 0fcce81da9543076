import { type RawBuilder, sql } from 'kysely'
import type { Centre, Grant, Role } from '../../platform/actor.ts'
import { demand } from '../../platform/api.ts'
import type { Ctx, SignedIn } from '../../platform/context.ts'
import type { Db } from '../../platform/database.ts'
import { nameKeys } from './names.ts'
import { freeStaffNo, mayGrant, mayRank, type Rank } from './rules.ts'

/**
 * The person of a session with everything he holds at this moment on the centre's clock: roles with the groups below
 * them, acting ones included, and his own group. One statement, since it runs on every request. Null for somebody who
 * is not employed today. Closed groups stay in reach: their past is still their leader's and manager's business.
 */
export async function loadSignedIn(
  db: Db,
  personId: string,
  session: { readonly sessionId: string; readonly mustChangePassword: boolean | RawBuilder<boolean | null> },
): Promise<SignedIn | null> {
  const { rows } = await sql<{
    must_change_password: boolean | null
    staff_no: string
    person_name: string
    group_id: string | null
    group_name: string | null
    grants: Grant[]
    id: string
    name: string
    kind: Centre['kind']
    time_zone: string
    country: string
    demo: boolean
  }>`
    select ${session.mustChangePassword}::boolean as must_change_password, p.staff_no, p.name as person_name, c.id, c.name, c.kind, c.time_zone, c.country, c.demo,
      seat.id as group_id, seat.name as group_name,
      coalesce((select jsonb_agg(jsonb_build_object('role', g.role, 'unitId', g.unit_id, 'unitName', u.name, 'unitKind', u.kind,
          'acting', g.acting, 'groupIds', (select coalesce(jsonb_agg(below.id order by below.position, below.name), '[]')
            from unit below where below.centre_id = p.centre_id and below.kind = 'group'
              and (u.kind = 'centre' or below.id = u.id or below.parent_id = u.id))) order by g.granted_at, g.id)
        from role_grant g join unit u on u.id = g.unit_id
        where g.person_id = p.id and g.from_on <= c.today and (g.until_on is null or g.until_on > c.today)), '[]') as grants
    from person p join centre_clock c on c.id = p.centre_id left join (
      select m.person_id, m.from_on, m.until_on, u.id, u.name from membership m join unit u on u.id = m.unit_id
      where u.kind = 'group'
    ) seat on seat.person_id = p.id and seat.from_on <= c.today and (seat.until_on is null or seat.until_on > c.today)
    where p.id = ${personId} and p.employed_from <= c.today and (p.employed_until is null or p.employed_until > c.today)`.execute(
    db,
  )
  const row = rows[0]
  if (!row || row.must_change_password === null) return null
  const centre = {
    id: row.id,
    name: row.name,
    kind: row.kind,
    timeZone: row.time_zone,
    country: row.country,
    demo: row.demo,
  }
  const actor = {
    personId,
    name: row.person_name,
    staffNo: row.staff_no,
    centreId: row.id,
    roles: [...new Set(row.grants.map((grant) => grant.role))],
    grants: row.grants,
    groupId: row.group_id,
    groupName: row.group_name,
    mustChangePassword: row.must_change_password,
  }
  return { actor, centre, sessionId: session.sessionId }
}

export type NewPerson = {
  readonly staffNo: string
  readonly name: string
  /** Absent = today. Membership, rank and roles given here begin on it. */
  readonly employedFrom?: Temporal.PlainDate | undefined
  readonly birthday?: Temporal.PlainDate | null | undefined
  /** Registration to sell with the regulator; without it no dial is allowed. */
  readonly registrationNo?: string | null | undefined
  readonly trainedOn?: Temporal.PlainDate | null | undefined
  readonly unitId?: string | undefined
  readonly rank?: { readonly rank: Rank; readonly confirmed: boolean } | undefined
  readonly roles?: readonly { readonly role: Role; readonly unitId: string }[] | undefined
}

/** Enters people with membership, rank and roles, in one statement. Returns their ids in the order given. */
export async function addPeople(ctx: Ctx, people: readonly NewPerson[]): Promise<string[]> {
  if (people.length === 0) return []
  const taken = await sql<{ staff_no: string }>`select staff_no from person where centre_id = ${ctx.centre.id}
    and staff_no = any(${people.map((one) => one.staffNo)})`.execute(ctx.db)
  demand(freeStaffNo(taken.rows.map((row) => row.staff_no)), { kind: 'person', id: null })
  const given = people.map((one) => ({
    staff_no: one.staffNo,
    name: one.name,
    name_keys: nameKeys(one.name, one.staffNo),
    birthday: one.birthday?.toString() ?? null,
    employed_from: (one.employedFrom ?? ctx.today).toString(),
    registration_no: one.registrationNo ?? null,
    trained_on: one.trainedOn?.toString() ?? null,
    unit_id: one.unitId ?? null,
    rank: one.rank?.rank ?? null,
    confirmed: one.rank?.confirmed ?? false,
    roles: (one.roles ?? []).map(({ role, unitId }) => ({ role, unit_id: unitId })),
  }))
  const { centre, now, actor } = ctx
  const { rows } = await sql<{ id: string }>`
    with given as materialized (
      select uuidv7() as id, e.place, g.*
      from jsonb_array_elements(${JSON.stringify(given)}::jsonb) with ordinality as e(item, place)
      cross join lateral jsonb_to_record(e.item) as g(staff_no text, name text, name_keys text, birthday date,
        employed_from date, registration_no text, trained_on date, unit_id uuid, rank text, confirmed boolean, roles jsonb)
    ), entered as (
      insert into person (id, centre_id, staff_no, name, name_keys, birthday, employed_from, registration_no, trained_on)
      select id, ${centre.id}, staff_no, name, name_keys, birthday, employed_from, registration_no, trained_on from given
    ), seated as (
      insert into membership (person_id, unit_id, from_on, recorded_by, recorded_at)
      select id, unit_id, employed_from, ${actor.personId}::uuid, ${now}::timestamptz from given where unit_id is not null
    ), ranked as (
      insert into person_rank (person_id, from_on, rank, confirmed, recorded_by, recorded_at)
      select id, employed_from, rank, confirmed, ${actor.personId}::uuid, ${now}::timestamptz from given
      where rank is not null
    ), granted as (
      insert into role_grant (person_id, role, unit_id, from_on, granted_by, granted_at)
      select g.id, r.role, r.unit_id, g.employed_from, ${actor.personId}::uuid, ${now}::timestamptz
      from given g, jsonb_to_recordset(g.roles) as r(role text, unit_id uuid)
    )
    select id from given order by place`.execute(ctx.db)
  for (const { id } of rows) await ctx.emit('people.entered', { kind: 'person', id })
  ctx.touch('people')
  return rows.map((row) => row.id)
}

/** Enters one person; see `addPeople`. */
export async function addPerson(ctx: Ctx, person: NewPerson): Promise<string> {
  const [id] = await addPeople(ctx, [person])
  return id!
}

/**
 * Seats a person in a unit from a day on: the membership that holds on that day ends there. What was counted before
 * stays with the unit where the person then was. A membership already recorded for later keeps its day. An agent's role
 * goes along with his seat; a leader's role over a unit is ended and given by hand.
 */
export async function joinUnit(ctx: Ctx, personId: string, unitId: string, fromOn: Temporal.PlainDate): Promise<void> {
  // The row of the person orders two moves of one person; the exclusion constraint is the second net.
  await sql`select 1 from person where id = ${personId} and centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  await sql`delete from membership where person_id = ${personId} and from_on = ${fromOn}`.execute(ctx.db)
  await sql`update membership set until_on = ${fromOn} where person_id = ${personId} and from_on < ${fromOn}
    and (until_on is null or until_on > ${fromOn})`.execute(ctx.db)
  await sql`insert into membership (person_id, unit_id, from_on, until_on, recorded_by, recorded_at)
    select ${personId}, ${unitId}, ${fromOn}, (select min(from_on) from membership where person_id = ${personId}
      and from_on > ${fromOn}), ${ctx.actor.personId}, ${ctx.now}`.execute(ctx.db)
  await sql`
    with left_behind as (
      update role_grant set until_on = ${fromOn} where person_id = ${personId} and role = 'tsr' and unit_id <> ${unitId}
        and from_on < ${fromOn} and (until_on is null or until_on > ${fromOn}) returning 1
    )
    insert into role_grant (person_id, role, unit_id, from_on, granted_by, granted_at, reason)
    select ${personId}, 'tsr', u.id, ${fromOn}, ${ctx.actor.personId}, ${ctx.now}, 'moved' from unit u
    where u.id = ${unitId} and u.kind = 'group' and exists (select from left_behind)`.execute(ctx.db)
  await ctx.emit('people.moved', { kind: 'person', id: personId }, { unitId, fromOn: fromOn.toString() })
  ctx.touch('people')
}

/** Sets a person's rank from a day on; on the same day the later entry counts. Nobody sets his own. */
export async function setRank(
  ctx: Ctx,
  given: {
    readonly personId: string
    readonly rank: Rank
    readonly confirmed: boolean
    readonly fromOn?: Temporal.PlainDate | undefined
    readonly reason?: string | undefined
  },
): Promise<void> {
  const { personId, rank, confirmed, fromOn = ctx.today, reason = '' } = given
  demand(mayRank(ctx.actor, personId), { kind: 'person', id: personId })
  await sql`insert into person_rank (person_id, from_on, rank, confirmed, recorded_by, recorded_at, reason)
    values (${personId}, ${fromOn}, ${rank}, ${confirmed}, ${ctx.actor.personId}, ${ctx.now}, ${reason})
    on conflict (person_id, from_on) do update set rank = excluded.rank, confirmed = excluded.confirmed,
      recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at, reason = excluded.reason`.execute(ctx.db)
  await ctx.emit('people.ranked', { kind: 'person', id: personId }, { rank, confirmed, fromOn: fromOn.toString() })
  ctx.touch('people')
}

/** Gives a person a role over a unit from a day on. Nobody gives himself one. Returns the id of the grant. */
export async function grantRole(
  ctx: Ctx,
  given: {
    readonly personId: string
    readonly role: Role
    readonly unitId: string
    readonly fromOn?: Temporal.PlainDate | undefined
    readonly untilOn?: Temporal.PlainDate | null | undefined
    readonly acting?: boolean | undefined
    readonly reason?: string | undefined
    readonly clause?: string | null | undefined
  },
): Promise<string> {
  const {
    personId,
    role,
    unitId,
    fromOn = ctx.today,
    untilOn = null,
    acting = false,
    reason = '',
    clause = null,
  } = given
  const unit = await sql<{ kind: Grant['unitKind'] }>`select kind from unit where id = ${unitId}
    and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  const kind = unit.rows[0]?.kind
  if (!kind) throw new Error(`no unit ${unitId}`)
  demand(mayGrant(ctx.actor, personId, role, kind), { kind: 'person', id: personId })
  const { rows } = await sql<{ id: string }>`
    insert into role_grant (person_id, role, unit_id, from_on, until_on, acting, reason, clause, granted_by, granted_at)
    values (${personId}, ${role}, ${unitId}, ${fromOn}, ${untilOn}, ${acting}, ${reason}, ${clause},
      ${ctx.actor.personId}, ${ctx.now}) returning id`.execute(ctx.db)
  await ctx.emit('people.roleGranted', { kind: 'person', id: personId }, { role, unitId, acting })
  ctx.touch('people')
  return rows[0]!.id
}
