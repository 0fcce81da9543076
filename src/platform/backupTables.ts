import type pg from 'pg'

/* What of a database goes into a back-up, read from its catalog: a new table is in it without anybody's doing. */

/**
 * What no back-up holds: the tail of news for pages that are open, what the migrations write themselves, and sessions,
 * whose cookies would let in whoever finds the back-up; after a restore everybody signs in anew.
 */
const LEFT_OUT = ['live_tail', 'migration', 'account_session', 'account_verification']

export type CopiedTable = {
  readonly name: string
  readonly columns: readonly string[]
  /** Rows are seen a centre at a time. */
  readonly walled: boolean
}

/** How values are written as text, whatever the database's own settings. */
export const PLAIN_TEXT = `set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set bytea_output = 'hex';
  set extra_float_digits = 1; set client_encoding = 'UTF8'`

/**
 * Tables with the columns that a copy can bring back: generated ones are computed, and a transaction's number means
 * nothing in another cluster. Months are no tables of their own here.
 */
export async function copiedTables(client: pg.Client): Promise<CopiedTable[]> {
  const { rows } = await client.query<CopiedTable>(
    `select c.relname as name, c.relforcerowsecurity as walled, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.atttypid <> 'xid8'::regtype
       and c.relname <> all ($1)
     group by c.oid order by c.relname`,
    [LEFT_OUT],
  )
  return rows
}

/** First days of the months that lie in partitions of their own. */
export async function openedMonths(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ month: string }>(
    `select distinct replace(substring(relname from '_y(\\d{4}m\\d{2})$'), 'm', '-') || '-01' as month from pg_class
     where relnamespace = current_schema()::regnamespace and relispartition and relkind = 'r'
       and relname ~ '_y\\d{4}m\\d{2}$' order by 1`,
  )
  return rows.map(({ month }) => month)
}

export async function sequences(client: pg.Client): Promise<{ name: string; value: string }[]> {
  const { rows } = await client.query(
    `select sequencename as name, last_value::text as value from pg_sequences
     where schemaname = current_schema() and last_value is not null order by 1`,
  )
  return rows
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** `"lead" ("id", "state")` */
const written = ({ name, columns }: Pick<CopiedTable, 'name' | 'columns'>) =>
  `${quoted(name)} (${columns.map(quoted).join(', ')})`

/**
 * A partitioned table is copied by a query; PostgreSQL copies only its parts by name. The centre is asked for by name
 * where rows are seen a centre at a time: a superuser would see all of them each time.
 */
export const copyOut = ({ name, columns, walled }: CopiedTable): string => {
  const ofCentre = walled ? ` where centre_id = current_setting('kaibo.centre')::uuid` : ''
  return `copy (select ${columns.map(quoted).join(', ')} from ${quoted(name)}${ofCentre}) to stdout`
}

export const copyIn = (table: Pick<CopiedTable, 'name' | 'columns'>): string => `copy ${written(table)} from stdin`

/** What hinders a bulk load, taken away and put back: every statement to run before it and after it. */
export async function hindrances(client: pg.Client): Promise<{ before: string[]; after: string[] }> {
  const before: string[] = []
  const after: string[] = []
  const indexes = await client.query<{ name: string; made: string }>(
    `select c.relname as name, pg_get_indexdef(c.oid) as made from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relnamespace = current_schema()::regnamespace and not c.relispartition and not i.indisprimary
       and not exists (select from pg_constraint k where k.conindid = c.oid) order by 1`,
  )
  for (const { name, made } of indexes.rows) {
    before.push(`drop index ${quoted(name)}`)
    // Of a partitioned table the catalog names the index of the parent alone; its months must have theirs.
    after.push(made.replace(' ON ONLY ', ' ON '))
  }
  // References between tables, so that no order of them is needed; checked anew when they are put back.
  const keys = await client.query<{ table: string; name: string; made: string }>(
    `select conrelid::regclass::text as "table", conname as name, pg_get_constraintdef(oid) as made from pg_constraint
     where connamespace = current_schema()::regnamespace and contype = 'f' and conparentid = 0 order by 1, 2`,
  )
  for (const { table, name, made } of keys.rows) {
    before.unshift(`alter table ${table} drop constraint ${quoted(name)}`)
    after.push(`alter table ${table} add constraint ${quoted(name)} ${made}`)
  }
  const walled = (await copiedTables(client)).filter((table) => table.walled)
  for (const { name } of walled) {
    before.push(`alter table ${quoted(name)} no force row level security`)
    after.push(`alter table ${quoted(name)} force row level security`)
  }
  return { before, after }
}

/** Empties every table, for rows that migrations themselves put in. */
export async function emptyAll(client: pg.Client): Promise<void> {
  const tables = await copiedTables(client)
  await client.query(`truncate ${tables.map(({ name }) => quoted(name)).join(', ')} cascade`)
}
