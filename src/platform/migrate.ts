import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { CannotStart } from './cannotStart.ts'
import type { Pool } from './database.ts'

/** One at a time over all nodes; the number is arbitrary and ours. */
export const MIGRATION_LOCK = 7433_001

const FOLDER = join(import.meta.dirname, '../../migrations')

/** The numbered files of the folder in their order, each with its text and the checksum that is kept of it. */
export function migrationsIn(folder = FOLDER): { name: string; checksum: string; text: string }[] {
  const names = readdirSync(folder).filter((name) => /^\d{3}_\w+\.sql$/.test(name))
  return names.sort().map((name) => {
    const text = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
    return { name, checksum: createHash('sha256').update(text).digest('hex'), text }
  })
}

/**
 * Brings the database to the newest numbered file of the folder, forward only, each file in a transaction of its own.
 * Files that the database has and the folder lacks are a newer node's and are let be: a migration only expands.
 * Throws CannotStart when a file was changed after it ran, stands before one that ran, or fails. `only` keeps to the
 * files of these names, for a back-up that comes back as it was.
 */
export async function migrate(
  pool: Pool,
  say: (step: string) => void = () => {},
  folder = FOLDER,
  only?: ReadonlySet<string>,
): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await client.query(
      'create table if not exists migration (name text primary key, checksum text not null, at timestamptz not null default now())',
    )
    const { rows } = await client.query<{ name: string; checksum: string }>('select name, checksum from migration')
    const done = new Map(rows.map((row) => [row.name, row.checksum]))
    const newest = [...done.keys()].sort().at(-1) ?? ''
    for (const { name, checksum, text } of migrationsIn(folder)) {
      if (only && !only.has(name)) continue
      const before = done.get(name)
      if (before === checksum) continue
      if (before)
        throw new CannotStart(
          `The migration ${name} was changed after this database ran it. Put its text back and write the change as a new migration.`,
        )
      if (name < newest)
        throw new CannotStart(
          `The migration ${name} stands before ${newest}, which this database ran already. Give it a later number.`,
        )
      say(`Migrating: ${name}`)
      await apply(client, name, checksum, text)
    }
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK])
    client.release()
  } catch (error) {
    // Closing the connection gives up the lock and any open transaction.
    client.release(true)
    throw error
  }
}

async function apply(client: pg.PoolClient, name: string, checksum: string, text: string): Promise<void> {
  await client.query('begin; set local statement_timeout = 0')
  try {
    await client.query(text)
    await client.query('insert into migration (name, checksum) values ($1, $2)', [name, checksum])
    await client.query('commit')
  } catch (error) {
    const { message, position, where } = error as pg.DatabaseError
    const line = position ? `, line ${text.slice(0, Number(position)).split('\n').length}` : ''
    throw new CannotStart(`The migration ${name} failed${line}: ${message}${where ? ` (${where})` : ''}`)
  }
}
