import pg from 'pg'

/*
 * The driver's client, with two habits that a floor's busiest minutes need: a statement that comes again and again is
 * prepared once a connection, and what is asked in one turn of the event loop goes to the server in one packet.
 */

/** Names given at most; each lives once in every connection's memory on the server. */
const MOST_NAMES = 600
/** Texts remembered at most while they wait for their second coming. */
const MOST_WAITING = 5000

/** The statements of one pool, by the names under which its connections prepare them. */
export class StatementNames {
  readonly #names = new Map<string, string>()
  readonly #seenOnce = new Set<string>()
  /** Part of every name: a new one prepares everything anew after the shape of a table has changed under us. */
  #generation = 0

  /**
   * The name to prepare a text under; undefined for one that is seen for the first time, or when there are enough. Texts
   * that are put together anew each time (lists of columns, of values) thus never fill the server's memory.
   */
  of(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined) return `k${this.#generation}_${known}`
    if (!this.#seenOnce.has(text)) {
      if (this.#seenOnce.size >= MOST_WAITING) this.#seenOnce.clear()
      this.#seenOnce.add(text)
      return undefined
    }
    if (this.#names.size >= MOST_NAMES) return undefined
    this.#seenOnce.delete(text)
    this.#names.set(text, String(this.#names.size))
    return this.of(text)
  }

  renew(): void {
    this.#generation += 1
  }
}

/** "Cached plan must not change result type": a column came or went while a connection held the statement. */
const isStalePlan = (error: unknown) => (error as { code?: string } | null)?.code === '0A000'

/** What the driver keeps to itself; `test` of this module fails when a new version of it calls them otherwise. */
type Wire = { connection: { stream: { cork?(): void; uncork?(): void } } }

/** A client for pools with `pipeline: true` and `names`. Only `query(text, values)` is prepared; other forms pass as they are. */
export class PreparingClient extends pg.Client {
  #corked = false
  readonly #names: StatementNames

  constructor(config: pg.ClientConfig & { names: StatementNames }) {
    super(config)
    this.#names = config.names
  }

  // biome-ignore lint/suspicious/noExplicitAny: the driver's own overloads, passed through
  override query(...args: any[]): any {
    this.#cork()
    const [text, values, ...rest] = args
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0 || rest.length > 0)
      // biome-ignore lint/suspicious/noExplicitAny: as above
      return (super.query as any)(...args)
    const name = this.#names.of(text)
    if (name === undefined) return super.query(text, values)
    return super.query({ name, text, values }).catch((error: unknown) => {
      if (isStalePlan(error)) this.#names.renew()
      throw error
    })
  }

  /** Holds the packet back until this turn's other questions are in it. */
  #cork(): void {
    if (this.#corked) return
    const { stream } = (this as unknown as Wire).connection
    if (!stream.cork || !stream.uncork) return
    this.#corked = true
    stream.cork()
    process.nextTick(() => {
      this.#corked = false
      stream.uncork?.()
    })
  }
}
