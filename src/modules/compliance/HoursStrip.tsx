import { useWords } from '../../client/words.ts'
import './compliance.css'

type Windows = readonly (readonly [from: string, to: string])[]

const hourOf = (wall: string) => Number(wall.slice(0, 2)) + Number(wall.slice(3, 5)) / 60
const MARKS = [0, 6, 9, 12, 15, 18, 21, 24]

/** Calling hours as bars over a day of the callee's clock: one line a pack that sets hours, and what all leave open. */
export function HoursStrip({ lines, shared }: { lines: readonly { name: string; hours: Windows }[]; shared: Windows }) {
  const t = useWords()
  return (
    <div className="k-hours">
      {lines.map(({ name, hours }) => (
        <Line key={name} name={name} hours={hours} />
      ))}
      <Line name={t('compliance.hours.shared')} hours={shared} strong />
      <div className="k-hours-line" aria-hidden>
        <span />
        <div className="k-hours-scale">
          {MARKS.map((hour) => (
            <span key={hour} style={{ insetInlineStart: `${(hour / 24) * 100}%` }}>
              {String(hour).padStart(2, '0')}
            </span>
          ))}
        </div>
      </div>
    </div>
  )
}

function Line({ name, hours, strong = false }: { name: string; hours: Windows; strong?: boolean }) {
  const t = useWords()
  return (
    <div className={`k-hours-line${strong ? ' k-hours-shared' : ''}`}>
      <span>{name}</span>
      <div className="k-hours-day">
        {hours.map(([from, to]) => (
          <span
            key={from}
            role="img"
            className="k-hours-open"
            style={{
              insetInlineStart: `${(hourOf(from) / 24) * 100}%`,
              inlineSize: `${((hourOf(to) - hourOf(from)) / 24) * 100}%`,
            }}
            aria-label={t('compliance.hours.at', { from, to })}
          >
            {from}–{to}
          </span>
        ))}
      </div>
    </div>
  )
}
