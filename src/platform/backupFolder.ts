import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { CannotStart } from './cannotStart.ts'

/*
 * What a back-up is: a folder of plain files, readable without Kaibo. `tables/NAME.copy.zst` is PostgreSQL's own text
 * of a table, compressed by zstd; `files/ID` what was handed in; `keys/number.key` the key of the numbers;
 * `manifest.json` what all of it is; `SHA256SUMS` the sums of all others, as `sha256sum -c` reads them.
 */

export type Manifest = {
  readonly format: 1
  readonly kaibo: string
  /** Instant of the snapshot, ISO. */
  readonly madeAt: string
  /** Of the server that it was made on, as 180004. */
  readonly postgres: number
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[]
  /** First days of the months that are kept apart. */
  readonly months: readonly string[]
  readonly tables: readonly { readonly name: string; readonly columns: readonly string[]; readonly rows: number }[]
  readonly sequences: readonly { readonly name: string; readonly value: string }[]
  /** Work that was still to be done. */
  readonly jobs: readonly { readonly name: string; readonly data: Record<string, unknown> }[]
  /** Ids of files that were handed in. */
  readonly files: readonly string[]
  /** Files that rows speak of and that were gone or damaged already. */
  readonly lostFiles: readonly string[]
  readonly numberKey: boolean
  readonly demo: boolean
}

export type Trouble = 'noRoom' | 'notWritable' | 'damaged' | 'failed'

/** A back-up that could not be made, or that cannot be used. The message is a sentence for the operator. */
export class BackupFailed extends CannotStart {
  override name = 'BackupFailed'
  readonly trouble: Trouble
  constructor(trouble: Trouble, message: string) {
    super(message)
    this.trouble = trouble
  }
}

const NAME = /^kaibo-\d{8}T\d{6}Z$/
const MANIFEST = 'manifest.json'
const SUMS = 'SHA256SUMS'

/** Folder name of a back-up: sorts by time. */
export const nameOf = (at: Temporal.Instant): string =>
  `kaibo-${at.round({ smallestUnit: 'second', roundingMode: 'floor' }).toString().replaceAll(/[-:]/g, '')}`

/** Name of a back-up's half-made folder. */
export const isHalf = (name: string): boolean => name.endsWith('.tmp') && NAME.test(name.slice(0, -4))

/** Names of the whole back-ups in a folder, oldest first. */
export const backupsIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => NAME.test(name) && existsSync(join(folder, name, SUMS)))
        .sort()
    : []

/** The back-up meant by a path: itself, or the newest in it. Throws BackupFailed where there is none. */
export function backupAt(path: string): string {
  if (existsSync(join(path, SUMS))) return path
  const newest = backupsIn(path).at(-1)
  if (!newest)
    throw new BackupFailed('damaged', `There is no back-up in ${path}: neither it nor a folder in it is one.`)
  return join(path, newest)
}

export const tableFile = (table: string): string => `tables/${table}.copy.zst`

/** Bytes and SHA-256 of what passes. */
export function tap(): { pass(source: AsyncIterable<Buffer>): AsyncIterable<Buffer>; bytes: number; sum(): string } {
  const hash = createHash('sha256')
  const it = {
    bytes: 0,
    async *pass(source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        hash.update(chunk)
        it.bytes += chunk.length
        yield chunk
      }
    },
    sum: () => hash.digest('hex'),
  }
  return it
}

/** Swallows a table's text and counts its rows: a line break inside a value is written as two other characters. */
class CountRows extends Writable {
  rows = 0
  override _write(chunk: Buffer, _encoding: string, done: () => void) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.rows++
    done()
  }
}

export const sumsText = (sums: ReadonlyMap<string, string>): string =>
  [...sums].map(([path, sum]) => `${sum}  ${path}\n`).join('')

function sumsIn(folder: string): Map<string, string> {
  const lines = readFileSync(join(folder, SUMS), 'utf8').split('\n').filter(Boolean)
  return new Map(
    lines.map((line) => {
      const [, sum, path] = /^([0-9a-f]{64}) {2}([\w./-]+)$/.exec(line) ?? []
      if (!sum || !path || path.includes('..')) throw damaged(folder, SUMS)
      return [path, sum]
    }),
  )
}

const damaged = (folder: string, file: string) =>
  new BackupFailed('damaged', `The back-up in ${folder} is damaged: ${file} is not what was written. Take another one.`)

/** Rows of a table in a back-up whose sum is right. Throws for anything that is not whole. */
async function readThrough(path: string, table: boolean): Promise<{ sum: string; rows: number }> {
  const { pass, sum } = tap()
  const out = new CountRows()
  if (table) await pipeline(createReadStream(path), pass, createZstdDecompress(), out)
  else await pipeline(createReadStream(path), pass, new Writable({ write: (_chunk, _encoding, done) => done() }))
  return { sum: sum(), rows: out.rows }
}

/**
 * Reads a whole back-up once and holds every byte against its sum and every table against its number of rows. Throws
 * BackupFailed naming the first file that is not what was written.
 */
export async function verifyBackup(folder: string): Promise<Manifest> {
  const sums = sumsIn(folder)
  const whole = async (file: string, table = false) => {
    const known = sums.get(file)
    const read = existsSync(join(folder, file)) ? await readThrough(join(folder, file), table).catch(() => null) : null
    if (!known || read?.sum !== known) throw damaged(folder, file)
    sums.delete(file)
    return read.rows
  }
  await whole(MANIFEST)
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'))
  if (manifest.format !== 1)
    throw new BackupFailed(
      'damaged',
      `The back-up in ${folder} was made by a newer version of Kaibo. Restore it with that.`,
    )
  for (const { name, rows } of manifest.tables)
    if ((await whole(tableFile(name), true)) !== rows) throw damaged(folder, tableFile(name))
  for (const id of manifest.files) await whole(`files/${id}`)
  if (manifest.numberKey) await whole('keys/number.key')
  for (const file of [...sums.keys()]) await whole(file)
  return manifest
}
