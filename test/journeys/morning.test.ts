import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bringOnline, type Floor, openFloor, type Person } from './floor.ts'

/** Names and numbers of a list that no other list has. */
const PEOPLE = Array.from({ length: 48 }, (_, n) => ({
  name: `名單${n + 1}號`,
  number: `140900${String(n).padStart(5, '0')}`,
}))
const FILE = join(tmpdir(), `kaibo-list-${process.pid}.csv`)

let floor: Floor
beforeAll(async () => {
  const rows = PEOPLE.map(({ name, number }) => `${name},女,${number},浙江省,41`)
  writeFileSync(FILE, ['客戶姓名,性別,手機,省份,年齡', ...rows, '字少,男,14090,浙江省,50'].join('\n'))
  floor = await openFloor()
})
afterAll(() => floor.close())

const button = ({ page }: Person, name: RegExp | string) => page.getByRole('button', { name })
const step = ({ page }: Person, name: string) => page.locator('.d-step', { hasText: name }).waitFor()
async function press({ page }: Person, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}

/** The data officer's part: from the file to the group. */
async function importAndIssue(): Promise<void> {
  const liu = await floor.person('liu', 'lists/import')
  const { page } = liu
  await page.locator('input[type=file]').setInputFiles(FILE)
  await page.getByText('手機').first().waitFor()
  await button(liu, 'Next').click()
  await page
    .getByText(/The first \d+ rows|Of all/)
    .first()
    .waitFor()
  await button(liu, 'Next').click()
  await page.getByLabel('Name of the list').fill('Journey list')
  await page.getByLabel('Source', { exact: true }).fill('Partner bank, contract 7')
  await page.getByLabel('Consent evidence').fill('Web form 12')
  await page.getByLabel('Consent given on').fill('2026-06-01')
  await page.getByLabel('Product').click()
  await page.getByText('Safe Journey accident cover').last().click()
  await button(liu, 'Create and begin the import').click()
  await button(liu, 'Issue the leads').click()
  await page.getByText('Journey list').first().click()
  await page.getByLabel('晨光組 Share').fill('40')
  await button(liu, /^Issue 40/).click()
  await page.getByText('To the group').first().waitFor()
  expect(liu.errors).toEqual([])
}

/** The leader's part: receipt, then ten for an agent. */
async function receiveAndDistribute(): Promise<void> {
  const lin = await floor.person('lin', 'leads/distribute')
  const { page } = lin
  await page.getByText('Journey list').first().waitFor()
  for (const left of [1, 0]) {
    await button(lin, 'Receive').first().click()
    await expect.poll(() => button(lin, 'Receive').count()).toBe(left)
  }
  await page.getByRole('combobox', { name: 'List' }).click()
  await page.getByText(/Journey list \(B\) 40/).click()
  await page.getByLabel('安寧 Share').fill('10')
  await button(lin, /^Hand down 10/).click()
  await page.getByText('To the agent').first().waitFor()
  expect(lin.errors).toEqual([])
}

type Desk = { customer: { name: string | null } | null }

/** Takes leads until one of the list comes that was imported here; answers its number. */
async function untilOfTheList(ann: Person): Promise<string> {
  for (;;) {
    await step(ann, 'Preview')
    const { customer } = await ann.call<Desk>('calls.desk')
    const found = PEOPLE.find(({ name }) => name === customer?.name)
    if (found) return found.number
    await press(ann, 'Enter')
    await step(ann, 'Dialling')
    await press(ann, '1', 'Enter')
    await ann.page.locator('.d-step', { hasText: 'Dialling' }).waitFor({ state: 'detached' })
  }
}

/** The customer rings the centre and wants no more calls; a moment later an agent dials, and the gate says no. */
async function refusedOnce(ann: Person, guo: Person): Promise<string> {
  const number = await untilOfTheList(ann)
  await guo.call('customers.stopCalling', { number, reason: 'customerRequest', note: 'rang in' })
  await press(ann, 'Enter')
  const refusal = ann.page.locator('.d-call').getByRole('alert')
  await refusal
    .getByText(/do-not-call/i)
    .first()
    .waitFor()
  await refusal.getByRole('link', { name: /S3\.6/ }).first().click()
  await ann.page.getByRole('heading', { level: 1 }).waitFor()
  expect(ann.page.url()).toContain('/rules/S3.6')
  return number
}

async function sell(ann: Person): Promise<void> {
  const { page } = ann
  await untilOfTheList(ann)
  await press(ann, 'Enter')
  await step(ann, 'Dialling')
  await press(ann, 'Space')
  await step(ann, 'Talking')
  await press(ann, 's')
  await page.getByLabel('Application number').fill('JOURNEY-0001')
  await page.getByText('monthly', { exact: true }).click()
  await page.getByLabel(/Premium per payment/).fill('120')
  for (const box of await page.locator('.s-disclosures').getByRole('checkbox').all()) await box.check()
  await button(ann, /Record application and call/).click()
}

test('[S3.6 P] [S4.3.3a P] [S4.3.3b R] [S4.4.2 P] [S4.4.10a D] [S4.4.11a P] [S4.5.2 R] one lead from the file to the sale, and the floor that sees it', async () => {
  await floor.clock('08:50')
  await importAndIssue()
  await receiveAndDistribute()

  await floor.clock('09:25')
  const guo = await floor.person('guo', 'floor')
  const lin = await floor.person('lin')
  const ann = await floor.person('ann', 'account')
  await bringOnline(ann)
  // She does not hear of what changed in the moment before she dials.
  await ann.page.route('**/rpc/access/live**', (route) => route.abort())
  await ann.page.goto(`${floor.address}desk`)
  await button(ann, /Next lead/).waitFor()
  await press(ann, 'n')
  const stopped = await refusedOnce(ann, guo)
  await ann.page.unroute('**/rpc/access/live**')

  await ann.page.goto(`${floor.address}desk`)
  await button(ann, /Leave|next/i)
    .first()
    .waitFor()
  await press(ann, 'n')
  const refused = PEOPLE.find(({ number }) => number === stopped)!.name
  await expect.poll(async () => (await ann.call<Desk>('calls.desk')).customer?.name).not.toBe(refused)
  await ann.page.getByRole('heading', { name: refused }).waitFor({ state: 'detached' })
  await sell(ann)

  // The manager, the leader and everybody else hear of it, and the leader is asked to come to the seat.
  for (const one of [guo, lin, ann]) await one.page.locator('.f-toast').first().waitFor()
  await button(lin, /I (went|was)/)
    .first()
    .click()
  await guo.page.getByText('安寧').first().waitFor()
  await lin.page.goto(`${floor.address}progress`)
  await lin.page.getByText('安寧').first().waitFor()

  await guo.page.goto(`${floor.address}rules/S3.6`)
  const decision = guo.page.getByRole('row').filter({ hasText: '安寧' }).filter({ hasText: 'Refused' })
  await decision.first().waitFor()

  // What the rules kept back today, beside the rules themselves with their figures and sources.
  await guo.page.goto(`${floor.address}calling-rules`)
  const keptBack = guo.page.getByRole('row').filter({ hasText: 'On the centre’s do-not-call list' })
  await keptBack.getByRole('link', { name: /S3\.6/ }).waitFor()
  await keptBack.getByRole('cell', { name: '1', exact: true }).first().waitFor()
  await guo.page.getByText('Calling hours (customer’s time)').waitFor()
  for (const one of [guo, lin]) expect(one.errors).toEqual([])
})
