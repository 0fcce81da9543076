import { useQuery } from '@tanstack/react-query'
import { api, type client } from '../../client/api.ts'
import { useNow } from '../../client/clock.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { number, seconds, time } from '../../ui/format.ts'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { Panel } from '../../ui/Page.tsx'
import { type Clock, clockOf } from './rules.ts'
import './arrivals.css'

export type Arrival = Awaited<ReturnType<typeof client.arrivals.list>>['arrivals'][number]

/** Milliseconds until clocks are asked anew: a dial ends one, and no news of arrivals tells of it. */
export const ASK_AGAIN = 10_000

const TONES: Readonly<Record<Clock, Tone>> = {
  ...{ none: 'plain', running: 'accent', late: 'bad', kept: 'good', missed: 'warn' },
}

const instantOf = (text: string | null) => (text === null ? null : Temporal.Instant.from(text))

/** How the clock of one arrival stands, counting down while it runs. */
export function ArrivalClock({ arrival }: { arrival: Pick<Arrival, 'callDue' | 'firstDialAt' | 'arrivedAt'> }) {
  const t = useWords()
  const now = useNow()
  const [callDue, firstDialAt] = [instantOf(arrival.callDue), instantOf(arrival.firstDialAt)]
  const clock = clockOf({ callDue, firstDialAt }, now)
  if (clock === 'none') return <span className="k-dim">–</span>
  const off = callDue ? Math.abs(Math.round(callDue.since(firstDialAt ?? now).total('seconds'))) : 0
  return (
    <span className="a-clock">
      <Mark tone={TONES[clock]}>{t(`arrivals.clock.${clock}`)}</Mark>
      {(clock === 'running' || clock === 'late') && (
        <strong className="k-digits">
          {clock === 'late' && '+'}
          {seconds(off)}
        </strong>
      )}
      {firstDialAt && <span className="k-dim k-digits">{time(firstDialAt)}</span>}
    </span>
  )
}

/** The clocks of today's arrivals in figures: on the board, on the arrivals page and on Now. */
export function ClockFigures() {
  const t = useWords()
  const read = useQuery({ ...api.arrivals.clock.queryOptions({ input: {} }), refetchInterval: ASK_AGAIN })
  if (!read.data) return null
  const { asOf, minutes, arrived, web, phone, running, late, kept, missed, waiting } = read.data
  const about = { asOf, rows: '/arrivals' }
  const done = kept + missed
  return (
    <Figures>
      <Figure
        {...about}
        label={t('arrivals.figure.arrived')}
        value={number(arrived)}
        formula={t('arrivals.formula.arrived')}
        beside={t('arrivals.figure.channels', { web, phone })}
      />
      <Figure
        {...about}
        label={t('arrivals.figure.running')}
        value={number(running)}
        formula={t('arrivals.formula.running', { minutes: minutes ?? 0 })}
        beside={read.data.nextDue ? t('arrivals.figure.next', { at: time(read.data.nextDue) }) : undefined}
        tone={running > 0 ? 'accent' : 'plain'}
      />
      <Figure
        {...about}
        label={t('arrivals.figure.late')}
        value={number(late)}
        formula={t('arrivals.formula.late', { minutes: minutes ?? 0 })}
        beside={waiting > 0 ? t('arrivals.figure.waiting', { count: waiting }) : undefined}
        tone={late > 0 ? 'bad' : 'plain'}
      />
      <Figure
        {...about}
        label={t('arrivals.figure.inTime')}
        value={done === 0 ? '–' : `${kept}/${done}`}
        formula={t('arrivals.formula.inTime', { minutes: minutes ?? 0 })}
        measuredBy="declared"
      />
    </Figures>
  )
}

/** The five-minute clock on the board of the floor. [S2.1.4] */
export function ClockStrip() {
  const t = useWords()
  return (
    <Panel
      title={
        <>
          {t('arrivals.clock.title')} <ClauseLink id="S2.1.4" />
        </>
      }
    >
      <ClockFigures />
    </Panel>
  )
}
