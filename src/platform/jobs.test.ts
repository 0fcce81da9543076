import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/clone.ts'
import type { Boot } from './context.ts'
import { openPool, type Pool } from './database.ts'
import { type JobData, type Jobs, openJobs, WORKERS } from './jobs.ts'

let fresh: FreshDatabase
let pool: Pool
let jobs: Jobs
const done: JobData[] = []
let waiting: (() => void)[] = []
let failures = 1

/** Resolves when a job has run, whichever comes next. */
const oneMore = () => new Promise<void>((resolve) => waiting.push(resolve))
const ran = (data: JobData) => {
  done.push(data)
  for (const resolve of waiting.splice(0)) resolve()
}

beforeAll(async () => {
  fresh = await freshDatabase()
  pool = openPool(fresh.target, { name: 'jobs', max: 4, parsers: 'plain' })
  jobs = await openJobs(pool, pino({ level: 'silent' }), {
    'lists.import': async (_boot, data) => ran(data),
    'lists.stumble': async (_boot, data) => {
      if (failures-- > 0) throw new Error('stumbled')
      ran(data)
    },
  })
})
afterAll(async () => {
  waiting = []
  await jobs.stop()
  await pool.end()
  await fresh.close()
})

const asked = { centreId: 'c', actorId: 'a' }

test('a job is there exactly when the command’s changes are', async () => {
  expect(jobs.working).toBe(false)
  await jobs.work({} as Boot)
  expect(jobs.working).toBe(true)
  const undone = fresh.db.transaction().execute(async (db) => {
    await jobs.enqueue(db, 'lists.import', { ...asked, batch: 'undone' })
    throw new Error('the command failed')
  })
  await expect(undone).rejects.toThrow('the command failed')
  const run = oneMore()
  await fresh.db.transaction().execute((db) => jobs.enqueue(db, 'lists.import', { ...asked, batch: 'kept' }))
  await run
  expect(done).toEqual([{ ...asked, batch: 'kept' }])
  const { rows } = await fresh.pool.query(`select count(*) as jobs from jobs.job where name = 'lists.import'`)
  expect(rows).toEqual([{ jobs: 1 }])
})

test('a job that fails is tried again', async () => {
  const run = oneMore()
  await jobs.enqueue(fresh.db, 'lists.stumble', { ...asked, batch: 'stumbled' })
  await run
  expect(done.at(-1)).toEqual({ ...asked, batch: 'stumbled' })
  expect(failures).toBe(-1)
})

test('a job that nobody handles is an error of the command that asked for it', async () => {
  await expect(jobs.enqueue(fresh.db, 'lists.nobody', asked)).rejects.toThrow('no handler for the job lists.nobody')
})

test('a job of a node that was killed goes on at the next start, and waits while another node is there', async () => {
  const { rows } = await fresh.pool.query<{
    id: string
  }>(`insert into jobs.job (name, data, state, started_on, retry_limit)
    values ('lists.import', '{"centreId":"c","actorId":"a","batch":"left"}', 'active', now(), 5) returning id`)
  const id = rows[0]!.id
  const state = async () => (await fresh.pool.query('select state from jobs.job where id = $1', [id])).rows[0].state
  const log = pino({ level: 'silent' })
  const other = openPool(fresh.target, { name: `${WORKERS} other`, max: 1 })
  await other.query('select 1')
  const begin = async (mark: string) => {
    const own = openPool(fresh.target, { name: `${WORKERS} ${mark}`, max: 2, parsers: 'plain' })
    const next = await openJobs(own, log, { 'lists.import': async (_boot, data) => ran(data) })
    await next.work({} as Boot)
    return async () => {
      await next.stop()
      await own.end()
    }
  }
  const endFirst = await begin('first')
  expect(await state()).toBe('active')
  await endFirst()
  await other.end()
  const run = oneMore()
  const endSecond = await begin('second')
  await run
  expect(done.at(-1)).toMatchObject({ batch: 'left' })
  await endSecond()
})
