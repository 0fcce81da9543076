import type { Boot, Http, Topic } from '../../platform/context.ts'
import { deviceOf, noteDevice } from '../../platform/devices.ts'
import { fault } from '../../platform/errors.ts'
import { placeOf } from './screens.ts'
import { wallOf } from './wall.ts'

/* The stream of one screen: its code while it waits, then its figures whenever something of them moved. */

/** A sign of life, with the figures as they are then: also how a new day and a lost word come through. */
const LIFE_SIGN_MS = 15_000
/** Between two pictures: four a second are more than anybody reads. */
const PAUSE_MS = 250

/** Modules whose news move what a wall shows. */
const SHOWN: ReadonlySet<string> = new Set([
  '*',
  'wall',
  'floor',
  'sales',
  'notices',
  'people',
  'rulebook',
  'showroom',
  'attendance',
] as const)

/** Whether news may change the picture of a screen; null = one that waits for its place, in whichever centre. */
const moves = ({ name, centreId, personId }: Topic, ours: string | null) =>
  name === '*' || (ours === null ? name === 'wall' : centreId === ours && !personId && SHOWN.has(name))

type At = { readonly boot: Boot; readonly http: Pick<Http, 'headers'>; readonly signal: AbortSignal }

/** What a screen shows now; null when its secret opens nothing. */
async function picture({ boot, http }: At) {
  const device = await deviceOf(boot, http)
  if (!device) return null
  const { id, centreId, code, codeUntil } = device
  if (centreId === null) return { centreId, shows: { state: 'waiting' as const, code: code!, until: codeUntil! } }
  const place = await placeOf(boot.db, id)
  if (!place) return null
  await noteDevice(boot, id)
  return { centreId, shows: await wallOf(boot, centreId, place) }
}

type Picture = NonNullable<Awaited<ReturnType<typeof picture>>>

/** Waits until something that matters was heard, or for a sign of life. False at the end of the stream. */
async function* flow(at: At, first: Picture, lots: AsyncIterator<readonly Topic[]>, stop: () => void) {
  let now: Picture | null = first
  try {
    let next = lots.next()
    while (now && !at.signal.aborted) {
      yield now.shows
      const ours: string | null = now.centreId
      const { promise: silent, resolve } = Promise.withResolvers<'silent'>()
      const timer = setTimeout(resolve, LIFE_SIGN_MS, 'silent')
      let moved = false
      while (!moved) {
        const heard: 'silent' | IteratorResult<readonly Topic[]> = await Promise.race([next, silent])
        if (heard === 'silent') break
        if (heard.done) {
          clearTimeout(timer)
          return
        }
        moved = heard.value.some((topic) => moves(topic, ours))
        next = lots.next()
      }
      clearTimeout(timer)
      if (moved) await new Promise((done) => setTimeout(done, PAUSE_MS))
      now = at.signal.aborted ? null : await picture(at)
    }
  } finally {
    at.signal.removeEventListener('abort', stop)
    stop()
    await lots.return?.()
  }
}

/**
 * What a screen shows, for as long as it listens. Ends when its code has run out or its place was taken away. Throws
 * NOT_PAIRED for a screen without code or place. [S4.3.3b]
 */
export async function watch(at: At) {
  const ended = new AbortController()
  const stop = () => ended.abort()
  at.signal.addEventListener('abort', stop)
  // Listening begins before the first look: nothing is missed between the two.
  const lots = at.boot.live.subscribe(ended.signal)[Symbol.asyncIterator]()
  const first = await picture(at).catch((error: unknown) => {
    stop()
    throw error
  })
  if (first) return flow(at, first, lots, stop)
  stop()
  throw fault('NOT_PAIRED')
}
