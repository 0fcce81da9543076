import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'
import { DEMO_PASSWORD } from '../../demo/cast.ts'
import { findChromium } from '../chromium.ts'
import { callOf, startDemo } from './running.ts'

/* A demo floor that runs: the real server on a copy of the small demo, a real browser, people who sign in. */

/** Day of the demo; its morning begins at 8:25. */
export const TODAY = '2026-06-17'

export type Person = {
  readonly page: Page
  readonly context: BrowserContext
  /** Lines that the browser's console called errors, and errors that no page caught. */
  readonly errors: string[]
  /** Calls an operation as this person, beside the page. */
  call<T = never>(operation: string, input?: object): Promise<T>
}

export interface Floor {
  readonly address: string
  /** Stands the demo's clock at a time of its day: '09:20'. */
  clock(time: string, rate?: number): Promise<void>
  /** Somebody at a browser of his own, signed in, on the page of this path. */
  person(username: string, path?: string, options?: Looks): Promise<Person>
  /** A screen that nobody signs in at, as wide as one on a wall, on the page of this path. */
  screen(path: string, options?: Looks): Promise<Pick<Person, 'page' | 'context' | 'errors'>>
  /** Ends the server as an operator does. */
  stop(): Promise<void>
  /** Starts it again, at the same address. */
  startAgain(): Promise<void>
  close(): Promise<void>
}
export type Looks = { readonly locale?: string; readonly dark?: boolean; readonly width?: number }

/** Opens a floor of one's own, of the run's demo or of another one. Close it when the journeys of the file are done. */
export async function openFloor(of = inject('demoFolder'), args: readonly string[] = []): Promise<Floor> {
  const parent = mkdtempSync(join(tmpdir(), 'kaibo-floor-'))
  const folder = join(parent, 'data')
  cpSync(of, folder, { recursive: true })
  let { child, address } = await startDemo(folder, args)
  const browser: Browser = await chromium.launch({
    executablePath: findChromium()!,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
      // An office address: plain http there is not trusted as this machine's own is.
      '--host-resolver-rules=MAP kaibo.test 127.0.0.1',
    ],
  })
  const rpc = <T>(context: BrowserContext, operation: string, input: object): Promise<T> =>
    callOf(context, address, operation, input)
  const operator = await browser.newContext()
  const stop = async () => {
    const ended = new Promise((resolve) => child.on('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
  const pageOf = async (context: BrowserContext) => {
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    const errors: string[] = []
    page.on('console', (line) => line.type() === 'error' && errors.push(line.text()))
    page.on('pageerror', (error) => errors.push(String(error)))
    return { page, context, errors }
  }
  return {
    address,
    clock: async (time, rate = 1) => {
      await rpc(operator, 'access.setDemoClock', { at: `${TODAY}T${time}:00+08:00`, rate })
    },
    person: async (username, path = '', { locale = 'en-US', dark = false, width = 1440 } = {}) => {
      const context = await browser.newContext({
        ...{ locale, colorScheme: dark ? 'dark' : 'light', viewport: { width, height: 900 } },
      })
      await rpc(context, 'access.signIn', { username, password: DEMO_PASSWORD })
      const { page, errors } = await pageOf(context)
      // What changes is heard of from here on.
      await Promise.all([page.waitForResponse(/rpc\/access\/live/), page.goto(`${address}${path}`)])
      return { page, context, errors, call: (operation, input = {}) => rpc(context, operation, input) }
    },
    screen: async (path, { locale = 'en-US', width = 1920 } = {}) => {
      const shown = await pageOf(await browser.newContext({ locale, viewport: { width, height: 1080 } }))
      await shown.page.goto(`${address}${path}`)
      return shown
    },
    stop,
    startAgain: async () => {
      ;({ child, address } = await startDemo(folder, args, new URL(address).port))
    },
    close: async () => {
      await browser.close()
      await stop()
      rmSync(parent, { recursive: true, force: true })
    },
  }
}

/** Brings agents to their desks: there, ready and online by the operations, as their pages would. */
export async function bringOnline(agent: Person): Promise<void> {
  await agent.call('attendance.checkIn')
  await agent.call('attendance.goOnline')
}

/**
 * A leader takes over what came down and hands it on in even shares, by the operations as the page calls them: to those
 * `to` names (the names of the demo's people), to all who are there without it.
 */
export async function handDown(leader: Person, to?: readonly string[]): Promise<void> {
  const { lots } = await leader.call<{ lots: { id: string; toReceive: boolean }[] }>('leads.lots', { open: true })
  for (const { id, toReceive } of lots) if (toReceive) await leader.call('leads.receive', { lotId: id })
  const { groups } = await leader.call<{ groups: { groupId: string }[] }>('leads.groups')
  const { groupId } = groups[0]!
  type Receivers = { batches: { toHandOn: number }[]; receivers: { personId: string; name: string; away: boolean }[] }
  const { batches, receivers } = await leader.call<Receivers>('leads.receivers', { groupId })
  const there = receivers.filter(({ name, away }) => !away && (to === undefined || to.includes(name)))
  const quantity = Math.floor(batches.reduce((sum, batch) => sum + batch.toHandOn, 0) / there.length)
  await leader.call('leads.distribute', { groupId, shares: there.map(({ personId }) => ({ personId, quantity })) })
}
