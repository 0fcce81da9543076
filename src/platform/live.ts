import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Live, Topic } from './context.ts'
import type { Pool } from './database.ts'
import { EVERYTHING, fewer } from './topics.ts'

/*
 * How pages and nodes hear of changes. A command keeps the names of what it touched in its own transaction (live_tail);
 * after the commit they go to the listeners of this node at once, and to the other nodes by a notification that gathers
 * 75 ms of them. Never in the command's transaction: NOTIFY takes a lock at commit that lets one through at a time.
 * Once a second each node reads the tail for what no notification brought.
 */

const CHANNEL = 'kaibo_live'
const GATHER_MS = 75
const POLL_MS = 1000
/** Payloads must stay below 8000 bytes. */
const PAYLOAD = 7800
/** Ids of what was told already; more than any two minutes bring, after which the tail is cleared. */
const TOLD = 50_000
/** The tail keeps two minutes: a node cut off for longer has missed something. */
const KEPT_MS = 110_000

type Lot = { readonly id: number | null; readonly topics: readonly Topic[] }
type Note = { readonly from: string; readonly lots: readonly Lot[] }

export interface LiveHub extends Live {
  /** Listeners of this node. */
  readonly listeners: number
  /** Ends every subscription; with other nodes, the connection too. */
  close(): Promise<void>
}

class Listener {
  #heard: Topic[] = []
  #wake: (() => void) | null = null
  #ended = false

  hear(topics: readonly Topic[]) {
    this.#heard.push(...topics)
    // A browser that does not read must not cost memory: it is told to ask for everything instead.
    if (this.#heard.length > 1000) this.#heard = [EVERYTHING]
    this.#wake?.()
  }

  end() {
    this.#ended = true
    this.#wake?.()
  }

  async *lots(): AsyncGenerator<readonly Topic[]> {
    while (!this.#ended) {
      if (this.#heard.length > 0) {
        const lot = fewer(this.#heard)
        this.#heard = []
        yield lot
        continue
      }
      await new Promise<void>((wake) => {
        this.#wake = wake
      })
      this.#wake = null
    }
  }
}

/** Live updates within this process alone: tests, and the half of a node that faces its browsers. */
export function localLive(): LiveHub {
  const listeners = new Set<Listener>()
  return {
    get listeners() {
      return listeners.size
    },
    announce(topics) {
      const few = fewer(topics)
      if (few.length > 0) for (const listener of listeners) listener.hear(few)
    },
    // Listening begins with the call, not with the first read: nothing is missed between the two.
    subscribe(signal) {
      const listener = new Listener()
      const end = () => listener.end()
      listeners.add(listener)
      signal.addEventListener('abort', end)
      if (signal.aborted) end()
      return (async function* () {
        try {
          yield* listener.lots()
        } finally {
          listeners.delete(listener)
          signal.removeEventListener('abort', end)
        }
      })()
    },
    async close() {
      for (const listener of listeners) listener.end()
    },
  }
}

/** Cuts lots into payloads that a notification can carry. A lot that is too long for one is left to the tail. */
export function payloads(from: string, lots: readonly Lot[]): string[] {
  const empty = JSON.stringify({ from, lots: [] }).length
  const out: string[] = []
  let now: Lot[] = []
  let size = empty
  const flush = () => {
    if (now.length > 0) out.push(JSON.stringify({ from, lots: now } satisfies Note))
    now = []
    size = empty
  }
  for (const lot of lots) {
    const length = Buffer.byteLength(JSON.stringify(lot)) + 1
    if (empty + length > PAYLOAD) continue
    if (size + length > PAYLOAD) flush()
    now.push(lot)
    size += length
  }
  flush()
  return out
}

/** Live updates shared with the other nodes of this database. `pool` serves nothing else and needs two connections. */
export async function openLive(pool: Pool, log: Logger): Promise<LiveHub> {
  const me = randomUUID()
  const local = localLive()
  const told = new Set<number>()
  let gathered: Lot[] = []
  let sending: NodeJS.Timeout | null = null
  let line: pg.PoolClient | null = null
  let closed = false

  const firstTime = (id: number): boolean => {
    if (told.has(id)) return false
    told.add(id)
    if (told.size > TOLD) for (const oldest of told.values().take(told.size - TOLD)) told.delete(oldest)
    return true
  }
  const tell = ({ id, topics }: Lot) => {
    if (id === null || firstTime(id)) local.announce(topics)
  }

  async function send() {
    sending = null
    const lots = gathered
    gathered = []
    try {
      for (const payload of payloads(me, lots)) await pool.query('select pg_notify($1, $2)', [CHANNEL, payload])
    } catch (error) {
      log.warn({ err: error }, 'a notification was not sent; the other nodes read it from the tail')
    }
  }

  async function listen() {
    const client = await pool.connect()
    client.on('notification', ({ payload }) => {
      const note = JSON.parse(payload ?? '{}') as Note
      if (note.from !== me) for (const lot of note.lots) tell(lot)
    })
    client.on('error', () => {
      // The next poll listens anew.
      if (line === client) line = null
      client.release(true)
    })
    await client.query(`listen ${CHANNEL}`)
    line = client
  }

  let readUntil = await horizon(pool)
  let lastRead = performance.now()

  let polling: Promise<void> | null = null
  async function poll() {
    try {
      if (!line) await listen()
      const { rows } = await pool.query<{ upto: string; id: number | null; topics: Topic[] | null }>(
        `with here as (select pg_snapshot_xmin(pg_current_snapshot()) as upto)
         select here.upto::text as upto, t.id, t.topics from here
         left join live_tail t on t.xid >= $1::text::xid8 and t.xid < here.upto order by t.id`,
        [readUntil],
      )
      if (performance.now() - lastRead > KEPT_MS) local.announce([EVERYTHING])
      lastRead = performance.now()
      for (const { id, topics } of rows) if (id !== null) tell({ id, topics: topics ?? [] })
      readUntil = rows[0]?.upto ?? readUntil
    } catch (error) {
      if (!closed) log.warn({ err: error }, 'changes of other nodes cannot be read just now')
    } finally {
      polling = null
    }
  }

  await listen()
  const timer = setInterval(() => {
    polling ??= poll()
  }, POLL_MS)

  return {
    get listeners() {
      return local.listeners
    },
    subscribe: local.subscribe,
    announce(topics, kept) {
      const lot: Lot = { id: kept ?? null, topics: fewer(topics) }
      if (lot.topics.length === 0) return
      tell(lot)
      gathered.push(lot)
      sending ??= setTimeout(send, GATHER_MS)
    },
    async close() {
      closed = true
      clearInterval(timer)
      await local.close()
      if (sending) {
        clearTimeout(sending)
        await send()
      }
      await polling
      line?.release(true)
      line = null
    },
  }
}

/** Every transaction below it has ended: what it did is in the tail or was rolled back. */
async function horizon(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ upto: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as upto')
  return rows[0]!.upto
}
