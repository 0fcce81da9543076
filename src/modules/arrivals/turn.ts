import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { dialRunsOf } from '../attendance/timetable.ts'
import { handTo, readyFor } from '../leads/distribute.ts'
import { notify, notifyAll, settle } from '../notices/notices.ts'
import { leadersOf } from '../people/structure.ts'

/* What arrives in the course of the day goes to the agents in turn, as the morning's allocation says. [S2.1.4] */

const timeOf = (ctx: Ctx, at: Temporal.Instant) =>
  at.toZonedDateTimeISO(ctx.centre.timeZone).toPlainTime().toString({ smallestUnit: 'minute' })

/** Tells an agent that somebody waits for his call, and until when. */
export async function tellHolder(
  ctx: Ctx,
  { leadId, personId, callDue }: { leadId: string; personId: string; callDue: Temporal.Instant | null },
): Promise<void> {
  await notify(ctx, {
    ...{ kind: 'task', personId, clause: 'S2.1.4', link: '/desk' },
    ...(callDue
      ? { key: 'arrivals.callBy', values: { at: timeOf(ctx, callDue) }, validUntil: callDue.add({ minutes: 30 }) }
      : { key: 'arrivals.call', values: {}, validUntil: ctx.now.add({ hours: 4 }) }),
    cause: `arrival.${leadId}.${ctx.now}`,
  })
}

type Waiting = { readonly lead_id: string; readonly call_due: Temporal.Instant | null; readonly product_id: string }

/** Leads of arrivals of today that lie with a group, the one that came first before the others. */
async function waitingOf(ctx: Ctx, groupId: string): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select distinct on (a.arrived_at, a.lead_id) a.lead_id, a.call_due, l.product_id
    from arrival a join lead_held l on l.id = a.lead_id
    where a.centre_id = ${ctx.centre.id} and a.occurred_on = ${ctx.today} and l.group_id = ${groupId} and l.state = 'group'
    order by a.arrived_at, a.lead_id`.execute(ctx.db)
  return rows
}

/** Who takes in turn today and is online, whoever got the fewest first, then whoever waited longest. */
async function turnOf(ctx: Ctx, groupId: string): Promise<string[]> {
  const { rows } = await sql<{ person_id: string }>`
    select t.person_id from allocation a join allocation_agent t on t.allocation_id = a.id and t.in_turn
      join presence_now p on p.person_id = t.person_id and p.day = ${ctx.today} and p.state in ('online', 'inCall', 'wrapUp')
      left join lateral (
        select count(*) as got, max(l.held_since) as last from arrival r join lead_held l on l.id = r.lead_id
        where r.occurred_on = ${ctx.today} and r.centre_id = a.centre_id and l.holder_id = t.person_id) g on true
    where a.group_id = ${groupId} and a.day = ${ctx.today} and a.state = 'confirmed'
    order by g.got, g.last nulls first, t.person_id`.execute(ctx.db)
  return rows.map(({ person_id }) => person_id)
}

/**
 * Hands what waits with a group to the agents in turn. Outside dialling hours, without a confirmed allocation or with
 * nobody online it stays; then its leader is told, once, and may hand it on himself. `tell`: something has just come.
 */
export async function handInTurn(ctx: Ctx, groupId: string, { tell }: { tell: boolean }): Promise<number> {
  const open = dialRunsOf(ctx, groupId).some(
    ({ from, to }) => Temporal.Instant.compare(from, ctx.now) <= 0 && Temporal.Instant.compare(ctx.now, to) < 0,
  )
  if (!open) return 0
  let handed = 0
  for (const { lead_id: leadId, call_due: callDue, product_id: productId } of await waitingOf(ctx, groupId)) {
    const personId = await nextInTurn(ctx, groupId, { leadId, productId })
    if (!personId) {
      if (tell) await tellLeaders(ctx, groupId, leadId)
      continue
    }
    await handTo(ctx, { groupId, personId, leadIds: [leadId], received: true })
    await ctx.decide({
      verdict: { ok: true },
      subject: { kind: 'lead', id: leadId },
      clauses: ['S2.1.4'],
      operation: 'arrivals.inTurn',
    })
    await tellHolder(ctx, { leadId, personId, callDue })
    await settle(ctx, waitingCause(leadId), 'done')
    handed += 1
  }
  if (handed > 0) ctx.touch('arrivals', { groupId })
  return handed
}

/** The next in turn who may sell it, has room, and did not try it in an earlier round. */
async function nextInTurn(
  ctx: Ctx,
  groupId: string,
  { leadId, productId }: { leadId: string; productId: string },
): Promise<string | null> {
  const turn = await turnOf(ctx, groupId)
  if (turn.length === 0) return null
  const ready = await readyFor(ctx, groupId, turn)
  const { rows } = await sql<{ person_id: string }>`select person_id from product_authorised
    where product_id = ${productId} and person_id = any(${sql.val(turn)}::uuid[]) and from_on <= ${ctx.today}
      and (until_on is null or until_on > ${ctx.today})
      and not exists (select from lead_try t join lead_held l on l.id = t.lead_id
        where t.lead_id = ${leadId} and t.agent_id = person_id and t.round < l.round)`.execute(ctx.db)
  const may = new Set(rows.map(({ person_id }) => person_id))
  return turn.find((id) => ready.has(id) && may.has(id)) ?? null
}

export const waitingCause = (leadId: string) => `arrivals.waiting.${leadId}`

async function tellLeaders(ctx: Ctx, groupId: string, leadId: string): Promise<void> {
  await notifyAll(
    ctx,
    (await leadersOf(ctx, groupId)).map((personId) => ({
      ...({ kind: 'alert', personId, key: 'arrivals.waiting', clause: 'S2.1.4', link: '/arrivals' } as const),
      cause: waitingCause(leadId),
    })),
  )
}

/** Each half minute: what waits goes on once somebody is there to take it. */
export async function handWaiting(ctx: Ctx): Promise<void> {
  const { rows } = await sql<{ group_id: string }>`
    select distinct l.group_id from arrival a join lead_held l on l.id = a.lead_id
    where a.centre_id = ${ctx.centre.id} and a.occurred_on = ${ctx.today} and l.state = 'group'`.execute(ctx.db)
  for (const { group_id } of rows) await handInTurn(ctx, group_id, { tell: true })
}
