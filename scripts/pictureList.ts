import type { Page } from 'playwright-core'

/* Which pictures the guides show: whose page, at what time of the demo's day, and what is opened on it first. */

type At = {
  readonly page: Page
  /** Calls an operation as the person of the picture. */
  call<T>(operation: string, input?: object): Promise<T>
  /** The same as the manager of the house. */
  manager<T>(operation: string, input?: object): Promise<T>
}

export type Picture = {
  readonly name: string
  /** Absent = nobody is signed in. */
  readonly user?: string
  readonly path: string
  /** Time of the demo's day. */
  readonly at: string
  readonly house?: 'dealership'
  readonly width?: number
  readonly height?: number
  readonly before?: (at: At) => Promise<void>
}

const MORNING = '08:55'
export const WORK = '10:40'
/** Nothing happened since, and what was tried in the morning is due again. */
const AFTERNOON = '14:10'

/** The desk is open at the seat where the demo plays: it is taken over, as from another tab, with a lead before it. */
async function atDesk({ page }: At): Promise<void> {
  const over = page.getByRole('button', { name: /Take over here|在這裡接手/ })
  const next = page.getByRole('button', { name: /Next lead|取下一筆/ })
  const step = page.locator('.d-step')
  await over.or(next).or(step).first().waitFor()
  if (await over.isVisible()) {
    await over.click()
    await next.or(step).first().waitFor()
  }
  if (!(await step.first().isVisible())) await page.keyboard.press('n')
  await step.first().waitFor()
}

/** A screen of the whole house, with the code or with its place. */
async function paired({ page, manager }: At): Promise<void> {
  const code = ((await page.locator('.w-code').textContent()) ?? '').replaceAll(' ', '')
  type Screens = { units: { id: string }[]; screens: { id: string; name: string }[] }
  const { units, screens } = await manager<Screens>('wall.screens')
  for (const { id, name } of screens) if (name === '大廳') await manager('wall.revoke', { screenId: id })
  await manager('wall.pair', { code, name: '大廳', unitId: units[0]!.id })
  await page.locator('.w-group').first().waitFor()
}

const SCREEN = { width: 1120, height: 630 } as const
const PHONE = { width: 390, height: 780 } as const

export const PICTURES: readonly Picture[] = [
  { name: 'sign-in', path: '', at: MORNING },
  { name: 'leader-morning', user: 'lin', path: '', at: MORNING },
  { name: 'agent-now', user: 'ann', path: '', at: WORK },
  { name: 'agent-calls', user: 'ann', path: 'calls', at: WORK },
  { name: 'leader-distribute', user: 'lin', path: 'leads/distribute', at: WORK },
  { name: 'leader-floor', user: 'lin', path: 'floor', at: WORK },
  { name: 'leader-progress', user: 'lin', path: 'progress', at: WORK },
  { name: 'unit-manager-now', user: 'wen', path: '', at: WORK },
  { name: 'unit-manager-seats', user: 'wen', path: 'seats', at: WORK },
  { name: 'manager-now', user: 'guo', path: '', at: WORK },
  { name: 'manager-people', user: 'guo', path: 'people', at: WORK },
  { name: 'manager-clause', user: 'guo', path: 'rules/S4.4.2', at: WORK },
  { name: 'manager-screens', user: 'guo', path: 'screens', at: WORK },
  { name: 'officer-lists', user: 'liu', path: 'lists', at: WORK },
  { name: 'officer-issue', user: 'liu', path: 'leads', at: WORK },
  { name: 'officer-do-not-call', user: 'liu', path: 'do-not-call', at: WORK },
  { name: 'quality-calls', user: 'qin', path: 'calls', at: WORK },
  { name: 'wall-code', path: 'wall', at: WORK, ...SCREEN },
  { name: 'wall', path: 'wall', at: WORK, ...SCREEN, before: paired },
  { name: 'agent-desk', user: 'ann', path: 'desk', at: AFTERNOON, before: atDesk },
  { name: 'dealer-allocation', user: 'lin', path: 'arrivals/allocation', at: '08:50', house: 'dealership' },
  { name: 'dealer-arrivals', user: 'lin', path: 'arrivals', at: '09:40', house: 'dealership' },
  { name: 'reception', user: 'fei', path: 'front-desk', at: '15:00', house: 'dealership', ...PHONE },
  { name: 'showroom', user: 'shan', path: 'showroom', at: '15:00', house: 'dealership' },
  { name: 'dealer-day-sheet', user: 'lin', path: 'day-sheet', at: '15:00', house: 'dealership' },
]
