import { sql } from 'kysely'
import { demand, notFound, stale } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { freeUnitName, mayClose } from './rules.ts'

type Unit = { id: string; kind: 'centre' | 'region' | 'group'; name: string; version: number }

/** Reads a unit that stands open, locks it, and checks that it is the one that was edited. */
async function edited(ctx: Ctx, unitId: string, version: number): Promise<Unit> {
  const { rows } = await sql<Unit>`select id, kind, name, version from unit where id = ${unitId}
    and centre_id = ${ctx.centre.id} and closed_on is null for update`.execute(ctx.db)
  const unit = rows[0]
  if (!unit) throw notFound()
  if (unit.version !== version) throw stale(unit)
  return unit
}

/** Names a unit anew; `stale` when it changed since the version that was read. */
export async function renameUnit(ctx: Ctx, given: { unitId: string; name: string; version: number }): Promise<void> {
  const unit = await edited(ctx, given.unitId, given.version)
  const taken = await sql`select 1 from unit where centre_id = ${ctx.centre.id} and name = ${given.name}
    and closed_on is null and id <> ${unit.id}`.execute(ctx.db)
  demand(freeUnitName(taken.rows.length > 0, given.name), { kind: 'unit', id: unit.id })
  await sql`update unit set name = ${given.name}, version = version + 1 where id = ${unit.id}`.execute(ctx.db)
  await ctx.emit('people.unitRenamed', { kind: 'unit', id: unit.id })
  ctx.touch('people')
}

/** Closes a region or group from today on. Its past stays; roles over it end with it. */
export async function closeUnit(ctx: Ctx, given: { unitId: string; version: number }): Promise<void> {
  const unit = await edited(ctx, given.unitId, given.version)
  if (unit.kind === 'centre') throw notFound()
  const { rows } = await sql<{ people: number; units: number }>`
    select (select count(*) from membership where unit_id = ${unit.id} and (until_on is null or until_on > ${ctx.today}))
        as people,
      (select count(*) from unit where parent_id = ${unit.id} and closed_on is null) as units`.execute(ctx.db)
  demand(mayClose(rows[0]!), { kind: 'unit', id: unit.id })
  await sql`update unit set closed_on = ${ctx.today}, version = version + 1 where id = ${unit.id}`.execute(ctx.db)
  await sql`update role_grant set until_on = greatest(from_on, ${ctx.today}::date) where unit_id = ${unit.id}
    and (until_on is null or until_on > ${ctx.today})`.execute(ctx.db)
  await ctx.emit('people.unitClosed', { kind: 'unit', id: unit.id })
  ctx.touch('people')
}
