import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useWords } from '../../client/words.ts'
import { Mark } from '../../ui/Mark.tsx'
import type { NowCard } from '../../ui/nowCard.ts'
import { Panel } from '../../ui/Page.tsx'
import { Answer, checkListQuery, TONES, useSentence } from './SetupPage.tsx'

const MOST_SHOWN = 6

/** What a new centre lacks: first what nobody can dial without, later the rest. Nothing left to say: no card. */
function LackCard({ first }: { first: boolean }) {
  const t = useWords()
  const sentence = useSentence()
  const { data } = useQuery(checkListQuery())
  if (!data) return null
  const open = data.items.filter(({ state }) => state === 'missing')
  const cannotDial = open.some(({ needed }) => needed)
  if (open.length === 0 || cannotDial !== first) return null
  const shown = open.toSorted((a, b) => Number(b.needed) - Number(a.needed)).slice(0, MOST_SHOWN)
  return (
    <Panel title={t('setup.title')} side={<Link to="/setup">{t('setup.all', { count: data.items.length })}</Link>}>
      {first && <Answer list={data} />}
      <ul className="su-items">
        {shown.map((item) => (
          <li key={item.id} className="su-item su-item-small">
            <Mark tone={item.needed ? 'bad' : TONES[item.state]}>{t(`setup.item.${item.id}`)}</Mark>
            <span className="su-item-words">{sentence(item)}</span>
            {item.link !== '/setup' && <Link to={item.link as '/'}>{t('setup.open')}</Link>}
          </li>
        ))}
      </ul>
      {open.length > shown.length && <Link to="/setup">{t('setup.more', { count: open.length - shown.length })}</Link>}
    </Panel>
  )
}

// A demo has people, leads and seats, and nobody moves into it.
const own = (demo: boolean, rank: number) => (demo ? null : rank)

export const cards: readonly NowCard[] = [
  {
    id: 'setup.first',
    roles: ['deptManager', 'admin'],
    rank: (_, me) => own(me.centre.demo, 1),
    Card: () => <LackCard first />,
  },
  {
    id: 'setup.rest',
    roles: ['deptManager', 'admin'],
    rank: (_, me) => own(me.centre.demo, 88),
    Card: () => <LackCard first={false} />,
  },
]
