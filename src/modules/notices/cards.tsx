import { useWords } from '../../client/words.ts'
import type { NowCard } from '../../ui/nowCard.ts'
import { Panel } from '../../ui/Page.tsx'
import { NoticeLine } from './NoticeLine.tsx'
import { newest, useNotices } from './NoticesBell.tsx'

/** At most so many on Now; the bell has them all. */
const SHOWN = 6

/**
 * What is late and what is to be done, as told to this person; nothing when all is settled. What leads to Now itself has
 * a card of its own there and is not said twice.
 */
function AlertsCard() {
  const t = useWords()
  const { data } = useNotices()
  const due = newest(data?.pages ?? []).filter(
    ({ kind, link }) => (kind === 'alert' || kind === 'task') && link !== '/',
  )
  if (due.length === 0) return null
  return (
    <Panel
      title={t('notices.due')}
      side={<span className="k-dim k-small">{t('notices.count', { count: due.length })}</span>}
    >
      <ul className="n-list">
        {due.slice(0, SHOWN).map((notice) => (
          <NoticeLine key={notice.id} notice={notice} />
        ))}
      </ul>
    </Panel>
  )
}

export const cards: readonly NowCard[] = [{ id: 'notices.alerts', roles: 'everyone', rank: () => 8, Card: AlertsCard }]
