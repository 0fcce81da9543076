import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { holds, useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { day, money, number, percent } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { StateMark } from '../sales/parts.tsx'
import { FollowDrawer } from './FollowDrawer.tsx'
import './issuing.css'

export type Waiting = Awaited<ReturnType<typeof client.issuing.waiting>>
export type WaitingCase = Waiting['cases'][number]

const isDue = ({ nextOn }: WaitingCase, today: string) => nextOn !== null && nextOn <= today

/** Accepted cases not issued yet, with why and what comes next; by group with the issue rate. [S4.2.3b] */
export function WaitingPage() {
  const t = useWords()
  const read = useQuery(api.issuing.waiting.queryOptions({ input: {} }))
  return (
    <Page title={t('issuing.title')} lead={t('issuing.lead')} clause="S4.2.3b" asOf={read.data?.asOf ?? null}>
      <Loaded read={read}>
        {(data) => (
          <>
            <Sums data={data} />
            {data.groups.length > 1 && <Groups data={data} />}
            <Cases data={data} />
            {data.coolingOff.length > 0 && <CoolingOff data={data} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** Two counts as a share, or nothing where there is none to divide by. */
const rateOf = (issued: number, accepted: number) => (accepted > 0 ? percent(issued / accepted, 1) : '–')

function Sums({ data: { groups, cohort, asOf } }: { data: Waiting }) {
  const t = useWords()
  const count = (key: 'waiting' | 'due' | 'withoutReason' | 'accepted' | 'issued') =>
    groups.reduce((sum, group) => sum + group[key], 0)
  const amount = (key: 'waitingStandard' | 'acceptedStandard' | 'issuedStandard') =>
    groups.reduce((sum, group) => sum + Number(group[key]), 0)
  const [accepted, issued] = [count('accepted'), count('issued')]
  return (
    <Figures>
      <Figure
        label={t('issuing.waiting')}
        value={number(count('waiting'))}
        formula={t('issuing.formula.waiting')}
        asOf={asOf}
      />
      <Figure
        label={t('issuing.waitingStandard')}
        value={money(amount('waitingStandard'))}
        formula={t('issuing.formula.standard')}
        asOf={asOf}
      />
      <Figure label={t('issuing.due')} value={number(count('due'))} formula={t('issuing.formula.due')} asOf={asOf} />
      <Figure
        label={t('issuing.withoutReason')}
        value={number(count('withoutReason'))}
        formula={t('issuing.formula.bare')}
        asOf={asOf}
      />
      {cohort && (
        <Figure
          label={t('issuing.rate')}
          value={rateOf(issued, accepted)}
          formula={t('issuing.formula.rate', { first: day(cohort.first), last: day(cohort.last) })}
          asOf={asOf}
          beside={
            accepted > 0
              ? t('issuing.ratePremium', { share: rateOf(amount('issuedStandard'), amount('acceptedStandard')) })
              : t('issuing.tooYoung')
          }
        />
      )}
    </Figures>
  )
}

/** The groups in the order of the tree, not by result. */
function Groups({ data: { groups } }: { data: Waiting }) {
  const t = useWords()
  return (
    <Panel title={t('issuing.byGroup')}>
      <Table
        label={t('issuing.byGroup')}
        rows={groups}
        rowKey={({ groupId }) => groupId ?? ''}
        columns={[
          { key: 'group', title: t('issuing.group'), value: ({ group }) => group },
          { key: 'waiting', title: t('issuing.waiting'), value: (row) => row.waiting },
          {
            ...{ key: 'standard', title: t('issuing.waitingStandard'), align: 'right' },
            value: (row) => Number(row.waitingStandard),
            show: (row) => <span className="k-digits">{money(row.waitingStandard)}</span>,
          },
          { key: 'due', title: t('issuing.due'), value: (row) => row.due },
          { key: 'bare', title: t('issuing.withoutReason'), value: (row) => row.withoutReason, minor: true },
          {
            ...{ key: 'rate', title: t('issuing.rate'), align: 'right' },
            value: ({ issued, accepted }) => (accepted > 0 ? issued / accepted : null),
            show: ({ issued, accepted }) => (
              <>
                <span className="k-digits">{rateOf(issued, accepted)}</span>
                {accepted > 0 && (
                  <span className="k-dim k-small"> {t('issuing.rateOf', { count: issued, accepted })}</span>
                )}
              </>
            ),
          },
        ]}
      />
    </Panel>
  )
}

function Cases({ data: { cases, more, today } }: { data: Waiting }) {
  const t = useWords()
  const me = useMe()
  const said = useSaid()
  const [open, setOpen] = useState<string | null>(null)
  const named = holds(me, ['tl', 'um', 'deptManager', 'dataOfficer', 'deputyGm'])
  const columns: Column<WaitingCase>[] = [
    {
      ...{ key: 'number', title: t('issuing.applicationNo') },
      value: ({ applicationNo }) => applicationNo,
      show: ({ applicationNo }) => <span className="k-digits">{applicationNo}</span>,
    },
    ...(named
      ? [
          { key: 'agent', title: t('issuing.agent'), value: ({ agent }: WaitingCase) => agent, filter: true },
          {
            key: 'group',
            title: t('issuing.group'),
            value: ({ group }: WaitingCase) => group,
            filter: true,
            minor: true,
          },
        ]
      : []),
    {
      ...{ key: 'reason', title: t('issuing.reason'), filter: true },
      value: ({ reason }) => reason,
      name: (reason) => (reason ? t(`issuing.reason.${reason}`) : t('issuing.noReason')),
      show: ({ reason }) => (reason ? t(`issuing.reason.${reason}`) : <Mark tone="warn">{t('issuing.noReason')}</Mark>),
    },
    {
      ...{ key: 'nextOn', title: t('issuing.nextStep') },
      value: ({ nextOn }) => nextOn,
      show: (row) =>
        row.nextStep || row.nextOn ? (
          <span className="i-next">
            {row.nextOn && <Mark tone={isDue(row, today) ? 'warn' : 'plain'}>{day(row.nextOn)}</Mark>} {row.nextStep}
          </span>
        ) : (
          '–'
        ),
    },
    {
      ...{ key: 'age', title: t('issuing.age'), align: 'right' },
      value: ({ age }) => age,
      show: ({ age }) => <span className="k-digits">{t('issuing.days', { count: age })}</span>,
    },
    { key: 'product', title: t('issuing.product'), value: ({ product }) => said(product), minor: true },
    {
      ...{ key: 'standard', title: t('issuing.standard'), align: 'right', minor: true },
      value: ({ standard }) => Number(standard),
      show: ({ standard }) => <span className="k-digits">{money(standard)}</span>,
    },
    {
      ...{ key: 'state', title: t('issuing.state'), filter: true, minor: true },
      value: ({ state }) => state,
      name: (state) => t(`sales.state.${state}`),
      show: ({ state }) => <StateMark state={state} />,
    },
    {
      ...{ key: 'acceptedOn', title: t('issuing.acceptedOn'), minor: true },
      value: ({ acceptedOn }) => acceptedOn,
      show: ({ acceptedOn }) => <span className="k-digits">{day(acceptedOn)}</span>,
    },
  ]
  const chosen = cases.find(({ saleId }) => saleId === open)
  return (
    <Panel title={t('issuing.cases')}>
      {more && <p className="k-dim">{t('issuing.more', { count: cases.length })}</p>}
      <Table
        label={t('issuing.cases')}
        rows={cases}
        columns={columns}
        rowKey={({ saleId }) => saleId}
        search
        onRow={({ saleId }) => setOpen(saleId)}
        empty={<Empty title={t('issuing.none')}>{t('issuing.noneWhy')}</Empty>}
      />
      {chosen && <FollowDrawer key={chosen.saleId} of={chosen} today={today} onClose={() => setOpen(null)} />}
    </Panel>
  )
}

/** Policies that the customer may still cancel for a full refund, the next end first. */
function CoolingOff({ data: { coolingOff, today } }: { data: Waiting }) {
  const t = useWords()
  const said = useSaid()
  const left = (until: string) =>
    Temporal.PlainDate.from(today).until(Temporal.PlainDate.from(until), { largestUnit: 'days' }).days
  return (
    <Panel title={t('issuing.coolingOff')}>
      <Table
        label={t('issuing.coolingOff')}
        rows={coolingOff}
        rowKey={({ saleId }) => saleId}
        pageSize={20}
        columns={[
          {
            ...{ key: 'number', title: t('issuing.applicationNo') },
            value: ({ applicationNo }) => applicationNo,
            show: ({ applicationNo }) => <span className="k-digits">{applicationNo}</span>,
          },
          { key: 'agent', title: t('issuing.agent'), value: ({ agent }) => agent, filter: true },
          {
            ...{ key: 'until', title: t('issuing.until') },
            value: ({ until }) => until,
            show: ({ until }) => <span className="k-digits">{day(until)}</span>,
          },
          {
            ...{ key: 'left', title: t('issuing.daysLeft'), align: 'right' },
            value: ({ until }) => left(until),
          },
          { key: 'product', title: t('issuing.product'), value: ({ product }) => said(product), minor: true },
          {
            ...{ key: 'deliveredOn', title: t('issuing.deliveredOn'), minor: true },
            value: ({ deliveredOn }) => deliveredOn,
            show: ({ deliveredOn }) => <span className="k-digits">{day(deliveredOn)}</span>,
          },
          {
            ...{ key: 'standard', title: t('issuing.standard'), align: 'right', minor: true },
            value: ({ standard }) => Number(standard),
            show: ({ standard }) => <span className="k-digits">{money(standard)}</span>,
          },
        ]}
      />
    </Panel>
  )
}
