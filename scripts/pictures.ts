/**
 * `npm run pictures`: takes the pictures of docs/guide from the two demos, on a day that is always the same, as each role
 * sees its pages. Makes the demos in a folder of its own, about five minutes in all; look at what it leaves before you keep it.
 * With names after `--` it takes only those.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { DEMO_PASSWORD } from '../demo/cast.ts'
import { chromiumOptions } from '../test/chromium.ts'
import { callOf, startDemo } from '../test/journeys/running.ts'
import { PICTURES, type Picture, WORK } from './pictureList.ts'

const HOME = join(import.meta.dirname, '..')
const FOLDER = join(HOME, 'docs/guide/pictures')
const DAY = '2026-06-17'
/** Bytes of a picture at most: they are read in a repository. */
const MOST_BYTES = 150_000
const LOCALES = { en: 'en-GB', 'zh-Hant': 'zh-TW' } as const

const wanted = process.argv.slice(2)
const parent = mkdtempSync(join(tmpdir(), 'kaibo-pictures-'))
const children: ChildProcess[] = []
let failed = false

function make(kind: string): Promise<string> {
  const folder = join(parent, kind)
  const child = spawn(process.execPath, [join(HOME, 'test/journeys/make.ts'), folder, kind], { stdio: 'inherit' })
  return new Promise((resolve, reject) =>
    child.on('exit', (code) => (code === 0 ? resolve(folder) : reject(new Error(`the demo was not made: ${code}`)))),
  )
}

type House = { readonly address: string; clock(time: string, rate?: number): Promise<void> }

/** Lets a morning be worked by the people of the demo until a time of the day. */
async function playUntil({ address }: House, context: BrowserContext, time: string): Promise<void> {
  const day = spawn(
    process.execPath,
    [join(HOME, 'demo/day.ts'), '--url', address, '--agents', '49', '--minutes', '6'],
    {
      stdio: 'ignore',
    },
  )
  children.push(day)
  const until = Temporal.Instant.from(`${DAY}T${time}:00+08:00`)
  const begun = Temporal.Instant.from(`${DAY}T08:30:00+08:00`)
  for (let played = false; ; await sleep(500)) {
    const { clock: centre } = await callOf<{ clock: { now: string } }>(context, address, 'access.me', {})
    const now = Temporal.Instant.from(centre.now)
    played ||= Temporal.Instant.compare(now, begun) > 0
    if (played && Temporal.Instant.compare(now, until) >= 0) break
  }
  day.kill('SIGKILL')
}

async function take(browser: Browser, house: House, picture: Picture, language: keyof typeof LOCALES): Promise<void> {
  const { name, user, path, before, width = 1080, height = 660 } = picture
  const context = await browser.newContext({
    ...{ locale: LOCALES[language], viewport: { width, height }, reducedMotion: 'reduce', colorScheme: 'light' },
  })
  const call = <T>(operation: string, input: object = {}) => callOf<T>(context, house.address, operation, input)
  if (user) await call('access.signIn', { username: user, password: DEMO_PASSWORD })
  const page: Page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(`${house.address}${path}`)
  await page.locator('h1, .w-group, .w-code').first().waitFor()
  await before?.({ page, call, manager: (operation, input = {}) => manage(browser, house, operation, input) })
  await page.locator('.ant-skeleton, .ant-spin-spinning').first().waitFor({ state: 'detached' })
  // What was announced a moment ago would lie over the page.
  await page.addStyleTag({ content: '.f-applause { display: none }' })
  await sleep(700)
  const file = join(FOLDER, `${name}.${language}.webp`)
  const size = await shoot(page, file)
  await context.close()
  console.log(`${name}.${language}  ${Math.round(size / 1000)} kB`)
  if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MOST_BYTES}`)
}

/** The page as it is seen, in a form of half the size of a PNG that shows letters as sharp; bytes of the file. */
async function shoot(page: Page, file: string): Promise<number> {
  const browser = await page.context().newCDPSession(page)
  const { data } = await browser.send('Page.captureScreenshot', { format: 'webp', quality: 88 })
  const bytes = Buffer.from(data, 'base64')
  writeFileSync(file, bytes)
  return bytes.length
}

async function manage<T>(browser: Browser, { address }: House, operation: string, input: object): Promise<T> {
  const context = await browser.newContext()
  await callOf(context, address, 'access.signIn', { username: 'guo', password: DEMO_PASSWORD })
  const answer = await callOf<T>(context, address, operation, input)
  await context.close()
  return answer
}

async function takeAll(browser: Browser, kind: 'life' | 'dealership'): Promise<void> {
  const mine = PICTURES.filter(
    (picture) => (picture.house ?? 'life') === kind && (wanted.length === 0 || wanted.includes(picture.name)),
  )
  if (mine.length === 0) return
  const { child, address } = await startDemo(await make(kind), kind === 'dealership' ? ['--dealership'] : [])
  children.push(child)
  const operator = await browser.newContext()
  await callOf(operator, address, 'access.signIn', { username: 'guo', password: DEMO_PASSWORD })
  const house: House = {
    address,
    clock: async (time, rate = 0) => {
      await callOf(operator, address, 'access.setDemoClock', { at: `${DAY}T${time}:00+08:00`, rate })
    },
  }
  let played = false
  for (const [time, of] of Map.groupBy(mine, ({ at }) => at)) {
    if (kind === 'life' && time >= WORK && !played) {
      await playUntil(house, operator, WORK)
      played = true
    }
    await house.clock(time)
    for (const picture of of)
      for (const language of ['en', 'zh-Hant'] as const)
        await take(browser, house, picture, language).catch((error: unknown) => {
          console.error(`${picture.name}.${language} was not taken:`, error)
          failed = true
        })
  }
}

mkdirSync(FOLDER, { recursive: true })
const browser = await chromium.launch(chromiumOptions())
try {
  for (const kind of ['life', 'dealership'] as const) await takeAll(browser, kind)
} catch (error) {
  console.error(error)
  failed = true
}
await browser.close()
const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
const ended = running.map((child) => new Promise((resolve) => child.on('exit', resolve)))
for (const child of running) child.kill('SIGTERM')
await Promise.all(ended)
rmSync(parent, { recursive: true, force: true })
process.exit(failed ? 1 : 0)
