import { sql } from 'kysely'
import { type Role, reach } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'
import { RULE_CODES } from './rules.ts'

/** Who reads decisions: the line above for its people, quality and the data officer for the centre. */
export const READING_ROLES = [
  'tl',
  'um',
  'deptManager',
  'deputyGm',
  'qualityInspector',
  'dataOfficer',
] as const satisfies readonly Role[]

/** Decisions of people who sat in the actor's reach on the day; of everybody for those over the centre. */
function ofReach(ctx: Ctx) {
  const within = reach(ctx.actor, READING_ROLES)
  if (within.centre) return sql<boolean>`true`
  return sql<boolean>`exists (select from member m where m.person_id = d.actor_id
    and m.group_id = any(${sql.val([...within.groupIds])}::uuid[])
    and m.from_on <= d.occurred_on and (m.until_on is null or m.until_on > d.occurred_on))`
}

export type DecisionRow = {
  readonly id: string
  readonly at: Temporal.Instant
  readonly operation: string
  readonly allowed: boolean
  readonly clause: string
  readonly codes: string[]
  readonly actorId: string | null
  readonly actor: string | null
  readonly reasons: unknown
}

/** What was decided about a lead or a customer, the latest first; 100 from `before` on. [S3.6] */
export async function decisionsOn(
  ctx: Ctx,
  subjectId: string,
  before: Temporal.Instant | null,
): Promise<DecisionRow[]> {
  const { rows } = await sql<DecisionRow>`
    select d.id, d.at, d.operation, d.allowed, d.clause, d.codes, d.actor_id as "actorId", p.name as actor, d.reasons
    from decision_made d left join person_name p on p.id = d.actor_id
    where d.subject_id = ${subjectId} and d.centre_id = ${ctx.centre.id} and ${ofReach(ctx)}
      and (${before}::timestamptz is null or d.at < ${before})
    order by d.at desc, d.id desc limit 100`.execute(ctx.db)
  return rows
}

export type RefusedToday = {
  readonly code: string
  readonly clause: string
  readonly refused: number
  readonly people: number
}

/** Clauses under which the gate refuses. */
const CLAUSES = ['S3.6', 'S4.4.10a', 'S4.4.10b', 'S4.6.4']

/**
 * Dials allowed and refused today, by reason; a dial refused for two reasons counts under both. `refused` and `allowed`
 * count dials. Measured by the gate itself. [S3.6]
 */
export async function refusedToday(ctx: Ctx): Promise<{ allowed: number; refused: number; byCode: RefusedToday[] }> {
  const from = ctx.today.toZonedDateTime(ctx.centre.timeZone).toInstant()
  const decisions = sql`
    select d.verdict_id, d.allowed, d.clause, d.codes, d.actor_id from decision_made d
    where d.centre_id = ${ctx.centre.id} and d.clause = any(${sql.val(CLAUSES)}::text[]) and d.at >= ${from}
      and d.occurred_on = ${ctx.today} and d.subject_kind in ('lead', 'customer') and ${ofReach(ctx)}`
  const { rows } = await sql<RefusedToday>`
    with made as (${decisions})
    select code, min(clause) as clause, count(distinct verdict_id)::int as refused, count(distinct actor_id)::int as people
    from made, unnest(codes) as code
    where not allowed and code = any(${sql.val([...RULE_CODES])}::text[])
    group by code order by refused desc, code`.execute(ctx.db)
  const { rows: sums } = await sql<{ allowed: number; refused: number }>`
    with made as (${decisions})
    select count(distinct verdict_id) filter (where allowed)::int as allowed,
      count(distinct verdict_id) filter (where not allowed and codes && ${sql.val([...RULE_CODES])}::text[])::int as refused
    from made`.execute(ctx.db)
  return { ...sums[0]!, byCode: rows }
}
