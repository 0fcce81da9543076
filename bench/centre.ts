import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type House, makeHouse } from '../demo/house.ts'
import { quietBoot } from '../demo/quietBoot.ts'
import { openDb, openPool, type Pool } from '../src/platform/database.ts'
import { keyOf } from '../src/platform/keys.ts'
import { migrate } from '../src/platform/migrate.ts'
import { startPostgres } from '../src/platform/postgres.ts'
import { markDemo } from '../src/platform/startChecks.ts'

/** The password of everybody in a measured centre. */
export const PASSWORD = 'a-good-long-one-7'

/** A fresh database with the demo's house in it, before its first call; Wednesday 2026-06-17, 8:00. */
export type Centre = {
  readonly folder: string
  readonly socketDir: string
  readonly pool: Pool
  readonly house: House
  /** Of the server's superuser, for a COPY from a file. */
  root(): Pool
  close(): Promise<void>
}

/** Makes the centre in a folder of its own, which goes with it. */
export async function openCentre(): Promise<Centre> {
  const folder = mkdtempSync(join(tmpdir(), 'kaibo-bench-'))
  const server = await startPostgres(folder)
  const pools: Pool[] = []
  const open = (name: string, max: number, user?: string) => {
    const pool = openPool({ socketDir: server.socketDir, database: 'kaibo', ...(user ? { user } : {}) }, { name, max })
    pools.push(pool)
    return pool
  }
  const close = async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const pool = open('bench', 16)
    await migrate(pool)
    const db = openDb(pool)
    const boot = quietBoot(db, folder, keyOf(folder, 'number', process.env))
    const house = await makeHouse(boot, '2026-06-17T08:00', PASSWORD)
    // It is a demo's house: a node serves one from a demo's folder only, and there agents sign in with one click.
    markDemo(folder, true)
    return { folder, socketDir: server.socketDir, pool, house, root: () => open('bench root', 1, 'postgres'), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Opens a centre for one piece of work. */
export async function inOwnCentre<T>(work: (centre: Centre) => Promise<T>): Promise<T> {
  const centre = await openCentre()
  try {
    return await work(centre)
  } finally {
    await centre.close()
  }
}
