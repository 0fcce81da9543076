import { sql } from 'kysely'
import { nameQuery } from '../../lib/pinyin.ts'
import { type Role, reach } from '../../platform/actor.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { judge } from '../compliance/facts.ts'
import { toldVerdict } from '../compliance/told.ts'
import { cardOf, phonesOf } from '../customers/customers.ts'
import { dialOf } from './claim.ts'
import { dialFactsOf, firstNumber, LINE_UNJUDGED } from './facts.ts'
import { type ClosedAs, kindOf, type State } from './rules.ts'

/** The line above the agents, and those of the centre whose work is leads and what was said on them. */
const ABOVE = [
  'tl',
  'um',
  'deptManager',
  'deputyGm',
  'dataOfficer',
  'qualityInspector',
] as const satisfies readonly Role[]

/** Who may look at leads at all: an agent at own ones. */
export const LEAD_ROLES = ['tsr', ...ABOVE] as const

/**
 * What of the table `lead` (alias l) the actor may see: an agent the leads in own hands, a leader those of the groups
 * below, data officers and managers of the centre all. Leads not yet handed down are never an agent's to see. [S4.4.10a]
 */
function visibleTo(ctx: Ctx) {
  const { actor } = ctx
  const above = reach(actor, ABOVE)
  if (above.centre) return sql<boolean>`l.centre_id = ${actor.centreId}`
  const own = sql<boolean>`(l.holder_id = ${actor.personId} and l.state in ('agent', 'closed'))`
  if (above.groupIds.length === 0) return sql<boolean>`(l.centre_id = ${actor.centreId} and ${own})`
  return sql<boolean>`(l.centre_id = ${actor.centreId}
    and (l.group_id = any(${sql.val([...above.groupIds])}::uuid[]) or ${own}))`
}

export type LeadRow = {
  readonly id: string
  readonly customer: string | null
  /** The first number, masked. */
  readonly phone: string | null
  readonly batch: string | null
  readonly grade: string
  readonly state: State
  readonly groupId: string | null
  readonly group: string | null
  readonly holder: string | null
  readonly heldSince: Temporal.Instant | null
  readonly kind: 'warm' | 'fresh' | 'retry'
  readonly tries: number
  readonly round: number
  readonly lastTryAt: Temporal.Instant | null
  readonly dueAt: Temporal.Instant | null
  readonly dueBand: string | null
  readonly closedAs: ClosedAs | null
  readonly closedAt: Temporal.Instant | null
}

export type Asked = {
  readonly batchId?: string | undefined
  readonly groupId?: string | undefined
  readonly personId?: string | undefined
  readonly state: 'open' | State
  readonly closedAs?: ClosedAs | undefined
  readonly search?: string | undefined
  readonly after?: { readonly at: Temporal.Instant; readonly id: string } | undefined
}

/** Leads on a page. */
const PAGE = 50

/**
 * Leads that the actor may see of a batch, a group or an agent: open ones by when they are due, closed ones from the
 * latest on, by pages of 50 along an index. `search` finds characters, pinyin or initials of the customer's name.
 * Numbers are masked; the look is logged.
 */
export async function list(ctx: Ctx, asked: Asked) {
  const closed = asked.state === 'closed'
  const { after } = asked
  const at = closed ? sql`l.closed_at` : sql`l.due_at`
  const past = closed ? sql`(l.closed_at, l.id) <` : sql`(l.due_at, l.id) >`
  const search = nameQuery(asked.search ?? '')
  const pattern = search ? `%${search.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%` : null
  type Row = Omit<LeadRow, 'kind'> & { warmUntil: Temporal.Instant | null; customerId: string; at: Temporal.Instant }
  const { rows } = await sql<Row>`
    with page as materialized (
      select l.*, ${at} as at from lead l
      where ${visibleTo(ctx)}
        and ${closed ? sql`l.state = 'closed'` : asked.state === 'open' ? sql`l.state <> 'closed'` : sql`l.state = ${asked.state}`}
        and ${asked.batchId ? sql`l.batch_id = ${asked.batchId}` : sql`true`}
        and ${asked.groupId ? sql`l.group_id = ${asked.groupId}` : sql`true`}
        and ${asked.personId ? sql`l.holder_id = ${asked.personId}` : sql`true`}
        and ${asked.closedAs ? sql`l.closed_as = ${asked.closedAs}` : sql`true`}
        and ${pattern ? sql`exists (select from customer_card c where c.id = l.customer_id and c.name_keys like ${pattern})` : sql`true`}
        and ${after ? sql`${past} (${after.at}::timestamptz, ${after.id}::uuid)` : sql`true`}
      order by ${closed ? sql`l.closed_at desc, l.id desc` : sql`l.due_at, l.id`} limit ${PAGE + 1})
    select l.id, c.name as customer, ${firstNumber('masked')} as phone, b.name as batch, l.grade, l.state, l.group_id as "groupId",
      u.name as group, h.name as holder, l.held_since as "heldSince", l.tries, l.round, l.last_try_at as "lastTryAt",
      l.due_at as "dueAt", l.due_band as "dueBand", l.closed_as as "closedAs", l.closed_at as "closedAt",
      l.warm_until as "warmUntil", l.customer_id as "customerId", l.at
    from page l left join customer_card c on c.id = l.customer_id left join batch_of_list b on b.id = l.batch_id
      left join org_unit u on u.id = l.group_id left join person_name h on h.id = l.holder_id
    order by ${closed ? sql`l.at desc, l.id desc` : sql`l.at, l.id`}`.execute(ctx.db)
  const shown = rows.slice(0, PAGE)
  const last = shown.at(-1)
  await ctx.looked(
    'customer',
    shown.map(({ customerId }) => customerId),
  )
  return {
    leads: shown.map(({ warmUntil, customerId: _, at: __, ...row }) => ({
      ...row,
      kind: kindOf({ ...row, warmUntil }, ctx.now),
    })),
    next: rows.length > PAGE && last ? { at: last.at, id: last.id } : null,
  }
}

export type Hold = {
  readonly id: string
  readonly from: Temporal.Instant
  readonly until: Temporal.Instant | null
  readonly holder: 'company' | 'group' | 'agent'
  readonly group: string | null
  readonly person: string | null
  readonly step: string | null
  readonly by: string | null
  readonly reason: string | null
}

/** Who held a lead and when, first to last, with the lot that moved it. */
export async function holdersOf(ctx: Ctx, leadId: string): Promise<Hold[]> {
  const { rows } = await sql<Hold>`
    select h.id, h.from_at as "from", h.until_at as until, h.holder, u.name as group, p.name as person, t.step, i.name as by,
      nullif(t.reason, '') as reason
    from lead_hold h left join org_unit u on u.id = h.group_id left join person_name p on p.id = h.person_id
      left join lead_lot t on t.id = h.lot_id left join person_name i on i.id = t.issued_by
    where h.lead_id = ${leadId} order by h.id`.execute(ctx.db)
  return rows
}

/** Every try of a lead, first to last, with who made it. */
async function triesOf(ctx: Ctx, leadId: string) {
  const { rows } = await sql<{
    round: number
    number: number
    at: Temporal.Instant
    band: string
    agent: string | null
    outcome: string
    callId: string
  }>`
    select a.round, a.number, a.at, a.band, p.name as agent, a.outcome, a.call_id as "callId"
    from lead_attempt a left join person_name p on p.id = a.agent_id
    where a.lead_id = ${leadId} order by a.round, a.number`.execute(ctx.db)
  return rows
}

type Whole = Omit<LeadRow, 'kind' | 'customer' | 'phone'> & {
  customerId: string
  holderId: string | null
  batchId: string
  warmUntil: Temporal.Instant | null
  notBefore: Temporal.Instant | null
  renewalExpiresOn: Temporal.PlainDate | null
  version: number
}

/**
 * One lead with everything about it: the customer's card, who held it, its tries and where the plan stands, and for each
 * number why it may not be called now and from when. Judged for the agent who holds it, else for the reader; the line is
 * the desk's matter. What the actor may not see is not found; the look is logged. [S4.4.10a] [S4.4.10b]
 */
export async function lead(ctx: Ctx, id: string) {
  const { rows } = await sql<Whole>`
    select l.id, b.name as batch, l.batch_id as "batchId", l.grade, l.state, l.group_id as "groupId", u.name as group,
      h.name as holder, l.holder_id as "holderId", l.held_since as "heldSince", l.tries, l.round,
      l.last_try_at as "lastTryAt", l.due_at as "dueAt", l.due_band as "dueBand", l.closed_as as "closedAs",
      l.closed_at as "closedAt", l.customer_id as "customerId", l.warm_until as "warmUntil", l.not_before as "notBefore",
      l.renewal_expires_on as "renewalExpiresOn", l.version
    from lead l left join batch_of_list b on b.id = l.batch_id left join org_unit u on u.id = l.group_id
      left join person_name h on h.id = l.holder_id
    where l.id = ${id} and ${visibleTo(ctx)}`.execute(ctx.db)
  const row = rows[0]
  if (!row) throw notFound()
  const { customerId, warmUntil, ...shown } = row
  const facts = (await dialFactsOf(ctx, [id])).get(id)
  const phones = (await phonesOf(ctx, customerId)).filter(({ retired }) => !retired)
  const agentId = row.holderId ?? ctx.actor.personId
  const verdicts = facts
    ? await judge(
        ctx,
        phones.map((phone) => dialOf(facts, phone.id, agentId, LINE_UNJUDGED)),
      )
    : []
  const plan = ctx.rules.at(ctx.today, row.groupId).get('attempt.plan')
  return {
    ...shown,
    kind: kindOf({ ...row, warmUntil }, ctx.now),
    card: await cardOf(ctx, customerId),
    plan: { attempts: plan.days.length, rounds: plan.recycles + 1 },
    holders: await holdersOf(ctx, id),
    tries: await triesOf(ctx, id),
    triesMade: row.tries,
    callable: verdicts.map((verdict, n) => ({
      phoneId: phones[n]!.id,
      masked: phones[n]!.masked,
      ...toldVerdict(verdict),
    })),
  }
}
