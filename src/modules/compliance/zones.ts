import type { DayWindow } from './dial.ts'

const DAY = 86_400_000
const MINUTE = 60_000

/** A stretch of time in which a zone keeps one offset from UTC, all in milliseconds, [from, to). */
type Span = { readonly from: number; readonly to: number; readonly offset: number }

/** Per zone the stretches met so far: a wall clock then costs an addition instead of a calendar object. */
const spansOf = new Map<string, Span[]>()

function spanAt(zone: string, t: number): Span {
  let spans = spansOf.get(zone)
  if (!spans) {
    spans = []
    spansOf.set(zone, spans)
  }
  for (const span of spans) if (t >= span.from && t < span.to) return span
  const here = Temporal.Instant.fromEpochMilliseconds(t).toZonedDateTimeISO(zone)
  // 'previous' looks strictly before, so one millisecond on: a change at t itself begins the span.
  const from = here.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
  const to = here.getTimeZoneTransition('next')
  const span = {
    from: from?.epochMilliseconds ?? -Infinity,
    to: to?.epochMilliseconds ?? Infinity,
    offset: here.offsetNanoseconds / 1e6,
  }
  spans.push(span)
  return span
}

/** Daily opening hours in milliseconds of the wall-clock day, with the days on which they are closed. */
export type DayHours = {
  readonly windows: readonly (readonly [from: number, to: number])[]
  readonly closedWeekdays: readonly number[]
  readonly closedOn: readonly string[]
}

const wallMs = (time: string): number => Number(time.slice(0, 2)) * 60 * MINUTE + Number(time.slice(3, 5)) * MINUTE

const plainHours = new WeakMap<readonly DayWindow[], DayHours>()

/** Windows that hold every day, read once per list. */
export function everyDay(windows: readonly DayWindow[]): DayHours {
  let hours = plainHours.get(windows)
  if (!hours) {
    hours = onDays(windows, [], [])
    plainHours.set(windows, hours)
  }
  return hours
}

/** Windows that are closed on some weekdays (1 = Monday) and on some ISO days. */
export function onDays(
  windows: readonly DayWindow[],
  closedWeekdays: readonly number[],
  closedOn: readonly string[],
): DayHours {
  const read = windows.map(([from, to]) => [wallMs(from), wallMs(to)] as const)
  return { windows: read.sort((a, b) => a[0] - b[0]), closedWeekdays, closedOn }
}

/** 'YYYY-MM-DD' of a number of days since 1970-01-01 (civil-from-days, Howard Hinnant). */
function isoDay(epochDay: number): string {
  const z = epochDay + 719_468
  const era = Math.floor(z / 146_097)
  const doe = z - era * 146_097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100))
  const mp = Math.floor((5 * doy + 2) / 153)
  const day = doy - Math.floor((153 * mp + 2) / 5) + 1
  const month = mp < 10 ? mp + 3 : mp - 9
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0)
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** Wall clock of an instant (epoch milliseconds) in a zone, 'YYYY-MM-DD HH:MM'. */
export function wallClock(zone: string, t: number): string {
  const local = t + spanAt(zone, t).offset
  const day = Math.floor(local / DAY)
  const minutes = Math.floor((local - day * DAY) / MINUTE)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${isoDay(day)} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

function closedDay(hours: DayHours, epochDay: number): boolean {
  // 1970-01-01 was a Thursday.
  if (hours.closedWeekdays.length > 0 && hours.closedWeekdays.includes(((((epochDay + 3) % 7) + 7) % 7) + 1))
    return true
  return hours.closedOn.length > 0 && hours.closedOn.includes(isoDay(epochDay))
}

/**
 * The first millisecond at or after `t` at which the zone's wall clock stands inside the hours; Infinity if none comes
 * up to `limit`. Walks day by day and stops at every change of the clock, so that a skipped hour is never open and a
 * repeated one is open twice.
 */
function nextOpen(zone: string, hours: DayHours, t: number, limit: number): number {
  while (t <= limit) {
    const span = spanAt(zone, t)
    const local = t + span.offset
    const day = Math.floor(local / DAY)
    const time = local - day * DAY
    let wait = DAY - time
    let opens = false
    if (!closedDay(hours, day))
      for (const [from, to] of hours.windows)
        if (time < to) {
          wait = Math.max(0, from - time)
          opens = true
          break
        }
    if (t + wait >= span.to) t = span.to
    else if (opens) return t + wait <= limit ? t + wait : Infinity
    else t += wait
  }
  return Infinity
}

/** As `nextOpen`, for all zones at once: the callee may be in any of them. */
export function nextOpenEverywhere(zones: readonly string[], hours: DayHours, t: number, limit: number): number {
  for (let agreed = 0, i = 0; agreed < zones.length; i = (i + 1) % zones.length) {
    const next = nextOpen(zones[i]!, hours, t, limit)
    if (next === Infinity) return Infinity
    agreed = next === t ? agreed + 1 : 1
    t = next
  }
  return t
}

/** The first of the zones whose wall clock stands outside the hours, null if all are open. */
export function closedZone(zones: readonly string[], hours: DayHours, t: number): string | null {
  return zones.find((zone) => nextOpen(zone, hours, t, t) !== t) ?? null
}

/** The first millisecond of a day in a zone. */
export function dayStarts(day: Temporal.PlainDate, zone: string): number {
  return day.toZonedDateTime(zone).epochMilliseconds
}
