import {
  CheckCircleFilled,
  ClockCircleFilled,
  CloseCircleFilled,
  ExclamationCircleFilled,
  InfoCircleFilled,
} from '@ant-design/icons'
import type { ReactNode } from 'react'

export type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'accent' | 'plain'

const SIGNS = {
  good: CheckCircleFilled,
  warn: ExclamationCircleFilled,
  bad: CloseCircleFilled,
  calm: InfoCircleFilled,
  accent: ClockCircleFilled,
  plain: null,
}

/** A short state with its sign: the colour only repeats what sign and word say. */
export function Mark({ tone = 'plain', icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  const Sign = SIGNS[tone]
  return (
    <span className={`k-mark k-tone-${tone}`}>
      {icon ?? (Sign && <Sign aria-hidden />)}
      <span>{children}</span>
    </span>
  )
}
