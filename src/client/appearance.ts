import { useSyncExternalStore } from 'react'
import { kept } from './telling.ts'

/** Light, dark, or as the machine is set. */
export const APPEARANCES = ['system', 'light', 'dark'] as const
export type Appearance = (typeof APPEARANCES)[number]

const KEPT = 'kaibo.appearance'
const isAppearance = (value: unknown): value is Appearance => APPEARANCES.includes(value as Appearance)

const first = (): Appearance => {
  const choice = globalThis.localStorage?.getItem(KEPT)
  return isAppearance(choice) ? choice : 'system'
}
const appearance = kept<Appearance>(first())

/** Keeps the choice on this device. */
export function setAppearance(choice: Appearance): void {
  localStorage.setItem(KEPT, choice)
  appearance.set(choice)
}

export const useAppearance = (): Appearance => useSyncExternalStore(appearance.subscribe, appearance.get)

/** What the machine is set to, as a media query has it. */
function machineSays(question: string) {
  const list = globalThis.matchMedia?.(question)
  const subscribe = (hear: () => void) => {
    list?.addEventListener('change', hear)
    return () => list?.removeEventListener('change', hear)
  }
  return { subscribe, get: () => list?.matches ?? false }
}
const machineDark = machineSays('(prefers-color-scheme: dark)')
const machineStill = machineSays('(prefers-reduced-motion: reduce)')

/** Whether the pages are dark now. */
export function useDark(): boolean {
  const choice = useAppearance()
  const dark = useSyncExternalStore(machineDark.subscribe, machineDark.get)
  return choice === 'system' ? dark : choice === 'dark'
}

/** Whether the reader's machine asks for no motion. */
export const useStill = (): boolean => useSyncExternalStore(machineStill.subscribe, machineStill.get)
