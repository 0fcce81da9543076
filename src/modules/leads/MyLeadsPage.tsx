import { useQuery } from '@tanstack/react-query'
import { Segmented, Tooltip } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useMe } from '../../client/me.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { dayAndTime, number, percent } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { Reasons } from '../../ui/Reasons.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { LeadDrawer } from './LeadDrawer.tsx'
import { KindMark, LeadList } from './LeadList.tsx'
import { OpenLots } from './Lots.tsx'
import './leads.css'

type Due = Awaited<ReturnType<typeof client.leads.due>>
type DueLead = Due['leads'][number]

/** An agent's own leads: what is due now and why something may not be called yet, what is in hand, what is done with. */
export function MyLeadsPage() {
  const t = useWords()
  const me = useMe()
  const [shown, setShown] = useState<'due' | 'all'>('due')
  const [lead, setLead] = useState<string | null>(null)
  const read = useQuery({
    ...api.leads.due.queryOptions({ input: {} }),
    // Leads fall due by the clock, which tells nobody.
    refetchInterval: 60_000,
  })
  return (
    <Page title={t('leads.mine.title')} lead={t('leads.mine.lead')} clause="S4.4.10b">
      <OpenLots />
      <Loaded read={read}>
        {(due) => (
          <>
            <Progress due={due} />
            <Panel
              title={
                <Segmented<'due' | 'all'>
                  aria-label={t('leads.mine.title')}
                  value={shown}
                  onChange={setShown}
                  options={(['due', 'all'] as const).map((value) => ({ value, label: t(`leads.mine.${value}`) }))}
                />
              }
            >
              {shown === 'due' ? (
                <DueTable due={due} onOpen={setLead} />
              ) : (
                <LeadList of={{ personId: me.person.id }} states={['agent', 'closed']} onOpen={setLead} />
              )}
            </Panel>
          </>
        )}
      </Loaded>
      {lead && <LeadDrawer leadId={lead} onClose={() => setLead(null)} />}
    </Page>
  )
}

function Progress({ due: { progress, counts } }: { due: Due }) {
  const t = useWords()
  const { stock, doneToday, dueNow, overdue, workedThrough, handled, nextDueAt } = progress
  const asked = doneToday + dueNow
  return (
    <Figures>
      <Figure
        label={t('leads.dueNow')}
        value={number(dueNow)}
        formula={t('leads.formula.dueNow')}
        beside={t('leads.byKind', { ...counts })}
        tone={overdue > 0 ? 'warn' : 'plain'}
      />
      <Figure label={t('leads.overdue')} value={number(overdue)} formula={t('leads.formula.overdue')} />
      <Figure label={t('leads.doneToday')} value={number(doneToday)} formula={t('leads.formula.doneToday')} />
      <Figure
        label={t('leads.dueRate')}
        value={asked > 0 ? percent(doneToday / asked) : '–'}
        formula={t('leads.formula.dueRate')}
      />
      <Figure
        label={t('leads.inHand')}
        value={number(stock)}
        formula={t('leads.formula.stock')}
        beside={nextDueAt && t('leads.nextDue', { at: dayAndTime(nextDueAt) })}
      />
      <Figure
        label={t('leads.workedThrough')}
        value={handled > 0 ? percent(workedThrough / handled) : '–'}
        formula={t('leads.formula.workedThrough')}
        beside={`${number(workedThrough)} / ${number(handled)}`}
      />
    </Figures>
  )
}

function DueTable({ due, onOpen }: { due: Due; onOpen: (id: string) => void }) {
  const t = useWords()
  const columns: readonly Column<DueLead>[] = [
    {
      key: 'customer',
      title: t('leads.customer'),
      value: ({ customer }) => customer,
      show: ({ customer }) => customer ?? t('leads.nameless'),
    },
    {
      key: 'kind',
      title: t('leads.kind'),
      value: ({ kind }) => kind,
      name: (kind) => t(`leads.kind.${kind}`),
      filter: true,
      show: ({ kind }) => <KindMark kind={kind} />,
    },
    {
      key: 'callable',
      title: t('leads.callable'),
      value: ({ verdict }) => (verdict?.allow ? '' : (verdict?.callableFrom ?? '~')),
      show: (lead) => <Callable lead={lead} />,
    },
    { key: 'tries', title: t('leads.tries'), value: ({ tries }) => tries },
    { key: 'dueAt', title: t('leads.dueAt'), value: ({ dueAt }) => dueAt, show: ({ dueAt }) => dayAndTime(dueAt) },
    {
      key: 'lastTryAt',
      title: t('leads.lastTry'),
      value: ({ lastTryAt }) => lastTryAt,
      show: ({ lastTryAt }) => (lastTryAt ? dayAndTime(lastTryAt) : '–'),
      minor: true,
    },
    { key: 'batch', title: t('leads.list'), value: ({ batch }) => batch, filter: true, minor: true },
  ]
  const more = due.progress.dueNow - due.leads.length
  return (
    <>
      <Table<DueLead>
        label={t('leads.mine.due')}
        rows={due.leads}
        columns={columns}
        rowKey={({ id }) => id}
        onRow={({ id }) => onOpen(id)}
        pageSize={0}
        empty={<Empty title={t('leads.nothingDue')}>{t('leads.nothingDueFirst')}</Empty>}
      />
      {more > 0 && <p className="k-dim">{t('leads.moreDue', { count: number(more) })}</p>}
    </>
  )
}

/** Whether a lead may be called now; every reason against it is one hover or focus away. */
function Callable({ lead: { verdict } }: { lead: DueLead }) {
  const t = useWords()
  if (!verdict) return <Mark tone="bad">{t('leads.noNumber')}</Mark>
  if (verdict.allow) return <Mark tone="good">{t('leads.callableNow')}</Mark>
  const text = verdict.callableFrom
    ? t('leads.callableFrom', { at: dayAndTime(verdict.callableFrom) })
    : t('leads.notCallable')
  return (
    <Tooltip
      title={<Reasons of={verdict.reasons} />}
      styles={{ root: { maxWidth: 'min(420px, 92vw)' } }}
      trigger={['hover', 'focus']}
    >
      <button type="button" className="d-why" onClick={(event) => event.stopPropagation()}>
        <Mark tone="warn">{text}</Mark>
      </button>
    </Tooltip>
  )
}
