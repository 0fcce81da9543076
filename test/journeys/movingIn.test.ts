import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nextWorkday } from '../../src/lib/workdays.ts'
import { openPool, type Pool } from '../../src/platform/database.ts'
import { findChromium } from '../chromium.ts'
import { messyBook, numberOf } from '../messyBook.ts'
import { LIFE1 } from '../takeOver.ts'
import { lookAt } from './readable.ts'
import { callOf, startServer } from './running.ts'

/*
 * From an empty data folder to the first dial, as the head of a centre does it on a Monday with the one workbook she has.
 * The real clock may stand at night: after the first start the centre's is set to a working morning in the database.
 */

const ZONE = 'Asia/Shanghai'
const CALENDAR = { country: 'CN', workweek: [1, 2, 3, 4, 5], overrides: [] }
/**
 * The first working day: ahead of the real one, so that nothing that was made before lies in its future, and late enough in
 * its month for the cases of the last two weeks to be of it.
 */
const dayAhead = (): Temporal.PlainDate => {
  const day = Temporal.Now.plainDateISO(ZONE).add({ days: 1 })
  const late = day.day >= 16 && day.add({ days: 4 }).month === day.month
  return nextWorkday(late ? day : day.add({ months: day.day >= 16 ? 1 : 0 }).with({ day: 16 }), CALENDAR).day
}
const DAY = dayAhead()
const PASSWORD = 'harbour-lights-at-nine'

let folder: string
let house: Awaited<ReturnType<typeof startServer>>
let browser: Browser
let pool: Pool
const errors: string[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kaibo-moving-in-'))
  house = await startServer('src/app/server.ts', join(folder, 'data'))
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking']
  browser = await chromium.launch({ executablePath: findChromium()!, args })
  pool = openPool(
    { socketDir: join(folder, 'data', 'postgres'), database: 'kaibo', user: 'postgres' },
    { name: 'journey', max: 1 },
  )
})
afterAll(async () => {
  await pool?.end()
  await browser?.close()
  const ended = new Promise((resolve) => house.child.on('exit', resolve))
  house.child.kill('SIGTERM')
  await ended
  rmSync(folder, { recursive: true, force: true })
})

const clock = async (time: string) => {
  const at = DAY.toZonedDateTime({ timeZone: ZONE, plainTime: time }).toInstant()
  await pool.query('update centre set demo = true, clock_real = now(), clock_centre = $1, clock_rate = 1', [
    at.toString(),
  ])
}

async function someone(locale = 'en-US', width = 1440): Promise<Page> {
  const context = await browser.newContext({ locale, viewport: { width, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  page.on('console', (line) => {
    if (line.type() === 'error' && !/40[13]|422/.test(line.text())) errors.push(line.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(house.address)
  return page
}

let head: Page
const call = <T>(operation: string, input: object = {}, as: BrowserContext = head.context()): Promise<T> =>
  callOf<T>(as, house.address, operation, input)

test('[S1.4.0 D] an empty folder becomes a centre, and its head hands in the workbook that she has', async () => {
  head = await someone()
  await head.getByRole('button', { name: 'Set up my centre' }).click()
  await head.getByLabel('Name of the centre').fill('Starriver')
  await head.getByText('Life insurance telesales', { exact: true }).click()
  await head.getByRole('button', { name: 'Next' }).click()
  await head.getByRole('button', { name: 'Next' }).click()
  await head.getByLabel('Your name').fill('何麗')
  await head.getByLabel('Your staff number').fill('H01')
  await head.getByLabel('Your password').fill(PASSWORD)
  await head.getByRole('button', { name: 'Open the centre' }).click()
  await head.getByRole('heading', { level: 1, name: 'Now' }).waitFor()
  await clock('07:40')
  await call('catalog.addProduct', { ...LIFE1 })

  await head.goto(`${house.address}moving`)
  await head.getByRole('button', { name: 'Begin', exact: true }).click()
  await head.locator('.mv-drop input[type=file]').setInputFiles(await messyBook(DAY))
  const row = (sheet: string) => head.getByRole('row', { name: new RegExp(sheet) })
  for (const [sheet, kind] of [
    ['花名冊', 'People'],
    ['一組數據', 'Leads'],
    ['承保明細', 'Cases'],
    ['當月業績', 'Month to date'],
    ['備註', 'Not read'],
  ] as const)
    await row(sheet).getByText(kind, { exact: true }).waitFor()
})

test('the dry run asks what it does not know, tells every row, and changes nothing', async () => {
  await head.getByRole('button', { name: 'Dry run', exact: true }).click()
  await head.getByText('2 words need your explanation').waitFor()
  const choose = async (text: string, option: RegExp) => {
    await head.getByRole('combobox', { name: new RegExp(`^${text}`) }).click()
    await head.locator('.ant-select-dropdown:visible').getByText(option).click()
  }
  await choose('小芳', /王芳 · 00123/)
  await choose('審核中', /^underwriting$/)
  await head.getByRole('button', { name: 'Remember 2 answers' }).click()
  const leads = head.getByRole('row', { name: /一組數據/ })
  await leads.getByRole('cell', { name: '4', exact: true }).waitFor()
  await leads.click()
  const drawer = head.getByRole('dialog')
  await drawer.getByText('Number · on a do-not-call list').waitFor()
  await drawer.getByText(/a spreadsheet made a power of ten of it/).waitFor()
  await drawer.getByText(/no list of that name/).waitFor()
  await head.keyboard.press('Escape')
  expect((await call<{ total: number }>('people.persons')).total).toBe(1)
})

test('loaded, it is there: people in their groups, the month, and what came of every row', async () => {
  await head.getByRole('button', { name: 'Load', exact: true }).click()
  await head.getByText('loaded', { exact: true }).waitFor()
  await head.getByText('What it brought').waitFor()
  expect((await call<{ total: number }>('people.persons')).total).toBe(8)
  await head.goto(`${house.address}sales`)
  await head
    .getByText(/4 of them brought along from before/)
    .first()
    .waitFor()
  await head.goto(`${house.address}people`)
  await head.getByRole('cell', { name: '李明', exact: true }).waitFor()
})

/** Gives somebody an account and signs him in with a password of his own. */
async function signsIn(personId: string, username: string): Promise<Page> {
  const { firstPassword } = await call<{ firstPassword: string }>('people.openAccount', { personId, username })
  const page = await someone()
  const context = page.context()
  await call('access.signIn', { username, password: firstPassword }, context)
  await call('access.changePassword', { current: firstPassword, next: 'quiet-morning-river' }, context)
  return page
}

test('[S3.6 K] the first dial of the house: the customer who was promised a call', async () => {
  const { persons } = await call<{ persons: { id: string; staffNo: string; unitId: string }[] }>('people.persons')
  const fang = persons.find(({ staffNo }) => staffNo === '00123')!
  const { products } = await call<{ products: { id: string }[] }>('catalog.products')
  await call('catalog.authorise', { productId: products[0]!.id, personIds: [fang.id] })
  const { seatId } = await call<{ seatId: string }>('telephony.addSeat', {
    ...{ label: 'A01', groupId: fang.unitId, callerId: '95012345', callerIdApproved: true },
    ...{ lineRegistered: true, recording: true },
  })
  await call('telephony.assignSeat', { seatId, version: 1, personId: fang.id })
  const agent = await signsIn(fang.id, 'fang')
  await clock('09:31')
  await call('attendance.checkIn', {}, agent.context())
  await call('attendance.goOnline', {}, agent.context())
  await agent.goto(`${house.address}desk`)
  await agent.getByRole('button', { name: /Next lead/ }).waitFor()
  await agent.keyboard.press('n')
  const step = (name: string) => agent.locator('.d-step', { hasText: name }).waitFor()
  await step('Preview')
  await agent.getByText('趙一').first().waitFor()
  await agent.keyboard.press('Enter')
  await step('Dialling')
  const dialled = (await agent.locator('main').textContent())!.replaceAll(' ', '')
  expect(dialled).toContain(numberOf(1))
  const [dial] = (await pool.query('select answered, cold from dial_ledger')).rows
  expect(dial).toMatchObject({ answered: false })
  await agent.context().close()
})

test('what was dialled stays when all is taken back on the first day', async () => {
  await head.goto(`${house.address}moving`)
  await head.getByRole('button', { name: 'Take it all back' }).click()
  await head.locator('.ant-popover:visible').getByRole('button', { name: 'Take it all back' }).click()
  await head.getByText('taken back', { exact: true }).waitFor()
  await head.getByText(/Kept after taking back, since the house has built on it: .*1 leads.*/).waitFor()
})

for (const [locale, width] of [
  ['zh-TW', 1440],
  ['en-US', 1440],
  ['zh-CN', 390],
] as const)
  test(`its page opens in ${locale}, ${width} wide, light and dark, readable`, async () => {
    const page = await someone(locale, width)
    await call('access.signIn', { username: 'h01', password: PASSWORD }, page.context())
    await lookAt(house, { page, errors }, ['moving'])
    await page.context().close()
  })
