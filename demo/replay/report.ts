import { months as callMonths } from '../../src/modules/calls/reports.ts'
import { batches } from '../../src/modules/lists/batches.ts'
import { monthFigures } from '../../src/modules/sales/figures.ts'
import type { Ctx } from '../../src/platform/context.ts'
import { inCentre } from '../../src/platform/transaction.ts'
import type { Totals } from './count.ts'
import type { House } from './house.ts'
import { dateOf } from './rows.ts'

/** What the product itself tells of the replay; `synthetic`: contacts whose day is made up. */
export type Reported = Totals & { readonly synthetic: number }

/**
 * The totals as the product's own reports have them: leads from the lists, contacts, talk and last contacts from the calls
 * by month, sales from the months of sales. Asked as the manager. Last contacts are the calls whose day is not made up.
 */
export async function reported(house: House, from: number, until: number): Promise<Reported> {
  const ask = <T>(operation: string, read: (ctx: Ctx) => Promise<T>) =>
    inCentre(house.boot, house.centreId, operation, read, house.manager)
  const lists = await ask('lists.batches', (ctx) => batches(ctx))
  const range = { from: dateOf(from).toPlainYearMonth(), to: dateOf(until).toPlainYearMonth() }
  const calls = await ask('calls.months', (ctx) => callMonths(ctx, range))
  const months: { month: string; lastContacts: number; sales: number }[] = []
  for (const { month, dials, synthetic } of calls) {
    const { total } = await ask('sales.month', (ctx) => monthFigures(ctx, Temporal.PlainYearMonth.from(month)))
    const sums = { month, lastContacts: dials - synthetic, sales: total.accepted }
    if (sums.lastContacts > 0 || sums.sales > 0) months.push(sums)
  }
  const sum = <T>(rows: readonly T[], of: (row: T) => number) => rows.reduce((total, row) => total + of(row), 0)
  return {
    leads: sum(lists, ({ good }) => good),
    contacts: sum(calls, ({ dials }) => dials),
    sales: sum(months, ({ sales }) => sales),
    talkSeconds: sum(calls, ({ talkSeconds }) => talkSeconds),
    synthetic: sum(calls, ({ synthetic }) => synthetic),
    months,
  }
}

export type Difference = { readonly what: string; readonly file: number; readonly product: number }

/** Every figure in which file and product differ; a month that one of them lacks counts as nothing there. */
export function differences(file: Totals, product: Reported): Difference[] {
  const names = ['leads', 'contacts', 'sales', 'talkSeconds'] as const
  const byMonth = ({ months }: Totals) => new Map(months.map((sums) => [sums.month, sums]))
  const [inFile, inProduct] = [byMonth(file), byMonth(product)]
  const all = [...new Set([...inFile.keys(), ...inProduct.keys()])].sort()
  const pairs = [
    ...names.map((what) => ({ what: what as string, file: file[what], product: product[what] })),
    { what: 'contacts with a made-up day', file: file.contacts - file.leads, product: product.synthetic },
    ...all.flatMap((month) =>
      (['lastContacts', 'sales'] as const).map((name) => ({
        what: `${name} ${month}`,
        file: inFile.get(month)?.[name] ?? 0,
        product: inProduct.get(month)?.[name] ?? 0,
      })),
    ),
  ]
  return pairs.filter((pair) => pair.file !== pair.product)
}
