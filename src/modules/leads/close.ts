import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { ClosedAs } from './rules.ts'

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
