import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { type Db, openDb, openPool, type Pool, type Target } from '../src/platform/database.ts'

/** The same server, another database. */
export function at(server: Target, database: string): Target {
  if (!('url' in server)) return { ...server, database }
  const url = new URL(server.url)
  url.pathname = `/${database}`
  return { url: url.href }
}

export interface FreshDatabase {
  target: Target
  pool: Pool
  db: Db
  close(): Promise<void>
}

/**
 * A migrated database of the caller's own, copied from the run's template; close() ends its pool. It is never dropped
 * while tests run: a forced drop cuts connections that are still closing, and their error fails the run.
 */
export async function freshDatabase({ max = 8 } = {}): Promise<FreshDatabase> {
  const server = inject('server')
  const template = inject('template')
  const name = `t_${template.slice(-8)}_${randomUUID().replaceAll('-', '')}`
  const root = openPool(server, { name: 'clone', max: 1 })
  await root.query(`create database ${name} template ${template}`)
  await root.end()
  const target = at(server, name)
  const pool = openPool(target, { name, max })
  return { target, pool, db: openDb(pool), close: () => pool.end() }
}
