import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { notifyAll, settle } from '../notices/notices.ts'
import { leadersOf } from '../people/structure.ts'
import { dueCause, endCallback, lateCause } from './callbacks.ts'

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
