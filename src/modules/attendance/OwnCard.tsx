import { useQuery } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { centreZone, useNow } from '../../client/clock.ts'
import { useDraft } from '../../client/draft.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { time } from '../../ui/format.ts'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { PresenceSwitch, useExcuseText } from './PresenceSwitch.tsx'

/** Own presence on Now: the state, the next step, the day's times, and the own word for being late. */
export function OwnCard() {
  const t = useWords()
  return (
    <Panel title={t('attendance.own')}>
      <PresenceSwitch />
      <OwnTimes />
    </Panel>
  )
}

function OwnTimes() {
  const t = useWords()
  const excuse = useExcuseText()
  const now = useNow(30)
  const { data: day } = useQuery(api.attendance.mine.queryOptions({ input: {} }))
  const [late, setLate] = useState(false)
  if (!day) return null
  const times = [
    ['checkedIn', day.checkedInAt],
    ['ready', day.readyAt],
    ['online', day.onlineAt],
    ['firstDial', day.firstDialAt],
  ] as const
  const excused = day.excusedUntil && Temporal.Instant.compare(now, Temporal.Instant.from(day.excusedUntil)) < 0
  return (
    <>
      <div className="a-times">
        {times.map(([key, at]) => (
          <span key={key}>
            <span>{t(`attendance.time.${key}`)}</span> <strong className="k-digits">{at ? time(at) : '–'}</strong>
          </span>
        ))}
      </div>
      {excused && <p className="k-dim">{excuse(day.excusedUntil!, day.excuse)}</p>}
      {!day.firstDialAt && !late && (
        <div>
          <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={() => setLate(true)}>
            {t('attendance.excuse.open')}
          </Button>
        </div>
      )}
      {!day.firstDialAt && late && <ExcuseForm onDone={() => setLate(false)} />}
    </>
  )
}

const LATE_MINUTES = [15, 30, 60, 120] as const

/** The own word to the leader: late by so much, or not at all today. Nobody writes it for another. [S4.4.2] */
function ExcuseForm({ onDone }: { onDone: () => void }) {
  const t = useWords()
  const now = useNow(30)
  const draft = useDraft('attendance.excuse', { until: 'allDay', reason: '' })
  const send = useCommand(api.attendance.sendExcuse)
  const { until, reason } = draft.value
  const midnight = now.toZonedDateTimeISO(centreZone()).toPlainDate().add({ days: 1 }).toZonedDateTime(centreZone())
  const end = until === 'allDay' ? midnight.toInstant() : now.add({ minutes: Number(until) })
  const later = (minutes: number) => t('attendance.excuse.late', { at: time(now.add({ minutes })) })
  return (
    <form
      className="a-excuse"
      onSubmit={async (event) => {
        event.preventDefault()
        if (reason.trim() === '') return
        if (!(await send.run({ until: end.toString(), reason: reason.trim() }))) return
        draft.clear()
        onDone()
      }}
    >
      <p className="k-dim k-small">{t('attendance.excuse.lead')}</p>
      <div className="a-excuse-fields">
        <Select
          aria-label={t('attendance.excuse.until')}
          value={until}
          onChange={(value) => draft.set((before) => ({ ...before, until: value }))}
          options={[
            ...LATE_MINUTES.map((minutes) => ({ value: String(minutes), label: later(minutes) })),
            { value: 'allDay', label: t('attendance.excuse.absent') },
          ]}
        />
        <Input
          aria-label={t('attendance.excuse.reason')}
          placeholder={t('attendance.excuse.reason')}
          value={reason}
          maxLength={300}
          onChange={({ target }) => draft.set((before) => ({ ...before, reason: target.value }))}
        />
      </div>
      <div className="a-acts">
        <Action
          htmlType="submit"
          type="primary"
          busy={send.busy}
          disabledReason={reason.trim() === '' ? t('attendance.excuse.needsReason') : null}
        >
          {t('attendance.excuse.send')}
        </Action>
        <Button onClick={onDone}>{t('attendance.excuse.cancel')}</Button>
      </div>
      <RefusalPanel refusal={send.refusal} onClose={send.clear} />
    </form>
  )
}
