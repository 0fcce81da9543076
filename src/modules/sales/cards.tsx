import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../../client/api.ts'
import { holds } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { money, time } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import type { NowCard } from '../../ui/nowCard.ts'
import { Panel } from '../../ui/Page.tsx'
import { Words } from '../../ui/Words.tsx'
import { OwnMonth } from './OwnMonth.tsx'
import { useToday } from './parts.tsx'

const SHOWN = 8

/** Today's cases of one's groups, the latest first. */
function TodayCard() {
  const t = useWords()
  const { today } = useToday()
  const read = useQuery(api.sales.list.queryOptions({ input: { from: today, to: today } }))
  return (
    <Panel
      title={
        <>
          {t('sales.today')} <ClauseLink id="S4.5.2" />
        </>
      }
      side={read.data && <span className="k-dim">{t('sales.count', { count: read.data.sales.length })}</span>}
    >
      <Loaded read={read} rows={2}>
        {({ sales }) =>
          sales.length === 0 ? (
            <p className="k-dim">{t('sales.noneToday')}</p>
          ) : (
            <>
              <ul className="s-today">
                {sales.slice(0, SHOWN).map((sale) => (
                  <li key={sale.id}>
                    <span className="k-digits k-dim">{time(sale.acceptedAt)}</span>
                    <strong>{sale.agent}</strong>
                    <span className="k-grow k-dim">
                      {sale.group} · <Words of={sale.product} />
                    </span>
                    <span className="k-digits">{money(sale.standard)}</span>
                  </li>
                ))}
              </ul>
              <Link to={'/sales' as '/'} className="k-small">
                {t('sales.allCases', { count: sales.length })}
              </Link>
            </>
          )
        }
      </Loaded>
    </Panel>
  )
}

export const cards: readonly NowCard[] = [
  {
    id: 'sales.today',
    roles: ['tl', 'um', 'deptManager', 'deputyGm'],
    rank: ({ block }, me) =>
      me.centre.kind === 'dealership' ? null : block?.kind === 'off' ? 92 : holds(me, ['tl']) ? 52 : 36,
    Card: TodayCard,
  },
  {
    id: 'sales.ownMonth',
    roles: ['tsr'],
    rank: (_, me) => (me.centre.kind === 'dealership' ? null : 60),
    Card: OwnMonth,
  },
]
