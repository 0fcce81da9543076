import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { sql } from 'kysely'
import { CannotStart } from './cannotStart.ts'
import type { Db, Pool } from './database.ts'
import { MIGRATION_LOCK } from './migrate.ts'

/* What is looked at before a node serves anybody, each with a sentence for the person at the terminal. */

const demoMark = (dataDir: string): string => join(dataDir, 'demo')
const UNFINISHED = 'unfinished'

/** Whether a data folder was made for a demo: one click signs in, and production refuses it. */
export const isDemoFolder = (dataDir: string): boolean => existsSync(demoMark(dataDir))

/** Marks a folder as a demo's, before its data are there: one that was cut off half way must not pass for a real one. */
export const markDemo = (dataDir: string, finished: boolean): void =>
  writeFileSync(demoMark(dataDir), finished ? 'One click per role signs in from this machine.\n' : UNFINISHED)

/** Whether the making of the demo was cut off, so that it has to begin anew. */
export const isUnfinishedDemo = (dataDir: string): boolean =>
  isDemoFolder(dataDir) && readFileSync(demoMark(dataDir), 'utf8').startsWith(UNFINISHED)

/** Takes the mark of a demo that was cut off and of which nothing is left, so that the folder is free for anything. */
export const unmarkDemo = (dataDir: string): void => rmSync(demoMark(dataDir), { force: true })

const restoring = (dataDir: string): string => join(dataDir, 'restoring')

/** Whether a restore into the folder was begun and has not ended. */
export const isRestoring = (dataDir: string): boolean => existsSync(restoring(dataDir))

export function markRestoring(dataDir: string, begun: boolean): void {
  if (begun) writeFileSync(restoring(dataDir), 'A restore is under way here, or was cut off.\n')
  else rmSync(restoring(dataDir), { force: true })
}

/** A folder in which a restore was cut off holds half a centre. */
export function checkRestored(dataDir: string): void {
  if (isRestoring(dataDir))
    throw new CannotStart(
      `A restore into ${dataDir} is under way or was cut off. Let it end, or begin it again: npm run restore -- --from BACKUP --data '${dataDir}'`,
    )
}

/** Asks for the port before the long work begins. */
export async function checkPort(port: number, host: string): Promise<void> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen({ port, host, exclusive: true }, resolve)
    })
    await new Promise((resolve) => probe.close(resolve))
  } catch (error) {
    throw portTrouble(error, port, host)
  }
}

/** A sentence for a port that cannot be had; other errors as they are. */
export function portTrouble(error: unknown, port: number, host: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return new CannotStart(
      `Port ${port} on ${host} is in use by another program (perhaps another Kaibo). Stop it, or choose another port: PORT=8090 npm start`,
    )
  if (code === 'EACCES') return new CannotStart(`This user may not open port ${port}. Choose one above 1023 with PORT.`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new CannotStart(
      `This machine has no address ${host}. HOST is 127.0.0.1 for this machine alone, 0.0.0.0 for all.`,
    )
  return error
}

const OLDEST = 15

/** Holds somebody's own database against what Kaibo needs. */
export async function checkDatabase(pool: Pool, say: (step: string) => void): Promise<void> {
  try {
    await pool.query('select 1')
  } catch (error) {
    throw new CannotStart(`The database at DATABASE_URL cannot be reached: ${reason(error)}.`)
  }
  const { rows } = await pool.query<{ version: number; encoding: string; free: boolean }>(
    `select current_setting('server_version_num')::int / 10000 as version, pg_encoding_to_char(encoding) as encoding,
       (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as free
     from pg_database where datname = current_database()`,
  )
  const { version, encoding, free } = rows[0]!
  if (version < OLDEST) throw new CannotStart(`The database is PostgreSQL ${version}; Kaibo needs ${OLDEST} or newer.`)
  if (encoding !== 'UTF8') throw new CannotStart(`The database is encoded in ${encoding}; Kaibo needs UTF8.`)
  if (free) say('Note: the database user passes by row level security. Give Kaibo a user of its own.')
  try {
    // One transaction behind the lock of the migrations: of two nodes that make one at once, the second would fail.
    await pool.query(
      `select pg_advisory_xact_lock(${MIGRATION_LOCK});
       create extension if not exists btree_gist; create extension if not exists pg_trgm`,
    )
  } catch (error) {
    throw new CannotStart(`The database needs the extensions btree_gist and pg_trgm: ${reason(error)}.`)
  }
}

function reason(error: unknown): string {
  const { code, message } = error as Error & { code?: string }
  const known: Record<string, string> = {
    ECONNREFUSED: 'nobody listens at that address',
    ENOTFOUND: 'there is no host of that name',
    ETIMEDOUT: 'no answer',
    '28P01': 'user name or password is wrong',
    '28000': 'this user may not connect',
    '3D000': 'there is no database of that name',
    '42501': 'this user may not create them; have an administrator do it',
  }
  return known[code ?? ''] ?? message
}

/**
 * A demo and a centre of one's own never meet: neither is served from the other's data folder. What decides is what the
 * database holds, whichever database that is.
 */
export async function checkApart(db: Db, dataDir: string, asDemo: boolean): Promise<void> {
  const { rows } = await sql<{
    name: string
    demo: boolean
  }>`select name, demo from centre order by created_at, id`.execute(db)
  const own = rows.find((centre) => !centre.demo)
  const demo = rows.find((centre) => centre.demo)
  if (own && asDemo)
    throw new CannotStart(
      `The centre ${own.name} is here (${dataDir}), and a demo needs a data folder and a database of its own. Start your centre with npm start, or the demo with another KAIBO_DATA.`,
    )
  if (own && isDemoFolder(dataDir))
    throw new CannotStart(
      `The data folder ${dataDir} is a demo's, and the database holds the centre ${own.name}. Start your centre with the data folder it was made in (KAIBO_DATA): its key of the numbers is there.`,
    )
  if (demo && (!isDemoFolder(dataDir) || isUnfinishedDemo(dataDir)))
    throw new CannotStart(
      `The database holds ${isUnfinishedDemo(dataDir) ? 'half of a demo whose making was cut off' : `the demo ${demo.name}`}, and ${dataDir} is not its data folder. Start the demo with its own folder (KAIBO_DATA), or give your centre an empty database.`,
    )
}

/** Production serves no demo. */
export async function checkProduction(db: Db, dataDir: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from centre where demo limit 1`.execute(db)
  const demo = rows[0]
  if (demo || isDemoFolder(dataDir))
    throw new CannotStart(
      `This is demo data (${demo ? `the centre ${demo.name}` : dataDir}), and production mode refuses it: anybody at this machine could sign in with one click. Start with a data folder of its own (KAIBO_DATA), or without NODE_ENV=production.`,
    )
}
