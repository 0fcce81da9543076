import { Tooltip } from 'antd'
import { memo } from 'react'
import { useWords } from '../../client/words.ts'
import { number, seconds, time } from '../../ui/format.ts'
import { type BoardGroup, IdleMark, type Seat, StateChip, useWon } from './parts.tsx'
import { soFar } from './rules.ts'

/** The order of seats within a group. By how long a state lasts, the longest first; by figures, the most first. */
export const ORDERS = ['seat', 'name', 'lasting', 'dials', 'cases'] as const
export type Order = (typeof ORDERS)[number]

/** Seats in an order; `names` sorts names as the reader's language does. */
export function inOrder(
  seats: readonly Seat[],
  order: Order,
  names: (a: string, b: string) => number,
): readonly Seat[] {
  const by: Readonly<Record<Order, ((a: Seat, b: Seat) => number) | null>> = {
    seat: null,
    name: (a, b) => names(a.name, b.name),
    lasting: (a, b) => (a.since ?? '9').localeCompare(b.since ?? '9'),
    dials: (a, b) => b.dials - a.dials,
    cases: (a, b) => b.cases - a.cases,
  }
  const compare = by[order]
  return compare ? seats.toSorted(compare) : seats
}

/** The seats of one group: a table at a desk, cards on a phone. */
export function SeatRows({
  group,
  seats,
  onOpen,
}: {
  group: BoardGroup
  seats: readonly Seat[]
  onOpen: (seat: Seat) => void
}) {
  const t = useWords()
  const columns = ['dials', 'connected', 'effective', 'talk', useWon(), 'last'] as const
  return (
    <table className="f-seats">
      <caption className="k-hidden">{group.name}</caption>
      <thead>
        <tr>
          <th scope="col">{t('floor.seat')}</th>
          <th scope="col">{t('floor.agent')}</th>
          <th scope="col">{t('floor.stateNow')}</th>
          {columns.map((key) => (
            <th key={key} scope="col" className="f-number">
              <Tooltip title={t(`floor.formula.${key}`)}>
                <span>{t(`floor.column.${key}`)}</span>
              </Tooltip>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {seats.map((seat) => (
          <SeatRow key={seat.personId} seat={seat} share={group.share} onOpen={onOpen} />
        ))}
      </tbody>
    </table>
  )
}

/** Drawn again only when its own seat changed: a floor of hundreds changes a few seats at a time. */
const SeatRow = memo(function SeatRow({
  seat,
  share,
  onOpen,
}: {
  seat: Seat
  share: number
  onOpen: (seat: Seat) => void
}) {
  const t = useWords()
  const won = useWon()
  const { norm } = seat
  return (
    <tr className="f-row" onClick={() => onOpen(seat)}>
      <td className="f-place k-digits">{seat.seat ?? '–'}</td>
      <th scope="row" className="f-name">
        <button type="button" className="f-open" onClick={() => onOpen(seat)}>
          {seat.name}
        </button>
      </th>
      <td className="f-now">
        <StateChip seat={seat} />
        {seat.idle && <IdleMark idle={seat.idle} />}
      </td>
      <Counted label={t('floor.column.dials')} value={seat.dials} norm={norm && soFar(norm.dials, share)} />
      <Counted label={t('floor.column.connected')} value={seat.connected} />
      <Counted label={t('floor.column.effective')} value={seat.effective} minor />
      <Counted
        label={t('floor.column.talk')}
        value={seat.talkSeconds}
        norm={norm && soFar(norm.talkSeconds, share)}
        write={seconds}
      />
      <Counted label={t(`floor.column.${won}`)} value={seat.cases} strong={seat.cases > 0} />
      <td className="f-number f-minor k-digits">{seat.lastAt && time(seat.lastAt)}</td>
    </tr>
  )
})

function Counted({
  label,
  value,
  norm = null,
  strong = false,
  minor = false,
  write = number,
}: {
  label: string
  value: number
  norm?: number | null
  strong?: boolean
  /** Dropped on a phone. */
  minor?: boolean
  write?: (value: number) => string
}) {
  const t = useWords()
  return (
    <td className={minor ? 'f-number f-minor' : 'f-number'} data-label={label}>
      <span className={strong ? 'k-digits f-strong' : 'k-digits'}>{write(value)}</span>
      {norm !== null && <span className="k-digits f-norm">{t('floor.norm', { value: write(norm) })}</span>}
    </td>
  )
}
