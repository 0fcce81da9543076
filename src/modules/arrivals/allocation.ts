import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import type { Ctx } from '../../platform/context.ts'
import { daysBefore, ownGroup } from './allocate.ts'
import type { AllocationState } from './rules.ts'

/* A day's allocation as its page shows it, with the evening's count by the same id. [S2.1.4] */

export type Line = {
  readonly leadId: string
  readonly channel: 'web' | 'phone'
  readonly arrivedAt: Temporal.Instant
  readonly customer: string | null
  readonly phone: string | null
  readonly product: Words
  readonly wants: string
  readonly grade: string
  readonly heldBy: string | null
  readonly proposedTo: string | null
  readonly givenTo: string | null
  readonly adjusted: boolean
}
export type Counted = {
  readonly personId: string
  readonly name: string
  readonly load: number
  readonly skill: number
  readonly contacts: number
  readonly inTurn: boolean
  /** Of the allocation: given, dialled that day, reached, with an appointment, and not dialled yet. */
  readonly given: number
  readonly dialled: number
  readonly reached: number
  readonly appointments: number
  readonly left: number
}

type Head = {
  readonly id: string
  readonly day: Temporal.PlainDate
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate
  readonly state: AllocationState
  readonly confirmedBy: string | null
  readonly confirmedAt: Temporal.Instant | null
  readonly version: number
}

/** The allocation of a group on a day (default today); `allocation` null where none was made. */
export async function allocationOf(
  ctx: Ctx,
  asked: { groupId?: string | undefined; day?: Temporal.PlainDate | undefined },
) {
  const groupId = await ownGroup(ctx, asked.groupId)
  const day = asked.day ?? ctx.today
  const { rows } = await sql<Head>`
    select a.id, a.day, a.from_on as from, a.to_on as to, a.state, n.name as "confirmedBy", a.confirmed_at as "confirmedAt",
      a.version
    from allocation a left join person_name n on n.id = a.confirmed_by
    where a.group_id = ${groupId} and a.day = ${day} and a.centre_id = ${ctx.centre.id}`.execute(ctx.db)
  const head = rows[0]
  const span = head ?? daysBefore(ctx, groupId)
  const traffic = await trafficOf(ctx, groupId, span)
  if (!head) return { groupId, day, traffic, allocation: null }
  return {
    groupId,
    day,
    traffic,
    allocation: { ...head, lines: await linesOf(ctx, head.id), agents: await countOf(ctx, head) },
  }
}

export type Traffic = {
  readonly channel: 'web' | 'phone'
  readonly source: string
  readonly arrived: number
  readonly open: number
}

/** What came in the days that the allocation goes by, per source. */
async function trafficOf(
  ctx: Ctx,
  groupId: string,
  { from, to }: { from: Temporal.PlainDate; to: Temporal.PlainDate },
): Promise<Traffic[]> {
  const { rows } = await sql<Traffic>`
    select s.channel, s.name as source, count(*)::int as arrived,
      (count(*) filter (where l.state in ('group', 'agent')))::int as open
    from arrival a join arrival_source s on s.id = a.source_id left join lead_held l on l.id = a.lead_id
    where a.centre_id = ${ctx.centre.id} and a.group_id = ${groupId} and a.occurred_on between ${from} and ${to}
    group by s.channel, s.name order by s.channel desc, s.name`.execute(ctx.db)
  return rows
}

async function linesOf(ctx: Ctx, allocationId: string): Promise<Line[]> {
  const { rows } = await sql<Line & { customerId: string }>`
    select i.lead_id as "leadId", i.channel, a.arrived_at as "arrivedAt", c.name as customer, c.id as "customerId",
      (select masked from phone_card f where f.customer_id = c.id and f.retired_at is null order by f.position limit 1) as phone,
      p.name as product, a.wants, l.grade, i.held_by as "heldBy", i.proposed_to as "proposedTo", i.given_to as "givenTo",
      i.adjusted_by is not null as adjusted
    from allocation_line i join arrival a on a.id = i.arrival_id join lead_held l on l.id = i.lead_id
      join product_listed p on p.id = l.product_id join customer_card c on c.id = a.customer_id
    where i.allocation_id = ${allocationId} order by l.grade, a.arrived_at desc, i.lead_id`.execute(ctx.db)
  await ctx.looked(
    'customer',
    rows.map(({ customerId }) => customerId),
  )
  return rows.map(({ customerId: _, ...line }) => line)
}

/**
 * Per agent what he was given by this allocation and what became of it that day: dialled, reached, with an appointment.
 * Formula: calls of the day on leads of the allocation, by whoever made them, counted where the lead was given.
 */
async function countOf(ctx: Ctx, { id, day }: Head): Promise<Counted[]> {
  const { rows } = await sql<Counted>`
    with worked as (
      select i.given_to, i.lead_id, count(c.id) filter (where c.direction = 'outbound') > 0 as dialled,
        coalesce(bool_or(c.line_result in ('answered', 'brokeOff')), false) as reached,
        coalesce(bool_or(c.outcome = 'appointment'), false) as booked
      from allocation_line i left join call_fact c on c.lead_id = i.lead_id and c.occurred_on = ${day}
      where i.allocation_id = ${id} group by i.given_to, i.lead_id)
    select t.person_id as "personId", n.name, t.load, t.skill::float8 as skill, t.contacts, t.in_turn as "inTurn",
      count(w.lead_id)::int as given, (count(*) filter (where w.dialled))::int as dialled,
      (count(*) filter (where w.reached))::int as reached, (count(*) filter (where w.booked))::int as appointments,
      (count(*) filter (where not w.dialled))::int as left
    from allocation_agent t join person_name n on n.id = t.person_id left join worked w on w.given_to = t.person_id
    where t.allocation_id = ${id}
    group by t.person_id, n.name, t.load, t.skill, t.contacts, t.in_turn
    order by n.name collate "zh-Hans-x-icu", t.person_id`.execute(ctx.db)
  return rows
}
