import { useMe } from '../client/me.ts'
import { type Block, type Moment, secondsOf, useMoment } from '../client/moment.ts'
import { useWords } from '../client/words.ts'
import { cards as arrivals } from '../modules/arrivals/cards.tsx'
import { cards as attendance } from '../modules/attendance/cards.tsx'
import { cards as calls } from '../modules/calls/cards.tsx'
import { cards as care } from '../modules/care/cards.tsx'
import { cards as credit } from '../modules/credit/cards.tsx'
import { cards as floor } from '../modules/floor/cards.tsx'
import { cards as issuing } from '../modules/issuing/cards.tsx'
import { cards as leads } from '../modules/leads/cards.tsx'
import { cards as notices } from '../modules/notices/cards.tsx'
import { cards as policies } from '../modules/policies/cards.tsx'
import { cards as sales } from '../modules/sales/cards.tsx'
import { cards as setup } from '../modules/setup/cards.tsx'
import { cards as showroom } from '../modules/showroom/cards.tsx'
import { ClauseLink } from '../ui/ClauseLink.tsx'
import { DayStrip } from '../ui/DayStrip.tsx'
import { Empty } from '../ui/Empty.tsx'
import { day, seconds, wall } from '../ui/format.ts'
import { cardsAt, type NowCard } from '../ui/nowCard.ts'
import { Page } from '../ui/Page.tsx'

/** What the modules offer; each says itself whether and where it stands at this moment. */
const CARDS: readonly NowCard[] = [
  ...notices,
  ...attendance,
  ...arrivals,
  ...calls,
  ...leads,
  ...showroom,
  ...sales,
  ...credit,
  ...care,
  ...issuing,
  ...policies,
  ...floor,
  ...setup,
]

/** Every role's home: the block that runs, what is to be done in it, what is late, what comes next. */
export function Now() {
  const t = useWords()
  const me = useMe()
  const moment = useMoment()
  const cards = cardsAt(CARDS, moment, me)
  return (
    <Page title={t('nav.now')} lead={day(moment.today)}>
      {moment.blocks.length > 0 && <Running moment={moment} />}
      <div className="k-cards">
        {cards.map(({ id, Card }) => (
          <Card key={id} />
        ))}
      </div>
      {cards.length === 0 && (
        <Empty title={t('now.nothing')}>
          {moment.next
            ? t('now.nothingUntil', { block: t(moment.next.name), at: wall(moment.next.from) })
            : t('now.nothingToday')}
        </Empty>
      )}
    </Page>
  )
}

function Running({ moment }: { moment: Moment }) {
  const t = useWords()
  const { block, next, secondsLeft, time, blocks } = moment
  return (
    <section className="k-now" aria-label={t('now.running')}>
      <div className="k-now-head">
        <div className="k-grow">
          <p className="k-now-name">
            {block ? t(block.name) : t('now.noBlock')} {block?.clause && <ClauseLink id={block.clause} />}
          </p>
          {block && <p className="k-dim k-digits">{spanOf(block)}</p>}
        </div>
        {block && next && secondsLeft !== null && <Countdown block={block} left={secondsLeft} />}
        {next && <Next block={next} />}
      </div>
      <DayStrip blocks={blocks} at={time} />
    </section>
  )
}

const spanOf = ({ from, to }: Block) => `${wall(from)}–${wall(to)}`

function Countdown({ block, left }: { block: Block; left: number }) {
  const t = useWords()
  const length = secondsOf(block.to, true) - secondsOf(block.from)
  return (
    <div className="k-now-left">
      <span className="k-dim k-small">{t(block.kind === 'off' ? 'now.untilWork' : 'now.left')}</span>
      <span className="k-now-digits k-digits" role="timer" aria-live="off">
        {seconds(left)}
      </span>
      <span className="k-now-bar" aria-hidden>
        <span style={{ inlineSize: `${(100 * (length - left)) / length}%` }} />
      </span>
    </div>
  )
}

function Next({ block }: { block: Block }) {
  const t = useWords()
  return (
    <div className="k-now-next">
      <span className="k-dim k-small">{t('now.next')}</span>
      <span>
        <strong className="k-digits">{wall(block.from)}</strong> {t(block.name)}
      </span>
    </div>
  )
}
