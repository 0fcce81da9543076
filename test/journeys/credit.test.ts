import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bringOnline, type Floor, handDown, openFloor, type Person } from './floor.ts'

const LETTER = join(tmpdir(), `kaibo-letter-${process.pid}.pdf`)
const OTHER = join(tmpdir(), `kaibo-letter-${process.pid}.txt`)

let floor: Floor
beforeAll(async () => {
  for (const file of [LETTER, OTHER]) writeFileSync(file, '%PDF-1.4')
  floor = await openFloor()
  await floor.clock('09:30')
  await handDown(await floor.person('lin'), ['安寧', '柏川'])
})
afterAll(() => floor.close())

const button = ({ page }: Person, name: RegExp | string) => page.getByRole('button', { name })
const step = ({ page }: Person, name: string) => page.locator('.d-step', { hasText: name }).waitFor()
async function press({ page }: Person, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}
type Month = {
  figures: { accepted: number; acceptedStandard: string }
  sales: { applicationNo: string; weight: string }[]
}
const month = (agent: Person) => agent.call<Month>('sales.ownMonth')
const accepted = async (agent: Person) => (await month(agent)).figures.accepted

/** An agent in a talk, with the form of an application open and filled in as far as every one is. */
async function applying(agent: Person, applicationNo: string): Promise<void> {
  const { page } = agent
  await press(agent, 'n')
  await step(agent, 'Preview')
  await press(agent, 'Enter')
  await step(agent, 'Dialling')
  await press(agent, 'Space')
  await step(agent, 'Talking')
  await press(agent, 's')
  await page.getByLabel('Application number').fill(applicationNo)
  await page.getByText('yearly', { exact: true }).click()
  await page.getByLabel(/Premium per payment/).fill('6000')
  for (const box of await page.locator('.s-disclosures').getByRole('checkbox').all()) await box.check()
}

test('[S4.4.11b P] [S4.4.11c K] from the sale to the correction by two people, and an own policy with its letter', async () => {
  const ann = await floor.person('ann', 'desk')
  const bo = await floor.person('bo')
  await bringOnline(ann)
  await applying(ann, 'JOURNEY-CREDIT')
  await button(ann, /Record application and call/).click()
  await expect
    .poll(async () => (await month(ann)).sales.some(({ applicationNo }) => applicationNo === 'JOURNEY-CREDIT'))
    .toBe(true)
  const [annBefore, boBefore] = [await accepted(ann), await accepted(bo)]

  // The leader asks in the case; who asked does not approve.
  const lin = await floor.person('lin', 'sales')
  await lin.page.getByText('JOURNEY-CREDIT').first().click()
  await lin.page.getByRole('heading', { name: 'Ask for a correction' }).waitFor()
  expect(await button(lin, 'Send the request').getAttribute('aria-disabled')).toBe('true')
  await lin.page.getByLabel('Whose result it should be').click()
  await lin.page.locator('.ant-select-item-option', { hasText: '柏川' }).click()
  await lin.page.getByLabel('Reason: what is wrong, and what shows it').fill('two people changed seats')
  await button(lin, 'Send the request').click()
  await lin.page.getByText('0 of 2 approvals').waitFor()
  expect(await button(lin, 'Take the request back').count()).toBe(1)
  expect(await button(lin, /^Approve$/).count()).toBe(0)

  // The unit manager and the head each see it on Now, and approve once.
  for (const [username, count] of [
    ['wen', '1'],
    ['guo', '2'],
  ] as const) {
    const one = await floor.person(username)
    const card = one.page.locator('.c-request', { hasText: 'JOURNEY-CREDIT' })
    await card.getByText(`${Number(count) - 1} of 2 approvals`).waitFor()
    await card.getByRole('button', { name: 'Approve' }).click()
    await card.waitFor({ state: 'detached' })
    expect(one.errors).toEqual([])
  }
  await expect.poll(() => accepted(ann)).toBe(annBefore - 1)
  expect(await accepted(bo)).toBe(boBefore + 1)
  await lin.page.locator('.s-way', { hasText: '柏川' }).getByText('corrected').waitFor()

  // What went away from the recording's agent is to be looked into.
  const qin = await floor.person('qin', 'credit')
  const row = qin.page.getByRole('row', { name: /JOURNEY-CREDIT.*Another voice/ })
  await row.getByLabel('Looked into').fill('heard: 安寧 sold it at 柏川’s seat')
  await row.getByRole('button', { name: 'Looked into' }).click()
  await qin.page.getByText('heard: 安寧 sold it').waitFor()

  // An own policy is not taken without its letter, and counts in nothing.
  const before = await accepted(ann)
  await applying(ann, 'JOURNEY-OWN')
  await ann.page.locator('.c-whose').getByText('Spouse').click()
  const take = button(ann, /Record application and call/)
  expect(await take.getAttribute('aria-disabled')).toBe('true')
  await take.hover()
  await ann.page.getByText('An own policy is not saved without the letter of guarantee').first().waitFor()
  await ann.page.locator('.c-whose input[type=file]').setInputFiles(OTHER)
  await ann.page.locator('.c-whose').getByText('.txt').waitFor()
  await take.click()
  await ann.page.getByText('The letter is a PDF, JPG or PNG').first().waitFor()
  await ann.page.locator('.c-whose input[type=file]').setInputFiles(LETTER)
  await ann.page.locator('.c-whose').getByText('.pdf').waitFor()
  await take.click()
  await expect
    .poll(async () => (await month(ann)).sales.find(({ applicationNo }) => applicationNo === 'JOURNEY-OWN')?.weight)
    .toBe('0')
  expect(await accepted(ann)).toBe(before)
  await qin.page.getByRole('row', { name: /JOURNEY-OWN.*Spouse.*Declared.*0%/ }).waitFor()
  // The browser calls the refused letter an error of its own.
  expect(ann.errors.filter((line) => !line.includes('409'))).toEqual([])
  for (const one of [bo, lin, qin]) expect(one.errors).toEqual([])
})
