import { useQuery } from '@tanstack/react-query'
import { api, type client } from '../../client/api.ts'
import { useNow } from '../../client/clock.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { time } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Running } from '../../ui/Running.tsx'
import { STATE_TONES, useExcuseText, useStateName } from './PresenceSwitch.tsx'
import { isAmber, mayStartFloor, readTimes, type SeatStep, seatStep } from './rules.ts'
import './attendance.css'

export type Roll = Awaited<ReturnType<typeof client.attendance.roll>>['groups'][number]
type Seat = Roll['seats'][number]

const at = (text: string | null) => (text === null ? null : Temporal.Instant.from(text))

/** How far each seat is at this second, by the rules that the server asks as well. */
export const stepsOf = (roll: Roll, now: Temporal.Instant) =>
  roll.seats.map((seat) => {
    const step = seatStep(
      { state: seat.state, firstDialAt: at(seat.firstDialAt), excusedUntil: at(seat.excusedUntil) },
      now,
    )
    return { seat, step, amber: isAmber(step, now, readTimes(roll.times)) }
  })

const STEP_TONES: Readonly<Record<SeatStep, Tone>> = {
  notReady: 'plain',
  ready: 'calm',
  online: 'accent',
  dialling: 'good',
  excused: 'calm',
}

/** The leader's roll: who is not ready, online, dialling; and his word that the floor has started. [S4.4.2] */
export function RollCard() {
  const roll = useQuery(api.attendance.roll.queryOptions({ input: {} }))
  return (
    <Loaded read={roll}>
      {({ groups }) => groups.filter(({ mine }) => mine).map((group) => <OneRoll key={group.groupId} roll={group} />)}
    </Loaded>
  )
}

function OneRoll({ roll }: { roll: Roll }) {
  const t = useWords()
  const now = useNow()
  const start = useCommand(api.attendance.startFloor)
  const seats = stepsOf(roll, now)
  const times = readTimes(roll.times)
  const may = mayStartFloor(
    seats.map(({ step }) => step),
    now,
    times,
    roll.times.wall,
  )
  const waiting = seats.filter(({ step }) => step !== 'dialling' && step !== 'excused').length
  // Who is not there yet stands first: the leader goes from seat to seat.
  const order: readonly SeatStep[] = ['notReady', 'ready', 'online', 'excused', 'dialling']
  const sorted = [...seats].sort((a, b) => order.indexOf(a.step) - order.indexOf(b.step))
  return (
    <Panel
      title={
        <>
          {t('attendance.roll.title', { group: roll.name })} <ClauseLink id={roll.times.clause} />
        </>
      }
      side={<Counts steps={seats.map(({ step }) => step)} amber={seats.filter(({ amber }) => amber).length} />}
    >
      {seats.length === 0 ? (
        <Empty title={t('attendance.roll.empty')}>{t('attendance.roll.emptyFirst')}</Empty>
      ) : (
        <ul className="a-roll">
          {sorted.map((one) => (
            <SeatRow key={one.seat.personId} {...one} />
          ))}
        </ul>
      )}
      {roll.started ? (
        <div>
          <Mark tone={roll.started.amber.length > 0 ? 'warn' : 'good'}>
            {t(roll.started.amber.length > 0 ? 'attendance.floor.startedAmber' : 'attendance.floor.started', {
              at: time(roll.started.at),
              by: roll.started.by,
              count: roll.started.amber.length,
            })}
          </Mark>
        </div>
      ) : (
        <div className="a-acts">
          <Action
            type="primary"
            busy={start.busy}
            disabledReason={may}
            hint={waiting > 0 ? t('attendance.floor.amberHint', { count: waiting }) : undefined}
            onClick={() => void start.run({ groupId: roll.groupId })}
          >
            {t(waiting > 0 && may.ok ? 'attendance.floor.startAmber' : 'attendance.floor.start', { count: waiting })}
          </Action>
          <span className="k-dim k-small">{t('attendance.floor.opens')}</span>
        </div>
      )}
      <RefusalPanel refusal={start.refusal} onClose={start.clear} />
    </Panel>
  )
}

function SeatRow({ seat, step, amber }: { seat: Seat; step: SeatStep; amber: boolean }) {
  const t = useWords()
  const named = useStateName()
  const excuse = useExcuseText()
  const there = step === 'notReady' && seat.checkedInAt
  return (
    <li>
      <strong>{seat.name}</strong>
      <span>
        <Mark tone={amber ? 'warn' : STEP_TONES[step]}>
          {t(there ? 'attendance.step.there' : `attendance.step.${step}`)}
        </Mark>
      </span>
      <span className="k-small">
        {seat.state !== 'offline' && seat.state !== 'ready' && (
          <span className={`k-ink-${STATE_TONES[seat.state]}`}>{named(seat.state, seat.reason)} </span>
        )}
        {seat.since && seat.state !== 'offline' && <Running since={seat.since} />}
      </span>
      <span className="a-end k-digits k-small">
        {seat.firstDialAt ? t('attendance.roll.firstDial', { at: time(seat.firstDialAt) }) : '–'}
      </span>
      {step === 'excused' && <span className="a-note">{excuse(seat.excusedUntil!, seat.excuse)}</span>}
    </li>
  )
}

/** How many seats are how far, in words and figures. */
export function Counts({ steps, amber }: { steps: readonly SeatStep[]; amber: number }) {
  const t = useWords()
  const of = (step: SeatStep) => steps.filter((one) => one === step).length
  const shown = (['dialling', 'online', 'ready', 'notReady', 'excused'] as const).filter((step) => of(step) > 0)
  return (
    <span className="a-counts">
      {shown.map((step) => (
        <Mark key={step} tone={step === 'dialling' ? 'good' : 'plain'}>
          {t(`attendance.count.${step}`, { count: of(step) })}
        </Mark>
      ))}
      {amber > 0 && <Mark tone="warn">{t('attendance.count.amber', { count: amber })}</Mark>}
    </span>
  )
}
