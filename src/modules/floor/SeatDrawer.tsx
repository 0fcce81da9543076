import { useQuery } from '@tanstack/react-query'
import { Drawer } from 'antd'
import { api } from '../../client/api.ts'
import { useWords } from '../../client/words.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Figure, Figures } from '../../ui/Figure.tsx'
import { money, number, seconds, time } from '../../ui/format.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { type Column, Table } from '../../ui/Table.tsx'
import { useSaid } from '../../ui/Words.tsx'
import { type Board, IdleMark, type Seat, StateChip, useWon } from './parts.tsx'
import { soFar } from './rules.ts'

type Props = { seat: Seat; share: number; board: Pick<Board, 'asOf' | 'today' | 'measuredBy'>; onClose: () => void }

/** Behind a seat: today's figures against the own norm, and the rows that they are made of. */
export function SeatDrawer({ seat, share, board, onClose }: Props) {
  const t = useWords()
  const won = useWon()
  const { norm } = seat
  const about = { asOf: board.asOf, measuredBy: board.measuredBy }
  const beside = (value: number | undefined, write: (value: number) => string = number) =>
    value === undefined
      ? t('floor.noNorm')
      : t('floor.normIs', { value: write(soFar(value, share)), day: write(value) })
  return (
    <Drawer open onClose={onClose} size={620} title={`${seat.name}${seat.seat ? ` · ${seat.seat}` : ''}`}>
      <div className="k-stack">
        <div className="k-row">
          <StateChip seat={seat} />
          {seat.idle && <IdleMark idle={seat.idle} />}
        </div>
        <Figures>
          <Figure
            {...about}
            label={t('floor.column.dials')}
            value={number(seat.dials)}
            formula={t('floor.formula.dials')}
            beside={beside(norm?.dials)}
          />
          <Figure
            {...about}
            label={t('floor.column.talk')}
            value={seconds(seat.talkSeconds)}
            formula={t('floor.formula.talk')}
            beside={beside(norm?.talkSeconds, seconds)}
          />
          <Figure
            {...about}
            label={t('floor.column.effective')}
            value={number(seat.effective)}
            formula={t('floor.formula.effective')}
          />
          <Figure
            {...about}
            label={t(`floor.column.${won}`)}
            value={number(seat.cases)}
            formula={t(`floor.formula.${won}`)}
          />
        </Figures>
        {norm && <p className="k-dim k-small">{t('floor.normFormula', { count: norm.days })}</p>}
        <h3>{t(`floor.today.${won}`)}</h3>
        {won === 'orders' ? (
          <Orders agentId={seat.personId} today={board.today} />
        ) : (
          <Cases agentId={seat.personId} today={board.today} />
        )}
        <h3>{t('floor.callsToday')}</h3>
        <Calls agentId={seat.personId} today={board.today} />
      </div>
    </Drawer>
  )
}

function Cases({ agentId, today }: { agentId: string; today: string }) {
  const t = useWords()
  const said = useSaid()
  const read = useQuery(api.sales.list.queryOptions({ input: { agentId, from: today, to: today } }))
  return (
    <Loaded read={read} rows={1}>
      {({ sales }) =>
        sales.length === 0 ? (
          <p className="k-dim">{t('floor.none.cases')}</p>
        ) : (
          <ul>
            {sales.map((sale) => (
              <li key={sale.id} className="k-row">
                <span className="k-digits k-dim">{time(sale.acceptedAt)}</span>
                <span className="k-grow">{said(sale.product)}</span>
                <span className="k-digits">{money(sale.standard)}</span>
                <span className="k-dim">{t(`sales.state.${sale.state}`)}</span>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}

/** Orders of whom the agent invited, at a car dealer's. */
function Orders({ agentId, today }: { agentId: string; today: string }) {
  const t = useWords()
  const said = useSaid()
  const read = useQuery(api.showroom.orders.queryOptions({ input: { agentId, day: today } }))
  return (
    <Loaded read={read} rows={1}>
      {({ orders }) =>
        orders.length === 0 ? (
          <p className="k-dim">{t('floor.none.orders')}</p>
        ) : (
          <ul>
            {orders.map((order) => (
              <li key={order.dealId} className="k-row">
                <span className="k-digits k-dim">{time(order.at)}</span>
                <span className="k-grow">{order.product && said(order.product)}</span>
                <span className="k-digits">{order.orderNo}</span>
                <span className="k-dim">{t(`showroom.state.${order.state}`)}</span>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}

/** The words of how a call ended: what was said, or how the line went where nobody was reached. */
const saidOf = ({ outcome, lineResult }: { outcome: string; lineResult: string }): string =>
  outcome === 'notReached' ? `calls.line.${lineResult}` : `calls.outcome.${outcome}`

function Calls({ agentId, today }: { agentId: string; today: string }) {
  const t = useWords()
  const read = useQuery(api.calls.callsOf.queryOptions({ input: { agentId, day: today } }))
  type Call = NonNullable<typeof read.data>['calls'][number]
  const columns: Column<Call>[] = [
    {
      key: 'at',
      title: t('floor.at'),
      value: ({ at }) => at,
      show: ({ at }) => <span className="k-digits">{time(at)}</span>,
      sorted: 'descend',
    },
    { key: 'customer', title: t('floor.customer'), value: ({ customer, masked }) => customer ?? masked },
    {
      key: 'outcome',
      title: t('floor.outcome'),
      value: (call) => saidOf(call),
      name: (key) => t(String(key)),
      filter: true,
    },
    {
      key: 'talk',
      title: t('floor.column.talk'),
      value: ({ talkSeconds }) => talkSeconds,
      show: ({ talkSeconds }) => <span className="k-digits">{seconds(talkSeconds)}</span>,
      align: 'right',
    },
  ]
  return (
    <Loaded read={read}>
      {({ calls }) => (
        <Table
          rows={calls}
          columns={columns}
          rowKey={({ id }) => id}
          label={t('floor.callsToday')}
          empty={<Empty title={t('floor.noCalls')} />}
          pageSize={20}
        />
      )}
    </Loaded>
  )
}
