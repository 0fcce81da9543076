import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { ClosedAs } from './rules.ts'

/** Ids of a new lot and how many leads it holds. */
export type Lot = { readonly id: string; readonly quantity: number }

export type NewLot = {
  readonly step: 'companyToGroup' | 'groupToAgent' | 'recall'
  readonly batchId: string | null
  readonly groupId: string
  readonly personId: string | null
  readonly reason?: string
  /** Nothing to receive: what comes back was in the house's hands all the time. */
  readonly received?: boolean
}

/** Where leads go: to the company, to a group, to an agent of a group. */
export type Target = { readonly groupId: string | null; readonly personId: string | null }

/**
 * Whoever moves leads of these groups, or out of this batch's pool, comes one after the other, so that counts and caps
 * that were just read still hold. Taken in one order, so that two movers never wait for each other.
 */
export async function lockMoves(ctx: Ctx, { batchId, groupIds }: { batchId?: string; groupIds: readonly string[] }) {
  const keys = [...(batchId ? [`leads.batch ${batchId}`] : []), ...groupIds.map((id) => `leads.group ${id}`).sort()]
  for (const key of keys) await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(ctx.db)
}

/**
 * Moves leads (alias l) in one statement, in the pool's fixed random order, as one lot, and writes who holds them from
 * now. What an agent gets is due from now at the earliest: nobody is late with a lead that was not in his hands. Rows that
 * somebody else has in hand at this moment are passed over; the lot holds what really moved.
 */
export async function move(
  ctx: Ctx,
  lot: NewLot,
  among: RawBuilder<unknown>,
  most: number | null,
  to: Target,
): Promise<Lot> {
  const { rows: added } = await sql<{ id: string }>`
    insert into lead_lot (centre_id, step, batch_id, group_id, person_id, quantity, reason, version_id, issued_by, issued_at,
      occurred_on, received_by, received_at)
    values (${ctx.centre.id}, ${lot.step}, ${lot.batchId}, ${lot.groupId}, ${lot.personId}, 0, ${lot.reason ?? ''},
      ${ctx.rules.at(ctx.today, lot.groupId).versionOf('S4.4.10a')}, ${ctx.actor.personId}, ${ctx.now}, ${ctx.today},
      ${lot.received ? ctx.actor.personId : null}, ${lot.received ? ctx.now : null})
    returning id`.execute(ctx.db)
  const { id } = added[0]!
  const state = to.personId ? 'agent' : to.groupId ? 'group' : 'pool'
  const holder = to.personId ? 'agent' : to.groupId ? 'group' : 'company'
  const { rows } = await sql<{ quantity: number }>`
    with taken as materialized (
      select l.id from lead l where l.centre_id = ${ctx.centre.id} and ${among}
      order by l.shuffle limit ${most} for update of l skip locked),
    ended as (
      update lead_hold h set until_at = ${ctx.now} from taken t where h.lead_id = t.id and h.until_at is null
      returning h.id),
    moved as (
      update lead l set state = ${state}, group_id = ${to.groupId}, holder_id = ${to.personId}, version = l.version + 1,
        held_since = case when ${to.personId}::uuid is null then null else ${ctx.now}::timestamptz end,
        due_at = case when ${to.personId}::uuid is null then l.due_at else greatest(l.due_at, ${ctx.now}) end
      from taken t where l.id = t.id
      returning l.id),
    held as (
      insert into lead_hold (lead_id, from_at, holder, group_id, person_id, lot_id)
      select m.id, ${ctx.now}, ${holder}, ${to.groupId}, ${to.personId}, ${id}
      from moved m, (select count(*) from ended) after_the_end)
    select count(*)::int as quantity from moved`.execute(ctx.db)
  const { quantity } = rows[0]!
  await sql`update lead_lot set quantity = ${quantity} where id = ${id}`.execute(ctx.db)
  return { id, quantity }
}

/** What was closed by one rule: how many leads, and of which groups and agents. */
export type Closed = { readonly id: string; readonly groupId: string | null; readonly holderId: string | null }

/** Closes the open leads (alias l) that a condition names; a closed lead keeps its last group and holder. */
export async function closeLeads(ctx: Ctx, which: RawBuilder<unknown>, closedAs: ClosedAs): Promise<Closed[]> {
  const { rows } = await sql<Closed>`
    with closed as (
      update lead l set state = 'closed', closed_as = ${closedAs}, closed_at = ${ctx.now}, due_at = null, due_band = null,
        version = l.version + 1
      where l.centre_id = ${ctx.centre.id} and l.state <> 'closed' and ${which}
      returning l.id, l.group_id as "groupId", l.holder_id as "holderId"),
    ended as (
      update lead_hold h set until_at = ${ctx.now} from closed c where h.lead_id = c.id and h.until_at is null)
    select * from closed`.execute(ctx.db)
  return rows
}

/** Condition on a lead l: one of its customer's numbers stands on a do-not-call list. [S3.6] */
export const isStopped = (ctx: Ctx) => sql<boolean>`exists (
  select from phone_card p join not_called n on n.hash = p.hash and n.centre_id = p.centre_id
  where p.customer_id = l.customer_id and p.retired_at is null and (n.until is null or n.until > ${ctx.now}))`

/**
 * Each night: leads of a list past its use-by, and those of customers who are not to be called any more, are closed
 * wherever they are. The gate refuses the latter from the first moment; this takes them out of stocks. Repeating it
 * changes nothing. [S4.4.10a] [S3.6]
 */
export async function closeAtNight(ctx: Ctx): Promise<void> {
  const past = sql`exists (select from batch_of_list b where b.id = l.batch_id and b.expires_on < ${ctx.today})`
  const expired = await closeLeads(ctx, past, 'expired')
  const stopped = await closeLeads(ctx, isStopped(ctx), 'doNotCall')
  await keep(ctx, 'leads.expired', 'S4.4.10a', expired)
  await keep(ctx, 'leads.stopped', 'S3.6', stopped)
}

async function keep(ctx: Ctx, operation: string, clause: string, closed: readonly Closed[]): Promise<void> {
  if (closed.length === 0) return
  const subject = { kind: 'centre', id: ctx.centre.id }
  await ctx.decide({ verdict: { ok: true }, subject, clauses: [clause], operation })
  await ctx.emit(operation, subject, { leads: closed.length })
  ctx.touch('leads')
}
