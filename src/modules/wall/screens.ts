import { sql } from 'kysely'
import { reach } from '../../platform/actor.ts'
import { demand, notFound, stale } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Db } from '../../platform/database.ts'
import { pairDevice, revokeDevice } from '../../platform/devices.ts'
import { codeIsShown, codeOf, KEEPERS } from './rules.ts'

/** What a screen shows: the unit whose figures they are, and where that stands in the tree. */
export type Place = {
  readonly name: string
  readonly unitId: string
  readonly unit: string
  readonly unitKind: 'centre' | 'region' | 'group'
  /** The region that a group stands in. */
  readonly regionId: string | null
  readonly rootId: string
}

/** Units that the actor may put on a screen. */
function unitsInReach(ctx: Ctx) {
  const { centre, groupIds } = reach(ctx.actor, KEEPERS)
  const own = ctx.actor.grants.filter(({ role }) => (KEEPERS as readonly string[]).includes(role))
  return sql<boolean>`(u.centre_id = ${ctx.centre.id} and (${centre}::boolean
    or u.id = any(${sql.val([...groupIds, ...own.map(({ unitId }) => unitId)])}::uuid[])))`
}

/** Throws when a unit is closed or none of the actor's. */
export async function demandUnit(ctx: Ctx, unitId: string): Promise<void> {
  const { rows } = await sql`select 1 from org_unit u where u.id = ${unitId} and ${unitsInReach(ctx)}
    and u.opened_on <= ${ctx.today} and (u.closed_on is null or u.closed_on > ${ctx.today})`.execute(ctx.db)
  if (rows.length === 0) throw notFound()
}

type New = { readonly name: string; readonly unitId: string }

/** Gives the screen that shows a code its name and its unit. Throws REFUSED for a code that no screen shows. [S4.5.2] */
export async function pair(ctx: Ctx, { code, name, unitId }: New & { readonly code: string }): Promise<string> {
  await demandUnit(ctx, unitId)
  const id = await pairDevice(ctx, codeOf(code))
  demand(codeIsShown(id !== null))
  await sql`insert into wall_screen (id, centre_id, name, unit_id, paired_by, paired_at)
    values (${id}, ${ctx.centre.id}, ${name}, ${unitId}, ${ctx.actor.personId}, ${ctx.now})`.execute(ctx.db)
  await ctx.emit('wall.paired', { kind: 'screen', id }, { unitId })
  ctx.touch('wall')
  return id!
}

const inReach = (ctx: Ctx) =>
  sql`s.centre_id = ${ctx.centre.id} and exists (select from org_unit u where u.id = s.unit_id and ${unitsInReach(ctx)})`

/** Another name or unit for a screen. */
export async function change(
  ctx: Ctx,
  { screenId, version, name, unitId }: New & { readonly screenId: string; readonly version: number },
): Promise<{ version: number }> {
  await demandUnit(ctx, unitId)
  const { rows } = await sql<{ version: number; name: string; unitId: string }>`
    select s.version, s.name, s.unit_id as "unitId" from wall_screen s
    where s.id = ${screenId} and s.revoked_at is null and ${inReach(ctx)} for update`.execute(ctx.db)
  const screen = rows[0]
  if (!screen) throw notFound()
  if (screen.version !== version) throw stale(screen)
  await sql`update wall_screen set name = ${name}, unit_id = ${unitId}, version = version + 1
    where id = ${screenId}`.execute(ctx.db)
  await ctx.emit('wall.changed', { kind: 'screen', id: screenId }, { unitId })
  ctx.touch('wall')
  return { version: version + 1 }
}

/** Takes a screen's place away: it shows a code again at once. */
export async function revoke(ctx: Ctx, screenId: string): Promise<void> {
  const { rows } = await sql`update wall_screen s set revoked_at = ${ctx.now}, revoked_by = ${ctx.actor.personId}
    where s.id = ${screenId} and s.revoked_at is null and ${inReach(ctx)} returning 1`.execute(ctx.db)
  if (rows.length === 0) throw notFound()
  await revokeDevice(ctx, screenId)
  await ctx.emit('wall.revoked', { kind: 'screen', id: screenId })
  ctx.touch('wall')
}

export type ScreenRow = {
  readonly id: string
  readonly name: string
  readonly unitId: string
  readonly unit: string
  readonly version: number
  readonly pairedAt: Temporal.Instant
  readonly pairedBy: string | null
  readonly connected: boolean
  /** Real minutes since it was last there. */
  readonly silentMinutes: number
}

/** The screens that stand, of the actor's units. */
export async function screens(ctx: Ctx): Promise<ScreenRow[]> {
  const { rows } = await sql<ScreenRow>`
    select s.id, s.name, s.unit_id as "unitId", o.name as unit, s.version, s.paired_at as "pairedAt", n.name as "pairedBy",
      coalesce(d.connected, false) as connected, coalesce(d.silent_minutes, 0) as "silentMinutes"
    from wall_screen s join org_unit o on o.id = s.unit_id join device_line d on d.id = s.id
      left join person_name n on n.id = s.paired_by
    where s.revoked_at is null and ${inReach(ctx)} order by s.name, s.paired_at`.execute(ctx.db)
  return rows
}

/** Units for a screen, in the order of the tree. */
export async function unitChoices(ctx: Ctx): Promise<{ id: string; name: string; kind: Place['unitKind'] }[]> {
  const { rows } = await sql<{ id: string; name: string; kind: Place['unitKind'] }>`
    select u.id, u.name, u.kind from org_unit u left join org_unit r on r.id = u.parent_id and r.kind = 'region'
    where ${unitsInReach(ctx)} and u.opened_on <= ${ctx.today} and (u.closed_on is null or u.closed_on > ${ctx.today})
    order by case u.kind when 'centre' then 0 else 1 end, coalesce(r.position, u.position), coalesce(r.name, u.name),
      u.kind = 'group', u.position, u.name`.execute(ctx.db)
  return rows
}

/** Where a screen has its place; null once that was taken away. */
export async function placeOf(db: Db, screenId: string): Promise<Place | null> {
  const { rows } = await sql<Place>`
    select s.name, u.id as "unitId", u.name as unit, u.kind as "unitKind", r.id as "regionId", c.id as "rootId"
    from wall_screen s join org_unit u on u.id = s.unit_id
      left join org_unit r on r.id = u.parent_id and r.kind = 'region'
      join org_unit c on c.centre_id = s.centre_id and c.kind = 'centre'
    where s.id = ${screenId} and s.revoked_at is null`.execute(db)
  return rows[0] ?? null
}
