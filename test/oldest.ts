/**
 * `npm run test:oldest`: every test of modules and platform that touches a database, on an older PostgreSQL of this
 * machine instead of the one that Kaibo brings: the oldest of its installed versions from 15 on, found where Debian puts
 * them or named by KAIBO_TEST_POSTGRES (the folder with initdb and postgres). A machine without one says so and is done.
 * The server lives in a folder of its own for the time of the run. Words after `--` choose among the tests.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openPool } from '../src/platform/database.ts'
import { readSource, readTree, type Source } from './source-files.ts'

const OLDEST = 15
/** Of the version that Kaibo brings the ordinary run speaks. */
const BROUGHT = 18
/** These start the server that Kaibo brings, each for itself. */
const OWN_SERVER = ['test/journeys/', 'test/faults/']
const home = new URL('../', import.meta.url)

const majorOf = (folder: string): number =>
  Number(/ (\d+)/.exec(spawnSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1])

function findServer(): { folder: string; major: number } | null {
  const named = process.env.KAIBO_TEST_POSTGRES
  const folders = named ? [named] : globSync('/usr/lib/postgresql/*/bin')
  return (
    folders
      .filter((folder) => existsSync(join(folder, 'initdb')))
      .map((folder) => ({ folder, major: majorOf(folder) }))
      .filter(({ major }) => major >= OLDEST && major < BROUGHT)
      .sort((a, b) => a.major - b.major)[0] ?? null
  )
}

/** Tests that take a copy of the migrated database, by whatever way. */
function testsOnDatabase(): string[] {
  const sources = new Map<string, Source>()
  for (const [path, text] of readTree(home)) if (/\.tsx?$/.test(path)) sources.set(path, readSource(path, text))
  const reaches = (path: string, seen = new Set<string>()): boolean => {
    if (path === 'test/clone.ts') return true
    if (seen.has(path)) return false
    seen.add(path)
    return (sources.get(path)?.imports ?? []).some(
      ({ target, ours, typeOnly }) => ours && !typeOnly && reaches(target, seen),
    )
  }
  return [...sources.keys()].filter(
    (path) => path.endsWith('.test.ts') && !OWN_SERVER.some((start) => path.startsWith(start)) && reaches(path),
  )
}

/** Root may not run a server: then it is the user that Debian's package brings. */
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const number = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  return { uid: number('-u'), gid: number('-g') }
}

async function startServer(bin: string, folder: string): Promise<ChildProcess> {
  const as = account()
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid!)
  const data = join(folder, 'data')
  const options = ['--encoding=UTF8', '--locale=C.UTF-8', '--auth=trust', '-U', 'postgres', '-N']
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, ...options], { ...as, cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`no cluster could be made:\n${made.stdout}${made.stderr}`)
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off', 'max_connections=200']
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], {
    ...as,
    cwd: folder,
    stdio: 'ignore',
  })
  process.on('exit', () => server.kill('SIGQUIT'))
  const root = openPool({ socketDir: folder, database: 'postgres', user: 'postgres' }, { name: 'oldest', max: 1 })
  try {
    for (let tries = 0; ; tries++) {
      try {
        await root.query('select 1')
        break
      } catch (error) {
        if (tries > 300 || server.exitCode !== null) throw error
        await pause(100)
      }
    }
    // As an operator is told to: a user of its own that row level security holds for.
    await root.query('create role kaibo login createdb')
    await root.query('create database kaibo owner kaibo')
  } finally {
    await root.end()
  }
  return server
}

async function run(): Promise<number> {
  const found = findServer()
  if (!found) {
    console.log(`No PostgreSQL ${OLDEST} to ${BROUGHT - 1} on this machine: nothing was tested with one.`)
    return 0
  }
  const words = process.argv.slice(2)
  const tests = testsOnDatabase().filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  console.log(`PostgreSQL ${found.major} of ${found.folder}: ${tests.length} files of tests`)
  const folder = mkdtempSync(join(tmpdir(), 'kaibo-oldest-'))
  try {
    const server = await startServer(found.folder, folder)
    const url = `postgres://kaibo@localhost/kaibo?host=${encodeURIComponent(folder)}`
    const child = spawn(process.execPath, [fileURLToPath(new URL('all.ts', import.meta.url)), ...tests], {
      cwd: fileURLToPath(home),
      stdio: 'inherit',
      env: { ...process.env, KAIBO_TEST_DATABASE_URL: url },
    })
    const [code] = (await once(child, 'exit')) as [number | null]
    server.kill('SIGINT')
    if (server.exitCode === null) await once(server, 'exit')
    return code ?? 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exit(await run())
