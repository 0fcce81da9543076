import { api, client } from './api.ts'
import { connectionNow, lineLost, lineUp } from './connection.ts'
import { oneTab } from './oneTab.ts'
import { codeOf, queries, refresh, refreshAll, sessionEnded } from './queries.ts'

/*
 * What changed, told by the house: one stream for all tabs of this browser. One tab reads the stream and passes the
 * names on; when it closes, breaks or is frozen, another one reads.
 */

/** Names of modules whose data changed; an empty list is a sign of life. */
export type LiveStream = (signal: AbortSignal) => Promise<AsyncIterable<readonly string[]>>

type Word = { kind: 'changed'; names: readonly string[] } | { kind: 'up' | 'again' | 'lost' | 'hello' }

/** Two missed signs of life and the line counts as dead; the house gives one each 20 seconds. */
const SILENCE = 45_000
const WATCH = 5000
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 15_000

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(finish, milliseconds)
    function finish() {
      clearTimeout(timer)
      removeEventListener('online', finish)
      signal.removeEventListener('abort', finish)
      done()
    }
    // A network that comes back is worth a try at once.
    addEventListener('online', finish)
    signal.addEventListener('abort', finish)
  })
}

/**
 * The pause before another try of a broken stream, longer each time. A little chance keeps a whole floor from knocking in
 * the same instant after a restart.
 */
export const pauseBefore = (tries: number, signal: AbortSignal): Promise<void> =>
  pause(Math.min(FIRST_PAUSE * 2 ** tries, LONGEST_PAUSE) * (0.75 + Math.random() / 2), signal)

/** Reads one stream until it ends, breaks or falls silent. */
export async function readStream<T>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
  hear: (value: T) => void,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController()
  const cut = () => silence.abort()
  signal.addEventListener('abort', cut)
  let timer = setTimeout(cut, SILENCE)
  try {
    for await (const value of await open(silence.signal)) {
      clearTimeout(timer)
      timer = setTimeout(cut, SILENCE)
      hear(value)
    }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', cut)
  }
}

/** Reads streams one after the other for as long as the signal stands. */
async function keepReading(open: LiveStream, say: (word: Word) => void, signal: AbortSignal) {
  let tries = 0
  while (!signal.aborted) {
    let opened = false
    let ended = false
    try {
      await readStream(
        open,
        (names) => {
          // Between two streams, or two tabs that read, something may have been missed. Each sign of life says so too: a
          // tab may have lost its line for a moment and not know that it is back.
          if (!opened || names.length === 0) say({ kind: opened ? 'up' : 'again' })
          opened = true
          tries = 0
          if (names.length > 0) say({ kind: 'changed', names })
        },
        signal,
      )
      ended = opened
    } catch (error) {
      // What broke is told by the banner; why is in the house's log.
      if (codeOf(error) === 'UNAUTHORIZED') sessionEnded.tell('UNAUTHORIZED')
    }
    if (signal.aborted) return
    // The house ends a stream to have everything asked again, or because the session is over: no line is lost by that.
    if (ended) void queries.invalidateQueries({ queryKey: api.access.me.key() })
    else say({ kind: 'lost' })
    await pauseBefore(tries++, signal)
  }
}

/** What a word means for the pages of this tab. */
function take(word: Word) {
  if (word.kind === 'changed') {
    // '*' says that something may have been missed.
    if (word.names.includes('*')) void refreshAll()
    else for (const name of word.names) void refresh(name)
    // A role or a group that changed changes who one is.
    if (word.names.includes('people')) void queries.invalidateQueries({ queryKey: api.access.me.key() })
  }
  // Whoever was cut off, or asked before the line stood, may have missed names: everything on screen is asked again.
  if (word.kind === 'again' || (word.kind === 'up' && connectionNow().state !== 'up')) void refreshAll()
  if (word.kind === 'up' || word.kind === 'again') lineUp()
  if (word.kind === 'lost') lineLost()
}

const ofTheHouse: LiveStream = (signal) => client.access.live({}, { signal })

/** Listens for a person until the returned function is called. Tabs of the same person share one stream. */
export function startLive(personId: string, open: LiveStream = ofTheHouse): () => void {
  const stop = new AbortController()
  const name = `kaibo.live.${personId}`
  const others = new BroadcastChannel(name)
  let reading = false
  let heardAt = performance.now()
  const say = (word: Word) => {
    take(word)
    others.postMessage(word)
  }
  others.onmessage = ({ data }: MessageEvent<Word>) => {
    if (data.kind !== 'hello') {
      heardAt = performance.now()
      take(data)
    } else if (reading) {
      const { state } = connectionNow()
      if (state !== 'connecting') others.postMessage({ kind: state } satisfies Word)
    }
  }
  others.postMessage({ kind: 'hello' } satisfies Word)
  const turn = async (over: AbortSignal) => {
    reading = true
    await keepReading(open, say, over)
    reading = false
    heardAt = performance.now()
  }
  const takeOver = oneTab(name, turn, stop.signal)
  // Somebody looks at this tab and the one that reads says nothing: it is frozen, or its line is.
  const watch = setInterval(() => {
    if (reading || document.hidden || performance.now() - heardAt < SILENCE) return
    heardAt = performance.now()
    takeOver()
  }, WATCH)
  const broken = () => lineLost()
  addEventListener('offline', broken)
  return () => {
    stop.abort()
    clearInterval(watch)
    removeEventListener('offline', broken)
    others.close()
  }
}
