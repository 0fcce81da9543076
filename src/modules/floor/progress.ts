import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { type AgentProgress, dueSummary } from '../leads/due.ts'
import { wonByAgent } from './won.ts'

/** How far one agent is today: what the attempt plan asks of him, whom he reached, and whom he promised to call. */
export type Progress = AgentProgress & {
  readonly dials: number
  readonly connected: number
  readonly effective: number
  readonly cases: number
  readonly callbacks: number
  /** Callbacks whose window is over. */
  readonly callbacksLate: number
  /** The window of the next callback; it may have begun. */
  readonly nextCallback: { readonly from: Temporal.Instant; readonly to: Temporal.Instant } | null
}

type Row = Pick<Progress, 'dials' | 'connected' | 'effective' | 'cases' | 'callbacks' | 'callbacksLate'> & {
  id: string
  from: Temporal.Instant | null
  to: Temporal.Instant | null
}

/**
 * The progress of each agent of a group, in the order of names, counted now: stock, tries done and due, contacts, warm
 * leads, callbacks. Not found outside the reader's groups. [S4.4.11a]
 */
export async function progress(ctx: Ctx, groupId: string): Promise<Progress[]> {
  const agents = await dueSummary(ctx, groupId)
  const ids = sql.val(agents.map(({ personId }) => personId))
  const { rows } = await sql<Row>`
    with won as materialized (${wonByAgent(ctx, ctx.today)})
    select a.id, coalesce(c.dials, 0)::int as dials, coalesce(c.connected, 0)::int as connected,
      coalesce(c.effective, 0)::int as effective, coalesce(v.cases, 0)::int as cases, b.open as callbacks,
      b.late as "callbacksLate", n.due_from as from, n.due_to as to
    from unnest(${ids}::uuid[]) as a(id)
      cross join lateral (select sum(dials) as dials, sum(connected) as connected, sum(effective) as effective
        from call_sum where agent_id = a.id and day = ${ctx.today}) c
      left join won v on v.agent_id = a.id
      cross join lateral (select count(*)::int as open, (count(*) filter (where due_to <= ${ctx.now}))::int as late
        from callback_open where agent_id = a.id) b
      left join lateral (select due_from, due_to from callback_open where agent_id = a.id and due_to > ${ctx.now}
        order by due_from limit 1) n on true`.execute(ctx.db)
  const found = new Map(
    rows.map(({ id, from, to, ...row }) => [id, { ...row, nextCallback: from && { from, to: to! } }]),
  )
  return agents.map((agent) => ({ ...agent, ...found.get(agent.personId)! }))
}
