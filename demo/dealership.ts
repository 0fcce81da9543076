import { sql } from 'kysely'
import { confirm, proposeAll } from '../src/modules/arrivals/allocate.ts'
import { enterCall } from '../src/modules/arrivals/hand.ts'
import { sourcesWithFolder } from '../src/modules/arrivals/sources.ts'
import { takeArrival } from '../src/modules/arrivals/take.ts'
import { handWaiting } from '../src/modules/arrivals/turn.ts'
import { checkIn, closeDays, enter } from '../src/modules/attendance/presence.ts'
import { deskOf, openDesk } from '../src/modules/calls/desk.ts'
import { answered, dial } from '../src/modules/calls/dial.ts'
import { takeNext } from '../src/modules/calls/next.ts'
import type { LineResult, Outcome } from '../src/modules/calls/rules.ts'
import { wrapUp } from '../src/modules/calls/wrapUp.ts'
import { book } from '../src/modules/showroom/book.ts'
import { dealWithEvents } from '../src/modules/showroom/deals.ts'
import { visit } from '../src/modules/showroom/frontDesk.ts'
import { askLost, decideLost, record } from '../src/modules/showroom/record.ts'
import { canRecord, type LostReason, type Step } from '../src/modules/showroom/rules.ts'
import type { Boot, Ctx } from '../src/platform/context.ts'
import { asOf } from './cases.ts'
import { DEMO_PASSWORD, FAMILY_NAMES, GIVEN_NAMES } from './cast.ts'
import { chance } from './chance.ts'
import { AGENTS, type DealerHouse, HOSTS, instantOf, MEMBERS, makeDealer, ZONE } from './dealerHouse.ts'
import { idAt } from './history.ts'
import { numberAt } from './list.ts'

/*
 * The demo of a car dealer's house: some working days lived by the house's own commands, from the web lead to the order, and
 * the clock at a working morning before the meeting.
 */

const DAYS = ['2026-06-11', '2026-06-12', '2026-06-15', '2026-06-16']
const MORNING = '2026-06-17T08:25'

const MINUTE = 60_000
const LINES = { answered: 430, noAnswer: 320, busy: 75, declined: 95, switchedOff: 80 }
const SAID = { hungUp: 90, wrongPerson: 30, later: 330, refused: 170, notEligible: 20 }
/** Share of talks that end with an appointment, of a middling agent. */
const BOOKS = 0.3
const WISHES = ['週末想試駕', '有舊車要置換', '想看混動版', '問首付', '家裡兩個孩子', '', '', '公司用車', '']
const LOST: readonly LostReason[] = ['price', 'elsewhere', 'stock', 'postponed', 'finance']

type Play = {
  readonly house: DealerHouse
  readonly dice: ReturnType<typeof chance>
  readonly queue: { readonly at: number; readonly run: (at: number) => Promise<void> }[]
  readonly until: number
  calls: number
  arrived: number
  orders: number
}

/** Something that happens at a moment; what lies beyond the last day is left for whoever opens the demo. */
function plan(play: Play, at: number, run: (at: number) => Promise<void>): void {
  if (at < play.until) play.queue.push({ at, run })
}

/** Lives everything that was planned, in the order of its time. */
async function live(play: Play): Promise<void> {
  for (;;) {
    play.queue.sort((a, b) => a.at - b.at)
    const next = play.queue.shift()
    if (!next) return
    await play.house.at(Temporal.Instant.fromEpochMilliseconds(next.at))
    await next.run(next.at)
  }
}

const wall = (day: string, time: string) => instantOf(`${day}T${time}`).epochMilliseconds

/** Fills an empty database with the demo of a dealership. `say` is told of each step. */
export async function buildDealership(
  boot: Boot,
  say: (step: string) => void = () => {},
  { password = DEMO_PASSWORD as string | null, days = DAYS.length } = {},
): Promise<DealerHouse> {
  const lived = DAYS.slice(DAYS.length - days)
  say('Making the demo dealership')
  const house = await makeDealer(boot, `${lived[0]}T07:30`, password)
  const until = instantOf(MORNING).epochMilliseconds
  const play: Play = { house, dice: chance(20_260_611), queue: [], until, calls: 0, arrived: 0, orders: 0 }
  for (const day of lived) planDay(play, day)
  say(`Living ${lived.length} days`)
  await live(play)
  await house.at(MORNING)
  await house.house('arrivals.propose', proposeAll)
  await thisMorning(house)
  await sql`analyze`.execute(boot.db)
  await house.at(MORNING, 1)
  say(`${play.arrived} customers came, ${play.calls} calls are behind the house`)
  return house
}

function planDay(play: Play, day: string): void {
  const { house, dice } = play
  plan(play, wall(day, '08:20'), () => house.house('arrivals.propose', proposeAll))
  plan(play, wall(day, '08:40'), () => openDay(house))
  plan(play, wall(day, '08:55'), () => confirmAllocation(house))
  for (const agent of AGENTS)
    plan(play, wall(day, '09:14') + dice.between(0, 40) * 1000, () => goOnline(house, agent.username))
  // Web leads all day and in the evening, calls that are taken in working hours.
  for (let n = 0; n < 11; n++) plan(play, dice.between(wall(day, '09:20'), wall(day, '17:15')), () => webLead(play))
  for (let n = 0; n < 4; n++) plan(play, dice.between(wall(day, '09:30'), wall(day, '17:00')), () => phoneLead(play))
  for (let n = 0; n < 6; n++) plan(play, dice.between(wall(day, '18:40'), wall(day, '22:50')), () => webLead(play))
  for (const { username, skill } of AGENTS)
    for (let n = 0; n < 14; n++) {
      const from = n < 7 ? wall(day, '09:20') + n * 20 * MINUTE : wall(day, '13:35') + (n - 7) * 32 * MINUTE
      plan(play, from + dice.between(0, 14) * MINUTE, (at) => call(play, username, skill, at))
    }
  plan(play, wall(day, '17:30'), () => closeFloor(house))
  plan(play, wall(day, '17:45'), () => decideLosses(play))
}

async function openDay(house: DealerHouse): Promise<void> {
  await house.house('demo.build', async (ctx) => {
    await closeDays(ctx)
    for (const { username } of MEMBERS) await checkIn(ctx, house.people.get(username)!)
  })
}

async function confirmAllocation(house: DealerHouse): Promise<void> {
  await house.as('lin', 'arrivals.confirm', async (ctx) => {
    const { rows } = await sql<{ id: string; version: number; left: number }>`
      select a.id, a.version, (select count(*)::int from allocation_line where allocation_id = a.id and given_to is null) as left
      from allocation a where a.day = ${ctx.today} and a.state = 'proposed'`.execute(ctx.db)
    for (const { id, version, left } of rows) if (left === 0) await confirm(ctx, { allocationId: id, version })
  })
}

async function goOnline(house: DealerHouse, username: string): Promise<void> {
  await house.as(username, 'attendance.goOnline', (ctx) => enter(ctx, ctx.actor.personId, 'online'))
  await house.house('arrivals.inTurn', handWaiting)
}

async function closeFloor(house: DealerHouse): Promise<void> {
  for (const { username } of AGENTS)
    await house.as(username, 'attendance.goOffline', (ctx) => enter(ctx, ctx.actor.personId, 'offline'))
}

const person = ({ dice, arrived }: Play) => ({
  name: dice.pick(FAMILY_NAMES) + dice.pick(GIVEN_NAMES),
  number: numberAt(400_000 + arrived),
  wants: dice.pick(WISHES),
})

async function webLead(play: Play): Promise<void> {
  const { house, dice } = play
  play.arrived += 1
  const code = dice.pick(['site', 'site', 'partner'])
  const model = dice.pick(['YH-E5', 'YH-T7', 'YH-C3', null])
  await house.house('arrivals.deliver', async (ctx) => {
    const source = (await sourcesWithFolder(ctx)).find((one) => one.code === code)!
    const given = {
      externalId: `${code}-${1000 + play.arrived}`,
      ...person(play),
      model,
      at: null,
      via: 'post',
    } as const
    await takeArrival(ctx, source, given)
  })
}

async function phoneLead(play: Play): Promise<void> {
  play.arrived += 1
  await play.house.as('fei', 'arrivals.enterCall', (ctx) => enterCall(ctx, { ...person(play), model: null }))
}

/** A call of an agent from the next lead to the wrap-up, in one transaction, its moments as they would have been. */
async function call(play: Play, username: string, skill: number, at: number): Promise<void> {
  const { house, dice } = play
  const booked = await house.as(username, 'calls.dial', async (ctx) => {
    const tabId = idAt(at, dice)
    await openDesk(ctx, tabId, true)
    const { taken } = await takeNext(ctx, tabId)
    const desk = await deskOf(ctx)
    if (!taken || !desk?.phoneId || !desk.callId) return null
    const after = (seconds: number) => asOf(ctx, at + seconds * 1000)
    const lineResult = dice.weighted(LINES) as LineResult
    await dial(after(8), { tabId, phoneId: desk.phoneId })
    play.calls += 1
    const wrapped = { tabId, callId: desk.callId, note: '', disclosures: [], callback: null }
    if (lineResult !== 'answered') {
      await wrapUp(after(8 + dice.between(18, 40)), { ...wrapped, lineResult, outcome: 'notReached' })
      return null
    }
    await answered(after(8 + dice.between(5, 18)), tabId)
    const talked = 30 + dice.spread(110)
    if (!dice.is(BOOKS * skill)) {
      await wrapUp(after(talked), { ...wrapped, lineResult, outcome: dice.weighted(SAID) as Outcome })
      return null
    }
    const when = visitTime(play, at)
    const salesId = house.people.get(HOSTS[play.calls % HOSTS.length]!.username)!
    const { dealId } = await book(after(talked), {
      ...{ tabId, callId: desk.callId, at: Temporal.Instant.fromEpochMilliseconds(when), salesId, productId: null },
      note: dice.pick(['', '和太太一起來', '想試駕']),
    })
    return { dealId, when }
  })
  if (booked && dice.is(0.72))
    plan(play, booked.when + dice.between(-10, 15) * MINUTE, (came) => visitor(play, booked.dealId, came))
}

/** Later today, tomorrow or the day after, at an hour at which the house is open. */
function visitTime({ dice }: Play, at: number): number {
  const now = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(ZONE)
  const today = now.hour < 13 && dice.is(0.4)
  const day = now.toPlainDate().add({ days: today ? 0 : dice.between(1, 2) })
  const time = today ? dice.pick(['15:00', '16:00', '17:00']) : dice.pick(['10:00', '11:00', '14:00', '15:30', '16:30'])
  return wall(day.toString(), time)
}

/** A customer who came: received, and as it turns out. */
async function visitor(play: Play, dealId: string, at: number): Promise<void> {
  const { house, dice } = play
  const deal = await house.as('fei', 'showroom.visit', async (ctx) => {
    const { customerId, salesId, state } = await dealWithEvents(ctx, dealId)
    if (!canRecord(state, 'visit').ok) return { salesId: null }
    await visit(ctx, { dealId, customerId, salesId })
    return { salesId }
  })
  if (!deal.salesId) return
  const host = HOSTS.find(({ username }) => house.people.get(username) === deal.salesId) ?? HOSTS[0]!
  const step =
    (next: Step, more: Partial<{ orderNo: string; note: string }> = {}) =>
    () =>
      house.as(host.username, 'showroom.record', async (ctx) => {
        const { version, productId, state } = await dealWithEvents(ctx, dealId)
        if (!canRecord(state, next).ok) return
        const empty = { on: null, at: null, orderNo: '', note: '' }
        await record(ctx, { dealId, version, step: next, ...empty, productId, ...more })
      })
  plan(play, at + dice.between(4, 12) * MINUTE, step('reception'))
  const drives = dice.is(0.6)
  if (drives) plan(play, at + dice.between(25, 40) * MINUTE, step('testDrive'))
  if (dice.is((drives ? 0.42 : 0.15) * host.skill)) {
    play.orders += 1
    const orderNo = `YH${20_600 + play.orders * 7}`
    plan(play, at + dice.between(55, 90) * MINUTE, step('order', { orderNo }))
    plan(play, at + (2 * 24 * 60 + dice.between(0, 120)) * MINUTE, step('delivery'))
  } else if (dice.is(0.4)) {
    plan(play, at + dice.between(60, 100) * MINUTE, () =>
      house.as(host.username, 'showroom.askLost', async (ctx) => {
        const { version, state } = await dealWithEvents(ctx, dealId)
        if (!canRecord(state, 'lostAsked').ok) return
        await askLost(ctx, { dealId, version, reason: dice.pick(LOST), note: '談過兩輪，客戶已決定' })
      }),
    )
  } else plan(play, at + (24 * 60 + dice.between(0, 180)) * MINUTE, step('followUp', { note: '微信發了報價' }))
}

/** The manager decides in the evening; the last ones are left for whoever opens the demo. */
async function decideLosses({ house, dice }: Play): Promise<void> {
  await house.as('guo', 'showroom.decideLost', async (ctx: Ctx) => {
    const { rows } = await sql<{ id: string; version: number }>`select id, version from deal
      where state = 'lostAsked' and centre_id = ${ctx.centre.id} order by opened_at`.execute(ctx.db)
    for (const { id: dealId, version } of rows.slice(0, -1)) {
      const approve = dice.is(0.75)
      await decideLost(ctx, { dealId, version, approve, note: approve ? '同意' : '再約一次，問清楚預算' })
    }
  })
}

/** Those who are early. Yesterday's tabs are closed: whoever opens a desk is at it. */
async function thisMorning(house: DealerHouse): Promise<void> {
  await house.house('demo.build', async (ctx) => {
    await sql`update lead_lot set received_by = person_id, received_at = issued_at + interval '20 minutes'
      where step = 'groupToAgent' and received_at is null and centre_id = ${ctx.centre.id}`.execute(ctx.db)
    await sql`update desk set tab_id = null, tab_since = null where centre_id = ${ctx.centre.id}`.execute(ctx.db)
    for (const [n, username] of ['guo', 'lin', 'fei', 'ann', 'shan'].entries())
      await checkIn(asOf(ctx, ctx.now.epochMilliseconds - (12 - n) * MINUTE), house.people.get(username)!)
  })
}
