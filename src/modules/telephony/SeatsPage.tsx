import { PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page, Panel } from '../../ui/Page.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { SeatForm } from './SeatForm.tsx'

type Seat = Awaited<ReturnType<typeof client.telephony.seats>>[number]

/** Seats and their lines: who sits where, which number is shown, what is registered and recorded. */
export function SeatsPage() {
  const t = useWords()
  const read = useQuery(api.telephony.seats.queryOptions({ input: {} }))
  const [open, setOpen] = useState<Seat | 'new' | null>(null)
  const columns: Column<Seat>[] = [
    { key: 'label', title: t('telephony.label'), value: (seat) => seat.label },
    {
      key: 'group',
      title: t('telephony.group'),
      value: (seat) => seat.group,
      name: (group) => (group ? String(group) : t('telephony.group.none')),
      filter: true,
      align: 'left',
    },
    {
      key: 'person',
      title: t('telephony.person'),
      value: (seat) => seat.person,
      show: (seat) => <Seated seat={seat} />,
    },
    { key: 'kind', title: t('telephony.line'), value: (seat) => t(`telephony.kind.${seat.kind}`), minor: true },
    { key: 'callerId', title: t('telephony.callerId'), value: (seat) => seat.callerId },
    {
      key: 'approved',
      title: t('telephony.callerIdApproved'),
      value: (seat) => seat.callerIdApproved,
      show: (seat) => (
        <Mark tone={seat.callerIdApproved ? 'good' : 'warn'}>
          {t(seat.callerIdApproved ? 'telephony.approved' : 'telephony.notApproved')}
        </Mark>
      ),
    },
    {
      key: 'recording',
      title: t('telephony.recording'),
      value: (seat) => seat.recording && seat.lineRegistered,
      show: (seat) => (
        <Mark tone={seat.recording && seat.lineRegistered ? 'good' : 'warn'}>
          {t(seat.recording && seat.lineRegistered ? 'telephony.records' : 'telephony.recordsNot')}
        </Mark>
      ),
    },
    {
      key: 'edit',
      title: t('telephony.edit'),
      value: () => '',
      show: (seat) => (
        <Button size="small" onClick={() => setOpen(seat)}>
          {t('telephony.edit')}
        </Button>
      ),
    },
  ]
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen('new')}>
      {t('telephony.add')}
    </Button>
  )
  return (
    <Page title={t('telephony.seats')} lead={t('telephony.seats.lead')} clause="S3.6" actions={add}>
      <Panel>
        <Table
          rows={read.data}
          columns={columns}
          rowKey={(seat) => seat.id}
          label={t('telephony.seats')}
          search
          empty={<Empty title={t('telephony.empty')}>{t('telephony.empty.first')}</Empty>}
        />
      </Panel>
      {open && <SeatForm seat={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  )
}

/** Who sits there; changing it moves the person from the seat he had. */
function Seated({ seat }: { seat: Seat }) {
  const t = useWords()
  const [asked, setAsked] = useState(false)
  const assign = useCommand(api.telephony.assignSeat)
  const agents = useQuery(api.people.persons.queryOptions({ input: { role: 'tsr' }, enabled: asked }))
  const options = (agents.data?.persons ?? []).map(({ id, name, unitName, staffNo }) => ({
    value: id,
    label: [name, staffNo, unitName].filter(Boolean).join(' '),
  }))
  const shown = seat.personId && !options.some((one) => one.value === seat.personId)
  const all = shown ? [{ value: seat.personId!, label: seat.person ?? '' }, ...options] : options
  return (
    <Select<string | null>
      className="k-seat-person"
      size="small"
      variant="borderless"
      showSearch={{ optionFilterProp: 'label' }}
      allowClear
      aria-label={t('telephony.seat')}
      placeholder={t('telephony.person.none')}
      value={seat.personId}
      options={all}
      loading={assign.busy}
      popupMatchSelectWidth={false}
      onOpenChange={(opened) => opened && setAsked(true)}
      onChange={(personId) =>
        assign.run({ seatId: seat.id, version: seat.version, personId: (personId as string | undefined) ?? null })
      }
    />
  )
}
