import { useEffect, useState } from 'react'
import { client } from '../../client/api.ts'
import { centreNow, setClock } from '../../client/clock.ts'
import { pauseBefore, readStream } from '../../client/live.ts'
import { codeOf } from '../../client/queries.ts'

type Shown = Awaited<ReturnType<typeof client.wall.live>> extends AsyncIterable<infer Picture> ? Picture : never
export type Paired = Extract<Shown, { state: 'paired' }>
export type Said = Paired['praise'][number]

/** What a screen has on it: nothing yet, its code, or its figures; `lostAt` = when the line to the house broke. */
export type Wall = {
  readonly shown: Shown | null
  readonly lostAt: Temporal.Instant | null
}

/** The scripts that a page of the house asks for: another name is another version. */
const SCRIPT = /\/assets\/[\w.-]+\.js/
const scriptOf = (html: string) => SCRIPT.exec(html)?.[0] ?? null

/** A screen that runs for months takes up a new version of its page when the house comes back with one. */
async function beginAnewIfNewer(signal: AbortSignal): Promise<void> {
  const mine = scriptOf(document.head.innerHTML)
  const answer = await fetch('/wall', { cache: 'no-store', headers: { accept: 'text/html' }, signal })
  const theirs = answer.ok ? scriptOf(await answer.text()) : null
  if (mine && theirs && mine !== theirs) location.reload()
}

/**
 * Reads the screen's stream for as long as the page stands, across restarts of the house, nights without network and
 * places given and taken. The last figures stay while the line is broken.
 */
async function keepWatching(set: (change: (before: Wall) => Wall) => void, signal: AbortSignal): Promise<void> {
  let tries = 0
  let before = false
  const lost = () => set((wall) => ({ ...wall, lostAt: wall.lostAt ?? centreNow() }))
  const forget = () => set(() => ({ shown: null, lostAt: null }))
  addEventListener('offline', lost, { signal })
  while (!signal.aborted) {
    let opened = false
    try {
      // The secret's cookie is made new with each start; without one there is a code to be shown.
      if (!before || tries > 0) await client.wall.arrive({}, { signal })
      await readStream(
        (until) => client.wall.live({}, { signal: until }),
        (shown) => {
          if (!opened && before) void beginAnewIfNewer(signal).catch(() => undefined)
          opened = before = true
          tries = 0
          if (shown.state === 'paired') setClock({ now: shown.asOf, rate: shown.rate }, shown.timeZone)
          set(() => ({ shown, lostAt: null }))
        },
        signal,
      )
    } catch (error) {
      if (codeOf(error) === 'NOT_PAIRED') forget()
      else lost()
    }
    if (signal.aborted) return
    // A stream that ended in order was closed by the house: a place that is gone is asked for again at once.
    await pauseBefore(opened ? 0 : tries, signal)
    tries++
  }
}

export function useWall(): Wall {
  const [wall, setWall] = useState<Wall>({ shown: null, lostAt: null })
  useEffect(() => {
    const stop = new AbortController()
    void keepWatching(setWall, stop.signal)
    return () => stop.abort()
  }, [])
  return wall
}
