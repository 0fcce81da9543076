import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { Mark } from '../../ui/Mark.tsx'
import type { NowCard } from '../../ui/nowCard.ts'
import { Panel } from '../../ui/Page.tsx'
import { useToday } from '../sales/parts.tsx'
import { OWNERS } from './rules.ts'

/** Differences with the insurer's file that the signed-in person is to settle; nothing where there are none. */
function DifferencesCard() {
  const t = useWords()
  const { today } = useToday()
  const { data } = useQuery(api.policies.differences.queryOptions({ input: { open: true } }))
  if (!data || data.differences.length === 0) return null
  const late = data.differences.filter(({ dueOn }) => dueOn < today).length
  const kinds = [...Map.groupBy(data.differences, ({ kind }) => kind)]
  return (
    <Panel
      title={
        <>
          {t('policies.toSettle', { count: data.differences.length })} <ClauseLink id="S4.2.3b" />
        </>
      }
      side={late > 0 && <Mark tone="warn">{t('policies.lateCount', { count: late })}</Mark>}
    >
      <p className="k-row">
        {kinds.map(([kind, of]) => (
          <span key={kind}>
            {t(`policies.kind.${kind}`)} <span className="k-digits">{of.length}</span>
          </span>
        ))}
      </p>
      <Link to={'/policies/differences' as '/'} className="k-small">
        {t('policies.toDifferences')}
      </Link>
    </Panel>
  )
}

export const cards: readonly NowCard[] = [
  {
    id: 'policies.differences',
    roles: OWNERS,
    rank: ({ block }, me) => (me.centre.kind === 'dealership' ? null : block?.kind === 'off' ? 94 : 64),
    Card: DifferencesCard,
  },
]
