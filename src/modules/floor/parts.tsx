import {
  ClockCircleOutlined,
  CoffeeOutlined,
  EditOutlined,
  EyeOutlined,
  MinusCircleOutlined,
  PhoneFilled,
  PhoneOutlined,
  PoweroffOutlined,
  TeamOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { client } from '../../client/api.ts'
import { useNow } from '../../client/clock.ts'
import { useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { seconds, timeToSecond } from '../../ui/format.ts'
import { Mark } from '../../ui/Mark.tsx'
import { lengthOf, type SeatState } from './rules.ts'
import './floor.css'

export type Board = Awaited<ReturnType<typeof client.floor.board>>
export type BoardGroup = Board['groups'][number]
export type Seat = BoardGroup['seats'][number]

/** How often the board is asked anew when nobody changed anything, in milliseconds, so that its time stays near. */
export const ASK_AGAIN = 10_000

/** How the house calls what the board counts as cases: the end of the words' keys. */
export const useWon = () => (useMe().centre.kind === 'dealership' ? 'orders' : 'cases')

const SIGNS: Readonly<Record<SeatState, ReactNode>> = {
  talking: <PhoneFilled aria-hidden />,
  dialling: <PhoneOutlined aria-hidden />,
  wrapUp: <EditOutlined aria-hidden />,
  preview: <EyeOutlined aria-hidden />,
  waiting: <ClockCircleOutlined aria-hidden />,
  ready: <MinusCircleOutlined aria-hidden />,
  paused: <CoffeeOutlined aria-hidden />,
  meeting: <TeamOutlined aria-hidden />,
  offline: <PoweroffOutlined aria-hidden />,
}

/** Seconds between an instant of the board and now. */
const secondsSince = (since: string, now: Temporal.Instant) =>
  (now.epochMilliseconds - Temporal.Instant.from(since).epochMilliseconds) / 1000

/** What a seat does, by sign, word and running clock; the colour tells the state, its strength how long it lasts. */
export function StateChip({ seat }: { seat: Pick<Seat, 'state' | 'reason' | 'since'> }) {
  const t = useWords()
  const now = useNow()
  const { state, reason, since } = seat
  const lasted = since === null ? null : secondsSince(since, now)
  const length = lasted === null ? 0 : lengthOf(state, lasted)
  const word = state === 'paused' && reason ? t(`attendance.pause.${reason}`) : t(`floor.state.${state}`)
  return (
    <span className={`f-state f-${state} f-length-${length}`}>
      {SIGNS[state]}
      <span className="f-state-word">{word}</span>
      {lasted !== null && state !== 'offline' && <span className="k-digits f-state-clock">{seconds(lasted)}</span>}
    </span>
  )
}

/** The mark of somebody who idles, for the line above. */
export function IdleMark({ idle }: { idle: NonNullable<Seat['idle']> }) {
  const t = useWords()
  const now = useNow(5)
  const minutes = Math.floor(secondsSince(idle.since, now) / 60)
  return <Mark tone="warn">{t('floor.idle', { minutes })}</Mark>
}

/** When the figures were read, and how long ago where that is longer than they are asked for, in milliseconds. */
export function AsOf({ at, every = ASK_AGAIN }: { at: string; every?: number }) {
  const t = useWords()
  const now = useNow()
  const age = Math.floor(secondsSince(at, now))
  return (
    <span className="k-asof">
      {t('ui.asOf', { at: timeToSecond(at) })}
      {age > 2 * (every / 1000) && <Mark tone="warn">{t('floor.age', { age: seconds(age) })}</Mark>}
    </span>
  )
}
