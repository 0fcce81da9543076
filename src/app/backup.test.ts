import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient, type RouterClient } from '@orpc/server'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { desksOf } from '../../test/atDesk.ts'
import type { Name } from '../../test/cast.ts'
import { emptyDatabase, sumsOf } from '../../test/restored.ts'
import { sales, seated, sellable } from '../../test/selling.ts'
import { batch } from '../../test/stocked.ts'
import { type World, world } from '../../test/world.ts'
import { yes } from '../lib/verdict.ts'
import { attendance } from '../modules/attendance/api.ts'
import { calls } from '../modules/calls/api.ts'
import { openHours } from '../modules/compliance/packs.ts'
import { floor } from '../modules/floor/api.ts'
import { leads } from '../modules/leads/api.ts'
import { loadSignedIn } from '../modules/people/people.ts'
import { rulebookWith } from '../modules/rulebook/api.ts'
import { type Backup, makeBackup } from '../platform/backup.ts'
import { verifyBackup } from '../platform/backupFolder.ts'
import type { Boot } from '../platform/context.ts'
import { openDb, openPool, type Target } from '../platform/database.ts'
import { pathOf } from '../platform/files.ts'
import { openJobs } from '../platform/jobs.ts'
import { checkNumberKey } from '../platform/keys.ts'
import { checkKnown, prepareFolder, restoreBackup } from '../platform/restore.ts'

/* A morning's work backed up, brought back elsewhere and asked the same questions. */

const router = { floor, calls, attendance, sales, leads, rulebook: rulebookWith(openHours) }
const HANDLERS = { 'lists.import': async () => {} }
const home = mkdtempSync(join(tmpdir(), 'kaibo-backup-'))
const log = pino({ level: 'silent' })
let w: World<typeof router>
let target: Target
let made: Backup
let desks: ReturnType<typeof desksOf>
const text = 'a list that was handed in'
const fileId = randomUUID()

/** Where the world's own database is. */
async function targetOf(boot: Boot): Promise<Target> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(boot.db)
  const server = inject('server')
  if (!('url' in server)) return { ...server, database: rows[0]!.name }
  const url = new URL(server.url)
  url.pathname = `/${rows[0]!.name}`
  return { url: url.href }
}

const backUp = async () => {
  const backup = await makeBackup({ target, dataDir: w.boot.dataDir, folder: join(home, 'backups') })
  if (!backup) throw new Error('another back-up was under way')
  return backup
}

let places = 0
/** Brings a back-up back into an empty database and folder. */
async function restored(backup: Backup) {
  const into = await emptyDatabase()
  const dataDir = join(home, `place ${++places}`)
  const manifest = await verifyBackup(backup.path)
  checkKnown(manifest)
  prepareFolder(dataDir)
  await restoreBackup({ from: backup.path, manifest, target: into, dataDir, handlers: HANDLERS, log })
  return { target: into, dataDir }
}

beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T10:00' })
  target = await targetOf(w.boot)
  const productId = await sellable(w, 'L7', ['ann', 'bo', 'chen', 'deng'])
  await seated(w, ['ann', 'bo', 'chen', 'deng'])
  desks = desksOf(w, await batch(w, productId, 'June'))
  for (const [n, name] of (['ann', 'bo', 'deng'] as const).entries()) {
    await desks.atDesk(name, 4)
    for (const outcome of ['refused', 'later', 'refused'] as const) {
      const call = await desks.dialling(name)
      await w.as(name).calls.answered({ tabId: call.tabId })
      await w.setNow(`2026-06-17T10:${10 + n * 5}`)
      const note = 'wort "für" wort\\n\twort\n換行'
      await desks.record(name, call, { outcome, note })
    }
  }
  const bytes = Buffer.from(text)
  mkdirSync(join(w.boot.dataDir, 'files'), { recursive: true })
  writeFileSync(pathOf(w.boot, fileId), bytes)
  await w.sql`insert into stored_file (id, centre_id, name, bytes, sha256, uploaded_by)
    values (${fileId}, ${w.centre}, 'list.csv', ${bytes.length}, ${createHash('sha256').update(bytes).digest('hex')}, ${w.people.liu})`
  mkdirSync(join(w.boot.dataDir, 'keys'))
  writeFileSync(join(w.boot.dataDir, 'keys/number.key'), `${Buffer.alloc(32, 7).toString('hex')}\n`)
  const pool = openPool(target, { name: 'jobs', max: 2, parsers: 'plain' })
  const jobs = await openJobs(pool, log, HANDLERS)
  await w.run((ctx) => jobs.enqueue(ctx.db, 'lists.import', { batchId: 'half way' }))
  await jobs.stop()
  await pool.end()
  await checkNumberKey(w.boot.db, w.boot.numberKey)
  // Of the test's own making, and in no migration.
  await w.sql`drop table test_job`
  made = await backUp()
})
afterAll(async () => {
  await w.close()
  rmSync(home, { recursive: true, force: true })
})

/** The router over another database, as one of the cast. */
function asOn(boot: Boot, name: Name): RouterClient<typeof router> {
  const session = { sessionId: 'session', mustChangePassword: false }
  return createRouterClient(router, {
    context: async () => ({
      boot,
      signedIn: await loadSignedIn(boot.db, w.people[name], session),
      requestId: randomUUID(),
      http: { ip: '127.0.0.1', loopback: true, headers: new Headers(), setCookie: () => {} },
    }),
  } as never) as RouterClient<typeof router>
}

describe('a restored back-up', () => {
  let pool: ReturnType<typeof openPool>
  let place: Awaited<ReturnType<typeof restored>>
  let there: Boot
  beforeAll(async () => {
    place = await restored(made)
    pool = openPool(place.target, { name: 'restored', max: 4 })
    there = { ...w.boot, db: openDb(pool), dataDir: place.dataDir }
  })
  afterAll(() => pool.end())

  test('holds every row of every table', async () => {
    const [before, after] = [await sumsOf(target), await sumsOf(place.target)]
    // The book of back-ups alone goes on: the one that was made is not known to have ended in what it holds itself.
    const { backup_run: _, ...then } = before
    const { backup_run: __, ...now } = after
    expect(now).toEqual(then)
    expect(now.call).toMatch(/^9 /)
    expect(now.phone).toMatch(/^12 /)
  })

  test('answers the same board, day, month, stock and decisions', async () => {
    const [{ clause }] = (await w.sql<{ clause: string }>`select clause from decision order by clause`) as [
      { clause: string },
    ]
    const asked = async (boot: Boot) => ({
      board: await asOn(boot, 'lin').floor.board({}),
      floor: await asOn(boot, 'guo').floor.board({}),
      hours: await asOn(boot, 'lin').floor.hours({}),
      month: await asOn(boot, 'guo').sales.month({}),
      day: await asOn(boot, 'ann').calls.ownDay({}),
      recent: await asOn(boot, 'bo').calls.recent({}),
      decisions: await asOn(boot, 'guo').rulebook.decisions({ clause }),
      own: await asOn(boot, 'ann').rulebook.decisions({ clause }),
    })
    const here = await asked(w.boot)
    expect(await asked(there)).toEqual(here)
    expect(here.recent.calls).toHaveLength(3)
    expect(here.decisions.allowed + here.decisions.refused).toBeGreaterThan(0)
  })

  test('has the files, the key of the numbers and the work that was waiting', async () => {
    expect(readFileSync(pathOf(there, fileId), 'utf8')).toBe(text)
    expect(readFileSync(join(place.dataDir, 'keys/number.key'), 'utf8').trim()).toBe('07'.repeat(32))
    const { rows } = await pool.query(`select name, data ->> 'batchId' as batch from jobs.job where state = 'created'`)
    expect(rows).toEqual([{ name: 'lists.import', batch: 'half way' }])
  })

  test('is held together by the same references, indexes and walls', async () => {
    const shape = async (db: Boot['db']) => ({
      constraints: (
        await sql`select conrelid::regclass::text as on, conname as name, pg_get_constraintdef(oid) as made, convalidated as valid
          from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2`.execute(db)
      ).rows,
      // Those of months are named by the server, in the order of their making.
      indexes: (
        await sql`select i.indrelid::regclass::text as on, regexp_replace(pg_get_indexdef(i.indexrelid), 'INDEX \\S+', 'INDEX') as made,
            indisvalid as valid
          from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = 'public'::regnamespace order by 1, 2`.execute(
          db,
        )
      ).rows,
      walls: (
        await sql`select relname from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity and relforcerowsecurity order by 1`.execute(
          db,
        )
      ).rows,
    })
    const { constraints, ...rest } = await shape(there.db)
    const { constraints: before, ...same } = await shape(w.boot.db)
    expect(constraints).toEqual(before)
    expect(rest).toEqual(same)
  })

  test('goes on working: a call can be made and recorded in it', async () => {
    const ann = asOn(there, 'ann')
    const tabId = randomUUID()
    await ann.calls.open({ tabId, takeOver: true })
    await ann.calls.next({ tabId })
    const { callId, phoneId } = await ann.calls.desk({})
    await ann.calls.dial({ tabId, phoneId: phoneId! })
    await ann.calls.record({ tabId, callId: callId!, lineResult: 'noAnswer', outcome: 'notReached' })
    expect((await ann.calls.recent({})).calls).toHaveLength(4)
  })
})

test('a back-up made while people work is of one instant: what was written together is in it together', async () => {
  const before = new Set((await w.sql<{ id: string }>`select id from event`).map(({ id }) => id))
  let working = true
  let written = 0
  const work = async (name: Name) => {
    while (working) {
      const subject = { kind: 'person', id: randomUUID() }
      await w.run(async (ctx) => {
        await ctx.emit('test.worked', subject)
        await ctx.decide({ verdict: yes, subject, clauses: ['S1.1.4'] })
      }, name)
      written++
    }
  }
  const all = Promise.all((['ann', 'bo', 'chen'] as const).map(work))
  await expect.poll(() => written).toBeGreaterThan(20)
  const backup = await makeBackup({ target, dataDir: w.boot.dataDir, folder: join(home, 'at work') }).finally(() => {
    working = false
  })
  await all
  const place = await restored(backup!)
  const pool = openPool(place.target, { name: 'restored', max: 1 })
  const { rows } = await pool.query<{ id: string; subject: string; decided: number }>(
    `select id, subject_id as subject, (select count(*)::int from decision d where d.subject_id = e.subject_id) as decided
     from event e where name = 'test.worked'`,
  )
  const { rows: ids } = await pool.query<{ id: string }>('select id from event')
  await pool.end()
  expect(rows.length).toBeGreaterThan(20)
  expect(rows.length).toBeLessThan(written)
  expect(rows.filter(({ decided }) => decided !== 1)).toEqual([])
  const there = new Set(ids.map(({ id }) => id))
  expect([...before].filter((id) => !there.has(id))).toEqual([])
})
