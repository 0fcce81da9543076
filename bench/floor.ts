import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Actor } from '../src/platform/actor.ts'
import { type Browser, Refused, signedIn } from './browser.ts'
import { type Centre, inOwnCentre, PASSWORD } from './centre.ts'
import { startList, untilDone } from './import.ts'
import { writeList } from './listFile.ts'
import { type Measured, ms, percentile, rounded, type Sizes, say, spread } from './measured.ts'
import { type BenchNode, startNode } from './node.ts'
import { livePast } from './past.ts'
import { openAccounts, stock } from './stock.ts'

const AIM_STEP_MS = 150
const AIM_BOARD_MS = 1000
const AIM_STALL_MS = 50

/** Each agent makes one call in this time. */
const CALL_MS = 60_000
/** Of a call, from the dial to the hang-up. */
const RING_MS = 8000
/** How often a leader's board asks anew, and how often the long report. */
const BOARD_MS = 1000
const REPORT_MS = 2000
/** Calls a day of each agent in the ninety days that the report looks at. */
const PAST_CALLS = 60
/** A server that has just started translates what it runs, opens its connections and prepares its statements: told apart. */
const FIRST_MS = 30_000
/** Who sign in together. */
const AT_ONCE = 8
const LEADERS = ['lin', 'tao', 'yuan', 'su', 'shi', 'yu', 'wen', 'xu', 'guo'] as const

type Floor = { readonly over: AbortSignal; readonly failures: Map<string, number> }

/** Calls one after the other, each begun a minute after the one before: next, dial, hang-up, outcome, and what the page reads. */
async function works(agent: Browser, from: number, { over, failures }: Floor): Promise<void> {
  const tabId = randomUUID()
  await pause(from)
  await agent.call('calls.open', { tabId, takeOver: true })
  while (!over.aborted) {
    const begun = performance.now()
    try {
      const { taken } = await agent.call('calls.next', { tabId })
      const desk = await agent.call('calls.desk')
      if (taken && desk.phoneId) {
        const { callId } = await agent.call('calls.dial', { tabId, phoneId: desk.phoneId })
        await pause(RING_MS, null, { signal: over }).catch(() => {})
        await agent.call('calls.hangUp', { tabId, lineResult: 'noAnswer' })
        await agent.call('calls.record', { tabId, callId, lineResult: 'noAnswer', outcome: 'notReached' })
        await agent.call('calls.ownDay')
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      failures.set(error.message.slice(0, 160), (failures.get(error.message.slice(0, 160)) ?? 0) + 1)
    }
    await pause(Math.max(0, CALL_MS - (performance.now() - begun)), null, { signal: over }).catch(() => {})
  }
}

async function repeats(every: number, over: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  while (!over.aborted) {
    const begun = performance.now()
    await work()
    await pause(Math.max(0, every - (performance.now() - begun)), null, { signal: over }).catch(() => {})
  }
}

/** The agents, who sign in as people do. */
async function signIn({ house }: Centre, node: BenchNode, actors: readonly Actor[]): Promise<Browser[]> {
  const names = await openAccounts(house, actors)
  const browsers: Browser[] = []
  // A few at a time: passwords are slow to check on purpose.
  for (let n = 0; n < names.length; n += AT_ONCE)
    browsers.push(...(await Promise.all(names.slice(n, n + AT_ONCE).map((name) => signedIn(node.url, name, PASSWORD)))))
  return browsers
}

type Times = (operation: string) => readonly number[]

/** What everybody's calls took since the last time it was asked. */
function timesOf(browsers: readonly Browser[]): Times {
  const taken = browsers.map((browser) => browser.tookSince())
  return (operation) => taken.flatMap((took) => took.get(operation) ?? [])
}

/** A floor at work over HTTP while a list is imported and a report of ninety days is read again and again. */
export const floor = ({ agents: many, leads, rows, floorSeconds }: Sizes): Promise<Measured> =>
  inOwnCentre(async (centre) => {
    const { house } = centre
    const actors = await stock(house, many, leads)
    await livePast(centre, { agents: actors, calls: many * PAST_CALLS * 77, days: 90, until: '2026-06-16' })
    await house.at('2026-06-17T09:30', 1)
    const path = join(tmpdir(), `kaibo-bench-floor-${process.pid}.csv`)
    await writeList(path, { rows, from: 100_000_000 })
    const node = await startNode(centre, process.env.BENCH_PROFILE)
    try {
      say('signing in')
      const agents = await signIn(centre, node, actors)
      const leaders = await Promise.all(LEADERS.map((name) => signedIn(node.url, name, PASSWORD)))
      const officer = await signedIn(node.url, 'liu', PASSWORD)
      return await underLoad({ centre, node, agents, leaders, officer, path, floorSeconds })
    } finally {
      await node.stop()
      await rm(path, { force: true })
    }
  })

type Load = {
  readonly centre: Centre
  readonly node: BenchNode
  readonly agents: readonly Browser[]
  readonly leaders: readonly Browser[]
  readonly officer: Browser
  readonly path: string
  readonly floorSeconds: number
}

async function underLoad({ centre, node, agents, leaders, officer, path, floorSeconds }: Load): Promise<Measured> {
  const ending = new AbortController()
  const over = ending.signal
  const failures = new Map<string, number>()
  const all = [...agents, ...leaders]
  const listening = agents.map((agent) => agent.listen(over))
  const working = [
    ...agents.map((agent, n) => works(agent, (n * CALL_MS) / agents.length, { over, failures })),
    ...leaders.map((leader) => repeats(BOARD_MS, over, () => leader.call('floor.board'))),
    repeats(REPORT_MS, over, () => leaders.at(-1)!.call('floor.figures', { from: '2026-03-19', to: '2026-06-16' })),
  ]
  // Whatever fails for another reason than a refusal ends the measure at once.
  const failed = Promise.race(working.map((work) => work.then(() => new Promise<never>(() => {}))))
  await Promise.race([pause(FIRST_MS), failed])
  const first = timesOf(all)
  await node.watched()
  const begun = performance.now()
  const batchId = await startList(officer, centre, path, 'floor')
  const batch = await Promise.race([untilDone(officer, batchId), failed])
  const imported = performance.now() - begun
  say(`the import was done after ${rounded(imported / 1000)} s (${batch.state})`)
  await Promise.race([pause(Math.max(0, floorSeconds * 1000 - imported)), failed])
  const { stallMs, stallP99Ms, stallWorkedMs, collectedMs, mostRss } = await node.watched()
  const seconds = Math.round((performance.now() - begun) / 1000)
  // Before the end, at which everybody hangs up in one moment.
  const times = timesOf(all)
  ending.abort()
  await Promise.all(working)
  const news = (await Promise.all(listening)).reduce((sum, count) => sum + count, 0)
  for (const [message, count] of failures) say(`${count} times ${message}`)
  const next = times('calls.next')
  const outcome = times('calls.record')
  const dial = times('calls.dial')
  const boards = times('floor.board')
  const reports = times('floor.figures')
  const p99 = (of: readonly number[]) => rounded(percentile(of, 0.99))
  const early = [...first('calls.next'), ...first('calls.record')]
  const earlyMost = Math.max(...early)
  const beside = `${outcome.length} calls in ${seconds} s, import of ${batch.rowsTotal} rows in ${Math.round(imported / 1000)} s, ${reports.length} reports`
  const step = { aim: `p99 ≤ ${AIM_STEP_MS} ms`, beside }
  return {
    lines: [
      { what: `next, ${agents.length} agents`, figure: spread(next), ...step, met: p99(next) <= AIM_STEP_MS },
      { what: 'outcome', figure: spread(outcome), ...step, met: p99(outcome) <= AIM_STEP_MS },
      { what: 'dial', figure: spread(dial), beside },
      {
        what: `board, ${leaders.length} readers once a second`,
        figure: spread(boards),
        ...{ beside, aim: `p99 ≤ ${AIM_BOARD_MS} ms`, met: p99(boards) <= AIM_BOARD_MS },
      },
      { what: 'report of ninety days', figure: spread(reports), beside },
      {
        what: 'longest stall of the event loop',
        figure: `${ms(stallMs)}, p99 ${ms(stallP99Ms)}`,
        beside: `the thread itself worked ${ms(stallWorkedMs)} of it; longest collection of garbage ${ms(collectedMs)}`,
        ...{ aim: `≤ ${AIM_STALL_MS} ms`, met: stallMs <= AIM_STALL_MS },
      },
      {
        what: 'next and outcome in the half minute before, of a server just started',
        figure: `${spread(early)}, most ${ms(earlyMost)}`,
        beside: `${early.length} of them, no import`,
      },
    ],
    json: {
      ...{ agents: agents.length, calls: outcome.length, importMs: Math.round(imported), importState: batch.state },
      ...{ nextP99Ms: p99(next), outcomeP99Ms: p99(outcome), dialP99Ms: p99(dial), boardP99Ms: p99(boards) },
      ...{ reportP99Ms: p99(reports), stallMs: rounded(stallMs), stallP99Ms: rounded(stallP99Ms), news },
      ...{ stallWorkedMs: rounded(stallWorkedMs), collectedMs: rounded(collectedMs) },
      ...{ firstMostMs: rounded(earlyMost), mostMemoryMb: rounded(mostRss / 1e6) },
      refusals: [...failures].map(([message, count]) => `${count} × ${message}`),
    },
  }
}
