import { useQuery } from '@tanstack/react-query'
import { Input, Modal, Segmented } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Action } from '../../ui/Action.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Field } from '../../ui/Field.tsx'
import { dayAndTime, number } from '../../ui/format.ts'
import { Mark } from '../../ui/Mark.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type Column, Table } from '../../ui/Table.tsx'

export type Lot = Awaited<ReturnType<typeof client.leads.lots>>['lots'][number]

/** One lot that waits for the reader's receipt, with the tap that gives it. */
export function OpenLot({ lot }: { lot: Lot }) {
  const t = useWords()
  const receive = useCommand(api.leads.receive)
  return (
    <div className="k-row">
      <span className="k-grow">
        <strong>{t('leads.lotOf', { count: number(lot.quantity) })}</strong> {lot.batch ?? t('leads.anyList')}
        <span className="k-dim k-small">
          {' '}
          {t('leads.lotFrom', { by: lot.issuedBy ?? '–', at: dayAndTime(lot.issuedAt) })}
        </span>
      </span>
      <Action type="primary" busy={receive.busy} onClick={() => void receive.run({ lotId: lot.id })}>
        {t('leads.receive')}
      </Action>
      <RefusalPanel refusal={receive.refusal} onClose={receive.clear} />
    </div>
  )
}

/** Lots that wait for the reader's receipt; nothing where none does. */
export function OpenLots() {
  const lots = useQuery(api.leads.lots.queryOptions({ input: { open: true } }))
  const mine = lots.data?.lots.filter(({ toReceive }) => toReceive) ?? []
  return mine.length > 0 ? (
    <div className="k-stack">
      {mine.map((lot) => (
        <OpenLot key={lot.id} lot={lot} />
      ))}
    </div>
  ) : null
}

/** Lots of the reach, the latest first: what went down or came back, from whom, with or without receipt. */
export function LotTable() {
  const t = useWords()
  const read = useQuery(api.leads.lots.queryOptions({ input: { open: false } }))
  const columns: readonly Column<Lot>[] = [
    {
      key: 'issuedAt',
      title: t('leads.at'),
      value: ({ issuedAt }) => issuedAt,
      show: ({ issuedAt }) => dayAndTime(issuedAt),
      sorted: 'descend',
    },
    {
      key: 'step',
      title: t('leads.step'),
      value: ({ step }) => step,
      name: (step) => t(`leads.step.${step}`),
      filter: true,
    },
    { key: 'quantity', title: t('leads.quantity'), value: ({ quantity }) => quantity },
    { key: 'group', title: t('leads.group'), value: ({ group }) => group, filter: true },
    { key: 'person', title: t('leads.agent'), value: ({ person }) => person, filter: true },
    {
      key: 'batch',
      title: t('leads.list'),
      value: ({ batch }) => batch ?? t('leads.anyList'),
      filter: true,
      minor: true,
    },
    { key: 'issuedBy', title: t('leads.by'), value: ({ issuedBy }) => issuedBy, minor: true },
    {
      key: 'receipt',
      title: t('leads.receipt'),
      value: ({ receivedAt }) => receivedAt,
      show: ({ step, receivedAt, receivedBy }) =>
        step === 'recall' ? (
          '–'
        ) : receivedAt ? (
          `${receivedBy ?? ''} ${dayAndTime(receivedAt)}`
        ) : (
          <Mark tone="warn">{t('leads.noReceipt')}</Mark>
        ),
    },
    { key: 'reason', title: t('leads.reason'), value: ({ reason }) => reason, minor: true },
  ]
  return (
    <Table<Lot>
      label={t('leads.lots')}
      rows={read.data?.lots}
      columns={columns}
      rowKey={({ id }) => id}
      pageSize={20}
      empty={<Empty title={t('leads.noLots')} />}
    />
  )
}

/** Takes an agent's leads back to the group, with the reason that everybody who looks at the lead will read. [S4.4.10a] */
export function Recall({ groupId, personId, stock }: { groupId: string; personId: string; stock: number }) {
  const t = useWords()
  const recall = useCommand(api.leads.recall)
  const [open, setOpen] = useState(false)
  const [only, setOnly] = useState<'fresh' | 'all'>('fresh')
  const [reason, setReason] = useState('')
  const send = async () => {
    if (await recall.run({ groupId, personId, to: 'group', only, reason })) setOpen(false)
  }
  return (
    <>
      <Action disabledReason={stock === 0 && t('leads.nothingToRecall')} onClick={() => setOpen(true)}>
        {t('leads.recall')}
      </Action>
      <Modal
        open={open}
        title={t('leads.recall')}
        okText={t('leads.recall')}
        okButtonProps={{ disabled: reason.trim() === '', loading: recall.busy }}
        onOk={() => void send()}
        onCancel={() => setOpen(false)}
      >
        <div className="k-stack">
          <Segmented<'fresh' | 'all'>
            aria-label={t('leads.recall')}
            value={only}
            onChange={setOnly}
            options={(['fresh', 'all'] as const).map((value) => ({ value, label: t(`leads.recall.${value}`) }))}
          />
          <Field label={t('leads.reason')}>
            {(id) => (
              <Input id={id} value={reason} maxLength={300} onChange={({ target }) => setReason(target.value)} />
            )}
          </Field>
          <RefusalPanel refusal={recall.refusal} onClose={recall.clear} />
        </div>
      </Modal>
    </>
  )
}
