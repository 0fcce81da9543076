/*
 * Reads that hundreds of screens ask for at once, done once a node and shared among them. What is shared must not
 * depend on who asks: each caller cuts out of it what he may see.
 */

type Shared = <T>(key: string, read: () => Promise<T>) => Promise<T>

const later = (milliseconds: number, run: () => void) => void setTimeout(run, milliseconds).unref()

/**
 * At most one read a key each `everyMs`, and never one that began before the caller asked: whoever comes too early waits
 * for the next one together with all others.
 */
export function sharedRead(everyMs: number): Shared {
  const pausing = new Set<string>()
  const waiting = new Map<string, { promise: Promise<unknown>; start: () => void }>()
  const begin = (key: string) => {
    pausing.add(key)
    later(everyMs, () => {
      pausing.delete(key)
      waiting.get(key)?.start()
    })
  }
  return <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const next = waiting.get(key)
    if (next) return next.promise as Promise<T>
    if (!pausing.has(key)) {
      begin(key)
      return read()
    }
    const { promise, resolve } = Promise.withResolvers<T>()
    waiting.set(key, {
      promise,
      start: () => {
        waiting.delete(key)
        begin(key)
        resolve(read())
      },
    })
    return promise
  }
}

/** One read a key is kept for `forMs` and given to all who ask in that time. One that failed is not kept. */
export function keptRead(forMs: number): Shared {
  const kept = new Map<string, Promise<unknown>>()
  return <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const found = kept.get(key)
    if (found) return found as Promise<T>
    const made = read()
    const drop = () => void (kept.get(key) === made && kept.delete(key))
    kept.set(key, made)
    made.catch(drop)
    later(forMs, drop)
    return made
  }
}
