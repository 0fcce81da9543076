import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { copiedTables } from '../src/platform/backupTables.ts'
import { openClient, openPool, type Target } from '../src/platform/database.ts'
import { at } from './clone.ts'

/* Two databases held against each other, row by row. */

/** A database of the run's server with nothing in it, as an operator's new one. */
export async function emptyDatabase(): Promise<Target> {
  const server = inject('server')
  const name = `t_${inject('template').slice(-8)}_${randomUUID().replaceAll('-', '')}`
  const root = openPool(server, { name: 'empty', max: 1 })
  await root.query(`create database ${name}`)
  await root.end()
  return at(server, name)
}

/** Of every table that a back-up holds: how many rows, and one sum over all that stands in them, in any order. */
export async function sumsOf(target: Target): Promise<Record<string, string>> {
  const client = await openClient(target, 'sums')
  const sums: Record<string, string> = {}
  const { rows: centres } = await client.query<{ id: string }>('select id from centre order by id')
  for (const { name, columns, walled } of await copiedTables(client)) {
    const row = `row(${columns.map((column) => `"${column}"`).join(', ')})::text`
    const parts: string[] = []
    for (const { id } of walled ? centres : [{ id: '' }]) {
      await client.query(`select set_config('kaibo.centre', $1, false)`, [id])
      const { rows } = await client.query<{ sum: string }>(
        `select count(*) || ' ' || coalesce(md5(string_agg(md5(${row}), '' order by md5(${row}))), '') as sum from "${name}"`,
      )
      parts.push(rows[0]!.sum)
    }
    sums[name] = parts.join(' | ')
  }
  await client.end()
  return sums
}
