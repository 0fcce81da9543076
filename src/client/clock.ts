import { useCallback, useSyncExternalStore } from 'react'
import { kept } from './telling.ts'

/*
 * The centre's clock in the browser. The server says what time it is in the centre and how fast that time runs (a demo
 * centre may live another hour, faster); between its answers the browser counts on. The machine's own clock is trusted
 * for stretches only, never for the hour.
 */

type Reading = { readonly centre: number; readonly real: number; readonly rate: number; readonly timeZone: string }

const reading = kept<Reading>({ centre: Date.now(), real: Date.now(), rate: 1, timeZone: 'UTC' })

/** Sets the clock by an answer of the server. `now` is ISO text; `rate` is centre seconds per real second. */
export function setClock(clock: { now: string; rate: number }, timeZone: string): void {
  const centre = Temporal.Instant.from(clock.now).epochMilliseconds
  shown = null
  reading.set({ centre, real: Date.now(), rate: clock.rate, timeZone })
}

const milliseconds = () => {
  const { centre, real, rate } = reading.get()
  return Math.round(centre + (Date.now() - real) * rate)
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
  const real = Date.now()
  if (!shown || real - shown.real >= STANDS) shown = { real, centre: milliseconds() }
  return shown.centre
}

function everySecond(hear: () => void) {
  // Twice a second, so that a second shown is never more than half a second late.
  const timer = setInterval(hear, 500)
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
