import { sql } from 'kysely'
import { z } from 'zod'
import { no, yes } from '../../lib/verdict.ts'
import { Id, Instant } from '../../lib/wire.ts'
import { type Role, reach, reaches } from '../../platform/actor.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { workdayOf } from '../attendance/timetable.ts'
import { endAct, recordAct } from '../customers/consent.ts'
import { reopen } from '../leads/attempts.ts'
import { move } from '../leads/move.ts'
import { settle } from '../notices/notices.ts'
import type { Desk } from './desk.ts'
import { callbackWindow, canPromise, isKept } from './rules.ts'

/** Who answers for the promises of a group. */
const CALLBACK_LEADERS = ['tl', 'um'] as const satisfies readonly Role[]

/** A time the customer named. Without `until` the window is the rulebook's. */
export type NewCallback = {
  readonly at: Temporal.Instant
  readonly until: Temporal.Instant | null
  readonly whose: 'mine' | 'group'
  readonly note: string
}

/** Causes of the notices about a callback; one that is moved is told anew. */
export const dueCause = (id: string, from: Temporal.Instant) => `calls.callbackDue ${id} ${from}`
export const lateCause = (id: string, from: Temporal.Instant) => `calls.callbackLate ${id} ${from}`

/** The window of a time, refused where it cannot be kept. [S4.4.10b] */
function promisedWindow(ctx: Ctx, at: Temporal.Instant, until: Temporal.Instant | null, subject: string | null) {
  const day = at.toZonedDateTimeISO(ctx.centre.timeZone).toPlainDate()
  const minutes = ctx.rules.at(ctx.today, ctx.actor.groupId).get('callback.windowMinutes')
  const window = until ? { from: at, to: until } : callbackWindow(at, minutes)
  const { workday } = workdayOf(ctx.rules.at(ctx.today, ctx.actor.groupId), day)
  demand(canPromise(window, ctx.now, { workday }), { kind: 'lead', id: subject })
  return window
}

/**
 * Books the time a customer named, as a promise to keep and as the customer's own act, which is what warms the contact.
 * One open callback a lead: an older one is dropped. Answers the end of its window. [S4.4.10b]
 */
export async function bookCallback(
  ctx: Ctx,
  booked: NewCallback & { readonly desk: Desk; readonly callId: string },
): Promise<{ id: string; to: Temporal.Instant }> {
  const { desk, whose, note } = booked
  const { from, to } = promisedWindow(ctx, booked.at, booked.until, desk.leadId)
  const { rows: found } = await sql<{ zone: string; open: boolean }>`
    select coalesce(c.zone, p.zones[1], ${ctx.centre.timeZone}) as zone, l.state <> 'closed' as open
    from lead_held l join customer_card c on c.id = l.customer_id join phone_card p on p.id = ${desk.phoneId}
    where l.id = ${desk.leadId}`.execute(ctx.db)
  // A customer who rings in and wants to be called opens what he had closed.
  const callable = found[0]?.open || (found[0] && (await reopen(ctx, desk.leadId!)))
  demand(callable ? yes : no('calls.callbackNeedsLead', 'S4.4.10b'), { kind: 'lead', id: desk.leadId })
  const { rows: older } = await sql<{ id: string }>`select id from callback
    where lead_id = ${desk.leadId} and state = 'open'`.execute(ctx.db)
  for (const one of older) await endCallback(ctx, one.id, 'dropped', 'newer')
  const { rows } = await sql<{ id: string }>`
    insert into callback (centre_id, lead_id, customer_id, phone_id, agent_id, group_id, whose, due_from, due_to, customer_zone,
      note, made_in, made_at, state)
    values (${ctx.centre.id}, ${desk.leadId}, ${desk.customerId}, ${desk.phoneId}, ${ctx.actor.personId}, ${ctx.actor.groupId},
      ${whose}, ${from}, ${to}, ${found[0]!.zone}, ${note}, ${booked.callId}, ${ctx.now}, 'open')
    returning id`.execute(ctx.db)
  const id = rows[0]!.id
  const record = { kind: 'callback', id }
  await recordAct(ctx, { customerId: desk.customerId!, kind: 'namedTime', from, to, record })
  await ctx.emit('calls.callbackBooked', record, { lead: desk.leadId })
  return { id, to }
}

/** Whether a callback is open and its window has not passed: then the customer waits for it now. */
export async function isOpen(ctx: Ctx, id: string): Promise<boolean> {
  const { rows } = await sql<{ open: boolean }>`select due_to > ${ctx.now} as open from callback
    where id = ${id} and state = 'open'`.execute(ctx.db)
  return rows[0]?.open ?? false
}

/** Ends a callback and what was told of it. Ended before = nothing changes. */
export async function endCallback(
  ctx: Ctx,
  id: string,
  state: 'kept' | 'missed' | 'dropped',
  why: string,
): Promise<void> {
  const { rows } = await sql<{ due_from: Temporal.Instant }>`
    update callback set state = ${state}, ended_at = ${ctx.now}, ended_by = ${ctx.actor.personId}, ended_why = ${why}
    where id = ${id} and state = 'open' returning due_from`.execute(ctx.db)
  const ended = rows[0]
  if (!ended) return
  if (state === 'dropped') await endAct(ctx, { kind: 'callback', id })
  await settle(ctx, [dueCause(id, ended.due_from), lateCause(id, ended.due_from)], `calls.${state}`)
}

/** The callback was called: kept when in its window, else missed; whether the customer answered is told by `why`. */
export async function closeCallback(
  ctx: Ctx,
  id: string,
  called: { readonly dialledAt: Temporal.Instant; readonly why: string },
): Promise<void> {
  const { rows } = await sql<{ due_to: Temporal.Instant }>`select due_to from callback where id = ${id}`.execute(ctx.db)
  const dueTo = rows[0]?.due_to
  if (dueTo) await endCallback(ctx, id, isKept(called.dialledAt, dueTo) ? 'kept' : 'missed', called.why)
}

type Promised = {
  id: string
  lead_id: string
  agent_id: string
  group_id: string | null
  due_from: Temporal.Instant
}

/** An open callback of the actor's own or of a group that he leads, locked; anything else is not found. */
async function lockCallback(ctx: Ctx, id: string, { leaderOnly = false } = {}): Promise<Promised> {
  const { rows } = await sql<Promised>`select id, lead_id, agent_id, group_id, due_from from callback
    where id = ${id} and centre_id = ${ctx.centre.id} and state = 'open' for update`.execute(ctx.db)
  const row = rows[0]
  const led = row && reaches(reach(ctx.actor, CALLBACK_LEADERS), row.group_id)
  if (!row || !(led || (!leaderOnly && row.agent_id === ctx.actor.personId))) throw notFound()
  return row
}

function tell(ctx: Ctx, row: Promised): void {
  ctx.touch('calls', { personId: row.agent_id, groupId: row.group_id ?? undefined })
}

/**
 * Another time for a callback, without the customer's word: the promise moves, but it is no longer a time that he named,
 * so nothing that rests on his naming it holds any more. [S4.4.10b] [S3.6]
 */
export async function moveCallback(
  ctx: Ctx,
  input: { callbackId: string; at: Temporal.Instant; until: Temporal.Instant | null; why: string },
): Promise<void> {
  const row = await lockCallback(ctx, input.callbackId)
  const { from, to } = promisedWindow(ctx, input.at, input.until, row.lead_id)
  await sql`update callback set due_from = ${from}, due_to = ${to} where id = ${row.id}`.execute(ctx.db)
  await endAct(ctx, { kind: 'callback', id: row.id })
  await settle(ctx, [dueCause(row.id, row.due_from), lateCause(row.id, row.due_from)], 'calls.moved')
  const moved = { from: row.due_from.toString(), to: from.toString(), why: input.why }
  await ctx.emit('calls.callbackMoved', { kind: 'callback', id: row.id }, moved)
  tell(ctx, row)
}

/** Drops a callback with the reason; the lead goes on by the attempt plan. */
export async function dropCallback(ctx: Ctx, input: { callbackId: string; why: string }): Promise<void> {
  const row = await lockCallback(ctx, input.callbackId)
  await endCallback(ctx, row.id, 'dropped', input.why)
  await ctx.emit('calls.callbackDropped', { kind: 'callback', id: row.id })
  tell(ctx, row)
}

/** A leader gives a callback of somebody who is away to another agent of the group, with its lead. [S4.4.10a] [S4.4.10b] */
export async function giveCallback(ctx: Ctx, input: { callbackId: string; toAgentId: string }): Promise<void> {
  const row = await lockCallback(ctx, input.callbackId, { leaderOnly: true })
  const subject = { kind: 'callback', id: row.id }
  const { rows } = await sql<{ member: boolean; busy: boolean }>`
    select exists (select from member m where m.person_id = ${input.toAgentId} and m.group_id = ${row.group_id}
        and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today})) as member,
      exists (select from desk where lead_id = ${row.lead_id} and step <> 'preview') as busy`.execute(ctx.db)
  const { member, busy } = rows[0]!
  demand(member ? yes : no('calls.notOfThisGroup', 'S4.4.10a'), subject)
  demand(busy ? no('calls.leadOnOtherDesk', 'house') : yes, subject)
  if (row.agent_id === input.toAgentId) return
  const given = await takeOver(ctx, row, input.toAgentId)
  demand(given ? yes : no('calls.callbackLeadGone', 'S4.4.10a'), subject)
  await settle(ctx, lateCause(row.id, row.due_from), 'calls.given')
  tell(ctx, { ...row, agent_id: input.toAgentId })
  tell(ctx, row)
}

/**
 * A callback and its lead into another agent's hands of the same group, by a lot of one that keeps who held it when.
 * False when the lead is no longer the owner's to give. [S4.4.10a]
 */
export async function takeOver(
  ctx: Ctx,
  callback: { readonly id: string; readonly lead_id: string; readonly agent_id: string },
  toAgentId: string,
): Promise<boolean> {
  const { rows } = await sql<{ group_id: string }>`select group_id from lead_held
    where id = ${callback.lead_id} and state = 'agent' and holder_id = ${callback.agent_id}`.execute(ctx.db)
  const groupId = rows[0]?.group_id
  if (!groupId) return false
  const lot = {
    ...({ step: 'groupToAgent', batchId: null, groupId, personId: toAgentId } as const),
    ...{ reason: 'callback', received: true },
  }
  const among = sql`l.id = ${callback.lead_id} and l.holder_id = ${callback.agent_id}`
  const moved = await move(ctx, lot, among, 1, { groupId, personId: toAgentId })
  if (moved.quantity === 0) return false
  await sql`update callback set agent_id = ${toAgentId} where id = ${callback.id}`.execute(ctx.db)
  const subject = { kind: 'callback', id: callback.id }
  await ctx.emit('calls.callbackGiven', subject, { from: callback.agent_id, to: toAgentId })
  ctx.touch('leads', { groupId })
  return true
}

export const CallbackOut = z.object({
  id: Id,
  leadId: Id,
  customer: z.string().nullable(),
  masked: z.string(),
  agentId: Id,
  agent: z.string().nullable(),
  /** What the owner does now; offline where he was not seen today. */
  agentState: z.string(),
  groupId: Id.nullable(),
  mine: z.boolean(),
  whose: z.enum(['mine', 'group']),
  from: Instant,
  to: Instant,
  /** IANA zone of the customer's own time. */
  zone: z.string(),
  note: z.string(),
  when: z.enum(['overdue', 'due', 'later']),
})
type Row = Omit<z.input<typeof CallbackOut>, 'whose' | 'when'> & {
  whose: 'mine' | 'group'
  when: 'overdue' | 'due' | 'later'
  customerId: string
}

/**
 * Open callbacks, overdue first: one's own and those open to the group; for leaders all of their groups. Numbers masked,
 * the look is logged; 200 at most.
 */
export async function callbacks(ctx: Ctx): Promise<Row[]> {
  const me = ctx.actor.personId
  const led = sql.val([...reach(ctx.actor, CALLBACK_LEADERS).groupIds])
  const { rows } = await sql<Row>`
    select c.id, c.lead_id as "leadId", c.customer_id as "customerId", k.name as customer, p.masked, c.agent_id as "agentId",
      n.name as agent, coalesce(s.state, 'offline') as "agentState", c.group_id as "groupId", c.agent_id = ${me} as mine,
      c.whose, c.due_from as "from", c.due_to as "to", c.customer_zone as zone, c.note,
      case when c.due_to <= ${ctx.now} then 'overdue' when c.due_from <= ${ctx.now} then 'due' else 'later' end as when
    from callback c join customer_card k on k.id = c.customer_id join phone_card p on p.id = c.phone_id
      left join person_name n on n.id = c.agent_id
      left join presence_now s on s.person_id = c.agent_id and s.day = ${ctx.today}
    where c.centre_id = ${ctx.centre.id} and c.state = 'open'
      and (c.agent_id = ${me} or (c.whose = 'group' and c.group_id = ${ctx.actor.groupId}) or c.group_id = any(${led}::uuid[]))
    order by c.due_from, c.id limit 200`.execute(ctx.db)
  await ctx.looked(
    'customer',
    rows.map(({ customerId }) => customerId),
  )
  return rows
}
