import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import { reach, reaches } from '../../platform/actor.ts'
import { demand, notFound, stale } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { notifyAll, settle } from '../notices/notices.ts'
import { groupsOn } from '../people/structure.ts'
import { creditLocked, recredit } from '../sales/entries.ts'
import { saleWithEntries } from '../sales/sales.ts'
import { findIn } from './findings.ts'
import { type OwnRow, ownOfSale } from './own.ts'
import { APPROVERS, ASKERS, type Asked, mayApprove, mayAsk, mayRefuse, mayWithdraw, READERS } from './rules.ts'

/* That a result goes to somebody else: asked with a reason, done by the approvals of several people. [S4.4.11b] */

/** Each approver has a task of his own, which ends with his word. */
const causeOf = (requestId: string, personId: string) => `credit.request.${requestId}.${personId}`

/** What of rows with two groups (alias r: from and to) the actor may see through these roles. */
const inReachOf = (ctx: Ctx, roles: typeof READERS | typeof APPROVERS) => {
  const { centre, groupIds } = reach(ctx.actor, roles)
  const ofCentre = sql<boolean>`r.centre_id = ${ctx.centre.id}`
  if (centre) return ofCentre
  const groups = sql`any(${sql.val([...groupIds])}::uuid[])`
  return sql<boolean>`(${ofCentre} and (r.from_group_id = ${groups} or r.to_group_id = ${groups}))`
}

/** Who approves it: the heads of the centre and the unit managers of both groups, without those who may not. */
async function approversOf(ctx: Ctx, groups: readonly (string | null)[], without: readonly string[]) {
  const { rows } = await sql<{ person_id: string }>`
    select distinct person_id from granted_role g
    where g.centre_id = ${ctx.centre.id} and g.role = any(${[...APPROVERS]}) and g.person_id <> all(${[...without]}::uuid[])
      and (g.unit_kind = 'centre' or g.unit_id in (select parent_id from org_unit where id = any(${groups.filter((id) => id !== null)}::uuid[])))
      and g.from_on <= ${ctx.today} and (g.until_on is null or g.until_on > ${ctx.today})
    order by 1`.execute(ctx.db)
  return rows.map(({ person_id }) => person_id)
}

/** Asks that a case's result goes to another agent, with the reason. Nothing moves until the approvals are there. */
export async function ask(
  ctx: Ctx,
  asked: { saleId: string; toAgentId: string; reason: string; version: number },
): Promise<{ requestId: string }> {
  const { saleId, toAgentId, reason } = asked
  const sale = await creditLocked(ctx, saleId)
  if (!sale || !reaches(reach(ctx.actor, ASKERS), sale.groupId)) throw notFound()
  if (sale.version !== asked.version) throw stale({ agentId: sale.agentId, version: sale.version })
  const { rows } = await sql<{ sells: boolean; open: boolean }>`
    select exists (select from granted_role g join member m on m.person_id = g.person_id
        where g.person_id = ${toAgentId} and g.centre_id = ${ctx.centre.id} and g.role in ('tsr', 'tl')
          and g.from_on <= ${ctx.today} and (g.until_on is null or g.until_on > ${ctx.today})
          and (m.employed_until is null or m.employed_until > ${ctx.today})) as sells,
      exists (select from credit_request where sale_id = ${saleId} and state = 'open') as open`.execute(ctx.db)
  const known = rows[0]!
  const verdict = mayAsk({ agentId: sale.agentId, toAgentId, toSells: known.sells, openAlready: known.open })
  demand(verdict, { kind: 'sale', id: saleId })
  const toGroupId = (await groupsOn(ctx, [toAgentId], ctx.today)).get(toAgentId) ?? null
  const made = await sql<{ id: string }>`
    insert into credit_request (centre_id, sale_id, from_agent_id, from_group_id, to_agent_id, to_group_id, reason, asked_by,
      asked_at, asked_on)
    values (${ctx.centre.id}, ${saleId}, ${sale.agentId}, ${sale.groupId}, ${toAgentId}, ${toGroupId}, ${reason},
      ${ctx.actor.personId}, ${ctx.now}, ${ctx.today}) returning id`.execute(ctx.db)
  const requestId = made.rows[0]!.id
  const without = [ctx.actor.personId, toAgentId, sale.agentId]
  const told = await approversOf(ctx, [sale.groupId, toGroupId], without)
  const values = { personId: sale.agentId }
  await notifyAll(
    ctx,
    told.map((personId) => ({
      ...{ kind: 'task' as const, personId, key: 'credit.approve', values, clause: 'S4.4.11b', link: '/credit' },
      cause: causeOf(requestId, personId),
    })),
  )
  await ctx.decide({ verdict: { ok: true }, subject: { kind: 'sale', id: saleId }, clauses: ['S4.4.11b'] })
  await ctx.emit('credit.asked', { kind: 'creditRequest', id: requestId }, { sale: saleId, to: toAgentId })
  ctx.touch('credit')
  return { requestId }
}

type Held = Asked & {
  readonly saleId: string
  readonly fromGroupId: string | null
  readonly toGroupId: string | null
  readonly version: number
}

/** A request with its row locked; not found outside the actor's reach as a reader. */
async function locked(ctx: Ctx, requestId: string, version: number): Promise<Held> {
  const { rows } = await sql<Held>`
    select sale_id as "saleId", state, asked_by as "askedBy", from_agent_id as "fromAgentId", to_agent_id as "toAgentId",
      from_group_id as "fromGroupId", to_group_id as "toGroupId", version,
      array(select by_id from credit_approval where request_id = r.id) as "approvedBy"
    from credit_request r where r.id = ${requestId} and ${inReachOf(ctx, READERS)} for update`.execute(ctx.db)
  const request = rows[0]
  if (!request) throw notFound()
  if (request.version !== version) throw stale({ state: request.state, version: request.version })
  return request
}

async function close(ctx: Ctx, requestId: string, request: Held, state: 'done' | 'refused' | 'withdrawn', why: string) {
  await sql`update credit_request set state = ${state}, closed_by = ${ctx.actor.personId}, closed_at = ${ctx.now},
      closed_on = ${ctx.today}, closed_why = ${why || null}, version = version + 1 where id = ${requestId}`.execute(
    ctx.db,
  )
  const told = await approversOf(ctx, [request.fromGroupId, request.toGroupId], [])
  await settle(
    ctx,
    told.map((personId) => causeOf(requestId, personId)),
    'done',
  )
  if (request.askedBy !== ctx.actor.personId)
    await notifyAll(ctx, [
      {
        ...{ kind: 'news', personId: request.askedBy, key: `credit.${state}`, clause: 'S4.4.11b', link: '/credit' },
        ...{ values: { personId: request.fromAgentId }, cause: `credit.closed.${requestId}` },
      },
    ])
  await ctx.emit(`credit.${state}`, { kind: 'creditRequest', id: requestId }, { sale: request.saleId })
  ctx.touch('credit')
}

/**
 * Approves a correction. With the last approval that the rulebook asks for the result moves, in this transaction: figures
 * of both agents, the case, the chain. Answers whether it has moved. [S4.4.11b]
 */
export async function approve(ctx: Ctx, asked: { requestId: string; version: number }): Promise<{ moved: boolean }> {
  const request = await locked(ctx, asked.requestId, asked.version)
  const subject = { kind: 'creditRequest', id: asked.requestId }
  demand(mayApprove(request, ctx.actor), subject)
  await sql`insert into credit_approval (request_id, by_id, at) values (${asked.requestId}, ${ctx.actor.personId}, ${ctx.now})`.execute(
    ctx.db,
  )
  await ctx.decide({ verdict: { ok: true }, subject, clauses: ['S4.4.11b'] })
  const moved =
    request.approvedBy.length + 1 >= ctx.rules.at(ctx.today, request.fromGroupId).get('correction.approvals')
  if (moved) {
    const next = { kind: 'correction' as const, agentId: request.toAgentId, groupId: request.toGroupId }
    await recredit(ctx, request.saleId, next, asked.requestId)
    await close(ctx, asked.requestId, request, 'done', '')
    await findIn(ctx, { saleId: request.saleId })
  } else {
    await sql`update credit_request set version = version + 1 where id = ${asked.requestId}`.execute(ctx.db)
    await settle(ctx, causeOf(asked.requestId, ctx.actor.personId), 'done')
    await ctx.emit('credit.approved', subject, { sale: request.saleId })
    ctx.touch('credit')
  }
  return { moved }
}

/** Turns a correction down, with the reason; the result stays where it is. */
export async function refuse(ctx: Ctx, asked: { requestId: string; why: string; version: number }): Promise<void> {
  const request = await locked(ctx, asked.requestId, asked.version)
  demand(mayRefuse(request, ctx.actor), { kind: 'creditRequest', id: asked.requestId })
  await close(ctx, asked.requestId, request, 'refused', asked.why)
}

/** Takes one's own request back. */
export async function withdraw(ctx: Ctx, asked: { requestId: string; version: number }): Promise<void> {
  const request = await locked(ctx, asked.requestId, asked.version)
  demand(mayWithdraw(request, ctx.actor), { kind: 'creditRequest', id: asked.requestId })
  await close(ctx, asked.requestId, request, 'withdrawn', '')
}

export type Approval = { readonly personId: string; readonly name: string; readonly at: string }

export type RequestRow = Asked & {
  readonly id: string
  readonly saleId: string
  readonly applicationNo: string
  readonly product: Words
  readonly standard: string
  readonly acceptedOn: Temporal.PlainDate
  readonly fromAgent: string
  readonly fromGroup: string | null
  readonly toAgent: string
  readonly toGroup: string | null
  /** Whose voice is on the closing recording, null where no call closed it. */
  readonly voice: string | null
  readonly reason: string
  readonly askedByName: string
  readonly askedAt: Temporal.Instant
  readonly approvals: readonly Approval[]
  /** How many the rulebook asks for. */
  readonly needed: number
  readonly closedByName: string | null
  readonly closedAt: Temporal.Instant | null
  readonly closedWhy: string | null
  readonly version: number
}

/** Requests in the actor's reach, open ones first, the latest first; of one case with `saleId`. At most 200. */
export async function requestsOf(ctx: Ctx, { saleId }: { saleId?: string | undefined } = {}): Promise<RequestRow[]> {
  const { rows } = await sql<RequestRow>`
    select r.id, r.state, r.sale_id as "saleId", s.application_no as "applicationNo", p.name as product,
      s.standard_premium as standard, s.accepted_on as "acceptedOn", r.from_agent_id as "fromAgentId", f.name as "fromAgent",
      fg.name as "fromGroup", r.to_agent_id as "toAgentId", t.name as "toAgent", tg.name as "toGroup",
      (select n.name from call_fact c join person_name n on n.id = c.agent_id where c.id = s.call_id) as voice,
      r.reason, r.asked_by as "askedBy", a.name as "askedByName", r.asked_at as "askedAt", c.name as "closedByName",
      r.closed_at as "closedAt", r.closed_why as "closedWhy", r.version,
      array(select by_id from credit_approval where request_id = r.id) as "approvedBy",
      coalesce((select jsonb_agg(jsonb_build_object('personId', v.by_id, 'name', n.name, 'at', v.at) order by v.at)
        from credit_approval v join person_name n on n.id = v.by_id where v.request_id = r.id), '[]') as approvals
    from credit_request r join sale_fact s on s.id = r.sale_id join product_listed p on p.id = s.product_id
      join person_name f on f.id = r.from_agent_id join person_name t on t.id = r.to_agent_id
      join person_name a on a.id = r.asked_by left join person_name c on c.id = r.closed_by
      left join org_unit fg on fg.id = r.from_group_id left join org_unit tg on tg.id = r.to_group_id
    where ${inReachOf(ctx, READERS)} ${saleId ? sql`and r.sale_id = ${saleId}` : sql``}
    order by r.state <> 'open', r.asked_at desc, r.id desc limit 200`.execute(ctx.db)
  const needed = ctx.rules.at(ctx.today).get('correction.approvals')
  return rows.map((row) => ({ ...row, needed }))
}

type Step = {
  readonly seq: number
  readonly kind: string
  readonly on: Temporal.PlainDate
  readonly at: Temporal.Instant
  readonly agent: string
  readonly group: string | null
  readonly weight: string
  readonly state: string
  /** The first digits of the link's hash, as the signed report and `npm run verify` show it. */
  readonly hash: string
}

/**
 * Whose result a case was and is: its links in the chain, requests and what is kept of it as an own policy. Not found
 * outside the actor's scope of cases; requests are for those who read them.
 */
export async function creditOfSale(ctx: Ctx, saleId: string) {
  const { sale } = await saleWithEntries(ctx, saleId)
  const { rows } = await sql<Step>`
    select e.seq, e.kind, e.occurred_on as on, e.at, n.name as agent, u.name as group, e.weight, e.state,
      substr(e.hash, 1, 12) as hash
    from credit_entry e join person_name n on n.id = e.agent_id left join org_unit u on u.id = e.group_id
    where e.sale_id = ${saleId} and e.centre_id = ${ctx.centre.id} order by e.seq`.execute(ctx.db)
  const reader = ctx.actor.grants.some(({ role }) => (READERS as readonly string[]).includes(role))
  const own: OwnRow | null = await ownOfSale(ctx, saleId)
  const requests = reader ? await requestsOf(ctx, { saleId }) : []
  const sells = reaches(reach(ctx.actor, ASKERS), sale.groupId)
  const people = sells ? await sellersOf(ctx) : []
  return { steps: rows, requests, own, version: sale.version, agentId: sale.agentId, sellers: people }
}

/** Who sells today, by group: to whom a result may go. */
async function sellersOf(ctx: Ctx): Promise<{ id: string; name: string; group: string | null }[]> {
  const { rows } = await sql<{ id: string; name: string; group: string | null }>`
    select distinct m.person_id as id, m.name, m.group_name as "group", m.name collate "zh-Hans-x-icu" as ordered
    from member m join granted_role g on g.person_id = m.person_id and g.role in ('tsr', 'tl')
      and g.from_on <= ${ctx.today} and (g.until_on is null or g.until_on > ${ctx.today})
    where m.centre_id = ${ctx.centre.id} and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today})
      and (m.employed_until is null or m.employed_until > ${ctx.today})
    order by m.group_name nulls last, ordered`.execute(ctx.db)
  return rows.map(({ id, name, group }) => ({ id, name, group }))
}
