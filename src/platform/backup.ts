import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { copyFile, link, open, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import {
  BackupFailed,
  backupsIn,
  isHalf,
  type Manifest,
  nameOf,
  sumsText,
  tableFile,
  tap,
  verifyBackup,
} from './backupFolder.ts'
import { type CopiedTable, copiedTables, copyOut, openedMonths, PLAIN_TEXT, sequences } from './backupTables.ts'
import { openClient, type Target } from './database.ts'
import { keyFile } from './keys.ts'
import { isDemoFolder } from './startChecks.ts'

/** One back-up at a time over all nodes; the number is arbitrary and ours. */
const LOCK = 7433_002

/** How many a folder keeps; the oldest go. */
export const KEPT = 14

export type BackupOptions = {
  readonly target: Target
  readonly dataDir: string
  /** Folder that back-ups are put into, each in one of its own. */
  readonly folder: string
  /** Whether to put the key of the numbers beside them. Without it a restore needs it from elsewhere. */
  readonly withKey?: boolean
  /** Names the back-up; the present when absent. */
  readonly at?: Temporal.Instant
  readonly say?: (step: string) => void
}

export type Backup = { readonly path: string; readonly manifest: Manifest; readonly bytes: number }

/**
 * Makes a back-up while the centre works: every table as of one instant, then the files that its rows speak of. It is
 * written beside its place, read back, and only then renamed; what fails leaves nothing half made. Afterwards the
 * oldest beyond 14 in the folder go. Null when another back-up is under way. Throws BackupFailed with a sentence.
 */
export async function makeBackup(options: BackupOptions): Promise<Backup | null> {
  // The connection that holds the lock and keeps the book is apart from the one that reads and may break.
  const book = await openClient(options.target, 'kaibo back-up book')
  try {
    const { rows } = await book.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [LOCK])
    if (!rows[0]?.alone) return null
    return await inBook(book, options)
  } finally {
    await book.end()
  }
}

async function inBook(book: pg.Client, options: BackupOptions): Promise<Backup> {
  const folder = resolve(options.folder)
  const path = freeName(folder, options.at ?? Temporal.Now.instant())
  const half = `${path}.tmp`
  let run: string | null = null
  const note = (bytes: number | null, trouble: string | null) =>
    book.query('update backup_run set ended_at = clock_timestamp(), bytes = $2, trouble = $3 where id = $1', [
      run,
      bytes,
      trouble,
    ])
  try {
    const { rows } = await book.query<{ id: string }>('insert into backup_run (place) values ($1) returning id', [
      `${hostname()}:${path}`,
    ])
    run = rows[0]!.id
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // What a back-up that was killed left behind; nobody else is at it, we hold the lock.
    for (const name of readdirSync(folder).filter(isHalf)) await rm(join(folder, name), { recursive: true })
    const { manifest, bytes } = await write(half, options)
    await rename(half, path)
    await syncFolder(folder)
    await note(bytes, null)
    for (const old of backupsIn(folder).slice(0, -KEPT)) await rm(join(folder, old), { recursive: true })
    return { path, manifest, bytes }
  } catch (error) {
    await rm(half, { recursive: true, force: true }).catch(() => {})
    const failed = failure(error, folder)
    await note(null, failed.trouble).catch(() => {})
    throw failed
  }
}

/** Names tell the second; a back-up that begins in the second of another one takes the next. */
function freeName(folder: string, at: Temporal.Instant): string {
  const path = join(folder, nameOf(at))
  return existsSync(path) ? freeName(folder, at.add({ seconds: 1 })) : path
}

function failure(error: unknown, folder: string): BackupFailed {
  if (error instanceof BackupFailed) return error
  const { code, message } = error as NodeJS.ErrnoException
  // 53100: the database's own disk is full, and takes not even the line in the book.
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' || code === '53100')
    return new BackupFailed(
      'noRoom',
      `There is no room for the back-up in ${folder}. Nothing half made was left there and the earlier back-ups are whole: make room, or choose another disk with KAIBO_BACKUPS.`,
    )
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR')
    return new BackupFailed('notWritable', `This user may not write back-ups into ${folder} (${message}).`)
  return new BackupFailed('failed', `The back-up failed: ${message}`)
}

async function write(half: string, options: BackupOptions): Promise<{ manifest: Manifest; bytes: number }> {
  for (const name of ['tables', 'files', 'keys']) mkdirSync(join(half, name), { recursive: true, mode: 0o700 })
  const sums = new Map<string, string>()
  let bytes = 0
  const keep = async (file: string, text: string | Buffer) => {
    const counted = tap()
    await pipeline([Buffer.from(text)], counted.pass, fileOf(join(half, file)))
    sums.set(file, counted.sum())
    bytes += counted.bytes
  }
  const reader = await openClient(options.target, 'kaibo back-up')
  let read: Awaited<ReturnType<typeof readAll>>
  try {
    read = await readAll(reader, half, sums, options.say ?? (() => {}))
    bytes += read.bytes
  } finally {
    // In the middle of a copy this cuts the connection.
    await reader.end()
  }
  options.say?.('Files that were handed in')
  const files = await keepFiles(half, options.dataDir, read.stored, sums)
  bytes += files.bytes
  const key = options.withKey === false ? null : keyFile(options.dataDir, 'number')
  const numberKey = key !== null && existsSync(key) && !process.env.KAIBO_NUMBER_KEY
  if (numberKey) await keep('keys/number.key', readFileSync(key))
  const manifest: Manifest = {
    format: 1,
    kaibo: version(),
    ...read.database,
    files: files.kept,
    lostFiles: files.lost,
    numberKey,
    demo: isDemoFolder(options.dataDir),
  }
  await keep('manifest.json', `${JSON.stringify(manifest, null, 1)}\n`)
  await writeFile(join(half, 'SHA256SUMS'), sumsText(sums), { mode: 0o600, flush: true })
  for (const name of ['tables', 'files', 'keys', '.']) await syncFolder(join(half, name))
  options.say?.('Reading it back')
  await verifyBackup(half)
  return { manifest, bytes }
}

const fileOf = (path: string) => createWriteStream(path, { mode: 0o600, flush: true })

/** Version of the program, as package.json has it. */
const version = (): string =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')).version as string

type Stored = { readonly id: string; readonly sha256: string }
type Read = Pick<Manifest, 'madeAt' | 'postgres' | 'migrations' | 'months' | 'tables' | 'sequences' | 'jobs'>

/** Everything that the database holds, as of one instant. */
async function readAll(
  client: pg.Client,
  half: string,
  sums: Map<string, string>,
  say: (step: string) => void,
): Promise<{ database: Read; stored: Stored[]; bytes: number }> {
  await client.query(PLAIN_TEXT)
  await client.query('begin isolation level repeatable read read only')
  const one = async <T extends object>(text: string): Promise<T[]> => (await client.query<T>(text)).rows
  const [head] = await one<{ madeAt: string; postgres: number }>(
    `select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "madeAt",
       current_setting('server_version_num')::int as postgres`,
  )
  const centres = await one<{ id: string }>('select id from centre order by id')
  const migrations = await one<Manifest['migrations'][number]>('select name, checksum from migration order by name')
  const stored = await one<Stored>('select id, sha256 from stored_file order by id')
  const known = await one<{ jobs: string | null }>(`select to_regclass('jobs.job')::text as jobs`)
  const jobs = known[0]?.jobs
    ? await one<Manifest['jobs'][number]>(
        `select name, data from jobs.job where state in ('created', 'retry', 'active') and name <> 'dead' order by created_on`,
      )
    : []
  const tables: Manifest['tables'][number][] = []
  let bytes = 0
  for (const table of await copiedTables(client)) {
    say(`Table ${table.name}`)
    const copied = await copyTable(client, table, centres, join(half, tableFile(table.name)))
    sums.set(tableFile(table.name), copied.sum)
    bytes += copied.bytes
    tables.push({ name: table.name, columns: table.columns, rows: copied.rows })
  }
  const months = await openedMonths(client)
  const database = { ...head!, migrations, months, tables, sequences: await sequences(client), jobs }
  await client.query('commit')
  return { database, stored, bytes }
}

/** Streams one table to its file; of a table behind row level security the rows of one centre after the other. */
async function copyTable(client: pg.Client, table: CopiedTable, centres: readonly { id: string }[], path: string) {
  let rows = 0
  const text = async function* (): AsyncIterable<Buffer> {
    for (const { id } of table.walled ? centres : [{ id: '' }]) {
      await client.query(`select set_config('kaibo.centre', $1, true)`, [id])
      const stream = client.query(copyTo(copyOut(table)))
      yield* stream
      // The count comes behind the last row; the next answer comes behind the count.
      await client.query('select 1')
      rows += stream.rowCount
    }
  }
  const params = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 }
  const counted = tap()
  await pipeline(text, createZstdCompress({ params }), counted.pass, fileOf(path))
  return { rows, bytes: counted.bytes, sum: counted.sum() }
}

/**
 * The files of the rows, each held against the sum that its row has. A file never changes once it lies there, so on
 * the same disk it is linked: fourteen back-ups do not take fourteen times its room.
 */
async function keepFiles(half: string, dataDir: string, stored: readonly Stored[], sums: Map<string, string>) {
  const kept: string[] = []
  const lost: string[] = []
  let bytes = 0
  for (const { id, sha256 } of stored) {
    const from = join(dataDir, 'files', id)
    const to = join(half, 'files', id)
    const counted = tap()
    const sum = existsSync(from) ? await sumOf(from, counted) : null
    if (sum !== sha256) {
      lost.push(id)
      continue
    }
    await link(from, to).catch(() => copyFile(from, to))
    sums.set(`files/${id}`, sha256)
    kept.push(id)
    bytes += counted.bytes
  }
  return { kept, lost, bytes }
}

async function sumOf(path: string, counted: ReturnType<typeof tap>): Promise<string> {
  for await (const _ of counted.pass(createReadStream(path) as AsyncIterable<Buffer>));
  return counted.sum()
}

async function syncFolder(folder: string) {
  const handle = await open(folder)
  await handle.sync().finally(() => handle.close())
}
