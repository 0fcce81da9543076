import { Input } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { day, dayAndTime, number } from '../../ui/format.ts'
import { type Column, Table } from '../../ui/Table.tsx'

type Finding = Awaited<ReturnType<typeof client.credit.findings>>['findings'][number]

const IS_DAY = /^\d{4}-\d\d-\d\d$/

/** What somebody saw who looked into it, or the field to say so. */
function LookedInto({ finding }: { finding: Finding }) {
  const t = useWords()
  const look = useCommand(api.credit.lookInto)
  const [note, setNote] = useState<string | null>(null)
  if (finding.note !== null && note === null)
    return (
      <span>
        {finding.note}{' '}
        <span className="k-dim k-small">
          {finding.lookedBy} {finding.lookedAt && dayAndTime(finding.lookedAt)}
        </span>
      </span>
    )
  return (
    <span className="c-note">
      <Input
        size="small"
        aria-label={t('credit.note')}
        placeholder={t('credit.notePlaceholder')}
        value={note ?? ''}
        maxLength={1000}
        onChange={({ target }) => setNote(target.value)}
      />
      <Action
        size="small"
        busy={look.busy}
        disabledReason={note?.trim() ? null : t('credit.noteFirst')}
        onClick={async () => {
          if (await look.run({ findingId: finding.id, note: (note ?? '').trim() })) setNote(null)
        }}
      >
        {t('credit.lookedInto')}
      </Action>
    </span>
  )
}

/** What the detectors found. A finding accuses nobody: it says where to look. */
export function Findings({ findings, onOpen }: { findings: readonly Finding[]; onOpen: (saleId: string) => void }) {
  const t = useWords()
  const facts = ({ kind, facts: known }: Finding) =>
    t(
      `credit.finding.${kind}.says`,
      Object.fromEntries(
        Object.entries(known).map(([key, value]) => {
          if (key.toLowerCase().endsWith('seconds')) return [key, number(Math.round(Number(value) / 60))]
          return [key, typeof value === 'string' && IS_DAY.test(value) ? day(value) : (value ?? '–')]
        }),
      ),
    )
  const columns: Column<Finding>[] = [
    {
      key: 'applicationNo',
      title: t('sales.applicationNo'),
      value: ({ applicationNo }) => applicationNo,
      show: ({ applicationNo, saleId }) => (
        <button type="button" className="k-link k-digits" onClick={() => onOpen(saleId)}>
          {applicationNo}
        </button>
      ),
    },
    { key: 'agent', title: t('sales.agent'), value: ({ agent }) => agent, filter: true },
    { key: 'group', title: t('sales.group'), value: ({ group }) => group, filter: true, minor: true },
    {
      key: 'kind',
      title: t('credit.finding'),
      value: ({ kind }) => kind,
      name: (kind) => t(`credit.finding.${kind}`),
      show: (finding) => (
        <span className="c-cell">
          {t(`credit.finding.${finding.kind}`)} <span className="k-dim k-small">{facts(finding)}</span>
        </span>
      ),
      filter: true,
    },
    {
      key: 'foundOn',
      title: t('credit.foundOn'),
      value: ({ foundOn }) => foundOn,
      show: ({ foundOn }) => <span className="k-digits">{day(foundOn)}</span>,
      minor: true,
    },
    {
      key: 'note',
      title: t('credit.note'),
      value: ({ note }) => note,
      show: (finding) => <LookedInto finding={finding} />,
    },
  ]
  return (
    <div className="k-stack">
      <p className="k-dim k-small">{t('credit.findingsLead')}</p>
      <Table
        rows={findings}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('credit.findings')}
        pageSize={20}
        empty={<Empty title={t('credit.noFindings')}>{t('credit.noFindingsWhy')}</Empty>}
      />
    </div>
  )
}
