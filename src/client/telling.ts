/** One thing told to whoever listens: the smallest tie between what happens and what shows it. */
export type Telling<T> = {
  tell(news: T): void
  /** Returns how to stop listening. */
  listen(hear: (news: T) => void): () => void
}

export function telling<T>(): Telling<T> {
  const listeners = new Set<(news: T) => void>()
  return {
    tell: (news) => {
      for (const hear of [...listeners]) hear(news)
    },
    listen: (hear) => {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
  }
}

/** A value that many may read and that tells when it changes; made for `useSyncExternalStore`. */
export type Kept<T> = { get(): T; set(value: T): void; subscribe(hear: () => void): () => void }

export function kept<T>(first: T): Kept<T> {
  let value = first
  const changed = telling<T>()
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return
      value = next
      changed.tell(next)
    },
    subscribe: (hear) => changed.listen(hear),
  }
}
