import { Link } from '@tanstack/react-router'
import { Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { isWorded, useWords } from '../client/words.ts'
import { dayAndTime } from './format.ts'
import type { Tone } from './Mark.tsx'

type FigureProps = {
  label: ReactNode
  /** Already written, by ui/format.ts. */
  value: ReactNode
  /** How it is reckoned, in words: "issued premium / issued policies". */
  formula: ReactNode
  /** declared, cdr or switch; a list where calls of several kinds are in it. */
  measuredBy?: string | readonly string[]
  /** ISO text: the figure as known at. */
  asOf?: string | Temporal.Instant | null
  /** The page with the rows behind it. */
  rows?: string
  /** What it is held against: own plan, own norm. */
  beside?: ReactNode
  tone?: Tone
}

/** A figure that says its formula, how it was measured and as of when, and opens the rows behind it. */
export function Figure({ label, value, formula, measuredBy, asOf, rows, beside, tone = 'plain' }: FigureProps) {
  const t = useWords()
  const measures = measuredBy === undefined ? [] : [measuredBy].flat()
  const said = measures.map((measure) => (isWorded(`ui.measured.${measure}`) ? t(`ui.measured.${measure}`) : measure))
  const about = (
    <dl className="k-about">
      <dt>{t('ui.figure.formula')}</dt>
      <dd>{formula}</dd>
      {said.length > 0 && (
        <>
          <dt>{t('ui.figure.measured')}</dt>
          <dd>{said.join(t('ui.and'))}</dd>
        </>
      )}
      {asOf && (
        <>
          <dt>{t('ui.figure.asOf')}</dt>
          <dd>{dayAndTime(asOf)}</dd>
        </>
      )}
      {rows && <dd className="k-about-rows">{t('ui.figure.rows')}</dd>}
    </dl>
  )
  const body = (
    <>
      <span className="k-figure-label">{label}</span>
      <span className={`k-figure-value k-ink-${tone}`}>{value}</span>
      {beside && <span className="k-figure-beside">{beside}</span>}
    </>
  )
  return (
    <Tooltip title={about} trigger={['hover', 'focus']} styles={{ root: { maxWidth: 'min(360px, 92vw)' } }}>
      {rows ? (
        <Link to={rows as '/'} className="k-figure k-figure-link">
          {body}
        </Link>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the formula must be within reach of the keyboard
        <div className="k-figure" tabIndex={0}>
          {body}
        </div>
      )}
    </Tooltip>
  )
}

/** A row of figures that wraps. */
export function Figures({ children }: { children: ReactNode }) {
  return <div className="k-figures">{children}</div>
}
