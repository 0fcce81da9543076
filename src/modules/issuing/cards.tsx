import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { day } from '../../ui/format.ts'
import { Mark } from '../../ui/Mark.tsx'
import type { NowCard } from '../../ui/nowCard.ts'
import { Panel } from '../../ui/Page.tsx'
import type { WaitingCase } from './WaitingPage.tsx'
import './issuing.css'

const SHOWN = 6

/** What needs a hand first: a step that is due, then a case without a reason, then the oldest. */
function ordered(cases: readonly WaitingCase[], today: string): WaitingCase[] {
  const urgency = ({ nextOn, reason }: WaitingCase) =>
    nextOn !== null && nextOn <= today ? 0 : reason === null || reason === 'unknown' ? 1 : 2
  return [...cases].sort((a, b) => urgency(a) - urgency(b) || b.age - a.age)
}

/** Accepted cases that are not issued: an agent's own with the clock of the policies, a leader's by what is to be done. */
function WaitingCard() {
  const t = useWords()
  const me = useMe()
  const { data } = useQuery(api.issuing.waiting.queryOptions({ input: {} }))
  if (!data || data.cases.length + data.coolingOff.length === 0) return null
  const { cases, today, coolingOff } = data
  const named = holds(me, ['tl', 'um'])
  const due = cases.filter(({ nextOn }) => nextOn !== null && nextOn <= today).length
  return (
    <Panel
      title={
        <>
          {t('issuing.title')} <ClauseLink id="S4.2.3b" />
        </>
      }
      side={
        due > 0 && (
          <Mark tone="warn">
            {t('issuing.due')} {due}
          </Mark>
        )
      }
    >
      {cases.length > 0 && (
        <ul className="i-cases">
          {ordered(cases, today)
            .slice(0, SHOWN)
            .map((one) => (
              <li key={one.saleId}>
                <span className="k-digits k-dim">{t('issuing.days', { count: one.age })}</span>
                <strong>{named ? one.agent : one.applicationNo}</strong>
                <span className="k-grow k-dim">
                  {one.reason ? t(`issuing.reason.${one.reason}`) : t('issuing.noReason')}
                  {one.nextStep && ` · ${one.nextStep}`}
                </span>
                {one.nextOn && <Mark tone={one.nextOn <= today ? 'warn' : 'plain'}>{day(one.nextOn)}</Mark>}
              </li>
            ))}
        </ul>
      )}
      {coolingOff.length > 0 && (
        <p className="k-dim k-small">
          {t('issuing.coolingCount', { count: coolingOff.length, until: day(coolingOff[0]!.until) })}
        </p>
      )}
      <Link to={'/waiting' as '/'} className="k-small">
        {t('issuing.all', { count: cases.length })}
      </Link>
    </Panel>
  )
}

export const cards: readonly NowCard[] = [
  {
    id: 'issuing.waiting',
    roles: ['tsr', 'tl', 'um'],
    rank: ({ block }, me) => (me.centre.kind === 'dealership' ? null : block?.kind === 'off' ? 93 : 62),
    Card: WaitingCard,
  },
]
