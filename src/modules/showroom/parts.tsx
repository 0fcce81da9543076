import type { client } from '../../client/api.ts'
import { centreZone } from '../../client/clock.ts'
import { useWords } from '../../client/words.ts'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import type { State } from './rules.ts'
import './showroom.css'

export type Deal = Awaited<ReturnType<typeof client.showroom.deals>>['deals'][number]
export type Host = Awaited<ReturnType<typeof client.showroom.today>>['hosts'][number]

const TONES: Readonly<Record<State, Tone>> = {
  ...{ booked: 'calm', visited: 'accent', received: 'accent', driven: 'accent' },
  ...{ ordered: 'good', delivered: 'good', lostAsked: 'warn', lost: 'plain' },
}

export function StateMark({ state }: { state: State }) {
  const t = useWords()
  return <Mark tone={TONES[state]}>{t(`showroom.state.${state}`)}</Mark>
}

/** A wall time as an input of date and time gives it, on the centre's clock; null of nothing. */
export const instantOf = (wall: string): string | null =>
  wall === '' ? null : Temporal.PlainDateTime.from(wall).toZonedDateTime(centreZone()).toInstant().toString()
