import { sql } from 'kysely'
import { sealDays } from '../../platform/chain.ts'
import type { Ctx } from '../../platform/context.ts'
import { notifyAll } from '../notices/notices.ts'
import { leadersOf } from '../people/structure.ts'
import { findIn } from './findings.ts'
import { lookForOwn, stepOf } from './own.ts'

/* What the night does for results: seals the day, looks for own policies and for what should be looked into, watches. */

/** Seals the chain up to the day before. */
export const sealChain = (ctx: Ctx, day: Temporal.PlainDate): Promise<void> => sealDays(ctx, day.subtract({ days: 1 }))

/** Days back for which the night looks into cases. */
const LOOK_BACK_DAYS = 62

/** Looks in the cases of two months for own policies that no desk judged, and for findings. */
export async function lookIntoCases(ctx: Ctx, day: Temporal.PlainDate): Promise<void> {
  const since = day.subtract({ days: LOOK_BACK_DAYS })
  type Case = { saleId: string; sellerId: string; groupId: string | null; on: Temporal.PlainDate; customerId: string }
  const { rows } = await sql<Case>`
    select s.id as "saleId", s.seller_id as "sellerId", s.seller_group_id as "groupId", s.accepted_on as on,
      s.customer_id as "customerId"
    from sale_fact s left join customer_card c on c.id = s.customer_id
    where s.centre_id = ${ctx.centre.id} and s.accepted_on between ${since} and ${day}
      and not exists (select from own_policy o where o.sale_id = s.id)
      and (exists (select from phone_card p join person_number n on n.centre_id = p.centre_id and n.hash = p.hash
          and n.removed_at is null where p.customer_id = s.customer_id)
        or exists (select from person_name m where m.centre_id = s.centre_id and m.name = c.name))
    order by s.id`.execute(ctx.db)
  for (const one of rows) await lookForOwn(ctx, one)
  await findIn(ctx, { since, day })
}

/** States in which a policy did not last. */
const ENDED = ['declined', 'cancelledInCoolingOff', 'lapsed', 'surrendered']

type Watched = { saleId: string; sellerId: string; groupId: string | null; broken: boolean }

/**
 * Ends the watch over an own policy: broken on the night after it lapsed, was surrendered or cancelled, kept on the
 * anniversary. The leader and the data officers hear of it, once. [S4.4.11c R]
 */
export async function watchOwn(ctx: Ctx, day: Temporal.PlainDate): Promise<void> {
  const { rows } = await sql<Watched>`
    select o.sale_id as "saleId", s.seller_id as "sellerId", s.seller_group_id as "groupId", s.state = any(${ENDED}) as broken
    from own_policy o join sale_fact s on s.id = o.sale_id
    where o.centre_id = ${ctx.centre.id} and o.watch = 'open' and (s.state = any(${ENDED}) or o.watch_until <= ${day})
    order by o.sale_id for update of o`.execute(ctx.db)
  if (rows.length === 0) return
  const officers = await sql<{ person_id: string }>`
    select distinct person_id from granted_role where centre_id = ${ctx.centre.id} and role = 'dataOfficer'
      and from_on <= ${ctx.today} and (until_on is null or until_on > ${ctx.today})`.execute(ctx.db)
  for (const { saleId, sellerId, groupId, broken } of rows) {
    const how = broken ? 'broken' : 'kept'
    await sql`update own_policy set watch = ${how}, watch_ended_on = ${day}, version = version + 1
      where sale_id = ${saleId}`.execute(ctx.db)
    await stepOf(ctx, saleId, how)
    const leaders = groupId ? await leadersOf(ctx, groupId) : []
    const told = new Set([...leaders, ...officers.rows.map(({ person_id }) => person_id)])
    told.delete(sellerId)
    await notifyAll(
      ctx,
      [...told].map((personId) => ({
        ...{ kind: broken ? ('alert' as const) : ('news' as const), personId, key: `credit.watch.${how}` },
        ...{ values: { personId: sellerId }, clause: 'S4.4.11c', link: '/credit', cause: `credit.watch.${saleId}` },
      })),
    )
    await ctx.decide({ verdict: { ok: true }, subject: { kind: 'sale', id: saleId }, clauses: ['S4.4.11c'] })
    await ctx.emit(`credit.watch.${how}`, { kind: 'sale', id: saleId })
  }
  ctx.touch('credit')
}
