import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { at } from '../../../test/clone.ts'
import type { Order } from '../../../test/importer.ts'
import { accepted, policyFile } from '../../../test/policies.ts'
import { sellable } from '../../../test/selling.ts'
import { type World, world } from '../../../test/world.ts'
import { policies } from './api.ts'
import { importFile, ROWS_AT_ONCE } from './import.ts'

const router = { policies }
let w: World<typeof router>
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T09:30' })
  const productId = await sellable(w, 'L7', ['ann', 'bo'])
  await accepted(
    w,
    productId,
    Array.from({ length: CASES }, (_, n) => ({
      ...{ number: numberOf(n), agent: n % 2 === 0 ? ('ann' as const) : ('bo' as const) },
      on: `2026-06-${String((n % 8) + 1).padStart(2, '0')}`,
    })),
  )
})
afterAll(() => w.close())

const CASES = 400
const ROWS = 8 * ROWS_AT_ONCE
const numberOf = (n: number) => `TB${String(n).padStart(6, '0')}`
/** Every fourth row is a case of ours and issued; the others are none of ours. */
const rowOf = (n: number) => [
  ...[n % 4 === 0 ? numberOf(n / 4) : `XX${n}A`, '已承保', '2026-06-10', null, null, '500', '月缴', null],
]

const rowsDone = async (id: string) =>
  (await w.sql<{ rows_done: number }>`select rows_done from policy_file where id = ${id}`)[0]!.rows_done

/** Resolves when an import has come so far, asked along the database's own answers. */
async function reached(id: string, rows: number): Promise<void> {
  while ((await rowsDone(id)) < rows) await sql`select pg_sleep(0.02)`.execute(w.boot.db)
}

test('an import of the insurer’s file that is killed twice ends as if nothing had happened', async () => {
  const fileId = await policyFile(
    w,
    'killed.csv',
    Array.from({ length: ROWS }, (_, n) => rowOf(n)),
  )
  const { id } = await w.as('liu').policies.enter({ fileId, asOf: '2026-06-16' })
  await w.as('liu').policies.start({ id })
  const job = { centreId: w.centre, actorId: w.people.liu, fileId: id }
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(w.boot.db)
  const order: Order = {
    ...{ target: at(inject('server'), rows[0]!.name), dataDir: w.boot.dataDir, job },
    numberKey: Buffer.from(w.boot.numberKey).toString('hex'),
  }
  const importer = fileURLToPath(new URL('../../../test/importer.ts', import.meta.url))
  for (const lots of [2, 5]) {
    const child = spawn(process.execPath, [importer, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit'] })
    const gone = once(child, 'exit')
    await Promise.race([reached(id, lots * ROWS_AT_ONCE), gone])
    child.kill('SIGKILL')
    expect(await gone).toEqual([null, 'SIGKILL'])
    expect(await rowsDone(id)).toBeLessThan(ROWS)
  }
  // The queue gives the job to another worker; a third one on the same file finds it busy or done and leaves.
  await Promise.all([importFile(w.boot, job), importFile(w.boot, job)])
  expect(await w.as('liu').policies.import({ id })).toMatchObject({
    ...{ state: 'done', rowsTotal: ROWS, rowsDone: ROWS, changed: CASES, theirs: ROWS - CASES, fault: 0 },
  })
  const [facts] = await w.sql`
    select (select count(*) from policy_row where file_id = ${id})::int as rows,
      (select count(*) from sale where state = 'issued')::int as issued,
      (select count(*) from sale_event where source = 'insurerFile')::int as entries,
      (select sum(issued) from sale_day)::int as counted,
      (select count(*) from policy_difference where kind = 'theirsNotOurs')::int as foreign_numbers`
  expect(facts).toEqual({
    ...{ rows: ROWS, issued: CASES, entries: CASES, counted: CASES, foreign_numbers: ROWS - CASES },
  })
}, 240_000)

test('an import that is stopped ends between two transactions and goes on where it stood', async () => {
  const fileId = await policyFile(
    w,
    'stopped.csv',
    Array.from({ length: ROWS }, (_, n) => rowOf(n)),
  )
  const { id } = await w.as('liu').policies.enter({ fileId, asOf: '2026-06-17' })
  await w.as('liu').policies.start({ id })
  const job = { centreId: w.centre, actorId: w.people.liu, fileId: id }
  const running = importFile(w.boot, job)
  await reached(id, 2 * ROWS_AT_ONCE)
  await w.as('liu').policies.stop({ id })
  await running
  const stood = await rowsDone(id)
  expect(stood % ROWS_AT_ONCE).toBe(0)
  expect(stood).toBeLessThan(ROWS)
  await expect(w.as('liu').policies.discard({ id })).rejects.toMatchObject({ code: 'REFUSED' })
  await w.as('liu').policies.start({ id })
  await importFile(w.boot, job)
  expect(await w.as('liu').policies.import({ id })).toMatchObject({ state: 'done', changed: 0, same: CASES })
}, 240_000)

test('a file that is no table, or lacks the number, ends as failed with its reason', async () => {
  const broken = await policyFile(w, 'x.csv', [])
  await w.sql`update stored_file set name = 'x.pdf' where id = ${broken}`
  const { id } = await w.as('liu').policies.enter({ fileId: broken, asOf: '2026-06-15' })
  await w.as('liu').policies.start({ id, options: { columns: { 投保单号: null } } })
  await importFile(w.boot, { centreId: w.centre, actorId: w.people.liu, fileId: id })
  expect(await w.as('liu').policies.import({ id })).toMatchObject({ state: 'failed', rowsDone: 0 })
})
