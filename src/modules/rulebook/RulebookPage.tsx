import { SearchOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Input, Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { longDay } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { useSaid, Words } from '../../ui/Words.tsx'
import './rulebook.css'

type Documents = Awaited<ReturnType<typeof client.rulebook.documents>>['documents']
type Clause = Documents[number]['chapters'][number]['clauses'][number]
const FILTERS = ['all', 'built', 'planned', 'human'] as const
type Filter = (typeof FILTERS)[number]

/** The rulebook for everybody: documents, chapters, clauses; what is built, what is coming, what is left to people. */
export function RulebookPage() {
  const t = useWords()
  const read = useQuery(api.rulebook.documents.queryOptions({ input: {} }))
  return (
    <Page title={t('rulebook.title')} lead={t('rulebook.lead')} clause="S1.1.4">
      <Loaded read={read} rows={12}>
        {({ documents }) => <Book documents={documents} />}
      </Loaded>
    </Page>
  )
}

function Book({ documents }: { documents: Documents }) {
  const t = useWords()
  const said = useSaid()
  const [filter, setFilter] = useState<Filter>('all')
  const [sought, setSought] = useState('')
  const counts = useMemo(() => {
    const all = documents.flatMap((one) => one.chapters.flatMap((chapter) => chapter.clauses))
    return (which: Filter) => (which === 'all' ? all.length : all.filter((clause) => clause.status === which).length)
  }, [documents])
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = (clause: Clause) => {
    if (filter !== 'all' && clause.status !== filter) return false
    // Any of the three languages is found: people name a clause as they have learnt it.
    const text = [clause.id, ...Object.values(clause.title), ...Object.values(clause.text)].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  }
  const found = documents
    .map((one) => ({
      ...one,
      chapters: one.chapters
        .map((chapter) => ({ ...chapter, clauses: chapter.clauses.filter(fits) }))
        .filter((chapter) => chapter.clauses.length > 0),
    }))
    .filter((one) => one.chapters.length > 0)

  return (
    <>
      <div className="k-row">
        <Input
          className="k-rule-search"
          allowClear
          prefix={<SearchOutlined aria-hidden />}
          placeholder={t('rulebook.search')}
          aria-label={t('rulebook.search')}
          value={sought}
          onChange={({ target }) => setSought(target.value)}
        />
        <Segmented<Filter>
          className="k-rule-filter"
          value={filter}
          onChange={setFilter}
          aria-label={t('rulebook.filter')}
          options={FILTERS.map((value) => ({
            value,
            label: `${t(`rulebook.status.${value}`)} ${counts(value)}`,
          }))}
        />
      </div>
      {found.length === 0 && <Empty title={t('rulebook.noneFound')}>{t('rulebook.noneFoundWhy')}</Empty>}
      <div className="k-book">
        <nav className="k-book-nav" aria-label={t('rulebook.contents')}>
          {found.map((one) => (
            <section key={one.code}>
              <h2>{said(one.title)}</h2>
              <ul>
                {one.chapters.map((chapter) => (
                  <li key={chapter.id}>
                    <a href={`#${one.code}-${chapter.id}`}>
                      <span>{said(chapter.title)}</span> <span className="k-dim">{chapter.clauses.length}</span>
                    </a>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </nav>
        <div className="k-stack">
          {found.map((one) => (
            <section key={one.code} className="k-stack" aria-label={said(one.title)}>
              <DocumentHead document={one} />
              {one.chapters.map((chapter) => (
                <div key={chapter.id} id={`${one.code}-${chapter.id}`} className="k-chapter">
                  <Panel title={said(chapter.title)} side={<span className="k-dim k-small">{chapter.id}</span>}>
                    <ul className="k-clauses">
                      {chapter.clauses.map((clause) => (
                        <ClauseRow key={clause.id} clause={clause} />
                      ))}
                    </ul>
                  </Panel>
                </div>
              ))}
            </section>
          ))}
        </div>
      </div>
    </>
  )
}

function DocumentHead({ document }: { document: Documents[number] }) {
  const t = useWords()
  return (
    <header className="k-row">
      <h2 className="k-document">
        <Words of={document.title} />
      </h2>
      <span className="k-dim k-small">
        {t('rulebook.version', { n: document.version.number, day: longDay(document.version.effectiveOn) })}
      </span>
      {document.coming.map((version) => (
        <Mark key={version.versionId} tone="calm">
          {t('rulebook.coming', { n: version.number, day: longDay(version.effectiveOn) })}
        </Mark>
      ))}
    </header>
  )
}

function ClauseRow({ clause }: { clause: Clause }) {
  return (
    <li>
      <Link to="/rules/$clause" params={{ clause: clause.id }} className="k-clause-row">
        <span className="k-clause-id">{clause.id}</span>
        <span className="k-grow">
          <strong>
            <Words of={clause.title} />
          </strong>
          <span className="k-dim k-clause-text">
            <Words of={clause.text} />
          </span>
        </span>
        <StatusMark status={clause.status} />
      </Link>
    </li>
  )
}

const TONES: Readonly<Record<'built' | 'planned' | 'human', Tone>> = { built: 'good', planned: 'plain', human: 'calm' }

/** Whether the program does what a clause asks for. */
export function StatusMark({ status }: { status: 'built' | 'planned' | 'human' }) {
  const t = useWords()
  return <Mark tone={TONES[status]}>{t(`rulebook.status.${status}`)}</Mark>
}
