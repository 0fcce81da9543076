import { memo } from 'react'
import { useWords } from '../../client/words.ts'
import { number } from '../../ui/format.ts'
import { IdleMark, type Seat, StateChip, useWon } from './parts.tsx'

/** The seats of one group as tiles: a whole floor at a glance, its figures behind each tile. */
export function SeatTiles({ seats, onOpen }: { seats: readonly Seat[]; onOpen: (seat: Seat) => void }) {
  return (
    <ul className="f-tiles">
      {seats.map((seat) => (
        <Tile key={seat.personId} seat={seat} onOpen={onOpen} />
      ))}
    </ul>
  )
}

const Tile = memo(function Tile({ seat, onOpen }: { seat: Seat; onOpen: (seat: Seat) => void }) {
  const t = useWords()
  const won = useWon()
  const away = seat.state === 'offline'
  return (
    <li>
      <button type="button" className={away ? 'f-tile away' : 'f-tile'} onClick={() => onOpen(seat)}>
        <span className="f-tile-head">
          <strong>{seat.name}</strong>
          <span className="k-dim k-digits">{seat.seat}</span>
        </span>
        <span className="f-tile-head">
          <StateChip seat={seat} />
          {seat.cases > 0 && <span className="f-strong k-small">{t(`floor.tile.${won}`, { count: seat.cases })}</span>}
        </span>
        <span className="f-tile-foot k-digits">
          {seat.idle ? (
            <IdleMark idle={seat.idle} />
          ) : (
            <span>
              {(seat.dials > 0 || !away) &&
                t('floor.tileDials', { dials: number(seat.dials), connected: number(seat.connected) })}
            </span>
          )}
        </span>
      </button>
    </li>
  )
})
