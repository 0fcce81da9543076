import { useQuery } from '@tanstack/react-query'
import { Button, Drawer, InputNumber, Segmented, Select } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useDraft } from '../../client/draft.ts'
import { useShortcut } from '../../client/shortcuts.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { number } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { Table } from '../../ui/Table.tsx'
import { LeadDrawer } from './LeadDrawer.tsx'
import { LeadList } from './LeadList.tsx'
import { LotTable, OpenLots, Recall } from './Lots.tsx'
import { canHandOn, canIssueToAgent, equalShares, fillShares } from './rules.ts'
import './leads.css'

type Group = Awaited<ReturnType<typeof client.leads.groups>>['groups'][number]
type Receivers = Awaited<ReturnType<typeof client.leads.receivers>>
type Receiver = Receivers['receivers'][number]

/** The leader hands the group's leads down to its agents, after giving the receipt for what came. [S4.4.10a] */
export function DistributePage() {
  const t = useWords()
  const groups = useQuery(api.leads.groups.queryOptions({ input: {} }))
  const [chosen, setChosen] = useState<string | null>(null)
  return (
    <Page
      title={t('leads.distribute.title')}
      lead={t('leads.distribute.lead')}
      clause="S4.4.10a"
      asOf={groups.data?.asOf ?? null}
    >
      <OpenLots />
      <Loaded read={groups}>
        {({ groups }) => {
          const group = groups.find(({ groupId }) => groupId === chosen) ?? groups[0]
          if (!group) return <Empty title={t('leads.noGroups')} />
          return (
            <>
              {groups.length > 1 && (
                <Segmented
                  aria-label={t('leads.group')}
                  value={group.groupId}
                  onChange={setChosen}
                  options={groups.map(({ groupId, name }) => ({ value: groupId, label: name }))}
                />
              )}
              <HandDown key={group.groupId} group={group} />
            </>
          )
        }}
      </Loaded>
      <Panel title={t('leads.lots')}>
        <LotTable />
      </Panel>
    </Page>
  )
}

function HandDown({ group }: { group: Group }) {
  const t = useWords()
  const [batchId, setBatchId] = useState<string | null>(null)
  const read = useQuery(
    api.leads.receivers.queryOptions({ input: { groupId: group.groupId, ...(batchId && { batchId }) } }),
  )
  const [opened, setOpened] = useState<Receiver | null>(null)
  const [lead, setLead] = useState<string | null>(null)
  return (
    <Panel
      title={group.name}
      side={
        <span className="k-row">
          <Mark tone="accent">{t('leads.toHandOn', { count: number(group.toHandOn) })}</Mark>
          {group.unreceived > 0 && <Mark tone="warn">{t('leads.unreceived', { count: group.unreceived })}</Mark>}
        </span>
      }
    >
      <Loaded read={read}>
        {(known) => (
          <>
            {known.batches.length > 1 && (
              <Select
                aria-label={t('leads.list')}
                value={batchId ?? ''}
                onChange={(chosen) => setBatchId(chosen || null)}
                options={[
                  { value: '', label: t('leads.anyList') },
                  ...known.batches.map((one) => ({
                    value: one.batchId,
                    label: `${one.name} (${one.grade}) ${number(one.toHandOn)}`,
                  })),
                ]}
                popupMatchSelectWidth={false}
                className="d-list"
              />
            )}
            <Shares key={batchId ?? 'any'} group={group} batchId={batchId} known={known} onOpen={setOpened} />
          </>
        )}
      </Loaded>
      {opened && (
        <Drawer open onClose={() => setOpened(null)} size={860} title={opened.name} destroyOnHidden>
          <LeadList
            of={{ personId: opened.personId }}
            states={['open', 'closed']}
            onOpen={setLead}
            side={<Recall groupId={group.groupId} personId={opened.personId} stock={opened.stock} />}
          />
          {lead && <LeadDrawer leadId={lead} onClose={() => setLead(null)} />}
        </Drawer>
      )}
    </Panel>
  )
}

type SharesProps = {
  group: Group
  batchId: string | null
  known: Receivers
  onOpen: (receiver: Receiver) => void
}

function Shares({ group, batchId, known, onOpen }: SharesProps) {
  const t = useWords()
  const { receivers, maxPerAgent, batches } = known
  const draft = useDraft<Readonly<Record<string, number>>>(`leads.distribute.${group.groupId}.${batchId}`, {})
  const distribute = useCommand(api.leads.distribute)
  const [to, setTo] = useState(Math.min(40, maxPerAgent))
  const available = batchId
    ? (batches.find((one) => one.batchId === batchId)?.toHandOn ?? 0)
    : batches.reduce((sum, { toHandOn }) => sum + toHandOn, 0)
  const of = (personId: string) => draft.value[personId] ?? 0
  const total = receivers.reduce((sum, { personId }) => sum + of(personId), 0)
  const rooms = receivers.map((one) => (canIssueToAgent(one, 1, maxPerAgent).ok ? maxPerAgent - one.stock : 0))
  const put = (parts: readonly number[]) =>
    draft.set(Object.fromEntries(receivers.map(({ personId }, at) => [personId, parts[at] ?? 0])))
  const equal = () => put(equalShares(available, rooms))
  const fill = () => {
    const stocks = receivers.map(({ stock }) => stock)
    put(fillShares(available, to, stocks, rooms))
  }
  const first = receivers
    .map((one) => canIssueToAgent(one, of(one.personId), maxPerAgent))
    .find((one, at) => !one.ok && of(receivers[at]!.personId) > 0)
  const may = first ?? canHandOn({ unreceivedLots: group.unreceived, available, quantity: total })
  const send = async () => {
    if (!may.ok) return
    const shares = receivers.map(({ personId }) => ({ personId, quantity: of(personId) }))
    const done = await distribute.run({
      ...{ groupId: group.groupId, batchId, shares: shares.filter(({ quantity }) => quantity > 0) },
    })
    if (done) draft.clear()
  }
  useShortcut('e', t('leads.equal'), equal)
  useShortcut('f', t('leads.fill'), fill)
  useShortcut('ctrl+Enter', t('leads.handDown'), () => void send())
  return (
    <>
      <div className="k-row">
        <Action shortcut="e" onClick={equal}>
          {t('leads.equal')}
        </Action>
        <Action shortcut="f" onClick={fill}>
          {t('leads.fill')}
        </Action>
        <InputNumber
          aria-label={t('leads.fillTo')}
          prefix={t('leads.fillTo')}
          min={0}
          max={maxPerAgent}
          value={to}
          onChange={(next) => setTo(next ?? 0)}
          className="d-fill"
        />
        {total > 0 && <Button onClick={draft.clear}>{t('leads.clear')}</Button>}
      </div>
      <Table<Receiver>
        label={t('leads.agents')}
        rows={receivers}
        rowKey={({ personId }) => personId}
        pageSize={0}
        columns={[
          {
            key: 'name',
            title: t('leads.agent'),
            value: ({ name }) => name,
            show: (one) => (
              <span className="k-row">
                <Button type="link" size="small" className="d-name" onClick={() => onOpen(one)}>
                  {one.name}
                </Button>
                {one.away && <Mark tone="calm">{t('leads.away')}</Mark>}
                {!one.authorised && <Mark tone="warn">{t('leads.unauthorised')}</Mark>}
              </span>
            ),
          },
          { key: 'stock', title: t('leads.inHand'), value: ({ stock }) => stock },
          { key: 'fresh', title: t('leads.kind.fresh'), value: ({ fresh }) => fresh, minor: true },
          { key: 'dueNow', title: t('leads.dueNow'), value: ({ dueNow }) => dueNow, minor: true },
          {
            key: 'share',
            title: t('leads.share'),
            value: ({ personId }) => of(personId),
            align: 'right',
            show: (one) => (
              <ShareField
                receiver={one}
                max={maxPerAgent}
                value={of(one.personId)}
                onChange={(quantity) => draft.set((before) => ({ ...before, [one.personId]: quantity }))}
              />
            ),
          },
        ]}
        empty={<Empty title={t('leads.noAgents')} />}
      />
      <RefusalPanel refusal={distribute.refusal} onClose={distribute.clear} />
      <div className="k-row">
        <Action
          type="primary"
          shortcut="Ctrl+Enter"
          disabledReason={may}
          busy={distribute.busy}
          onClick={() => void send()}
        >
          {t('leads.handDownCount', { count: number(total) })}
        </Action>
        <span className="k-dim">{t('leads.leftInGroup', { count: number(Math.max(0, available - total)) })}</span>
      </div>
    </>
  )
}

/** How many for one agent; off with the reason for one who may get none. */
function ShareField({
  receiver,
  max,
  value,
  onChange,
}: {
  receiver: Receiver
  max: number
  value: number
  onChange: (quantity: number) => void
}) {
  const t = useWords()
  const may = canIssueToAgent(receiver, 1, max)
  if (!may.ok && value === 0)
    return (
      <Action size="small" disabledReason={may}>
        –
      </Action>
    )
  return (
    <InputNumber
      aria-label={`${receiver.name} ${t('leads.share')}`}
      min={0}
      max={max}
      value={value}
      status={canIssueToAgent(receiver, value, max).ok ? '' : 'error'}
      onFocus={({ target }) => target.select()}
      onChange={(quantity) => onChange(quantity ?? 0)}
      className="d-share"
    />
  )
}
