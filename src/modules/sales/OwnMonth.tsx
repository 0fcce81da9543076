import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { day, money, month as monthName, timeToSecond } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Page.tsx'
import { Words } from '../../ui/Words.tsx'
import { MonthFigures, StateMark, WeightMark } from './parts.tsx'

/** Cases that the panel lists; the page of cases has them all. */
const SHOWN = 5

/** The own month of an agent: accepted and issued, and the latest cases. Lies on the desk and on Now. */
export function OwnMonth() {
  const t = useWords()
  const read = useQuery(api.sales.ownMonth.queryOptions({ input: {} }))
  return (
    <Panel
      title={read.data ? t('sales.ownMonth', { month: monthName(`${read.data.month}-01`) }) : t('sales.ownMonthPlain')}
      side={read.data && <span className="k-asof">{t('ui.asOf', { at: timeToSecond(read.data.asOf) })}</span>}
    >
      <Loaded read={read} rows={3}>
        {({ figures, asOf, sales, brought }) => (
          <>
            <MonthFigures figures={figures} asOf={asOf} brought={brought} rows="/sales" />
            {sales.length === 0 ? (
              <p className="k-dim">{t('sales.noneThisMonth')}</p>
            ) : (
              <ul className="s-today">
                {sales.slice(0, SHOWN).map((sale) => (
                  <li key={sale.id}>
                    <span className="k-digits k-dim">{day(sale.acceptedOn)}</span>
                    <span className="k-grow">
                      <Words of={sale.product} />
                    </span>
                    <span className="k-digits">{money(sale.standard)}</span>
                    {Number(sale.weight) !== 1 && <WeightMark weight={sale.weight} />}
                    <StateMark state={sale.state} />
                  </li>
                ))}
              </ul>
            )}
            {sales.length > SHOWN && (
              <Link to={'/sales' as '/'} className="k-small">
                {t('sales.allCases', { count: sales.length })}
              </Link>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  )
}
