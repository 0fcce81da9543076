import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { CannotStart } from './cannotStart.ts'
import type { Db } from './database.ts'

/*
 * Keys that lie outside the database: numbers are searched and suppressed by HMAC with one, cookies signed with the
 * other. Whoever takes a copy of the database alone can do neither. Nodes that share a database share them.
 */

const BYTES = 32

const fromText = (text: string): Buffer | null => {
  const clean = text.trim()
  const bytes = /^[0-9a-f]{64}$/i.test(clean) ? Buffer.from(clean, 'hex') : Buffer.from(clean, 'base64')
  return bytes.length === BYTES ? bytes : null
}

/** Where the key of that name lies. */
export const keyFile = (dataDir: string, name: 'number' | 'session'): string => join(dataDir, 'keys', `${name}.key`)

/**
 * The key of that name in the data folder, 32 bytes, made by chance on the first start, readable by its owner alone.
 * A variable wins over the file: 32 bytes as 64 hexadecimal digits or as base64.
 */
export function keyOf(dataDir: string, name: 'number' | 'session', env: NodeJS.ProcessEnv): Buffer {
  const variable = `KAIBO_${name.toUpperCase()}_KEY`
  const given = env[variable]
  if (given) {
    const key = fromText(given)
    if (!key) throw new CannotStart(`${variable} must be 32 bytes, as 64 hexadecimal digits or as base64.`)
    return key
  }
  const file = keyFile(dataDir, name)
  const folder = dirname(file)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    putSecret(file, `${randomBytes(BYTES).toString('hex')}\n`)
    const key = fromText(readFileSync(file, 'utf8'))
    if (key) return key
  } catch (error) {
    throw new CannotStart(`The keys in ${folder} cannot be read or made: ${(error as Error).message}.`)
  }
  throw new CannotStart(`The key in ${file} is damaged. Put it back from a back-up, or set ${variable}.`)
}

/**
 * Puts a secret into its file, readable by its owner alone. Written whole beside its place first: of two nodes that start
 * at once both find the first one's, and none reads half of it. What lies there already stays, unless it is to go.
 */
export function putSecret(file: string, text: string, { instead = false } = {}): void {
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, text, { mode: 0o600 })
  try {
    if (instead) renameSync(fresh, file)
    else linkSync(fresh, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(fresh, { force: true })
  }
}

/** Holds the number key against the database that it was first used with. Throws CannotStart when it is another. */
export async function checkNumberKey(db: Db, key: Uint8Array): Promise<void> {
  const check = createHmac('sha256', key).update('the key of this installation').digest()
  await sql`insert into installation (number_key_check) values (${check}) on conflict do nothing`.execute(db)
  const { rows } = await sql<{ number_key_check: Buffer }>`select number_key_check from installation`.execute(db)
  const known = rows[0]?.number_key_check
  if (!known || known.length !== check.length || !timingSafeEqual(known, check))
    throw new CannotStart(
      'The key for telephone numbers is not the one that this database was filled with, so nobody on the do-not-call list would be found. Put keys/number.key back into the data folder, or set KAIBO_NUMBER_KEY.',
    )
}

/** A secret for somebody outside, as long as a key of ours: shown once, kept by its hash alone. */
export const newSecret = (): string => randomBytes(BYTES).toString('base64url')
