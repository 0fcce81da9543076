import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Changed rows from which a table has become another one. */
const MANY = 500

/**
 * Lets the planner look anew at tables that have grown to twice their size since it last looked. The server does so by
 * itself once a minute; until then a bulk load into young tables is planned for a handful of rows, and each of its lots
 * reads all the earlier ones again. Not in a transaction that goes on: it takes up to a second.
 */
export async function refreshStatistics(db: Db): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
    where schemaname = current_schema() and n_mod_since_analyze > ${MANY} and 2 * n_mod_since_analyze >= n_live_tup`.execute(
    db,
  )
  // One that is being looked at already is left out.
  for (const { name } of rows) await sql`analyze (skip_locked) ${sql.raw(name)}`.execute(db)
}

/** Pages from which a table's size says something. */
const YOUNG = 8

/**
 * The same inside a transaction of minutes that fills tables nobody else sees yet: what has grown is told by its size on
 * the disk, since the server counts changes at the commit only.
 */
export async function refreshOwnStatistics(db: Db): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname = current_schema()
      and pg_relation_size(c.oid) / current_setting('block_size')::int >= 2 * greatest(c.relpages, ${YOUNG})`.execute(
    db,
  )
  for (const { name } of rows) await sql`analyze (skip_locked) ${sql.raw(name)}`.execute(db)
}
