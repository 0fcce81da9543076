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

/** One case before and after a change; null = it was not or is no longer counted. */
export type Recount = { readonly to: CountedTo; readonly before: Counted | null; readonly after: Counted | null }

/** Adds what `after` counts for and takes away what `before` did. */
export const recount = (ctx: Ctx, to: CountedTo, before: Counted | null, after: Counted | null): Promise<void> =>
  recountAll(ctx, [{ to, before, after }])

/** The same for many cases in one statement. */
export async function recountAll(ctx: Ctx, changes: readonly Recount[]): Promise<void> {
  const days = new Map<string, Record<string, string | null>>()
  const add = ({ agentId, groupId, productId }: CountedTo, sale: Counted | null, sign: 1 | -1) => {
    for (const { day, figures } of sale ? countsOf(sale) : []) {
      const key = [day, agentId, productId, groupId].join(' ')
      const sums = days.get(key) ?? { day: day.toString(), agent: agentId, product: productId, unit: groupId }
      for (const [column, value] of Object.entries(figures))
        sums[column] = plus(sums[column] ?? '0', times(value, sign))
      days.set(key, sums)
    }
  }
  for (const { to, before, after } of changes) {
    add(to, before, -1)
    add(to, after, 1)
  }
  // In one order, so that two cases of one agent never wait for each other crosswise.
  const rows = [...days].sort(([a], [b]) => a.localeCompare(b)).map(([, sums]) => sums)
  const list = sql.join(COLUMNS.map((column) => sql.ref(column)))
  const given = sql.join(COLUMNS.map((column) => sql`coalesce(${sql.ref(`g.${column}`)}, 0)`))
  const typed = sql.join(COLUMNS.map((column) => sql`${sql.ref(column)} ${isCount(column) ? sql`int` : sql`numeric`}`))
  const sums = sql.join(
    COLUMNS.map((column) => sql`${sql.ref(column)} = sale_day.${sql.ref(column)} + excluded.${sql.ref(column)}`),
  )
  await sql`
    insert into sale_day (agent_id, day, product_id, centre_id, group_id, ${list})
    select g.agent, g.day, g.product, ${ctx.centre.id}, g.unit, ${given}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g(day date, agent uuid, product uuid, unit uuid, ${typed})
    on conflict (agent_id, day, product_id, group_id) do update set ${sums}`.execute(ctx.db)
}
