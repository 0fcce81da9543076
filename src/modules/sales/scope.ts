import { sql } from 'kysely'
import { type Role, reach } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'

/** The line above the agents, and those of the centre whose work is cases and what was said for them. */
const ABOVE = [
  'tl',
  'um',
  'deptManager',
  'deputyGm',
  'dataOfficer',
  'qualityInspector',
] as const satisfies readonly Role[]

/** Who may look at cases at all: an agent at own ones. */
export const SALE_ROLES = ['tsr', ...ABOVE] as const

/** What of rows with centre, agent and group (alias s) the actor may see: own figures, and those of the groups below. */
export function visibleTo(ctx: Ctx) {
  const { centre, groupIds } = reach(ctx.actor, ABOVE)
  const ofCentre = sql<boolean>`s.centre_id = ${ctx.centre.id}`
  if (centre) return ofCentre
  const own = sql<boolean>`s.agent_id = ${ctx.actor.personId}`
  if (groupIds.length === 0) return sql<boolean>`(${ofCentre} and ${own})`
  return sql<boolean>`(${ofCentre} and (${own} or s.group_id = any(${sql.val([...groupIds])}::uuid[])))`
}

/** The same for cases: of one whose result was given to somebody else, both sides see it. */
export function casesVisibleTo(ctx: Ctx) {
  const { centre, groupIds } = reach(ctx.actor, ABOVE)
  if (centre) return visibleTo(ctx)
  const { personId } = ctx.actor
  const credited = sql<boolean>`(s.credited_agent_id = ${personId}
    or s.credited_group_id = any(${sql.val([...groupIds])}::uuid[]))`
  return sql<boolean>`(${visibleTo(ctx)} or (s.centre_id = ${ctx.centre.id} and ${credited}))`
}
