import { sql } from 'kysely'
import type { Actor } from '../src/platform/actor.ts'
import { inCentre } from '../src/platform/transaction.ts'
import type { Centre } from './centre.ts'
import { say, timed } from './measured.ts'

type Past = {
  readonly agents: readonly Actor[]
  readonly calls: number
  /** Calendar days up to and with `until`; calls lie on all but Sundays. */
  readonly days: number
  readonly until: string
}

/** Lists in work at a time, so that an agent's day falls into that many sums. */
const LISTS = 6

/**
 * A past of so many calls, made by the server itself from a series: spread evenly over agents and days, a quarter reached,
 * one in five hundred a case. The day sums are reckoned from the calls, as a test proves the product's to be. Answers
 * milliseconds. For a fresh centre only: nothing of a lead's plan or of the gate's ledger is made.
 */
export async function livePast({ pool, house }: Centre, { agents, calls, days, until }: Past): Promise<number> {
  const last = Temporal.PlainDate.from(until)
  const first = last.subtract({ days: days - 1 })
  const { took } = await timed(async () => {
    const ids = sql.val(agents.map(({ personId }) => personId))
    const groups = sql.val(agents.map(({ groupId }) => groupId))
    const months = first.until(last, { largestUnit: 'months' }).months + 1
    await inCentre(house.boot, house.centreId, 'bench.past', async ({ db }) => {
      await sql`create table bench_day as
        select d::date as day, row_number() over (order by d) - 1 as n from generate_series(${first}::date, ${last}::date,
          interval '1 day') d where extract(isodow from d) < 7`.execute(db)
      await sql`create table bench_agent as
        select id, group_id, n - 1 as n from unnest(${ids}::uuid[], ${groups}::uuid[]) with ordinality as a(id, group_id, n)`.execute(
        db,
      )
      await sql`create table bench_list as
        select uuidv7() as id, n - 1 as n from generate_series(1, ${LISTS}::int * ${months}::int) n`.execute(db)
    })
    const { rows: worked } = await pool.query<{ day: Temporal.PlainDate; n: number }>(
      'select day, n from bench_day order by n',
    )
    const byMonth = Map.groupBy(worked, ({ day }) => day.toPlainYearMonth().toString())
    for (const [month, ofMonth] of byMonth) {
      const share = (n: number) => Math.ceil((calls * n) / worked.length)
      await fill(pool, house.centreId, month, [share(ofMonth[0]!.n), share(ofMonth.at(-1)!.n + 1)], calls)
      say(`past: ${month}`)
    }
    await pool.query(SUMS, [house.centreId])
    await pool.query(SALES, [house.centreId])
    for (const table of ['call_day', 'sale_day']) await pool.query(`vacuum analyze ${table}`)
  })
  return took
}

/**
 * Calls `from` up to `to` of all into their month. A month that is not open yet is filled before it is attached: its indexes
 * are then built once and not row by row.
 */
async function fill(
  pool: Centre['pool'],
  centreId: string,
  month: string,
  [from, to]: readonly [number, number],
  all: number,
): Promise<void> {
  const table = `call_y${month.slice(0, 4)}m${month.slice(5, 7)}`
  const { rows } = await pool.query(`select to_regclass('${table}') is not null as open`)
  const isOpen: boolean = rows[0].open
  if (!isOpen) await pool.query(`create table ${table} (like call including defaults including constraints)`)
  await pool.query(CALLS.replace('TABLE', table), [centreId, from, to, all])
  if (!isOpen)
    await pool.query(`alter table call attach partition ${table}
      for values from ('${month}-01') to (date '${month}-01' + interval '1 month')`)
  await pool.query(`analyze ${table}`)
}

const CALLS = `
  insert into TABLE (id, occurred_on, centre_id, group_id, agent_id, lead_id, batch_id, customer_id, phone_id, direction, why,
    cold, band, attempt, claimed_at, dialled_at, answered_at, ended_at, wrapped_at, ring_seconds, talk_seconds,
    wrap_seconds, line_result, outcome, lead_after, measured_by, recording, recorded_at)
  select gen_random_uuid(), d.day, $1, a.group_id, a.id, gen_random_uuid(), l.id, gen_random_uuid(), gen_random_uuid(),
    'outbound', 'fresh', true, 'morning', 1 + (no % 4)::int, t.at, t.at, case when reached then t.at + interval '12 s' end,
    t.at + interval '90 s', t.at + interval '100 s', 12, s.talk, 10,
    case when reached then 'answered' else 'noAnswer' end,
    case when not reached then 'notReached' when no % 3 = 0 then 'refused' else 'later' end, 'agent', 'declared',
    case when reached then 'kept' else 'none' end, t.at
  from generate_series($2::bigint, $3::bigint - 1) c(no)
    cross join lateral (select no * (select count(*) from bench_day) / $4::bigint as day_no) k
    join bench_day d on d.n = k.day_no
    join bench_agent a on a.n = no % (select count(*) from bench_agent)
    join bench_list l on l.n = (k.day_no * (select count(*) / ${LISTS} from bench_list) / (select count(*) from bench_day)) * ${LISTS}
      + (no / 7) % ${LISTS}
    cross join lateral (select d.day + time '01:00' + (no % 36000) * interval '1 s' as at, no % 4 = 0 as reached) t
    cross join lateral (select case when t.reached then 20 + (no % 200)::int else 0 end as talk) s`

const SUMS = `
  insert into call_day (agent_id, day, batch_id, centre_id, group_id, dials, connected, effective, refusals, ring_seconds,
    talk_seconds, wrap_seconds)
  select agent_id, occurred_on, batch_id, centre_id, min(group_id::text)::uuid, count(*), count(*) filter (where line_result = 'answered'),
    count(*) filter (where talk_seconds >= 30), count(*) filter (where outcome = 'refused'), sum(ring_seconds),
    sum(talk_seconds), sum(wrap_seconds)
  from call where centre_id = $1 group by agent_id, occurred_on, batch_id, centre_id`

const SALES = `
  insert into sale_day (agent_id, day, product_id, centre_id, group_id, accepted, accepted_raw, accepted_annual,
    accepted_standard, issued, issued_annual, issued_standard)
  select agent_id, day, p.id, s.centre_id, group_id, sum(connected) / 100, 100, 1200, 1200, sum(connected) / 120, 1200, 1200
  from call_day s cross join (select id from product where centre_id = $1 order by code limit 2) p
  where s.centre_id = $1 group by agent_id, day, p.id, s.centre_id, group_id`
