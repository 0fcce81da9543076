import { sql } from 'kysely'
import { reach } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'

/**
 * What of the table `lead` (alias l) the actor may see: an agent the leads in own hands, a leader those of the groups
 * below, data officers and managers of the centre all. Leads not yet handed down are never an agent's to see. [S4.4.10a]
 */
export function visibleTo(ctx: Ctx) {
  const { actor } = ctx
  const above = reach(actor, ['tl', 'um', 'deptManager', 'deputyGm', 'dataOfficer', 'qualityInspector', 'admin'])
  const own = sql<boolean>`(l.holder_id = ${actor.personId} and l.state in ('agent', 'closed'))`
  if (above.centre) return sql<boolean>`l.centre_id = ${actor.centreId}`
  return sql<boolean>`(l.centre_id = ${actor.centreId}
    and (l.group_id = any(${sql.val([...above.groupIds])}::uuid[]) or ${own}))`
}
