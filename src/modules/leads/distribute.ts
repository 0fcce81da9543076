import { sql } from 'kysely'
import { reach, reaches } from '../../platform/actor.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { canHandOn, canIssueToAgent, canIssueToGroup, type Receiver } from './rules.ts'

/** Ids of a new lot and how many leads it holds. */
export type Lot = { readonly id: string; readonly quantity: number }

/** Company → group: so many leads of a batch, in the pool's fixed random order. [S4.4.10a] */
export async function issueToGroup(
  ctx: Ctx,
  input: { batchId: string; groupId: string; quantity: number },
): Promise<Lot> {
  const { rows } = await sql<{ batch: boolean; available: number; stock: number }>`
    select exists (select from batch_of_list b where b.id = ${input.batchId} and b.centre_id = ${ctx.centre.id}
        and b.state = 'done' and (b.expires_on is null or b.expires_on >= ${ctx.today}))
        and exists (select from org_unit u where u.id = ${input.groupId} and u.centre_id = ${ctx.centre.id}
          and u.kind = 'group' and u.closed_on is null) as batch,
      (select count(*) from lead where centre_id = ${ctx.centre.id} and batch_id = ${input.batchId} and state = 'pool')::int as available,
      (select count(*) from lead where group_id = ${input.groupId} and state in ('group', 'agent'))::int as stock`.execute(
    ctx.db,
  )
  const facts = rows[0]
  if (!facts?.batch) throw notFound()
  const max = ctx.rules.at(ctx.today, input.groupId).get('issue.maxPerGroup')
  const subject = { kind: 'group', id: input.groupId }
  const verdict = canIssueToGroup({ ...facts, quantity: input.quantity, max })
  demand(verdict, subject)
  await ctx.decide({ verdict, subject, clauses: ['S4.4.10a'] })
  const lot = await addLot(ctx, { step: 'companyToGroup', ...input, personId: null, reason: '' })
  await move(
    ctx,
    lot,
    sql`l.state = 'pool' and l.centre_id = ${ctx.centre.id} and l.batch_id = ${input.batchId}`,
    input.quantity,
    {
      state: 'group',
      groupId: input.groupId,
      personId: null,
    },
  )
  await ctx.emit('leads.issued', subject, { lot, quantity: input.quantity, batch: input.batchId })
  ctx.touch('leads', { groupId: input.groupId })
  return { id: lot, quantity: input.quantity }
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
      : reaches(reach(ctx.actor, ['tl']), lot?.group_id ?? null)
  if (!lot || !mine) throw notFound()
  await sql`update lead_lot set received_by = ${ctx.actor.personId}, received_at = ${ctx.now}
    where id = ${lotId} and received_at is null`.execute(ctx.db)
  await ctx.emit('leads.received', { kind: 'lot', id: lotId })
  ctx.touch('leads', { groupId: lot.group_id ?? undefined })
}

/** Leader → agents of the group: each so many, of one batch or of whatever the group has. All or nothing. [S4.4.10a] */
export async function distribute(
  ctx: Ctx,
  input: { groupId: string; batchId: string | null; shares: readonly { personId: string; quantity: number }[] },
): Promise<Lot[]> {
  if (!reaches(reach(ctx.actor, ['tl', 'um']), input.groupId)) throw notFound()
  const subject = { kind: 'group', id: input.groupId }
  // Two leaders' hands on one pool: the second waits and sees what is left.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`leads.distribute ${input.groupId}`}, 0))`.execute(ctx.db)
  const quantity = input.shares.reduce((sum, share) => sum + share.quantity, 0)
  const { rows } = await sql<{ available: number; unreceived: number }>`
    select (select count(*) from lead l where ${inGroupPool(ctx, input)})::int as available,
      (select count(*) from lead_lot where group_id = ${input.groupId} and step = 'companyToGroup' and received_at is null
        and centre_id = ${ctx.centre.id})::int as unreceived`.execute(ctx.db)
  const pool = { available: rows[0]?.available ?? 0, unreceivedLots: rows[0]?.unreceived ?? 0 }
  const verdict = canHandOn({ ...pool, quantity })
  demand(verdict, subject)
  const max = ctx.rules.at(ctx.today, input.groupId).get('issue.maxPerAgent')
  const receivers = await receiversOf(
    ctx,
    input.groupId,
    input.batchId,
    input.shares.map((share) => share.personId),
  )
  for (const share of input.shares) {
    const receiver = receivers.get(share.personId)
    if (!receiver) throw notFound()
    demand(canIssueToAgent(receiver, share.quantity, max), { kind: 'person', id: share.personId })
  }
  await ctx.decide({ verdict, subject, clauses: ['S4.4.10a'] })
  const lots: Lot[] = []
  for (const { personId, quantity: share } of input.shares) {
    if (share === 0) continue
    const lot = await addLot(ctx, { ...input, step: 'groupToAgent', personId, quantity: share, reason: '' })
    // Not to somebody who held the lead in an earlier round.
    const among = sql`${inGroupPool(ctx, input)}
      and not exists (select from lead_hold h where h.lead_id = l.id and h.person_id = ${personId})`
    const moved = await move(ctx, lot, among, share, { state: 'agent', groupId: input.groupId, personId })
    lots.push({ id: lot, quantity: moved })
    ctx.touch('leads', { groupId: input.groupId, personId })
  }
  await ctx.emit('leads.distributed', subject, { lots })
  return lots
}

const inGroupPool = (ctx: Ctx, input: { groupId: string; batchId: string | null }) => sql<boolean>`
  l.group_id = ${input.groupId} and l.state = 'group' and (l.due_at is null or l.due_at <= ${ctx.now})
  and (${input.batchId}::uuid is null or l.batch_id = ${input.batchId})`

/** What the rule must know of each receiver, as things stand now. */
export async function receiversOf(
  ctx: Ctx,
  groupId: string,
  batchId: string | null,
  personIds: readonly string[] | null,
): Promise<Map<string, Receiver>> {
  const { rows } = await sql<Receiver & { person_id: string }>`
    select m.person_id, m.name, m.group_id = ${groupId} as "inGroup",
      exists (select from granted_role r where r.person_id = m.person_id and r.role = 'tsr' and r.from_on <= ${ctx.today}
        and (r.until_on is null or r.until_on > ${ctx.today})) as "isTsr",
      coalesce(a.excused_by = 'leave' and (a.excused_until is null or a.excused_until > ${ctx.now}), false) as "onLeave",
      not exists (select from (select distinct b.product_id from batch_of_list b where b.id = ${batchId}) need
        where not exists (select from product_authorised w where w.person_id = m.person_id and w.product_id = need.product_id
          and w.from_on <= ${ctx.today} and (w.until_on is null or w.until_on > ${ctx.today}))) as authorised,
      (select count(*) from lead where group_id = m.group_id and holder_id = m.person_id and state = 'agent')::int as stock
    from member m left join attendance_of_day a on a.person_id = m.person_id and a.day = ${ctx.today}
    where m.centre_id = ${ctx.centre.id} and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today})
      and (m.employed_until is null or m.employed_until > ${ctx.today})
      and ${personIds === null ? sql`m.group_id = ${groupId}` : sql`m.person_id = any(${sql.val([...personIds])}::uuid[])`}`.execute(
    ctx.db,
  )
  return new Map(rows.map(({ person_id, ...receiver }) => [person_id, receiver]))
}

/**
 * Takes leads back: of an agent to the group, or of a group to the company. One that is in preview goes too; the gate then
 * refuses its dial, since the agent no longer holds it.
 * Returns how many moved. [S4.4.10a]
 */
export async function recall(
  ctx: Ctx,
  input: { groupId: string; personId: string | null; to: 'group' | 'company'; only: 'fresh' | 'all'; reason: string },
): Promise<Lot> {
  const may =
    input.to === 'company'
      ? reach(ctx.actor, ['dataOfficer', 'deptManager'])
      : reach(ctx.actor, ['tl', 'um', 'deptManager'])
  if (!reaches(may, input.groupId)) throw notFound()
  const from =
    input.personId === null
      ? sql`l.group_id = ${input.groupId} and l.state = 'group' and l.holder_id is null`
      : sql`l.group_id = ${input.groupId} and l.holder_id = ${input.personId} and l.state = 'agent'`
  const among = sql`${from} and ${input.only === 'fresh' ? sql`l.tries = 0 and l.round = 1` : sql`true`}`
  const lot = await addLot(ctx, { ...input, step: 'recall', batchId: null, quantity: 0 })
  const to = input.to === 'company' ? { state: 'pool', groupId: null } : { state: 'group', groupId: input.groupId }
  const quantity = await move(ctx, lot, among, null, { ...to, personId: null })
  await sql`update lead_lot set quantity = ${quantity}, received_at = ${ctx.now}, received_by = ${ctx.actor.personId}
    where id = ${lot}`.execute(ctx.db)
  await ctx.emit('leads.recalled', { kind: 'lot', id: lot }, { quantity })
  ctx.touch('leads', { groupId: input.groupId, personId: input.personId ?? undefined })
  return { id: lot, quantity }
}

async function addLot(
  ctx: Ctx,
  lot: {
    step: string
    batchId: string | null
    groupId: string
    personId: string | null
    quantity: number
    reason: string
  },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into lead_lot (centre_id, step, batch_id, group_id, person_id, quantity, reason, version_id, issued_by, issued_at, occurred_on)
    values (${ctx.centre.id}, ${lot.step}, ${lot.batchId}, ${lot.groupId}, ${lot.personId}, ${lot.quantity}, ${lot.reason},
      ${ctx.rules.at(ctx.today).versionOf('S4.4.10a')}, ${ctx.actor.personId}, ${ctx.now}, ${ctx.today}) returning id`.execute(
    ctx.db,
  )
  return rows[0]!.id
}

/** Moves leads in one statement and writes who holds them from now. Rows another move has in hand are passed over. */
async function move(
  ctx: Ctx,
  lot: string,
  among: ReturnType<typeof sql>,
  quantity: number | null,
  to: { state: string; groupId: string | null; personId: string | null },
): Promise<number> {
  const { rows } = await sql<{ moved: number }>`
    with taken as (
      select l.id from lead l where ${among} order by l.shuffle limit ${quantity} for update of l skip locked),
    ended as (
      update lead_hold h set until_at = ${ctx.now} from taken t where h.lead_id = t.id and h.until_at is null),
    moved as (
      update lead l set state = ${to.state}, group_id = ${to.groupId}, holder_id = ${to.personId}, version = l.version + 1,
        held_since = case when ${to.personId}::uuid is null then null else ${ctx.now}::timestamptz end,
        due_at = greatest(coalesce(l.due_at, ${ctx.now}), l.not_before)
      from taken t where l.id = t.id returning l.id),
    held as (
      insert into lead_hold (lead_id, from_at, holder, group_id, person_id, lot_id)
      select id, ${ctx.now}, ${to.personId ? 'agent' : to.groupId ? 'group' : 'company'}, ${to.groupId}, ${to.personId}, ${lot} from moved)
    select count(*)::int as moved from moved`.execute(ctx.db)
  return rows[0]?.moved ?? 0
}
