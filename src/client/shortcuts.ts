import { useEffect, useRef, useSyncExternalStore } from 'react'
import { kept } from './telling.ts'

/*
 * The keyboard of the pages. A shortcut is one key ('n', '?', 'Enter'), one with a modifier ('ctrl+Enter'), or two in a
 * row ('g n'). While somebody types in a field or an input method composes, plain keys belong to the field.
 */

export type Shortcut = { readonly keys: string; readonly label: string; readonly run: () => void }

const shortcuts = kept<readonly Shortcut[]>([])
const SECOND_KEY_WITHIN = 1200

let pending: { key: string; at: number } | null = null

const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select'))

/** On these Enter and Space are presses of their own. */
const isPressed = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('button, a[href], [role=button], [role=option], [role=menuitem]') !== null

function nameOf(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'Space' : event.key
  return `${event.ctrlKey || event.metaKey ? 'ctrl+' : ''}${event.altKey ? 'alt+' : ''}${key}`
}

function hear(event: KeyboardEvent) {
  if (event.isComposing || event.defaultPrevented || event.repeat) return
  const modified = event.ctrlKey || event.metaKey || event.altKey
  if (isField(event.target) && !modified) return
  if (['Enter', ' '].includes(event.key) && !modified && isPressed(event.target)) return
  // Behind an open dialog nothing is pressed by accident.
  const dialog = document.querySelector('.ant-modal-wrap:not([style*="display: none"]), .ant-drawer-open')
  const inDialog = event.target instanceof Node && dialog?.contains(event.target)
  const name = nameOf(event)
  const first = pending && Date.now() - pending.at < SECOND_KEY_WITHIN ? pending.key : null
  pending = null
  const wanted = first ? `${first} ${name}` : name
  const found = shortcuts.get().findLast(({ keys }) => keys === wanted)
  if (found && (!dialog || inDialog)) {
    event.preventDefault()
    found.run()
  } else if (shortcuts.get().some(({ keys }) => keys.startsWith(`${name} `))) pending = { key: name, at: Date.now() }
}

/** Starts listening; returns how to stop. */
export function listenToKeys(): () => void {
  addEventListener('keydown', hear)
  return () => removeEventListener('keydown', hear)
}

/** A key of this page, listed under `?` with its label. The newest page's key wins. `on` false takes it away. */
export function useShortcut(keys: string, label: string, run: () => void, on = true): void {
  const newest = useRef(run)
  newest.current = run
  useEffect(() => {
    if (!on) return
    const mine: Shortcut = { keys, label, run: () => newest.current() }
    shortcuts.set([...shortcuts.get(), mine])
    return () => shortcuts.set(shortcuts.get().filter((other) => other !== mine))
  }, [keys, label, on])
}

/** All keys that work now. */
export const useShortcuts = (): readonly Shortcut[] => useSyncExternalStore(shortcuts.subscribe, shortcuts.get)
