import { useState } from 'react'
import type { client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { dayAndTime } from '../../ui/format.ts'
import { Mark } from '../../ui/Mark.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { CorrectEntry } from './CorrectEntry.tsx'
import { mayCorrect } from './rules.ts'

type Entry = Awaited<ReturnType<typeof client.customers.doNotCall>>['entries'][number]

function StateMark({ entry }: { entry: Entry }) {
  const t = useWords()
  if (entry.correcting) return <Mark tone="calm">{t('customers.state.correcting')}</Mark>
  if (entry.corrected) return <Mark>{t('customers.state.corrected')}</Mark>
  return <Mark tone="warn">{t('customers.state.stands')}</Mark>
}

/** Entries as a table, with the way to correct a slip of the hand for the one who may. */
export function Entries({ entries }: { entries: readonly Entry[] }) {
  const t = useWords()
  const me = useMe()
  const [wrong, setWrong] = useState<Entry | null>(null)
  const columns: Column<Entry>[] = [
    { key: 'masked', title: t('customers.number'), value: (row) => row.masked },
    {
      key: 'state',
      title: t('customers.state'),
      value: (row) => (row.correcting ? 'correcting' : row.corrected ? 'corrected' : 'stands'),
      show: (row) => <StateMark entry={row} />,
    },
    { key: 'list', title: t('customers.list'), value: (row) => t(`customers.list.${row.list}`) },
    { key: 'reason', title: t('customers.reason'), value: (row) => t(`customers.reason.${row.reason}`), filter: true },
    { key: 'since', title: t('customers.since'), value: (row) => row.since, show: (row) => dayAndTime(row.since) },
    { key: 'by', title: t('customers.recordedBy'), value: (row) => row.recordedBy, filter: true, minor: true },
    { key: 'note', title: t('customers.note'), value: (row) => row.note, minor: true },
    ...(holds(me, ['deptManager'])
      ? [
          {
            key: 'correct',
            title: t('customers.correct'),
            value: () => '',
            show: (row: Entry) => (
              <Action size="small" disabledReason={mayCorrect(row)} onClick={() => setWrong(row)}>
                {t('customers.correct')}
              </Action>
            ),
          },
        ]
      : []),
  ]
  return (
    <>
      <Table
        rows={entries}
        columns={columns}
        rowKey={(row) => row.id}
        label={t('customers.doNotCall')}
        pageSize={0}
        empty={<Empty title={t('customers.empty')}>{t('customers.empty.first')}</Empty>}
      />
      {wrong && <CorrectEntry entry={wrong} onClose={() => setWrong(null)} />}
    </>
  )
}
