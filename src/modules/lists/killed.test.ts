import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { at } from '../../../test/clone.ts'
import { mobile, product } from '../../../test/dialling.ts'
import type { Order } from '../../../test/importer.ts'
import { basis, handedIn } from '../../../test/lists.ts'
import { type World, world } from '../../../test/world.ts'
import { leadsOfList } from '../leads/create.ts'
import { listsWith } from './api.ts'
import { importBatch, ROWS_AT_ONCE } from './import.ts'

const router = { lists: listsWith(leadsOfList) }
let w: World<typeof router>
let productId: string
beforeAll(async () => {
  w = await world(router)
  productId = await product(w, ['ann'])
  await w.sql`insert into product_version (product_id, effective_on, pay_ways, standard_factor)
    values (${productId}, '2024-01-08', '{"yearly":1}', 1)`
})
afterAll(() => w.close())

const ROWS = 20_000
/** Every tenth row repeats the number of the row before it. */
const row = (n: number, first: number) =>
  `Customer ${n},${mobile(first + (n % 10 === 0 ? n - 1 : n)).slice(3)},note ${n}`

async function batch(name: string, first: number, rows = ROWS) {
  const lines = Array.from({ length: rows }, (_, n) => row(n + 1, first))
  const fileId = await handedIn(w, `${name}.csv`, Buffer.from(['name,mobile,note', ...lines, ''].join('\n')))
  const { batchId } = await w
    .as('liu')
    .lists.createBatch(basis(productId, fileId, name, ['name', 'mobile', 'note'], ['name', 'phone1', 'fact']))
  await w.as('liu').lists.start({ batchId })
  return batchId
}
const rowsDone = async (batchId: string) =>
  (await w.sql<{ rows_done: number }>`select rows_done from list_batch where id = ${batchId}`)[0]!.rows_done

/** Resolves when an import has come so far, asked along the database's own answers. */
async function reached(batchId: string, rows: number): Promise<void> {
  while ((await rowsDone(batchId)) < rows) await sql`select pg_sleep(0.05)`.execute(w.boot.db)
}

test('[S4.4.10a D] an import of 20,000 rows that is killed twice ends as if nothing had happened', async () => {
  const batchId = await batch('killed', 3_000_000)
  const job = { centreId: w.centre, actorId: w.people.liu, batchId }
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(w.boot.db)
  const order: Order = {
    ...{ target: at(inject('server'), rows[0]!.name), dataDir: w.boot.dataDir, job },
    numberKey: Buffer.from(w.boot.numberKey).toString('hex'),
  }
  const importer = fileURLToPath(new URL('../../../test/importer.ts', import.meta.url))
  for (const rows of [3 * ROWS_AT_ONCE, 9 * ROWS_AT_ONCE]) {
    const child = spawn(process.execPath, [importer, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit'] })
    const gone = once(child, 'exit')
    await Promise.race([reached(batchId, rows), gone])
    child.kill('SIGKILL')
    expect(await gone).toEqual([null, 'SIGKILL'])
    expect(await rowsDone(batchId)).toBeLessThan(ROWS)
  }
  // The queue gives the job to another worker; a third one on the same list finds it busy or done and leaves.
  await Promise.all([importBatch(w.boot, job, leadsOfList), importBatch(w.boot, job, leadsOfList)])
  expect(await w.as('liu').lists.batch({ batchId })).toMatchObject({
    ...{ state: 'done', rowsTotal: ROWS, rowsDone: ROWS, good: 0.9 * ROWS, dup: 0.1 * ROWS, bad: 0, inv: 0, dnc: 0 },
  })
  const [facts] = await w.sql`
    select (select count(*) from list_row where batch_id = ${batchId})::int as rows,
      (select count(*) from lead where batch_id = ${batchId})::int as leads,
      (select count(distinct customer_id) from lead where batch_id = ${batchId})::int as people,
      (select count(*) from consent c join lead l on l.customer_id = c.customer_id where l.batch_id = ${batchId})::int as consents,
      (select count(*) from list_row r join lead l on l.id = r.lead_id where r.batch_id = ${batchId})::int as linked`
  const good = 0.9 * ROWS
  expect(facts).toEqual({ rows: ROWS, leads: good, people: good, consents: good, linked: good })
}, 240_000)

test('an import that is stopped ends between two transactions and goes on where it stood', async () => {
  const rows = 5 * ROWS_AT_ONCE
  const batchId = await batch('stopped', 4_000_000, rows)
  const job = { centreId: w.centre, actorId: w.people.liu, batchId }
  const running = importBatch(w.boot, job, leadsOfList)
  await reached(batchId, 2 * ROWS_AT_ONCE)
  await w.as('liu').lists.stop({ batchId })
  await running
  const stood = await rowsDone(batchId)
  expect(stood % ROWS_AT_ONCE).toBe(0)
  expect(stood).toBeLessThan(rows)
  expect((await w.as('liu').lists.batch({ batchId })).state).toBe('stopped')
  await w.as('liu').lists.start({ batchId })
  await importBatch(w.boot, job, leadsOfList)
  expect(await w.as('liu').lists.batch({ batchId })).toMatchObject({ state: 'done', good: 0.9 * rows, dup: 0.1 * rows })
  // Row 1 of the file is its heads, so the customers' own numbers stand one lower.
  const last = await w.as('liu').lists.rows({ batchId, result: 'DUP', after: rows - 49 })
  expect(last.rows.map(({ rowNo }) => rowNo)).toEqual([40, 30, 20, 10, 0].map((back) => rows + 1 - back))
}, 240_000)
