import { sql } from 'kysely'
import { no, yes } from '../../lib/verdict.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { notifyAll, settle } from '../notices/notices.ts'
import { leadersOf } from '../people/structure.ts'
import { dueCause, endCallback, lateCause } from './callbacks.ts'

export type Step = 'idle' | 'preview' | 'dialling' | 'talking' | 'wrapUp'

/** The desk as the commands work on it: camel case, one row an agent. */
export type Desk = {
  readonly tabId: string | null
  readonly tabSince: Temporal.Instant | null
  readonly callId: string | null
  readonly leadId: string | null
  readonly customerId: string | null
  readonly phoneId: string | null
  readonly callbackId: string | null
  readonly direction: 'outbound' | 'inbound' | null
  readonly why: string | null
  readonly step: Step
  readonly claimedAt: Temporal.Instant | null
  readonly dialledAt: Temporal.Instant | null
  readonly answeredAt: Temporal.Instant | null
  readonly endedAt: Temporal.Instant | null
  readonly lineResult: string | null
  readonly brokeOff: boolean
  /** The gate's word on the contact at the dial; false for a call that came in. */
  readonly cold: boolean
  readonly draft: unknown
  readonly versionId: string | null
  readonly version: number
}

const columns = sql`
  tab_id as "tabId", tab_since as "tabSince", call_id as "callId", lead_id as "leadId", customer_id as "customerId", phone_id as "phoneId",
  callback_id as "callbackId", direction, why, step, claimed_at as "claimedAt", dialled_at as "dialledAt",
  answered_at as "answeredAt", ended_at as "endedAt", line_result as "lineResult", broke_off as "brokeOff", cold, draft,
  version_id as "versionId", version`

/** Own desk, read only; null before it was ever opened. */
export async function deskOf(ctx: Ctx): Promise<Desk | null> {
  const { rows } = await sql<Desk>`select ${columns} from desk where agent_id = ${ctx.actor.personId}`.execute(ctx.db)
  return rows[0] ?? null
}

/**
 * Own desk with its row locked, so that two requests of one agent go one after the other. Refuses when another tab works
 * it. Every command of the desk begins here. Not found before the desk was opened.
 */
export async function lockDesk(ctx: Ctx, tabId: string): Promise<Desk> {
  const { rows } = await sql<Desk>`
    select ${columns} from desk where agent_id = ${ctx.actor.personId} for update`.execute(ctx.db)
  const desk = rows[0]
  if (!desk) throw notFound()
  if (desk.tabId !== tabId) demand(no('calls.deskElsewhere', 'house'), { kind: 'person', id: ctx.actor.personId })
  return desk
}

/** Opens the desk for a tab. With another tab at work it answers so, unless this one takes over. */
export async function openDesk(
  ctx: Ctx,
  tabId: string,
  takeOver: boolean,
): Promise<{ elsewhere: Temporal.Instant | null }> {
  await sql`insert into desk (agent_id, centre_id) values (${ctx.actor.personId}, ${ctx.centre.id}) on conflict do nothing`.execute(
    ctx.db,
  )
  const { rows } = await sql<{ tab_id: string | null; tab_since: Temporal.Instant | null }>`
    select tab_id, tab_since from desk where agent_id = ${ctx.actor.personId} for update`.execute(ctx.db)
  const now = rows[0]!
  if (now.tab_id !== null && now.tab_id !== tabId && !takeOver) return { elsewhere: now.tab_since }
  if (now.tab_id !== tabId) {
    await sql`update desk set tab_id = ${tabId}, tab_since = ${ctx.now}, version = version + 1
      where agent_id = ${ctx.actor.personId}`.execute(ctx.db)
    ctx.touch('calls', { personId: ctx.actor.personId })
  }
  return { elsewhere: null }
}

type Changes = Partial<Omit<Desk, 'version' | 'tabId' | 'tabSince'>>

const NAMES: Record<keyof Changes, string> = {
  ...{
    callId: 'call_id',
    leadId: 'lead_id',
    customerId: 'customer_id',
    phoneId: 'phone_id',
    callbackId: 'callback_id',
  },
  ...{ direction: 'direction', why: 'why', step: 'step', claimedAt: 'claimed_at', dialledAt: 'dialled_at' },
  ...{ answeredAt: 'answered_at', endedAt: 'ended_at', lineResult: 'line_result', brokeOff: 'broke_off' },
  ...{ cold: 'cold', draft: 'draft', versionId: 'version_id' },
}

/**
 * Moves a desk on, one's own unless said otherwise, and tells the board. Its own page asks anew by itself; lists of calls
 * change with the recording.
 */
export async function setDesk(ctx: Ctx, changes: Changes, agentId = ctx.actor.personId): Promise<void> {
  const sets = Object.entries(changes).map(([key, value]) => {
    const name = sql.ref(NAMES[key as keyof Changes])
    return key === 'draft' ? sql`${name} = ${JSON.stringify(value)}::jsonb` : sql`${name} = ${value}`
  })
  await sql`update desk set ${sql.join(sets)}, version = version + 1 where agent_id = ${agentId}`.execute(ctx.db)
  ctx.touch('floor', { groupId: ctx.actor.groupId ?? undefined })
}

/** Keeps a half-written wrap-up for the call at hand; one that comes after its call is recorded is dropped. No news to anybody. */
export async function saveDraft(ctx: Ctx, input: { tabId: string; callId: string; draft: unknown }): Promise<void> {
  const desk = await lockDesk(ctx, input.tabId)
  if (desk.callId !== input.callId) return
  await sql`update desk set draft = ${JSON.stringify(input.draft)}::jsonb where agent_id = ${ctx.actor.personId}`.execute(
    ctx.db,
  )
}

/** Refuses a command that belongs to another step: the desk moved on in the meantime, or was moved by a second click. */
export function demandStep(desk: Desk, ...steps: readonly Step[]): void {
  demand(steps.includes(desk.step) ? yes : no('calls.deskMovedOn', 'house', { step: desk.step }), {
    kind: 'call',
    id: desk.callId,
  })
}

/** An empty desk. */
export const CLEARED: Changes = {
  ...{ callId: null, leadId: null, customerId: null, phoneId: null, callbackId: null, direction: null, why: null },
  ...{ step: 'idle', claimedAt: null, dialledAt: null, answeredAt: null, endedAt: null, lineResult: null },
  ...{ brokeOff: false, cold: false, draft: {}, versionId: null },
}

/* What the clock does about calls: promises that fall due or were not kept, and desks that were left in a call. */

/** How long before its time the owner of a callback is told, in minutes. */
const BEFORE_MINUTES = 5
/** Days after which a promise that nobody kept is missed for good. */
const LEFT_DAYS = 3
/** A call longer than this was most likely left open, in hours. */
const STUCK_HOURS = 2

type Promised = {
  id: string
  agent_id: string
  group_id: string | null
  whose: 'mine' | 'group'
  due_from: Temporal.Instant
  due_to: Temporal.Instant
  away: boolean
}

const wallOf = (ctx: Ctx, at: Temporal.Instant) =>
  at.toZonedDateTimeISO(ctx.centre.timeZone).toPlainTime().toString({ smallestUnit: 'minute' })

/**
 * Tells the owner of a callback shortly before its time, and his leader, once, when its window has passed; then whoever of
 * the group is free may call if the owner is not there. Run again, it finds nothing new. [S4.4.10b]
 */
export async function watchCallbacks(ctx: Ctx): Promise<void> {
  const { rows } = await sql<Promised>`
    select c.id, c.agent_id, c.group_id, c.whose, c.due_from, c.due_to, coalesce(s.state, 'offline') = 'offline' as away
    from callback c left join presence_now s on s.person_id = c.agent_id and s.day = ${ctx.today}
    where c.centre_id = ${ctx.centre.id} and c.state = 'open' and c.due_from <= ${ctx.now.add({ minutes: BEFORE_MINUTES })}
    order by c.due_from`.execute(ctx.db)
  const isLate = ({ due_to }: Promised) => Temporal.Instant.compare(due_to, ctx.now) <= 0
  await notifyAll(
    ctx,
    rows
      .filter((row) => !isLate(row))
      .map((row) => ({
        ...({ kind: 'task', personId: row.agent_id, key: 'calls.callbackDue', clause: 'S4.4.10b' } as const),
        ...{ values: { at: wallOf(ctx, row.due_from) }, cause: dueCause(row.id, row.due_from), link: '/desk' },
        validUntil: row.due_to,
      })),
  )
  const late = rows.filter(isLate)
  for (const row of late) if (row.away && row.whose === 'mine') await openToGroup(ctx, row)
  const leaders = new Map<string, readonly string[]>()
  for (const { group_id } of late)
    if (group_id !== null && !leaders.has(group_id)) leaders.set(group_id, await leadersOf(ctx, group_id))
  await notifyAll(
    ctx,
    late.flatMap((row) =>
      (leaders.get(row.group_id ?? '') ?? []).map((personId) => ({
        ...({ kind: 'alert', personId, key: 'calls.callbackLate', clause: 'S4.4.10b' } as const),
        ...{ values: { personId: row.agent_id, at: wallOf(ctx, row.due_from) }, link: '/calls' },
        cause: lateCause(row.id, row.due_from),
      })),
    ),
  )
}

async function openToGroup(ctx: Ctx, row: Promised): Promise<void> {
  await sql`update callback set whose = 'group' where id = ${row.id} and state = 'open'`.execute(ctx.db)
  await ctx.emit('calls.callbackOpened', { kind: 'callback', id: row.id })
  ctx.touch('calls', { personId: row.agent_id, groupId: row.group_id ?? undefined })
}

/** Each night: promises of some days ago that nobody kept are missed. Their leads stay due by the attempt plan. [S4.4.10b] */
export async function endOldCallbacks(ctx: Ctx): Promise<void> {
  const before = ctx.today.subtract({ days: LEFT_DAYS }).toZonedDateTime(ctx.centre.timeZone).toInstant()
  const { rows } = await sql<{ id: string }>`select id from callback
    where centre_id = ${ctx.centre.id} and state = 'open' and due_to < ${before}`.execute(ctx.db)
  for (const { id } of rows) await endCallback(ctx, id, 'missed', 'notCalled')
  if (rows.length > 0) ctx.touch('calls')
}

const stuckCause = (callId: string) => `calls.deskStuck ${callId}`

/** Tells agent and leader of a call that has run for hours: a line that was forgotten, or a desk that was left. */
export async function watchDesks(ctx: Ctx): Promise<void> {
  const { rows } = await sql<{ agent_id: string; call_id: string; since: Temporal.Instant; group_id: string | null }>`
    select d.agent_id, d.call_id, coalesce(d.answered_at, d.dialled_at) as since,
      (select m.group_id from member m where m.person_id = d.agent_id and m.from_on <= ${ctx.today}
        and (m.until_on is null or m.until_on > ${ctx.today})) as group_id
    from desk d where d.centre_id = ${ctx.centre.id} and d.step in ('dialling', 'talking')
      and coalesce(d.answered_at, d.dialled_at) < ${ctx.now.subtract({ hours: STUCK_HOURS })}`.execute(ctx.db)
  for (const row of rows) {
    const leaders = row.group_id ? await leadersOf(ctx, row.group_id) : []
    await notifyAll(
      ctx,
      [...new Set([row.agent_id, ...leaders])].map((personId) => ({
        ...({ kind: 'alert', personId, key: 'calls.deskStuck' } as const),
        ...{ values: { personId: row.agent_id, at: wallOf(ctx, row.since) }, cause: stuckCause(row.call_id) },
        link: personId === row.agent_id ? '/desk' : '/calls',
      })),
    )
  }
}

const isStuck = (ctx: Ctx, since: Temporal.Instant) =>
  Temporal.Instant.compare(since, ctx.now.subtract({ hours: STUCK_HOURS })) < 0

/** Takes back what was told of a long call, once it is recorded. */
export async function settleStuck(ctx: Ctx, callId: string, since: Temporal.Instant | null): Promise<void> {
  if (since && isStuck(ctx, since)) await settle(ctx, stuckCause(callId), 'calls.recorded')
}
