import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { number, time } from '../../ui/format.ts'
import type { NowCard } from '../../ui/nowCard.ts'
import { Panel } from '../../ui/Page.tsx'
import { DealDrawer } from './DealDrawer.tsx'
import { FindVisitor } from './FrontDeskPage.tsx'
import { type Deal, StateMark } from './parts.tsx'
import { FIGURES } from './rules.ts'

/** The front desk's own work: who stands there. */
function FindCard() {
  const read = useQuery(api.showroom.today.queryOptions({ input: {} }))
  return <FindVisitor hosts={read.data?.hosts ?? []} />
}

function Rows({ deals, empty }: { deals: readonly Deal[]; empty: string }) {
  const t = useWords()
  const [opened, setOpened] = useState<string | null>(null)
  return (
    <>
      {deals.length === 0 && <p className="k-dim">{empty}</p>}
      <ul className="sr-rows">
        {deals.map((deal) => (
          <li key={deal.id}>
            <span className="k-digits">{deal.appointedAt ? time(deal.appointedAt) : '–'}</span>
            <span className="sr-who">
              <span>
                <strong>{deal.customer ?? t('showroom.noName')}</strong>{' '}
                <span className="k-dim k-digits">{deal.phone}</span>
              </span>
              <span className="k-dim k-small">{[deal.agent, deal.sales].filter(Boolean).join(' · ')}</span>
            </span>
            <StateMark state={deal.state} />
            <Action size="small" onClick={() => setOpened(deal.id)}>
              {t('showroom.look')}
            </Action>
          </li>
        ))}
      </ul>
      {opened && <DealDrawer id={opened} onClose={() => setOpened(null)} />}
    </>
  )
}

/** Today's visitors in one's scope: those who wait to be received first. */
function TodayCard() {
  const t = useWords()
  const read = useQuery(api.showroom.today.queryOptions({ input: {} }))
  const deals = read.data?.deals ?? []
  const waiting = deals.filter(({ state }) => state === 'visited')
  const others = deals.filter(({ state }) => state !== 'visited')
  return (
    <Panel
      title={
        <>
          {t('showroom.card.today')} <ClauseLink id="S2.2.1" />
        </>
      }
      side={
        <span className="k-dim">
          {waiting.length > 0
            ? t('showroom.waitingHere', { count: waiting.length })
            : t('showroom.count', { count: deals.length })}
        </span>
      }
    >
      <Rows deals={[...waiting, ...others]} empty={t('showroom.nobodyExpected')} />
    </Panel>
  )
}

/** Deals that wait for the manager's word. None: no card. */
function LostCard() {
  const t = useWords()
  const read = useQuery(api.showroom.deals.queryOptions({ input: {} }))
  const asked = (read.data?.deals ?? []).filter(({ state }) => state === 'lostAsked')
  if (asked.length === 0) return null
  return (
    <Panel
      title={
        <>
          {t('showroom.card.lost', { count: asked.length })} <ClauseLink id="S2.3.3" />
        </>
      }
    >
      <Rows deals={asked} empty="" />
    </Panel>
  )
}

/** The day's count in sum, for the evening. */
function SheetCard() {
  const t = useWords()
  const read = useQuery({ ...api.showroom.daySheet.queryOptions({ input: {} }), refetchInterval: 30_000 })
  if (!read.data) return null
  const { sums } = read.data
  return (
    <Panel
      title={
        <>
          {t('showroom.daySheet')} <ClauseLink id="S2.2.1" />
        </>
      }
      side={<Link to={'/day-sheet' as '/'}>{t('showroom.perPerson')}</Link>}
    >
      <p className="sr-sums">
        {FIGURES.map((figure) => (
          <span key={figure}>
            {t(`showroom.figure.${figure}`)} <strong className="k-digits">{number(sums[figure])}</strong>
          </span>
        ))}
      </p>
    </Panel>
  )
}

const isDealer = (me: { centre: { kind: string } }) => me.centre.kind === 'dealership'

export const cards: readonly NowCard[] = [
  { id: 'showroom.find', roles: ['reception'], rank: (_, me) => (isDealer(me) ? 10 : null), Card: FindCard },
  { id: 'showroom.lost', roles: ['deptManager'], rank: (_, me) => (isDealer(me) ? 8 : null), Card: LostCard },
  {
    id: 'showroom.today',
    roles: ['reception', 'showroomSales', 'tsr', 'tl', 'deptManager'],
    rank: (_, me) => (isDealer(me) ? (me.roles.includes('showroomSales') ? 10 : 40) : null),
    Card: TodayCard,
  },
  {
    id: 'showroom.sheet',
    roles: ['tl', 'deptManager', 'deputyGm'],
    rank: ({ block }, me) => (isDealer(me) ? (block?.kind === 'meeting' ? 15 : 58) : null),
    Card: SheetCard,
  },
]
