import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { DEMO_PASSWORD } from '../../demo/cast.ts'
import { bringOnline, type Floor, openFloor, type Person } from './floor.ts'

/* Ten tabs of one browser over HTTP/1.1, of which a browser opens six lines at most: one of them reads for all. */

let floor: Floor
beforeAll(async () => {
  floor = await openFloor()
  await floor.clock('09:30')
})
afterAll(() => floor.close())

let person: Person
afterEach(() => person.context.close())

const streams = async () =>
  Number(/^kaibo_live_listeners (\d+)/m.exec(await (await fetch(`${floor.address}metrics`)).text())?.[1])

/** The tabs that asked for the stream, in the order in which they did. */
type Tabs = { readonly pages: Page[]; readonly readers: Page[] }

async function openTabs(count: number, { context }: Person, address = floor.address): Promise<Tabs> {
  const readers: Page[] = []
  context.on('request', (request) => {
    if (request.url().includes('/rpc/access/live')) readers.push(request.frame().page())
  })
  const open = async () => {
    const page = await context.newPage()
    page.setDefaultTimeout(90_000)
    await page.goto(`${address}account`)
    await ownState(page, 'Online').waitFor()
    return page
  }
  const first = await open()
  const pages = [first, ...(await Promise.all(Array.from({ length: count - 1 }, open)))]
  return { pages, readers }
}

const ownState = (page: Page, state: string) =>
  page.getByRole('button', { name: 'My state' }).filter({ hasText: state })
const allSay = (pages: readonly Page[], state: string) =>
  Promise.all(pages.map((page) => ownState(page, state).waitFor()))

/** Somebody online at no page yet. */
async function online(username: string): Promise<Person> {
  const agent = await floor.person(username, 'account')
  person = agent
  await bringOnline(agent)
  await agent.page.close()
  await expect.poll(streams).toBe(0)
  return agent
}

async function closeReader({ pages, readers }: Tabs): Promise<Page[]> {
  const reader = readers.at(-1)!
  await reader.close()
  return pages.filter((page) => page !== reader)
}

test('ten tabs hear all news over one stream, and when the tab that reads is closed another one reads', async () => {
  const ann = await online('ann')
  const tabs = await openTabs(10, ann)
  expect(await streams()).toBe(1)
  await ann.call('attendance.pause', { reason: 'rest' })
  await allSay(tabs.pages, 'Rest')
  expect(tabs.readers).toHaveLength(1)

  const left = await closeReader(tabs)
  // What happens before the next one reads is asked for when it does.
  await ann.call('attendance.resume')
  await allSay(left, 'Online')
  await expect.poll(streams).toBe(1)
  await ann.call('attendance.pause', { reason: 'rest' })
  await allSay(left, 'Rest')
  expect(tabs.readers).toHaveLength(2)
})

test('a tab that reads and was frozen by the browser loses its turn to one that somebody looks at', async () => {
  const bo = await online('bo')
  const { pages, readers } = await openTabs(3, bo)
  const [frozen, looked] = [readers[0]!, await bo.context.newPage()]
  await looked.clock.install()
  await looked.goto(`${floor.address}account`)
  await ownState(looked, 'Online').waitFor()
  const browser = await bo.context.newCDPSession(frozen)
  await browser.send('Page.setWebLifecycleState', { state: 'frozen' })
  await looked.clock.fastForward('01:00')
  await expect.poll(() => readers.at(-1) === looked).toBe(true)
  await bo.call('attendance.pause', { reason: 'rest' })
  await allSay([looked, ...pages.filter((page) => page !== frozen)], 'Rest')
  await browser.send('Page.setWebLifecycleState', { state: 'active' })
  await allSay([frozen], 'Rest')
  await expect.poll(streams).toBe(1)
})

test('on an office address without https, where browsers have no locks, tabs share one stream as well', async () => {
  const chen = await online('chen')
  const address = floor.address.replace('127.0.0.1', 'kaibo.test')
  const cookies = await chen.context.cookies()
  await chen.context.addCookies(cookies.map((cookie) => ({ ...cookie, domain: 'kaibo.test' })))
  const tabs = await openTabs(4, chen, address)
  expect(await tabs.pages[0]!.evaluate(() => [isSecureContext, 'locks' in navigator])).toEqual([false, false])
  await expect.poll(streams).toBe(1)
  await chen.call('attendance.pause', { reason: 'rest' })
  await allSay(tabs.pages, 'Rest')
  const left = await closeReader(tabs)
  await chen.call('attendance.resume')
  await allSay(left, 'Online')
  await expect.poll(streams).toBe(1)
})

test('who signs out and in as somebody else is that person in every tab, over one stream', async () => {
  const duan = await online('duan')
  const { pages } = await openTabs(3, duan)
  const first = pages[0]!
  await first
    .getByRole('button', { name: /段思琪/ })
    .first()
    .click()
  await first.getByText('Sign out').click()
  await first.getByLabel('User name').waitFor()
  await first.getByLabel('User name').fill('lin')
  await first.getByLabel('Password').fill(DEMO_PASSWORD)
  await first.keyboard.press('Enter')
  await Promise.all(pages.map((page) => page.getByRole('button', { name: /林/ }).first().waitFor()))
  await expect.poll(streams).toBe(1)
})
