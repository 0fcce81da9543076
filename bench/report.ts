import { statfsSync } from 'node:fs'
import { sql } from 'kysely'
import { figures } from '../src/modules/floor/figures.ts'
import { monthFigures } from '../src/modules/sales/figures.ts'
import { inCentre } from '../src/platform/transaction.ts'
import { type Centre, inOwnCentre } from './centre.ts'
import { type Measured, ms, percentile, rounded, type Sizes, say, spread, timed } from './measured.ts'
import { livePast } from './past.ts'
import { stock } from './stock.ts'

/** Bytes of one call with its indexes, and as much again while a month is built. */
const BYTES_A_CALL = 800
const DAYS = 3 * 365
const READS = 11
const MONTH = Temporal.PlainYearMonth.from('2026-04')

/** The same figures straight from the month's calls: what a report costs without day sums. */
async function raw({ house }: Centre, from: Temporal.PlainDate, to: Temporal.PlainDate) {
  const { rows } = await sql<{ dials: number; agents: number }>`
    select sum(dials)::int as dials, count(distinct agent_id)::int as agents from (
      select agent_id, group_id, count(*) as dials, count(*) filter (where line_result = 'answered') as connected,
        count(*) filter (where talk_seconds >= 30) as effective, sum(ring_seconds) as ring, sum(talk_seconds) as talk,
        sum(wrap_seconds) as wrap, count(distinct occurred_on) as days
      from call where centre_id = ${house.centreId} and occurred_on between ${from} and ${to}
      group by agent_id, group_id) a`.execute(house.boot.db)
  return rows[0]!
}

/** A month by group and agent, calls and cases, over years of calls: from the day sums, beside the same from the calls. */
export const report = ({ agents: many, calls }: Sizes): Promise<Measured> =>
  inOwnCentre(async (centre) => {
    const { house, folder } = centre
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < calls * BYTES_A_CALL)
      throw new Error(`${calls} calls need ${Math.round((calls * BYTES_A_CALL) / 1e9)} GB on the disk of ${folder}`)
    const agents = await stock(house, many, many)
    const made = await livePast(centre, { agents, calls, days: DAYS, until: '2026-06-16' })
    say(`${calls} calls made in ${Math.round(made / 1000)} s`)
    const from = MONTH.toPlainDate({ day: 1 })
    const to = MONTH.toPlainDate({ day: MONTH.daysInMonth })
    const actor = await house.actor('guo')
    const read = () =>
      inCentre(
        house.boot,
        house.centreId,
        'bench.report',
        async (ctx) => ({ calls: await figures(ctx, { from, to }), sales: await monthFigures(ctx, MONTH) }),
        actor,
      )
    const times: number[] = []
    const first = await timed(read)
    for (let n = 0; n < READS; n++) times.push((await timed(read)).took)
    const beside: number[] = []
    let counted = { dials: 0, agents: 0 }
    for (let n = 0; n < 3; n++) {
      const { took, value } = await timed(() => raw(centre, from, to))
      beside.push(took)
      counted = value
    }
    const { total } = first.value.calls
    if (total.dials !== counted.dials) throw new Error(`the sums say ${total.dials} dials, the calls ${counted.dials}`)
    const [p50, plain] = [percentile(times, 0.5), percentile(beside, 0.5)]
    const { rows: sizes } = await sql<{ sums: number; bytes: number }>`
      select (select count(*) from call_day)::int as sums, pg_database_size(current_database())::bigint as bytes`.execute(
      house.boot.db,
    )
    const { sums, bytes } = sizes[0]!
    return {
      lines: [
        {
          what: `report of a month (${total.dials} calls, ${counted.agents} agents) over ${calls} calls in three years`,
          figure: `${spread(times)}, first ${ms(first.took)}`,
          beside: `the same from the calls ${spread(beside)}: ${Math.round(plain / p50)} times`,
        },
        {
          what: `making the past: ${calls} calls, ${sums} day sums`,
          figure: `${Math.round(made / 1000)} s, ${rounded(Number(bytes) / 1e9)} GB`,
        },
      ],
      json: {
        ...{ calls, monthCalls: total.dials, daySums: sums, p50Ms: rounded(p50), firstMs: rounded(first.took) },
        ...{ p99Ms: rounded(percentile(times, 0.99)), fromCallsMs: rounded(plain), timesFaster: rounded(plain / p50) },
        ...{ madeInMs: Math.round(made), databaseBytes: Number(bytes) },
      },
    }
  })
