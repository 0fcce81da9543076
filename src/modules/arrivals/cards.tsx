import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { time } from '../../ui/format.ts'
import type { NowCard } from '../../ui/nowCard.ts'
import { Panel } from '../../ui/Page.tsx'
import { Give } from './ArrivalsPage.tsx'
import { type Arrival, ArrivalClock, ASK_AGAIN, ClockFigures } from './parts.tsx'

const useArrivals = () => useQuery({ ...api.arrivals.list.queryOptions({ input: {} }), refetchInterval: ASK_AGAIN })

/** Open clocks: those that can still be kept first, the next to run out before the others; then those that ran out. */
const urgent = (arrivals: readonly Arrival[]) =>
  arrivals
    .filter(({ firstDialAt, callDue, state }) => callDue && !firstDialAt && state !== 'closed')
    .sort((a, b) => rankOf(a) - rankOf(b) || (a.callDue! < b.callDue! ? -1 : 1))
const rankOf = ({ clock }: Arrival) => (clock === 'running' ? 0 : 1)

const SHOWN = 6

/** The clock of the first dial for whoever leads: figures, who runs out next, and what waits for a hand. */
function ClockCard() {
  const t = useWords()
  const me = useMe()
  const read = useArrivals()
  const open = urgent(read.data?.arrivals ?? [])
  return (
    <Panel
      title={
        <>
          {t('arrivals.clock.title')} <ClauseLink id="S2.1.4" />
        </>
      }
      side={<Link to={'/arrivals' as '/'}>{t('arrivals.title')}</Link>}
    >
      <ClockFigures />
      <ul className="a-rows">
        {open.slice(0, SHOWN).map((arrival) => (
          <li key={arrival.id}>
            <span className="a-who">
              <strong>{arrival.customer ?? arrival.phone}</strong>
              <span className="k-dim k-small">
                {time(arrival.arrivedAt)} · {arrival.source}
              </span>
            </span>
            <ArrivalClock arrival={arrival} />
            {arrival.holder ??
              (arrival.leadId && holds(me, ['tl', 'um']) ? <Give leadId={arrival.leadId} /> : t('arrivals.waits'))}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** An agent's own clocks that run. None: no card. */
function OwnClocksCard() {
  const t = useWords()
  const read = useArrivals()
  const open = urgent(read.data?.arrivals ?? [])
  if (open.length === 0) return null
  return (
    <Panel
      title={
        <>
          {t('arrivals.card.own', { count: open.length })} <ClauseLink id="S2.1.4" />
        </>
      }
      side={<Link to={'/desk' as '/'}>{t('calls.desk')}</Link>}
    >
      <ul className="a-rows">
        {open.slice(0, SHOWN).map((arrival) => (
          <li key={arrival.id}>
            <span className="a-who">
              <strong>{arrival.customer ?? arrival.phone}</strong>
              <span className="k-dim k-small">{arrival.wants || arrival.source}</span>
            </span>
            <ArrivalClock arrival={arrival} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** The leader's allocation of the morning while it waits for him. */
function AllocateCard() {
  const t = useWords()
  const read = useQuery(api.arrivals.allocation.queryOptions({ input: {} }))
  const allocation = read.data?.allocation
  if (!read.data || allocation?.state === 'confirmed') return null
  const came = read.data.traffic.reduce((sum, { arrived }) => sum + arrived, 0)
  return (
    <Panel
      title={
        <>
          {t('arrivals.allocation')} <ClauseLink id="S2.1.4" />
        </>
      }
      side={<Link to={'/arrivals/allocation' as '/'}>{t('arrivals.lookAndConfirm')}</Link>}
    >
      <p>
        {t(allocation ? 'arrivals.card.proposed' : 'arrivals.card.none', {
          came,
          count: allocation?.lines.length ?? 0,
          agents: allocation?.agents.length ?? 0,
        })}
      </p>
    </Panel>
  )
}

const isDealer = (me: { centre: { kind: string } }) => me.centre.kind === 'dealership'

export const cards: readonly NowCard[] = [
  {
    id: 'arrivals.allocate',
    roles: ['tl'],
    rank: ({ block }, me) => (!isDealer(me) || block?.key === 'after' ? null : block?.kind === 'dial' ? 7 : 5),
    Card: AllocateCard,
  },
  {
    id: 'arrivals.clock',
    roles: ['tl', 'um', 'deptManager'],
    rank: ({ block }, me) => (isDealer(me) ? (block?.kind === 'dial' ? 12 : 55) : null),
    Card: ClockCard,
  },
  {
    id: 'arrivals.own',
    roles: ['tsr'],
    rank: ({ block }, me) => (isDealer(me) && block?.kind === 'dial' ? 3 : null),
    Card: OwnClocksCard,
  },
]
