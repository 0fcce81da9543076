import { all, no, type Verdict, yes } from '../../lib/verdict.ts'
import type { Role } from '../../platform/actor.ts'

/* Accepted cases that are not issued yet: who works on them, why they wait, what is done next. */

/** Who looks at accepted cases that are not issued: agents at own ones, and the line above. */
export const FOLLOWERS = ['tsr', 'tl', 'um', 'deptManager', 'dataOfficer'] as const satisfies readonly Role[]
export const WAITING_ROLES = [...FOLLOWERS, 'deputyGm'] as const

/** Why an accepted case is not issued yet. [S4.2.3b] */
export const REASONS = ['paymentFailed', 'underwritingQuery', 'papersMissing', 'customerWavering', 'unknown'] as const
export type Reason = (typeof REASONS)[number]

/** What is noted on an accepted case: the next step is not in the past, and belongs to a case that is still open. */
export function mayFollow(asked: {
  readonly open: boolean
  readonly nextOn: Temporal.PlainDate | null
  readonly nextStep: string
  readonly today: Temporal.PlainDate
}): Verdict {
  const { open, nextOn, nextStep, today } = asked
  return all(
    open ? yes : no('issuing.notWaiting', 'S4.2.3b'),
    nextOn && Temporal.PlainDate.compare(nextOn, today) < 0 ? no('issuing.stepInThePast', 'S4.2.3b') : yes,
    nextOn && nextStep.trim() === '' ? no('issuing.stepWithoutWords', 'S4.2.3b') : yes,
  )
}
