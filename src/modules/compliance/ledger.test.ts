import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { at } from '../../../test/clone.ts'
import { customersWith, dialOf, mobile, product } from '../../../test/dialling.ts'
import { type World, world } from '../../../test/world.ts'
import type { Boot } from '../../platform/context.ts'
import { openDb, openPool } from '../../platform/database.ts'
import { inCentre } from '../../platform/transaction.ts'
import { recordAct } from '../customers/consent.ts'
import { allowDial } from './allow.ts'
import { judge } from './facts.ts'

const AGENTS = ['ann', 'bo', 'fang'] as const

let w: World<Record<never, never>>
let boot: Boot
let close: () => Promise<void>
let productId: string
beforeAll(async () => {
  w = await world({})
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(w.boot.db)
  // As many connections as a node of the house has.
  const pool = openPool(at(inject('server'), rows[0]!.name), { name: 'dials', max: 16 })
  boot = { ...w.boot, db: openDb(pool) }
  close = () => pool.end()
  productId = await product(w, AGENTS)
})
afterAll(async () => {
  await close()
  await w.close()
})

type Customer = { readonly customerId: string; readonly phoneId: string }

/** Dials without asking again: true when it was allowed. Any other error than a refusal is one. */
const dial = (agent: (typeof AGENTS)[number], to: Customer, callNo: number): Promise<boolean> =>
  inCentre(boot, w.centre, 'calls.dial', (ctx) =>
    allowDial(ctx, {
      ...dialOf(w, agent, productId, to),
      callId: `01890000-0000-7000-8000-${String(callNo).padStart(12, '0')}`,
    }),
  ).then(
    () => true,
    (error: Error & { reasons?: unknown }) => {
      if (!error.reasons) throw error
      return false
    },
  )

const allowedOf = (customers: readonly Customer[]) => w.sql<{ phone_id: string; dials: number }>`
  select p.id as phone_id, count(d.*)::int as dials from phone p left join dial_ledger d on d.hash = p.hash
  where p.id = any(${customers.map((one) => one.phoneId)}::uuid[]) group by p.id`

test('[S3.6 K] of two agents on one number in the same instant one is allowed and one refused', async () => {
  const customers = await customersWith(
    w,
    Array.from({ length: 30 }, (_, n) => mobile(n)),
  )
  const answers = await Promise.all(
    customers.map((one, n) => Promise.all([dial('ann', one, 10_000 + n), dial('bo', one, 20_000 + n)])),
  )
  for (const pair of answers) expect(pair.filter(Boolean)).toEqual([true])
  expect((await allowedOf(customers)).every((row) => row.dials === 1)).toBe(true)
})

test('[S3.6 K] of 1,000 dials by 200 callers at once none is allowed over its number’s cap, and none under it is refused', async () => {
  const NUMBERS = 100
  const DIALS = 1_000
  const CALLERS = 200
  const customers = await customersWith(
    w,
    Array.from({ length: NUMBERS }, (_, n) => mobile(10_000 + n)),
  )
  // Every second customer has called us: for those the carrier's three in five minutes count, for the others one in two hours.
  const warm = customers.filter((_, n) => n % 2 === 1)
  await w.run(async (ctx) => {
    for (const [n, { customerId }] of warm.entries())
      await recordAct(ctx, {
        ...{ customerId, kind: 'inbound', from: ctx.now, to: null },
        record: { kind: 'call', id: `01890000-0000-7000-8000-${String(900_000 + n).padStart(12, '0')}` },
      })
  })
  let next = 0
  let allowed = 0
  const caller = async () => {
    for (let n = next++; n < DIALS; n = next++)
      // A step that shares no factor with the count, so that a number's dials lie apart and meet others.
      if (await dial(AGENTS[n % AGENTS.length]!, customers[(n * 7) % NUMBERS]!, 100_000 + n)) allowed++
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  const rows = new Map((await allowedOf(customers)).map((row) => [row.phone_id, row.dials]))
  const warmPhones = new Set(warm.map((one) => one.phoneId))
  expect(customers.filter((one) => rows.get(one.phoneId) !== (warmPhones.has(one.phoneId) ? 3 : 1))).toEqual([])
  expect(allowed).toBe(warm.length * 3 + (NUMBERS - warm.length))
}, 180_000)

test('a number’s past is read by its index, however long the ledger', async () => {
  const [one] = await customersWith(w, [mobile(50_000)])
  await w.sql`
    insert into dial_ledger (occurred_on, centre_id, hash, at, ended_at, subject, cold, agent_id, call_id)
    select '2026-06-01', ${w.centre}, decode(md5((n % 60000)::text), 'hex'), timestamptz '2026-06-01 01:00Z' + n * interval '1 s',
      null, 'life', true, ${w.people.ann}, uuidv7() from generate_series(1, 200000) n`
  await sql`analyze dial_ledger`.execute(w.boot.db)
  const plan = await w.run(async (ctx) => {
    const hashes = [Buffer.from(ctx.hashOf(mobile(50_000)))]
    const { rows } = await sql<{ 'QUERY PLAN': string }>`
      explain select at from dial_ledger
      where hash = any(${hashes}::bytea[]) and at > ${ctx.now.subtract({ hours: 24 * 31 })}
        and occurred_on >= ${ctx.today.subtract({ days: 32 })} and centre_id = ${ctx.centre.id}`.execute(ctx.db)
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  })
  expect(plan).toMatch(/Index Scan (using|on) dial_ledger_y2026m06_hash/)
  expect(plan).not.toMatch(/Seq Scan on dial_ledger_y2026m06/)
  expect((await w.run((ctx) => judge(ctx, [dialOf(w, 'ann', productId, one!)])))[0]!.allow).toBe(true)
})
