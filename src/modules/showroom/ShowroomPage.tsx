import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { dayAndTime } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { DealDrawer } from './DealDrawer.tsx'
import { type Deal, StateMark } from './parts.tsx'

/** Customers on their way to a car: one's own, or those of the house. */
export function ShowroomPage() {
  const t = useWords()
  const read = useQuery(api.showroom.deals.queryOptions({ input: {} }))
  const [opened, setOpened] = useState<string | null>(null)
  return (
    <Page title={t('showroom.title')} lead={t('showroom.lead')} clause="S2.2.1" asOf={read.data?.asOf ?? null}>
      <Loaded read={read}>{({ deals }) => <List deals={deals} onOpen={setOpened} />}</Loaded>
      {opened && <DealDrawer id={opened} onClose={() => setOpened(null)} />}
    </Page>
  )
}

function List({ deals, onOpen }: { deals: readonly Deal[]; onOpen: (id: string) => void }) {
  const t = useWords()
  const said = useSaid()
  const columns: Column<Deal>[] = [
    {
      key: 'customer',
      title: t('showroom.customer'),
      value: ({ customer }) => customer,
      show: ({ customer, phone }) => (
        <span>
          {customer ?? t('showroom.noName')} <span className="k-dim k-digits">{phone}</span>
        </span>
      ),
    },
    {
      key: 'state',
      title: t('showroom.stateNow'),
      value: ({ state }) => state,
      name: (state) => t(`showroom.state.${String(state)}`),
      show: ({ state }) => <StateMark state={state} />,
      filter: true,
    },
    {
      key: 'appointment',
      title: t('showroom.appointmentAt'),
      value: ({ appointedAt }) => appointedAt,
      show: ({ appointedAt }) => <span className="k-digits">{appointedAt ? dayAndTime(appointedAt) : '–'}</span>,
    },
    {
      key: 'model',
      title: t('showroom.model'),
      value: ({ product }) => (product ? said(product) : null),
      filter: true,
      minor: true,
    },
    { key: 'order', title: t('showroom.orderNo'), value: ({ orderNo }) => orderNo, minor: true },
    { key: 'agent', title: t('showroom.agent'), value: ({ agent }) => agent, filter: true, minor: true },
    { key: 'sales', title: t('showroom.sales'), value: ({ sales }) => sales, filter: true },
    {
      key: 'last',
      title: t('showroom.last'),
      value: ({ lastAt }) => lastAt,
      show: ({ lastAt, lastKind }) => `${t(`showroom.kind.${lastKind}`)} ${dayAndTime(lastAt)}`,
      minor: true,
    },
  ]
  return (
    <Table
      label={t('showroom.title')}
      rows={deals}
      columns={columns}
      rowKey={({ id }) => id}
      onRow={({ id }) => onOpen(id)}
      search
      empty={<Empty title={t('showroom.none')}>{t('showroom.noneFirst')}</Empty>}
    />
  )
}
