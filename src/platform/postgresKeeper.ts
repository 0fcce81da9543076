import { setTimeout as pause } from 'node:timers/promises'
import type { Leashed } from './leash.ts'

/*
 * Keeps the database server running: one that ends unasked (killed, out of memory, a full disk) is started again, for
 * as long as it takes. The web server answers 503 meanwhile, and its pools connect anew by themselves.
 */

/** Pauses before each further try, in milliseconds; the last one is kept to. */
const PAUSES = [0, 500, 1000, 2000, 5000]
/** Milliseconds after which a server counts as one that runs. */
const STEADY = 60_000

export interface Kept {
  /** Resolves when the server has ended because it was asked to. */
  readonly ended: Promise<void>
  /** Null while the server runs, else why it does not. */
  readonly trouble: string | null
  /** The server that runs, if one does. */
  readonly server: Leashed | null
  /** Lets it end, and starts none again. */
  release(): void
}

/**
 * Watches a server that runs. `again` starts one and resolves when it answers; it tells of the process as soon as there
 * is one, so that a stop need not wait for a long recovery. `tell` hears of each end and each start, for the log.
 */
export function keepServer(
  first: Leashed,
  again: (begun: (server: Leashed) => void) => Promise<Leashed>,
  tell: (what: string, why: string) => void,
): Kept {
  let server: Leashed | null = first
  let trouble: string | null = null
  const asked = new AbortController()

  async function restart(tries: number): Promise<Leashed | null> {
    for (let n = tries; !asked.signal.aborted; n++) {
      // Unreferenced would be wrong: while this is due, the program must not end.
      await pause(PAUSES[Math.min(n, PAUSES.length - 1)], undefined, { signal: asked.signal }).catch(() => {})
      if (asked.signal.aborted) return null
      try {
        const next = await again((begun) => {
          server = begun
          if (asked.signal.aborted) begun.loose()
        })
        tell('the database server runs again', '')
        return next
      } catch (error) {
        trouble = error instanceof Error ? error.message : String(error)
        if (!asked.signal.aborted) tell('the database server could not be started again; another try follows', trouble)
      }
    }
    return null
  }

  async function watch(): Promise<void> {
    let running: Leashed | null = first
    for (let tries = 0; running; tries++) {
      const begun = performance.now()
      const code = await running.ended
      server = null
      if (asked.signal.aborted) return
      if (performance.now() - begun > STEADY) tries = 0
      trouble = 'the database server ended by itself and is started again'
      tell(trouble, String(code))
      running = await restart(tries)
      server = running
      if (running) trouble = null
    }
  }

  return {
    ended: watch(),
    get trouble() {
      return trouble
    },
    get server() {
      return server
    },
    release() {
      asked.abort()
      server?.loose()
    },
  }
}
