import { sql } from 'kysely'
import { reach, reaches } from '../../platform/actor.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { isStopped, type Lot, lockMoves, move } from './move.ts'
import { canHandOn, canIssue, canIssueToAgent, gotAll } from './rules.ts'
import { receiversOf } from './stock.ts'

/**
 * Company → groups: so many leads of a batch each, in the pool's fixed random order; all groups or none. Leads of customers
 * who are not to be called stay behind, so a lot may hold fewer than was asked. [S4.4.10a]
 */
export async function issue(
  ctx: Ctx,
  input: { batchId: string; shares: readonly { groupId: string; quantity: number }[] },
): Promise<Lot[]> {
  const { batchId } = input
  const shares = input.shares.filter(({ quantity }) => quantity > 0)
  const groupIds = shares.map(({ groupId }) => groupId)
  if (!reach(ctx.actor, ['dataOfficer', 'deptManager']).centre) throw notFound()
  await lockMoves(ctx, { batchId, groupIds })
  const { rows: found } = await sql<{ available: number; importing: string | null }>`
    select case when b.state = 'importing' then b.name end as importing,
      (select count(*) from lead l where l.centre_id = b.centre_id and l.batch_id = b.id and l.state = 'pool')::int as available
    from batch_of_list b where b.id = ${batchId} and b.centre_id = ${ctx.centre.id}
      and (b.expires_on is null or b.expires_on >= ${ctx.today})`.execute(ctx.db)
  const { rows: groups } = await sql<{ id: string; name: string; stock: number }>`
    select u.id, u.name, (select count(*) from lead where group_id = u.id and state in ('group', 'agent'))::int as stock
    from org_unit u where u.id = any(${sql.val(groupIds)}::uuid[]) and u.centre_id = ${ctx.centre.id} and u.kind = 'group'
      and u.closed_on is null`.execute(ctx.db)
  const pool = found[0]
  if (!pool || groups.length < new Set(groupIds).size) throw notFound()
  const subject = { kind: 'batch', id: batchId }
  const verdict = canIssue(
    pool,
    groups.map(({ id, name, stock }) => ({
      name,
      stock,
      quantity: shares.reduce((sum, share) => sum + (share.groupId === id ? share.quantity : 0), 0),
      max: ctx.rules.at(ctx.today, id).get('issue.maxPerGroup'),
    })),
  )
  demand(verdict, subject)
  await ctx.decide({ verdict, subject, clauses: ['S4.4.10a'] })
  const among = sql`l.state = 'pool' and l.batch_id = ${batchId} and not ${isStopped(ctx)}`
  const lots: Lot[] = []
  for (const { groupId, quantity } of shares) {
    const lot = { step: 'companyToGroup', batchId, groupId, personId: null } as const
    lots.push(await move(ctx, lot, among, quantity, { groupId, personId: null }))
    ctx.touch('leads', { groupId })
  }
  await ctx.emit('leads.issued', subject, { lots })
  ctx.touch('leads')
  return lots
}

/** The leader's receipt of a lot, or the agent's: seen and taken over. Receiving twice changes nothing. [S4.4.10a] */
export async function receiveLot(ctx: Ctx, lotId: string): Promise<void> {
  const { rows } = await sql<{ step: string; group_id: string | null; person_id: string | null }>`
    select step, group_id, person_id from lead_lot where id = ${lotId} and centre_id = ${ctx.centre.id} for update`.execute(
    ctx.db,
  )
  const lot = rows[0]
  const mine =
    lot?.step === 'groupToAgent'
      ? lot.person_id === ctx.actor.personId
      : lot?.step === 'companyToGroup' && reaches(reach(ctx.actor, ['tl']), lot.group_id)
  if (!lot || !mine) throw notFound()
  const { rows: received } = await sql`
    update lead_lot set received_by = ${ctx.actor.personId}, received_at = ${ctx.now}
    where id = ${lotId} and received_at is null returning 1`.execute(ctx.db)
  if (received.length === 0) return
  await ctx.emit('leads.received', { kind: 'lot', id: lotId })
  ctx.touch('leads', { groupId: lot.group_id ?? undefined, personId: lot.person_id ?? undefined })
}

/** Leader → agents of the group: each so many, of one batch or of whatever the group has. All or nothing. [S4.4.10a] */
export async function distribute(
  ctx: Ctx,
  input: { groupId: string; batchId: string | null; shares: readonly { personId: string; quantity: number }[] },
): Promise<Lot[]> {
  const { groupId, batchId } = input
  if (!reaches(reach(ctx.actor, ['tl', 'um']), groupId)) throw notFound()
  const subject = { kind: 'group', id: groupId }
  const asked = new Map<string, number>()
  for (const { personId, quantity } of input.shares) asked.set(personId, (asked.get(personId) ?? 0) + quantity)
  const shares = [...asked].filter(([, quantity]) => quantity > 0)
  await lockMoves(ctx, { groupIds: [groupId] })
  const quantity = shares.reduce((sum, [, share]) => sum + share, 0)
  const { rows } = await sql<{ available: number; unreceived: number }>`
    select (select count(*) from lead l where ${inGroupPool(ctx, groupId, batchId)})::int as available,
      (select count(*) from lead_lot where group_id = ${groupId} and step = 'companyToGroup' and received_at is null
        and centre_id = ${ctx.centre.id})::int as unreceived`.execute(ctx.db)
  const verdict = canHandOn({ available: rows[0]!.available, unreceivedLots: rows[0]!.unreceived, quantity })
  demand(verdict, subject)
  const max = ctx.rules.at(ctx.today, groupId).get('issue.maxPerAgent')
  const receivers = await receiversOf(ctx, groupId, batchId, [...asked.keys()])
  for (const [personId, share] of shares) {
    const receiver = receivers.get(personId)
    if (!receiver) throw notFound()
    demand(canIssueToAgent(receiver, share, max), { kind: 'person', id: personId })
  }
  await ctx.decide({ verdict, subject, clauses: ['S4.4.10a'] })
  const lots: Lot[] = []
  for (const [personId, share] of shares) {
    const among = sql`${inGroupPool(ctx, groupId, batchId)} and not ${isStopped(ctx)} and ${isFor(ctx, personId)}`
    const lot = { step: 'groupToAgent', batchId, groupId, personId } as const
    const moved = await move(ctx, lot, among, share, { groupId, personId })
    demand(gotAll(receivers.get(personId)!.name, share, moved.quantity), { kind: 'person', id: personId })
    lots.push(moved)
    ctx.touch('leads', { groupId, personId })
  }
  await ctx.emit('leads.distributed', subject, { lots })
  return lots
}

/** Leads (alias l) of a group's own pool; one that rests between two rounds is not to be handed on yet. */
const inGroupPool = (ctx: Ctx, groupId: string, batchId: string | null) => sql<boolean>`
  (l.group_id = ${groupId} and l.state = 'group' and not (l.tries = 0 and l.round > 1 and l.due_at > ${ctx.now})
    and (${batchId}::uuid is null or l.batch_id = ${batchId}))`

/** Leads (alias l) an agent may get: of a product he is authorised for, and not tried by him in an earlier round. */
const isFor = (ctx: Ctx, personId: string) => sql<boolean>`
  (exists (select from product_authorised w where w.person_id = ${personId} and w.product_id = l.product_id
      and w.from_on <= ${ctx.today} and (w.until_on is null or w.until_on > ${ctx.today}))
    and (l.round = 1 or not exists (select from lead_attempt a
      where a.lead_id = l.id and a.agent_id = ${personId} and a.round < l.round)))`

/**
 * Takes leads back: of an agent to the group, or of an agent or a group to the company. One that is in preview goes too; the
 * gate then refuses its dial, since the agent no longer holds it. [S4.4.10a]
 */
export async function recall(
  ctx: Ctx,
  input: { groupId: string; personId: string | null; to: 'group' | 'company'; only: 'fresh' | 'all'; reason: string },
): Promise<Lot> {
  const { groupId, personId } = input
  const may = reach(ctx.actor, input.to === 'company' ? ['dataOfficer', 'deptManager'] : ['tl', 'um', 'deptManager'])
  if (!reaches(may, groupId) || (input.to === 'group' && personId === null)) throw notFound()
  await lockMoves(ctx, { groupIds: [groupId] })
  const from =
    personId === null
      ? sql`l.group_id = ${groupId} and l.state = 'group'`
      : sql`l.group_id = ${groupId} and l.holder_id = ${personId} and l.state = 'agent'`
  const among = sql`${from} and ${input.only === 'fresh' ? sql`l.tries = 0 and l.round = 1` : sql`true`}`
  const lot = { step: 'recall', batchId: null, groupId, personId, reason: input.reason, received: true } as const
  const moved = await move(ctx, lot, among, null, { groupId: input.to === 'company' ? null : groupId, personId: null })
  await ctx.emit('leads.recalled', { kind: 'lot', id: moved.id }, { quantity: moved.quantity, to: input.to })
  ctx.touch('leads', { groupId, personId: personId ?? undefined })
  ctx.touch('leads')
  return moved
}

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
