import { useCallback, useRef, useState } from 'react'
import { useMe } from './me.ts'

/*
 * A half-written form lies in this tab's own storage under the person's id until it is sent: a reload, a lost line or
 * an ended session loses nothing, and the next person at the same seat never sees it. It goes when the tab is closed.
 */

const keyOf = (personId: string, key: string) => `kaibo.draft.${personId}.${key}`

function read<T>(place: string): T | undefined {
  try {
    const text = sessionStorage.getItem(place)
    return text === null ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined
  }
}

export type Draft<T> = {
  readonly value: T
  /** Writes the whole draft or changes it by a function of what is there. */
  set(next: T | ((before: T) => T)): void
  /** Call when it was sent or thrown away. */
  clear(): void
  /** It was found on this device, written before this page was opened. */
  readonly restored: boolean
}

/** A form's content that survives reloads. `key` names the form and its subject, as `calls.wrapUp.<callId>`. */
export function useDraft<T>(key: string, initial: T): Draft<T> {
  const { person } = useMe()
  return useKept(keyOf(person.id, key), initial)
}

/** The same before anybody has an account. No secret belongs into it. */
export const useDoorDraft = <T>(key: string, initial: T): Draft<T> => useKept(keyOf('door', key), initial)

/** Whether such a draft lies in this tab. */
export const isDrafted = (key: string): boolean => read(keyOf('door', key)) !== undefined

function useKept<T>(place: string, initial: T): Draft<T> {
  const [held, setHeld] = useState(() => ({ place, value: read<T>(place), restored: read(place) !== undefined }))
  // Another subject on the same page is another draft.
  const now = held.place === place ? held : { place, value: read<T>(place), restored: read(place) !== undefined }
  if (now !== held) setHeld(now)

  // What the form begins with belongs to its key; a new object of the same content changes nothing.
  const first = useRef(initial)
  first.current = initial
  const set = useCallback(
    (next: T | ((before: T) => T)) => {
      setHeld((before) => {
        const old = before.place === place ? (before.value ?? first.current) : (read<T>(place) ?? first.current)
        const value = typeof next === 'function' ? (next as (before: T) => T)(old) : next
        sessionStorage.setItem(place, JSON.stringify(value))
        return { place, value, restored: before.restored }
      })
    },
    [place],
  )
  const clear = useCallback(() => {
    sessionStorage.removeItem(place)
    setHeld({ place, value: undefined, restored: false })
  }, [place])
  return { value: now.value ?? initial, set, clear, restored: now.restored }
}

/** Throws away all drafts of this tab; for signing out by hand. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith('kaibo.draft.')) sessionStorage.removeItem(key)
}
