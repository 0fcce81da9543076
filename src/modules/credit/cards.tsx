import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../../client/api.ts'
import { useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import type { NowCard } from '../../ui/nowCard.ts'
import { Panel } from '../../ui/Page.tsx'
import { Suspected } from './OwnPolicies.tsx'
import { OpenRequest } from './Requests.tsx'
import { APPROVERS, DECIDERS, mayApprove, mayDecideOwn } from './rules.ts'
import './credit.css'

/** Requests and policies that Now shows in full; the page has the rest. */
const SHOWN = 3

function More({ left }: { left: number }) {
  const t = useWords()
  if (left <= 0) return null
  return (
    <Link to={'/credit' as '/'} className="k-small">
      {t('credit.more', { count: left })}
    </Link>
  )
}

/** Corrections that wait for this person's approval. Nothing when none does. */
function ApprovalsCard() {
  const t = useWords()
  const me = useMe()
  const { data } = useQuery(api.credit.requests.queryOptions({ input: {} }))
  const by = { personId: me.person.id, roles: me.roles }
  const waiting = data?.requests.filter((request) => mayApprove(request, by).ok) ?? []
  if (waiting.length === 0) return null
  return (
    <Panel
      title={
        <>
          {t('credit.waiting')} <ClauseLink id="S4.4.11b" />
        </>
      }
      side={<span className="k-dim">{waiting.length}</span>}
    >
      {waiting.slice(0, SHOWN).map((request) => (
        <OpenRequest key={request.id} request={request} />
      ))}
      <More left={waiting.length - SHOWN} />
    </Panel>
  )
}

/** Suspected own policies of one's own people. Nothing when there is none. */
function SuspectedCard() {
  const t = useWords()
  const me = useMe()
  const { data } = useQuery(api.credit.own.queryOptions({ input: {} }))
  const open = data?.policies.filter((policy) => mayDecideOwn(policy, { personId: me.person.id }).ok) ?? []
  if (open.length === 0) return null
  return (
    <Panel
      title={
        <>
          {t('credit.suspectedTitle')} <ClauseLink id="S4.4.11c" />
        </>
      }
      side={<span className="k-dim k-small">{t('credit.private')}</span>}
    >
      {open.slice(0, SHOWN).map((policy) => (
        <Suspected key={policy.saleId} policy={policy} />
      ))}
      <More left={open.length - SHOWN} />
    </Panel>
  )
}

export const cards: readonly NowCard[] = [
  {
    id: 'credit.approvals',
    roles: APPROVERS,
    rank: (_, me) => (me.centre.kind === 'dealership' ? null : 40),
    Card: ApprovalsCard,
  },
  {
    id: 'credit.suspected',
    roles: DECIDERS,
    rank: (_, me) => (me.centre.kind === 'dealership' ? null : 54),
    Card: SuspectedCard,
  },
]
