import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { About } from './about.tsx'
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
  page('/desk', () => import('./Desk.tsx'), 'Desk', {
    roles: ['tsr', 'tl'],
    group: 'today',
    label: 'calls.desk',
    icon: 'desk',
    key: 'd',
    phone: true,
  }),
  page('/calls', () => import('../modules/calls/CallsPage.tsx'), 'CallsPage', {
    roles: ['tsr', 'tl', 'um', 'deptManager', 'deputyGm', 'qualityInspector'],
    group: 'today',
    label: 'calls.title',
    icon: 'calls',
    key: 'c',
  }),
  page('/floor', () => import('../modules/floor/FloorPage.tsx'), 'FloorPage', {
    roles: ['tl', 'um', 'deptManager', 'deputyGm'],
    group: 'today',
    label: 'floor.title',
    icon: 'floor',
    key: 'f',
    phone: true,
  }),
  page('/progress', () => import('../modules/floor/ProgressPage.tsx'), 'ProgressPage', {
    roles: ['tl', 'um', 'deptManager', 'deputyGm'],
    group: 'today',
    label: 'floor.progress',
    icon: 'progress',
    key: 'g',
  }),
  page('/sales', () => import('./Sales.tsx'), 'Sales', {
    roles: ['tsr', 'tl', 'um', 'deptManager', 'deputyGm', 'dataOfficer', 'qualityInspector'],
    kind: 'life',
    group: 'sales',
    label: 'sales.title',
    icon: 'sales',
    key: 's',
    phone: true,
  }),
  page('/credit', () => import('../modules/credit/CreditPage.tsx'), 'CreditPage', {
    roles: ['tl', 'um', 'deptManager', 'deputyGm', 'dataOfficer', 'qualityInspector'],
    kind: 'life',
    group: 'sales',
    label: 'credit.title',
    icon: 'credit',
    key: 'k',
  }),
  page('/waiting', () => import('../modules/issuing/WaitingPage.tsx'), 'WaitingPage', {
    roles: ['tsr', 'tl', 'um', 'deptManager', 'dataOfficer', 'deputyGm'],
    kind: 'life',
    group: 'sales',
    label: 'issuing.title',
    icon: 'waiting',
    key: 'j',
  }),
  page('/policies', () => import('../modules/policies/PoliciesPage.tsx'), 'PoliciesPage', {
    roles: ['dataOfficer', 'deptManager'],
    kind: 'life',
    group: 'sales',
    label: 'policies.title',
    icon: 'policies',
    key: 'o',
  }),
  page('/policies/differences', () => import('../modules/policies/Differences.tsx'), 'DifferencesPage', {
    roles: ['dataOfficer', 'deptManager', 'tl', 'um'],
    kind: 'life',
    label: 'policies.differences',
  }),
  page('/front-desk', () => import('../modules/showroom/FrontDeskPage.tsx'), 'FrontDeskPage', {
    roles: ['reception'],
    kind: 'dealership',
    group: 'today',
    label: 'showroom.frontDesk',
    icon: 'frontDesk',
    key: 'd',
    phone: true,
  }),
  page('/arrivals', () => import('../modules/arrivals/ArrivalsPage.tsx'), 'ArrivalsPage', {
    roles: ['tsr', 'tl', 'um', 'deptManager', 'deputyGm', 'dataOfficer'],
    kind: 'dealership',
    group: 'leads',
    label: 'arrivals.title',
    icon: 'arrivals',
    key: 'w',
    phone: true,
  }),
  page('/arrivals/allocation', () => import('../modules/arrivals/AllocationPage.tsx'), 'AllocationPage', {
    roles: ['tl', 'um', 'deptManager', 'deputyGm'],
    kind: 'dealership',
    group: 'leads',
    label: 'arrivals.allocation',
    icon: 'allocation',
    key: 'z',
    phone: true,
  }),
  page('/arrivals/sources', () => import('../modules/arrivals/SourcesPage.tsx'), 'SourcesPage', {
    roles: ['dataOfficer', 'deptManager'],
    kind: 'dealership',
    group: 'leads',
    label: 'arrivals.sources',
    icon: 'sources',
  }),
  page('/showroom', () => import('../modules/showroom/ShowroomPage.tsx'), 'ShowroomPage', {
    roles: ['showroomSales', 'reception', 'tsr', 'tl', 'um', 'deptManager', 'deputyGm'],
    kind: 'dealership',
    group: 'sales',
    label: 'showroom.title',
    icon: 'showroom',
    key: 'h',
    phone: true,
  }),
  page('/day-sheet', () => import('../modules/showroom/DaySheetPage.tsx'), 'DaySheetPage', {
    roles: ['tl', 'um', 'deptManager', 'deputyGm'],
    kind: 'dealership',
    group: 'sales',
    label: 'showroom.daySheet',
    icon: 'daySheet',
    key: 'y',
    phone: true,
  }),
  page('/people', () => import('./People.tsx'), 'People', {
    roles: 'everyone',
    group: 'house',
    label: 'people.title',
    icon: 'people',
    key: 'p',
  }),
  page('/rules', () => import('../modules/rulebook/RulebookPage.tsx'), 'RulebookPage', {
    roles: 'everyone',
    group: 'house',
    label: 'rulebook.title',
    icon: 'rules',
    key: 'r',
  }),
  page('/rules/$clause', () => import('../modules/rulebook/ClausePage.tsx'), 'ClausePage', {
    roles: 'everyone',
    label: 'rulebook.clause',
  }),
  page('/timetable', () => import('../modules/rulebook/TimetablePage.tsx'), 'TimetablePage', {
    roles: 'everyone',
    group: 'house',
    label: 'rulebook.timetable.title',
    icon: 'timetable',
    key: 't',
  }),
  page('/products', () => import('../modules/catalog/CatalogPage.tsx'), 'CatalogPage', {
    roles: 'everyone',
    group: 'sales',
    label: 'catalog.title',
    icon: 'products',
  }),
  page('/calling-rules', () => import('../modules/compliance/CompliancePage.tsx'), 'CompliancePage', {
    roles: 'everyone',
    group: 'house',
    label: 'compliance.title',
    icon: 'shield',
  }),
  page('/leads', () => import('../modules/leads/LeadsPage.tsx'), 'LeadsPage', {
    roles: ['dataOfficer', 'deptManager', 'deputyGm'],
    group: 'leads',
    label: 'leads.company.title',
    icon: 'leads',
    key: 'l',
    phone: true,
  }),
  page('/leads/distribute', () => import('../modules/leads/DistributePage.tsx'), 'DistributePage', {
    roles: ['tl', 'um'],
    group: 'leads',
    label: 'leads.distribute.title',
    icon: 'leads',
    key: 'l',
    phone: true,
  }),
  page('/leads/mine', () => import('../modules/leads/MyLeadsPage.tsx'), 'MyLeadsPage', {
    roles: ['tsr'],
    group: 'leads',
    label: 'leads.mine.title',
    icon: 'leads',
    key: 'm',
    phone: true,
  }),
  page('/lists', () => import('../modules/lists/ListsPage.tsx'), 'ListsPage', {
    roles: ['dataOfficer', 'deptManager'],
    group: 'leads',
    label: 'nav.lists',
    icon: 'lists',
    key: 'i',
  }),
  page('/lists/import', () => import('../modules/lists/ImportPage.tsx'), 'ImportPage', {
    roles: ['dataOfficer'],
    label: 'lists.import.title',
  }),
  page('/records', () => import('../modules/records/RecordsPage.tsx'), 'RecordsPage', {
    roles: ['dataOfficer', 'deptManager', 'deputyGm', 'qualityInspector', 'um', 'tl'],
    group: 'house',
    label: 'records.title',
    icon: 'records',
    key: 'x',
  }),
  page('/records/import', () => import('../modules/records/RecordsImport.tsx'), 'RecordsImport', {
    roles: ['dataOfficer', 'deptManager'],
    label: 'records.import.title',
  }),
  page('/do-not-call', () => import('../modules/customers/DoNotCallPage.tsx'), 'DoNotCallPage', {
    roles: ['dataOfficer', 'qualityInspector', 'deptManager'],
    group: 'leads',
    label: 'customers.doNotCall',
    icon: 'stop',
  }),
  page('/seats', () => import('../modules/telephony/SeatsPage.tsx'), 'SeatsPage', {
    roles: ['um', 'deptManager', 'admin'],
    group: 'house',
    label: 'telephony.seats',
    icon: 'seats',
  }),
  page('/screens', () => import('../modules/wall/ScreensPage.tsx'), 'ScreensPage', {
    roles: ['um', 'deptManager', 'deputyGm', 'admin'],
    group: 'house',
    label: 'wall.screens',
    icon: 'screens',
  }),
  page('/moving', () => import('../modules/moving/MovingPage.tsx'), 'MovingPage', {
    roles: ['deptManager', 'dataOfficer', 'deputyGm', 'admin'],
    group: 'house',
    label: 'moving.title',
    icon: 'moving',
  }),
  page('/setup', () => import('../modules/setup/SetupPage.tsx'), 'SetupPage', {
    roles: ['deptManager', 'deputyGm', 'dataOfficer', 'admin'],
    group: 'house',
    label: 'setup.title',
    icon: 'setup',
  }),
  page('/setup/slips', () => import('../modules/setup/SlipsPage.tsx'), 'SlipsPage', {
    roles: ['deptManager', 'admin'],
    label: 'setup.slips',
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
