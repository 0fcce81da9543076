import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { time } from '../../ui/format.ts'
import { Mark } from '../../ui/Mark.tsx'
import { Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Running } from '../../ui/Running.tsx'
import { useStateName } from './PresenceSwitch.tsx'
import { IDLE_CAUSES } from './rules.ts'
import './attendance.css'

type Alert = Awaited<ReturnType<typeof client.attendance.idleAlerts>>['alerts'][number]

/** What still wants the leader: somebody idles now, or a stretch is over and nobody noted why. Nothing when all is noted. */
export function IdleCard() {
  const t = useWords()
  const { data } = useQuery(api.attendance.idleAlerts.queryOptions({ input: {} }))
  const open = data?.alerts.filter(({ endedAt, cause }) => cause === null || endedAt === null) ?? []
  if (open.length === 0) return null
  return (
    <Panel
      title={
        <>
          {t('attendance.idle.title')} <ClauseLink id="S4.3.3c" />
        </>
      }
      side={<span className="k-dim k-small">{t('attendance.idle.private')}</span>}
    >
      <ul className="a-lines">
        {open.map((alert) => (
          <IdleLine key={alert.id} alert={alert} />
        ))}
      </ul>
    </Panel>
  )
}

/** One stretch of idling, with its cause in one tap. */
function IdleLine({ alert }: { alert: Alert }) {
  const t = useWords()
  const named = useStateName()
  const mark = useCommand(api.attendance.markIdle)
  const [note, setNote] = useState(alert.note)
  return (
    <li className="a-line">
      <strong className="a-line-name">{alert.name}</strong>
      {alert.endedAt ? (
        <Mark tone="plain">{t('attendance.idle.over', { from: time(alert.idleSince), to: time(alert.endedAt) })}</Mark>
      ) : (
        <Mark tone="warn">
          {t('attendance.idle.now')} <Running since={alert.idleSince} />
        </Mark>
      )}
      <span className="k-dim k-small">{named(alert.state, null)}</span>
      <fieldset className="a-acts" style={{ border: 0, margin: 0, padding: 0 }} aria-label={t('attendance.idle.cause')}>
        {IDLE_CAUSES.map((cause) => (
          <Button
            key={cause}
            size="small"
            type={alert.cause === cause ? 'primary' : 'default'}
            aria-pressed={alert.cause === cause}
            loading={mark.busy}
            onClick={() => void mark.run({ alertId: alert.id, cause, note })}
          >
            {t(`attendance.cause.${cause}`)}
          </Button>
        ))}
        <Input
          size="small"
          style={{ inlineSize: 160 }}
          aria-label={t('attendance.idle.note')}
          placeholder={t('attendance.idle.note')}
          value={note}
          maxLength={500}
          onChange={({ target }) => setNote(target.value)}
        />
      </fieldset>
      <RefusalPanel refusal={mark.refusal} onClose={mark.clear} />
    </li>
  )
}
