import { sql } from 'kysely'
import { type Role, reach } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'

const ABOVE = ['tl', 'um', 'deptManager', 'deputyGm'] as const satisfies readonly Role[]
export const DEAL_ROLES = ['tsr', ...ABOVE, 'reception', 'showroomSales'] as const
/** Who receives in the showroom, and who stands in for him. */
export const HOSTS = ['showroomSales', 'deptManager'] as const satisfies readonly Role[]

/**
 * What of deals (alias d) the actor may see: who made the appointment and who receives see their own, leaders those of
 * their groups, the front desk and the managers of the centre all.
 */
export function visibleTo(ctx: Ctx) {
  const { centre, groupIds } = reach(ctx.actor, [...ABOVE, 'reception'])
  const ofCentre = sql<boolean>`d.centre_id = ${ctx.centre.id}`
  if (centre) return ofCentre
  return sql<boolean>`(${ofCentre} and (d.agent_id = ${ctx.actor.personId} or d.sales_id = ${ctx.actor.personId}
    or d.group_id = any(${sql.val([...groupIds])}::uuid[])))`
}
