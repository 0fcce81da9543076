import { type ReactNode, useEffect } from 'react'
import { useWords } from '../client/words.ts'
import { ClauseLink } from './ClauseLink.tsx'
import { timeToSecond } from './format.ts'

type PageProps = {
  title: string
  /** One sentence on what the page is for. */
  lead?: ReactNode
  /** The clause that the page carries out. */
  clause?: string
  actions?: ReactNode
  /** When the figures on it were read, ISO text. */
  asOf?: string | Temporal.Instant | null
  children: ReactNode
}

/** The frame of every page: title, clause, actions, as of. */
export function Page({ title, lead, clause, actions, asOf, children }: PageProps) {
  const t = useWords()
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`
  }, [title, t])
  return (
    <article className="k-page">
      <header className="k-page-head">
        <div className="k-grow">
          <h1>
            {title} {clause && <ClauseLink id={clause} />}
          </h1>
          {lead && <p className="k-dim">{lead}</p>}
        </div>
        <div className="k-page-side">
          {asOf && <span className="k-asof">{t('ui.asOf', { at: timeToSecond(asOf) })}</span>}
          {actions}
        </div>
      </header>
      {children}
    </article>
  )
}

/** A framed part of a page. */
export function Panel({ title, side, children }: { title?: ReactNode; side?: ReactNode; children: ReactNode }) {
  return (
    <section className="k-panel">
      {(title || side) && (
        <header className="k-panel-head">
          <h2>{title}</h2>
          {side}
        </header>
      )}
      {children}
    </section>
  )
}
