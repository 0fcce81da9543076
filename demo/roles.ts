import { randomUUID } from 'node:crypto'
import type { Chance } from './chance.ts'
import { count, Over, type Player, type Tally } from './player.ts'

/* What people do in a day that is played: agents at their desks, leaders on Now, the data officer, the unit managers. */

/** The demo's clock as the players read it, and waiting by it. Seconds since midnight of the centre. */
export interface DayClock {
  now(): number
  /** Waits for a time of day; false once the day is over. */
  until(at: number): Promise<boolean>
  rest(seconds: number): Promise<boolean>
}

export const at = (wall: string): number => Number(wall.slice(0, 2)) * 3600 + Number(wall.slice(3, 5)) * 60

export type Stage = { readonly clock: DayClock; readonly dice: Chance; readonly tally: Tally }
/** A stretch of dialling hours. */
export type Stretch = { readonly from: number; readonly to: number }

/** Share of contacts that buy, by the number of the try. Source: the bank's campaign, buyers at a contact of those who got it. */
const HAZARD = [0.056, 0.051, 0.044, 0.033, 0.024, 0.022]
const LINES = {
  answered: 400,
  noAnswer: 320,
  busy: 75,
  declined: 100,
  switchedOff: 70,
  machine: 22,
  noSuchNumber: 5,
  brokeOff: 8,
}
const SAID = {
  hungUp: 150,
  wrongPerson: 45,
  later: 300,
  callback: 90,
  interested: 50,
  refused: 280,
  refusedForGood: 14,
  notEligible: 25,
}
const CALLBACKS = new Set(['callback', 'interested'])

/** Plays a role to its end; a day that ends in the middle is no fault. */
export async function play(tally: Tally, role: () => Promise<void>): Promise<void> {
  try {
    await role()
  } catch (error) {
    if (error instanceof Over) return
    if (!tally.errors.includes(String(error))) tally.errors.push(String(error))
  }
}

type Asleep = { readonly from: number; readonly to: number } | null

/** An agent's day. `asleep`: a stretch in which he is online and does nothing. */
export async function agentsDay(
  player: Player,
  stage: Stage,
  stretches: readonly Stretch[],
  asleep: Asleep,
): Promise<void> {
  const { clock, dice, tally } = stage
  const tabId = randomUUID()
  if (!(await clock.until(at('08:28') + dice.between(0, 1000)))) return
  await player.tries('attendance.checkIn')
  if (!(await clock.until(at('09:10') + dice.between(0, 480)))) return
  await player.tries('attendance.ready')
  await player.tries('calls.open', { tabId, takeOver: true })
  for (const { from, to } of stretches) {
    if (!(await clock.until(from + dice.between(0, 60)))) return
    await player.tries(clock.now() > at('12:00') ? 'attendance.resume' : 'attendance.goOnline')
    while (clock.now() < to - 30) {
      if (asleep && clock.now() > asleep.from && clock.now() < asleep.to) await clock.until(asleep.to)
      if (!(await oneCall(player, stage, tabId))) if (!(await clock.rest(240))) return
      if (dice.is(0.03)) {
        await player.tries('attendance.pause', { reason: dice.pick(['rest', 'personal', 'writingUp']) })
        await clock.rest(dice.between(180, 480))
        await player.tries('attendance.resume')
        count(tally, 'pauses')
      }
      if (!(await clock.rest(dice.spread(15)))) return
    }
    // Whoever tries once more after the hour is told so.
    if (dice.is(0.1)) await player.tries('calls.next', { tabId })
    await player.tries('attendance.pause', { reason: 'rest' })
  }
  await player.tries('attendance.goOffline')
}

type Desk = {
  readonly step: string
  readonly callId: string
  readonly phoneId: string
  readonly lead: { readonly tries: number; readonly productId: string | null } | null
}

/** From the next lead to the recorded call; false where there is none to call. */
async function oneCall(player: Player, { clock, dice, tally }: Stage, tabId: string): Promise<boolean> {
  const taken = await player.tries<{ taken: boolean; reasons: { code: string }[] }>('calls.next', { tabId })
  if (!taken) return false
  if (!taken.taken) {
    for (const { code } of taken.reasons)
      tally.refused.set(`held back ${code}`, (tally.refused.get(`held back ${code}`) ?? 0) + 1)
    return false
  }
  const desk = await player.call<Desk>('calls.desk')
  if (desk.step !== 'preview') return false
  await clock.rest(dice.spread(12))
  const { phoneId, callId } = desk
  if (!(await player.tries('calls.dial', { tabId, phoneId }))) return false
  count(tally, 'dials')
  const line = dice.weighted(LINES)
  const reached = line === 'answered' || line === 'brokeOff'
  await clock.rest(dice.between(reached ? 6 : 18, reached ? 20 : 40))
  if (!reached) {
    await player.call('calls.record', { tabId, callId, lineResult: line, outcome: 'notReached' })
    return true
  }
  count(tally, 'connected')
  await player.call('calls.answered', { tabId })
  if (
    dice.is(HAZARD[Math.min(desk.lead?.tries ?? 0, 5)]! * 1.2) &&
    (await sale(player, { clock, dice, tally }, tabId, desk))
  )
    return true
  const outcome = line === 'brokeOff' ? 'later' : dice.weighted(SAID)
  await clock.rest(dice.spread(outcome === 'hungUp' ? 15 : 130))
  await player.call('calls.hangUp', { tabId, lineResult: line })
  await clock.rest(dice.spread(30))
  const callback = CALLBACKS.has(outcome) ? { at: tomorrow(dice) } : null
  const recorded = { tabId, callId, lineResult: line, note: '' }
  // A time that the rulebook takes for no promise is no promise: then it was just "not now".
  if (await player.tries('calls.record', { ...recorded, outcome, callback })) count(tally, `outcome ${outcome}`)
  else await player.call('calls.record', { ...recorded, outcome: 'later' })
  return true
}

/** The next working day of the demo, at a full or half hour. */
const tomorrow = (dice: Chance) =>
  `2026-06-18T${dice.pick(['09:30', '10:00', '10:30', '14:00', '14:30', '15:00'])}:00+08:00`

type Offer = {
  readonly products: readonly {
    readonly id: string
    readonly payWays: Readonly<Record<string, number>>
    readonly minPremium: number | null
    readonly disclosures: readonly { readonly key: string }[]
  }[]
}

async function sale(player: Player, { clock, dice, tally }: Stage, tabId: string, desk: Desk): Promise<boolean> {
  const { products } = await player.call<Offer>('sales.offer')
  const product = products.find(({ id }) => id === desk.lead?.productId)
  if (!product) return false
  await clock.rest(dice.spread(450))
  await player.call('sales.accept', {
    ...{ tabId, callId: desk.callId, productId: product.id, payWay: dice.pick(Object.keys(product.payWays)) },
    applicationNo: `DAY${randomUUID().slice(0, 8).toUpperCase()}`,
    rawPremium: String((product.minPremium ?? 100) * dice.between(1, 4)),
    disclosures: product.disclosures.map(({ key }) => key),
  })
  count(tally, 'sales')
  return true
}

/** A leader's day on Now: leads come and go down, the floor starts, idling is noted. One who is late finds another acting. */
export async function leadersDay(player: Player, { clock, dice, tally }: Stage, late: boolean): Promise<void> {
  await clock.until(late ? at('08:52') : at('08:27') + dice.between(0, 150))
  await player.tries('attendance.checkIn')
  await clock.until(at(late ? '08:54' : '08:40') + dice.between(0, 120))
  await handDown(player)
  await clock.until(at('09:26'))
  const { groups } = await player.call<{ groups: { groupId: string }[] }>('leads.groups')
  for (const { groupId } of groups)
    if (await player.tries('attendance.startFloor', { groupId })) count(tally, 'floors started')
  for (const time of ['10:30', '13:20', '15:00']) {
    if (!(await clock.until(at(time) + dice.between(0, 120)))) return
    await handDown(player)
    const { alerts } = await player.call<{ alerts: { id: string; cause: string | null }[] }>('attendance.idleAlerts')
    for (const { id, cause } of alerts)
      if (cause === null && (await player.tries('attendance.markIdle', { alertId: id, cause: 'idle', note: '' })))
        count(tally, 'idling noted')
  }
}

async function handDown(player: Player): Promise<void> {
  const { lots } = await player.call<{ lots: { id: string; toReceive: boolean }[] }>('leads.lots', { open: true })
  for (const { id, toReceive } of lots) if (toReceive) await player.tries('leads.receive', { lotId: id })
  const { groups } = await player.call<{ groups: { groupId: string }[] }>('leads.groups')
  for (const { groupId } of groups) {
    type Receiver = { personId: string; away: boolean; authorised: boolean; stock: number; isTsr: boolean }
    type Known = { batches: { batchId: string; toHandOn: number }[]; maxPerAgent: number; receivers: Receiver[] }
    const { batches, maxPerAgent, receivers } = await player.call<Known>('leads.receivers', { groupId })
    for (const { batchId, toHandOn } of batches) {
      const may = receivers.filter(({ away, authorised, isTsr }) => !away && authorised && isTsr)
      const each = Math.floor((toHandOn * 0.95) / Math.max(1, may.length))
      const shares = may
        .map(({ personId, stock }) => ({ personId, quantity: Math.min(each, Math.max(0, maxPerAgent - stock - 5)) }))
        .filter(({ quantity }) => quantity > 0)
      if (shares.length > 0 && (await player.tries('leads.distribute', { groupId, batchId, shares })))
        for (const { personId, quantity } of shares)
          receivers.find((one) => one.personId === personId)!.stock += quantity
    }
  }
}

/** The data officer issues what lies in the company's pool, to all groups alike. */
export async function officersDay(player: Player, { clock, tally }: Stage): Promise<void> {
  await clock.until(at('08:33'))
  const { batches } = await player.call<{ batches: { batchId: string; pool: number }[] }>('leads.stock')
  const { units } = await player.call<{ units: { id: string; kind: string }[] }>('people.tree')
  const groups = units.filter(({ kind }) => kind === 'group')
  for (const { batchId, pool } of batches) {
    const quantity = Math.floor(pool / groups.length)
    if (quantity === 0) continue
    if (await player.tries('leads.issue', { batchId, shares: groups.map(({ id }) => ({ groupId: id, quantity })) }))
      count(tally, 'leads issued', quantity * groups.length)
  }
}

/** A unit manager: who leads the groups whose leader is not there. */
export async function unitManagersDay(player: Player, { clock, tally }: Stage): Promise<void> {
  await clock.until(at('08:37'))
  type Group = { groupId: string; candidates: { personId: string }[] }
  const { groups } = await player.call<{ groups: Group[] }>('attendance.leaderless')
  for (const { groupId, candidates } of groups) {
    const first = candidates[0]
    if (first && (await player.tries('people.appointActing', { personId: first.personId, groupId })))
      count(tally, 'leaders named')
  }
}

/** A screen that shows the board as long as the day goes. */
export async function boardsDay(player: Player, { clock }: Stage, every: () => Promise<void>): Promise<void> {
  while (clock.now() < at('18:00')) {
    await player.call('floor.board')
    await every()
  }
}
