import { api, client } from './api.ts'
import { connectionNow, lineLost, lineUp } from './connection.ts'
import { codeOf, queries, refresh, refreshAll, sessionEnded } from './queries.ts'

/*
 * What changed, told by the house: one stream for all tabs of this browser. Whoever holds the lock reads the stream and
 * passes the names on; when that tab closes, the next one holds it. Without locks (plain http on an office address)
 * each tab reads for itself.
 */

/** Names of modules whose data changed; an empty list is a sign of life. */
export type LiveStream = (signal: AbortSignal) => Promise<AsyncIterable<readonly string[]>>

type Word = { kind: 'changed'; names: readonly string[] } | { kind: 'up' | 'again' | 'lost' | 'hello' }

/** Two missed signs of life and the line counts as dead; the house gives one each 20 seconds. */
const SILENCE = 45_000
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
  let before = false
  while (!signal.aborted) {
    let opened = false
    let ended = false
    try {
      await readStream(
        open,
        (names) => {
          // Each sign of life says so: a tab may have lost its line for a moment and not know that it is back.
          if (!opened || names.length === 0) say({ kind: !opened && before ? 'again' : 'up' })
          opened = before = true
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
  let leading = false
  const say = (word: Word) => {
    take(word)
    others.postMessage(word)
  }
  others.onmessage = ({ data }: MessageEvent<Word>) => {
    if (data.kind !== 'hello') take(data)
    else if (leading) {
      const { state } = connectionNow()
      if (state !== 'connecting') others.postMessage({ kind: state } satisfies Word)
    }
  }
  const lead = () => {
    leading = true
    return keepReading(open, say, stop.signal)
  }
  const broken = () => lineLost()
  addEventListener('offline', broken)
  if (navigator.locks) {
    others.postMessage({ kind: 'hello' } satisfies Word)
    navigator.locks.request(name, { signal: stop.signal }, lead).catch(() => undefined)
  } else void keepReading(open, take, stop.signal)
  return () => {
    stop.abort()
    removeEventListener('offline', broken)
    others.close()
  }
}
