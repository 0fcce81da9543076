import { useQuery } from '@tanstack/react-query'
import { Tooltip } from 'antd'
import { api } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Page.tsx'
import { AsOf, useWon } from './parts.tsx'

const MINUTE = 60_000

/** Today by the hour: dials as bars, the connected part filled, cases as a number above. */
export function HourStrip({ groupId }: { groupId: string | null }) {
  const t = useWords()
  const won = useWon()
  const input = groupId ? { groupId } : {}
  const read = useQuery(api.floor.hours.queryOptions({ input, refetchInterval: MINUTE / 2 }))
  return (
    <Panel title={t('floor.hours')} side={read.data && <AsOf at={read.data.asOf} every={MINUTE / 2} />}>
      <Loaded read={read} rows={2}>
        {({ hours }) => {
          const most = Math.max(1, ...hours.map(({ dials }) => dials))
          if (hours.length === 0) return <p className="k-dim">{t('floor.noHours')}</p>
          return (
            <ol className="f-hours">
              {hours.map(({ hour, dials, connected, cases }) => {
                const values = { dials: number(dials), connected: number(connected), cases: number(cases) }
                const clock = `${String(hour).padStart(2, '0')}:00`
                const says = t(`floor.hourSays.${won}`, { hour: clock, ...values })
                return (
                  <li key={hour}>
                    <Tooltip title={says}>
                      <span className="f-hour" role="img" aria-label={says}>
                        <span className="f-hour-cases k-digits">{cases > 0 ? number(cases) : ''}</span>
                        <span className="f-hour-bar" style={{ blockSize: `${(100 * dials) / most}%` }}>
                          <span style={{ blockSize: `${dials > 0 ? (100 * connected) / dials : 0}%` }} />
                        </span>
                      </span>
                    </Tooltip>
                    <span className="k-digits k-small">{clock}</span>
                    <span className="k-digits k-dim k-small">{number(dials)}</span>
                  </li>
                )
              })}
            </ol>
          )
        }}
      </Loaded>
    </Panel>
  )
}
