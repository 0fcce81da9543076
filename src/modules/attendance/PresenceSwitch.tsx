import { DownOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Dropdown } from 'antd'
import { api, type client } from '../../client/api.ts'
import { useNow } from '../../client/clock.ts'
import { useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { seconds, time } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Running } from '../../ui/Running.tsx'
import { ownStep, pauseReasons, readTimes, type State } from './rules.ts'
import './attendance.css'

export type OwnDay = Awaited<ReturnType<typeof client.attendance.mine>>

export const STATE_TONES: Readonly<Record<State, Tone>> = {
  offline: 'plain',
  ready: 'calm',
  online: 'accent',
  inCall: 'good',
  wrapUp: 'calm',
  paused: 'warn',
  meeting: 'calm',
}

/** A state in words; a pause says its reason. */
export function useStateName(): (state: State, reason: string | null) => string {
  const t = useWords()
  return (state, reason) =>
    state === 'paused' && reason ? t(`attendance.pause.${reason}`) : t(`attendance.state.${state}`)
}

/**
 * What one does now, large, with a running clock, and the one step that comes next; pauses ask a reason. Always in
 * sight on the desk (`small`) and on Now.
 */
export function PresenceSwitch({ small = false }: { small?: boolean }) {
  const own = useQuery(api.attendance.mine.queryOptions({ input: {} }))
  return (
    <Loaded read={own} rows={1}>
      {(day) => <Switch day={day} small={small} />}
    </Loaded>
  )
}

function Switch({ day, small }: { day: OwnDay; small: boolean }) {
  const t = useWords()
  const named = useStateName()
  const pause = useCommand(api.attendance.pause)
  const offline = useCommand(api.attendance.goOffline)
  const { centre } = useMe()
  const online = day.state === 'online'
  const refusal = pause.refusal ?? offline.refusal
  return (
    <section className="k-stack" aria-label={t('attendance.own')}>
      <div className={small ? 'a-presence small' : 'a-presence'}>
        <div className="a-state" role="status">
          <span className="a-state-name">
            <Mark tone={STATE_TONES[day.state]}>{named(day.state, day.reason)}</Mark>
          </span>
          {day.since && day.state !== 'offline' && (
            <span className="a-state-clock">
              <Running since={day.since} />
            </span>
          )}
        </div>
        <div className="a-acts">
          <NextStep day={day} big={!small} />
          {(online || day.state === 'ready') && (
            <Dropdown
              trigger={['click']}
              menu={{
                items: pauseReasons(centre.kind).map((reason) => ({
                  key: reason,
                  label: t(`attendance.pause.${reason}`),
                })),
                onClick: ({ key }) => void pause.run({ reason: key as ReturnType<typeof pauseReasons>[number] }),
              }}
            >
              <Action busy={pause.busy} icon={<DownOutlined />} iconPlacement="end">
                {t('attendance.pause')}
              </Action>
            </Dropdown>
          )}
          {['online', 'ready', 'paused', 'meeting'].includes(day.state) && (
            <Action type="text" busy={offline.busy} onClick={() => void offline.run({})}>
              {t('attendance.goOffline')}
            </Action>
          )}
        </div>
        {day.idle && <Quiet idle={day.idle} asOf={day.asOf} />}
      </div>
      <RefusalPanel
        refusal={refusal}
        onClose={() => {
          pause.clear()
          offline.clear()
        }}
      />
    </section>
  )
}

/** An own word in words: until when and why, or that somebody does not come today. */
export function useExcuseText(): (until: string, why: string | null) => string {
  const t = useWords()
  return (until, why) => {
    const at = time(until)
    return at === '00:00' ? t('attendance.excusedToday', { why }) : t('attendance.excusedUntil', { at, why })
  }
}

/** The one tap that comes next; off with the reason while it is too early. */
function NextStep({ day, big = false }: { day: OwnDay; big?: boolean }) {
  const t = useWords()
  const now = useNow()
  const checkIn = useCommand(api.attendance.checkIn)
  const ready = useCommand(api.attendance.ready)
  const goOnline = useCommand(api.attendance.goOnline)
  const resume = useCommand(api.attendance.resume)
  const steps = { checkIn, ready, goOnline, resume }
  const next = ownStep(
    { state: day.state, checkedIn: day.checkedInAt !== null },
    now,
    readTimes(day.times),
    day.times.wall,
  )
  if (!next) return null
  return (
    <Action
      type="primary"
      className={big ? 'a-big' : ''}
      busy={steps[next.step].busy}
      disabledReason={next.verdict}
      onClick={() => void steps[next.step].run({})}
    >
      {t(`attendance.${next.step}`)}
    </Action>
  )
}

/** How long neither dial nor talk: the person sees what the leader would be told. [S4.3.3c] */
function Quiet({ idle, asOf }: { idle: NonNullable<OwnDay['idle']>; asOf: string }) {
  const t = useWords()
  const now = useNow()
  const since = now.epochMilliseconds - Temporal.Instant.from(asOf).epochMilliseconds
  const total = idle.seconds + Math.max(0, since / 1000)
  if (total < 60) return null
  const over = total > idle.limitMinutes * 60
  return (
    <Mark tone={over ? 'warn' : 'plain'}>
      {t(over ? 'attendance.quietTold' : 'attendance.quiet', { time: seconds(total), limit: idle.limitMinutes })}
    </Mark>
  )
}
