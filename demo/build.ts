import { sql } from 'kysely'
import { checkIn } from '../src/modules/attendance/presence.ts'
import { stopCalling } from '../src/modules/customers/doNotCall.ts'
import type { Boot } from '../src/platform/context.ts'
import { inCentre } from '../src/platform/transaction.ts'
import { asOf } from './cases.ts'
import { DEMO_PASSWORD } from './cast.ts'
import { chance } from './chance.ts'
import { keepCredit } from './credit.ts'
import { breakLines, type House, makeHouse } from './house.ts'
import { contacts, numberAt } from './list.ts'
import { type Past, playWorkday } from './past.ts'
import { bringRecords } from './records.ts'
import { issueToGroups, type Supply, takeIn } from './supply.ts'

/* The demo centre: a house of sixty people with three weeks behind it, its clock at a working morning. */

/** A Wednesday and a workday, some minutes before the morning meeting. */
export const MORNING = '2026-06-17T08:25'

/** Working days that are played, and what comes in on the morning of which: rows of the bank's file. */
const DAYS = [
  ...['2026-05-25', '2026-05-26', '2026-05-27', '2026-05-28', '2026-05-29', '2026-06-01', '2026-06-02', '2026-06-03'],
  ...[
    '2026-06-04',
    '2026-06-05',
    '2026-06-08',
    '2026-06-09',
    '2026-06-10',
    '2026-06-11',
    '2026-06-12',
    '2026-06-15',
    '2026-06-16',
  ],
]
const YESTERDAY = DAYS.at(-1)!

type Arrival = Pick<Supply, 'name' | 'good' | 'grade' | 'source'> & { readonly on: string; readonly share: number }
const ARRIVALS: readonly Arrival[] = [
  { on: '2026-05-25', name: '銀行名單五月', good: 'AN-ACC', grade: 'B', source: '合作銀行', share: 0.44 },
  { on: '2026-06-03', name: '銀行名單六月上', good: 'KANG-CI', grade: 'B', source: '合作銀行', share: 0.34 },
  { on: '2026-06-16', name: '銀行名單六月中', good: 'KANG-CI', grade: 'A', source: '合作銀行', share: 0.22 },
]

export type DemoSize = {
  /** Rows of the bank's file; days of history, the last ones of three weeks. */
  readonly rows: number
  readonly days: number
  readonly password: string | null
}
const WHOLE: DemoSize = { rows: 9500, days: DAYS.length, password: DEMO_PASSWORD }

/** Fills an empty database with the demo centre. `say` is told of each step. */
export async function buildDemo(
  boot: Boot,
  say: (step: string) => void = () => {},
  size: Partial<DemoSize> = {},
): Promise<House> {
  const { rows, days, password } = { ...WHOLE, ...size }
  const played = DAYS.slice(DAYS.length - days)
  const begin = played[0] ?? YESTERDAY
  const dice = chance(20_260_617)
  say('Making the demo centre')
  const house = await makeHouse(boot, `${begin}T07:30`, password)
  await refusedBefore(house)
  const past: Past = { house, endings: new Map(), dice, played: new Map() }
  const people = contacts(rows)
  let from = 0
  let calls = 0
  const arrive = async ({ on: _, share, ...arrival }: Arrival, wall: string, late: boolean) => {
    say(`Importing a list of ${Math.round(rows * share)} people`)
    const delivered = people.slice(from, from + Math.round(rows * share))
    await house.at(wall)
    const { batchId, endings } = await takeIn(house, { ...arrival, people: delivered, from }, dice)
    from += delivered.length
    for (const [lead, ending] of endings) past.endings.set(lead, ending)
    // Of the newest list a part lies with the company still, and the leaders have yet to take theirs over.
    await sql`analyze`.execute(boot.db)
    await issueToGroups(house, batchId, Math.floor((endings.size * (late ? 0.6 : 0.97)) / 6), !late)
  }
  for (const [at, day] of played.entries()) {
    for (const arrival of ARRIVALS.slice(0, -1))
      if (arrival.on === day || (at === 0 && arrival.on < day)) await arrive(arrival, `${day}T08:05`, false)
    say(`Living ${day}`)
    calls += await playWorkday(past, Temporal.PlainDate.from(day), at >= played.length - 6, at === played.length - 1)
  }
  await arrive(ARRIVALS.at(-1)!, `${YESTERDAY}T18:25`, true)
  await house.at(`${YESTERDAY}T18:30`)
  await breakLines(house)
  say('Taking in the switch’s records of yesterday')
  await bringRecords(house, Temporal.PlainDate.from(YESTERDAY))
  await house.at(MORNING)
  await thisMorning(house)
  await keepCredit(house)
  await sql`analyze`.execute(boot.db)
  await house.at(MORNING, 1)
  say(`${calls} calls are behind the centre`)
  return house
}

/** People whose numbers were on the centre's own list before any list came. */
async function refusedBefore(house: House): Promise<void> {
  await house.as('guo', 'customers.stop', async (ctx) => {
    for (let n = 25; n < 4000; n += 140) {
      const number = numberAt(n)
      const masked = `${number.slice(0, 3)}****${number.slice(-4)}`
      const source = { kind: 'file', id: null } as const
      await stopCalling(ctx, { e164: `+86${number}`, masked, list: 'own', reason: 'listed', source })
    }
  })
}

/** Those who are early. */
async function thisMorning(house: House): Promise<void> {
  await inCentre(house.boot, house.centreId, 'demo.build', async (ctx) => {
    for (const [at, username] of ['guo', 'liu', 'wen', 'lin', 'su', 'ann', 'chen', 'ou', 'zhou', 'zhu'].entries()) {
      const moment = ctx.now.epochMilliseconds - (12 - at) * 60_000
      const personId = house.people.get(username)!
      await checkIn(asOf(ctx, moment), personId)
    }
  })
}
