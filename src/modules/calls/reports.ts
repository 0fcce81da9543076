import { sql } from 'kysely'
import { z } from 'zod'
import { Day, Id, Instant, Month } from '../../lib/wire.ts'
import { type Role, reach } from '../../platform/actor.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { inReach } from '../people/structure.ts'
import { eventsOf } from '../telephony/lines.ts'
import { EFFECTIVE_SECONDS, LINE_RESULT_NAMES, median, OUTCOME_NAMES, OUTCOMES, type SkipReason } from './rules.ts'

/* Calls that were made: rows, the day's figures of an agent, and recordings that are owed. */

/** Who sees calls of others: the leader, the line above, and those who judge what was said. */
export const CALL_READERS = [
  'tl',
  'um',
  'deptManager',
  'deputyGm',
  'qualityInspector',
] as const satisfies readonly Role[]

export const CallRow = z.object({
  id: Id,
  day: Day,
  /** When it was dialled, or came in. */
  at: Instant,
  direction: z.enum(['outbound', 'inbound']),
  why: z.string(),
  band: z.string().nullable(),
  attempt: z.int().nullable(),
  customer: z.string().nullable(),
  masked: z.string().nullable(),
  batch: z.string().nullable(),
  lineResult: z.enum(LINE_RESULT_NAMES),
  /** As corrected; `outcomeFirst` is what was recorded at the wrap-up. */
  outcome: z.enum(OUTCOME_NAMES),
  outcomeFirst: z.enum(OUTCOME_NAMES),
  ringSeconds: z.int(),
  talkSeconds: z.int(),
  /** As the agent's clicks gave it, where the switch has measured it since. */
  talkSecondsFirst: z.int(),
  wrapSeconds: z.int(),
  /** The switch saw no answer where the agent declared one. */
  unanswered: z.boolean(),
  note: z.string(),
  recording: z.enum(['owed', 'kept', 'none']),
  /** Who says how long it rang and was talked: the agent (declared), the switch's records (cdr), the switch live. */
  measuredBy: z.string(),
  /** The day is made up, because the records that the call comes from have none. */
  syntheticDate: z.boolean(),
})
type CallRow = z.input<typeof CallRow>
type Row = CallRow & { customerId: string; agentId: string }

const callsWhere = (ctx: Ctx, where: ReturnType<typeof sql<boolean>>, most: number) => sql<Row>`
  select c.id, c.occurred_on as day, coalesce(c.dialled_at, c.claimed_at) as at, c.direction, c.why, c.band, c.attempt,
    k.name as customer, p.masked, b.name as batch, c.line_result as "lineResult", f.outcome, c.outcome as "outcomeFirst",
    f.ring_seconds as "ringSeconds", f.talk_seconds as "talkSeconds", c.wrap_seconds as "wrapSeconds",
    f.talk_seconds_first as "talkSecondsFirst", f.unanswered,
    coalesce((select x.after from call_correction x where x.call_id = c.id and x.field = 'note'
      order by x.at desc, x.id desc limit 1), c.note) as note,
    f.recording, f.measured_by as "measuredBy", c.synthetic_date as "syntheticDate", c.customer_id as "customerId", c.agent_id as "agentId"
  from call c join call_fact f on f.id = c.id and f.occurred_on = c.occurred_on
    left join customer_card k on k.id = c.customer_id left join phone_card p on p.id = c.phone_id
    left join batch_of_list b on b.id = c.batch_id
  where c.centre_id = ${ctx.centre.id} and ${where}
  order by c.ended_at desc, c.id desc limit ${most}`

async function shown(ctx: Ctx, where: ReturnType<typeof sql<boolean>>, most: number): Promise<Row[]> {
  const { rows } = await callsWhere(ctx, where, most).execute(ctx.db)
  await ctx.looked(
    'customer',
    rows.map(({ customerId }) => customerId),
  )
  return rows
}

/** Most calls of one person on one day. */
const MOST_A_DAY = 1000

/** The calls of a person on a day, the latest first: one's own, or of somebody below. The rows behind a day's figures. */
export async function callsOf(
  ctx: Ctx,
  { agentId, day, most = MOST_A_DAY }: { agentId: string; day: Temporal.PlainDate; most?: number },
) {
  if (agentId !== ctx.actor.personId && !(await inReach(ctx, CALL_READERS, agentId, day))) throw notFound()
  return await shown(ctx, sql<boolean>`c.agent_id = ${agentId} and c.occurred_on = ${day}`, most)
}

/** Leads that a person below passed on that day, with his reasons: what picking the best would look like. [S4.4.10b] */
export async function skipsOn(ctx: Ctx, { agentId, day }: { agentId: string; day: Temporal.PlainDate }) {
  const { rows } = await sql<{ at: Temporal.Instant; reason: SkipReason }>`select at, reason from desk_skip
    where agent_id = ${agentId} and occurred_on = ${day} and centre_id = ${ctx.centre.id} order by at`.execute(ctx.db)
  return rows
}

export const CallDetail = CallRow.extend({
  agentId: Id,
  agent: z.string().nullable(),
  seat: z.string().nullable(),
  disclosures: z.array(z.string()),
  leadId: Id.nullable(),
  leadAfter: z.string().nullable(),
  answeredAt: Instant.nullable(),
  endedAt: Instant,
  recordedAt: Instant,
  line: z.array(z.object({ at: Instant, state: z.string(), cause: z.string().nullable(), measuredBy: z.string() })),
  corrections: z.array(
    z.object({
      field: z.string(),
      before: z.string(),
      after: z.string(),
      why: z.string(),
      by: z.string().nullable(),
      at: Instant,
    }),
  ),
})
type More = Pick<
  z.input<typeof CallDetail>,
  'agent' | 'seat' | 'disclosures' | 'leadId' | 'leadAfter' | 'answeredAt' | 'endedAt' | 'recordedAt'
>

/** One call with what its line did and what was corrected. Own ones and those of people below; others are not found. */
export async function callOf(ctx: Ctx, id: string): Promise<z.input<typeof CallDetail>> {
  const { rows: found } = await sql<{ agent_id: string; occurred_on: Temporal.PlainDate }>`
    select agent_id, occurred_on from call where id = ${id} and centre_id = ${ctx.centre.id}`.execute(ctx.db)
  const call = found[0]
  const mine = call?.agent_id === ctx.actor.personId
  if (!call || !(mine || (await inReach(ctx, CALL_READERS, call.agent_id, call.occurred_on)))) throw notFound()
  const [row] = await shown(ctx, sql<boolean>`c.id = ${id} and c.occurred_on = ${call.occurred_on}`, 1)
  const { rows: more } = await sql<More>`
    select n.name as agent, s.label as seat, c.disclosures, c.lead_id as "leadId", c.lead_after as "leadAfter",
      f.answered_at as "answeredAt", f.ended_at as "endedAt", c.recorded_at as "recordedAt"
    from call c join call_fact f on f.id = c.id and f.occurred_on = c.occurred_on left join person_name n on n.id = c.agent_id left join seat_line s on s.id = c.seat_id
    where c.id = ${id} and c.occurred_on = ${call.occurred_on}`.execute(ctx.db)
  const { rows: corrections } = await sql<z.input<typeof CallDetail>['corrections'][number]>`
    select x.field, x.before, x.after, x.why, n.name as by, x.at from call_correction x
      left join person_name n on n.id = x.by_id where x.call_id = ${id} order by x.at, x.id`.execute(ctx.db)
  const { customerId: _, ...told } = row!
  return { ...told, ...more[0]!, line: await eventsOf(ctx, id, call.occurred_on), corrections }
}

/** Outcomes in which the right person spoke. */
const CONTACTS = OUTCOME_NAMES.filter((name) => OUTCOMES[name].contact)

const FIGURES = ['dials', 'connected', 'effective', 'talk_seconds'] as const
type Sums = Record<(typeof FIGURES)[number], number>

const Figures = z.object({ dials: z.number(), connected: z.number(), effective: z.number(), talkSeconds: z.number() })
const figures = (sums: Sums) => ({
  ...{ dials: sums.dials, connected: sums.connected, effective: sums.effective, talkSeconds: sums.talk_seconds },
})

export const OwnDay = z.object({
  asOf: Instant,
  today: Figures.extend({
    refusals: z.int(),
    inbound: z.int(),
    wrapSeconds: z.int(),
    callbacksDue: z.int(),
    callbacksKept: z.int(),
    skips: z.int(),
  }),
  bands: z.array(Figures.extend({ band: z.string(), from: z.string(), to: z.string() })),
  /** The middle of the last worked days, before today; null before there are any. `days` = how many went in. */
  norm: Figures.nullable(),
  normDays: z.int(),
  /** Leads due until the end of the day, and tries made. */
  plan: z.object({ dueNow: z.int(), due: z.int(), done: z.int(), stock: z.int() }),
  /** Own promises: waiting now, of those past their window, and when the next one is. */
  callbacks: z.object({ waiting: z.int(), overdue: z.int(), next: Instant.nullable() }),
  measuredBy: z.array(z.string()),
})

const sumsWhere = (where: ReturnType<typeof sql<boolean>>) => sql<
  Sums & { day: Temporal.PlainDate; refusals: number; inbound: number; wrap_seconds: number }
>`select day, sum(dials)::int as dials, sum(connected)::int as connected, sum(effective)::int as effective,
    sum(talk_seconds)::int as talk_seconds, sum(refusals)::int as refusals, sum(inbound)::int as inbound,
    sum(wrap_seconds)::int as wrap_seconds
  from call_day where ${where} group by day`

const NOTHING = { dials: 0, connected: 0, effective: 0, talk_seconds: 0, refusals: 0, inbound: 0, wrap_seconds: 0 }

/**
 * The day of the actor so far, on the centre's clock: figures in all and by band, callbacks kept of those due, what the
 * attempt plan asks, and the own norm: the middle figure of the last worked days (`norm.days`). Seconds are declared ones
 * on a manual line. [S4.3.3a]
 */
export async function ownDay(ctx: Ctx): Promise<z.input<typeof OwnDay>> {
  const me = ctx.actor.personId
  const rules = ctx.rules.at(ctx.today, ctx.actor.groupId)
  const { rows: todays } = await sumsWhere(sql<boolean>`agent_id = ${me} and day = ${ctx.today}`).execute(ctx.db)
  const { rows: worked } = await sql<Sums>`
    select * from (${sumsWhere(sql<boolean>`agent_id = ${me} and day < ${ctx.today} and day > ${ctx.today.subtract({ days: 120 })}`)}) d
    where dials > 0 order by day desc limit ${rules.get('norm.days')}`.execute(ctx.db)
  const { rows: byBand } = await sql<Sums & { band: string }>`
    select band, count(*) filter (where direction = 'outbound' and line_result <> 'lineFailure')::int as dials,
      count(*) filter (where direction = 'outbound' and answered_at is not null)::int as connected,
      count(*) filter (where outcome = any(${CONTACTS}) and talk_seconds >= ${EFFECTIVE_SECONDS})::int as effective,
      sum(talk_seconds)::int as talk_seconds
    from call_fact where agent_id = ${me} and occurred_on = ${ctx.today} and band is not null group by band`.execute(
    ctx.db,
  )
  const { rows: rest } = await sql<{
    due: number
    kept: number
    skips: number
    stock: number
    open: number
    due_now: number
    waiting: number
    overdue: number
    next: Temporal.Instant | null
    done: number
    measured: string[]
  }>`select
      (select count(*) from callback where agent_id = ${me} and state <> 'dropped' and due_to > ${startOf(ctx)}
        and (due_to <= ${ctx.now} or state = 'kept'))::int as due,
      (select count(*) from callback where agent_id = ${me} and state = 'kept' and due_to > ${startOf(ctx)})::int as kept,
      (select count(*) from desk_skip where agent_id = ${me} and occurred_on = ${ctx.today})::int as skips,
      (select count(*) from lead_held where holder_id = ${me} and state = 'agent')::int as stock,
      (select count(*) from lead_held where holder_id = ${me} and state = 'agent' and due_at < ${endOf(ctx)})::int as open,
      (select count(*) from lead_held where holder_id = ${me} and state = 'agent' and due_at <= ${ctx.now})::int as due_now,
      (select count(*) from callback where agent_id = ${me} and state = 'open' and due_from <= ${ctx.now})::int as waiting,
      (select count(*) from callback where agent_id = ${me} and state = 'open' and due_to <= ${ctx.now})::int as overdue,
      (select min(due_from) from callback where agent_id = ${me} and state = 'open' and due_from > ${ctx.now}) as next,
      (select count(*) from lead_try where agent_id = ${me} and occurred_on = ${ctx.today})::int as done,
      array(select distinct measured_by from call_fact where agent_id = ${me} and occurred_on = ${ctx.today}) as measured`.execute(
    ctx.db,
  )
  const sums = todays[0] ?? NOTHING
  const { due, kept, skips, stock, open, due_now, done, measured, waiting, overdue, next } = rest[0]!
  const middle = (name: (typeof FIGURES)[number]) => median(worked.map((day) => day[name])) ?? 0
  return {
    asOf: ctx.now,
    today: {
      ...figures(sums),
      ...{ refusals: sums.refusals, inbound: sums.inbound, wrapSeconds: sums.wrap_seconds },
      ...{ callbacksDue: due, callbacksKept: kept, skips },
    },
    bands: rules.get('dial.blocks').map(({ key, from, to }) => ({
      ...{ band: key, from, to },
      ...figures(byBand.find(({ band }) => band === key) ?? NOTHING),
    })),
    norm: worked.length === 0 ? null : figures(Object.fromEntries(FIGURES.map((name) => [name, middle(name)])) as Sums),
    normDays: worked.length,
    plan: { dueNow: due_now, due: open, done, stock },
    callbacks: { waiting, overdue, next },
    measuredBy: measured,
  }
}

const startOf = (ctx: Ctx) => ctx.today.toZonedDateTime(ctx.centre.timeZone).toInstant()
const endOf = (ctx: Ctx) => ctx.today.add({ days: 1 }).toZonedDateTime(ctx.centre.timeZone).toInstant()

/** Who reads the months: leaders for their groups, the line above and the data officer. */
export const MONTH_READERS = ['tl', 'um', 'deptManager', 'deputyGm', 'dataOfficer'] as const satisfies readonly Role[]

export const MonthSums = z.object({
  month: Month,
  /** Outbound calls whose line did not fail. */
  dials: z.int(),
  /** Of these the ones whose day is made up, because the records that they come from have none. */
  synthetic: z.int(),
  connected: z.int(),
  effective: z.int(),
  inbound: z.int(),
  talkSeconds: z.int(),
})
type MonthRow = Omit<z.output<typeof MonthSums>, 'month'> & { month: string }

/**
 * Calls by month of the centre's calendar, from the sums of the days: months of `from` to `to`, both included, in which
 * there were any, in their order; of the groups in the actor's reach. Each call counts in the group where its agent was
 * then. Talk in whole seconds, declared on manual lines.
 */
export async function months(
  ctx: Ctx,
  { from, to }: { readonly from: Temporal.PlainYearMonth; readonly to: Temporal.PlainYearMonth },
): Promise<MonthRow[]> {
  const within = reach(ctx.actor, MONTH_READERS)
  const mine = within.centre ? sql`true` : sql`group_id = any(${sql.val([...within.groupIds])}::uuid[])`
  const { rows } = await sql<MonthRow>`
    select to_char(day, 'YYYY-MM') as month, sum(dials)::int as dials, sum(synthetic)::int as synthetic,
      sum(connected)::int as connected, sum(effective)::int as effective, sum(inbound)::int as inbound,
      sum(talk_seconds)::bigint as "talkSeconds"
    from call_day where centre_id = ${ctx.centre.id} and ${mine}
      and day between ${from.toPlainDate({ day: 1 })} and ${to.toPlainDate({ day: to.daysInMonth })}
    group by 1 order by 1`.execute(ctx.db)
  return rows
}
