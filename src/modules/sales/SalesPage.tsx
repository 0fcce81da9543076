import { useQuery } from '@tanstack/react-query'
import { Input, Segmented } from 'antd'
import { type ComponentType, useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Field } from '../../ui/Field.tsx'
import { day, money, number, timeToSecond } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { MonthFigures, type Sale, StateMark, useToday, WeightMark } from './parts.tsx'
import { isOpen } from './rules.ts'
import { type CreditProps, SaleDrawer } from './SaleDrawer.tsx'

type Month = Awaited<ReturnType<typeof client.sales.month>>
type By = 'accepted' | 'issued'

const lastDay = (month: string) => Temporal.PlainYearMonth.from(month).toPlainDate({ day: 31 }).toString()

/** Cases of a month with their figures: an agent's own, a leader's of the groups below, the centre's for its officers. */
export function SalesPage({ Credit }: { Credit?: ComponentType<CreditProps> }) {
  const t = useWords()
  const me = useMe()
  const now = useToday()
  const [chosen, setChosen] = useState<string | null>(null)
  const [by, setBy] = useState<By>('accepted')
  const month = chosen ?? now.month
  const groups = holds(me, ['tl', 'um', 'deptManager', 'deputyGm', 'dataOfficer'])
  const seller = holds(me, ['tsr', 'tl'])
  return (
    <Page
      title={t('sales.title')}
      lead={t('sales.lead')}
      actions={
        <div className="s-filters">
          <Field label={t('sales.month')}>
            {(id) => (
              <Input
                id={id}
                type="month"
                value={month}
                max={now.month}
                onChange={({ target }) => setChosen(target.value || null)}
              />
            )}
          </Field>
        </div>
      }
    >
      {groups && <GroupMonth month={month} />}
      {seller && !groups && <OwnFigures month={month} />}
      <Panel
        title={t('sales.cases')}
        side={
          <Segmented<By>
            aria-label={t('sales.by')}
            value={by}
            onChange={setBy}
            options={(['accepted', 'issued'] as const).map((value) => ({ value, label: t(`sales.by.${value}`) }))}
          />
        }
      >
        <Cases month={month} by={by} named={groups || !seller} Credit={Credit} />
      </Panel>
    </Page>
  )
}

function OwnFigures({ month }: { month: string }) {
  const read = useQuery(api.sales.ownMonth.queryOptions({ input: { month } }))
  return (
    <Loaded read={read} rows={2}>
      {({ figures, asOf, brought }) => <MonthFigures figures={figures} asOf={asOf} brought={brought} />}
    </Loaded>
  )
}

/** The month by group and, for one's own groups, by agent; in the order of seats and names, not of results. [S5.1.4c] */
function GroupMonth({ month }: { month: string }) {
  const t = useWords()
  const columns = useMonthColumns<Month['agents'][number]>()
  const groupColumns = useMonthColumns<Month['groups'][number]>()
  const read = useQuery(api.sales.month.queryOptions({ input: { month } }))
  return (
    <Loaded read={read}>
      {(data) => (
        <>
          <MonthFigures figures={data.total} asOf={data.asOf} brought={data.brought} />
          {data.groups.length > 1 && (
            <Panel title={t('sales.byGroup')}>
              <Table
                rows={data.groups}
                label={t('sales.byGroup')}
                rowKey={({ groupId }) => groupId ?? ''}
                columns={[{ key: 'group', title: t('sales.group'), value: ({ group }) => group }, ...groupColumns]}
              />
            </Panel>
          )}
          {data.agents.length > 0 && (
            <Panel
              title={t('sales.byAgent')}
              side={<span className="k-asof">{t('ui.asOf', { at: timeToSecond(data.asOf) })}</span>}
            >
              <Table
                rows={data.agents}
                label={t('sales.byAgent')}
                rowKey={({ personId, groupId }) => `${personId} ${groupId}`}
                columns={[
                  { key: 'name', title: t('sales.agent'), value: ({ name }) => name },
                  { key: 'group', title: t('sales.group'), value: ({ group }) => group, filter: true },
                  ...columns,
                ]}
                search
                pageSize={20}
              />
            </Panel>
          )}
        </>
      )}
    </Loaded>
  )
}

/** The figures of a month as columns. */
function useMonthColumns<Row extends Month['groups'][number]>(): readonly Column<Row>[] {
  const t = useWords()
  const count = (key: 'accepted' | 'issued' | 'cancelled', minor = false) => ({
    ...{ key, title: t(`sales.figure.${key}`), minor },
    value: (row: Row) => row[key],
  })
  const amount = (key: 'acceptedStandard' | 'netStandard') => ({
    ...{ key, title: t(`sales.figure.${key}`), align: 'right' as const },
    value: (row: Row) => Number(row[key]),
    show: (row: Row) => <span className="k-digits">{money(row[key])}</span>,
  })
  return [
    count('accepted'),
    amount('acceptedStandard'),
    count('issued'),
    count('cancelled', true),
    amount('netStandard'),
  ]
}

type CasesProps = { month: string; by: By; named: boolean; Credit: ComponentType<CreditProps> | undefined }

function Cases({ month, by, named, Credit }: CasesProps) {
  const t = useWords()
  const said = useSaid()
  const [open, setOpen] = useState<string | null>(null)
  const { today } = useToday()
  const read = useQuery(api.sales.list.queryOptions({ input: { from: `${month}-01`, to: lastDay(month), by } }))
  const age = ({ acceptedOn }: Sale) =>
    Temporal.PlainDate.from(acceptedOn).until(Temporal.PlainDate.from(today), { largestUnit: 'days' }).days
  const columns: Column<Sale>[] = [
    {
      key: 'applicationNo',
      title: t('sales.applicationNo'),
      value: ({ applicationNo }) => applicationNo,
      show: ({ applicationNo }) => <span className="k-digits">{applicationNo}</span>,
    },
    {
      key: 'acceptedOn',
      title: t('sales.acceptedOn'),
      value: ({ acceptedAt }) => acceptedAt,
      show: ({ acceptedOn }) => <span className="k-digits">{day(acceptedOn)}</span>,
      sorted: 'descend',
    },
    ...(named
      ? [
          { key: 'agent', title: t('sales.agent'), value: ({ agent }: Sale) => agent, filter: true },
          { key: 'group', title: t('sales.group'), value: ({ group }: Sale) => group, filter: true, minor: true },
        ]
      : []),
    { key: 'product', title: t('sales.product'), value: ({ product }) => said(product), filter: true },
    {
      key: 'payWay',
      title: t('sales.payWay'),
      value: ({ payWay }) => payWay,
      name: (way) => t(`catalog.way.${way}`),
      filter: true,
      minor: true,
    },
    ...(['raw', 'annual', 'standard'] as const).map((key) => ({
      ...{ key, title: t(`sales.${key === 'raw' ? 'rawPremium' : key}`), align: 'right' as const },
      minor: key !== 'standard',
      value: (sale: Sale) => Number(sale[key]),
      show: (sale: Sale) => <span className="k-digits">{money(sale[key])}</span>,
    })),
    {
      key: 'state',
      title: t('sales.stateNow'),
      value: ({ state }) => state,
      name: (state) => t(`sales.state.${state}`),
      show: ({ state, weight }) => (
        <>
          <StateMark state={state} /> {Number(weight) !== 1 && <WeightMark weight={weight} />}
        </>
      ),
      filter: true,
    },
    {
      key: 'days',
      title: t('sales.openDays'),
      value: (sale) => (isOpen(sale.state) ? age(sale) : null),
      show: (sale) => (isOpen(sale.state) ? number(age(sale)) : '–'),
      align: 'right',
      minor: true,
    },
    {
      key: 'issuedOn',
      title: t('sales.issuedOn'),
      value: ({ issuedOn }) => issuedOn,
      show: ({ issuedOn }) => (issuedOn ? <span className="k-digits">{day(issuedOn)}</span> : '–'),
      minor: true,
    },
  ]
  return (
    <Loaded read={read}>
      {({ sales, more }) => (
        <>
          {more && <p className="k-dim">{t('sales.more', { count: sales.length })}</p>}
          <Table
            rows={sales}
            columns={columns}
            rowKey={({ id }) => id}
            label={t('sales.cases')}
            search
            onRow={({ id }) => setOpen(id)}
            empty={<Empty title={t('sales.noCases')}>{t('sales.noCasesWhy')}</Empty>}
          />
          {open && <SaleDrawer id={open} Credit={Credit} onClose={() => setOpen(null)} />}
        </>
      )}
    </Loaded>
  )
}
