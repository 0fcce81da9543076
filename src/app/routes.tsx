import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { About } from './about.ts'
import { Gate } from './Gate.tsx'
import { NotFound } from './NotFound.tsx'
import { PageError } from './PageError.tsx'

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    about?: About
  }
  interface Register {
    router: typeof routes
  }
}

const root = createRootRoute({ component: Gate, notFoundComponent: NotFound, errorComponent: PageError })

/** One page: its path, the file that brings it when it is first opened, and its place. */
const page = <const P extends string, N extends string>(
  path: P,
  load: () => Promise<Record<N, () => ReactNode>>,
  name: N,
  about: About,
) => {
  const component = lazyRouteComponent(load, name)
  return createRoute({ getParentRoute: () => root, path, component, staticData: { about } })
}

const pages = [
  page('/', () => import('./Now.tsx'), 'Now', {
    roles: 'everyone',
    group: 'today',
    label: 'nav.now',
    icon: 'now',
    key: 'n',
    phone: true,
  }),
  page('/account', () => import('./AccountPage.tsx'), 'AccountPage', {
    roles: 'everyone',
    group: 'own',
    label: 'nav.account',
    icon: 'account',
    key: 'a',
  }),
] as const

/** The pages of the house. */
export const routes = createRouter({
  routeTree: root.addChildren(pages),
  defaultPreload: 'intent',
  defaultErrorComponent: PageError,
  scrollRestoration: true,
})
