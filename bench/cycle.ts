import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Actor } from '../src/platform/actor.ts'
import { type Bare, bareCycle } from './bareCycle.ts'
import { Caller } from './caller.ts'
import { type Centre, inOwnCentre } from './centre.ts'
import { type Line, type Measured, ms, percentile, rounded, type Sizes, say, timed } from './measured.ts'
import { startNode } from './node.ts'
import { openAccounts, stock } from './stock.ts'

/*
 * The agent's cycle over HTTP: next, dial, outcome, with session, gate, decisions, summaries and events, beside the same
 * rows by bare SQL over a pool of the same kind and size. Stretches of both are taken in turn, so that whatever else the
 * machine does falls on both.
 */

const AIM = 0.3
/** The number of agents that the aim is for. */
const AIM_AT = 50
const SIZES = [1, 50, 200] as const
const TURNS = 3
/** Engines, connections and plans take a while to run as they will. */
const WARM_UP_SECONDS = 8

type Seat = { readonly caller: Caller; readonly tabId: string }
type Times = { readonly next: number[]; readonly dial: number[]; readonly outcome: number[] }
type Round = { readonly made: number; readonly seconds: number }

/**
 * Lets so many at once go round until the time is up. Where they are fewer than the agents, each takes the work of
 * several in turn, so that a single one does not run out of leads.
 */
async function round<T>(
  all: readonly T[],
  many: number,
  seconds: number,
  work: (one: T) => Promise<unknown>,
): Promise<Round> {
  const begun = performance.now()
  const end = begun + seconds * 1000
  let made = 0
  await Promise.all(
    Array.from({ length: many }, async (_, n) => {
      for (let turn = n; performance.now() < end; turn += many) {
        await work(all[turn % all.length]!)
        made += 1
      }
    }),
  )
  return { made, seconds: (performance.now() - begun) / 1000 }
}

async function takeSeats({ house }: Centre, url: string, agents: readonly Actor[]): Promise<Seat[]> {
  await openAccounts(house, agents)
  const seats: Seat[] = []
  for (const { personId } of agents) {
    const seat = { caller: new Caller(new URL(url)), tabId: randomUUID() }
    await seat.caller.call('access.demoSignIn', { personId })
    await seat.caller.call('calls.open', { tabId: seat.tabId, takeOver: true })
    seats.push(seat)
  }
  return seats
}

/** Does a step and writes down what it took. */
async function step<T>(into: number[], work: () => Promise<T>): Promise<T> {
  const { took, value } = await timed(work)
  into.push(took)
  return value
}

/** The desk as an agent works it: the lead, the dial, nobody answers. */
const overHttp = (seats: readonly Seat[], agents: number, seconds: number, times: Times) =>
  round(seats, agents, seconds, async ({ caller, tabId }) => {
    const { taken } = await step(times.next, () => caller.call('calls.next', { tabId }))
    if (!taken) throw new Error('an agent has no lead left: give more with --leads')
    const { callId } = await step(times.dial, () => caller.call('calls.dial', { tabId }))
    const said = { lineResult: 'noAnswer', outcome: 'notReached' }
    await step(times.outcome, () => caller.call('calls.record', { tabId, callId, ...said }))
  })

const barely = (bare: Bare, agents: readonly Actor[], many: number, seconds: number) =>
  round(agents, many, seconds, async (agent) => {
    if ((await bareCycle(bare, agent)) === null)
      throw new Error('no lead left for the bare side: give more with --leads')
  })

async function bareOf({ house, pool }: Centre): Promise<Bare> {
  const { rows } = await sql<{ now: Temporal.Instant; version: string }>`
    select centre_now(c) as now, gen_random_uuid() as version from centre c where c.id = ${house.centreId}`.execute(
    house.boot.db,
  )
  const { now, version } = rows[0]!
  const day = now.toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString()
  return { pool, centreId: house.centreId, versionId: version, day, at: now.toString() }
}

/** All are called for the first time on this day: one that was called twice was handed out twice. */
async function noneTwice({ house }: Centre): Promise<void> {
  const { rows } = await sql`select lead_id from call group by lead_id having count(*) > 1 limit 1`.execute(
    house.boot.db,
  )
  if (rows.length > 0) throw new Error('a lead was dialled twice')
}

/** The cycle at 1, 50 and as many agents as there are, beside the bare rows. */
export const cycle = ({ agents: many, leads, seconds }: Sizes): Promise<Measured> =>
  inOwnCentre(async (centre) => {
    const agents = await stock(centre.house, many, leads)
    await centre.house.at('2026-06-17T09:30', 1)
    const node = await startNode(centre, process.env.BENCH_PROFILE)
    try {
      const seats = await takeSeats(centre, node.url, agents)
      const newTimes = (): Times => ({ next: [], dial: [], outcome: [] })
      await overHttp(seats, Math.min(AIM_AT, many), WARM_UP_SECONDS, newTimes())
      await barely(await bareOf(centre), agents, Math.min(AIM_AT, many), WARM_UP_SECONDS / 2)
      // What the database would learn of its tables by itself within a minute.
      await sql`analyze`.execute(centre.house.boot.db)
      const lines: Line[] = []
      const json: Record<string, number> = {}
      for (const at of SIZES.filter((size) => size <= many)) {
        const times = newTimes()
        const ours: Round[] = []
        const bare: Round[] = []
        for (let turn = 0; turn < TURNS; turn += 1) {
          ours.push(await overHttp(seats, at, seconds, times))
          bare.push(await barely(await bareOf(centre), agents, at, seconds))
        }
        const rate = (rounds: readonly Round[]) =>
          rounds.reduce((sum, { made }) => sum + made, 0) / rounds.reduce((sum, one) => sum + one.seconds, 0)
        const ratio = rate(ours) / rate(bare)
        json[`cyclesPerSecondAt${at}`] = rounded(rate(ours))
        json[`barePerSecondAt${at}`] = rounded(rate(bare))
        json[`ratioAt${at}`] = rounded(ratio, 3)
        const p99 = (list: readonly number[]) => ms(percentile(list, 0.99))
        lines.push({
          what: `next, dial, outcome over HTTP, ${at} agent${at > 1 ? 's' : ''} without a pause`,
          figure: `${rounded(rate(ours))} cycles/s; p99 of next ${p99(times.next)}, dial ${p99(times.dial)}, outcome ${p99(times.outcome)}`,
          beside: `bare SQL ${rounded(rate(bare))} cycles/s; ratio ${rounded(ratio, 2)}`,
          ...(at === AIM_AT ? { aim: `at least ${AIM} of bare`, met: ratio >= AIM } : {}),
        })
        say(`${lines.at(-1)!.figure}; ${lines.at(-1)!.beside}`)
      }
      await noneTwice(centre)
      for (const { caller } of seats) caller.close()
      return { lines, json }
    } finally {
      await node.stop()
    }
  })
