import type { Tone } from './Mark.tsx'

type MeterProps = {
  readonly label: string
  readonly value: number
  readonly of: number
  readonly text?: string
  readonly tone?: Tone
}

/** How much of a plan is done, as a bar with its words. What is beyond the plan fills the bar and stays in the words. */
export function Meter({ label, value, of, text, tone = 'accent' }: MeterProps) {
  const share = of > 0 ? Math.min(1, Math.max(0, value / of)) : 0
  return (
    <div className="k-meter">
      <div className="k-meter-words">
        <span>{label}</span>
        <span className="k-digits">{text ?? `${value} / ${of}`}</span>
      </div>
      <div className="k-meter-bar" role="img" aria-label={`${label}: ${text ?? `${value} / ${of}`}`}>
        <span className={`k-fill-${tone}`} style={{ inlineSize: `${share * 100}%` }} />
      </div>
    </div>
  )
}
