import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import { type Role, reach, reaches } from '../../platform/actor.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { workEndsAt } from '../attendance/timetable.ts'
import { groupsReached } from '../people/structure.ts'
import type { Receiver } from './rules.ts'

/** Who sees where leads lie: the leader of a group and everybody above. */
export const STOCK_ROLES = ['tl', 'um', 'deptManager', 'deputyGm', 'dataOfficer'] as const satisfies readonly Role[]

export type BatchStock = {
  readonly batchId: string
  readonly name: string
  readonly grade: string
  readonly product: Words | null
  readonly expiresOn: Temporal.PlainDate | null
  readonly createdAt: Temporal.Instant
  readonly importing: boolean
  readonly pool: number
  readonly group: number
  readonly agent: number
  readonly closed: number
}

/** Lists looked at for stock; older ones have long been worked through or expired. */
const MOST_BATCHES = 200

/** Where the leads of each list lie, the newest list first, counted now. Whole centre only. */
export async function batchStock(ctx: Ctx): Promise<BatchStock[]> {
  const { rows } = await sql<BatchStock>`
    with recent as materialized (
      select id, name, grade, product_id, expires_on, created_at, state from batch_of_list
      where centre_id = ${ctx.centre.id} and state <> 'draft' order by created_at desc limit ${MOST_BATCHES})
    select b.id as "batchId", b.name, b.grade, p.name as product, b.expires_on as "expiresOn", b.created_at as "createdAt",
      b.state = 'importing' as importing, c.pool, c.group, c.agent, c.closed
    from recent b left join product_listed p on p.id = b.product_id
      cross join lateral (
        select (count(*) filter (where state = 'pool'))::int as pool, (count(*) filter (where state = 'group'))::int as group,
          (count(*) filter (where state = 'agent'))::int as agent, (count(*) filter (where state = 'closed'))::int as closed
        from lead where batch_id = b.id) c
    order by b.created_at desc`.execute(ctx.db)
  return rows
}

export type GroupStock = {
  readonly groupId: string
  readonly name: string
  readonly regionId: string | null
  readonly agents: number
  /** With the group, not handed to an agent. */
  readonly pool: number
  /** Of the pool, what can be handed on: received, and not resting between two rounds. */
  readonly toHandOn: number
  /** In the agents' hands. */
  readonly held: number
  readonly dueNow: number
  readonly unreceived: number
  readonly max: number
  readonly maxPerAgent: number
}

/** Stock of the groups that the actor leads or stands above, counted now. */
export async function groupStock(ctx: Ctx): Promise<GroupStock[]> {
  const groups = await groupsReached(ctx, STOCK_ROLES)
  const ids = sql.val(groups.map(({ id }) => id))
  const { rows } = await sql<Omit<GroupStock, 'name' | 'regionId' | 'max' | 'maxPerAgent'>>`
    select g.id as "groupId", a.agents, l.pool, l.hand as "toHandOn", l.held, l.due as "dueNow", o.lots as unreceived
    from unnest(${ids}::uuid[]) as g(id)
      cross join lateral (
        select (count(*) filter (where state = 'group'))::int as pool, (count(*) filter (where state = 'agent'))::int as held,
          (count(*) filter (where state = 'group' and not (tries = 0 and round > 1 and due_at > ${ctx.now})))::int as hand,
          (count(*) filter (where state = 'agent' and due_at <= ${ctx.now}))::int as due
        from lead where group_id = g.id and state in ('group', 'agent')) l
      cross join lateral (
        select count(*)::int as lots from lead_lot
        where group_id = g.id and step = 'companyToGroup' and received_at is null and centre_id = ${ctx.centre.id}) o
      cross join lateral (
        select count(*)::int as agents from member m where m.group_id = g.id and m.from_on <= ${ctx.today}
          and (m.until_on is null or m.until_on > ${ctx.today}) and exists (select from granted_role r
            where r.person_id = m.person_id and r.role = 'tsr' and r.from_on <= ${ctx.today}
              and (r.until_on is null or r.until_on > ${ctx.today}))) a`.execute(ctx.db)
  const counts = new Map(rows.map((row) => [row.groupId, row]))
  return groups.map(({ id, name, regionId }) => {
    const rules = ctx.rules.at(ctx.today, id)
    return {
      ...counts.get(id)!,
      ...{ name, regionId, max: rules.get('issue.maxPerGroup'), maxPerAgent: rules.get('issue.maxPerAgent') },
    }
  })
}

export type ReceiverRow = Receiver & {
  readonly personId: string
  readonly fresh: number
  readonly dueNow: number
  readonly excuse: string | null
}

/**
 * What the rule must know of each receiver, as things stand now, by person: all agents of the group, or the people
 * named, wherever they sit. `batchId` null = leads of any product that the group has. No scope is applied here.
 */
export async function receiversOf(
  ctx: Ctx,
  groupId: string,
  batchId: string | null,
  personIds: readonly string[] | null,
): Promise<Map<string, ReceiverRow>> {
  const restOfDay = workEndsAt(ctx, ctx.today, groupId)
  const { rows } = await sql<ReceiverRow>`
    with need as materialized (
      select distinct l.product_id from lead l
      where l.group_id = ${groupId} and l.state = 'group' and (${batchId}::uuid is null or l.batch_id = ${batchId}))
    select m.person_id as "personId", m.name, coalesce(m.group_id = ${groupId}, false) as "inGroup", a.excuse,
      exists (select from granted_role r where r.person_id = m.person_id and r.role = 'tsr' and r.from_on <= ${ctx.today}
        and (r.until_on is null or r.until_on > ${ctx.today})) as "isTsr",
      case a.excused_by when 'leave' then coalesce(a.excused_until > ${ctx.now}, true)
        when 'message' then a.excused_until >= ${restOfDay} else false end as away,
      not exists (select from need) or exists (select from need n join product_authorised w on w.product_id = n.product_id
        where w.person_id = m.person_id and w.from_on <= ${ctx.today} and (w.until_on is null or w.until_on > ${ctx.today}))
        as authorised,
      h.stock, h.fresh, h.due as "dueNow"
    from member m left join attendance_of_day a on a.person_id = m.person_id and a.day = ${ctx.today}
      cross join lateral (
        select count(*)::int as stock, (count(*) filter (where tries = 0 and round = 1))::int as fresh,
          (count(*) filter (where due_at <= ${ctx.now}))::int as due
        from lead where holder_id = m.person_id and state = 'agent') h
    where m.centre_id = ${ctx.centre.id} and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today})
      and (m.employed_until is null or m.employed_until > ${ctx.today})
      and ${personIds === null ? sql`m.group_id = ${groupId}` : sql`m.person_id = any(${sql.val([...personIds])}::uuid[])`}
    order by m.name collate "zh-Hans-x-icu", m.person_id`.execute(ctx.db)
  return new Map(rows.map((row) => [row.personId, row]))
}

/** The agents of a group with what they hold and whether more may come to them. */
export async function receivers(ctx: Ctx, groupId: string, batchId: string | null) {
  if (!reaches(reach(ctx.actor, STOCK_ROLES), groupId)) throw notFound()
  const { rows: batches } = await sql<{ batchId: string; name: string; grade: string; toHandOn: number }>`
    select b.id as "batchId", b.name, b.grade, c.leads as "toHandOn"
    from (select l.batch_id, count(*)::int as leads from lead l
      where l.centre_id = ${ctx.centre.id} and l.group_id = ${groupId} and l.state = 'group'
        and not (l.tries = 0 and l.round > 1 and l.due_at > ${ctx.now})
      group by l.batch_id) c
    join batch_of_list b on b.id = c.batch_id
    order by b.grade, b.created_at`.execute(ctx.db)
  const rules = ctx.rules.at(ctx.today, groupId)
  const people = await receiversOf(ctx, groupId, batchId, null)
  return {
    batches,
    maxPerAgent: rules.get('issue.maxPerAgent'),
    receivers: [...people.values()].filter(({ isTsr }) => isTsr),
  }
}

export type LotRow = {
  readonly id: string
  readonly step: 'companyToGroup' | 'groupToAgent' | 'recall'
  readonly batch: string | null
  readonly groupId: string | null
  readonly group: string | null
  readonly person: string | null
  readonly quantity: number
  readonly reason: string
  readonly issuedBy: string | null
  readonly issuedAt: Temporal.Instant
  readonly receivedBy: string | null
  readonly receivedAt: Temporal.Instant | null
  /** Waits for this reader's receipt. */
  readonly toReceive: boolean
}

/** Lots of groups in reach and one's own: those that wait for a receipt first, then the latest 100. */
export async function lots(ctx: Ctx, { open }: { open: boolean }): Promise<LotRow[]> {
  const within = reach(ctx.actor, STOCK_ROLES)
  const led = sql.val([...reach(ctx.actor, ['tl']).groupIds])
  const seen = within.centre
    ? sql`t.centre_id = ${ctx.centre.id}`
    : within.groupIds.length === 0
      ? sql`t.person_id = ${ctx.actor.personId}`
      : sql`(t.group_id = any(${sql.val([...within.groupIds])}::uuid[]) or t.person_id = ${ctx.actor.personId})`
  const latest = sql`union (select t.id from lead_lot t where ${seen} order by t.issued_at desc limit 100)`
  const { rows } = await sql<LotRow>`
    with picked as (
      (select t.id from lead_lot t where ${seen} and t.received_at is null order by t.issued_at desc limit 1000)
      ${open ? sql`` : latest})
    select t.id, t.step, b.name as batch, t.group_id as "groupId", u.name as group, p.name as person, t.quantity, t.reason,
      i.name as "issuedBy", t.issued_at as "issuedAt", r.name as "receivedBy", t.received_at as "receivedAt",
      t.received_at is null and ((t.step = 'companyToGroup' and t.group_id = any(${led}::uuid[]))
        or (t.step = 'groupToAgent' and t.person_id = ${ctx.actor.personId})) as "toReceive"
    from picked join lead_lot t on t.id = picked.id and t.centre_id = ${ctx.centre.id}
      left join batch_of_list b on b.id = t.batch_id left join org_unit u on u.id = t.group_id
      left join person_name p on p.id = t.person_id left join person_name i on i.id = t.issued_by
      left join person_name r on r.id = t.received_by
    order by "toReceive" desc, t.issued_at desc, t.id desc`.execute(ctx.db)
  return rows
}
