import { sql } from 'kysely'
import { plus, times } from '../../lib/money.ts'
import type { Ctx } from '../../platform/context.ts'
import { type Counted, countsOf } from './rules.ts'

/* The day sums of sales: one function writes them, in the transaction of the case, and a test proves them equal to it. */

/** To whom and what a case is counted. The group is the one of the day when the application was taken. */
export type CountedTo = { readonly agentId: string; readonly groupId: string | null; readonly productId: string }

const COLUMNS = [
  ...['accepted', 'accepted_raw', 'accepted_annual', 'accepted_standard', 'issued', 'issued_annual'],
  ...['issued_standard', 'cancelled', 'cancelled_standard'],
] as const

const isCount = (column: (typeof COLUMNS)[number]) => !column.includes('_')

export type Recount = {
  readonly to: CountedTo
  /** null = the case was not counted, or is so no longer. */
  readonly before: Counted | null
  readonly after: Counted | null
}

const keyOf = ({ agentId, groupId, productId }: CountedTo, day: Temporal.PlainDate) =>
  [agentId, day.toString(), productId, groupId ?? ''].join(' ')

/** Adds what `after` counts for and takes away what `before` did, for many cases at once. */
export async function recountAll(ctx: Ctx, recounts: readonly Recount[]): Promise<void> {
  const sums = new Map<string, { readonly to: CountedTo; readonly day: string; figures: Record<string, string> }>()
  const add = (to: CountedTo, sale: Counted | null, sign: 1 | -1) => {
    for (const { day, figures } of sale ? countsOf(sale) : []) {
      const key = keyOf(to, day)
      const row = sums.get(key) ?? { to, day: day.toString(), figures: {} }
      for (const [column, value] of Object.entries(figures))
        row.figures[column] = plus(row.figures[column] ?? '0', times(value, sign))
      sums.set(key, row)
    }
  }
  for (const { to, before, after } of recounts) {
    add(to, before, -1)
    add(to, after, 1)
  }
  const changed = [...sums].filter(([, { figures }]) => Object.values(figures).some((sum) => /[1-9]/.test(sum)))
  if (changed.length === 0) return
  // In the order of people and days, so that two transactions never wait for each other crosswise.
  const rows = changed
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { to, day, figures }]) => ({
      ...{ agent_id: to.agentId, product_id: to.productId, group_id: to.groupId, day },
      ...figures,
    }))
  const list = sql.join(COLUMNS.map((column) => sql.ref(column)))
  const given = sql.join(COLUMNS.map((column) => sql`coalesce(${sql.ref(`g.${column}`)}, 0)`))
  const typed = sql.join(COLUMNS.map((column) => sql`${sql.ref(column)} ${isCount(column) ? sql`int` : sql`numeric`}`))
  const added = sql.join(
    COLUMNS.map((column) => sql`${sql.ref(column)} = sale_day.${sql.ref(column)} + excluded.${sql.ref(column)}`),
  )
  await sql`
    insert into sale_day (agent_id, day, product_id, centre_id, group_id, ${list})
    select g.agent_id, g.day, g.product_id, ${ctx.centre.id}, g.group_id, ${given}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g(agent_id uuid, day date, product_id uuid, group_id uuid,
      ${typed})
    on conflict (agent_id, day, product_id, group_id) do update set ${added}`.execute(ctx.db)
}

/** Adds what `after` counts for and takes away what `before` did; null = the case was not or is no longer counted. */
export const recount = (ctx: Ctx, to: CountedTo, before: Counted | null, after: Counted | null): Promise<void> =>
  recountAll(ctx, [{ to, before, after }])
