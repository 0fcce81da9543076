import { useWords } from '../client/words.ts'
import type { Reason } from '../lib/verdict.ts'
import { ClauseLink } from './ClauseLink.tsx'
import { dayAndTime } from './format.ts'

/** A reason in the reader's words; a reason that nobody worded says its name. */
export function useReasonText(): (reason: Reason) => string {
  const t = useWords()
  return ({ code, because }) => t([because.key, `refusal.${code}`, 'ui.refusal.unworded'], { code, ...because.values })
}

/** Refusals that keep order and follow from no regulation name no clause. */
const isClause = (id: string) => /^S\d/.test(id)

/** Every reason of a refusal: why, from when it no longer holds, whose rule it is. */
export function Reasons({ of }: { of: readonly Reason[] }) {
  const t = useWords()
  const textOf = useReasonText()
  return (
    <ul className="k-reasons">
      {of.map((reason) => (
        <li key={`${reason.code} ${reason.clause} ${reason.pack ?? ''}`}>
          <span>{textOf(reason)}</span>
          <span className="k-reason-foot">
            {isClause(reason.clause) && <ClauseLink id={reason.clause} />}
            {reason.from && <span>{t('ui.refusal.from', { at: dayAndTime(reason.from) })}</span>}
            {reason.from === null && <span>{t('ui.refusal.never')}</span>}
            {reason.source && <span>{t('ui.refusal.source', { source: reason.source })}</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}
