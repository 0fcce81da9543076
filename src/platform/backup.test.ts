import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/clone.ts'
import { emptyDatabase } from '../../test/restored.ts'
import { type Backup, KEPT, makeBackup } from './backup.ts'
import { backupAt, backupsIn, type Manifest, verifyBackup } from './backupFolder.ts'
import { createCentre } from './centre.ts'
import { openClient, openPool } from './database.ts'
import { holdFolder } from './dataFolder.ts'
import { checkKnown, prepareFolder, restoreBackup } from './restore.ts'
import { checkRestored, isDemoFolder, markDemo } from './startChecks.ts'

/* What a back-up refuses, what it leaves behind, and what it never overwrites. */

const home = mkdtempSync(join(tmpdir(), 'kaibo-backups-'))
const dataDir = join(home, 'data')
let fresh: FreshDatabase
let centreId: string
let second = 0

/** The next back-up into a folder, each a second later. */
async function backUp(folder: string, more: Partial<Parameters<typeof makeBackup>[0]> = {}): Promise<Backup> {
  const at = Temporal.Instant.from('2026-06-17T18:00:00Z').add({ seconds: ++second })
  const made = await makeBackup({ target: fresh.target, dataDir, folder: join(home, folder), at, ...more })
  if (!made) throw new Error('another back-up was under way')
  return made
}
const runs = async () =>
  (await fresh.pool.query('select trouble, ended_at is not null as ended from backup_run order by began_at')).rows

beforeAll(async () => {
  mkdirSync(join(dataDir, 'files'), { recursive: true })
  mkdirSync(join(dataDir, 'keys'))
  writeFileSync(join(dataDir, 'keys/number.key'), `${'07'.repeat(32)}\n`)
  fresh = await freshDatabase()
  centreId = await createCentre(fresh.db, { name: '海港', kind: 'life', timeZone: 'Asia/Shanghai', demo: false })
  await fresh.pool.query(
    `insert into event (occurred_on, at, centre_id, name, data) select current_date, now(), $1, 'test', to_jsonb(n::text || repeat(md5(n::text), 20))
     from generate_series(1, 500) n`,
    [centreId],
  )
})
afterAll(async () => {
  await fresh.close()
  rmSync(home, { recursive: true, force: true })
})

const file = async (text: string) => {
  const id = randomUUID()
  writeFileSync(join(dataDir, 'files', id), text)
  const sum = createHash('sha256').update(text).digest('hex')
  await fresh.pool.query(
    'insert into stored_file (id, centre_id, name, bytes, sha256, uploaded_by) values ($1, $2, $3, $4, $5, $1)',
    [id, centreId, 'list.csv', text.length, sum],
  )
  return id
}

describe('a back-up', () => {
  test('is closed to others, says what it holds, and its sums are those of sha256sum', async () => {
    const { path, manifest, bytes } = await backUp('plain')
    expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(statSync(join(path, 'keys/number.key')).mode & 0o777).toBe(0o600)
    expect(manifest.tables.find(({ name }) => name === 'event')?.rows).toBe(500)
    expect(manifest.tables.map(({ name }) => name)).not.toContain('account_session')
    const lines = readFileSync(join(path, 'SHA256SUMS'), 'utf8').trim().split('\n')
    let counted = 0
    for (const line of lines) {
      const [sum, name] = line.split('  ')
      const content = readFileSync(join(path, name!))
      counted += content.length
      expect(createHash('sha256').update(content).digest('hex')).toBe(sum)
    }
    expect(bytes).toBe(counted)
    expect(await verifyBackup(path)).toEqual(manifest)
    expect(backupAt(join(home, 'plain'))).toBe(path)
    expect(() => backupAt(dataDir)).toThrow('There is no back-up in')
  })

  test('has each centre’s customers once, whether its user is held by row level security or not', async () => {
    const other = await createCentre(fresh.db, { name: '遠山', kind: 'life', timeZone: 'Asia/Shanghai', demo: false })
    const client = await openClient(fresh.target, 'customers')
    for (const id of [centreId, other]) {
      await client.query(`select set_config('kaibo.centre', $1, false)`, [id])
      await client.query('insert into customer (centre_id, created_at) values ($1, now())', [id])
    }
    await client.end()
    const server = fresh.target
    const users = 'url' in server ? [server] : [server, { ...server, user: 'postgres' }]
    for (const target of users) {
      const { manifest } = await backUp('customers', { target })
      expect(manifest.tables.find(({ name }) => name === 'customer')?.rows).toBe(2)
    }
  })

  test('leaves the key of the numbers out when told so', async () => {
    const { path, manifest } = await backUp('plain', { withKey: false })
    expect(manifest.numberKey).toBe(false)
    expect(readdirSync(join(path, 'keys'))).toEqual([])
  })

  test('names the files that are gone or damaged, and brings the others', async () => {
    const [whole, damaged, gone] = [await file('whole'), await file('damaged'), await file('gone')]
    writeFileSync(join(dataDir, 'files', damaged), 'damageD')
    rmSync(join(dataDir, 'files', gone))
    const { manifest } = await backUp('files')
    expect(manifest.files).toEqual([whole])
    expect([...manifest.lostFiles].sort()).toEqual([damaged, gone].sort())
  })

  test(`is one of ${KEPT} that are kept, and what a killed one left goes`, async () => {
    mkdirSync(join(home, 'kept/kaibo-20260617T180000Z.tmp/tables'), { recursive: true })
    mkdirSync(join(home, 'kept/of the operator'))
    const first = await backUp('kept')
    const nights = Array.from({ length: KEPT }, (_, n) => `kaibo-202605${10 + n}T181000Z`)
    for (const night of nights) cpSync(first.path, join(home, 'kept', night), { recursive: true })
    const last = await backUp('kept')
    expect(backupsIn(join(home, 'kept'))).toEqual([...nights.slice(2), basename(first.path), basename(last.path)])
    expect(readdirSync(join(home, 'kept'))).toHaveLength(KEPT + 1)
  })

  test('is made by one at a time', async () => {
    const other = await openClient(fresh.target, 'other node')
    await other.query('select pg_advisory_lock(7433002)')
    expect(await makeBackup({ target: fresh.target, dataDir, folder: join(home, 'twice') })).toBeNull()
    await other.end()
    expect(existsSync(join(home, 'twice'))).toBe(false)
  })

  test('that has no room or no folder says so, is in the book, and leaves nothing half made', async () => {
    const before = await backUp('full')
    // The bound of a file's size is a full disk to a program.
    const url = 'url' in fresh.target ? fresh.target.url : null
    const code = `import { makeBackup } from ${JSON.stringify(join(import.meta.dirname, 'backup.ts'))}
      const [target, dataDir, folder] = JSON.parse(process.argv[1])
      await makeBackup({ target, dataDir, folder }).catch((e) => { console.log(e.trouble, e.message) })`
    const given = JSON.stringify([url ? { url } : fresh.target, dataDir, join(home, 'full')])
    const args = ['--input-type=module', '--eval', code, given]
    const child = spawn('/bin/sh', ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    for await (const chunk of child.stdout) said += chunk
    expect(said).toContain('noRoom There is no room for the back-up')
    expect(readdirSync(join(home, 'full'))).toEqual(backupsIn(join(home, 'full')))
    expect(await verifyBackup(before.path)).toEqual(before.manifest)
    expect((await runs()).at(-1)).toEqual({ trouble: 'noRoom', ended: true })
    writeFileSync(join(home, 'a file'), '')
    await expect(backUp('a file/backups')).rejects.toThrow('may not write back-ups')
    expect((await runs()).at(-1)).toEqual({ trouble: 'notWritable', ended: true })
  })
})

describe('a back-up is refused', () => {
  test('when any one byte of it is another, or one file is short or gone', async () => {
    const { path, manifest } = await backUp('damaged')
    const each = readdirSync(path, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
    expect(each.length).toBeGreaterThan(manifest.tables.length)
    for (const { parentPath, name } of each) {
      const at = join(parentPath, name)
      const content = readFileSync(at)
      const other = Buffer.from(content)
      other[Math.floor(other.length / 2)]! ^= 1
      writeFileSync(at, other)
      await expect(verifyBackup(path), name).rejects.toThrow('is damaged')
      writeFileSync(at, content)
    }
    const event = join(path, 'tables/event.copy.zst')
    const content = readFileSync(event)
    truncateSync(event, content.length - 1)
    await expect(verifyBackup(path)).rejects.toThrow('tables/event.copy.zst is not what was written')
    rmSync(event)
    await expect(verifyBackup(path)).rejects.toThrow('tables/event.copy.zst is not what was written')
    writeFileSync(event, content)
    expect(await verifyBackup(path)).toEqual(manifest)
  })

  test('when its database ran migrations that this version does not have', async () => {
    const { manifest } = await backUp('newer')
    checkKnown(manifest)
    const newer: Manifest = {
      ...manifest,
      ...{ kaibo: '9.1.0', migrations: [...manifest.migrations, { name: '999_later.sql', checksum: 'x' }] },
    }
    expect(() => checkKnown(newer)).toThrow('was made by Kaibo 9.1.0, a newer version')
  })
})

describe('a restore', () => {
  const log = pino({ level: 'silent' })
  const into = async (folder: string, { path, manifest }: Backup, target = fresh.target) =>
    await restoreBackup({ from: path, manifest, target, dataDir: join(home, folder), handlers: {}, log })

  test('never writes over a centre: not over its folder, not over its database', async () => {
    const made = await backUp('over')
    for (const [name, inside] of [
      ['has a database', 'postgres/base'],
      ['has files', 'files/some'],
    ]) {
      mkdirSync(join(home, name!, inside!), { recursive: true })
      expect(() => prepareFolder(join(home, name!))).toThrow('There is a centre in')
      expect(existsSync(join(home, name!, inside!))).toBe(true)
    }
    prepareFolder(join(home, 'over a database'))
    await expect(into('over a database', made)).rejects.toThrow('it holds a centre')
    const others = await emptyDatabase()
    const pool = openPool(others, { name: 'others', max: 1 })
    await pool.query('create table invoices (id int)')
    await expect(into('over a database', made, others)).rejects.toThrow('tables that are not Kaibo’s')
    await pool.end()
  })

  test('waits for nobody who is in the folder: it is refused', () => {
    const held = holdFolder(join(home, 'held'))
    expect(() => prepareFolder(join(home, 'held'))).toThrow('Another Kaibo')
    held.release()
    prepareFolder(join(home, 'held'))
  })

  test('that was cut off keeps the folder from being started, and can be begun again', async () => {
    const made = await backUp('cut')
    const folder = join(home, 'cut off')
    const target = await emptyDatabase()
    prepareFolder(folder)
    // As a process that is killed in the middle leaves it: tables made, rows of an open transaction gone.
    const broken = { ...made, path: join(home, 'cut', 'nowhere') }
    await expect(into('cut off', broken, target)).rejects.toThrow('ENOENT')
    expect(() => checkRestored(folder)).toThrow('is under way or was cut off')
    prepareFolder(folder)
    await into('cut off', made, target)
    checkRestored(folder)
    const pool = openPool(target, { name: 'restored', max: 1 })
    expect((await pool.query('select name from centre order by id')).rows).toEqual([{ name: '海港' }, { name: '遠山' }])
    expect((await pool.query('select count(*)::int as n from event')).rows).toEqual([{ n: 500 }])
    await pool.end()
  })

  test('of a demo gives a demo, and without the key leaves it to be put there', async () => {
    markDemo(dataDir, true)
    const made = await backUp('demo', { withKey: false })
    rmSync(join(dataDir, 'demo'))
    prepareFolder(join(home, 'demo again'))
    await into('demo again', made, await emptyDatabase())
    expect(isDemoFolder(join(home, 'demo again'))).toBe(true)
    expect(existsSync(join(home, 'demo again/keys/number.key'))).toBe(false)
  })
})
