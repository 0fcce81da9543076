import { useQuery } from '@tanstack/react-query'
import { api } from '../../client/api.ts'
import { holds } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { day } from '../../ui/format.ts'
import { Mark } from '../../ui/Mark.tsx'
import type { NowCard } from '../../ui/nowCard.ts'
import { Panel } from '../../ui/Page.tsx'
import { Reasons } from '../../ui/Reasons.tsx'

/** Birthdays: customers to greet today, and one's own people in the coming week. Nothing on a day without any. */
function BirthdaysCard() {
  const t = useWords()
  const { data } = useQuery(api.care.birthdays.queryOptions({ input: {} }))
  if (!data || data.customers.length + data.staff.length === 0) return null
  return (
    <Panel
      title={
        <>
          {t('care.birthdays')} <ClauseLink id="S3.8.10" />
        </>
      }
    >
      {data.customers.length > 0 && (
        <>
          <ul className="k-list">
            {data.customers.map(({ customerId, name, masked, now, reasons }) => (
              <li key={customerId}>
                <span className="k-row">
                  <strong>{name ?? t('care.nameless')}</strong>
                  <span className="k-digits k-dim">{masked}</span>
                  {now ? (
                    <Mark tone="good">{t('care.mayCall')}</Mark>
                  ) : (
                    <span className="k-small k-dim">
                      <Reasons of={reasons} />
                    </span>
                  )}
                </span>
              </li>
            ))}
          </ul>
          <p className="k-small">“{t('care.greeting')}”</p>
          <p className="k-small k-dim">
            {t('care.noProduct')}
            {data.leftOut > 0 && ` ${t('care.leftOut', { count: data.leftOut })}`}
          </p>
        </>
      )}
      {data.staff.length > 0 && (
        <ul className="k-list">
          {data.staff.map(({ personId, name, group, on }) => (
            <li key={personId}>
              <span className="k-row">
                <span className="k-digits">{on === data.today ? t('care.today') : day(on)}</span>
                <strong>{name}</strong>
                <span className="k-dim">{group}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

export const cards: readonly NowCard[] = [
  {
    id: 'care.birthdays',
    roles: ['tsr', 'tl', 'um', 'deptManager'],
    rank: (_, me) => (holds(me, ['tsr']) ? 58 : 64),
    Card: BirthdaysCard,
  },
]
