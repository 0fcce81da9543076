import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, type client } from './api.ts'
import { centreZone, useNow } from './clock.ts'

/** One block of the day as the timetable in force gives it; `from` and `to` are wall times of the centre. */
export type Block = Awaited<ReturnType<typeof client.attendance.timetable>>['blocks'][number]

/** Where the day stands: the pages and their cards live by it. */
export type Moment = {
  readonly now: Temporal.Instant
  readonly today: Temporal.PlainDate
  /** Wall time of the centre, whole seconds. */
  readonly time: Temporal.PlainTime
  /** The day's blocks in order; empty until the timetable is known. */
  readonly blocks: readonly Block[]
  readonly block: Block | null
  readonly next: Block | null
  /** Seconds of the centre's clock until the running block ends. */
  readonly secondsLeft: number | null
}

/** Seconds since midnight; the end of a block at midnight is the end of the day. */
export const secondsOf = (wall: string, end = false): number => {
  const { hour, minute, second } = Temporal.PlainTime.from(wall)
  const seconds = hour * 3600 + minute * 60 + second
  return end && seconds === 0 ? 86_400 : seconds
}

/** Where `time` stands in the blocks of its day. */
export function momentIn(blocks: readonly Block[], time: Temporal.PlainTime) {
  const at = time.hour * 3600 + time.minute * 60 + time.second
  const index = blocks.findIndex(({ from, to }) => secondsOf(from) <= at && at < secondsOf(to, true))
  const block = blocks[index] ?? null
  const next = block ? (blocks[index + 1] ?? null) : (blocks.find(({ from }) => secondsOf(from) > at) ?? null)
  return { block, next, secondsLeft: block ? secondsOf(block.to, true) - at : null }
}

/** The moment of the centre's day, drawn again each `step` seconds. */
export function useMoment(step = 1): Moment {
  const now = useNow(step)
  const { data } = useQuery(api.attendance.timetable.queryOptions({ input: {} }))
  const blocks = data?.blocks
  return useMemo(() => {
    const zoned = now.toZonedDateTimeISO(centreZone())
    const time = zoned.toPlainTime()
    const known = blocks ?? []
    return { now, today: zoned.toPlainDate(), time, blocks: known, ...momentIn(known, time) }
  }, [now, blocks])
}
