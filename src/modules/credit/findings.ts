import { type RawBuilder, sql } from 'kysely'
import { isWorkday } from '../../lib/workdays.ts'
import { reach, reaches } from '../../platform/actor.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { type FindingKind, INSPECTORS } from './rules.ts'

/*
 * What should be looked into: results that are not on the recording's agent, that moved at the end of a month, cases that
 * cross it, applications entered again, customers whom somebody else had been talking to. A finding accuses nobody; who
 * looked into it writes what it was. Moves near the threshold of a rank or a contest come with those figures. [S4.4.11b P]
 */

/** Working days at a month's end in which a moved result is looked into. */
const LAST_WORKDAYS = 3
/** Days between an application that ended and one of the same customer and product after the month's end. */
const AGAIN_DAYS = 31
/** Days before the closing call in which somebody else's longer talks with the customer are looked into. */
const PARKED_DAYS = 14
/** Seconds of talk from which they are: a wrong number or a brief refusal is none. */
const PARKED_SECONDS = 120

/** One case, or those accepted in a stretch of days and those whose result moved in it. */
type Where = { readonly saleId: string } | { readonly since: Temporal.PlainDate; readonly day: Temporal.PlainDate }

type Detector = (ctx: Ctx, chosen: RawBuilder<boolean>) => RawBuilder<unknown>

/** Each answers rows of `sale_id` and `facts`, of the cases (alias s) that were chosen. */
const DETECTORS: Readonly<Record<FindingKind, Detector>> = {
  otherVoice: (_, chosen) => sql`
    select s.id as sale_id, jsonb_build_object('voiceId', c.agent_id, 'agentId', s.agent_id) as facts
    from sale_fact s join call_fact c on c.id = s.call_id and c.occurred_on <= s.accepted_on
    where ${chosen} and c.agent_id <> s.agent_id`,
  movedAtMonthEnd: (ctx, chosen) => sql`
    select distinct on (s.id) s.id as sale_id, jsonb_build_object('on', e.occurred_on, 'fromId', s.seller_id, 'agentId', e.agent_id) as facts
    from sale_fact s join credit_entry e on e.sale_id = s.id and e.kind = 'sale.correction'
    where ${chosen} and e.occurred_on = any(${sql.val(monthEnds(ctx))}::date[]) order by s.id, e.seq desc`,
  acrossMonths: (ctx, chosen) => sql`
    select distinct on (s.id) s.id as sale_id, jsonb_build_object('on', e.occurred_on, 'enteredOn',
      (e.recorded_at at time zone ${ctx.centre.timeZone})::date, 'calledOn', c.occurred_on) as facts
    from sale_fact s join sale_step e on e.sale_id = s.id and e.state = 'accepted' and e.takes_back is null
      left join call_fact c on c.id = s.call_id and c.occurred_on between s.accepted_on - 62 and s.accepted_on + 62
    where ${chosen} and (date_trunc('month', e.occurred_on::timestamp) <> date_trunc('month', e.recorded_at at time zone ${ctx.centre.timeZone})
      or date_trunc('month', c.occurred_on::timestamp) <> date_trunc('month', s.accepted_on::timestamp))
    order by s.id, e.id`,
  enteredAgain: (_, chosen) => sql`
    select distinct on (s.id) s.id as sale_id, jsonb_build_object('beforeId', b.id, 'before', b.application_no, 'on', b.accepted_on) as facts
    from sale_fact s join sale_fact b on b.customer_id = s.customer_id and b.centre_id = s.centre_id and b.id <> s.id
      and b.product_id = s.product_id and b.state in ('declined', 'cancelledInCoolingOff')
      and b.accepted_on < s.accepted_on and b.accepted_on >= s.accepted_on - ${AGAIN_DAYS}::int
    where ${chosen} and date_trunc('month', b.accepted_on::timestamp) <> date_trunc('month', s.accepted_on::timestamp)
    order by s.id, b.accepted_on desc`,
  parked: (_, chosen) => sql`
    select distinct on (s.id) s.id as sale_id, jsonb_build_object('otherId', o.agent_id, 'seconds', o.seconds, 'ownSeconds', o.own) as facts
    from sale_fact s cross join lateral (
      select c.agent_id, sum(c.talk_seconds)::int as seconds,
        (select coalesce(sum(m.talk_seconds), 0)::int from call_fact m where m.customer_id = s.customer_id
          and m.agent_id = s.seller_id and m.occurred_on between s.accepted_on - ${PARKED_DAYS}::int and s.accepted_on) as own
      from call_fact c where c.customer_id = s.customer_id and c.agent_id <> s.seller_id
        and c.occurred_on between s.accepted_on - ${PARKED_DAYS}::int and s.accepted_on
      group by c.agent_id) o
    where ${chosen} and o.seconds >= ${PARKED_SECONDS} and o.seconds > o.own order by s.id, o.seconds desc`,
}

/** The last working days of this month and of the two before. */
function monthEnds(ctx: Ctx): string[] {
  const calendar = ctx.rules.at(ctx.today).get('calendar')
  const ends: string[] = []
  for (const back of [0, 1, 2]) {
    let day = ctx.today.with({ day: 1 }).subtract({ months: back }).add({ months: 1 }).subtract({ days: 1 })
    for (let found = 0; found < LAST_WORKDAYS; day = day.subtract({ days: 1 })) {
      if (!isWorkday(day, calendar).workday) continue
      ends.push(day.toString())
      found += 1
    }
  }
  return ends
}

/** Looks in one case or in the cases of some days; what was found before stays as it is. */
export async function findIn(ctx: Ctx, where: Where): Promise<void> {
  const chosen =
    'saleId' in where
      ? sql<boolean>`s.id = ${where.saleId}`
      : // What was brought along when the house was moved into was entered late by its nature.
        sql<boolean>`s.centre_id = ${ctx.centre.id} and s.accepted_on between ${where.since} and ${where.day}
          and not exists (select from sale_of_opening b where b.id = s.id)`
  let fresh = 0
  for (const [kind, detector] of Object.entries(DETECTORS)) {
    const { numAffectedRows } = await sql`
      insert into credit_finding (centre_id, kind, sale_id, agent_id, group_id, found_on, found_at, facts)
      select ${ctx.centre.id}, ${kind}, f.id, f.agent_id, f.group_id, ${ctx.today}, ${ctx.now}, d.facts
      from (${detector(ctx, chosen)}) d join sale_fact f on f.id = d.sale_id
      on conflict do nothing`.execute(ctx.db)
    fresh += Number(numAffectedRows ?? 0)
  }
  if (fresh > 0) ctx.touch('credit')
}

export type FindingRow = {
  readonly id: string
  readonly kind: FindingKind
  readonly saleId: string
  readonly applicationNo: string
  readonly agent: string
  readonly group: string | null
  readonly standard: string
  readonly foundOn: Temporal.PlainDate
  /** Ids, days and figures of the finding, names in place of people's ids. */
  readonly facts: Readonly<Record<string, string | number | null>>
  readonly lookedBy: string | null
  readonly lookedAt: Temporal.Instant | null
  readonly note: string | null
}

/** What was found in the actor's reach, what nobody looked into first. At most 300. */
export async function findings(ctx: Ctx): Promise<FindingRow[]> {
  const { centre, groupIds } = reach(ctx.actor, INSPECTORS)
  const { rows } = await sql<FindingRow>`
    select f.id, f.kind, f.sale_id as "saleId", s.application_no as "applicationNo", a.name as agent, u.name as group,
      s.standard_premium as standard, f.found_on as "foundOn", l.name as "lookedBy", f.looked_at as "lookedAt", f.note,
      coalesce((select jsonb_object_agg(regexp_replace(k.key, 'Id$', ''), coalesce(to_jsonb(n.name), k.value))
        from jsonb_each(f.facts) k left join person_name n on k.key ~ 'Id$' and n.id::text = k.value #>> '{}'
        where k.key <> 'beforeId'), '{}') as facts
    from credit_finding f join sale_fact s on s.id = f.sale_id join person_name a on a.id = f.agent_id
      left join org_unit u on u.id = f.group_id left join person_name l on l.id = f.looked_by
    where f.centre_id = ${ctx.centre.id} and (${centre} or f.group_id = any(${sql.val([...groupIds])}::uuid[]))
    order by f.looked_at is not null, f.found_at desc, f.id limit 300`.execute(ctx.db)
  return rows
}

/** Writes what somebody saw who looked into a finding. A later word takes the place of the one before; both are on record. */
export async function lookInto(ctx: Ctx, asked: { findingId: string; note: string }): Promise<void> {
  const { findingId, note } = asked
  const { rows } = await sql<{ group_id: string | null; sale_id: string }>`select group_id, sale_id from credit_finding
    where id = ${findingId} and centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  const finding = rows[0]
  if (!finding || !reaches(reach(ctx.actor, INSPECTORS), finding.group_id)) throw notFound()
  await sql`update credit_finding set note = ${note}, looked_by = ${ctx.actor.personId}, looked_at = ${ctx.now}
    where id = ${findingId}`.execute(ctx.db)
  await ctx.decide({ verdict: { ok: true }, subject: { kind: 'sale', id: finding.sale_id }, clauses: ['S4.4.11b'] })
  await ctx.emit('credit.lookedInto', { kind: 'sale', id: finding.sale_id })
  ctx.touch('credit')
}
