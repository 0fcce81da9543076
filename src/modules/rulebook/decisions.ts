import { type RawBuilder, sql } from 'kysely'
import type { Reason } from '../../lib/verdict.ts'
import { type Role, reach } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'

/** Roles that see the decisions made for everybody of the centre. */
const SEE_ALL: readonly Role[] = ['deptManager', 'deputyGm', 'admin', 'dataOfficer', 'qualityInspector']

/**
 * Whose decisions the actor sees, as a condition on a decision `d`: managers everybody's; leaders those of the people who
 * sit in their groups today, and their own; agents their own.
 */
async function visibleTo(ctx: Ctx): Promise<RawBuilder<boolean>> {
  if (reach(ctx.actor, SEE_ALL).centre) return sql<boolean>`true`
  const { groupIds } = reach(ctx.actor, ['um', 'tl'])
  const { rows } = await sql<{
    person_id: string
  }>`select person_id from member where group_id = any(${[...groupIds]}::uuid[])
    and from_on <= ${ctx.today} and (until_on is null or until_on > ${ctx.today})`.execute(ctx.db)
  const people = [...new Set([ctx.actor.personId, ...rows.map((row) => row.person_id)])]
  return sql<boolean>`d.actor_id = any(${people}::uuid[])`
}

const DAYS = 7
const SHOWN = 50

/**
 * The decisions that a clause made in the last seven days, as far as the actor may see: how many allowed and refused,
 * how many of each refusal, and the latest fifty. Names of people and units are given; other subjects by kind and id.
 */
export async function decisionsOf(ctx: Ctx, clause: string) {
  const since = ctx.now.subtract({ hours: DAYS * 24 })
  const scope = await visibleTo(ctx)
  // The days bound which months are read at all; the instant cuts the first of them.
  const week = sql`d.centre_id = ${ctx.centre.id} and d.clause = ${clause} and d.at > ${since}
    and d.occurred_on between ${ctx.today.subtract({ days: DAYS + 1 })} and ${ctx.today} and ${scope}`
  const sums = await sql<{ allowed: boolean; codes: string[]; count: number }>`
    select d.allowed, d.codes, count(*) as count from decision_made d where ${week} group by d.allowed, d.codes`.execute(
    ctx.db,
  )
  const count = (allowed: boolean) =>
    sums.rows.filter((row) => row.allowed === allowed).reduce((sum, row) => sum + row.count, 0)
  const byCode = new Map<string, number>()
  for (const row of sums.rows.filter((one) => !one.allowed))
    for (const code of row.codes) byCode.set(code, (byCode.get(code) ?? 0) + row.count)

  const { rows } = await sql<{
    id: string
    at: Temporal.Instant
    operation: string
    allowed: boolean
    reasons: Reason[]
    version_id: string | null
    number: number | null
    actor_name: string | null
    subject_kind: string | null
    subject_id: string | null
    subject_name: string | null
  }>`
    select d.id, d.at, d.operation, d.allowed, d.reasons, d.version_id, v.number, a.name as actor_name,
      d.subject_kind, d.subject_id, coalesce(p.name, u.name) as subject_name
    from (select * from decision_made d where ${week} order by d.at desc limit ${SHOWN}) d
    left join rule_version v on v.id = d.version_id
    left join person_name a on a.id = d.actor_id
    left join person_name p on p.id = d.subject_id and d.subject_kind = 'person'
    left join org_unit u on u.id = d.subject_id and d.subject_kind in ('unit', 'group')
    order by d.at desc, d.id desc`.execute(ctx.db)
  return {
    since,
    asOf: ctx.now,
    allowed: count(true),
    refused: count(false),
    byCode: [...byCode].map(([code, times]) => ({ code, times })).sort((a, b) => b.times - a.times),
    latest: rows.map((row) => ({
      id: row.id,
      at: row.at,
      operation: row.operation,
      allowed: row.allowed,
      reasons: row.reasons.map(({ code, because }) => ({ code, because })),
      versionId: row.version_id,
      versionNumber: row.number,
      actor: row.actor_name,
      subject: { kind: row.subject_kind ?? '', id: row.subject_id, name: row.subject_name },
    })),
  }
}
