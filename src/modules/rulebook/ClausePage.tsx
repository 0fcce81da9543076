import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Popover } from 'antd'
import { api, type client } from '../../client/api.ts'
import { useMe } from '../../client/me.ts'
import { codeOf } from '../../client/queries.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { longDay } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { useSaid, Words } from '../../ui/Words.tsx'
import { ClauseDecisions, ClauseVersions } from './ClausePast.tsx'
import { FigureEditor } from './FigureEditor.tsx'
import { FigureValue, figureName } from './FigureValue.tsx'
import { StatusMark } from './RulebookPage.tsx'
import './rulebook.css'

export type Clause = Awaited<ReturnType<typeof client.rulebook.clause>>

/** One clause: what it says, what Kaibo does about it, its figures and their past, and what it decided this week. */
export function ClausePage() {
  const t = useWords()
  const { clause: id } = useParams({ from: '/rules/$clause' })
  const read = useQuery(api.rulebook.clause.queryOptions({ input: { id } }))
  if (codeOf(read.error) === 'NOT_FOUND')
    return (
      <Page title={id}>
        <Empty title={t('rulebook.noClause', { id })} action={<Link to="/rules">{t('rulebook.toBook')}</Link>}>
          {t('rulebook.noClauseWhy')}
        </Empty>
      </Page>
    )
  return <Loaded read={read}>{(clause) => <Shown key={clause.id} clause={clause} />}</Loaded>
}

function Shown({ clause }: { clause: Clause }) {
  const t = useWords()
  const said = useSaid()
  const { roles } = useMe()
  return (
    <Page
      title={`${clause.id} ${said(clause.title)}`}
      lead={
        <>
          <Link to="/rules">{said(clause.documentTitle)}</Link> › {said(clause.chapter.title)}
        </>
      }
      actions={<StatusMark status={clause.status} />}
    >
      <div className="k-clause-page">
        <div className="k-stack">
          <Panel title={t('rulebook.text')}>
            <p className="k-reading">
              <Words of={clause.text} />
            </p>
            <h3>{t(clause.status === 'human' ? 'rulebook.leftToPeople' : 'rulebook.does')}</h3>
            <p className="k-reading">
              <Words of={clause.does} />
            </p>
            {clause.status === 'planned' && <p className="k-dim">{t('rulebook.plannedWhy')}</p>}
            {clause.note && (
              <>
                <h3>{t('rulebook.note')}</h3>
                <p className="k-reading">
                  <Words of={clause.note} />
                </p>
              </>
            )}
          </Panel>
          <ClauseVersions clause={clause} />
        </div>
        <div className="k-stack">
          {clause.figures.length > 0 && <Figures clause={clause} />}
          {roles.includes('deptManager') && <FigureEditor clause={clause} />}
        </div>
      </div>
      {clause.status !== 'human' && <ClauseDecisions clause={clause.id} />}
    </Page>
  )
}

function Figures({ clause }: { clause: Clause }) {
  const t = useWords()
  return (
    <Panel
      title={t('rulebook.figures')}
      side={clause.id === 'S4.4.3' && <Link to="/timetable">{t('rulebook.toTimetable')}</Link>}
    >
      <dl className="k-figures-of">
        {clause.figures.map(({ key, value, stands }) => (
          <div key={key}>
            <dt>{figureName(t, key)}</dt>
            <dd>
              <FigureValue name={key} value={value} />
            </dd>
            <Stands name={key} stands={stands} day={clause.day} />
          </div>
        ))}
      </dl>
    </Panel>
  )
}

/** What of a figure is coming, and what it was before. */
function Stands({ name, stands, day }: { name: string; stands: Clause['figures'][number]['stands']; day: string }) {
  const t = useWords()
  const coming = stands.filter((stand) => stand.effectiveOn > day)
  const past = stands.slice(coming.length)
  return (
    <dd className="k-dim k-small">
      {coming.map((stand) => (
        <Mark key={stand.number} tone="calm">
          {t('rulebook.from', { day: longDay(stand.effectiveOn) })} <FigureValue name={name} value={stand.value} />
        </Mark>
      ))}
      {past.length > 1 ? (
        <Popover
          trigger={['click']}
          title={t('rulebook.past')}
          content={
            <ul className="k-list">
              {past.map((stand) => (
                <li key={stand.number}>
                  <span className="k-dim">{t('rulebook.from', { day: longDay(stand.effectiveOn) })}</span>{' '}
                  <FigureValue name={name} value={stand.value} />
                </li>
              ))}
            </ul>
          }
        >
          <button type="button" className="k-link">
            {t('rulebook.changed', { day: longDay(past[0]!.effectiveOn) })}
          </button>
        </Popover>
      ) : (
        coming.length === 0 && t('rulebook.unchanged')
      )}
    </dd>
  )
}
