import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { number, seconds } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Meter } from '../../ui/Meter.tsx'
import type { NowCard } from '../../ui/nowCard.ts'
import { Panel } from '../../ui/Page.tsx'
import { ASK_AGAIN, AsOf, type Board, useWon } from './parts.tsx'
import { soFar } from './rules.ts'

/** Every agent has his card: its figures need not be as near as the board's. In milliseconds. */
const OWN_EVERY = 6 * ASK_AGAIN

const useBoard = (every: number) => useQuery(api.floor.board.queryOptions({ input: {}, refetchInterval: every }))

function CardFrame({
  title,
  board,
  every,
  children,
}: {
  title: string
  board: Board | undefined
  every: number
  children: React.ReactNode
}) {
  return (
    <Panel
      title={
        <>
          {title} <ClauseLink id="S4.3.3a" />
        </>
      }
      side={board && <AsOf at={board.asOf} every={every} />}
    >
      {children}
    </Panel>
  )
}

/** The floor of a leader, or of the centre, in a few figures; the board behind each. */
function GlanceCard() {
  const t = useWords()
  const me = useMe()
  const read = useBoard(ASK_AGAIN)
  const centre = holds(me, ['deptManager', 'deputyGm'])
  return (
    <CardFrame title={t(centre ? 'floor.card.centre' : 'floor.card.glance')} board={read.data} every={ASK_AGAIN}>
      <Loaded read={read} rows={2}>
        {(board) => (
          <>
            <Glance board={board} />
            {board.groups.filter(({ mine }) => mine).length > 1 && <GroupLines board={board} />}
            <Link to={'/floor' as '/'} className="k-small">
              {t('floor.card.open')}
            </Link>
          </>
        )}
      </Loaded>
    </CardFrame>
  )
}

function Glance({ board: { totals, asOf, measuredBy, cases } }: { board: Board }) {
  const t = useWords()
  const won = useWon()
  if (!totals) return <p className="k-dim">{t('floor.noGroup')}</p>
  const about = { asOf, rows: '/floor' }
  return (
    <Figures>
      <Figure
        {...about}
        label={t('floor.online')}
        value={`${number(totals.online ?? 0)} / ${number(totals.seats)}`}
        formula={t('floor.formula.online')}
        beside={t('floor.ofThem', { talking: number(totals.talking ?? 0), paused: number(totals.paused ?? 0) })}
      />
      <Figure
        {...about}
        measuredBy={measuredBy}
        label={t('floor.column.dials')}
        value={number(totals.dials)}
        formula={t('floor.formula.dials')}
        beside={t('floor.connectedAre', { connected: number(totals.connected) })}
      />
      <Figure
        {...about}
        label={t(`floor.column.${won}`)}
        value={number(totals.cases)}
        formula={t(`floor.formula.${won}`)}
        beside={t(`floor.inCentre.${won}`, { cases: number(cases) })}
      />
      <Figure
        {...about}
        label={t('floor.idling')}
        value={number(totals.idle ?? 0)}
        tone={totals.idle ? 'warn' : 'plain'}
        formula={t('floor.formula.idle')}
      />
    </Figures>
  )
}

/** The groups below, one line each, in the order of the tree. */
function GroupLines({ board }: { board: Board }) {
  const t = useWords()
  const won = useWon()
  return (
    <ul className="f-lines">
      {board.groups
        .filter(({ mine }) => mine)
        .map(({ id, name, totals }) => (
          <li key={id}>
            <strong>{name}</strong>
            <span className="k-dim k-digits">
              {t(`floor.groupSays.${won}`, {
                ...{ online: number(totals.online ?? 0), seats: number(totals.seats) },
                ...{ dials: number(totals.dials), count: totals.cases },
              })}
            </span>
          </li>
        ))}
    </ul>
  )
}

/** An agent's own figures beside his norm, and what his group has done. Nothing of anybody else. [S5.1.4c] */
function OwnCard() {
  const t = useWords()
  const won = useWon()
  const read = useBoard(OWN_EVERY)
  return (
    <CardFrame title={t('floor.card.own')} board={read.data} every={OWN_EVERY}>
      <Loaded read={read} rows={2}>
        {({ groups, cases }) => {
          const [group] = groups
          const own = group?.seats[0]
          if (!group || !own) return <p className="k-dim">{t('floor.card.noSeat')}</p>
          const { norm } = own
          const against = (value: number, whole: number, write: (value: number) => string) =>
            t('floor.card.against', { value: write(value), norm: write(soFar(whole, group.share)) })
          return (
            <>
              {norm ? (
                <>
                  <Meter
                    label={t('floor.column.dials')}
                    value={own.dials}
                    of={soFar(norm.dials, group.share)}
                    text={against(own.dials, norm.dials, number)}
                  />
                  <Meter
                    label={t('floor.column.talk')}
                    value={own.talkSeconds}
                    of={soFar(norm.talkSeconds, group.share)}
                    text={against(own.talkSeconds, norm.talkSeconds, seconds)}
                  />
                </>
              ) : (
                <p className="k-dim">{t('floor.noNorm')}</p>
              )}
              <p>
                {t(`floor.card.group.${won}`, {
                  ...{ group: group.name, dials: number(group.totals.dials), count: group.totals.cases },
                  centre: number(cases),
                })}
              </p>
            </>
          )
        }}
      </Loaded>
    </CardFrame>
  )
}

export const cards: readonly NowCard[] = [
  {
    id: 'floor.glance',
    roles: ['tl', 'um', 'deptManager', 'deputyGm'],
    rank: ({ block }, me) =>
      block === null || block.kind === 'off' ? null : block.kind !== 'dial' ? 56 : holds(me, ['tl']) ? 14 : 18,
    Card: GlanceCard,
  },
  { id: 'floor.own', roles: ['tsr'], rank: ({ block }) => (block && block.kind !== 'off' ? 54 : null), Card: OwnCard },
]
