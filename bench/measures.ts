import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { chance } from '../demo/chance.ts'
import type { House } from '../demo/house.ts'
import { contacts } from '../demo/list.ts'
import { takeIn } from '../demo/supply.ts'
import { openDesk } from '../src/modules/calls/desk.ts'
import { takeNext } from '../src/modules/calls/next.ts'
import { board } from '../src/modules/floor/board.ts'
import type { Actor } from '../src/platform/actor.ts'
import type { Pool } from '../src/platform/database.ts'
import { inCentre } from '../src/platform/transaction.ts'

/* What is measured: each with something plain beside it, in turn on the same pool, so that the ratio says something. */

export type Measured = readonly [what: string, measured: string, beside: string, ratio: string]

const at = (times: readonly number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
const ms = (value: number) => `${value.toFixed(1)} ms`
const spread = (times: readonly number[]) => `p50 ${ms(at(times, 0.5))}, p99 ${ms(at(times, 0.99))}`

/** Lets so many callers do a thing again and again for some seconds; milliseconds of each. */
async function callers(many: number, seconds: number, work: (caller: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  const end = performance.now() + seconds * 1000
  await Promise.all(
    Array.from({ length: many }, async (_, caller) => {
      while (performance.now() < end) {
        const begun = performance.now()
        await work(caller)
        times.push(performance.now() - begun)
      }
    }),
  )
  return times
}

/** How long leads are claimed away before the rate is taken again, at most. */
const BURNS_MS = 90_000

/** A claim beside the plainest transaction that writes: one row read, one changed, one appended. */
export async function claims(house: House, agents: readonly Actor[], seconds: number): Promise<Measured[]> {
  const { boot, centreId } = house
  await sql`create table bench_account (id int primary key, balance int not null default 0)`.execute(boot.db)
  await sql`insert into bench_account (id) select generate_series(0, 9999)`.execute(boot.db)
  await sql`create table bench_history (id bigint generated always as identity, account int, at timestamptz default now())`.execute(
    boot.db,
  )
  const plain = () =>
    boot.db.transaction().execute(async (db) => {
      const id = Math.floor(Math.random() * 10_000)
      await sql`select balance from bench_account where id = ${id}`.execute(db)
      await sql`update bench_account set balance = balance + 1 where id = ${id}`.execute(db)
      await sql`insert into bench_history (account) values (${id})`.execute(db)
    })
  const tabs = agents.map(() => randomUUID())
  for (const [n, agent] of agents.entries())
    await inCentre(boot, centreId, 'bench.open', (ctx) => openDesk(ctx, tabs[n]!, true), agent)
  let dry = 0
  let claimed = 0
  let turn = 0
  const claim = async () => {
    // Agents in turn, so that nobody's leads run out before the others'.
    const n = turn++ % agents.length
    await inCentre(
      boot,
      centreId,
      'calls.next',
      async (ctx) => {
        const { taken } = await takeNext(ctx, tabs[n]!)
        if (taken) claimed += 1
        else dry += 1
        // Put away again, as a call would.
        await sql`update lead l set due_at = l.due_at + interval '1 day' from desk d
          where d.agent_id = ${ctx.actor.personId} and l.id = d.lead_id`.execute(ctx.db)
        await sql`update desk set step = 'idle', lead_id = null, call_id = null where agent_id = ${ctx.actor.personId}`.execute(
          ctx.db,
        )
      },
      agents[n]!,
    )
  }
  const rows: Measured[] = []
  let first = 0
  for (const many of [1, 50, 200]) {
    const base = await callers(many, seconds, plain)
    const times = await callers(many, seconds, claim)
    if (many === 50) first = times.length / seconds
    rows.push([
      `claim of a lead, ${many} caller${many > 1 ? 's' : ''} on 16 connections`,
      `${Math.round(times.length / seconds)}/s, ${spread(times)}`,
      `plain transaction ${Math.round(base.length / seconds)}/s, ${spread(base)}`,
      `rate ${(times.length / base.length).toFixed(2)}`,
    ])
  }
  const enough = performance.now() + BURNS_MS
  while (claimed < 20_000 && dry < 100 && performance.now() < enough) await callers(50, 1, claim)
  const later = await callers(50, seconds, claim)
  rows.push([
    `claim after ${claimed} claims, 50 callers`,
    `${Math.round(later.length / seconds)}/s`,
    `in the beginning ${Math.round(first)}/s`,
    `rate ${(later.length / seconds / first).toFixed(2)}`,
  ])
  if (dry > 0) rows.push(['claims that found nothing', String(dry), '', ''])
  return rows
}

/** Rows of a file into leads, beside the bare insert of as many rows of a list. */
export async function importing(house: House, rows: number): Promise<Measured[]> {
  await house.at('2026-06-17T08:05')
  const people = contacts(rows)
  const supply = { name: 'bench', good: 'AN-ACC', grade: 'B', source: 'bench', people, from: 0 } as const
  const begun = performance.now()
  const { endings } = await takeIn(house, supply, chance(7))
  const took = (performance.now() - begun) / 1000
  const bare = performance.now()
  await sql`create table bench_rows as select n, md5(n::text) as a, md5((n + 1)::text) as b from generate_series(1, ${rows}) n`.execute(
    house.boot.db,
  )
  const beside = (performance.now() - bare) / 1000
  return [
    [
      `import of ${rows} rows, ${endings.size} leads`,
      `${Math.round(rows / took)} rows/s`,
      `bare insert ${Math.round(rows / beside)} rows/s`,
      `rate ${(beside / took).toFixed(3)}`,
    ],
  ]
}

/** The live board with so many seats, as often as it is computed anew, beside one count of the same rows. */
export async function boardAt(house: House, seats: number): Promise<Measured[]> {
  const { boot, centreId } = house
  const actor = await house.actor('guo')
  await inCentre(boot, centreId, 'bench.seats', async (ctx) => {
    await sql`
      with made as (insert into person (centre_id, staff_no, name, name_keys, employed_from)
        select ${centreId}, 'board' || n, '席位' || n, 'x', '2024-01-08' from generate_series(1, ${seats}) n returning id),
      placed as (select id, g.unit from (select id, row_number() over () as n from made) m
        join (select id as unit, row_number() over (order by position) as n, count(*) over () as all_of from unit
          where kind = 'group' and centre_id = ${centreId}) g on g.n = 1 + m.n % g.all_of),
      seated as (insert into membership (person_id, unit_id, from_on, recorded_at)
        select id, unit, '2024-01-08', ${ctx.now} from placed),
      granted as (insert into role_grant (person_id, role, unit_id, from_on, granted_at)
        select id, 'tsr', unit, '2024-01-08', ${ctx.now} from placed)
      insert into presence (person_id, centre_id, group_id, state, since, active_at, day)
      select id, ${centreId}, unit, 'online', ${ctx.now}, ${ctx.now}, ${ctx.today} from placed`.execute(ctx.db)
  })
  await sql`analyze`.execute(boot.db)
  const times: number[] = []
  const beside: number[] = []
  for (let n = 0; n < 15; n++) {
    // Computed at most four times a second: each of these is a fresh one.
    await new Promise((resolve) => setTimeout(resolve, 300))
    let begun = performance.now()
    await inCentre(boot, centreId, 'floor.board', (ctx) => board(ctx), actor)
    times.push(performance.now() - begun)
    begun = performance.now()
    await sql`select count(*) from presence`.execute(boot.db)
    beside.push(performance.now() - begun)
  }
  return [
    [
      `live board with ${seats} more seats`,
      spread(times),
      `one count of them ${spread(beside)}`,
      `${(at(times, 0.5) / at(beside, 0.5)).toFixed(1)} times`,
    ],
  ]
}

/** Small writes of 16 connections with NOTIFY in the transaction, beside the same with news gathered outside. */
export async function notifying(pool: Pool, seconds: number): Promise<Measured[]> {
  await pool.query('create table bench_write (id bigint generated always as identity, at timestamptz default now())')
  const write = async (within: boolean) => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query('insert into bench_write default values')
      if (within) await client.query(`select pg_notify('bench', 'changed')`)
      await client.query('commit')
    } finally {
      client.release()
    }
  }
  const timer = setInterval(() => void pool.query(`select pg_notify('bench', 'gathered')`), 100)
  const gathered = await callers(16, seconds, () => write(false))
  clearInterval(timer)
  const within = await callers(16, seconds, () => write(true))
  return [
    [
      'writes with NOTIFY inside the transaction',
      `${Math.round(within.length / seconds)}/s`,
      `gathered each 100 ms ${Math.round(gathered.length / seconds)}/s`,
      `rate ${(within.length / gathered.length).toFixed(2)}`,
    ],
  ]
}
