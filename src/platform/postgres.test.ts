import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from './database.ts'
import { startPostgres } from './postgres.ts'
import { serverPid, serversIn } from './postgresCluster.ts'

// Mode 0700 and the tester's own: where he is root, the server's user cannot pass through it.
const home = mkdtempSync(join(tmpdir(), 'kaibo-launcher-'))
const made = join(home, 'made once')
const started: ChildProcess[] = []

beforeAll(async () => {
  await (await startPostgres(made)).stop()
})
afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

/** A data folder of the test's own whose database is made, with owners and modes as they were. */
function madeFolder(name: string): string {
  const folder = join(home, name)
  expect(spawnSync('cp', ['-a', made, folder]).status).toBe(0)
  return folder
}

/** A process of its own that starts the database and stays; resolves at the step named. */
async function starts(folder: string, until = 'up'): Promise<ChildProcess> {
  const code = `import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, 'postgres.ts'))}
    await startPostgres(process.argv[1], console.log)
    console.log('up')
    setInterval(() => {}, 1000)`
  const args = ['--input-type=module', '--eval', code, folder]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(child)
  for await (const line of createInterface(child.stdout)) if (line === until) return child
  throw new Error(`ended before "${until}"`)
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function query(socketDir: string, ...texts: string[]) {
  const pool = openPool({ socketDir, database: 'kaibo' }, { name: 'test', max: 1 })
  try {
    let rows: Record<string, unknown>[] = []
    for (const text of texts) rows = (await pool.query(text)).rows
    return rows
  } finally {
    await pool.end()
  }
}

const gone = (folder: string) => expect.poll(() => serversIn(join(folder, 'postgres')), { timeout: 15_000 }).toEqual([])

test('a first start on a path with spaces makes a database, a second one finds it as it was left', async () => {
  const folder = join(home, 'a büro with spaces', 'data')
  const steps: string[] = []
  const first = await startPostgres(folder, (step) => steps.push(step))
  expect(steps).toContain('Making the database')
  const [row] = await query(
    first.socketDir,
    'create table kept as select 1 as n',
    `select current_setting('server_encoding') as encoding, current_setting('listen_addresses') as tcp, current_setting('is_superuser') as super, current_setting('fsync') as fsync, current_setting('synchronous_commit') as sync, 'é王' ~ '^[[:alpha:]]+$' as letters, array(select extname::text from pg_extension order by 1) as extensions`,
  )
  expect(row).toEqual({
    encoding: 'UTF8',
    tcp: '',
    super: 'off',
    fsync: 'on',
    sync: 'on',
    letters: true,
    extensions: ['btree_gist', 'pg_trgm', 'plpgsql'],
  })
  expect(statSync(first.socketDir).mode & 0o777).toBe(0o700)
  await first.stop()
  expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(false)

  const second = await startPostgres(folder, (step) => steps.push(step))
  expect(await query(second.socketDir, 'select n from kept')).toEqual([{ n: 1 }])
  expect(steps.filter((step) => step === 'Making the database')).toHaveLength(1)
  await second.stop()
})

test('kill -9 of the program leaves no server behind, and the next start works', async () => {
  const folder = madeFolder('killed')
  const child = await starts(folder)
  await query(join(folder, 'postgres'), 'create table kept as select 2 as n')
  await kill(child)
  await gone(folder)
  const next = await startPostgres(folder)
  expect(await query(next.socketDir, 'select n from kept')).toEqual([{ n: 2 }])
  await next.stop()
})

test('a server that outlived even its leash is ended by the next start, which loses nothing', async () => {
  const folder = madeFolder('orphan')
  const child = await starts(folder)
  await query(join(folder, 'postgres'), 'create table kept as select 3 as n')
  const postmaster = serverPid(join(folder, 'postgres'))!
  // The shells of the leash: the server's parent and its sibling.
  const parent = Number(/\) \w (\d+) /.exec(readFileSync(`/proc/${postmaster}/stat`, 'utf8'))?.[1])
  const { stdout } = spawnSync('ps', ['-o', 'pid=,comm=', '--ppid', String(parent)], { encoding: 'utf8' })
  const watcher = Number.parseInt(stdout.split('\n').find((line) => /\bsh$/.test(line)) ?? '', 10)
  for (const pid of [watcher, parent]) process.kill(pid, 'SIGKILL')
  await kill(child)
  expect(serversIn(join(folder, 'postgres'))).toContain(postmaster)

  const steps: string[] = []
  const next = await startPostgres(folder, (step) => steps.push(step))
  expect(steps).toContain('Waiting for the database server of a start that was killed')
  expect(await query(next.socketDir, 'select n from kept')).toEqual([{ n: 3 }])
  await next.stop()
})

test('a lock file whose number has gone to another program does not stop the start', async () => {
  const folder = madeFolder('stale')
  const owner = statSync(join(folder, 'postgres'))
  // A living process of the same user that is no server, as after a reboot or in a container.
  const account = process.getuid?.() === 0 ? { uid: owner.uid, gid: owner.gid } : {}
  const other = spawn('sleep', ['60'], account)
  started.push(other)
  await once(other, 'spawn')
  writeFileSync(
    join(folder, 'postgres', 'postmaster.pid'),
    `${other.pid}\n/proc/self/cwd\n1\n5432\n.\n\n  1 1\nready\n`,
  )
  const server = await startPostgres(folder)
  expect(await query(server.socketDir, 'select 4 as n')).toEqual([{ n: 4 }])
  await server.stop()
})

test('a first start that was killed half-way leaves nothing that hinders the next', async () => {
  const folder = join(home, 'half made')
  const child = await starts(folder, 'Making the database')
  const under = () => readdirSync(folder).some((name) => name === 'postgres' || existsSync(join(folder, name, 'base')))
  await expect.poll(under, { timeout: 15_000, interval: 10 }).toBe(true)
  await kill(child)
  mkdirSync(join(folder, 'postgres.tmp', 'litter'), { recursive: true })
  const server = await startPostgres(folder)
  expect(await query(server.socketDir, 'select 5 as n')).toEqual([{ n: 5 }])
  expect(readdirSync(folder).filter((name) => name.startsWith('postgres.tmp'))).toEqual([])
  await server.stop()
})

test('a second start on one data folder is refused and names the first', async () => {
  const folder = madeFolder('twice')
  const child = await starts(folder)
  await expect(startPostgres(folder)).rejects.toThrow(`Another Kaibo (process ${child.pid} on `)
  await kill(child)
  const [one, two] = await Promise.allSettled([startPostgres(folder), startPostgres(folder)])
  expect([one.status, two.status].sort()).toEqual(['fulfilled', 'rejected'])
  for (const start of [one, two]) if (start.status === 'fulfilled') await start.value.stop()
})

test('a database of another major version is left alone, with the commands that move it', async () => {
  const folder = madeFolder('other major')
  const version = join(folder, 'postgres', 'PG_VERSION')
  writeFileSync(version, '17\n')
  const said = await startPostgres(folder).catch((error: Error) => error.message)
  expect(said).toContain('was made by PostgreSQL 17, and this version of Kaibo brings PostgreSQL 18')
  expect(said).toContain(`npm run backup -- --data '${folder}' --to '${folder}-moving'`)
  expect(said).toContain(`npm run restore -- --from '${folder}-moving' --data '${folder}-18'`)
  expect(said).toContain(`KAIBO_DATA='${folder}-18' npm start`)
  expect(readFileSync(version, 'utf8')).toBe('17\n')
  writeFileSync(version, '19\n')
  await expect(startPostgres(folder)).rejects.toThrow('Start it with the newer version of Kaibo that made it')
})

test('a path too long for a socket is reached by a short one, gone with the server', async () => {
  const folder = join(home, 'long'.repeat(25))
  expect(spawnSync('cp', ['-a', made, folder]).status).toBe(0)
  const server = await startPostgres(folder)
  expect(server.socketDir.length).toBeLessThan(80)
  expect(await query(server.socketDir, 'select 6 as n')).toEqual([{ n: 6 }])
  await server.stop()
  expect(existsSync(server.socketDir)).toBe(false)
})

test('a server that ends by itself is started again, as often as it takes, and is told', async () => {
  const folder = madeFolder('broken')
  const told: string[] = []
  const server = await startPostgres(folder, undefined, (what) => told.push(what))
  await query(server.socketDir, 'create table kept as select 7 as n')
  const again = 'the database server runs again'
  for (const [n, signal] of (['SIGKILL', 'SIGQUIT', 'SIGINT'] as const).entries()) {
    process.kill(server.pid!, signal)
    await expect.poll(() => told.filter((what) => what === again).length, { timeout: 30_000 }).toBe(n + 1)
    expect(server.trouble).toBeNull()
    expect(await query(server.socketDir, 'select n from kept')).toEqual([{ n: 7 }])
  }
  // What keeps it from starting is said until it is mended.
  const control = join(folder, 'postgres', 'global', 'pg_control')
  renameSync(control, `${control}.away`)
  process.kill(server.pid!, 'SIGKILL')
  await expect
    .poll(() => server.trouble, { timeout: 30_000 })
    .toMatch(/The database server did not start: .*pg_control/)
  renameSync(`${control}.away`, control)
  await expect.poll(() => server.trouble, { timeout: 30_000 }).toBeNull()
  expect(await query(server.socketDir, 'select n from kept')).toEqual([{ n: 7 }])
  await server.stop()
  expect(serversIn(join(folder, 'postgres'))).toEqual([])
})

test('a stop while the server is being started again ends both', async () => {
  const folder = madeFolder('leaving')
  const ended = Promise.withResolvers<void>()
  const server = await startPostgres(folder, undefined, (what) => what.includes('ended by itself') && ended.resolve())
  process.kill(server.pid!, 'SIGKILL')
  await ended.promise
  await server.stop()
  expect(serversIn(join(folder, 'postgres'))).toEqual([])
  await (await startPostgres(folder)).stop()
})

test('what a server cannot start with is a sentence from its log', async () => {
  const folder = madeFolder('lost')
  rmSync(join(folder, 'postgres', 'global', 'pg_control'))
  await expect(startPostgres(folder)).rejects.toThrow(/The database server did not start: .*pg_control/)
})
