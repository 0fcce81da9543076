import { useQuery } from '@tanstack/react-query'
import { Button, Drawer, InputNumber, Tooltip } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useDraft } from '../../client/draft.ts'
import { holds, useMe } from '../../client/me.ts'
import { useShortcut } from '../../client/shortcuts.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { day, number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { LeadDrawer } from './LeadDrawer.tsx'
import { LeadList } from './LeadList.tsx'
import { LotTable } from './Lots.tsx'
import { canIssue, equalShares, runsDry } from './rules.ts'
import './leads.css'

type BatchStock = Awaited<ReturnType<typeof client.leads.stock>>['batches'][number]

/** The company's leads: where those of each list lie, and their issue to groups. [S4.4.10a] */
export function LeadsPage() {
  const t = useWords()
  const me = useMe()
  const read = useQuery(api.leads.stock.queryOptions({ input: {} }))
  const [chosen, setChosen] = useState<string | null>(null)
  const [open, setOpen] = useState<BatchStock | null>(null)
  const batches = read.data?.batches
  const mayIssue = holds(me, ['dataOfficer', 'deptManager'])
  // What there is most of to issue stands ready, so that the usual morning needs no choosing.
  const batch = batches?.find(({ batchId }) => batchId === chosen) ?? batches?.find(({ pool }) => pool > 0)
  return (
    <Page
      title={t('leads.company.title')}
      lead={t('leads.company.lead')}
      clause="S4.4.10a"
      asOf={read.data?.asOf ?? null}
    >
      <div className={mayIssue ? 'd-two' : 'k-stack'}>
        <Panel title={t('leads.pool')}>
          <Loaded read={read}>
            {({ batches }) => (
              <Stock
                batches={batches}
                chosen={batch?.batchId ?? null}
                onChoose={mayIssue ? setChosen : undefined}
                onOpen={setOpen}
              />
            )}
          </Loaded>
        </Panel>
        {mayIssue && batch && <IssuePanel key={batch.batchId} batch={batch} />}
      </div>
      <Panel title={t('leads.lots')}>
        <LotTable />
      </Panel>
      {open && <BatchLeads batch={open} onClose={() => setOpen(null)} />}
    </Page>
  )
}

type StockProps = {
  batches: readonly BatchStock[]
  chosen: string | null
  onChoose: ((batchId: string) => void) | undefined
  onOpen: (batch: BatchStock) => void
}

function Stock({ batches, chosen, onChoose, onOpen }: StockProps) {
  const t = useWords()
  const said = useSaid()
  const columns: readonly Column<BatchStock>[] = [
    {
      key: 'name',
      title: t('leads.list'),
      value: ({ name }) => name,
      show: (batch) => (
        <span className={batch.batchId === chosen ? 'd-chosen' : ''}>
          {batch.name} <Mark>{batch.grade}</Mark>
        </span>
      ),
    },
    { key: 'pool', title: t('leads.state.pool'), value: ({ pool }) => pool },
    { key: 'group', title: t('leads.state.group'), value: ({ group }) => group },
    { key: 'agent', title: t('leads.state.agent'), value: ({ agent }) => agent },
    { key: 'closed', title: t('leads.state.closed'), value: ({ closed }) => closed },
    {
      key: 'leads',
      title: '',
      value: () => null,
      show: (batch) => (
        <Action
          size="small"
          type="text"
          onClick={(event) => {
            event.stopPropagation()
            onOpen(batch)
          }}
        >
          {t('leads.show')}
        </Action>
      ),
    },
    {
      key: 'product',
      title: t('leads.product'),
      value: ({ product }) => (product ? said(product) : null),
      filter: true,
      minor: true,
    },
    {
      key: 'expiresOn',
      title: t('leads.useBy'),
      value: ({ expiresOn }) => expiresOn,
      show: ({ expiresOn }) => (expiresOn ? day(expiresOn) : '–'),
      minor: true,
    },
  ]
  return (
    <Table<BatchStock>
      label={t('leads.pool')}
      rows={batches}
      columns={columns}
      rowKey={({ batchId }) => batchId}
      {...(onChoose && { onRow: ({ batchId }: BatchStock) => onChoose(batchId) })}
      pageSize={15}
      empty={<Empty title={t('leads.noLists')}>{t('leads.noListsFirst')}</Empty>}
    />
  )
}

function BatchLeads({ batch, onClose }: { batch: BatchStock; onClose: () => void }) {
  const t = useWords()
  const [lead, setLead] = useState<string | null>(null)
  const all = batch.pool + batch.group + batch.agent + batch.closed
  return (
    <Drawer
      open
      onClose={onClose}
      size={860}
      title={`${batch.name} · ${t('leads.lotOf', { count: number(all) })}`}
      destroyOnHidden
    >
      <LeadList
        of={{ batchId: batch.batchId }}
        states={['open', 'pool', 'group', 'agent', 'closed']}
        onOpen={setLead}
      />
      {lead && <LeadDrawer leadId={lead} onClose={() => setLead(null)} />}
    </Drawer>
  )
}

type Group = Awaited<ReturnType<typeof client.leads.groups>>['groups'][number]

/** So many leads of one list to each group, in one submit: the rule of the server says beforehand what would be refused. */
function IssuePanel({ batch }: { batch: BatchStock }) {
  const t = useWords()
  const read = useQuery(api.leads.groups.queryOptions({ input: {} }))
  return (
    <Panel
      title={t('leads.issueOf', { list: batch.name })}
      side={<Mark tone="accent">{t('leads.inPool', { count: number(batch.pool) })}</Mark>}
    >
      <Loaded read={read}>
        {({ groups }) =>
          groups.length > 0 ? <Shares batch={batch} groups={groups} /> : <Empty title={t('leads.noGroups')} />
        }
      </Loaded>
    </Panel>
  )
}

function Shares({ batch, groups }: { batch: BatchStock; groups: readonly Group[] }) {
  const t = useWords()
  const draft = useDraft<Readonly<Record<string, number>>>(`leads.issue.${batch.batchId}`, {})
  const issue = useCommand(api.leads.issue)
  const of = (groupId: string) => draft.value[groupId] ?? 0
  const shares = groups.map(({ groupId, name, pool, held, max }) => ({
    name,
    stock: pool + held,
    quantity: of(groupId),
    max,
  }))
  const total = shares.reduce((sum, { quantity }) => sum + quantity, 0)
  const may = canIssue({ available: batch.pool, importing: batch.importing ? batch.name : null }, shares)
  const equal = () => {
    const parts = equalShares(
      batch.pool,
      groups.map(({ max, pool, held }) => Math.max(0, max - pool - held)),
    )
    draft.set(Object.fromEntries(groups.map(({ groupId }, at) => [groupId, parts[at]!])))
  }
  const send = async () => {
    if (!may.ok) return
    const wanted = groups.map(({ groupId }) => ({ groupId, quantity: of(groupId) }))
    if (await issue.run({ batchId: batch.batchId, shares: wanted.filter(({ quantity }) => quantity > 0) }))
      draft.clear()
  }
  useShortcut('ctrl+Enter', t('leads.issue'), () => void send())
  return (
    <>
      <div className="k-row">
        <Button onClick={equal}>{t('leads.equal')}</Button>
        {total > 0 && <Button onClick={draft.clear}>{t('leads.clear')}</Button>}
      </div>
      <Table<Group>
        label={t('leads.groups')}
        rows={groups}
        rowKey={({ groupId }) => groupId}
        pageSize={0}
        columns={[
          {
            key: 'name',
            title: t('leads.group'),
            value: ({ name }) => name,
            show: (group) => (
              <>
                {group.name} {runsDry(group) && <Mark tone="warn">{t('leads.dry')}</Mark>}
              </>
            ),
          },
          {
            key: 'stock',
            title: t('leads.stock'),
            value: ({ pool, held }) => pool + held,
            align: 'right',
            show: ({ pool, held, max, agents }) => (
              <Tooltip title={t('leads.stockOf', { pool: number(pool), held: number(held), agents })}>
                <span>
                  {number(pool + held)} <span className="k-dim">/ {number(max)}</span>
                </span>
              </Tooltip>
            ),
          },
          {
            key: 'share',
            title: t('leads.share'),
            value: ({ groupId }) => of(groupId),
            align: 'right',
            show: ({ groupId, name }) => (
              <InputNumber
                aria-label={`${name} ${t('leads.share')}`}
                min={0}
                max={100_000}
                value={of(groupId)}
                onFocus={({ target }) => target.select()}
                onChange={(quantity) => draft.set((before) => ({ ...before, [groupId]: quantity ?? 0 }))}
                className="d-share"
              />
            ),
          },
        ]}
      />
      <RefusalPanel refusal={issue.refusal} onClose={issue.clear} />
      <div className="k-row">
        <Action type="primary" shortcut="Ctrl+Enter" disabledReason={may} busy={issue.busy} onClick={() => void send()}>
          {t('leads.issueCount', { count: number(total) })}
        </Action>
        <span className="k-dim">{t('leads.leftInPool', { count: number(Math.max(0, batch.pool - total)) })}</span>
      </div>
    </>
  )
}
