import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { numberAt } from '../../demo/list.ts'
import { bringOnline, type Floor, openFloor } from './floor.ts'
import { lookAt } from './readable.ts'

/* A morning in a car dealer's house, from the web lead to the order and the day sheet. */

let parent: string
let floor: Floor
beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'kaibo-dealer-'))
  const folder = join(parent, 'demo')
  const args = [join(import.meta.dirname, 'make.ts'), folder, 'dealership']
  const made = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`the demo dealership could not be made:\n${made.stdout}${made.stderr}`)
  floor = await openFloor(folder, ['--dealership'])
})
afterAll(async () => {
  await floor?.close()
  rmSync(parent, { recursive: true, force: true })
})

const NUMBER = numberAt(900_001)
const NAME = '路遠'

test('[S2.1.4 P] yesterday’s leads are allocated, a web lead is called in five minutes and invited; [S2.2.1 P] it comes, drives and orders, and the day sheet counts it', async () => {
  // Before the meeting the leader looks at the proposal, puts one lead elsewhere, and confirms.
  await floor.clock('08:50')
  const lin = await floor.person('lin')
  await lin.page.getByRole('link', { name: 'Look and confirm' }).click()
  await lin.page.getByText('Proposed, to be confirmed').waitFor()
  const first = lin.page.locator('.a-rows li').first()
  const given = ((await first.locator('.ant-select').textContent()) ?? '').trim()
  const other = given === '安寧' ? '柏川' : '安寧'
  await first.locator('.ant-select').click()
  await lin.page.locator('.ant-select-dropdown:visible').getByText(other, { exact: true }).click()
  await first.getByText(`The proposal was ${given}`).waitFor()
  await lin.page.getByRole('button', { name: /^Confirm allocation/ }).click()
  await lin.page.getByText('Confirmed by 林夏').waitFor()
  // Only Ann takes in turn what comes today.
  const turns = lin.page.getByRole('switch', { name: /Takes new arrivals in turn today/ })
  for (let n = 1; n < (await turns.count()); n++) {
    await turns.nth(n).click()
    await expect.poll(() => turns.nth(n).getAttribute('aria-checked')).toBe('false')
  }

  // In dialling hours a web lead comes in by post.
  await floor.clock('09:30')
  const ann = await floor.person('ann', 'desk')
  await bringOnline(ann)
  const guo = await floor.person('guo', 'floor')
  const { sources } = await guo.call<{ sources: { id: string; code: string }[] }>('arrivals.sources')
  const sourceId = sources.find(({ code }) => code === 'site')!.id
  const { key } = await guo.call<{ key: string }>('arrivals.newKey', { sourceId })
  const before = await guo.call<{ arrived: number }>('arrivals.clock')
  const posted = await fetch(`${floor.address}api/arrivals/deliver`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-source-key': key },
    body: JSON.stringify({ id: 'journey-1', phone: NUMBER, name: NAME, model: 'YH-T7', consent: true }),
  })
  expect([posted.status, await posted.json()]).toMatchObject([200, { result: 'lead' }])
  expect(await guo.call('arrivals.clock')).toMatchObject({ arrived: before.arrived + 1 })

  // The clock runs on the board and on the leader's Now; the lead is in Ann's hands.
  await guo.page.getByRole('heading', { name: /Five-minute clock/ }).waitFor()
  await lin.page.goto(floor.address)
  const row = lin.page.locator('.a-rows li', { hasText: NAME })
  await row.getByText('Running').waitFor()
  expect(await row.textContent()).toContain('安寧')

  // Ann's next lead is this one; she calls in time and books a visit.
  await ann.page.getByRole('button', { name: /Next lead/ }).waitFor()
  const step = (name: string) => ann.page.locator('.d-step', { hasText: name }).waitFor()
  await ann.page.keyboard.press('n')
  await step('Preview')
  await ann.page.getByText(NAME).first().waitFor()
  await ann.page.keyboard.press('Enter')
  await step('Dialling')
  await ann.page.keyboard.press('Space')
  await step('Talking')
  await ann.page.keyboard.press('v')
  await ann.page.getByRole('button', { name: /17 Jun, 15:00/ }).waitFor()
  await ann.page.keyboard.press('1')
  await ann.page.keyboard.press('Enter')
  await expect
    .poll(async () => (await ann.call<{ calls: { outcome: string }[] }>('calls.recent')).calls[0]?.outcome)
    .toBe('appointment')
  await lin.page.goto(`${floor.address}arrivals`)
  await lin.page.locator('tr', { hasText: NAME }).getByText('In time').waitFor()

  // At three he stands at the front desk: his last four digits, one tap, and somebody is called.
  await floor.clock('15:00')
  const fei = await floor.person('fei', 'front-desk', { width: 390 })
  const shan = await floor.person('shan')
  await fei.page.getByLabel('Last four digits, or the whole number').fill(NUMBER.slice(-4))
  const visitor = fei.page.locator('.sr-visitor', { hasText: NAME })
  await visitor.getByText('Invited by 安寧').waitFor()
  await visitor.getByRole('button', { name: /^Here: call 單宇/ }).click()
  await visitor.waitFor({ state: 'detached' })

  // He is received, drives and orders.
  await shan.page.locator('.sr-rows li', { hasText: NAME }).getByText('In the house').waitFor()
  await shan.page.locator('.sr-rows li', { hasText: NAME }).getByRole('button', { name: 'Open' }).click()
  const drawer = shan.page.locator('.ant-drawer')
  const record = async (kind: string, orderNo?: string) => {
    await drawer.locator('.sr-steps').getByRole('button', { name: kind }).click()
    if (orderNo) await drawer.getByLabel('Order no.').fill(orderNo)
    await drawer.getByRole('button', { name: `Record: ${kind}` }).click()
    await drawer.locator('.sr-way .sr-kind', { hasText: kind }).waitFor()
  }
  await record('Reception')
  await record('Test drive')
  await record('Order', 'YH-JOURNEY-1')
  await drawer.getByText('Ordered').first().waitFor()
  await shan.page.keyboard.press('Escape')

  // The board counts it as an order of the agent who invited him.
  await guo.page.goto(`${floor.address}floor`)
  await guo.page.locator('.f-tile, .f-row', { hasText: '安寧' }).click()
  await guo.page.locator('.ant-drawer').getByText('Orders of today').waitFor()
  await guo.page.locator('.ant-drawer').getByText('YH-JOURNEY-1').waitFor()
  await guo.page.keyboard.press('Escape')

  // Another one does not: a walk-in is lost, with a reason; the manager sends it back, then lets it go.
  await fei.page.getByRole('button', { name: 'Walk-in' }).click()
  const form = fei.page.getByRole('dialog')
  await form.getByLabel('Telephone').fill(numberAt(900_002))
  await form.getByLabel('Name').fill('過客')
  await form.getByRole('button', { name: 'Record the visit' }).click()
  await form.waitFor({ state: 'hidden' })
  const { deals } = await fei.call<{ deals: { customer: string; sales: string }[] }>('showroom.today')
  const host = deals.find(({ customer }) => customer === '過客')!.sales === '單宇' ? shan : await floor.person('zhu')
  const ask = async () => {
    await host.page.goto(`${floor.address}showroom`)
    await host.page.locator('tr', { hasText: '過客' }).click()
    await host.page.getByRole('button', { name: 'Report as lost' }).click()
    await host.page.getByLabel('Reason of the loss').click()
    await host.page.locator('.ant-select-dropdown:visible').getByText('Bought elsewhere').click()
    await host.page.getByLabel('What was tried, and what the customer said').fill('Has a car on order already')
    await host.page.getByRole('button', { name: 'Send to the manager' }).click()
    await host.page.locator('.sr-way').getByText('Loss reported').last().waitFor()
  }
  await ask()
  const stateOf = async () => {
    const { deals: all } = await guo.call<{ deals: { customer: string; state: string }[] }>('showroom.deals')
    return all.find(({ customer }) => customer === '過客')!.state
  }
  const openLoss = async () => {
    await guo.page.goto(floor.address)
    await guo.page.locator('.sr-rows li', { hasText: '過客' }).getByRole('button', { name: 'Open' }).first().click()
  }
  await openLoss()
  await guo.page.getByLabel(/still to be tried/).fill('Offer him the demonstrator')
  await guo.page.getByRole('button', { name: 'Send back' }).click()
  await expect.poll(stateOf).toBe('visited')
  await ask()
  await openLoss()
  await guo.page.getByRole('button', { name: 'Let it go' }).click()
  await expect.poll(stateOf).toBe('lost')

  // The day sheet counts it all, per person and in sum; a figure that is put right says what it was.
  await lin.page.goto(`${floor.address}day-sheet`)
  const figure = (name: string, of: string) => lin.page.getByRole('button', { name: new RegExp(`^${name} ${of} \\d+`) })
  await figure('安寧', 'Booked').waitFor()
  const shown = async (name: string, of: string) => Number(await figure(name, of).textContent())
  expect(await shown('安寧', 'Outbound')).toBe(1)
  expect(await shown('安寧', 'Booked')).toBe(1)
  expect(await shown('安寧', 'Visits')).toBe(1)
  expect(await shown('單宇', 'Receptions')).toBe(1)
  expect(await shown('單宇', 'Test drives')).toBe(1)
  expect(await shown('單宇', 'Orders')).toBe(1)
  await figure('安寧', 'Visits').click()
  await lin.page.getByLabel('The right figure').fill('2')
  await lin.page.getByLabel('Reason').fill('One came in by the back door')
  await lin.page.getByRole('button', { name: 'Put right' }).click()
  await expect.poll(() => shown('安寧', 'Visits')).toBe(2)
  await figure('安寧', 'Visits').hover()
  await lin.page.getByText(/1 → 2, 林夏 .*back door/).waitFor()

  // In the evening the allocation counts by its own id what was dialled of it.
  await floor.clock('18:35')
  await lin.page.goto(`${floor.address}arrivals/allocation`)
  await lin.page.getByText('Confirmed by 林夏').waitFor()
  expect(await lin.page.locator('.a-agent', { hasText: 'Sum' }).textContent()).toMatch(
    /given \d+, dialled \d+, reached \d+/,
  )
  for (const person of [lin, ann, guo, fei, shan]) expect(person.errors).toEqual([])
})

const LOOKS = [
  ['guo', ['', 'floor', 'arrivals', 'arrivals/allocation', 'arrivals/sources', 'showroom', 'day-sheet'], 1440],
  ['lin', ['', 'arrivals', 'arrivals/allocation', 'showroom', 'day-sheet', 'desk'], 390],
  ['fei', ['', 'front-desk', 'showroom'], 390],
  ['shan', ['', 'showroom'], 390],
] as const
for (const locale of ['zh-TW', 'zh-CN', 'en-US'])
  test(`the pages of a car dealer’s house open in ${locale}, light and dark, readable, on a phone as well`, async () => {
    for (const [username, paths, width] of LOOKS) {
      const person = await floor.person(username, '', { locale, width })
      await lookAt(floor, person, paths)
      await person.context.close()
    }
  })
