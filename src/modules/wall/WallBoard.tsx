import type { CSSProperties } from 'react'
import { useNow } from '../../client/clock.ts'
import { useWords } from '../../client/words.ts'
import { day, dayAndTime, number, seconds, time, timeToSecond } from '../../ui/format.ts'
import { APPLAUSE_SECONDS, columnsOf, pagesOf } from './rules.ts'
import type { Paired, Said } from './useWall.tsx'
import { WallGroup, WallTotal } from './WallGroup.tsx'

/** Seconds of the centre's clock for which a page of groups stands. */
const PAGE_SECONDS = 15
/** Successes in the list. */
const SHOWN_PRAISE = 6

/** The figures of a screen; old ones, marked so, while there is no line to the house. */
export function WallBoard({ wall, lostAt }: { wall: Paired; lostAt: Temporal.Instant | null }) {
  const t = useWords()
  const now = useNow()
  const pages = pagesOf(wall.groups)
  const page = Math.floor(now.epochMilliseconds / 1000 / PAGE_SECONDS) % pages.length
  const groups = pages[page] ?? []
  const columns = columnsOf(pages[0]!.length)
  const plan = wall.total.plan
  return (
    <main className={lostAt ? 'w-wall w-old' : 'w-wall'}>
      <div className="w-drift">
        <Head wall={wall} now={now} lost={lostAt !== null} />
        {lostAt && (
          <p className="w-lost" role="status">
            <strong>{t('wall.lostSince', { at: dayAndTime(lostAt) })}</strong>{' '}
            {t('wall.lastKnown', { at: dayAndTime(wall.asOf) })}
          </p>
        )}
        <section className="w-groups" aria-label={t('wall.groups')}>
          {wall.groups.length !== 1 && <WallTotal wall={wall} />}
          <div className="w-grid" style={{ '--w-columns': columns } as CSSProperties}>
            {groups.map((group) => (
              <WallGroup key={group.id} group={group} kind={wall.kind} />
            ))}
          </div>
          <footer className="w-foot">
            <span>{t('wall.asOf', { at: timeToSecond(wall.asOf) })}</span>
            <span>{plan ? t('wall.planIs', { count: plan.days }) : t('wall.noPlan')}</span>
            {wall.measuredBy.map((how) => (
              <span key={how}>{t(`wall.measured.${how}`)}</span>
            ))}
            {pages.length > 1 && <span>{t('wall.page', { page: page + 1, of: pages.length })}</span>}
          </footer>
        </section>
        <Side wall={wall} />
      </div>
      {!lostAt && <Applause praise={wall.praise} now={now} />}
    </main>
  )
}

/** Whose figures, the day, the block that runs with its countdown, the time. */
function Head({ wall, now, lost }: { wall: Paired; now: Temporal.Instant; lost: boolean }) {
  const t = useWords()
  const { block, next, unit, centre, unitKind, today } = wall
  const left = now.until(Temporal.Instant.from(block.to)).total('seconds')
  const over = lost || left <= 0
  return (
    <header className="w-head">
      <div>
        <h1>{unit}</h1>
        <p className="w-dim">{unitKind === 'centre' ? day(today) : `${centre} · ${day(today)}`}</p>
      </div>
      {!over && (
        <div className="w-block">
          <p>{t(block.name)}</p>
          <p className="w-dim">
            {block.kind !== 'off' && <span className="w-left">{seconds(left)}</span>}
            {next && <span>{t('wall.next', { what: t(next.name), at: time(next.from) })}</span>}
          </p>
        </div>
      )}
      <p className="w-clock">{time(now)}</p>
    </header>
  )
}

/** What was said in public: announcements first, then today's successes, the latest on top. */
function Side({ wall }: { wall: Paired }) {
  const t = useWords()
  return (
    <aside className="w-side">
      {wall.news.map((one) => (
        <p key={one.id} className="w-news">
          {t(`notice.${one.key}`, one.values)}
        </p>
      ))}
      <h2>{t('wall.praise')}</h2>
      {wall.praise.length === 0 && <p className="w-dim">{t(`wall.noPraise.${wall.kind}`)}</p>}
      <ol>
        {wall.praise.slice(0, SHOWN_PRAISE).map((one) => (
          <li key={one.id}>
            <Who said={one} />
            <time>{time(one.at)}</time>
          </li>
        ))}
      </ol>
      {wall.praiseToday > SHOWN_PRAISE && (
        <p className="w-dim">{t('wall.more', { count: number(wall.praiseToday - SHOWN_PRAISE) })}</p>
      )}
    </aside>
  )
}

/** Whose success it is, in which group and with what. */
function Who({ said: { key, values } }: { said: Said }) {
  const t = useWords()
  const { person } = values
  if (typeof person !== 'string' || person === '')
    return (
      <span className="w-who">
        <strong>{t(`notice.${key}`, values)}</strong>
      </span>
    )
  const product = typeof values.product === 'object' ? t('wall.what', { what: values.product }) : ''
  return (
    <span className="w-who">
      <strong>{person}</strong>
      <small>{[values.group, product].filter(Boolean).join(' · ')}</small>
    </span>
  )
}

/** A success of this moment, over the whole screen: everybody's hands are asked for. [S4.5.2] */
function Applause({ praise, now }: { praise: readonly Said[]; now: Temporal.Instant }) {
  const t = useWords()
  const latest = praise[0]
  if (!latest) return null
  const age = now.since(Temporal.Instant.from(latest.at)).total('seconds')
  if (age < -5 || age > APPLAUSE_SECONDS) return null
  return (
    <section className="w-applause" role="alert">
      <p>{t('wall.applause')}</p>
      <Who said={latest} />
    </section>
  )
}
