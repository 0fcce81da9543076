import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { at, type FreshDatabase, freshDatabase } from '../../test/clone.ts'
import { createCentre } from './centre.ts'
import { openPool } from './database.ts'
import { settingsOf } from './env.ts'
import { checkNumberKey, keyOf } from './keys.ts'
import { scrub } from './log.ts'
import { checkDatabase, checkPort, checkProduction, isUnfinishedDemo, markDemo } from './startChecks.ts'

/* What a node looks at before it serves anybody, and the sentences it stops with. */

let fresh: FreshDatabase
const folder = mkdtempSync(join(tmpdir(), 'kaibo-start-'))
beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(async () => {
  await fresh.close()
  rmSync(folder, { recursive: true })
})

describe('settings', () => {
  test('all of them have a default', () => {
    expect(settingsOf({ LOG_LEVEL: 'info' }, '/somewhere/data')).toEqual({
      port: 8080,
      host: '127.0.0.1',
      dataDir: '/somewhere/data',
      backups: '/somewhere/data/backups',
      databaseUrl: null,
      production: false,
      publicUrl: null,
      tls: null,
      secure: false,
      trustProxy: false,
      metricsToken: null,
      logLevel: 'info',
    })
  })

  test.each([
    [{ PORT: 'eighty' }, 'PORT is eighty'],
    [{ PORT: '70000' }, 'PORT is 70000'],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL is no address'],
    [{ KAIBO_URL: 'kaibo.example' }, 'KAIBO_URL is kaibo.example'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is loud'],
  ])('%o stops with the name of the variable', (env, sentence) => {
    expect(() => settingsOf(env)).toThrow(sentence)
  })
})

describe('keys outside the database', () => {
  test('are made once, for their owner alone, and come back the same', () => {
    const first = keyOf(folder, 'number', {})
    expect(first).toHaveLength(32)
    expect(keyOf(folder, 'number', {})).toEqual(first)
    expect(keyOf(folder, 'session', {})).not.toEqual(first)
    expect(statSync(join(folder, 'keys', 'number.key')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700)
  })

  test('may be given from outside, in two forms', () => {
    const key = randomBytes(32)
    for (const text of [key.toString('hex'), key.toString('base64')])
      expect(keyOf(folder, 'number', { KAIBO_NUMBER_KEY: text })).toEqual(key)
    expect(() => keyOf(folder, 'number', { KAIBO_NUMBER_KEY: 'short' })).toThrow('KAIBO_NUMBER_KEY must be 32 bytes')
  })

  test('a damaged file is not replaced by a new key', () => {
    const file = join(folder, 'keys', 'session.key')
    writeFileSync(file, 'half a k')
    expect(() => keyOf(folder, 'session', {})).toThrow('is damaged')
    expect(readFileSync(file, 'utf8')).toBe('half a k')
  })

  test('another key than the one of this database is refused, since nobody would be found with it', async () => {
    const key = randomBytes(32)
    await checkNumberKey(fresh.db, key)
    await checkNumberKey(fresh.db, key)
    await expect(checkNumberKey(fresh.db, randomBytes(32))).rejects.toThrow('do-not-call list')
  })
})

describe('what stands in the way is said', () => {
  test('a busy port, and an address that this machine has not', async () => {
    const busy = createServer()
    const port = await new Promise<number>((resolve) => {
      busy.listen(0, '127.0.0.1', () => resolve((busy.address() as { port: number }).port))
    })
    await expect(checkPort(port, '127.0.0.1')).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use`)
    await new Promise((resolve) => busy.close(resolve))
    await checkPort(port, '127.0.0.1')
    await expect(checkPort(port, '203.0.113.1')).rejects.toThrow('no address 203.0.113.1')
  })

  test('a database that does not answer, or is not there', async () => {
    const nobody = openPool({ url: 'postgres://kaibo@127.0.0.1:1/kaibo' }, { name: 'nobody', max: 1 })
    await expect(checkDatabase(nobody, () => {})).rejects.toThrow('nobody listens at that address')
    await nobody.end()
    const nowhere = openPool(at(inject('server'), 'nowhere'), { name: 'nowhere', max: 1 })
    await expect(checkDatabase(nowhere, () => {})).rejects.toThrow('there is no database of that name')
    await nowhere.end()
    await checkDatabase(fresh.pool, () => {})
  })

  test('production refuses a demo centre and a demo folder, and serves one’s own', async () => {
    const own = await freshDatabase()
    const centre = { name: 'Own', kind: 'life', timeZone: 'Asia/Shanghai' } as const
    await createCentre(own.db, { ...centre, demo: false })
    await checkProduction(own.db, folder)
    markDemo(folder, true)
    await expect(checkProduction(own.db, folder)).rejects.toThrow('This is demo data')
    rmSync(join(folder, 'demo'))
    await createCentre(own.db, { ...centre, name: 'Harbour', demo: true })
    await expect(checkProduction(own.db, folder)).rejects.toThrow('This is demo data (the centre Harbour)')
    await own.close()
  })

  test('only a demo centre may have a clock of its own', async () => {
    const clock = { at: Temporal.Instant.from('2026-06-17T01:00:00Z'), rate: 1 }
    const made = createCentre(fresh.db, { name: 'Own', kind: 'life', timeZone: 'Asia/Shanghai', demo: false, clock })
    await expect(made).rejects.toThrow('check constraint')
    const { rows } = await sql`select 1 from centre where clock_real is not null`.execute(fresh.db)
    expect(rows).toEqual([])
  })

  test('a demo whose making was cut off is known as such', () => {
    expect(isUnfinishedDemo(folder)).toBe(false)
    markDemo(folder, false)
    expect(isUnfinishedDemo(folder)).toBe(true)
    markDemo(folder, true)
    expect(isUnfinishedDemo(folder)).toBe(false)
  })
})

test.each([
  ['duplicate key (e164)=(+8613800001234) exists', 'duplicate key … exists'],
  ['invalid input syntax for type uuid: "王小明"', 'invalid input syntax for type uuid: …'],
  ['call to 138-0000-1234 failed after 12 s', 'call to … failed after 12 s'],
])('the log says what went wrong and not about whom: %s', (text, kept) => {
  expect(scrub(text)).toBe(kept)
})
