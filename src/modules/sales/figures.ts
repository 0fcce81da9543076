import { sql } from 'kysely'
import { plus } from '../../lib/money.ts'
import type { Ctx } from '../../platform/context.ts'
import { salesOf } from './sales.ts'
import { visibleTo } from './scope.ts'

/** Figures of cases: accepted by the day of acceptance, issued and cancelled in cooling-off by theirs; decimal text. */
export type Figures = {
  readonly accepted: number
  readonly acceptedAnnual: string
  readonly acceptedStandard: string
  readonly issued: number
  readonly issuedAnnual: string
  readonly issuedStandard: string
  readonly cancelled: number
  readonly cancelledStandard: string
  /** Issued less cancelled in cooling-off. */
  readonly netStandard: string
}

const SUMS = sql`
  coalesce(sum(accepted), 0)::int as accepted, coalesce(sum(accepted_annual), 0)::text as "acceptedAnnual",
  coalesce(sum(accepted_standard), 0)::text as "acceptedStandard", coalesce(sum(issued), 0)::int as issued,
  coalesce(sum(issued_annual), 0)::text as "issuedAnnual", coalesce(sum(issued_standard), 0)::text as "issuedStandard",
  coalesce(sum(cancelled), 0)::int as cancelled, coalesce(sum(cancelled_standard), 0)::text as "cancelledStandard",
  (coalesce(sum(issued_standard), 0) - coalesce(sum(cancelled_standard), 0))::text as "netStandard"`

const NOTHING: Figures = {
  ...{ accepted: 0, acceptedAnnual: '0', acceptedStandard: '0', issued: 0, issuedAnnual: '0', issuedStandard: '0' },
  ...{ cancelled: 0, cancelledStandard: '0', netStandard: '0' },
}

const together = (a: Figures, b: Figures): Figures => ({
  accepted: a.accepted + b.accepted,
  acceptedAnnual: plus(a.acceptedAnnual, b.acceptedAnnual),
  acceptedStandard: plus(a.acceptedStandard, b.acceptedStandard),
  issued: a.issued + b.issued,
  issuedAnnual: plus(a.issuedAnnual, b.issuedAnnual),
  issuedStandard: plus(a.issuedStandard, b.issuedStandard),
  cancelled: a.cancelled + b.cancelled,
  cancelledStandard: plus(a.cancelledStandard, b.cancelledStandard),
  netStandard: plus(a.netStandard, b.netStandard),
})

const firstAndLast = (month: Temporal.PlainYearMonth) => ({
  first: month.toPlainDate({ day: 1 }),
  last: month.toPlainDate({ day: month.daysInMonth }),
})

/**
 * Figures of a month, alias s: the sums of its days, and what was brought along from before the house was moved into
 * beyond single cases, which stands for the month and on no day.
 */
const counted = (ctx: Ctx, { first, last }: ReturnType<typeof firstAndLast>) => {
  const columns = ['accepted', 'accepted_annual', 'accepted_standard', 'issued', 'issued_annual', 'issued_standard']
  const list = sql.join([...columns, 'cancelled', 'cancelled_standard'].map((column) => sql.ref(column)))
  return sql`(
    select agent_id, group_id, centre_id, day, ${list} from sale_day
    where centre_id = ${ctx.centre.id} and day between ${first} and ${last}
    union all
    select person_id, group_id, centre_id, null, ${list} from sale_opening
    where centre_id = ${ctx.centre.id} and month = ${first}) s`
}

/** Cases of a month that were brought along when the house was moved into, and up to which day; null = none. */
async function broughtOf(
  ctx: Ctx,
  { first, last }: ReturnType<typeof firstAndLast>,
  mine: ReturnType<typeof visibleTo>,
) {
  const { rows } = await sql<{ cases: number; through: Temporal.PlainDate | null }>`
    select coalesce(sum(s.cases), 0)::int as cases, max(s.through) as through from (
      select coalesce(s.credited_agent_id, s.agent_id) as agent_id, s.centre_id,
        case when s.credited_agent_id is null then s.group_id else s.credited_group_id end as group_id, count(*) as cases,
        max(s.accepted_on) as through from sale s
      where s.centre_id = ${ctx.centre.id} and s.accepted_on between ${first} and ${last} and s.opening_id is not null and s.weight > 0
      group by 1, 2, 3
      union all
      select person_id, centre_id, group_id, accepted, through from sale_opening
      where centre_id = ${ctx.centre.id} and month = ${first}) s where ${mine}`.execute(ctx.db)
  const { cases, through } = rows[0]!
  return through ? { cases, through } : null
}

/** The actor's own month: its figures, today's, and the cases that were accepted or issued in it. */
export async function ownMonth(ctx: Ctx, month: Temporal.PlainYearMonth) {
  const { first, last } = firstAndLast(month)
  const { rows } = await sql<Figures & { today: boolean }>`
    select coalesce(s.day = ${ctx.today}, false) as today, ${SUMS} from ${counted(ctx, { first, last })}
    where s.agent_id = ${ctx.actor.personId} group by 1`.execute(ctx.db)
  const own = { agentId: ctx.actor.personId, from: first, to: last }
  const accepted = await salesOf(ctx, own)
  const issued = await salesOf(ctx, { ...own, by: 'issued' })
  const known = new Set(accepted.sales.map(({ id }) => id))
  return {
    asOf: ctx.now,
    month,
    brought: await broughtOf(ctx, { first, last }, sql<boolean>`s.agent_id = ${ctx.actor.personId}`),
    figures: rows.reduce((sum, { today: _, ...row }) => together(sum, row), NOTHING),
    today: rows.filter(({ today }) => today).reduce((sum, { today: _, ...row }) => together(sum, row), NOTHING),
    sales: [...accepted.sales, ...issued.sales.filter(({ id }) => !known.has(id))],
  }
}

export type GroupFigures = { readonly groupId: string | null; readonly group: string | null } & Figures
export type AgentFigures = { readonly personId: string; readonly name: string } & GroupFigures

/**
 * A month by group and agent in the actor's scope. Each case stands under the group where its agent was when it was
 * taken. Names in their order, not by result: what is short carries no name in a row of losers. [S5.1.4c]
 */
export async function monthFigures(ctx: Ctx, month: Temporal.PlainYearMonth) {
  const { first, last } = firstAndLast(month)
  const { rows } = await sql<AgentFigures>`
    select s.agent_id as "personId", n.name, s.group_id as "groupId", u.name as group, ${SUMS}
    from ${counted(ctx, { first, last })} join person_name n on n.id = s.agent_id left join org_unit u on u.id = s.group_id
      left join org_unit r on r.id = u.parent_id
    where ${visibleTo(ctx)}
    group by s.agent_id, n.name, s.group_id, u.name, u.position, r.kind, r.position, r.name
    order by r.kind, r.position, r.name, u.position nulls last, u.name, n.name collate "zh-Hans-x-icu", s.agent_id`.execute(
    ctx.db,
  )
  const groups = [...Map.groupBy(rows, ({ groupId }) => groupId)].map(([groupId, of]) => ({
    ...{ groupId, group: of[0]!.group },
    ...of.reduce<Figures>((sum, row) => together(sum, row), NOTHING),
  }))
  const total = groups.reduce<Figures>((sum, group) => together(sum, group), NOTHING)
  const brought = await broughtOf(ctx, { first, last }, visibleTo(ctx))
  return { asOf: ctx.now, month, brought, total, groups, agents: rows }
}
