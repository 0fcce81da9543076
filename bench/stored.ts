import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Centre } from './centre.ts'
import { timed } from './measured.ts'

/** What a row that becomes a lead is kept in. */
const TABLES = ['customer', 'phone', 'consent', 'lead', 'lead_hold', 'list_row'] as const

/**
 * The rows that an import left, by COPY into empty tables with the same indexes and checks and without references:
 * milliseconds. What nobody can do without who keeps what the importer keeps.
 */
export async function storedAgain({ root }: Centre, tables: readonly string[] = TABLES): Promise<number> {
  const db = root()
  let all = 0
  for (const table of tables) {
    const path = join(tmpdir(), `kaibo-bench-${process.pid}-${table}`)
    try {
      await db.query(`copy ${table} to '${path}' with (format binary)`)
      await db.query(`create table bench_${table} (like ${table} including all)`)
      const { took } = await timed(() => db.query(`copy bench_${table} from '${path}' with (format binary)`))
      all += took
      await db.query(`drop table bench_${table}`)
    } finally {
      await rm(path, { force: true })
    }
  }
  return all
}
