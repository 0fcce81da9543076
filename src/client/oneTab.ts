/*
 * One tab of a browser does something for all of them, and another one when it is gone. Locks settle it where the
 * browser has them; over plain http on an office address it has none, and the tabs settle it by word.
 */

/** Does it until the signal says stop. */
export type Turn = (stop: AbortSignal) => Promise<void>

/** Takes the turn from a tab that holds it and gives no sign of life: frozen by the browser, or broken. */
export type TakeOver = () => void

/** Runs `turn` in one of the tabs that call this with the same name, until `stop`. */
export const oneTab = (name: string, turn: Turn, stop: AbortSignal): TakeOver =>
  navigator.locks ? byLock(name, turn, stop) : byWord(name, turn, stop)

function byLock(name: string, turn: Turn, stop: AbortSignal): TakeOver {
  let mine = new AbortController()
  const ask = (steal: boolean) => {
    mine.abort()
    const one = new AbortController()
    mine = one
    // A request that steals cannot be called off, and need not: it is granted at once.
    const asked = navigator.locks.request(name, steal ? { steal } : { signal: one.signal }, () => turn(one.signal))
    asked.catch(() => {
      // The turn was taken from this tab, which waits for the next one.
      if (one === mine && !stop.aborted) ask(false)
    })
  }
  stop.addEventListener('abort', () => mine.abort())
  ask(false)
  return () => ask(true)
}

type Word = { readonly kind: 'whose' | 'mine' | 'free'; readonly from: string }

/** How long an answer of another tab is waited for, and how far apart tabs that want the same turn come. */
const ANSWER = 300

function byWord(name: string, turn: Turn, stop: AbortSignal): TakeOver {
  const me = Math.random().toString(36).slice(2)
  const others = new BroadcastChannel(`${name}.turn`)
  let mine: AbortController | null = null
  let waiting: ReturnType<typeof setTimeout> | undefined
  const say = (kind: Word['kind']) => others.postMessage({ kind, from: me } satisfies Word)
  const take = () => {
    clearTimeout(waiting)
    if (mine) return
    mine = new AbortController()
    say('mine')
    void turn(mine.signal)
  }
  const giveUp = () => {
    clearTimeout(waiting)
    mine?.abort()
    mine = null
  }
  const wait = (atLeast: number) => {
    clearTimeout(waiting)
    waiting = setTimeout(take, atLeast + Math.random() * ANSWER)
  }
  const ask = () => {
    say('whose')
    wait(ANSWER)
  }
  others.onmessage = ({ data: { kind, from } }: MessageEvent<Word>) => {
    if (kind === 'free') return wait(0)
    if (kind === 'mine') clearTimeout(waiting)
    if (!mine) return
    // Two at once: the lesser name keeps the turn.
    if (kind === 'mine' && from < me) giveUp()
    else say('mine')
  }
  const leave = () => {
    const had = mine !== null
    giveUp()
    if (had) say('free')
  }
  // Back by the browser's own button, the page goes on where it was.
  const back = ({ persisted }: PageTransitionEvent) => persisted && ask()
  addEventListener('pagehide', leave)
  addEventListener('pageshow', back)
  stop.addEventListener('abort', () => {
    removeEventListener('pagehide', leave)
    removeEventListener('pageshow', back)
    leave()
    others.close()
  })
  ask()
  return take
}
