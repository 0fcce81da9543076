import { useQuery } from '@tanstack/react-query'
import { Popover } from 'antd'
import { api } from '../client/api.ts'
import { holds, useMe } from '../client/me.ts'
import { useWords } from '../client/words.ts'
import { PresenceSwitch, STATE_TONES, useStateName } from '../modules/attendance/PresenceSwitch.tsx'
import { Mark } from '../ui/Mark.tsx'
import { Running } from '../ui/Running.tsx'

/** What one does now, with its running clock, over every page: no pane may hide it. A press changes it. */
export function OwnState() {
  return holds(useMe(), ['tsr', 'tl']) ? <State /> : null
}

function State() {
  const t = useWords()
  const named = useStateName()
  const { data } = useQuery(api.attendance.mine.queryOptions({ input: {} }))
  if (!data) return null
  return (
    <Popover trigger={['click']} placement="bottomRight" content={<PresenceSwitch small />} destroyOnHidden>
      <button type="button" className="k-own-state" aria-label={t('shell.ownState')}>
        <Mark tone={STATE_TONES[data.state]}>
          {named(data.state, data.reason)}
          {data.since && data.state !== 'offline' && (
            <>
              {' '}
              <Running since={data.since} />
            </>
          )}
        </Mark>
      </button>
    </Popover>
  )
}
