import { sql } from 'kysely'
import type { Reason } from '../../lib/verdict.ts'
import { type Role, reach } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'
import { judge } from '../compliance/facts.ts'
import { toldReason } from '../compliance/told.ts'
import { LINE_UNJUDGED } from '../leads/facts.ts'
import { notifyAll } from '../notices/notices.ts'
import { birthdaysOf } from '../people/birthdays.ts'
import { keptOn, mayGreet, nextBirthday } from './rules.ts'

/** Who has people of his own to think of. */
const LEADERS = ['tl', 'um', 'deptManager'] as const satisfies readonly Role[]
/** Days ahead that are shown of colleagues; customers are greeted on the day itself. */
const AHEAD = 7

export type Greeted = {
  readonly customerId: string
  readonly name: string | null
  readonly masked: string
  /** Whether it may be said by telephone now, and what stands against it: hours, caps. */
  readonly now: boolean
  readonly reasons: readonly Reason[]
}

type Row = {
  agent_id: string
  customer_id: string
  phone_id: string
  product_id: string
  subject: string
  name: string | null
  masked: string
  consented: boolean
  stopped: boolean
}

/** Customers whose birthday is kept today, of leads in somebody's hands and of cases, with the agent whose they are. */
async function kept(ctx: Ctx, agentId: string | null): Promise<Row[]> {
  const mine = agentId === null ? sql`true` : sql`o.agent_id = ${agentId}`
  const { rows } = await sql<Row>`
    with born as materialized (
      select c.id, c.name from customer_card c where c.centre_id = ${ctx.centre.id} and c.erased_at is null
        and c.minor_until is null and c.birthday is not null
        and (extract(month from c.birthday) * 100 + extract(day from c.birthday)) = any(${keptOn(ctx.today)}::int[])),
    owned as (
      select l.holder_id as agent_id, b.id, b.name, l.product_id from born b
        join lead_held l on l.customer_id = b.id and l.state = 'agent' and l.centre_id = ${ctx.centre.id}
      union all
      select s.agent_id, b.id, b.name, s.product_id from born b
        join sale_fact s on s.customer_id = b.id and s.centre_id = ${ctx.centre.id}
        join member m on m.person_id = s.agent_id and m.from_on <= ${ctx.today}
          and (m.until_on is null or m.until_on > ${ctx.today}))
    select distinct on (o.agent_id, o.id) o.agent_id, o.id as customer_id, p.id as phone_id, o.product_id, g.subject, o.name,
      p.masked,
      exists (select from consent_of_customer k where k.customer_id = o.id and k.purpose = 'service'
        and k.withdrawn_at is null and k.given_at <= ${ctx.now} and (k.expires_at is null or k.expires_at > ${ctx.now}))
        and not exists (select from consent_of_customer k where k.customer_id = o.id and k.withdrawn_at is not null
          and not exists (select from consent_of_customer n where n.customer_id = o.id and n.withdrawn_at is null
            and n.given_at > k.withdrawn_at)) as consented,
      exists (select from phone_card a join not_called n on n.hash = a.hash and n.centre_id = a.centre_id
        where a.customer_id = o.id and (n.until is null or n.until > ${ctx.now})) as stopped
    from owned o join phone_card p on p.customer_id = o.id and p.retired_at is null
      join product_listed g on g.id = o.product_id
    where ${mine} order by o.agent_id, o.id, p.position`.execute(ctx.db)
  return rows
}

/** A customer of the house who is served, not sold to: what the gate says of a lead does not apply. */
const SERVED = (agentId: string) => ({
  ...{ onIssuedBatch: true, issuedToTsr: true, heldBy: agentId, notBefore: null, renewalExpiresOn: null },
  plan: { tries: 0, lastTryAt: null, roundsLeft: 0, closed: false },
})

/**
 * Today's birthdays of the actor's own customers who may be greeted, with what the gate says of a call at this moment, and
 * how many are left out because they did not agree or must not be called; of the coming days those of his people. [S3.8.10]
 */
export async function birthdays(ctx: Ctx) {
  const rows = ctx.actor.roles.some((role) => role === 'tsr' || role === 'tl')
    ? await kept(ctx, ctx.actor.personId)
    : []
  const may = rows.filter((row) => mayGreet(row).ok)
  const verdicts = await judge(
    ctx,
    may.map((row) => ({
      ...{ phoneId: row.phone_id, customerId: row.customer_id, leadId: null, lead: SERVED(ctx.actor.personId) },
      ...{ agentId: ctx.actor.personId, productId: row.product_id, subject: row.subject, purpose: 'service' },
      ...{ mode: 'manual' as const, line: LINE_UNJUDGED },
    })),
  )
  await ctx.looked(
    'customer',
    may.map(({ customer_id }) => customer_id),
  )
  const customers = may.map((row, n): Greeted => {
    const verdict = verdicts[n]!
    return {
      ...{ customerId: row.customer_id, name: row.name, masked: row.masked, now: verdict.allow },
      reasons: verdict.reasons.map(toldReason),
    }
  })
  const within = reach(ctx.actor, LEADERS)
  const staff = await birthdaysOf(ctx, within)
  return {
    today: ctx.today,
    customers,
    leftOut: rows.length - may.length,
    staff: staff
      .map(({ birthday, ...one }) => ({ ...one, on: nextBirthday(birthday, ctx.today) }))
      .filter(({ on, personId }) => ctx.today.until(on).days <= AHEAD && personId !== ctx.actor.personId)
      .toSorted((a, b) => Temporal.PlainDate.compare(a.on, b.on)),
  }
}

/** Each morning: who has customers to greet today is told, once. [S3.8.10] */
export async function remindBirthdays(ctx: Ctx): Promise<void> {
  const greetable = (await kept(ctx, null)).filter((row) => mayGreet(row).ok)
  await notifyAll(
    ctx,
    [...Map.groupBy(greetable, ({ agent_id }) => agent_id)].map(([personId, of]) => ({
      ...{ kind: 'task' as const, personId, key: 'care.birthdays', values: { count: of.length }, clause: 'S3.8.10' },
      ...{ cause: `care.birthdays ${ctx.today}`, link: '/' },
      validUntil: ctx.today.add({ days: 1 }).toZonedDateTime(ctx.centre.timeZone).toInstant(),
    })),
  )
}
