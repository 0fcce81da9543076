import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { openActs } from '../customers/opening.ts'

/* Promises and counts that a take-over brings along. */

export type OpeningCallback = {
  readonly leadId: string
  readonly customerId: string
  readonly phoneId: string
  readonly agentId: string
  readonly groupId: string | null
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
  readonly note: string
}

/** Books times that customers named before, as promises of the agents who hold their leads. [S4.4.10b] */
export async function openCallbacks(ctx: Ctx, openingId: string, callbacks: readonly OpeningCallback[]): Promise<void> {
  if (callbacks.length === 0) return
  const given = callbacks.map(({ from, to, ...one }) => ({
    ...{ lead_id: one.leadId, customer_id: one.customerId, phone_id: one.phoneId, agent_id: one.agentId },
    ...{ group_id: one.groupId, due_from: from.toString(), due_to: to.toString(), note: one.note },
  }))
  const { rows } = await sql<{ id: string; customer_id: string; due_from: Temporal.Instant; due_to: Temporal.Instant }>`
    insert into callback (centre_id, lead_id, customer_id, phone_id, agent_id, group_id, whose, due_from, due_to, customer_zone,
      note, made_in, made_at, state, opening_id)
    select ${ctx.centre.id}, g.lead_id, g.customer_id, g.phone_id, g.agent_id, g.group_id, 'mine', g.due_from, g.due_to,
      coalesce(c.zone, p.zones[1], ${ctx.centre.timeZone}), g.note, ${openingId}, ${ctx.now}, 'open', ${openingId}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(lead_id uuid, customer_id uuid, phone_id uuid, agent_id uuid,
      group_id uuid, due_from timestamptz, due_to timestamptz, note text)
      join customer_card c on c.id = g.customer_id join phone_card p on p.id = g.phone_id
    returning id, customer_id, due_from, due_to`.execute(ctx.db)
  await openActs(
    ctx,
    rows.map(({ id, customer_id, due_from, due_to }) => ({
      ...{ customerId: customer_id, kind: 'namedTime' as const, from: due_from, to: due_to },
      record: { kind: 'callback', id },
    })),
  )
  ctx.touch('calls')
}

export type OpeningCounts = {
  readonly personId: string
  readonly groupId: string | null
  readonly month: Temporal.PlainYearMonth
  /** The last day that is in it. */
  readonly through: Temporal.PlainDate
  readonly dials: number
  readonly connected: number
  readonly effective: number
  readonly talkSeconds: number
}

/** Keeps what people did of a month before; a person's month that is there already stays. Answers whose were new. */
export async function openCounts(ctx: Ctx, openingId: string, counts: readonly OpeningCounts[]): Promise<Set<string>> {
  const given = counts.map(({ month, through, ...one }) => ({
    ...{ person_id: one.personId, group_id: one.groupId, month: `${month}-01`, through: through.toString() },
    ...{ dials: one.dials, connected: one.connected, effective: one.effective, talk_seconds: one.talkSeconds },
  }))
  const { rows } = await sql<{ person_id: string }>`
    insert into call_opening (person_id, month, through, centre_id, group_id, dials, connected, effective, talk_seconds,
      opening_id, recorded_by, recorded_at)
    select g.person_id, g.month, g.through, ${ctx.centre.id}, g.group_id, g.dials, g.connected, g.effective, g.talk_seconds,
      ${openingId}, ${ctx.actor.personId}, ${ctx.now}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(person_id uuid, month date, through date, group_id uuid,
      dials int, connected int, effective int, talk_seconds int)
    on conflict (person_id, month) do nothing returning person_id`.execute(ctx.db)
  return new Set(rows.map(({ person_id }) => person_id))
}

/** Takes back promises that nobody has kept yet, and the counts. Answers the promises that went. */
export async function forgetOpenCalls(ctx: Ctx, openingId: string): Promise<string[]> {
  await sql`delete from call_opening where opening_id = ${openingId}`.execute(ctx.db)
  const { rows } = await sql<{ id: string }>`
    delete from callback where opening_id = ${openingId} and state = 'open' returning id`.execute(ctx.db)
  ctx.touch('calls')
  return rows.map(({ id }) => id)
}
