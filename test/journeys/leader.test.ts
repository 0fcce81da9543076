import { afterAll, beforeAll, expect, test } from 'vitest'
import { bringOnline, type Floor, handDown, openFloor, type Person } from './floor.ts'

let floor: Floor
beforeAll(async () => {
  floor = await openFloor()
})
afterAll(() => floor.close())

const button = ({ page }: Person, name: RegExp | string) => page.getByRole('button', { name })
const card = ({ page }: Person, title: RegExp | string) =>
  page.locator('.k-panel').filter({ has: page.getByRole('heading', { name: title }) })

test('[S4.4.2 P] [S4.3.3c R] [S4.4.3 C] a leader lives from 8:30 to 13:00 on Now alone', async () => {
  await floor.clock('08:26')
  const lin = await floor.person('lin')
  await handDown(lin)
  const wen = await floor.person('wen')
  const deng = await floor.person('deng')
  await deng.call('attendance.checkIn')

  // 8:30: one group of the region has no leader in the house; the unit manager names one with a tap.
  await floor.clock('08:31')
  const leaderless = card(wen, /without their leader/)
  await leaderless.getByText('潮汐組').waitFor()
  await leaderless.getByRole('button', { name: '鄧飛' }).click()
  await wen.page.getByText('鄧飛 (acting)').first().waitFor()
  await deng.page.getByText('潮汐組: online check').waitFor()

  // 9:10: the online check, seat by seat.
  await floor.clock('09:11')
  const roll = card(lin, /晨光組: online check/)
  await roll
    .getByText(/not ready/)
    .first()
    .waitFor()
  const [ann, bo] = [await floor.person('ann'), await floor.person('bo')]
  await ann.call('attendance.checkIn')
  await ann.call('attendance.ready')
  await roll.getByText('1 ready').waitFor()
  expect(await button(lin, /Start monitoring|start monitoring/).isDisabled()).toBe(true)

  // 9:20: online, first dials; who does not dial is amber, and the floor starts with the leader's name.
  await floor.clock('09:20')
  for (const agent of [ann, bo]) await bringOnline(agent)
  const tab = { tabId: crypto.randomUUID() }
  await ann.call('calls.open', { ...tab, takeOver: true })
  await ann.call('calls.next', tab)
  const { phoneId } = await ann.call<{ phoneId: string }>('calls.desk')
  await ann.call('calls.dial', { ...tab, phoneId })
  await roll.getByText('1 dialling').waitFor()
  await floor.clock('09:26')
  await roll.getByText(/\d+ late/).waitFor()
  await button(lin, /Start monitoring with/).click()
  await roll
    .getByText(/confirmed by 林夏|Started|monitoring/i)
    .first()
    .waitFor()

  // 9:29 and on: somebody is online and neither dials nor talks; only the leader hears of it, and notes why.
  await floor.clock('09:30')
  const idle = card(lin, /Idling online/)
  await idle.getByText('柏川').waitFor()
  await idle.getByRole('button', { name: 'Writing up' }).click()
  await expect.poll(() => idle.getByText('柏川').count()).toBeLessThanOrEqual(1)

  // Noon: Now says by itself what comes next, and what runs.
  await floor.clock('11:50')
  await lin.page
    .locator('.k-now')
    .getByText(/Noon meeting|Lunch|Break/)
    .first()
    .waitFor()
  await floor.clock('13:01')
  await lin.page.locator('.k-now-name', { hasText: 'Noon meeting' }).waitFor()
  // All on the one page, without the menu.
  expect(new URL(lin.page.url()).pathname).toBe('/')
  for (const one of [lin, wen]) expect(one.errors).toEqual([])
})
