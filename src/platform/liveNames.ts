import type { Boot, Topic } from './context.ts'

/* The stream of one browser: what a node hears, as the names that this person's pages are to ask for again. */

const LIFE_SIGN_MS = 20_000
/** Between two lots to one browser: a floor at work changes something all the time, and people cannot read faster. */
const PAUSE_MS = 100

type At = {
  readonly boot: Boot
  readonly signal: AbortSignal
  concerns(topic: Topic): boolean
  renew(): Promise<boolean>
}

/** Names of modules; an empty list at the start and each 20 seconds. Ends when the session has ended. */
export async function* namesOf({ boot, signal, concerns, renew }: At): AsyncGenerator<string[]> {
  const ended = new AbortController()
  const stop = () => ended.abort()
  signal.addEventListener('abort', stop)
  const lots = boot.live.subscribe(ended.signal)[Symbol.asyncIterator]()
  try {
    yield []
    let next = lots.next()
    while (!signal.aborted) {
      const { promise: silent, resolve } = Promise.withResolvers<'silent'>()
      const timer = setTimeout(resolve, LIFE_SIGN_MS, 'silent')
      const heard = await Promise.race([next, silent])
      clearTimeout(timer)
      if (heard === 'silent') {
        if (!(await renew())) return
        yield []
        continue
      }
      // The browser asks for everything when it comes back: the way to say that something may have been missed.
      if (heard.done || heard.value.some(({ name }) => name === '*')) return
      const mine = heard.value.filter(concerns)
      if (mine.some(({ name, personId }) => name === 'access' && personId) && !(await renew())) return
      if (mine.length > 0) {
        yield [...new Set(mine.map(({ name }) => name))]
        await new Promise((done) => setTimeout(done, PAUSE_MS))
      }
      next = lots.next()
    }
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
    await lots.return?.()
  }
}
