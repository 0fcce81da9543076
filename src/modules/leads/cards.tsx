import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../../client/api.ts'
import type { Moment } from '../../client/moment.ts'
import { useWords } from '../../client/words.ts'
import { number } from '../../ui/format.ts'
import type { NowCard } from '../../ui/nowCard.ts'
import { Panel } from '../../ui/Page.tsx'
import { OpenLot } from './Lots.tsx'
import { runsDry } from './rules.ts'

/** A leader's lots to receive, and leads that still lie with the group. Nothing to do: no card. */
function HandDownCard() {
  const t = useWords()
  const lots = useQuery(api.leads.lots.queryOptions({ input: { open: true } }))
  const groups = useQuery(api.leads.groups.queryOptions({ input: {} }))
  const open = lots.data?.lots.filter(({ toReceive, step }) => toReceive && step === 'companyToGroup') ?? []
  const waiting = groups.data?.groups.filter(({ toHandOn, agents }) => toHandOn > 0 && agents > 0) ?? []
  if (open.length === 0 && waiting.length === 0) return null
  return (
    <Panel title={t('leads.card.handDown')} side={<Link to="/leads/distribute">{t('leads.distribute.title')}</Link>}>
      {open.map((lot) => (
        <OpenLot key={lot.id} lot={lot} />
      ))}
      {open.length === 0 &&
        waiting.map(({ groupId, name, toHandOn }) => (
          <p key={groupId}>{t('leads.card.waiting', { group: name, count: number(toHandOn) })}</p>
        ))}
    </Panel>
  )
}

/** An agent's lots to receive. */
function ReceivedCard() {
  const t = useWords()
  const lots = useQuery(api.leads.lots.queryOptions({ input: { open: true } }))
  const open = lots.data?.lots.filter(({ toReceive, step }) => toReceive && step === 'groupToAgent') ?? []
  if (open.length === 0) return null
  return (
    <Panel title={t('leads.card.received')} side={<Link to="/leads/mine">{t('leads.mine.title')}</Link>}>
      {open.map((lot) => (
        <OpenLot key={lot.id} lot={lot} />
      ))}
    </Panel>
  )
}

/** Groups that will soon have nothing to call. */
function DryCard() {
  const t = useWords()
  const read = useQuery(api.leads.groups.queryOptions({ input: {} }))
  const dry = read.data?.groups.filter(runsDry) ?? []
  if (dry.length === 0) return null
  return (
    <Panel title={t('leads.card.dry')} side={<Link to="/leads">{t('leads.company.title')}</Link>}>
      <ul className="k-list">
        {dry.map(({ groupId, name, pool, held, agents }) => (
          <li key={groupId} className="k-row">
            <strong className="k-grow">{name}</strong>
            <span>{t('leads.card.dryOne', { count: number(pool + held), agents: number(agents) })}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

const working = ({ block }: Moment) => block !== null && (block.kind !== 'off' || block.key === 'before')

export const cards: readonly NowCard[] = [
  {
    id: 'leads.handDown',
    roles: ['tl'],
    // Before the floor goes online everybody needs something to call; later it waits behind what is late.
    rank: (moment) => (working(moment) ? (moment.block?.kind === 'dial' ? 16 : 8) : null),
    Card: HandDownCard,
  },
  { id: 'leads.received', roles: ['tsr'], rank: (moment) => (working(moment) ? 11 : null), Card: ReceivedCard },
  {
    id: 'leads.dry',
    roles: ['dataOfficer', 'deptManager'],
    rank: (moment, me) => (working(moment) ? (me.roles.includes('dataOfficer') ? 10 : 35) : null),
    Card: DryCard,
  },
]
