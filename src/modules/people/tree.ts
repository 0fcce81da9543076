import { sql } from 'kysely'
import type { Role } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'

export type TreeUnit = {
  id: string
  kind: 'centre' | 'region' | 'group'
  parentId: string | null
  name: string
  version: number
  openedOn: Temporal.PlainDate
  /** Who leads it that day: leaders of a group, the manager of a region, the heads of the centre. */
  leaders: { personId: string; name: string; role: Role; acting: boolean }[]
  /** People who sit in the unit itself. */
  heads: number
}

/** The tree as it stood on a day, parents before children, siblings in their order. */
export async function tree(ctx: Ctx, day: Temporal.PlainDate): Promise<TreeUnit[]> {
  const { rows } = await sql<{
    id: string
    kind: TreeUnit['kind']
    parent_id: string | null
    name: string
    version: number
    opened_on: Temporal.PlainDate
    leaders: TreeUnit['leaders']
    heads: number
  }>`
    select u.id, u.kind, u.parent_id, u.name, u.version, u.opened_on,
      (select count(*) from membership m join person p on p.id = m.person_id where m.unit_id = u.id
        and m.from_on <= ${day} and (m.until_on is null or m.until_on > ${day})
        and p.employed_from <= ${day} and (p.employed_until is null or p.employed_until > ${day})) as heads,
      coalesce((select jsonb_agg(jsonb_build_object('personId', p.id, 'name', p.name, 'role', g.role, 'acting', g.acting)
          order by g.acting desc, g.role, p.name)
        from role_grant g join person p on p.id = g.person_id
        where g.unit_id = u.id and g.role in ('tl', 'um', 'deptManager', 'deputyGm')
          and g.from_on <= ${day} and (g.until_on is null or g.until_on > ${day})
          and (p.employed_until is null or p.employed_until > ${day})), '[]') as leaders
    from unit u
    where u.centre_id = ${ctx.centre.id} and u.opened_on <= ${day} and (u.closed_on is null or u.closed_on > ${day})
    order by case u.kind when 'centre' then 0 when 'region' then 1 else 2 end, u.position, u.name`.execute(ctx.db)
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    parentId: row.parent_id,
    name: row.name,
    version: row.version,
    openedOn: row.opened_on,
    leaders: row.leaders,
    heads: row.heads,
  }))
}
