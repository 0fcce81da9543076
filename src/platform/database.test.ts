import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/clone.ts'
import { together } from '../lib/together.ts'
import { openDb, openPool } from './database.ts'
import { migrate } from './migrate.ts'
import { PreparingClient } from './preparing.ts'

let fresh: FreshDatabase
const folder = mkdtempSync(join(tmpdir(), 'kaibo-migrations-'))
beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(async () => {
  await fresh.close()
  rmSync(folder, { recursive: true })
})

test('times, days and whole numbers go in and come back as they are', async () => {
  const at = Temporal.Instant.from('2026-03-02T01:20:00.123Z')
  const on = Temporal.PlainDate.from('2026-03-02')
  const { rows } = await sql<Record<string, unknown>>`select ${at}::timestamptz as at, ${on}::date as "on",
    ${sql.val([at, at])}::timestamptz[] as many, array[${on}::date, null] as days, count(*) as rows, 12.50 as money,
    ${Temporal.PlainTime.from('09:20')}::time as clock from generate_series(1, 3)`.execute(fresh.db)
  const row = rows[0]!
  expect((row.at as Temporal.Instant).equals(at)).toBe(true)
  expect((row.on as Temporal.PlainDate).equals(on)).toBe(true)
  expect((row.many as Temporal.Instant[]).map(String)).toEqual([String(at), String(at)])
  expect((row.days as (Temporal.PlainDate | null)[]).map((day) => day && String(day))).toEqual(['2026-03-02', null])
  expect(row).toMatchObject({ rows: 3, money: '12.50', clock: '09:20:00' })
})

test('a count beyond the safe whole numbers is an error and not a rounded figure', async () => {
  await expect(fresh.pool.query('select 9007199254740993::bigint')).rejects.toThrow('beyond the whole numbers')
})

test('the application is no superuser, so that row level security binds it', async () => {
  const { rows } = await fresh.pool.query('select rolsuper, rolbypassrls from pg_roles where rolname = current_user')
  expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false }])
})

test('a plain pool leaves dates to the libraries that expect them', async () => {
  const pool = openPool(fresh.target, { name: 'plain', max: 1, parsers: 'plain' })
  const { rows } = await pool.query('select now() as now, 1::bigint as n')
  expect(Object.prototype.toString.call(rows[0].now)).toBe('[object Date]')
  expect(rows[0].n).toBe('1')
  await pool.end()
})

test('a statement that comes again is prepared once a connection, and prepared anew when its table has changed', async () => {
  const pool = openPool(fresh.target, { name: 'preparing', max: 1 })
  const ask = () =>
    openDb(pool)
      .transaction()
      .execute((db) =>
        sql<Record<string, unknown>>`
    select * from prepared_once where id = ${1}`.execute(db),
      )
  await pool.query('create table prepared_once (id int)')
  await pool.query('insert into prepared_once values (1)')
  for (let time = 0; time < 3; time += 1) expect((await ask()).rows).toEqual([{ id: 1 }])
  const { rows } = await pool.query(
    `select count(*) as many from pg_prepared_statements where statement like '%prepared_once%'`,
  )
  expect(rows).toEqual([{ many: 1 }])
  await pool.query('alter table prepared_once add column name text')
  await expect(ask()).rejects.toThrow('cached plan must not change result type')
  expect((await ask()).rows).toEqual([{ id: 1, name: null }])
  await pool.end()
})

test('what is asked in one turn is answered in order, and a failure inside it leaves the connection usable', async () => {
  const pool = openPool(fresh.target, { name: 'pipeline', max: 1 })
  const db = openDb(pool)
  const work = db
    .transaction()
    .execute((inside) =>
      together([
        sql`select ${1}::int as n`.execute(inside),
        sql`select 1 / ${0}::int`.execute(inside),
        sql`select ${3}::int as n`.execute(inside),
      ]),
    )
  await expect(work).rejects.toThrow('division by zero')
  const [one, two] = await Promise.all([1, 2].map((n) => sql<{ n: number }>`select ${n}::int as n`.execute(db)))
  expect([one!.rows[0]!.n, two!.rows[0]!.n]).toEqual([1, 2])
  await pool.end()
})

test('a pool outlives the end of its connections, and a slow statement is cancelled', async () => {
  const pool = openPool(fresh.target, { name: 'brittle', max: 1, statementTimeoutMs: 50 })
  await expect(pool.query('select pg_sleep(5)')).rejects.toThrow('statement timeout')
  await fresh.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'brittle'`)
  await expect
    .poll(() =>
      pool.query('select 1').then(
        (r) => r.rowCount,
        () => 0,
      ),
    )
    .toBe(1)
  await pool.end()
})

test('migrations: once each, also when two nodes start at once; an edited, late or broken one stops the start', async () => {
  const at = (name: string, text: string) => writeFileSync(join(folder, name), text)
  const again = () => migrate(fresh.pool, () => {}, folder)
  at('901_first.sql', 'create table first_one (id int);')
  await Promise.all([again(), again()])
  at('902_second.sql', 'insert into first_one values (1);')
  const said: string[] = []
  await migrate(fresh.pool, (step) => said.push(step), folder)
  expect(said).toEqual(['Migrating: 902_second.sql'])
  await again()
  expect((await fresh.pool.query('select * from first_one')).rowCount).toBe(1)

  at('903_broken.sql', 'insert into first_one values (2);\nselect nonsense;')
  await expect(again()).rejects.toThrow('The migration 903_broken.sql failed, line 2: column "nonsense" does not exist')
  expect((await fresh.pool.query('select * from first_one')).rowCount).toBe(1)
  rmSync(join(folder, '903_broken.sql'))

  at('900_late.sql', 'select 1;')
  await expect(again()).rejects.toThrow('The migration 900_late.sql stands before 902_second.sql')
  rmSync(join(folder, '900_late.sql'))

  at('901_first.sql', 'create table first_one (id bigint);')
  await expect(again()).rejects.toThrow('The migration 901_first.sql was changed after this database ran it')
})

test('what is asked side by side in a transaction goes to the server before the first answer comes', async () => {
  const order: string[] = []
  const query = PreparingClient.prototype.query
  const watched = vi.spyOn(PreparingClient.prototype, 'query').mockImplementation(function (this: pg.Client, ...args) {
    order.push('asked')
    const answer: Promise<unknown> = query.apply(this, args)
    answer.finally(() => order.push('answered'))
    return answer
  })
  const pool = openPool(fresh.target, { name: 'side by side', max: 1 })
  await openDb(pool)
    .transaction()
    .execute((inside) => together([1, 2, 3].map((n) => sql`select ${n}::int`.execute(inside))))
  watched.mockRestore()
  // The begin and the three; then the commit.
  expect(order.slice(0, 4)).toEqual(['asked', 'asked', 'asked', 'asked'])
  expect(order.filter((what) => what === 'answered')).toHaveLength(5)
  await pool.end()
})
