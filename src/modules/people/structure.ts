import { sql } from 'kysely'
import { type Grant, type Role, reach, reaches } from '../../platform/actor.ts'
import { demand } from '../../platform/api.ts'
import { createCentre, type NewCentre, renewRules } from '../../platform/centre.ts'
import type { Boot, Ctx } from '../../platform/context.ts'
import type { Db } from '../../platform/database.ts'
import { fitsUnder, freeUnitName, LINE_ROLES } from './rules.ts'

type FirstUnit = { readonly centreId: string; readonly rootUnitId: string }
type CentreGiven = NewCentre & { readonly openedOn?: Temporal.PlainDate }

/**
 * Makes a centre with the root of its tree, which carries everybody who belongs to no group. `openedOn` (default its
 * first day on its clock) may lie before, for a centre that brings its past along.
 */
export const addCentre = (boot: Boot, centre: CentreGiven): Promise<FirstUnit> =>
  boot.db.transaction().execute((db) => addCentreIn(db, centre))

/** The same inside a transaction, with what else the centre needs from its first moment. */
export async function addCentreIn(db: Db, centre: CentreGiven): Promise<FirstUnit> {
  const centreId = await createCentre(db, centre)
  const { rows } = await sql<{ id: string }>`
    insert into unit (centre_id, kind, name, opened_on)
    select c.id, 'centre', c.name, coalesce(${centre.openedOn ?? null}::date, c.today) from centre_clock c
    where c.id = ${centreId} returning id`.execute(db)
  return { centreId, rootUnitId: rows[0]!.id }
}

/** Opens a region or a group. Its place among its siblings is the last unless given. Returns its id. */
export async function addUnit(
  ctx: Ctx,
  unit: {
    readonly kind: 'region' | 'group'
    readonly parentId: string
    readonly name: string
    readonly position?: number | undefined
    readonly openedOn?: Temporal.PlainDate | undefined
  },
): Promise<string> {
  const { rows: found } = await sql<{ kind: Grant['unitKind']; taken: boolean }>`
    select p.kind, exists (select from unit where centre_id = ${ctx.centre.id} and name = ${unit.name}
      and closed_on is null) as taken
    from unit p where p.id = ${unit.parentId} and p.centre_id = ${ctx.centre.id} and p.closed_on is null`.execute(
    ctx.db,
  )
  const parent = found[0]
  if (!parent) throw new Error(`no unit ${unit.parentId}`)
  const subject = { kind: 'unit', id: unit.parentId }
  demand(fitsUnder(unit.kind, parent.kind), subject)
  demand(freeUnitName(parent.taken, unit.name), subject)
  const { rows } = await sql<{ id: string }>`
    insert into unit (centre_id, kind, parent_id, name, position, opened_on)
    select ${ctx.centre.id}, ${unit.kind}, ${unit.parentId}, ${unit.name},
      coalesce(${unit.position ?? null}::int, (select coalesce(max(position) + 1, 0) from unit
        where parent_id = ${unit.parentId})), ${unit.openedOn ?? ctx.today}
    returning id`.execute(ctx.db)
  const id = rows[0]!.id
  // A group stands under its region's rules from the first moment.
  await renewRules(ctx.db, ctx.centre.id)
  await ctx.emit('people.unitOpened', { kind: 'unit', id }, { kind: unit.kind })
  ctx.touch('people')
  return id
}

/** Who leads a group today, acting leaders included. */
export async function leadersOf(ctx: Ctx, groupId: string): Promise<string[]> {
  const { rows } = await sql<{ person_id: string }>`
    select distinct g.person_id from role_grant g join person p on p.id = g.person_id
    where g.unit_id = ${groupId} and g.role = 'tl' and g.from_on <= ${ctx.today}
      and (g.until_on is null or g.until_on > ${ctx.today})
      and p.employed_from <= ${ctx.today} and (p.employed_until is null or p.employed_until > ${ctx.today})
    order by g.person_id`.execute(ctx.db)
  return rows.map((row) => row.person_id)
}

/** The line above a person today: leaders of his group, the unit manager of its region, managers of the centre. */
export async function lineAbove(ctx: Ctx, personId: string): Promise<string[]> {
  const { rows } = await sql<{ person_id: string }>`
    with seat as (
      select u.id, u.parent_id from membership m join unit u on u.id = m.unit_id
      where m.person_id = ${personId} and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today})
    )
    select distinct g.person_id from role_grant g join unit u on u.id = g.unit_id join person p on p.id = g.person_id
    where u.centre_id = ${ctx.centre.id} and g.role = any(${[...LINE_ROLES]}) and g.person_id <> ${personId}
      and (u.kind = 'centre' or exists (select from seat s where u.id in (s.id, s.parent_id)))
      and g.from_on <= ${ctx.today} and (g.until_on is null or g.until_on > ${ctx.today})
      and p.employed_from <= ${ctx.today} and (p.employed_until is null or p.employed_until > ${ctx.today})
    order by g.person_id`.execute(ctx.db)
  return rows.map((row) => row.person_id)
}

export type ReachedGroup = { readonly id: string; readonly name: string; readonly regionId: string | null }

/** The groups open today that the actor reaches through these roles, in the order of the tree. */
export async function groupsReached(ctx: Ctx, roles: readonly Role[]): Promise<ReachedGroup[]> {
  const within = reach(ctx.actor, roles)
  const { rows } = await sql<{ id: string; name: string; region_id: string | null }>`
    select u.id, u.name, case when p.kind = 'region' then p.id end as region_id
    from unit u join unit p on p.id = u.parent_id
    where u.centre_id = ${ctx.centre.id} and u.kind = 'group' and u.opened_on <= ${ctx.today}
      and (u.closed_on is null or u.closed_on > ${ctx.today})
      and (${within.centre} or u.id = any(${[...within.groupIds]}::uuid[]))
    order by p.position, p.name, u.position, u.name`.execute(ctx.db)
  return rows.map((row) => ({ id: row.id, name: row.name, regionId: row.region_id }))
}

/**
 * Whether the actor reaches a person of his centre through these roles: by the group where the person sits on a day
 * (default today). People outside groups are reached over the whole centre only.
 */
export async function inReach(ctx: Ctx, roles: readonly Role[], personId: string, day = ctx.today): Promise<boolean> {
  const { rows } = await sql<{ group_id: string | null }>`
    select (select m.unit_id from membership m join unit u on u.id = m.unit_id and u.kind = 'group'
      where m.person_id = p.id and m.from_on <= ${day} and (m.until_on is null or m.until_on > ${day})) as group_id
    from person p where p.id = ${personId} and p.centre_id = ${ctx.centre.id}`.execute(ctx.db)
  const row = rows[0]
  return row !== undefined && reaches(reach(ctx.actor, roles), row.group_id)
}

/** The group of each person on a day, null for those outside groups: how a figure of that day is grouped. */
export async function groupsOn(
  ctx: Ctx,
  personIds: readonly string[],
  day: Temporal.PlainDate,
): Promise<Map<string, string | null>> {
  const { rows } = await sql<{ person_id: string; group_id: string | null }>`
    select person_id, group_id from member where person_id = any(${[...personIds]}::uuid[]) and from_on <= ${day}
      and (until_on is null or until_on > ${day})`.execute(ctx.db)
  const found = new Map(rows.map((row) => [row.person_id, row.group_id]))
  return new Map(personIds.map((id) => [id, found.get(id) ?? null]))
}
