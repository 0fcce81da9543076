import { useQuery } from '@tanstack/react-query'
import { Input, Select } from 'antd'
import { useState } from 'react'
import { api } from '../../client/api.ts'
import { centreZone, useNow } from '../../client/clock.ts'
import { holds, useMe } from '../../client/me.ts'
import { useCommand } from '../../client/useCommand.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { dayAndTime, time } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Page } from '../../ui/Page.tsx'
import { RefusalPanel } from '../../ui/RefusalPanel.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { EnterCall } from './EnterCall.tsx'
import { type Arrival, ArrivalClock, ASK_AGAIN, ClockFigures } from './parts.tsx'

/** Who came today, by which way, in whose hands, and how the clock of the first dial stands. [S2.1.4] */
export function ArrivalsPage() {
  const t = useWords()
  const me = useMe()
  const today = useNow(60).toZonedDateTimeISO(centreZone()).toPlainDate().toString()
  const [day, setDay] = useState<string | null>(null)
  const input = day && day !== today ? { day } : {}
  const read = useQuery({ ...api.arrivals.list.queryOptions({ input }), refetchInterval: ASK_AGAIN })
  return (
    <Page
      title={t('arrivals.title')}
      lead={t(holds(me, ['tl', 'um', 'deptManager']) ? 'arrivals.lead' : 'arrivals.leadOwn')}
      clause="S2.1.4"
      asOf={read.data?.asOf ?? null}
      actions={holds(me, ['tsr', 'tl']) && <EnterCall />}
    >
      {holds(me, ['tl', 'um', 'deptManager', 'deputyGm']) && <ClockFigures />}
      <Loaded read={read}>
        {({ arrivals }) => (
          <List
            arrivals={arrivals}
            day={day ?? today}
            side={
              <Input
                type="date"
                style={{ inlineSize: 170 }}
                aria-label={t('arrivals.day')}
                max={today}
                value={day ?? today}
                onChange={({ target }) => setDay(target.value || null)}
              />
            }
          />
        )}
      </Loaded>
    </Page>
  )
}

const sameDay = (at: string, day: string) =>
  Temporal.Instant.from(at).toZonedDateTimeISO(centreZone()).toPlainDate().toString() === day

function List({ arrivals, day, side }: { arrivals: readonly Arrival[]; day: string; side: React.ReactNode }) {
  const t = useWords()
  const said = useSaid()
  const me = useMe()
  const columns: Column<Arrival>[] = [
    {
      key: 'at',
      title: t('arrivals.at'),
      value: ({ arrivedAt }) => arrivedAt,
      show: ({ arrivedAt }) => (
        <span className="k-digits">{sameDay(arrivedAt, day) ? time(arrivedAt) : dayAndTime(arrivedAt)}</span>
      ),
      width: 110,
      sorted: 'descend',
    },
    {
      key: 'clock',
      title: t('arrivals.clock.title'),
      value: ({ clock }) => clock,
      name: (clock) => t(`arrivals.clock.${String(clock)}`),
      show: (arrival) => <ArrivalClock arrival={arrival} />,
      filter: true,
    },
    {
      key: 'customer',
      title: t('arrivals.customer'),
      value: ({ customer }) => customer,
      show: ({ customer, phone }) => (
        <span>
          {customer ?? '–'} <span className="k-dim k-digits">{phone}</span>
        </span>
      ),
    },
    {
      key: 'channel',
      title: t('arrivals.channel'),
      value: ({ channel }) => channel,
      name: (channel) => t(`arrivals.channel.${String(channel)}`),
      show: ({ channel, source }) => `${t(`arrivals.channel.${channel}`)} · ${source}`,
      filter: true,
      minor: true,
    },
    { key: 'product', title: t('arrivals.model'), value: ({ product }) => said(product), filter: true, minor: true },
    { key: 'wants', title: t('arrivals.wants'), value: ({ wants }) => wants, minor: true },
    {
      key: 'holder',
      title: t('arrivals.holder'),
      value: ({ holder }) => holder,
      show: (arrival) => <Holder arrival={arrival} mayGive={holds(me, ['tl', 'um'])} />,
    },
  ]
  return (
    <Table
      label={t('arrivals.title')}
      rows={arrivals}
      columns={columns}
      rowKey={({ id }) => id}
      search
      side={side}
      empty={<Empty title={t('arrivals.none')}>{t('arrivals.noneFirst')}</Empty>}
    />
  )
}

/** In whose hands; a leader gives what waits to one of his agents. */
function Holder({ arrival, mayGive }: { arrival: Arrival; mayGive: boolean }) {
  const t = useWords()
  if (arrival.result === 'doNotCall') return <Mark tone="bad">{t('arrivals.result.doNotCall')}</Mark>
  if (arrival.state === 'closed') return <span className="k-dim">{t('arrivals.closed')}</span>
  if (arrival.holder) return <span>{arrival.holder}</span>
  return mayGive && arrival.leadId ? <Give leadId={arrival.leadId} /> : <Mark tone="warn">{t('arrivals.waits')}</Mark>
}

export function Give({ leadId }: { leadId: string }) {
  const t = useWords()
  const me = useMe()
  const give = useCommand(api.arrivals.give)
  const groups = useQuery(api.leads.groups.queryOptions({ input: {} }))
  const groupId = me.groupId ?? groups.data?.groups[0]?.groupId
  const read = useQuery({
    ...api.leads.receivers.queryOptions({ input: { groupId: groupId ?? '' } }),
    enabled: groupId !== undefined,
  })
  const agents = (read.data?.receivers ?? []).filter(({ isTsr, inGroup, away }) => isTsr && inGroup && !away)
  return (
    <div className="k-stack">
      <Select<string>
        aria-label={t('arrivals.giveTo')}
        placeholder={t('arrivals.giveTo')}
        style={{ minWidth: 150 }}
        loading={give.busy}
        onChange={(personId) => void give.run({ leadId, personId })}
        options={agents.map(({ personId, name, dueNow }) => ({
          value: personId,
          label: t('arrivals.agentLoad', { name, count: dueNow }),
        }))}
      />
      <RefusalPanel refusal={give.refusal} onClose={give.clear} />
    </div>
  )
}
