import { Button, type ButtonProps, Tooltip } from 'antd'
import type { ReactNode } from 'react'
import type { Reason, Verdict } from '../lib/verdict.ts'
import { Reasons } from './Reasons.tsx'

/** Why a button is off: the verdict of the rule that the server will ask as well, its reasons, or plain words. */
export type DisabledReason = Verdict | readonly Reason[] | ReactNode

function wordsOf(reason: DisabledReason): ReactNode {
  if (reason === null || reason === undefined || reason === false || reason === '') return null
  if (typeof reason === 'object' && 'ok' in reason) return reason.ok ? null : <Reasons of={reason.reasons} />
  if (Array.isArray(reason) && reason.length > 0 && typeof reason[0] === 'object' && 'clause' in reason[0])
    return <Reasons of={reason as readonly Reason[]} />
  return reason as ReactNode
}

/** Whether there is a reason at all, for a form that is sent by Enter. */
export const isReason = (reason: DisabledReason): boolean => wordsOf(reason) !== null

export type ActionProps = Omit<ButtonProps, 'disabled' | 'loading' | 'title'> & {
  disabledReason?: DisabledReason
  busy?: boolean
  /** The key that does the same, shown on the button: `n`, `Enter`. */
  shortcut?: string
  hint?: ReactNode
}

/** A button that says why it cannot be pressed. It stays in reach of the keyboard, so that the reason does as well. */
export function Action({ disabledReason, busy = false, shortcut, hint, children, onClick, ...rest }: ActionProps) {
  const why = wordsOf(disabledReason)
  const off = why !== null
  const button = (
    <Button
      {...rest}
      {...(off && { 'aria-disabled': true, htmlType: 'button' as const })}
      {...(shortcut && { 'aria-keyshortcuts': shortcut })}
      className={[rest.className, off && 'k-off'].filter(Boolean).join(' ')}
      loading={busy}
      onClick={off ? (event) => event.preventDefault() : onClick}
    >
      {children}
      {shortcut && <kbd className="k-key">{shortcut}</kbd>}
    </Button>
  )
  if (!off && !hint) return button
  return (
    <Tooltip title={off ? why : hint} trigger={['hover', 'focus']} styles={{ root: { maxWidth: 'min(420px, 92vw)' } }}>
      {button}
    </Tooltip>
  )
}
