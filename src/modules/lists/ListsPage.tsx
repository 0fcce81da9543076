import { PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { day, dayAndTime } from '../../ui/format.ts'
import { Page, Panel } from '../../ui/Page.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { BatchDrawer } from './BatchDrawer.tsx'
import { type Batch, Progress, StateMark } from './BatchProgress.tsx'
import { RESULTS } from './rules.ts'

/** Every list that came in: what it is, how far its import is, what became of its rows. */
export function ListsPage() {
  const t = useWords()
  const said = useSaid()
  const me = useMe()
  const go = useNavigate()
  const [open, setOpen] = useState<string | null>(null)
  const read = useQuery(api.lists.batches.queryOptions({ input: {} }))
  const columns: readonly Column<Batch>[] = [
    { key: 'name', title: t('lists.name'), value: ({ name }) => name, show: (batch) => <strong>{batch.name}</strong> },
    {
      key: 'state',
      title: t('lists.state'),
      value: ({ state }) => state,
      name: (state) => t(`lists.state.${state}`),
      filter: true,
      show: (batch) => (batch.state === 'importing' ? <Progress batch={batch} /> : <StateMark state={batch.state} />),
      width: 170,
    },
    ...RESULTS.map((result): Column<Batch> => {
      const key = result.toLowerCase() as 'good' | 'bad' | 'dup' | 'inv' | 'dnc'
      return { key, title: t(`lists.result.${result}`), value: (batch) => batch[key], align: 'right' }
    }),
    { key: 'grade', title: t('lists.grade'), value: ({ grade }) => grade, filter: true, minor: true },
    {
      key: 'product',
      title: t('lists.product'),
      value: ({ product }) => (product ? said(product) : null),
      filter: true,
      minor: true,
    },
    { key: 'source', title: t('lists.source'), value: ({ source }) => source, filter: true, minor: true },
    {
      key: 'expiresOn',
      title: t('lists.expiresOn'),
      value: ({ expiresOn }) => expiresOn,
      show: ({ expiresOn }) => (expiresOn ? day(expiresOn) : '–'),
      minor: true,
    },
    {
      key: 'createdAt',
      title: t('lists.created'),
      value: ({ createdAt }) => createdAt,
      show: ({ createdAt }) => dayAndTime(createdAt),
      sorted: 'descend',
      minor: true,
    },
  ]
  const start = holds(me, ['dataOfficer']) && (
    <Action type="primary" icon={<PlusOutlined />} onClick={() => void go({ to: '/lists/import' })}>
      {t('lists.new')}
    </Action>
  )
  return (
    <Page title={t('lists.title')} lead={t('lists.lead')} clause="S4.4.10a" actions={start}>
      <Panel>
        <Table<Batch>
          label={t('lists.title')}
          rows={read.data?.batches}
          loading={read.isPending}
          columns={columns}
          rowKey={({ id }) => id}
          onRow={({ id }) => setOpen(id)}
          search
          empty={
            <Empty title={t('lists.none')} action={start}>
              {t('lists.noneFirst')}
            </Empty>
          }
        />
      </Panel>
      {open && <BatchDrawer batchId={open} onClose={() => setOpen(null)} />}
    </Page>
  )
}
