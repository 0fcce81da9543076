import { sql } from 'kysely'
import { demand } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { isFor } from './distribute.ts'
import { isStopped, type Lot, lockMoves, move } from './move.ts'
import { canIssueToAgent, gotAll } from './rules.ts'
import { receiversOf } from './stock.ts'

/*
 * Leads that are moved by name and not by number: what arrives one by one, and what a morning's allocation shares out. The
 * way is the same two steps with a lot each as for lists. [S4.4.10a]
 */

/** Company → group: leads that a source of the group brought. There is nothing to count over, so the lot is received. */
export async function bringToGroup(
  ctx: Ctx,
  groupId: string,
  batchId: string,
  leadIds: readonly string[],
): Promise<Lot> {
  const lot = { step: 'companyToGroup', batchId, groupId, personId: null, received: true } as const
  const among = sql`l.state = 'pool' and l.id = any(${sql.val([...leadIds])}::uuid[])`
  const moved = await move(ctx, lot, among, null, { groupId, personId: null })
  ctx.touch('leads', { groupId })
  return moved
}

/** Who of a group can be given one more lead now, by id, with what he holds. The caller answers for scope. */
export async function readyFor(ctx: Ctx, groupId: string, personIds: readonly string[]) {
  const max = ctx.rules.at(ctx.today, groupId).get('issue.maxPerAgent')
  const receivers = await receiversOf(ctx, groupId, null, personIds)
  return new Map([...receivers].filter(([, receiver]) => canIssueToAgent({ ...receiver, authorised: true }, 1, max).ok))
}

/**
 * Into an agent's hands: these leads of the group's pool, or of a colleague, each only where it is still open, not to be
 * stopped and of a product that the agent may sell. All or none; throws with what stands against it. [S4.4.10a]
 */
export async function handTo(
  ctx: Ctx,
  given: { groupId: string; personId: string; leadIds: readonly string[]; received?: boolean },
): Promise<Lot> {
  const { groupId, personId, leadIds } = given
  await lockMoves(ctx, { groupIds: [groupId] })
  const receiver = (await receiversOf(ctx, groupId, null, [personId])).get(personId)
  const max = ctx.rules.at(ctx.today, groupId).get('issue.maxPerAgent')
  const subject = { kind: 'person', id: personId }
  const nobody = { name: '', inGroup: false, isTsr: false, away: false, authorised: false, stock: 0 }
  // Whether he may sell what is in it is asked lead by lead below.
  demand(canIssueToAgent(receiver ? { ...receiver, authorised: true } : nobody, leadIds.length, max), subject)
  const among = sql`l.group_id = ${groupId} and l.state in ('group', 'agent') and l.holder_id is distinct from ${personId}
    and l.id = any(${sql.val([...leadIds])}::uuid[]) and not ${isStopped(ctx)} and ${isFor(ctx, personId)}`
  const lot = { step: 'groupToAgent', batchId: null, groupId, personId } as const
  const moved = await move(ctx, { ...lot, received: given.received ?? false }, among, null, { groupId, personId })
  demand(gotAll(receiver!.name, leadIds.length, moved.quantity), subject)
  ctx.touch('leads', { groupId, personId })
  return moved
}

/** A customer asked again: his open lead, wherever it lies, is due from now. What was promised him stays promised. */
export async function bringForward(ctx: Ctx, leadId: string): Promise<void> {
  await sql`update lead set due_at = least(due_at, ${ctx.now}), due_band = null, version = version + 1
    where id = ${leadId} and centre_id = ${ctx.centre.id} and state <> 'closed'`.execute(ctx.db)
}
