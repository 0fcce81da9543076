import type { client } from '../../client/api.ts'
import { centreZone, useNow } from '../../client/clock.ts'
import { useWords } from '../../client/words.ts'
import { ClauseLink } from '../../ui/ClauseLink.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { money, number, percent, day as shortDay } from '../../ui/format.ts'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { type State, standingOf } from './rules.ts'
import './sales.css'

export type Sale = Awaited<ReturnType<typeof client.sales.list>>['sales'][number]
export type MonthSums = Awaited<ReturnType<typeof client.sales.month>>['total']

const TONES: Readonly<Record<ReturnType<typeof standingOf>, Tone>> = { open: 'accent', issued: 'good', ended: 'plain' }

/** The state of a case in words: on the way, counted as issued, or at its end. */
export function StateMark({ state }: { state: State }) {
  const t = useWords()
  return <Mark tone={TONES[standingOf(state)]}>{t(`sales.state.${state}`)}</Mark>
}

/** That a case counts in part or in nothing, with the clause. */
export function WeightMark({ weight }: { weight: string }) {
  const t = useWords()
  const share = Number(weight)
  return (
    <Mark tone="warn">
      {share === 0 ? t('sales.countsInNothing') : t('sales.countsInPart', { share: percent(share) })}{' '}
      <ClauseLink id="S4.4.11c" />
    </Mark>
  )
}

/** The centre's day and month, as 'YYYY-MM-DD' and 'YYYY-MM'. */
export function useToday(): { today: string; month: string } {
  const today = useNow(60).toZonedDateTimeISO(centreZone()).toPlainDate().toString()
  return { today, month: today.slice(0, 7) }
}

type MonthFiguresProps = {
  figures: MonthSums
  asOf: string
  rows?: string
  brought: { cases: number; through: string } | null
}

/**
 * Accepted and issued side by side: two dates and two amounts, and each figure says which, and how much of it was brought
 * along from before.
 */
export function MonthFigures({ figures, asOf, rows, brought }: MonthFiguresProps) {
  const t = useWords()
  const about = { asOf, ...(rows && { rows }) }
  return (
    <Figures>
      <Figure
        {...about}
        label={t('sales.figure.accepted')}
        value={number(figures.accepted)}
        formula={t('sales.formula.accepted')}
        beside={brought ? t('sales.broughtAlong', { count: brought.cases, day: shortDay(brought.through) }) : undefined}
      />
      <Figure
        {...about}
        label={t('sales.figure.acceptedStandard')}
        value={money(figures.acceptedStandard)}
        formula={t('sales.formula.acceptedStandard')}
        beside={t('sales.annualIs', { amount: money(figures.acceptedAnnual) })}
      />
      <Figure
        {...about}
        label={t('sales.figure.issued')}
        value={number(figures.issued)}
        formula={t('sales.formula.issued')}
      />
      <Figure
        {...about}
        label={t('sales.figure.netStandard')}
        value={money(figures.netStandard)}
        formula={t('sales.formula.netStandard')}
        beside={
          figures.cancelled > 0
            ? t('sales.cancelledIs', { count: figures.cancelled, amount: money(figures.cancelledStandard) })
            : undefined
        }
      />
    </Figures>
  )
}
