import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresDialect,
  PostgresDriver,
  Transaction,
  type TransactionBuilder,
  type TransactionSettings,
} from 'kysely'
import pg from 'pg'
import { PreparingClient, StatementNames } from './preparing.ts'
import type { DB } from './schema.ts'

/** The database with its types. In a command it is the command's transaction. */
export type Db = Kysely<DB>
export type Pool = pg.Pool

/** Where a database is: in the server we started, or at the address that the operator gave. */
export type Target = { socketDir: string; database: string; user?: string } | { url: string }

export interface PoolOptions {
  /** Shown by the server as the name of the connection. */
  name: string
  /** Connections at most; 16 on two cores beat 200 twofold. */
  max: number
  /** A statement that takes longer is cancelled by the server. */
  statementTimeoutMs?: number
  /** 'plain' leaves the driver's parsers (Date for timestamps), which better-auth and pg-boss expect. */
  parsers?: 'temporal' | 'plain'
}

// Named as values, or the driver would send them as JSON, in quotes.
for (const type of [
  Temporal.Instant,
  Temporal.PlainDate,
  Temporal.PlainDateTime,
  Temporal.PlainTime,
  Temporal.PlainYearMonth,
  Temporal.Duration,
])
  Object.defineProperty(type.prototype, 'toPostgres', {
    configurable: true,
    value(this: { toString(): string }) {
      return this.toString()
    },
  })

function whole(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is beyond the whole numbers that a double holds`)
  return number
}

type Parse = (text: string) => unknown
const instant: Parse = (text) => Temporal.Instant.from(text)
const day: Parse = (text) => Temporal.PlainDate.from(text)
const local: Parse = (text) => Temporal.PlainDateTime.from(text)

/** One-dimensional arrays, cut by the driver's own parser of text arrays. */
const TEXT_ARRAY = 1009 as Parameters<typeof pg.types.getTypeParser>[0]
const list = (parse: Parse): Parse => {
  const cut = pg.types.getTypeParser(TEXT_ARRAY) as (text: string) => (string | null)[]
  return (text) => cut(text).map((item) => (item === null ? null : parse(item)))
}

/** By type number: timestamptz, date, timestamp, int8, and arrays of them. numeric, time and uuid stay text. */
const PARSERS = new Map<number, Parse>([
  [1184, instant],
  [1082, day],
  [1114, local],
  [20, whole],
  [1185, list(instant)],
  [1182, list(day)],
  [1115, list(local)],
  [1016, list(whole)],
])

// The driver's global table is left alone: two libraries in this process rely on it.
const temporal = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS.get(oid)) || pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig

const whereOf = (target: Target) =>
  'url' in target
    ? { connectionString: target.url }
    : // Every value by name: PGPORT, PGSSLMODE and the like of whoever starts Kaibo must not decide here.
      { host: target.socketDir, port: 5432, database: target.database, user: target.user ?? 'kaibo', ssl: false }

/**
 * One connection for work that goes on for minutes (a back-up), with the driver's own parsers and no limit of time for
 * a statement. End it after use, also in the middle of a statement.
 */
export async function openClient(target: Target, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...whereOf(target),
    application_name: name,
    options: '-c timezone=UTC -c statement_timeout=0 -c idle_in_transaction_session_timeout=0',
  })
  // A connection that breaks while nothing is asked must not end the process; the next statement gets the error.
  client.on('error', () => {})
  await client.connect()
  return client
}

/** What the driver's pool hands to each of its connections. */
const preparing = () => ({ Client: PreparingClient as typeof pg.Client, names: new StatementNames() })

/** Opens a pool; nothing connects before the first query. End it before the server is stopped. */
export function openPool(target: Target, { name, max, statementTimeoutMs, parsers = 'temporal' }: PoolOptions): Pool {
  const pool = new pg.Pool({
    ...whereOf(target),
    application_name: name,
    max,
    // Instants are read in UTC whatever the server's or database's setting.
    options: '-c timezone=UTC',
    // A full pool answers with an error after this time instead of keeping a page waiting for good.
    connectionTimeoutMillis: 30_000,
    ...(statementTimeoutMs ? { statement_timeout: statementTimeoutMs } : {}),
    ...(parsers === 'temporal' ? { types: temporal, pipeline: true, ...preparing() } : {}),
  })
  // Without a listener the process ends when the server restarts. The broken connection has already left the pool,
  // and whoever needed it gets the error of its own query.
  pool.on('error', () => {})
  // The same for a connection that is lent out and between two statements of its transaction: nobody listens to it then.
  pool.on('connect', (client) => {
    client.on('error', () => {})
  })
  return pool
}

/**
 * Begins a transaction without waiting for the answer: the word goes in one packet with the first statement. Should it
 * fail, that statement fails as well, since a connection that cannot begin cannot do anything.
 */
class EagerDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const begun =
      settings.isolationLevel || settings.accessMode
        ? super.beginTransaction(connection, settings)
        : connection.executeQuery(CompiledQuery.raw('begin'))
    begun.catch(() => {})
  }
}

class EagerDialect extends PostgresDialect {
  readonly #pool: Pool

  constructor(pool: Pool) {
    super({ pool })
    this.#pool = pool
  }

  override createDriver(): Driver {
    return new EagerDriver({ pool: this.#pool })
  }
}

/**
 * Kysely lets the statements of a transaction wait for one another, each for a way to the server and back. Here what is
 * asked side by side (`together`) is sent side by side; the server still runs it in the order in which it was asked.
 */
class SideBySide extends Kysely<DB> {
  readonly #dialect: EagerDialect

  constructor(dialect: EagerDialect) {
    super({ dialect })
    this.#dialect = dialect
  }

  override transaction(): TransactionBuilder<DB> {
    const builder = super.transaction()
    const execute = builder.execute.bind(builder)
    builder.execute = (run) => execute(async (serial) => run(await this.#beside(serial)))
    return builder
  }

  async #beside(serial: Transaction<DB>): Promise<Transaction<DB>> {
    const dialect = this.#dialect
    const connection = await serial.getExecutor().provideConnection(async (one) => one)
    const executor = serial.getExecutor().withConnectionProvider({ provideConnection: (use) => use(connection) })
    return new Transaction<DB>({ config: { dialect }, dialect, driver: dialect.createDriver(), executor })
  }
}

/** The typed query builder over a pool. */
export const openDb = (pool: Pool): Db => new SideBySide(new EagerDialect(pool))
