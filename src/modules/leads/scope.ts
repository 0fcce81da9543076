import { sql } from 'kysely'
import { type Role, reach } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'

/** The line above the agents, and those of the centre whose work is leads and what was said on them. */
const ABOVE = [
  'tl',
  'um',
  'deptManager',
  'deputyGm',
  'dataOfficer',
  'qualityInspector',
] as const satisfies readonly Role[]

/** Who may look at leads at all: an agent at own ones. */
export const LEAD_ROLES = ['tsr', ...ABOVE] as const

/**
 * What of the table `lead` (alias l) the actor may see: an agent the leads in own hands, a leader those of the groups
 * below, data officers and managers of the centre all. Leads not yet handed down are never an agent's to see. [S4.4.10a]
 */
export function visibleTo(ctx: Ctx) {
  const { actor } = ctx
  const above = reach(actor, ABOVE)
  if (above.centre) return sql<boolean>`l.centre_id = ${actor.centreId}`
  const own = sql<boolean>`(l.holder_id = ${actor.personId} and l.state in ('agent', 'closed'))`
  if (above.groupIds.length === 0) return sql<boolean>`(l.centre_id = ${actor.centreId} and ${own})`
  return sql<boolean>`(l.centre_id = ${actor.centreId}
    and (l.group_id = any(${sql.val([...above.groupIds])}::uuid[]) or ${own}))`
}
