import { useCallback, useSyncExternalStore } from 'react'
import { kept, telling } from './telling.ts'

/*
 * The centre's clock in the browser. The server says what time it is in the centre and how fast that time runs (a demo
 * centre may live another hour, faster); between its answers the browser counts on. The machine's own clock is never
 * believed: what is counted is the time since the page was opened, which nobody can set. Where the two part (the clock was
 * set, or the machine slept, which some systems do not count), the server is asked again.
 */

/** The machine's clock and the counted time parted: the hour is to be asked for. */
export const clockDoubted = telling<void>()

type Reading = { readonly centre: number; readonly real: number; readonly rate: number; readonly timeZone: string }

const reading = kept<Reading>({ centre: Date.now(), real: performance.now(), rate: 1, timeZone: 'UTC' })

/** Sets the clock by an answer of the server. `now` is ISO text; `rate` is centre seconds per real second. */
export function setClock(clock: { now: string; rate: number }, timeZone: string): void {
  const centre = Temporal.Instant.from(clock.now).epochMilliseconds
  shown = null
  reading.set({ centre, real: performance.now(), rate: clock.rate, timeZone })
}

const milliseconds = () => {
  const { centre, real, rate } = reading.get()
  return Math.round(centre + (performance.now() - real) * rate)
}

/** The centre's instant, whole milliseconds. */
export const centreNow = (): Temporal.Instant => Temporal.Instant.fromEpochMilliseconds(milliseconds())

/** The zone that all times of the pages are shown in. */
export const centreZone = (): string => reading.get().timeZone

/** Real milliseconds for which what is drawn stands still. */
const STANDS = 250
let shown: { readonly real: number; readonly centre: number } | null = null

/** The centre's milliseconds as drawn: the same for all that is drawn together, also when the clock runs fast. */
function drawn(): number {
  const real = performance.now()
  if (!shown || real - shown.real >= STANDS) shown = { real, centre: milliseconds() }
  return shown.centre
}

/** Milliseconds by which the two clocks may part; a machine that corrects its clock does so by less at a time. */
const PARTED = 2000
const apart = () => Date.now() - performance.now()
let parting = apart()

function doubt() {
  const now = apart()
  if (Math.abs(now - parting) <= PARTED) return
  parting = now
  clockDoubted.tell()
}

function everySecond(hear: () => void) {
  // Twice a second, so that a second shown is never more than half a second late.
  const timer = setInterval(() => {
    doubt()
    hear()
  }, 500)
  const stop = reading.subscribe(hear)
  return () => {
    clearInterval(timer)
    stop()
  }
}

/** The centre's instant in whole seconds; the component is drawn again each `step` seconds of the centre's clock. */
export function useNow(step = 1): Temporal.Instant {
  const snapshot = useCallback(() => Math.floor(drawn() / (step * 1000)) * step * 1000, [step])
  return Temporal.Instant.fromEpochMilliseconds(useSyncExternalStore(everySecond, snapshot))
}
