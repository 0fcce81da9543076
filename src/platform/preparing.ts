import pg from 'pg'

/*
 * The driver's client, with two habits that a floor's busiest minutes need: a statement that comes again and again is
 * prepared once a connection, and what is asked in one turn of the event loop goes to the server in one packet.
 */

/** Names given at most; each lives once in every connection's memory on the server. */
const MOST_NAMES = 600
/** Texts remembered at most while they wait for their second coming. */
const MOST_WAITING = 5000

const names = new Map<string, string>()
const seenOnce = new Set<string>()
/** Part of every name: a new one prepares everything anew after the shape of a table has changed under us. */
let generation = 0

/**
 * The name to prepare a text under; undefined for one that is seen for the first time, or when there are enough. Texts
 * that are put together anew each time (lists of columns, of values) thus never fill the server's memory.
 */
function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined) return `k${generation}_${known}`
  if (!seenOnce.has(text)) {
    if (seenOnce.size >= MOST_WAITING) seenOnce.clear()
    seenOnce.add(text)
    return undefined
  }
  if (names.size >= MOST_NAMES) return undefined
  seenOnce.delete(text)
  names.set(text, String(names.size))
  return nameOf(text)
}

/** "Cached plan must not change result type": a column came or went while a connection held the statement. */
const isStalePlan = (error: unknown) => (error as { code?: string } | null)?.code === '0A000'

/** What the driver keeps to itself; `test` of this module fails when a new version of it calls them otherwise. */
type Wire = { connection: { stream: { cork?(): void; uncork?(): void } } }

/** A client for pools with `pipeline: true`. Only `query(text, values)` is prepared; other forms pass as they are. */
export class PreparingClient extends pg.Client {
  #corked = false

  // biome-ignore lint/suspicious/noExplicitAny: the driver's own overloads, passed through
  override query(...args: any[]): any {
    this.#cork()
    const [text, values, ...rest] = args
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0 || rest.length > 0)
      // biome-ignore lint/suspicious/noExplicitAny: as above
      return (super.query as any)(...args)
    const name = nameOf(text)
    if (name === undefined) return super.query(text, values)
    return super.query({ name, text, values }).catch((error: unknown) => {
      if (isStalePlan(error)) generation += 1
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
