import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Floor, openFloor, type Person } from './floor.ts'

let floor: Floor
beforeAll(async () => {
  floor = await openFloor()
})
afterAll(() => floor.close())

const panel = ({ page }: Person, title: RegExp | string) =>
  page.locator('.k-panel').filter({ has: page.getByRole('heading', { name: title }) })

type Waiting = { cases: { applicationNo: string; agent: string; groupId: string; group: string }[] }

test('[S4.2.3b P] a policy file comes in with a word that is asked, and the leader sees what still waits', async () => {
  await floor.clock('10:00')
  const liu = await floor.person('liu', 'policies')
  const { cases } = await liu.call<Waiting>('issuing.waiting')
  const [first, second] = cases
  // 凍結 is a word that nobody has explained; the last number is none of ours.
  const path = join(mkdtempSync(join(tmpdir(), 'kaibo-policies-')), '承保清單20260617.csv')
  const lines = [
    '投保单号,投保人,保单状态,承保日期,首期保费',
    `${first!.applicationNo},客户甲,已承保,2026-06-17,`,
    `${second!.applicationNo},客户乙,凍結,,`,
    'NOBODYS0001,客户丙,已承保,2026-06-17,900',
  ]
  writeFileSync(path, lines.join('\r\n'))

  // The day that the file tells of is read from its name.
  await liu.page.locator('input[type=file]').setInputFiles(path)
  const day = liu.page.locator('.p-entered').getByLabel('Tells of the day')
  await day.waitFor()
  expect(await day.inputValue()).toBe('2026-06-17')
  await liu.page.getByRole('button', { name: 'See what it is read as' }).click()

  // Its columns, the word that has to be asked, and what would become of the rows.
  const drawer = liu.page.locator('.ant-drawer').last()
  await drawer.getByText('1 word needs your explanation').waitFor()
  await drawer.getByText('Not taken 1').waitFor()
  await drawer.getByRole('combobox', { name: '凍結 Meaning' }).click()
  await liu.page.locator('.ant-select-item-option').getByText('In underwriting').click()
  await drawer.getByRole('button', { name: 'Remember 1 answer' }).click()
  await drawer.getByText('1 word needs your explanation').waitFor({ state: 'detached' })
  await drawer.getByRole('button', { name: 'Start the import' }).click()

  // Every row has its result; a case of ours has moved.
  await drawer.getByText('Done').first().waitFor()
  await drawer.getByText(/Case moved \d/).click()
  await drawer.getByText(first!.applicationNo).first().waitFor()
  await drawer.getByText('→ Issued').first().waitFor()
  expect(await drawer.getByText('客户甲').count()).toBe(0)
  await drawer.getByRole('button', { name: 'Close' }).click()

  // What is theirs and not ours has an owner and a day, and is settled with what was done about it.
  const row = panel(liu, 'Differences').locator('tr', { hasText: 'NOBODYS0001' })
  await row.getByText('Theirs, not ours').waitFor()
  await row.click()
  const settling = liu.page.locator('.ant-drawer').last()
  await settling.getByLabel('What was done about it').fill('Another centre sold it; the insurer was told.')
  await settling.getByRole('button', { name: 'Settle' }).click()
  await row.waitFor({ state: 'detached' })

  // The unit manager sees by group what waits, and the leader's own case gets a reason and a next step.
  const wen = await floor.person('wen', 'waiting')
  await panel(wen, 'By group').getByText('晨光組').waitFor()
  const lin = await floor.person('lin', 'waiting')
  const [own] = (await lin.call<Waiting>('issuing.waiting')).cases
  const waiting = panel(lin, 'Cases waiting').locator('tbody tr', { hasText: own!.applicationNo })
  await waiting.click()
  const noting = lin.page.locator('.ant-drawer').last()
  await noting.getByRole('combobox', { name: 'Reason' }).click()
  await lin.page.locator('.ant-select-item-option').getByText('Papers missing').click()
  await noting.getByLabel('Next step').fill('Send the form once more')
  await noting.getByLabel('Day').fill('2026-06-18')
  await noting.getByRole('button', { name: 'Keep' }).click()
  await noting.getByText(/林夏,/).waitFor()
  await waiting.getByText('Send the form once more').waitFor()
  for (const one of [liu, wen, lin]) expect(one.errors).toEqual([])
})
