import { sql } from 'kysely'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { stopCalling } from './doNotCall.ts'
import type { Erasure } from './rules.ts'

/**
 * Overwrites a person's data: the one row of the customer and his numbers. Facts that carry ids stay, and so do hashed
 * do-not-call entries and the ledger of dials, which no longer lead to a person. Asked for by the customer himself it
 * also stops his numbers, so that the next list does not bring him back. Modules to the right hear of it by the event.
 */
export async function erase(
  ctx: Ctx,
  { customerId, why }: { customerId: string; why: Erasure },
): Promise<{ phones: number }> {
  const { rows } = await sql<{ id: string }>`
    select id from customer where id = ${customerId} and centre_id = ${ctx.centre.id} and erased_at is null
    for update`.execute(ctx.db)
  if (!rows[0]) throw notFound()
  const phones = await ctx.db.selectFrom('phone').select('id').where('customer_id', '=', customerId).execute()
  if (why === 'customerRequest')
    for (const { id } of phones)
      await stopCalling(ctx, {
        phoneId: id,
        list: 'own',
        reason: 'erasure',
        source: { kind: 'erasure', id: ctx.actor.personId },
      })
  await ctx.looked('customer', [customerId])
  await sql`
    update customer set name = null, name_keys = null, gender = null, birthday = null, region = null, zone = null, wish = null,
      minor_until = null, vulnerable = false, facts = '{}', version = version + 1, erased_at = ${ctx.now}
    where id = ${customerId}`.execute(ctx.db)
  // The phone's own id stands where the hash was: sixteen bytes, which no hash of a number can be.
  await sql`
    update phone set e164 = '', masked = '', hash = decode(replace(id::text, '-', ''), 'hex'), country = null, kind = null,
      home_region = null, zones = '{}', valid = false, retired_at = ${ctx.now}
    where customer_id = ${customerId}`.execute(ctx.db)
  await ctx.emit('customers.erased', { kind: 'customer', id: customerId }, { why })
  ctx.touch('customers')
  return { phones: phones.length }
}

/** Who looked at a customer's data, by which operation: the latest first, on the real clock; 100 lines from `before` on. */
export async function looksAt(ctx: Ctx, customerId: string, before: Temporal.Instant | null) {
  const { rows } = await sql<{ at: Temporal.Instant; personId: string; name: string | null; operation: string }>`
    select l.at, l.person_id as "personId", p.name, l.operation
    from personal_look l left join person_name p on p.id = l.person_id
    where l.subject_ids @> ${sql.val([customerId])}::uuid[] and l.subject_kind = 'customer' and l.centre_id = ${ctx.centre.id}
      and (${before}::timestamptz is null or l.at < ${before})
    order by l.at desc limit 100`.execute(ctx.db)
  return rows
}
