import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { at } from '../../../test/clone.ts'
import { mobile } from '../../../test/dialling.ts'
import { HANDLERS, LIFE1, type Sheet, workbook } from '../../../test/takeOver.ts'
import type { Work } from '../../../test/worker.ts'
import { type World, world } from '../../../test/world.ts'
import { addProduct } from '../catalog/catalog.ts'
import { moving } from './api.ts'

const router = { moving }
let w: World<typeof router>
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T08:00' })
  await w.run((ctx) => addProduct(ctx, LIFE1), 'guo')
})
afterAll(() => w.close())

const LEADS = 9000
const CASES = 3000
const on = Temporal.PlainDate.from('2026-06-01')
const BOOK: readonly Sheet[] = [
  {
    name: '名單批次',
    heads: ['批次', '來源', '同意憑證', '同意日期', '產品'],
    rows: [['整批', '銀行', '合約', on, 'LIFE1']],
  },
  {
    name: '名單',
    heads: ['手機', '批次', '坐席', '撥打次數', '最後撥打', '最後結果', '下次撥打'],
    rows: Array.from({ length: LEADS }, (_, n) => [
      ...[mobile(5_000_000 + n).slice(3), '整批', n % 3 === 0 ? 'ann' : null, n % 2, null],
      ...(n % 3 === 0 && n % 2 === 1 ? ['約回電', Temporal.PlainDateTime.from('2026-06-18T10:00')] : [null, null]),
    ]),
  },
  {
    name: '保單',
    heads: ['投保單號', '坐席', '客戶電話', '產品', '繳費方式', '保費', '狀態', '受理日期', '承保日期'],
    rows: Array.from({ length: CASES }, (_, n) => [
      ...[`K${10_000 + n}`, n % 2 ? 'ann' : 'bo', mobile(6_000_000 + n).slice(3), 'LIFE1', '年繳', 1000 + n, '承保'],
      ...[on, on.add({ days: 2 })],
    ]),
  },
]

const facts = async () => {
  const [all] =
    await w.sql`select (select count(*) from lead)::int as leads, (select count(*) from customer)::int as customers,
    (select count(*) from lead_attempt)::int as tries, (select count(*) from callback)::int as promises,
    (select count(*) from consent)::int as consents, (select count(*) from lead_hold)::int as holds,
    (select count(*) from sale)::int as cases, (select count(*) from sale_event)::int as entries,
    (select coalesce(sum(accepted), 0) from sale_day)::int as accepted,
    (select coalesce(sum(issued_standard), 0)::text from sale_day) as issued`
  return all
}

test('a load that is killed in its leads and in its cases, and a taking back that is killed, end as if nothing had happened', async () => {
  const { openingId } = await w.as('guo').moving.begin({ day: '2026-06-17' })
  await w.as('guo').moving.handIn({ openingId, fileId: await workbook(w, BOOK) })
  await w.as('guo').moving.check({ openingId })
  await w.runJobs(HANDLERS)
  const dry = await w.as('guo').moving.opening({ openingId })
  expect(dry.parts.map(({ good, bad }) => [good, bad])).toEqual([
    [1, 0],
    [LEADS, 0],
    [CASES, 0],
  ])
  const nothing = await facts()
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(w.boot.db)
  const work = (name: string): Work => ({
    ...{ target: at(inject('server'), rows[0]!.name), dataDir: w.boot.dataDir, name },
    ...{ numberKey: Buffer.from(w.boot.numberKey).toString('hex') },
    job: { centreId: w.centre, actorId: w.people.guo, openingId },
  })
  const worker = fileURLToPath(new URL('../../../test/worker.ts', import.meta.url))
  /** Works the job off in a process of its own and kills it once this is true. */
  const killedOnce = async (name: string, reached: () => Promise<boolean>) => {
    const child = spawn(process.execPath, [worker, JSON.stringify(work(name))], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const gone = once(child, 'exit')
    const watch = async () => {
      while (!(await reached())) await sql`select pg_sleep(0.02)`.execute(w.boot.db)
    }
    await Promise.race([watch(), gone])
    child.kill('SIGKILL')
    expect(await gone).toEqual([null, 'SIGKILL'])
  }
  const done = async (kind: string, least: number) =>
    (await w.sql`select 1 from opening_part where kind = ${kind} and rows_done >= ${least}`).length > 0
  await w.as('guo').moving.load({ openingId })
  await w.sql`delete from test_job`
  await killedOnce('moving.load', () => done('leads', 2000))
  await killedOnce('moving.load', () => done('leads', 6000))
  await killedOnce('moving.load', () => done('cases', 1000))
  // The queue gives the job to another worker; a second one at the same time finds the rows done.
  await w.runJobs(HANDLERS)
  const load = (HANDLERS as Record<string, (boot: unknown, job: unknown) => Promise<void>>)['moving.load']!
  await Promise.all([load(w.boot, work('').job), load(w.boot, work('').job)])
  const loaded = await w.as('guo').moving.opening({ openingId })
  expect(loaded.state).toBe('loaded')
  expect(loaded.parts.map(({ good, same, bad }) => [good, same, bad])).toEqual([
    [1, 0, 0],
    [LEADS, 0, 0],
    [CASES, 0, 0],
  ])
  // 1,000 + n at the factor of a half: 3,000 × 500 + ½ × (0 + … + 2,999).
  const issued = 500 * CASES + (CASES * (CASES - 1)) / 4
  expect(await facts()).toEqual({
    ...{ leads: LEADS, customers: LEADS + CASES, tries: LEADS / 2, promises: LEADS / 6, consents: LEADS, holds: LEADS },
    ...{ cases: CASES, entries: 2 * CASES, accepted: CASES, issued: issued.toFixed(2) },
  })
  await w.as('guo').moving.undo({ openingId })
  await w.sql`delete from test_job`
  const left = async () => (await w.sql<{ n: number }>`select count(*)::int as n from lead`)[0]!.n
  await killedOnce('moving.undo', async () => (await left()) <= LEADS - 2000)
  const undo = (HANDLERS as Record<string, (boot: unknown, job: unknown) => Promise<void>>)['moving.undo']!
  await undo(w.boot, work('').job)
  expect(await facts()).toEqual({ ...nothing, issued: expect.stringMatching(/^0(\.00)?$/) })
}, 240_000)
