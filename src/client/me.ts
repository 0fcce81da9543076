import { createContext, useContext } from 'react'
import type { Role } from '../platform/actor.ts'
import type { client } from './api.ts'

export type { Role }

/** The signed-in person with roles, centre and group, as `access.me` tells it. */
export type Me = Awaited<ReturnType<typeof client.access.me>>

/** Given by the gate to every page behind it. */
export const MeContext = createContext<Me | null>(null)

/** Who is signed in. Only for pages, which stand behind the gate. */
export function useMe(): Me {
  const me = useContext(MeContext)
  if (!me) throw new Error('useMe stands outside the gate')
  return me
}

/** Whether the person holds one of the roles, acting ones included. */
export const holds = (me: Pick<Me, 'roles'>, roles: 'everyone' | readonly Role[]): boolean =>
  roles === 'everyone' || me.roles.some((role) => roles.includes(role))
