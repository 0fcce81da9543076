import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import { demand, notFound, stale } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { settle } from '../notices/notices.ts'
import { isOpen, type State } from '../sales/rules.ts'
import { visibleTo } from '../sales/scope.ts'
import { mayFollow, type Reason } from './rules.ts'

/* Accepted cases that are not issued yet, with why and what is done next: the lever on the issue rate. [S4.2.3b] */

const OPEN = sql`s.state in ('accepted', 'underwriting', 'awaitingPayment')`

/** The latest note of a case: the one that holds. */
export const LATEST = sql`left join lateral (
    select f.id, f.reason, f.next_step, f.next_on, f.note, f.recorded_by, f.recorded_at
    from case_follow f where f.sale_id = s.id order by f.id desc limit 1) f on true`

export type Waiting = {
  readonly saleId: string
  readonly applicationNo: string
  readonly agentId: string
  readonly agent: string
  readonly groupId: string | null
  readonly group: string | null
  readonly product: Words
  readonly standard: string
  readonly state: State
  readonly acceptedOn: Temporal.PlainDate
  /** Days since acceptance. */
  readonly age: number
  readonly followId: string | null
  readonly reason: Reason | null
  readonly nextStep: string | null
  readonly nextOn: Temporal.PlainDate | null
  readonly note: string | null
  readonly by: string | null
  readonly at: Temporal.Instant | null
}

/** A policy that the customer may still cancel for a full refund. */
export type CoolingOff = {
  readonly saleId: string
  readonly applicationNo: string
  readonly agent: string
  readonly product: Words
  readonly standard: string
  readonly deliveredOn: Temporal.PlainDate
  readonly until: Temporal.PlainDate
}

export type GroupWaiting = {
  readonly groupId: string | null
  readonly group: string | null
  readonly waiting: number
  readonly waitingStandard: string
  /** Of these: the next step's day has come; nobody has said why. */
  readonly due: number
  readonly withoutReason: number
  /** The cohort old enough: accepted from `first` to `last`, and of these issued by now. */
  readonly accepted: number
  readonly issued: number
  readonly acceptedStandard: string
  readonly issuedStandard: string
}

/** Rows that a list shows at most; days of acceptance in one cohort. */
const MOST = 500
const COHORT_DAYS = 30

/** The cohort whose issue rate is told: thirty days of acceptance, the last one old enough to be judged. */
function cohortOf(ctx: Ctx): { first: Temporal.PlainDate; last: Temporal.PlainDate } | null {
  const rules = ctx.rules.at(ctx.today)
  if (!rules.has('accepted.follow')) return null
  const last = ctx.today.subtract({ days: rules.get('accepted.follow').matureDays })
  return { first: last.subtract({ days: COHORT_DAYS - 1 }), last }
}

async function groupsWaiting(ctx: Ctx, cohort: ReturnType<typeof cohortOf>): Promise<GroupWaiting[]> {
  // Nothing is old enough without the rule: a day that no case has.
  const { first, last } = cohort ?? { first: ctx.today.add({ days: 1 }), last: ctx.today }
  const { rows } = await sql<GroupWaiting>`
    with open as (
      select s.group_id, count(*)::int as waiting, sum(s.standard_premium) as standard,
        count(*) filter (where f.next_on <= ${ctx.today})::int as due,
        count(*) filter (where f.reason is null or f.reason = 'unknown')::int as bare
      from sale_fact s ${LATEST} where ${visibleTo(ctx)} and ${OPEN} group by s.group_id),
    cohort as (
      select s.group_id, count(*)::int as accepted, count(s.issued_on)::int as issued,
        sum(s.standard_premium) as accepted_standard,
        coalesce(sum(s.standard_premium) filter (where s.issued_on is not null), 0) as issued_standard
      from sale_fact s where ${visibleTo(ctx)} and s.accepted_on between ${first} and ${last} and s.weight > 0
      group by s.group_id)
    select g.group_id as "groupId", u.name as group, coalesce(o.waiting, 0) as waiting,
      coalesce(o.standard, 0)::text as "waitingStandard", coalesce(o.due, 0) as due,
      coalesce(o.bare, 0) as "withoutReason", coalesce(c.accepted, 0) as accepted, coalesce(c.issued, 0) as issued,
      coalesce(c.accepted_standard, 0)::text as "acceptedStandard",
      coalesce(c.issued_standard, 0)::text as "issuedStandard"
    from (select group_id from open union select group_id from cohort) g
      left join open o on o.group_id is not distinct from g.group_id
      left join cohort c on c.group_id is not distinct from g.group_id
      left join org_unit u on u.id = g.group_id left join org_unit r on r.id = u.parent_id
    order by r.position, r.name, u.position nulls last, u.name`.execute(ctx.db)
  return rows
}

/** Accepted cases not yet issued in the actor's scope, the oldest first, by group, and the policies in cooling-off. */
export async function waiting(ctx: Ctx) {
  const { rows } = await sql<Waiting>`
    select s.id as "saleId", s.application_no as "applicationNo", s.agent_id as "agentId", n.name as agent,
      s.group_id as "groupId", u.name as group, p.name as product, s.standard_premium as standard, s.state,
      s.accepted_on as "acceptedOn", ${ctx.today}::date - s.accepted_on as age, f.id as "followId", f.reason,
      f.next_step as "nextStep", f.next_on as "nextOn", f.note, b.name as by, f.recorded_at as at
    from sale_fact s join person_name n on n.id = s.agent_id join product_listed p on p.id = s.product_id
      left join org_unit u on u.id = s.group_id ${LATEST} left join person_name b on b.id = f.recorded_by
    where ${visibleTo(ctx)} and ${OPEN} order by s.accepted_on, s.id limit ${MOST + 1}`.execute(ctx.db)
  const { rows: cooling } = await sql<CoolingOff>`
    select s.id as "saleId", s.application_no as "applicationNo", n.name as agent, p.name as product,
      s.standard_premium as standard, s.delivered_on as "deliveredOn", s.cooling_off_until as until
    from sale_fact s join person_name n on n.id = s.agent_id join product_listed p on p.id = s.product_id
    where ${visibleTo(ctx)} and s.state = 'delivered' and s.cooling_off_until >= ${ctx.today}
    order by s.cooling_off_until, s.id limit ${MOST}`.execute(ctx.db)
  const cohort = cohortOf(ctx)
  const groups = await groupsWaiting(ctx, cohort)
  return {
    ...{ asOf: ctx.now, today: ctx.today, cohort, groups },
    ...{ cases: rows.slice(0, MOST), more: rows.length > MOST, coolingOff: cooling },
  }
}

export type Follow = {
  readonly saleId: string
  readonly reason: Reason
  readonly nextStep: string
  readonly nextOn: Temporal.PlainDate | null
  readonly note: string
  /** The note that was read; null = there was none. Stale when somebody noted another meanwhile. */
  readonly followId: string | null
}

type Noted = {
  readonly agent_id: string
  readonly group_id: string | null
  readonly state: State
  readonly follow_id: string | null
  readonly next_on: Temporal.PlainDate | null
}

/** Notes why a case is not issued yet and what is done next; what was noted before stays on record. [S4.2.3b] */
export async function follow(ctx: Ctx, asked: Follow): Promise<{ followId: string }> {
  const { rows: found } = await sql<Noted>`
    select s.agent_id, s.group_id, s.state, f.id as follow_id, f.next_on
    from sale_fact s ${LATEST} where ${visibleTo(ctx)} and s.id = ${asked.saleId}`.execute(ctx.db)
  const one = found[0]
  if (!one) throw notFound()
  const subject = { kind: 'sale', id: asked.saleId }
  const { nextOn, nextStep } = asked
  demand(mayFollow({ open: isOpen(one.state), nextOn, nextStep, today: ctx.today }), subject)
  if (one.follow_id !== asked.followId) throw stale({ followId: one.follow_id })
  const { rows } = await sql<{ id: string }>`
    insert into case_follow (centre_id, sale_id, reason, next_step, next_on, note, recorded_by, recorded_at)
    values (${ctx.centre.id}, ${asked.saleId}, ${asked.reason}, ${nextStep}, ${nextOn}, ${asked.note},
      ${ctx.actor.personId}, ${ctx.now}) returning id`.execute(ctx.db)
  await settle(
    ctx,
    [noReasonCause(asked.saleId), ...(one.next_on ? [nextCause(asked.saleId, one.next_on)] : [])],
    'followed',
  )
  await ctx.emit('issuing.followed', subject, { reason: asked.reason, nextOn: nextOn?.toString() ?? null })
  ctx.touch('issuing', { groupId: one.group_id ?? undefined })
  return { followId: rows[0]!.id }
}

export const noReasonCause = (saleId: string): string => `issuing.noReason.${saleId}`
export const nextCause = (saleId: string, on: Temporal.PlainDate): string => `issuing.next.${saleId}.${on}`
