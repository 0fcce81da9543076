import { useQuery } from '@tanstack/react-query'
import { Drawer, Select } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { dayAndTime, number, percent, time } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { ASK_AGAIN, AsOf, useWon } from './parts.tsx'

type Agent = Awaited<ReturnType<typeof client.floor.progress>>['agents'][number]

/** How far each agent of a group is with the leads in hand. [S4.4.11a] */
export function ProgressPage() {
  const t = useWords()
  const [chosen, setChosen] = useState<string | null>(null)
  const board = useQuery(api.floor.board.queryOptions({ input: {} }))
  return (
    <Page title={t('floor.progress')} lead={t('floor.progressLead')} clause="S4.4.11a">
      <Loaded read={board}>
        {({ groups }) => {
          const own = groups.filter(({ mine }) => mine)
          const group = own.find(({ id }) => id === chosen) ?? own[0]
          if (!group) return <Empty title={t('floor.noGroup')}>{t('floor.noGroupFirst')}</Empty>
          return (
            <>
              {own.length > 1 && (
                <Select<string>
                  className="f-group-choice"
                  aria-label={t('floor.group')}
                  value={group.id}
                  onChange={setChosen}
                  options={own.map(({ id, name }) => ({ value: id, label: name }))}
                />
              )}
              <GroupProgress key={group.id} groupId={group.id} name={group.name} />
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}

function GroupProgress({ groupId, name }: { groupId: string; name: string }) {
  const t = useWords()
  const [open, setOpen] = useState<Agent | null>(null)
  const columns = useColumns()
  const read = useQuery(api.floor.progress.queryOptions({ input: { groupId }, refetchInterval: 6 * ASK_AGAIN }))
  return (
    <Panel title={name} side={read.data && <AsOf at={read.data.asOf} every={6 * ASK_AGAIN} />}>
      <Loaded read={read}>
        {({ agents }) => (
          <Table
            rows={agents}
            columns={columns}
            rowKey={({ personId }) => personId}
            label={t('floor.progress')}
            onRow={(agent) => setOpen(agent)}
            empty={<Empty title={t('floor.noAgents')}>{t('floor.noAgentsFirst')}</Empty>}
          />
        )}
      </Loaded>
      {open && <LeadsDrawer agent={open} onClose={() => setOpen(null)} />}
    </Panel>
  )
}

function useColumns(): readonly Column<Agent>[] {
  const t = useWords()
  const won = useWon()
  const count = (key: keyof Agent, word: string = key): Column<Agent> => ({
    ...{ key, title: t(`floor.progress.${word}`), align: 'right' },
    value: (agent) => agent[key] as number,
    show: (agent) => <span className="k-digits">{number(agent[key] as number)}</span>,
  })
  return [
    { key: 'name', title: t('floor.agent'), value: ({ name }) => name },
    count('stock'),
    {
      key: 'done',
      title: t('floor.progress.done'),
      value: ({ doneToday }) => doneToday,
      show: ({ doneToday, dueToday }) => (
        <span className="k-digits">{`${number(doneToday)} / ${number(doneToday + dueToday)}`}</span>
      ),
      align: 'right',
    },
    count('dueNow'),
    {
      key: 'overdue',
      title: t('floor.progress.overdue'),
      value: ({ overdue }) => overdue,
      show: ({ overdue }) => (overdue > 0 ? <Mark tone="warn">{number(overdue)}</Mark> : '–'),
      align: 'right',
    },
    count('effective'),
    {
      key: 'warm',
      title: t('floor.progress.warm'),
      value: ({ warm }) => warm,
      show: ({ warm }) => (warm > 0 ? <Mark tone="good">{number(warm)}</Mark> : '–'),
      align: 'right',
    },
    {
      key: 'next',
      title: t('floor.progress.nextCallback'),
      value: ({ nextCallback }) => nextCallback?.from,
      show: ({ nextCallback, callbacks, callbacksLate }) => (
        <span className="k-row">
          {nextCallback ? <span className="k-digits">{dayAndTime(nextCallback.from)}</span> : callbacks === 0 && '–'}
          {callbacksLate > 0 && <Mark tone="warn">{t('floor.progress.late', { count: callbacksLate })}</Mark>}
        </span>
      ),
    },
    {
      key: 'through',
      title: t('floor.progress.workedThrough'),
      value: ({ workedThrough, handled }) => (handled > 0 ? workedThrough / handled : null),
      show: ({ workedThrough, handled }) =>
        handled > 0 ? (
          <span className="k-digits">
            {percent(workedThrough / handled)}{' '}
            <span className="k-dim k-small">{`${number(workedThrough)} / ${number(handled)}`}</span>
          </span>
        ) : (
          '–'
        ),
      align: 'right',
      minor: true,
    },
    count('cases', won),
  ]
}

/** The rows behind an agent's figures: the leads in hand, by when they are due. */
function LeadsDrawer({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const t = useWords()
  const input = { personId: agent.personId, state: 'open' as const }
  const read = useQuery(api.leads.list.queryOptions({ input }))
  type Lead = NonNullable<typeof read.data>['leads'][number]
  const columns: Column<Lead>[] = [
    { key: 'customer', title: t('floor.customer'), value: ({ customer, phone }) => customer ?? phone },
    { key: 'batch', title: t('floor.batch'), value: ({ batch }) => batch, filter: true, minor: true },
    {
      key: 'kind',
      title: t('floor.kind'),
      value: ({ kind }) => kind,
      name: (kind) => t(`calls.kindOf.${kind}`),
      filter: true,
    },
    { key: 'tries', title: t('floor.tries'), value: ({ tries }) => tries },
    {
      key: 'due',
      title: t('floor.due'),
      value: ({ dueAt }) => dueAt,
      show: ({ dueAt }) => dueAt && <span className="k-digits">{dayAndTime(dueAt)}</span>,
      sorted: 'ascend',
    },
    {
      key: 'last',
      title: t('floor.lastTry'),
      value: ({ lastTryAt }) => lastTryAt,
      show: ({ lastTryAt }) => (lastTryAt ? <span className="k-digits">{dayAndTime(lastTryAt)}</span> : '–'),
      minor: true,
    },
  ]
  return (
    <Drawer open onClose={onClose} size={680} title={t('floor.leadsOf', { name: agent.name })}>
      <Loaded read={read}>
        {({ leads, next }) => (
          <div className="k-stack">
            {next && <p className="k-dim">{t('floor.firstLeads', { count: leads.length, of: number(agent.stock) })}</p>}
            <Table
              rows={leads}
              columns={columns}
              rowKey={({ id }) => id}
              label={t('floor.leadsOf', { name: agent.name })}
              empty={<Empty title={t('floor.noLeads')}>{t('floor.noLeadsFirst')}</Empty>}
              search
              pageSize={25}
            />
            {agent.nextDueAt && <p className="k-dim">{t('floor.nextDue', { at: time(agent.nextDueAt) })}</p>}
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}
