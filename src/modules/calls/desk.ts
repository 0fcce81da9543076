import { sql } from 'kysely'
import { no, yes } from '../../lib/verdict.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'

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
