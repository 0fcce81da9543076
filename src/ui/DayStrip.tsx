import { Tooltip } from 'antd'
import { secondsOf } from '../client/moment.ts'
import { useWords } from '../client/words.ts'
import { wall } from './format.ts'

export type StripBlock = {
  readonly key: string
  readonly kind: string
  readonly from: string
  readonly to: string
  readonly name: string
  readonly clause?: string
}

/**
 * A day as a slim strip: its blocks in proportion, the moment as a needle. What lies before the first and after the
 * last block of work is left out. `at` is the wall time; without it there is no needle.
 */
export function DayStrip({ blocks, at }: { blocks: readonly StripBlock[]; at?: Temporal.PlainTime | null }) {
  const t = useWords()
  const shown = blocks.filter(({ kind }) => kind !== 'off')
  const [first, last] = [shown[0], shown.at(-1)]
  if (!first || !last) return null
  const start = secondsOf(first.from)
  const length = secondsOf(last.to, true) - start
  const now = at ? at.hour * 3600 + at.minute * 60 + at.second : null
  const part = now === null ? null : (now - start) / length
  return (
    <div className="k-strip">
      <ol>
        {shown.map((block) => {
          const [from, to] = [secondsOf(block.from), secondsOf(block.to, true)]
          const state = now === null ? '' : now >= to ? 'past' : now >= from ? 'runs' : ''
          const text = `${wall(block.from)}–${wall(block.to)} ${t(block.name)}`
          return (
            <li
              key={`${block.key} ${block.from}`}
              className={`k-strip-block k-kind-${block.kind} ${state}`}
              style={{ flexGrow: to - from }}
              {...(state === 'runs' && { 'aria-current': 'time' as const })}
            >
              <Tooltip title={block.clause ? `${text} · ${block.clause}` : text}>
                <span className="k-strip-name">{t(block.name)}</span>
              </Tooltip>
              <span className="k-strip-time">{wall(block.from)}</span>
            </li>
          )
        })}
      </ol>
      {part !== null && part >= 0 && part <= 1 && (
        <span className="k-strip-needle" style={{ insetInlineStart: `${part * 100}%` }} aria-hidden />
      )}
    </div>
  )
}
