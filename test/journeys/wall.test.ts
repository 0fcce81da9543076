import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bringOnline, type Floor, handDown, openFloor, type Person } from './floor.ts'

let floor: Floor
beforeAll(async () => {
  floor = await openFloor()
  await floor.clock('10:00', 0)
  await handDown(await floor.person('lin'), ['安寧'])
})
afterAll(() => floor.close())

type Offer = { products: { id: string; payWays: Record<string, number>; disclosures: { key: string }[] }[] }
type Desk = { callId: string; phoneId: string; lead: { productId: string } | null }

/** A case, from the lead to the application, by the operations as the desk calls them. */
async function sell(agent: Person): Promise<void> {
  const tabId = randomUUID()
  await bringOnline(agent)
  await agent.call('calls.open', { tabId, takeOver: true })
  await agent.call('calls.next', { tabId })
  const before = await agent.call<Desk>('calls.desk')
  await agent.call('calls.dial', { tabId, phoneId: before.phoneId })
  await agent.call('calls.answered', { tabId })
  const { products } = await agent.call<Offer>('sales.offer')
  const { id: productId, payWays, disclosures } = products[0]!
  await agent.call('sales.accept', {
    ...{ tabId, callId: before.callId, productId, applicationNo: 'WALL-1', rawPremium: '9000' },
    ...{ payWay: Object.keys(payWays)[0], disclosures: disclosures.map(({ key }) => key) },
  })
}

test('a screen is paired by its code, applauds a sale, keeps its figures without network and over a restart, and is turned away', async () => {
  const screen = await floor.screen('wall')
  const { page } = screen
  const code = ((await page.locator('.w-code').textContent()) ?? '').replaceAll(' ', '')
  expect(code).toMatch(/^[A-Z0-9]{6}$/)

  const guo = await floor.person('guo', 'screens')
  await guo.page.getByRole('button', { name: 'Pair a screen' }).click()
  await guo.page.getByLabel('Code on the screen').fill('WRONG1')
  await guo.page.getByRole('textbox', { name: 'Name of the screen' }).fill('Hall')
  const confirm = guo.page.locator('.ant-modal-footer').getByRole('button', { name: 'Pair a screen' })
  await confirm.click()
  await guo.page.getByText('No screen shows this code').waitFor()
  await guo.page.getByLabel('Code on the screen').fill(code)
  await confirm.click()
  const row = guo.page.getByRole('row').filter({ hasText: 'Hall' })
  await row.getByText('Connected', { exact: true }).waitFor()

  // Its figures, without a menu and without a name on anything that is short.
  await page.locator('.w-group').first().waitFor()
  await page.locator('.w-clock', { hasText: '10:00' }).waitFor()
  const total = page.locator('.w-total dd').first()
  const before = Number.parseInt((await total.textContent()) ?? '', 10)
  expect(await page.getByRole('navigation').count()).toBe(0)
  const cut = await page.evaluate(() => document.documentElement.scrollHeight > window.innerHeight)
  expect(cut).toBe(false)

  await guo.page.getByLabel('Announcement', { exact: true }).fill('Cake at four')
  await guo.page.getByRole('button', { name: 'Announce' }).click()
  await page.locator('.w-news', { hasText: 'Cake at four' }).waitFor()

  await sell(await floor.person('ann', 'account'))
  await page.locator('.w-applause', { hasText: '安寧' }).waitFor()
  await expect.poll(async () => Number.parseInt((await total.textContent()) ?? '', 10)).toBe(before + 1)

  // The network goes for a night: the last figures stay, marked old, and are new again by themselves.
  await screen.context.setOffline(true)
  await page.getByText(/No network since .*10:00/).waitFor()
  expect(await page.locator('.w-group').count()).toBeGreaterThan(0)
  await floor.clock('08:00')
  await screen.context.setOffline(false)
  await page.locator('.w-lost').waitFor({ state: 'detached' })

  // The server goes and comes back; a page of another version makes the screen begin anew.
  await floor.stop()
  await page.locator('.w-lost').waitFor()
  await page.evaluate(() => document.querySelector('head script')?.setAttribute('src', '/assets/older-1.js'))
  await floor.startAgain()
  await page.waitForEvent('load')
  await page.locator('.w-group').first().waitFor()
  expect(await page.locator('head script[src*=older]').count()).toBe(0)

  await guo.page.reload()
  await row.getByRole('button', { name: 'Unpair' }).click()
  await guo.page.locator('.ant-popover').getByRole('button', { name: 'Unpair' }).click()
  await page.locator('.w-code').waitFor()
  expect(await page.locator('.w-group').count()).toBe(0)
  expect(screen.errors.filter((error) => !/ERR_|Failed to load resource/.test(error))).toEqual([])
  expect(guo.errors.filter((error) => !/ERR_|Failed to load resource/.test(error))).toEqual([])
})
