import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findChromium } from '../chromium.ts'
import { lookAt } from './readable.ts'
import { callOf, startServer } from './running.ts'

/* From an empty data folder to the first agent who signs in with a slip, as the head of a new centre does it. */

let folder: string
let house: Awaited<ReturnType<typeof startServer>>
let browser: Browser
const errors: string[] = []
const stop = async () => {
  const ended = new Promise((resolve) => house.child.on('exit', resolve))
  house.child.kill('SIGTERM')
  await ended
}
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kaibo-own-'))
  house = await startServer('src/app/server.ts', join(folder, 'data'))
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking']
  browser = await chromium.launch({ executablePath: findChromium()!, args })
})
afterAll(async () => {
  await browser?.close()
  await stop()
  rmSync(folder, { recursive: true, force: true })
})

async function someone(looks: { locale?: string; width?: number } = {}): Promise<Page> {
  const { locale = 'en-US', width = 1440 } = looks
  const context = await browser.newContext({ locale, viewport: { width, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  // Whoever is not signed in is answered so, and the browser says it in the console.
  page.on('console', (line) => {
    if (line.type() === 'error' && !/40[13]|422/.test(line.text())) errors.push(line.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(house.address)
  return page
}

const PASSWORD = 'harbour-lights-at-nine'
let head: Page

test('an empty folder becomes a centre of one’s own: three steps, each fault at its field, nothing lost by a reload', async () => {
  head = await someone()
  await head.getByRole('button', { name: 'Set up my centre' }).click()
  // Nothing is typed yet: the field says so and the form stays.
  await head.getByRole('button', { name: 'Next' }).click()
  await head.getByText('Please fill this in.').waitFor()
  await head.getByLabel('Name of the centre').fill('Starriver')
  await head.getByText('Life insurance telesales', { exact: true }).click()
  await head.reload()
  expect(await head.getByLabel('Name of the centre').inputValue()).toBe('Starriver')
  await head.getByRole('button', { name: 'Next' }).click()

  // What holds there in plain words, and the book that comes along.
  await head.getByText('China, life insurance', { exact: true }).click()
  await head.getByText('Calls only from 09:00–21:00').first().waitFor()
  await head.getByText('Telesales team rules', { exact: true }).click()
  await head.getByText('Team spirit', { exact: true }).waitFor()
  await head.getByRole('button', { name: 'Next' }).click()

  await head.getByLabel('Your name').fill('Zhou Lan')
  await head.getByLabel('Your staff number').fill('Z001')
  await head.getByLabel('Your password').fill('short')
  await head.getByRole('button', { name: 'Open the centre' }).click()
  await head.getByText('The new password is too short').waitFor()
  expect(await head.getByLabel('Your password').getAttribute('aria-invalid')).toBe('true')
  await head.getByLabel('Your password').fill(PASSWORD)
  await head.getByRole('button', { name: 'Open the centre' }).click()
  await head.getByRole('heading', { level: 1, name: 'Now' }).waitFor()
})

test('its head’s Now says that nobody can dial and why, and the list leads to what is missing', async () => {
  const card = head.locator('.k-panel', { hasText: 'Ready to dial' })
  await card.getByText(/Not yet: none of 0 agents can dial/).waitFor()
  await card.getByText('No group yet.').waitFor()
  await card.getByRole('link', { name: /^All \d+ items/ }).click()
  await head.getByRole('heading', { level: 1, name: 'Ready to dial' }).waitFor()
  const row = (name: string) => head.locator('.su-item', { hasText: name }).first()
  // One's own machine alone cannot be a floor, and the timetable waits for a look.
  await row('Other desks can connect').getByText('Only this machine can open Kaibo').waitFor()
  await row('Timetable').getByRole('button', { name: 'It suits' }).click()
  // The line for a word has the focus, and Enter sends it without one.
  await head.locator('.su-ask').getByRole('textbox').press('Enter')
  await row('Timetable')
    .getByText(/Zhou Lan said on .* that it suits/)
    .waitFor()
  await row('A second manager').getByRole('button', { name: 'Put off' }).click()
  await head.getByLabel('Why it can wait').fill('Hired in spring')
  await head.locator('.su-ask').getByRole('button', { name: 'Put off' }).click()
  await row('A second manager').getByText('Later', { exact: true }).waitFor()
  await row('Regions and groups').getByRole('link', { name: 'Open' }).click()
  await head.getByRole('heading', { level: 1, name: 'People' }).waitFor()
})

/** Chooses in the open form's field of this label. */
async function choose(page: Page, label: string, option: string) {
  await page.getByRole('dialog').getByLabel(label, { exact: true }).click()
  await page.locator('.ant-select-dropdown:visible').getByText(option, { exact: true }).click()
}

test('a region, a group and two people by hand; then slips, which are shown once', async () => {
  for (const [under, kind, name] of [
    ['Starriver', 'Region', 'East'],
    ['East', 'Group', 'Dawn'],
  ] as const) {
    await head.getByRole('button', { name: 'Add a unit' }).click()
    await choose(head, 'Under', under)
    await choose(head, 'Kind', kind)
    await head.getByRole('dialog').getByLabel('Name', { exact: true }).fill(name)
    await head.getByRole('dialog').getByRole('button', { name: 'Add a unit' }).click()
    await head.locator('.k-tree-unit', { hasText: name }).waitFor()
  }
  for (const [staffNo, name] of [
    ['A101', '安寧'],
    ['A102', '柏川'],
  ] as const) {
    await head.getByRole('button', { name: 'Add a person' }).click()
    const form = head.getByRole('dialog')
    await form.getByLabel('Staff number').fill(staffNo)
    await form.getByLabel('Name', { exact: true }).fill(name)
    await choose(head, 'Unit', 'Dawn')
    await form.getByRole('button', { name: 'Add a person' }).click()
    await head.getByRole('cell', { name, exact: true }).waitFor()
  }
  await head.goto(`${house.address}setup`)
  await head
    .locator('.su-item', { hasText: '1 of 3 people have an account' })
    .getByRole('link', { name: 'Open' })
    .click()
  await head.getByRole('heading', { level: 1, name: 'First password slips' }).waitFor()
  await head.getByLabel(/^Dawn/).check()
  await head.getByRole('button', { name: 'Make 2 accounts and slips' }).click()
  await head.getByRole('heading', { name: '2 slips' }).waitFor()
  await head.getByText('Everybody has an account.').waitFor()
  // The address of this machine is no use on paper.
  expect(await head.getByRole('button', { name: 'Print' }).getAttribute('aria-disabled')).toBe('true')
  await head.getByLabel('Address that people type').fill('http://kaibo.office:8080')
  expect(await head.getByRole('button', { name: 'Print' }).getAttribute('aria-disabled')).toBeNull()

  // On paper there is nothing but slips, under the name of the group.
  await head.emulateMedia({ media: 'print' })
  await head.locator('.su-page', { hasText: 'Dawn' }).locator('.su-slip', { hasText: '柏川' }).waitFor()
  expect(await head.locator('.k-shell').isVisible()).toBe(false)
  await head.emulateMedia({ media: 'screen' })
  const slips = head.locator('.su-slips .su-slip')
  const secret = (await slips.filter({ hasText: '安寧' }).locator('.su-slip-secret').textContent())!
  expect(secret).toMatch(/^\w{4}-\w{4}-\w{4}$/)

  // Leaving asks; going on makes them gone.
  await head.getByRole('link', { name: 'Now', exact: true }).click()
  await head.getByText('Leave this page?').waitFor()
  await head.getByRole('button', { name: 'Stay' }).click()
  await slips.first().waitFor()

  const agent = await someone({ width: 390 })
  await agent.getByLabel('User name').fill('a101')
  await agent.getByLabel('Password').fill(secret)
  await agent.keyboard.press('Enter')
  await agent.getByRole('heading', { level: 1, name: 'Choose a password of your own first' }).waitFor()
  await agent.getByLabel('Present password').fill(secret)
  await agent.getByLabel('New password', { exact: true }).fill('quiet-morning-river')
  await agent.getByLabel('New password once more').fill('quiet-morning-river')
  await agent.getByRole('button', { name: 'Change password' }).click()
  await agent.getByRole('heading', { level: 1, name: 'Now' }).waitFor()
  expect(new URL(agent.url()).pathname).toBe('/')
  await agent.context().close()

  // A slip that was lost is made anew: the other password ends.
  const old = await slips.filter({ hasText: '柏川' }).locator('.su-slip-secret').textContent()
  await head.getByText('Make anew', { exact: true }).click()
  await head.getByRole('row', { name: /柏川/ }).getByRole('checkbox').check()
  await head.getByRole('button', { name: 'Make 1 slip anew' }).click()
  await expect.poll(() => slips.filter({ hasText: '柏川' }).locator('.su-slip-secret').textContent()).not.toBe(old)
  await head.getByRole('link', { name: 'Now', exact: true }).click()
  await head.getByRole('button', { name: 'Leave', exact: true }).click()
  await head.getByRole('heading', { level: 1, name: 'Now' }).waitFor()
  await head.goto(`${house.address}setup`)
  await head.getByText('2 of 3 accounts have a password of their own').waitFor()
})

for (const [locale, width] of [
  ['zh-TW', 1440],
  ['en-US', 1440],
  ['zh-CN', 390],
] as const)
  test(`its pages open in ${locale}, ${width} wide, light and dark, readable`, async () => {
    const page = await someone({ locale, width })
    await callOf(page.context(), house.address, 'access.signIn', { username: 'z001', password: PASSWORD })
    await lookAt(house, { page, errors }, ['', 'setup', 'setup/slips'])
    await page.context().close()
  })

test('the demo does not start on it', async () => {
  await stop()
  await expect(startServer('demo/start.ts', join(folder, 'data'))).rejects.toThrow('The centre Starriver is here')
  house = await startServer('src/app/server.ts', join(folder, 'data'))
})
