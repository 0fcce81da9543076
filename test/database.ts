import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { TestProject } from 'vitest/node'
import { openPool, type Pool, type Target } from '../src/platform/database.ts'
import { migrate } from '../src/platform/migrate.ts'
import { startPostgres } from '../src/platform/postgres.ts'
import { checkDatabase } from '../src/platform/startChecks.ts'
import { at } from './clone.ts'

declare module 'vitest' {
  interface ProvidedContext {
    server: Target
    template: string
  }
}

/**
 * One server for the whole run with one migrated database, from which every test file takes a copy: a server of the
 * run's own in a new folder, or the one at KAIBO_TEST_DATABASE_URL (its user must be allowed to create databases).
 */
export default async function setup(project: TestProject) {
  const url = process.env.KAIBO_TEST_DATABASE_URL
  const folder = url ? undefined : mkdtempSync(join(tmpdir(), 'kaibo-test-'))
  const started = folder ? await startPostgres(folder) : undefined
  const server: Target = started ? { socketDir: started.socketDir, database: 'kaibo' } : { url: url! }
  // On a server that outlives the run, another run may be under way.
  const template = started ? 'template_kaibo' : `template_kaibo_${randomUUID().slice(0, 8)}`
  const end = async () => {
    await started?.stop()
    if (folder) rmSync(folder, { recursive: true, force: true })
    else await sweep(server, template)
  }
  try {
    await makeTemplate(server, template)
  } catch (error) {
    await end()
    throw error
  }
  project.provide('server', server)
  project.provide('template', template)
  return end
}

async function makeTemplate(server: Target, template: string): Promise<void> {
  const root = openPool(server, { name: 'test set-up', max: 1 })
  try {
    await root.query(`create database ${template}`)
    const pool = openPool(at(server, template), { name: 'test set-up', max: 1 })
    try {
      // As at the start of a node; on a server of ours the extensions are there.
      await checkDatabase(pool, () => {})
      await migrate(pool)
    } finally {
      await pool.end()
    }
    await root.query(`alter database ${template} is_template true allow_connections false`)
  } finally {
    await root.end()
  }
}

async function sweep(server: Target, template: string): Promise<void> {
  const root = openPool(server, { name: 'test sweep', max: 1 })
  const { rows } = await root.query<{ datname: string }>(`select datname from pg_database where datname ~ $1`, [
    `^(${template}|t_${template.slice(-8)}_.*)$`,
  ])
  for (const { datname } of rows) {
    await root.query(`alter database ${datname} is_template false`)
    await dropped(root, datname)
  }
  await root.end()
}

/**
 * The server's own tidying up may be at work in a database; who is no superuser cannot end it, nor drop the database
 * meanwhile. It leaves by itself, at the latest when it has read its few tables.
 */
async function dropped(root: Pool, database: string): Promise<void> {
  for (let tries = 0; ; tries++)
    try {
      await root.query(`drop database ${database} with (force)`)
      return
    } catch (error) {
      const { code } = error as { code?: string }
      if (tries >= 100 || (code !== '42501' && code !== '55006')) throw error
      await pause(100)
    }
}
