import { useSyncExternalStore } from 'react'
import { centreNow } from './clock.ts'
import { kept } from './telling.ts'

/** The line to the house: up, or lost since an instant of the centre's clock. `connecting` is the first try. */
export type Connection =
  | { readonly state: 'connecting' | 'up' }
  | { readonly state: 'lost'; readonly since: Temporal.Instant }

const connection = kept<Connection>({ state: 'connecting' })

export const lineUp = (): void => connection.set({ state: 'up' })

/** The first loss counts; losing it again while lost does not move the hour. */
export function lineLost(): void {
  if (connection.get().state !== 'lost') connection.set({ state: 'lost', since: centreNow() })
}

export const connectionNow = connection.get

export const useConnection = (): Connection => useSyncExternalStore(connection.subscribe, connection.get)
