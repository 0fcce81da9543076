import { spawnSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  lchownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CannotStart } from './cannotStart.ts'
import { type Account, run } from './leash.ts'
import type { Binaries } from './postgresBinaries.ts'

/**
 * How the server is told where its cluster is: it is started inside, and this name leads back there without passing
 * the folders above, which may be closed to its user (a data folder under /root). macOS has no such name.
 */
export const insideName = (cluster: string) => (process.platform === 'linux' ? '/proc/self/cwd' : cluster)

/**
 * Makes the cluster on a first start. It is made beside its place and renamed when whole, so that a killed first start
 * leaves nothing half made. Trust needs no password because the only socket lies in the cluster's folder, mode 0700.
 */
export async function makeCluster(
  cluster: string,
  { initdb, major }: Binaries,
  { server, maker }: { server: Account; maker: Account },
  say: (step: string) => void,
): Promise<void> {
  if (existsSync(cluster)) {
    const made = Number.parseInt(readFileSync(join(cluster, 'PG_VERSION'), 'utf8'), 10)
    if (made !== major) throw otherMajor(cluster, made, major)
    // Root restored it from a copy: it is root's now, as whom no server runs.
    if (server && statSync(cluster).uid === 0) handOver(cluster, server)
    return
  }
  say('Making the database')
  // A killed first start may still be writing into its half-made folder for a moment, so each has one of its own.
  for (const name of readdirSync(dirname(cluster)).filter((name) => name.startsWith(`${basename(cluster)}.tmp`)))
    await clear(join(dirname(cluster), name))
  const half = mkdtempSync(`${cluster}.tmp-`)
  if (maker) chownSync(half, maker.uid, maker.gid)
  // The locale by name: without LANG the default would be SQL_ASCII, with a LANG not installed initdb refuses. The
  // built-in provider sorts by code point and does not change with the machine's libc.
  const locale = ['--encoding=UTF8', '--locale=C.UTF-8', '--locale-provider=builtin']
  const args = ['-D', insideName(half), '-U', 'postgres', '--auth=trust', '--no-instructions', ...locale]
  const { code, output } = await run(initdb, args, maker, half)
  if (code !== 0)
    throw new CannotStart(`The database could not be made in ${cluster}: ${output.trim().split('\n').at(-1) || code}`)
  if (server && server.uid !== maker?.uid) handOver(half, server)
  renameSync(half, cluster)
}

/** PostgreSQL reads no cluster of another major version. A back-up does not know versions, so it is what moves the data. */
function otherMajor(cluster: string, made: number, major: number): CannotStart {
  const data = dirname(cluster)
  const what = `The database in ${cluster} was made by PostgreSQL ${made}, and this version of Kaibo brings PostgreSQL ${major}.`
  if (made > major) return new CannotStart(`${what} Start it with the newer version of Kaibo that made it.`)
  return new CannotStart(
    [
      `${what} Nothing was changed. Move the data like this:`,
      `  1. In the folder of the version of Kaibo that made it: npm run backup -- --data '${data}' --to '${data}-moving'`,
      `  2. In the folder of this version:                      npm run restore -- --from '${data}-moving' --data '${data}-${major}'`,
      `  3. Start on the new folder:                            KAIBO_DATA='${data}-${major}' npm start`,
      'Keep the old folder until you have looked at the new one.',
    ].join('\n'),
  )
}

/** Removes a folder that somebody may still be writing into: looked after until it is gone, for ten seconds. */
async function clear(folder: string): Promise<void> {
  for (let tries = 0; tries < 100 && existsSync(folder); tries++) {
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // Something was written into it meanwhile.
    }
    if (existsSync(folder)) await pause(100)
  }
}

function handOver(folder: string, { uid, gid }: NonNullable<Account>): void {
  for (const file of ['.', ...readdirSync(folder, { recursive: true }).map(String)])
    lchownSync(join(folder, file), uid, gid)
}

/** First line of the server's own lock file: its process id. */
export function serverPid(cluster: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(cluster, 'postmaster.pid'), 'utf8'), 10) || undefined
  } catch {
    return undefined
  }
}

/**
 * Clears what a start that was killed left behind. Call it only while holding the data folder: a server that still runs
 * in the cluster is then an orphan, and is asked to end and waited for, a minute at most. Afterwards a lock file whose
 * number has gone to a living process of another kind (a reboot, a container) is removed; one whose process is dead is
 * left to the server, which looks at the shared memory named in it as well.
 */
export async function clearLeftovers(cluster: string, say: (step: string) => void): Promise<void> {
  const pid = serverPid(cluster)
  if (!pid) return
  for (let waited = 0, left = serversIn(cluster); left.length > 0; waited += 50, left = serversIn(cluster)) {
    if (waited === 0) {
      say('Waiting for the database server of a start that was killed')
      if (left.includes(pid)) process.kill(pid, 'SIGINT')
    }
    if (waited > 60_000)
      throw new CannotStart(`An older database server (process ${pid}) uses ${cluster} and does not end.`)
    await pause(50)
  }
  if (alive(pid) && serverPid(cluster) === pid) rmSync(join(cluster, 'postmaster.pid'), { force: true })
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Process ids of the servers, or of what is left of one, that run in the cluster, as far as we may look. */
export function serversIn(cluster: string): number[] {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' })
    return stdout
      .split('\n')
      .flatMap((line) => (line.includes(`postgres -D ${cluster} `) ? Number.parseInt(line, 10) : []))
  }
  const real = existsSync(cluster) ? realpathSync(cluster) : cluster
  const runsThere = (pid: string) => {
    try {
      return basename(readlinkSync(`/proc/${pid}/exe`)) === 'postgres' && readlinkSync(`/proc/${pid}/cwd`) === real
    } catch {
      // It is gone by now, or another user's and so no server of a cluster of ours.
      return false
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && runsThere(name))
    .map(Number)
}
