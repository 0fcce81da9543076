import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { recordAct } from '../customers/consent.ts'
import type { Desk } from './desk.ts'

/** A time the customer named, [from, to), instants in whole milliseconds. */
export type NewCallback = {
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
  readonly customerZone: string
  readonly whose: 'mine' | 'group'
  readonly note: string
}

/**
 * Books the time a customer named, as a promise to keep and as the customer's own act, which is what warms the contact.
 * One open callback a lead: an older one is dropped. [S4.4.10b]
 */
export async function bookCallback(ctx: Ctx, booked: NewCallback & { desk: Desk; callId: string }): Promise<string> {
  const { desk } = booked
  await sql`update callback set state = 'dropped', ended_at = ${ctx.now}, ended_by = ${ctx.actor.personId}, ended_why = 'newer'
    where lead_id = ${desk.leadId} and state = 'open'`.execute(ctx.db)
  const { rows } = await sql<{ id: string }>`
    insert into callback (centre_id, lead_id, customer_id, phone_id, agent_id, group_id, whose, due_from, due_to, customer_zone,
      note, made_in, made_at, state)
    values (${ctx.centre.id}, ${desk.leadId}, ${desk.customerId}, ${desk.phoneId}, ${ctx.actor.personId}, ${ctx.actor.groupId},
      ${booked.whose}, ${booked.from}, ${booked.to}, ${booked.customerZone}, ${booked.note}, ${booked.callId}, ${ctx.now}, 'open')
    returning id`.execute(ctx.db)
  const id = rows[0]!.id
  await recordAct(ctx, {
    customerId: desk.customerId!,
    kind: 'namedTime',
    from: booked.from,
    to: booked.to,
    record: { kind: 'callback', id },
  })
  await ctx.emit('calls.callbackBooked', { kind: 'callback', id }, { lead: desk.leadId })
  return id
}

/** Ends a callback: kept when the customer was reached, missed when not, dropped with a reason. */
export async function endCallback(
  ctx: Ctx,
  id: string,
  state: 'kept' | 'missed' | 'dropped',
  why: string,
): Promise<void> {
  await sql`update callback set state = ${state}, ended_at = ${ctx.now}, ended_by = ${ctx.actor.personId}, ended_why = ${why}
    where id = ${id} and state = 'open'`.execute(ctx.db)
}
