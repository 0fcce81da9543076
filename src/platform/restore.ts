import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Logger } from 'pino'
import { BackupFailed, type Manifest, tableFile } from './backupFolder.ts'
import { copyIn, emptyAll, hindrances, PLAIN_TEXT } from './backupTables.ts'
import { CannotStart } from './cannotStart.ts'
import { openClient, openDb, openPool, type Pool, type Target } from './database.ts'
import { holdFolder } from './dataFolder.ts'
import { type JobHandler, openJobs } from './jobs.ts'
import { checkNumberKey, keyFile, keyOf } from './keys.ts'
import { migrate, migrationsIn } from './migrate.ts'
import { isRestoring, markDemo, markRestoring } from './startChecks.ts'

/* The way back: into an empty place only, whole or not at all. */

/**
 * Refuses a back-up whose migrations this version of Kaibo does not have: it was made by a newer one, or by one whose
 * migrations say something else.
 */
export function checkKnown({ migrations, kaibo }: Manifest): void {
  const ours = new Map(migrationsIn().map(({ name, checksum }) => [name, checksum]))
  const strange = migrations.find(({ name, checksum }) => ours.get(name) !== checksum)
  if (strange)
    throw new CannotStart(
      `The back-up was made by Kaibo ${kaibo}, a newer version than this one (its database ran ${strange.name}). Restore it with that version or a later one.`,
    )
}

/**
 * Makes the data folder ready, or refuses one that is in use. A restore that was cut off left its mark there: then what
 * it had begun is cleared away. The folder keeps the mark until finishFolder.
 */
export function prepareFolder(dataDir: string): void {
  // Whoever runs in it, a Kaibo or another restore, holds it.
  const held = holdFolder(dataDir)
  try {
    clearFolder(dataDir)
  } finally {
    held.release()
  }
}

function clearFolder(dataDir: string): void {
  const begun = isRestoring(dataDir)
  const inUse = ['postgres', 'files', 'demo'].filter((name) => existsSync(join(dataDir, name)))
  if (!begun && inUse.some((name) => name !== 'files' || readdirSync(join(dataDir, name)).length > 0))
    throw new CannotStart(
      `There is a centre in ${dataDir} already, and a restore never writes over one. Name a new folder: --data /path/to/new/folder`,
    )
  markRestoring(dataDir, true)
  // The server of a restore that was killed may still be ending.
  for (const name of inUse)
    rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 50, retryDelay: 100 })
}

/** Refuses a database in which there is anything but an empty Kaibo no newer than the back-up. */
async function checkEmpty(pool: Pool, { migrations }: Manifest): Promise<void> {
  const refuse = (why: string) => {
    throw new CannotStart(`The database is not empty: ${why}. A restore never writes over anything: give an empty one.`)
  }
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')`,
  )
  const tables = new Set(rows.map(({ name }) => name))
  if (tables.size === 0) return
  if (!tables.has('migration')) refuse('it holds tables that are not Kaibo’s')
  if (tables.has('centre') && (await pool.query('select 1 from centre limit 1')).rowCount) refuse('it holds a centre')
  const ran = await pool.query<{ name: string }>('select name from migration')
  const known = new Set(migrations.map(({ name }) => name))
  if (ran.rows.some(({ name }) => !known.has(name))) refuse('its tables are newer than the back-up')
}

export type RestoreOptions = {
  /** The back-up, looked through by verifyBackup. */
  readonly from: string
  readonly manifest: Manifest
  readonly target: Target
  readonly dataDir: string
  /** Of the jobs that may be waiting in it. */
  readonly handlers: Readonly<Record<string, JobHandler>>
  readonly log: Logger
  readonly say?: (step: string) => void
}

/**
 * Brings a back-up back into an empty database, with the tables as they were then; the next start migrates them
 * further. Rows come in one transaction: it is all there or nothing is. Then files and key; last of all the mark of an
 * unfinished restore goes. Throws CannotStart with a sentence.
 */
export async function restoreBackup(options: RestoreOptions): Promise<{ rows: number; jobsLeft: number }> {
  const { manifest, dataDir, say = () => {} } = options
  const pool = openPool(options.target, { name: 'kaibo restore', max: 2, parsers: 'plain' })
  try {
    await checkEmpty(pool, manifest)
    await migrate(pool, say, undefined, new Set(manifest.migrations.map(({ name }) => name)))
    const jobs = await openJobs(pool, options.log, options.handlers)
    const client = await openClient(options.target, 'kaibo restore')
    const known = manifest.jobs.filter(({ name }) => name in options.handlers)
    try {
      await client.query(PLAIN_TEXT)
      await client.query('begin')
      await load(client, options)
      // Over the same connection, so that a job comes back exactly when the rows do.
      const db = openDb({ connect: async () => ({ query: client.query.bind(client), release() {} }) } as never)
      await client.query('delete from jobs.job')
      for (const { name, data } of known) await jobs.enqueue(db, name, data)
      await client.query('commit')
      say('Looking over it')
      await client.query('analyze')
    } finally {
      await client.end()
      await jobs.stop()
    }
    await bringFiles(options)
    const db = openDb(pool)
    if (manifest.numberKey || process.env.KAIBO_NUMBER_KEY)
      await checkNumberKey(db, keyOf(dataDir, 'number', process.env))
    if (manifest.demo) markDemo(dataDir, true)
    markRestoring(dataDir, false)
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    return { rows, jobsLeft: manifest.jobs.length - known.length }
  } finally {
    await pool.end()
  }
}

async function load(client: pg.Client, { from, manifest, say = () => {} }: RestoreOptions): Promise<void> {
  // Of two restores at once the second finds what the first has brought.
  await client.query('lock table centre')
  if ((await client.query('select 1 from centre limit 1')).rowCount)
    throw new CannotStart('Another restore has filled the database meanwhile.')
  await emptyAll(client)
  await client.query('select ensure_month(month::date) from unnest($1::text[]) month order by month', [manifest.months])
  const { before, after } = await hindrances(client)
  for (const statement of before) await client.query(statement)
  for (const table of manifest.tables) {
    say(`Table ${table.name}`)
    const into = client.query(copyFrom(copyIn(table)))
    await pipeline(createReadStream(join(from, tableFile(table.name))), createZstdDecompress(), into)
    if (into.rowCount !== table.rows)
      throw new BackupFailed('damaged', `Of ${table.rows} rows of ${table.name} ${into.rowCount} came back.`)
  }
  say('Indexes and references')
  await client.query(`set local maintenance_work_mem = '256MB'`)
  for (const statement of after) await client.query(statement)
  for (const { name, value } of manifest.sequences)
    await client.query('select setval(quote_ident($1)::regclass, $2::bigint)', [name, value])
  // The one that this back-up was is not known to have ended well by what it holds itself.
  await client.query('delete from backup_run where ended_at is null')
}

async function bringFiles({ from, manifest, dataDir }: RestoreOptions): Promise<void> {
  const folder = join(dataDir, 'files')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const id of manifest.files) await copyFile(join(from, 'files', id), join(folder, id))
  if (!manifest.numberKey) return
  const key = keyFile(dataDir, 'number')
  mkdirSync(join(key, '..'), { recursive: true, mode: 0o700 })
  const text = readFileSync(join(from, 'keys/number.key'))
  if (existsSync(key) && !readFileSync(key).equals(text))
    throw new CannotStart(`In ${key} lies another key than the back-up’s. Move it away and restore again.`)
  writeFileSync(key, text, { mode: 0o600, flush: true })
}
