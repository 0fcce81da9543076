import { createHash } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  truncateSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { CannotStart } from './cannotStart.ts'
import { holdFolder } from './dataFolder.ts'
import { type Leashed, leash } from './leash.ts'
import { accounts, binaries } from './postgresBinaries.ts'
import { clearLeftovers, insideName, makeCluster, serverPid } from './postgresCluster.ts'
import { type Kept, keepServer } from './postgresKeeper.ts'

export interface Postgres {
  /** Folder of the only socket: the host to connect to, port 5432, no password. */
  socketDir: string
  /** Null while the server runs, else why it does not, in a sentence for the operator. */
  readonly trouble: string | null
  /** Process id of the server, undefined while there is none. */
  readonly pid: number | undefined
  /** Ends the server as `pg_ctl stop -m fast` would: open transactions roll back. End the pools first. */
  stop(): Promise<void>
}

/** Bytes of a log at most; the one before it is kept. */
const LOG_BOUND = 5_000_000

/** Longest path of a socket, with its end mark, on the strictest platform. */
const SOCKET_PATH = 104

/** Settings as arguments, so that the program and not an old file of the cluster decides them. */
function settings(): string[] {
  const values: Record<string, string> = {
    listen_addresses: '',
    // Relative to the cluster: no folder above it matters, and no path is too long to bind.
    unix_socket_directories: '.',
    unix_socket_permissions: '0700',
    port: '5432',
    max_connections: '60',
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    jit: 'off',
    synchronous_commit: 'on',
    random_page_cost: '1.1',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // An open transaction holds back clean-up and halves the rate of claims within seconds (measured).
    idle_in_transaction_session_timeout: '60s',
    // The server's own news only. Statements and details carry names and numbers; the application logs its errors.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
  }
  // Containers often give 64 MB of shared memory, and a parallel query then fails.
  if (!sharedMemoryIsAmple()) values.dynamic_shared_memory_type = 'mmap'
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

function sharedMemoryIsAmple(): boolean {
  if (process.platform !== 'linux') return true
  try {
    const { blocks, bsize } = statfsSync('/dev/shm')
    return blocks * bsize >= 512_000_000
  } catch {
    return false
  }
}

/**
 * Starts the PostgreSQL that comes with the packages, in `dataDir`/postgres, made on the first start with an owner
 * `kaibo` (no superuser, so that row level security binds it) and a database of that name. It listens on a socket in a
 * folder of mode 0700 and nowhere else, and ends when this process does, even at `kill -9`; when it ends by itself it is
 * started again. Only one process may hold the folder. `say` is told of steps of the start that take time, `tell` of
 * what happens to the server later. Throws CannotStart with a sentence for the operator.
 */
export async function startPostgres(
  dataDir: string,
  say: (step: string) => void = () => {},
  tell: (what: string, why: string) => void = () => {},
): Promise<Postgres> {
  const home = resolve(dataDir)
  const cluster = join(home, 'postgres')
  const log = join(home, 'postgres.log')
  const held = holdFolder(home)
  let socketDir = cluster
  const letGo = () => {
    if (socketDir !== cluster) rmSync(dirname(socketDir), { recursive: true, force: true })
    held.release()
  }
  try {
    const who = accounts(cluster)
    const programs = binaries(home, who.maker, say)
    await makeCluster(cluster, programs, who, say)
    socketDir = shortPath(cluster)
    const begin = (told: typeof say, begun: (server: Leashed) => void = () => {}) => {
      const run = (output: number) =>
        leash(programs.postgres, ['-D', insideName(cluster), ...settings()], who.server, cluster, output)
      return beginServer({ cluster, socketDir, log, run, say: told, begun })
    }
    const first = await begin(say)
    try {
      await prepare(socketDir)
    } catch (error) {
      first.loose()
      await first.ended
      throw error
    }
    const bounding = setInterval(boundLog, 600_000, log).unref()
    const kept = keepServer(first, (begun) => begin(() => {}, begun), tell)
    const ended = kept.ended.then(async () => {
      clearInterval(bounding)
      // A server that was killed leaves processes that end a moment after it; the folder is ours until they have.
      await clearLeftovers(cluster, () => {}).catch(() => {})
      letGo()
    })
    return {
      socketDir,
      get trouble() {
        return kept.trouble
      },
      get pid() {
        return serverPid(cluster)
      },
      stop: () => stop(kept, cluster, ended),
    }
  } catch (error) {
    letGo()
    throw error
  }
}

type Beginning = {
  readonly cluster: string
  readonly socketDir: string
  readonly log: string
  readonly run: (output: number) => Leashed
  readonly say: (step: string) => void
  readonly begun: (server: Leashed) => void
}

/** Starts the server over its cluster, clearing what an earlier one left. Resolves when it answers. */
async function beginServer({ cluster, socketDir, log, run, say, begun }: Beginning): Promise<Leashed> {
  await clearLeftovers(cluster, say)
  boundLog(log)
  const output = openSync(log, 'a', 0o600)
  const from = fstatSync(output).size
  const server = run(output)
  closeSync(output)
  begun(server)
  try {
    await ready(server, socketDir, say, () => readFileSync(log).subarray(from).toString())
    return server
  } catch (error) {
    server.loose()
    await server.ended
    throw error
  }
}

/** Where the server of a data folder listens while some process runs it: `socketDir` of that process's Postgres. */
export const socketOf = (dataDir: string): string => shortPath(join(resolve(dataDir), 'postgres'))

/** Copies and empties: the server appends to the file it was given and knows nothing of a new one. */
function boundLog(log: string): void {
  if (!existsSync(log) || statSync(log).size < LOG_BOUND) return
  try {
    copyFileSync(log, `${log}.1`)
  } catch {
    // A full disk has no room for a copy, and an old log is the first thing to do without.
    rmSync(`${log}.1`, { force: true })
  }
  truncateSync(log)
}

/** The cluster's folder by a name short enough for a socket: itself, or a link in a closed folder of ours. */
function shortPath(cluster: string): string {
  if (Buffer.byteLength(join(cluster, '.s.PGSQL.5432')) < SOCKET_PATH) return cluster
  const name = `kaibo-${createHash('sha256').update(cluster).digest('hex').slice(0, 12)}`
  const folder = join(tmpdir().length < 60 ? tmpdir() : '/tmp', name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const link = join(folder, 'db')
  const { uid, mode } = lstatSync(folder)
  if (uid !== process.getuid?.() || (mode & 0o777) !== 0o700)
    throw new CannotStart(
      `The path of the data folder is too long for a socket, and ${folder} is not ours. Remove it or set KAIBO_DATA.`,
    )
  if (!existsSync(link) || readlinkSync(link) !== cluster) {
    rmSync(link, { force: true })
    symlinkSync(cluster, link)
  }
  return link
}

async function ready(
  server: Leashed,
  socketDir: string,
  say: (step: string) => void,
  log: () => string,
): Promise<void> {
  let over: number | string | undefined
  server.ended.then((code) => {
    over = code
  })
  for (let waited = 0; ; waited += 20) {
    try {
      await asSuperuser(socketDir, 'postgres', async () => {})
      return
    } catch (error) {
      if (over !== undefined) throw new CannotStart(`The database server did not start: ${lastWord(log()) ?? over}`)
      if (waited > 600_000) throw new CannotStart(`The database server does not answer: ${(error as Error).message}`)
    }
    if (waited === 3_000) say('The database is being recovered after a sudden end')
    await pause(20)
  }
}

/** The line of the log that says why; our own knocks while it started are no reason. */
function lastWord(log: string): string | undefined {
  const lines = log.split('\n').filter((line) => line.trim() && !line.includes('the database system is starting up'))
  return lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1)
}

async function asSuperuser<T>(host: string, database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ host, port: 5432, user: 'postgres', database, ssl: false, options: '-c timezone=UTC' })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The application's role and database. Every step may find its work done, by a first start that was killed here. */
async function prepare(socketDir: string): Promise<void> {
  await asSuperuser(socketDir, 'postgres', async (client) => {
    const has = async (query: string) => (await client.query(query)).rowCount
    if (!(await has(`select from pg_roles where rolname = 'kaibo'`)))
      await client.query('create role kaibo login createdb')
    if (!(await has(`select from pg_database where datname = 'kaibo'`)))
      await client.query('create database kaibo owner kaibo')
  })
  await asSuperuser(socketDir, 'kaibo', async (client) => {
    await client.query('create extension if not exists btree_gist; create extension if not exists pg_trgm')
  })
}

async function stop(kept: Kept, cluster: string, ended: Promise<void>): Promise<void> {
  kept.release()
  const late = setTimeout(() => {
    // It neither drains nor ends; the log it wrote ahead brings everything back at the next start.
    const pid = serverPid(cluster)
    if (pid) process.kill(pid, 'SIGQUIT')
  }, 30_000)
  await ended
  clearTimeout(late)
}
