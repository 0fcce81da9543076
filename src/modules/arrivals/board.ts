import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import { type Role, reach } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'
import { type Channel, type Clock, clockOf, type Result } from './rules.ts'

/* Who arrived and how fast he was called: the rows, and the figures on the board and on Now. */

const ABOVE = ['tl', 'um', 'deptManager', 'deputyGm', 'dataOfficer'] as const satisfies readonly Role[]
export const ARRIVAL_ROLES = ['tsr', ...ABOVE] as const
export const BOARD_ROLES = ['tl', 'um', 'deptManager', 'deputyGm'] as const satisfies readonly Role[]

/** What of arrivals (alias a, with their lead l) the actor may see: an agent those in own hands. */
function visibleTo(ctx: Ctx) {
  const { centre, groupIds } = reach(ctx.actor, ABOVE)
  const ofCentre = sql<boolean>`a.centre_id = ${ctx.centre.id}`
  if (centre) return ofCentre
  const own = sql<boolean>`l.holder_id = ${ctx.actor.personId}`
  return sql<boolean>`(${ofCentre} and (${own} or l.group_id = any(${sql.val([...groupIds])}::uuid[])))`
}

/**
 * The first dial to a customer since he came: a call of his, or the one that is being dialled at this moment. A call that
 * he made himself ends the waiting too.
 */
const FIRST_DIAL = sql`(select min(d.at) from (
  select coalesce(c.dialled_at, c.ended_at) as at from call_fact c
    where c.customer_id = a.customer_id and c.occurred_on >= a.occurred_on
      and coalesce(c.dialled_at, c.ended_at) >= a.arrived_at
  union all select coalesce(k.dialled_at, k.answered_at) from desk_now k
    where k.lead_id = a.lead_id and coalesce(k.dialled_at, k.answered_at) >= a.arrived_at) d)`

/** Arrivals of a day, and those of an evening before whose first dial is owed on it. */
function ofDay(ctx: Ctx, day: Temporal.PlainDate) {
  const start = (of: Temporal.PlainDate) => of.toZonedDateTime(ctx.centre.timeZone).toInstant()
  return sql<boolean>`(a.occurred_on = ${day}
    or (a.call_due >= ${start(day)} and a.call_due < ${start(day.add({ days: 1 }))}))`
}

type Row = {
  readonly id: string
  readonly arrivedAt: Temporal.Instant
  readonly channel: Channel
  readonly source: string
  readonly result: Result
  readonly customer: string | null
  readonly phone: string | null
  readonly product: Words
  readonly wants: string
  readonly callDue: Temporal.Instant | null
  readonly firstDialAt: Temporal.Instant | null
  readonly leadId: string | null
  readonly holderId: string | null
  readonly holder: string | null
  readonly customerId: string | null
  readonly state: string | null
}
export type ArrivalRow = Omit<Row, 'customerId'> & { readonly clock: Clock }

/** Arrivals of a day (default today) in the actor's scope, the latest first. Numbers masked. [S2.1.4] */
export async function arrivalsOf(ctx: Ctx, day = ctx.today): Promise<ArrivalRow[]> {
  const { rows } = await sql<Row>`
    select a.id, a.arrived_at as "arrivedAt", s.channel, s.name as source, a.result, c.name as customer, p.name as product,
      a.wants, a.call_due as "callDue", ${FIRST_DIAL} as "firstDialAt", a.lead_id as "leadId", l.holder_id as "holderId",
      n.name as holder, a.customer_id as "customerId", l.state,
      (select masked from phone_card f where f.customer_id = a.customer_id and f.retired_at is null
        order by f.position limit 1) as phone
    from arrival a join arrival_source s on s.id = a.source_id join product_listed p on p.id = a.product_id
      left join lead_held l on l.id = a.lead_id left join person_name n on n.id = l.holder_id
      left join customer_card c on c.id = a.customer_id
    where ${visibleTo(ctx)} and ${ofDay(ctx, day)}
    order by a.arrived_at desc, a.id desc limit 500`.execute(ctx.db)
  await ctx.looked(
    'customer',
    rows.flatMap(({ customerId }) => customerId ?? []),
  )
  return rows.map(({ customerId: _, ...row }) => ({ ...row, clock: clockOf(row, ctx.now) }))
}

export type ClockFigures = {
  /** Minutes that the rulebook gives; null where it asks for none. */
  readonly minutes: number | null
  readonly arrived: number
  readonly web: number
  readonly phone: number
  readonly running: number
  readonly late: number
  readonly kept: number
  readonly missed: number
  /** In nobody's hands yet. */
  readonly waiting: number
  /** When the next clock runs out. */
  readonly nextDue: Temporal.Instant | null
}

/** How the clocks of today's arrivals stand, for everybody above the agents. No names, no customers. [S2.1.4] */
export async function clockFigures(ctx: Ctx): Promise<ClockFigures> {
  const { rows } = await sql<{
    channel: Channel
    callDue: Temporal.Instant | null
    firstDialAt: Temporal.Instant | null
    state: string | null
  }>`
    select s.channel, a.call_due as "callDue", ${FIRST_DIAL} as "firstDialAt", l.state
    from arrival a join arrival_source s on s.id = a.source_id left join lead_held l on l.id = a.lead_id
    where ${visibleTo(ctx)} and a.result <> 'doNotCall' and ${ofDay(ctx, ctx.today)}`.execute(ctx.db)
  const clocks = rows.map((row) => ({ ...row, clock: clockOf(row, ctx.now) }))
  const count = (clock: Clock) => clocks.filter((row) => row.clock === clock).length
  const open = clocks.flatMap(({ clock, callDue }) => (clock === 'running' && callDue ? [callDue] : []))
  const rules = ctx.rules.at(ctx.today, ctx.actor.groupId)
  return {
    minutes: rules.has('lead.firstCallMinutes') ? rules.get('lead.firstCallMinutes') : null,
    arrived: rows.length,
    web: rows.filter(({ channel }) => channel === 'web').length,
    phone: rows.filter(({ channel }) => channel === 'phone').length,
    ...{ running: count('running'), late: count('late'), kept: count('kept'), missed: count('missed') },
    waiting: rows.filter(({ state }) => state === 'group' || state === 'pool').length,
    nextDue: open.sort((a, b) => Temporal.Instant.compare(a, b))[0] ?? null,
  }
}
