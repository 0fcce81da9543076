import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type client } from '../../client/api.ts'
import { centreZone, useNow } from '../../client/clock.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { DayField } from '../../ui/Field.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { day, number, percent, seconds, timeToSecond } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Panel } from '../../ui/Page.tsx'
import { type Column, Table } from '../../ui/Table.tsx'

type Told = Awaited<ReturnType<typeof client.records.gaps>>
type Gap = Told['seats'][number]

const RANGE = 13

/** What each line owes, and how far its records and dials meet, over some days. */
export function GapPanel() {
  const t = useWords()
  const today = useNow(60).toZonedDateTimeISO(centreZone()).toPlainDate()
  const [from, setFrom] = useState(today.subtract({ days: RANGE }).toString())
  const [to, setTo] = useState(today.toString())
  const read = useQuery(api.records.gaps.queryOptions({ input: { from, to } }))
  return (
    <Panel
      title={t('records.gaps')}
      side={read.data && <span className="k-asof">{t('ui.asOf', { at: timeToSecond(read.data.asOf) })}</span>}
    >
      <div className="k-row k-fields">
        <DayField label={t('records.from')} value={from} onChange={setFrom} />
        <DayField label={t('records.to')} value={to} min={from} onChange={setTo} />
      </div>
      <Loaded read={read} rows={8}>
        {(told) => (
          <>
            <Sums told={told} />
            <Seats told={told} />
          </>
        )}
      </Loaded>
    </Panel>
  )
}

function Sums({ told: { seats, limit, asOf } }: { told: Told }) {
  const t = useWords()
  const sum = (of: (gap: Gap) => number) => seats.reduce((all, gap) => all + of(gap), 0)
  const [dials, measured] = [sum((gap) => gap.dials), sum((gap) => gap.measured)]
  return (
    <>
      <Figures>
        <Figure
          label={t('records.measuredShare')}
          value={dials === 0 ? '–' : percent(measured / dials)}
          formula={t('records.measuredFormula', { measured: number(measured), dials: number(dials) })}
          measuredBy="cdr"
          asOf={asOf}
        />
        <Figure
          label={t('records.owed')}
          value={number(sum((gap) => gap.owed))}
          formula={t('records.owedFormula')}
          beside={seconds(sum((gap) => gap.owedTalkSeconds))}
          asOf={asOf}
        />
        <Figure
          label={t('records.view.notAllowed')}
          value={number(sum((gap) => gap.notAllowed))}
          formula={t('records.notAllowedFormula')}
          measuredBy="cdr"
          asOf={asOf}
        />
        <Figure
          label={t('records.view.neverLeft')}
          value={number(sum((gap) => gap.neverLeft))}
          formula={t('records.neverLeftFormula')}
          asOf={asOf}
        />
      </Figures>
      <p className="k-dim k-small">
        {limit
          ? t('records.limit', { max: number(limit.max), days: limit.workdays, before: day(limit.before) })
          : t('records.noLimit')}
      </p>
    </>
  )
}

function Seats({ told }: { told: Told }) {
  const t = useWords()
  const columns: readonly Column<Gap>[] = [
    {
      key: 'seat',
      title: t('records.seat'),
      value: ({ seat }) => seat,
      show: ({ seat }) => <strong>{seat}</strong>,
      width: 90,
    },
    { key: 'person', title: t('records.person'), value: ({ person }) => person, minor: true },
    { key: 'group', title: t('records.group'), value: ({ group }) => group, filter: true, minor: true },
    {
      key: 'state',
      title: t('records.state'),
      value: (gap) => stateOf(gap),
      name: (state) => t(`records.seatState.${state}`),
      filter: true,
      show: (gap) => <SeatState gap={gap} />,
    },
    { key: 'owed', title: t('records.owedShort'), value: ({ owed }) => owed, align: 'right' },
    {
      key: 'talk',
      title: t('records.owedTalk'),
      value: ({ owedTalkSeconds }) => owedTalkSeconds,
      show: ({ owedTalkSeconds }) => <span className="k-digits">{seconds(owedTalkSeconds)}</span>,
      align: 'right',
      minor: true,
    },
    {
      key: 'oldest',
      title: t('records.oldest'),
      value: ({ oldest }) => oldest,
      show: ({ oldest }) => (oldest ? day(oldest) : '–'),
      minor: true,
    },
    {
      key: 'days',
      title: t('records.days'),
      value: ({ days, daysWithRecords }) => (days === 0 ? null : daysWithRecords / days),
      show: ({ days, daysWithRecords }) =>
        days === 0 ? (
          '–'
        ) : (
          <span className="k-digits">{`${daysWithRecords} / ${days} · ${percent(daysWithRecords / days)}`}</span>
        ),
      align: 'right',
    },
    {
      key: 'measured',
      title: t('records.measuredDials'),
      value: ({ measured }) => measured,
      show: ({ measured, dials }) => (
        <span className="k-digits">{dials === 0 ? '–' : `${number(measured)} / ${number(dials)}`}</span>
      ),
      align: 'right',
      minor: true,
    },
    { key: 'notAllowed', title: t('records.view.notAllowed'), value: ({ notAllowed }) => notAllowed, align: 'right' },
    { key: 'neverLeft', title: t('records.view.neverLeft'), value: ({ neverLeft }) => neverLeft, align: 'right' },
  ]
  return (
    <Table
      label={t('records.gaps')}
      rows={told.seats}
      columns={columns}
      rowKey={({ seatId }) => seatId}
      search
      empty={<Empty title={t('records.noSeats')}>{t('records.noSeatsFirst')}</Empty>}
    />
  )
}

const stateOf = ({ stopped, overdue, registered, dials, measured }: Gap) =>
  stopped
    ? 'stopped'
    : overdue > 0
      ? 'overdue'
      : !registered
        ? 'unregistered'
        : dials > 0 && measured === 0
          ? 'noRecords'
          : 'good'

const TONES = { stopped: 'bad', overdue: 'warn', unregistered: 'plain', noRecords: 'warn', good: 'good' } as const

function SeatState({ gap }: { gap: Gap }) {
  const t = useWords()
  const state = stateOf(gap)
  return (
    <Mark tone={TONES[state]}>
      {t(`records.seatState.${state}`)}
      {gap.overdue > 0 && ` ${number(gap.overdue)}`}
    </Mark>
  )
}
