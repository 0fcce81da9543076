import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Figure } from '../../ui/Figure.tsx'
import { dayAndTime, longDay, number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark, type Tone } from '../../ui/Mark.tsx'
import { Panel } from '../../ui/Page.tsx'
import { useReasonText } from '../../ui/Reasons.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import type { Clause } from './ClausePage.tsx'
import { FigureValue, figureName } from './FigureValue.tsx'

type Decisions = Awaited<ReturnType<typeof client.rulebook.decisions>>
type Decision = Decisions['latest'][number]

/** What a clause decided in the last seven days: how often it allowed and refused, why, and the latest of them. */
export function ClauseDecisions({ clause }: { clause: string }) {
  const t = useWords()
  const read = useQuery({ ...api.rulebook.decisions.queryOptions({ input: { clause } }), staleTime: 15_000 })
  return (
    <Panel title={t('rulebook.decisions')} side={<span className="k-dim k-small">{t('rulebook.decisionsScope')}</span>}>
      <Loaded read={read}>{(decisions) => <Week decisions={decisions} clause={clause} />}</Loaded>
    </Panel>
  )
}

function Week({ decisions, clause }: { decisions: Decisions; clause: string }) {
  const t = useWords()
  const textOf = useReasonText()
  const { allowed, refused, byCode, latest, asOf } = decisions
  const reasonsOf = (decision: Decision) => decision.reasons.map((reason) => textOf({ ...reason, clause })).join(' ')
  /** A refusal is named by how it was last worded; one that is not among the latest by its code. */
  const sample = (code: string) => {
    const reason = latest.flatMap((one) => one.reasons).find((one) => one.code === code)
    return reason ? textOf({ ...reason, clause }) : code
  }
  const columns: Column<Decision>[] = [
    { key: 'at', title: t('rulebook.at'), value: (one) => one.at, show: (one) => dayAndTime(one.at) },
    {
      key: 'answer',
      title: t('rulebook.answer'),
      value: (one) => t(one.allowed ? 'rulebook.allowed' : 'rulebook.refused'),
      show: (one) => (
        <Mark tone={one.allowed ? 'good' : 'bad'}>{t(one.allowed ? 'rulebook.allowed' : 'rulebook.refused')}</Mark>
      ),
      filter: true,
    },
    { key: 'who', title: t('rulebook.who'), value: (one) => one.actor ?? t('rulebook.house'), filter: true },
    {
      key: 'what',
      title: t('rulebook.what'),
      value: (one) => t([`operation.${one.operation}`, one.operation]),
    },
    {
      key: 'subject',
      title: t('rulebook.subject'),
      value: (one) => one.subject.name ?? t([`rulebook.subject.${one.subject.kind}`, '']),
    },
    {
      key: 'why',
      title: t('rulebook.why'),
      value: (one) => reasonsOf(one),
      show: (one) => <span className="k-why">{reasonsOf(one) || '–'}</span>,
    },
    {
      key: 'version',
      title: t('rulebook.versionShort'),
      value: (one) => one.versionNumber,
      minor: true,
      align: 'right',
    },
  ]
  if (allowed + refused === 0) return <Empty title={t('rulebook.noDecisions')}>{t('rulebook.noDecisionsWhy')}</Empty>
  return (
    <>
      <div className="k-figures">
        <Figure
          label={t('rulebook.allowed')}
          value={number(allowed)}
          formula={t('rulebook.decisionsFormula')}
          asOf={asOf}
        />
        <Figure
          label={t('rulebook.refused')}
          value={number(refused)}
          formula={t('rulebook.decisionsFormula')}
          asOf={asOf}
        />
      </div>
      {byCode.length > 0 && (
        <ul className="k-list">
          {byCode.map(({ code, times }) => (
            <li key={code} className="k-row">
              <strong className="k-digits">{number(times)}</strong>
              <span className="k-grow">{sample(code)}</span>
            </li>
          ))}
        </ul>
      )}
      <Table
        rows={latest}
        columns={columns}
        rowKey={(one) => one.id}
        label={t('rulebook.decisions')}
        pageSize={10}
        side={<span className="k-dim k-small">{t('rulebook.latest', { count: latest.length })}</span>}
      />
    </>
  )
}

const TONES: Readonly<Record<'inForce' | 'coming' | 'past', Tone>> = { inForce: 'good', coming: 'calm', past: 'plain' }

/** The versions of the document a clause stands in: from when, by whom, why, and what each changed. */
export function ClauseVersions({ clause }: { clause: Clause }) {
  const t = useWords()
  const [open, setOpen] = useState<number | null>(null)
  return (
    <Panel title={t('rulebook.versions')}>
      <ul className="k-list">
        {clause.versions.map((version) => (
          <li key={version.versionId} className="k-version">
            <div className="k-row">
              <strong>{t('rulebook.version', { n: version.number, day: longDay(version.effectiveOn) })}</strong>
              <Mark tone={TONES[version.state]}>{t(`rulebook.state.${version.state}`)}</Mark>
              {version.changed && version.number > 1 && <Mark tone="accent">{t('rulebook.changedHere')}</Mark>}
            </div>
            <span className="k-dim k-small">
              {version.by
                ? t('rulebook.publishedBy', { name: version.by, at: dayAndTime(version.publishedAt) })
                : t('rulebook.shipped')}
            </span>
            {version.why && <p>{version.why}</p>}
            {version.number > 1 && (
              <button
                type="button"
                className="k-link k-small"
                aria-expanded={open === version.number}
                onClick={() => setOpen(open === version.number ? null : version.number)}
              >
                {t(open === version.number ? 'rulebook.hideChanges' : 'rulebook.showChanges')}
              </button>
            )}
            {open === version.number && <Changes documentCode={clause.documentCode} to={version.number} />}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** What a version changed against the one before it. */
function Changes({ documentCode, to }: { documentCode: string; to: number }) {
  const t = useWords()
  const read = useQuery(api.rulebook.difference.queryOptions({ input: { documentCode, from: to - 1, to } }))
  return (
    <Loaded read={read} rows={2}>
      {({ figures, texts }) => (
        <ul className="k-changes">
          {figures.map(({ clause, key, before, after }) => (
            <li key={key}>
              <h3>
                {clause} {figureName(t, key)}
              </h3>
              <div className="k-before">
                <FigureValue name={key} value={before} />
              </div>
              <div className="k-after">
                <FigureValue name={key} value={after} />
              </div>
            </li>
          ))}
          {texts.map(({ clause, field }) => (
            <li key={`${clause} ${field}`}>
              {t('rulebook.textChanged', { clause, field: t(`rulebook.part.${field}`) })}
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  )
}
