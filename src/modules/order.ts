/**
 * The order of modules: a module imports only modules that stand before it, so there is no circle by construction.
 * test/boundaries.test.ts holds every import and every table name against it. A module gets its folder when it is
 * built; the place it will take is settled here.
 */
const GROUND = ['people', 'rulebook', 'notices', 'attendance', 'leave', 'conduct', 'catalog', 'customers', 'sheets']
const WORK = [
  'compliance',
  'lists',
  'leads',
  'telephony',
  'calls',
  'records',
  'arrivals',
  'sales',
  'issuing',
  'policies',
  'credit',
  'care',
  'showroom',
]
const DRIVE = ['goals', 'fund', 'contests', 'meetings']
const JUDGE = ['quality', 'coaching', 'training', 'assessment', 'planning', 'team']
const LOOK = ['floor', 'wall', 'reports', 'brought', 'moving', 'setup']

export const MODULE_ORDER: readonly string[] = [...GROUND, ...WORK, ...DRIVE, ...JUDGE, ...LOOK]
