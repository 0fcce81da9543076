import { sql } from 'kysely'
import { reach, reaches } from '../../platform/actor.ts'
import { demand, notFound, stale } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { workdayOf } from '../attendance/timetable.ts'
import { handTo } from '../leads/distribute.ts'
import { receiversOf } from '../leads/stock.ts'
import { notifyAll, settle } from '../notices/notices.ts'
import { groupsReached, leadersOf } from '../people/structure.ts'
import { type Agent, type AllocationState, canAdjust, canConfirm, propose, skillOf, type Waiting } from './rules.ts'
import { handInTurn } from './turn.ts'

/*
 * The morning's allocation: what came by web and telephone since the last working day, shared out among the agents who are
 * there. The house proposes by load and skill, the leader adjusts and confirms; the evening counts by the same id. [S2.1.4]
 */

/** Days of calls that an agent's skill is read from. */
const SKILL_DAYS = 30

type Span = { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate }

/** From the last working day before today to yesterday: on a Monday, Friday and the weekend. */
export function daysBefore(ctx: Ctx, groupId: string): Span {
  const to = ctx.today.subtract({ days: 1 })
  let from = to
  while (!workdayOf(ctx.rules.at(from, groupId), from).workday && from.until(to).days < 14)
    from = from.subtract({ days: 1 })
  return { from, to }
}

type Lead = Waiting & { readonly arrivalId: string; readonly channel: string }

/** Open leads that arrivals of these days became, once each, those of grade A and the latest first. */
async function leadsOfDays(ctx: Ctx, groupId: string, { from, to }: Span): Promise<Lead[]> {
  const { rows } = await sql<Lead & { grade: string; at: Temporal.Instant }>`
    select distinct on (l.id) l.id as "leadId", l.product_id as "productId", l.holder_id as "heldBy", a.id as "arrivalId",
      s.channel, l.grade, a.arrived_at as at
    from arrival a join arrival_source s on s.id = a.source_id join lead_held l on l.id = a.lead_id
    where a.centre_id = ${ctx.centre.id} and a.occurred_on between ${from} and ${to} and l.group_id = ${groupId}
      and l.state in ('group', 'agent')
    order by l.id, a.arrived_at desc`.execute(ctx.db)
  return rows.sort((a, b) => a.grade.localeCompare(b.grade) || Temporal.Instant.compare(b.at, a.at))
}

type Standing = Agent & { readonly contacts: number }

/** Who of the group is there to be given leads, with what he has to do and how he did of late; always in one order. */
async function agentsOf(ctx: Ctx, groupId: string): Promise<Standing[]> {
  const receivers = [...(await receiversOf(ctx, groupId, null, null)).values()]
  const there = receivers.filter(({ inGroup, isTsr, away }) => inGroup && isTsr && !away)
  const ids = there.map(({ personId }) => personId)
  const { rows } = await sql<{ id: string; contacts: number; appointments: number; products: string[] }>`
    select p.id, coalesce(c.contacts, 0)::int as contacts, coalesce(c.appointments, 0)::int as appointments,
      array(select w.product_id from product_authorised w where w.person_id = p.id and w.from_on <= ${ctx.today}
        and (w.until_on is null or w.until_on > ${ctx.today})) as products
    from unnest(${sql.val(ids)}::uuid[]) as p(id) left join (
      select agent_id, count(*) filter (where line_result in ('answered', 'brokeOff')) as contacts,
        count(*) filter (where outcome = 'appointment') as appointments
      from call_fact where centre_id = ${ctx.centre.id} and agent_id = any(${sql.val(ids)}::uuid[])
        and occurred_on between ${ctx.today.subtract({ days: SKILL_DAYS })} and ${ctx.today.subtract({ days: 1 })}
      group by agent_id) c on c.agent_id = p.id
    order by p.id`.execute(ctx.db)
  const sum = (of: 'contacts' | 'appointments') => rows.reduce((total, row) => total + row[of], 0)
  // Nobody has made an appointment yet: all are alike.
  const rate = sum('appointments') > 0 ? sum('appointments') / sum('contacts') : 1
  return rows.map(({ id, contacts, appointments, products }) => ({
    ...{ personId: id, load: there.find(({ personId }) => personId === id)!.dueNow, contacts },
    ...{ skill: skillOf({ contacts, appointments }, rate), products: new Set(products) },
  }))
}

type Head = {
  readonly id: string
  readonly group_id: string
  readonly state: AllocationState
  readonly version: number
}

async function lockHead(ctx: Ctx, which: { id: string } | { groupId: string }): Promise<Head | undefined> {
  const { rows } = await sql<Head>`select id, group_id, state, version from allocation
    where centre_id = ${ctx.centre.id} and ${'id' in which ? sql`id = ${which.id}` : sql`group_id = ${which.groupId} and day = ${ctx.today}`}
    for update`.execute(ctx.db)
  return rows[0]
}

/**
 * Makes today's proposal for a group, or makes it anew as long as it is not confirmed; what the leader put elsewhere stays
 * where he put it. Answers its id, null where it is confirmed or nothing came. [S2.1.4]
 */
export async function proposeFor(ctx: Ctx, groupId: string): Promise<string | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`arrivals.allocation ${groupId}`}, 0))`.execute(ctx.db)
  const standing = await lockHead(ctx, { groupId })
  if (standing?.state === 'confirmed') return null
  const span = daysBefore(ctx, groupId)
  const leads = await leadsOfDays(ctx, groupId, span)
  const agents = await agentsOf(ctx, groupId)
  if (agents.length === 0) return null
  const proposal = propose(leads, agents)
  const version = ctx.rules.at(ctx.today, groupId).versionOf('S2.1.4')
  const { rows } = await sql<{ id: string }>`
    insert into allocation (centre_id, group_id, day, from_on, to_on, state, proposed_at, version_id)
    values (${ctx.centre.id}, ${groupId}, ${ctx.today}, ${span.from}, ${span.to}, 'proposed', ${ctx.now}, ${version})
    on conflict (group_id, day) do update set proposed_at = ${ctx.now}, version = allocation.version + 1
    returning id`.execute(ctx.db)
  const id = rows[0]!.id
  const lines = leads.map(({ leadId, arrivalId, channel, heldBy }) => ({
    ...{ lead_id: leadId, arrival_id: arrivalId, channel, held_by: heldBy, proposed_to: proposal.get(leadId) ?? null },
  }))
  await sql`delete from allocation_line where allocation_id = ${id}
    and not (lead_id = any(${sql.val(leads.map(({ leadId }) => leadId))}::uuid[]))`.execute(ctx.db)
  await sql`
    insert into allocation_line (allocation_id, lead_id, arrival_id, channel, held_by, proposed_to, given_to)
    select ${id}, r.lead_id, r.arrival_id, r.channel, r.held_by, r.proposed_to, r.proposed_to
    from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb)
      as r(lead_id uuid, arrival_id uuid, channel text, held_by uuid, proposed_to uuid)
    on conflict (allocation_id, lead_id) do update set held_by = excluded.held_by, proposed_to = excluded.proposed_to,
      given_to = case when allocation_line.adjusted_by is null then excluded.proposed_to
        else allocation_line.given_to end`.execute(ctx.db)
  await sql`delete from allocation_agent where allocation_id = ${id}`.execute(ctx.db)
  const rowsOf = agents.map(({ personId, load, skill, contacts }) => ({ person_id: personId, load, skill, contacts }))
  await sql`insert into allocation_agent (allocation_id, person_id, load, skill, contacts)
    select ${id}, r.person_id, r.load, r.skill, r.contacts from jsonb_to_recordset(${JSON.stringify(rowsOf)}::jsonb)
      as r(person_id uuid, load int, skill numeric, contacts int)`.execute(ctx.db)
  await ctx.emit('arrivals.proposed', { kind: 'allocation', id }, { leads: lines.length })
  ctx.touch('arrivals', { groupId })
  return id
}

const cause = (groupId: string, day: Temporal.PlainDate) => `arrivals.allocation.${groupId}.${day}`

/** Each working morning before the meeting: the proposals of all groups that a source feeds, and their leaders told. */
export async function proposeAll(ctx: Ctx): Promise<void> {
  const { rows } = await sql<{ group_id: string }>`select distinct group_id from arrival_source
    where centre_id = ${ctx.centre.id} and revoked_at is null`.execute(ctx.db)
  for (const { group_id: groupId } of rows) {
    if (!workdayOf(ctx.rules.at(ctx.today, groupId), ctx.today).workday) continue
    if (!(await proposeFor(ctx, groupId))) continue
    await notifyAll(
      ctx,
      (await leadersOf(ctx, groupId)).map((personId) => ({
        ...({
          kind: 'task',
          personId,
          key: 'arrivals.toAllocate',
          clause: 'S2.1.4',
          link: '/arrivals/allocation',
        } as const),
        cause: cause(groupId, ctx.today),
      })),
    )
  }
}

/** The leader's own group, or the one that he names among those he reaches. */
export async function ownGroup(ctx: Ctx, groupId: string | undefined): Promise<string> {
  const within = reach(ctx.actor, ['tl', 'um', 'deptManager', 'deputyGm'])
  const id = groupId ?? (await groupsReached(ctx, ['tl', 'um', 'deptManager', 'deputyGm']))[0]?.id
  if (!id || !reaches(within, id)) throw notFound()
  return id
}

async function own(ctx: Ctx, allocationId: string, version: number): Promise<Head> {
  const head = await lockHead(ctx, { id: allocationId })
  if (!head || !reaches(reach(ctx.actor, ['tl', 'um']), head.group_id)) throw notFound()
  if (head.version !== version) throw stale({ version: head.version })
  return head
}

/** Puts a lead of the proposal into other hands; what was proposed stays to be seen. [S2.1.4] */
export async function adjust(
  ctx: Ctx,
  input: { allocationId: string; leadId: string; personId: string; version: number },
): Promise<{ version: number }> {
  const head = await own(ctx, input.allocationId, input.version)
  demand(canAdjust(head.state), { kind: 'allocation', id: head.id })
  const { rows: there } = await sql`select 1 from allocation_agent
    where allocation_id = ${head.id} and person_id = ${input.personId}`.execute(ctx.db)
  const { rows } =
    await sql`update allocation_line set given_to = ${input.personId}, adjusted_by = ${ctx.actor.personId},
    adjusted_at = ${ctx.now} where allocation_id = ${head.id} and lead_id = ${input.leadId} and ${there.length > 0}
    returning 1`.execute(ctx.db)
  if (rows.length === 0) throw notFound()
  return await moved(ctx, head)
}

/** Who takes in turn what arrives in the course of the day; also after the confirmation. [S2.1.4] */
export async function setInTurn(
  ctx: Ctx,
  input: { allocationId: string; personId: string; inTurn: boolean; version: number },
): Promise<{ version: number }> {
  const head = await own(ctx, input.allocationId, input.version)
  const { rows } = await sql`update allocation_agent set in_turn = ${input.inTurn}
    where allocation_id = ${head.id} and person_id = ${input.personId} returning 1`.execute(ctx.db)
  if (rows.length === 0) throw notFound()
  const { personId, inTurn } = input
  await ctx.emit('arrivals.inTurnSet', { kind: 'allocation', id: head.id }, { personId, inTurn })
  return await moved(ctx, head)
}

async function moved(ctx: Ctx, head: Head): Promise<{ version: number }> {
  await sql`update allocation set version = version + 1 where id = ${head.id}`.execute(ctx.db)
  ctx.touch('arrivals', { groupId: head.group_id })
  return { version: head.version + 1 }
}

/**
 * Confirms: every lead goes to whom it is given, in one transaction, all or none, and from now what arrives is handed on in
 * turn. Leads that were closed since the proposal are passed over. [S2.1.4]
 */
export async function confirm(
  ctx: Ctx,
  input: { allocationId: string; version: number },
): Promise<{ version: number }> {
  const head = await own(ctx, input.allocationId, input.version)
  const { rows } = await sql<{ lead_id: string; given_to: string | null; holder_id: string | null }>`
    select i.lead_id, i.given_to, l.holder_id from allocation_line i join lead_held l on l.id = i.lead_id
    where i.allocation_id = ${head.id} and l.group_id = ${head.group_id} and l.state in ('group', 'agent')
    order by i.lead_id`.execute(ctx.db)
  const subject = { kind: 'allocation', id: head.id }
  const verdict = canConfirm(head.state, { left: rows.filter(({ given_to }) => given_to === null).length })
  demand(verdict, subject)
  const toMove = rows.filter(({ given_to, holder_id }) => given_to !== holder_id)
  for (const [personId, given] of Map.groupBy(toMove, ({ given_to }) => given_to!))
    await handTo(ctx, { groupId: head.group_id, personId, leadIds: given.map(({ lead_id }) => lead_id) })
  await sql`update allocation set state = 'confirmed', confirmed_by = ${ctx.actor.personId}, confirmed_at = ${ctx.now}
    where id = ${head.id}`.execute(ctx.db)
  await ctx.decide({ verdict, subject, clauses: ['S2.1.4'] })
  await ctx.emit('arrivals.allocated', subject, { leads: rows.length, moved: toMove.length })
  await settle(ctx, cause(head.group_id, ctx.today), 'done')
  await handInTurn(ctx, head.group_id, { tell: false })
  return await moved(ctx, head)
}
