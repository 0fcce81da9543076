import { sql } from 'kysely'
import { type Role, reach, reaches } from '../../platform/actor.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { judge } from '../compliance/facts.ts'
import { toldVerdict } from '../compliance/told.ts'
import { inReach } from '../people/structure.ts'
import { dialOf } from './claim.ts'
import { dialFactsOf, firstNumbersOf, LINE_UNJUDGED } from './facts.ts'
import { bandAt, type Kind, kindOf, planLine, WORKED_THROUGH } from './rules.ts'

/** The line above an agent, who see how far his leads are worked through. */
export const PROGRESS_ROLES = ['tl', 'um', 'deptManager', 'deputyGm'] as const satisfies readonly Role[]

export type AgentProgress = {
  readonly personId: string
  readonly name: string
  /** Leads in hand that are not closed. */
  readonly stock: number
  readonly fresh: number
  readonly warm: number
  /** Tries due by now, and those of them that were due before today. */
  readonly dueNow: number
  readonly overdue: number
  /** Tries due until the end of the day, those of now included. */
  readonly dueToday: number
  readonly doneToday: number
  readonly nextDueAt: Temporal.Instant | null
  /** Leads of the last 30 days with a definite outcome or a finished plan, and all that were in hand in that time. */
  readonly workedThrough: number
  readonly handled: number
}

/** Days that "worked through" looks back. */
const LOOK_BACK_DAYS = 30

/**
 * How far the attempts of people are, measured on leads and tries as they are now; days on the centre's clock. For those
 * named, in the order of names. No scope is applied here. [S4.4.10b] [S4.4.11a]
 */
async function progressOf(ctx: Ctx, personIds: readonly string[]): Promise<AgentProgress[]> {
  if (personIds.length === 0) return []
  const today = ctx.today.toZonedDateTime(ctx.centre.timeZone).toInstant()
  const tomorrow = ctx.today.add({ days: 1 }).toZonedDateTime(ctx.centre.timeZone).toInstant()
  const since = ctx.now.subtract({ hours: LOOK_BACK_DAYS * 24 })
  const { rows } = await sql<AgentProgress>`
    select p.id as "personId", p.name, o.stock, o.fresh, o.warm, o.due as "dueNow", o.overdue, o.today as "dueToday",
      a.done as "doneToday", o.next as "nextDueAt", c.worked as "workedThrough", o.stock + c.closed as handled
    from person_name p
      cross join lateral (
        select count(*)::int as stock, (count(*) filter (where tries = 0 and round = 1))::int as fresh,
          (count(*) filter (where warm_until > ${ctx.now}))::int as warm,
          (count(*) filter (where due_at <= ${ctx.now}))::int as due,
          (count(*) filter (where due_at < ${today}))::int as overdue,
          (count(*) filter (where due_at < ${tomorrow}))::int as today,
          min(due_at) filter (where due_at > ${ctx.now}) as next
        from lead where holder_id = p.id and state = 'agent') o
      cross join lateral (
        select count(*)::int as closed,
          (count(*) filter (where closed_as = any(${sql.val([...WORKED_THROUGH])}::text[])))::int as worked
        from lead where holder_id = p.id and state = 'closed' and closed_at > ${since}) c
      cross join lateral (
        select count(*)::int as done from lead_attempt where agent_id = p.id and occurred_on = ${ctx.today}) a
    where p.id = any(${sql.val([...personIds])}::uuid[]) and p.centre_id = ${ctx.centre.id}
    order by p.name collate "zh-Hans-x-icu", p.id`.execute(ctx.db)
  return rows
}

/** The agents of a group with how far their attempts are, for the line above. [S4.4.11a] */
export async function dueSummary(ctx: Ctx, groupId: string): Promise<AgentProgress[]> {
  if (!reaches(reach(ctx.actor, PROGRESS_ROLES), groupId)) throw notFound()
  const { rows } = await sql<{ person_id: string }>`
    select m.person_id from member m where m.centre_id = ${ctx.centre.id} and m.group_id = ${groupId}
      and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today})
      and exists (select from granted_role r where r.person_id = m.person_id and r.role = 'tsr' and r.from_on <= ${ctx.today}
        and (r.until_on is null or r.until_on > ${ctx.today}))`.execute(ctx.db)
  return await progressOf(
    ctx,
    rows.map(({ person_id }) => person_id),
  )
}

type DueRow = {
  id: string
  customer_id: string
  customer: string | null
  batch: string | null
  grade: string
  tries: number
  round: number
  warm_until: Temporal.Instant | null
  due_at: Temporal.Instant
  due_band: string | null
  last_try_at: Temporal.Instant | null
}

/** Leads shown of a due list. */
const SHOWN = 50

/**
 * The due list of an agent in the order of the calling plan of this moment: counts by kind, the first 50 with why they
 * may not be called now and from when. Own list, or that of somebody below. Numbers stay out; the look is logged.
 * [S4.4.10b] [S4.4.3]
 */
export async function due(ctx: Ctx, personId: string) {
  if (personId !== ctx.actor.personId && !(await inReach(ctx, PROGRESS_ROLES, personId))) throw notFound()
  const [progress] = await progressOf(ctx, [personId])
  if (!progress) throw notFound()
  const { rows } = await sql<DueRow>`
    with mine as materialized (
      select l.* from lead l where l.holder_id = ${personId} and l.state = 'agent' and l.due_at <= ${ctx.now}
      order by l.warm_until > ${ctx.now} desc nulls last, l.due_at, l.shuffle limit 500)
    select l.id, l.customer_id, c.name as customer, b.name as batch, l.grade, l.tries, l.round, l.warm_until, l.due_at,
      l.due_band, l.last_try_at
    from mine l left join customer_card c on c.id = l.customer_id left join batch_of_list b on b.id = l.batch_id
    order by l.due_at, l.shuffle`.execute(ctx.db)
  const rules = ctx.rules.at(ctx.today, ctx.actor.groupId)
  const local = ctx.now.toZonedDateTimeISO(ctx.centre.timeZone)
  const band = bandAt(rules.get('dial.blocks'), local.toPlainTime())
  const order: readonly Kind[] = planLine(rules.get('dial.plan'), band, local.dayOfWeek)?.order ?? [
    'warm',
    'fresh',
    'retry',
  ]
  const kinds = rows.map((row) => ({ row, kind: kindOf({ ...row, warmUntil: row.warm_until }, ctx.now) }))
  kinds.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  const count = (kind: Kind) => kinds.filter((one) => one.kind === kind).length
  const shown = kinds.slice(0, SHOWN)
  const verdicts = await verdictsOf(
    ctx,
    personId,
    shown.map(({ row }) => row.id),
  )
  await ctx.looked(
    'customer',
    shown.map(({ row }) => row.customer_id),
  )
  return {
    progress,
    counts: { warm: count('warm'), fresh: count('fresh'), retry: count('retry') },
    order,
    leads: shown.map(({ row, kind }) => ({
      ...{ id: row.id, kind, customer: row.customer, batch: row.batch, grade: row.grade, tries: row.tries },
      ...{ round: row.round, dueAt: row.due_at, dueBand: row.due_band, lastTryAt: row.last_try_at },
      verdict: verdicts.get(row.id) ?? null,
    })),
  }
}

/** The gate's answer for the first number of each lead, as the agent would dial it now; none where there is no number. */
async function verdictsOf(ctx: Ctx, agentId: string, leadIds: readonly string[]) {
  const facts = await dialFactsOf(ctx, leadIds)
  const numbers = await firstNumbersOf(
    ctx,
    [...facts.values()].map(({ customerId }) => customerId),
  )
  const dials = [...facts.values()].flatMap((one) => {
    const phoneId = numbers.get(one.customerId)
    return phoneId ? [dialOf(one, phoneId, agentId, LINE_UNJUDGED)] : []
  })
  const verdicts = await judge(ctx, dials)
  return new Map(dials.map(({ leadId }, n) => [leadId, toldVerdict(verdicts[n]!)]))
}
