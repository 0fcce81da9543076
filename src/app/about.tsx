import { useRouter } from '@tanstack/react-router'
import { holds, type Me, type Role } from '../client/me.ts'

export const NAV_GROUPS = ['today', 'leads', 'sales', 'house', 'own'] as const
export type NavGroup = (typeof NAV_GROUPS)[number]
export type NavIcon =
  | 'now'
  | 'desk'
  | 'calls'
  | 'floor'
  | 'progress'
  | 'leads'
  | 'lists'
  | 'shield'
  | 'stop'
  | 'seats'
  | 'sales'
  | 'products'
  | 'people'
  | 'rules'
  | 'timetable'
  | 'account'
  | 'arrivals'
  | 'allocation'
  | 'sources'
  | 'frontDesk'
  | 'showroom'
  | 'daySheet'
  | 'screens'
  | 'records'
  | 'credit'
  | 'waiting'
  | 'policies'
  | 'moving'
  | 'setup'

/** Who a page is for and where it stands in the navigation; without a group it is reached by links alone. */
export type About = {
  readonly roles: 'everyone' | readonly Role[]
  /** Only in a house of this kind. */
  readonly kind?: Me['centre']['kind']
  readonly group?: NavGroup
  /** Key of its name in the words. */
  readonly label: string
  readonly icon?: NavIcon
  /** The key after `g` that leads to it. */
  readonly key?: string
  /** In the bar at the bottom of a phone. */
  readonly phone?: boolean
}

/** Whether a page is for somebody. */
export const isFor = ({ roles, kind }: About, me: Me): boolean =>
  holds(me, roles) && (kind === undefined || me.centre.kind === kind)

export type Place = { readonly path: string; readonly about: About }

/** All pages in the order of routes.tsx. */
export function usePlaces(): readonly Place[] {
  const pages = Object.values(useRouter().routesByPath)
  return pages.flatMap(({ fullPath, options }) => {
    const about = (options as { staticData?: { about?: About } }).staticData?.about
    return about ? [{ path: fullPath, about }] : []
  })
}
