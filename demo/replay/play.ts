import { randomUUID } from 'node:crypto'
import { goOnline } from '../../src/modules/attendance/own.ts'
import { deskOf, openDesk } from '../../src/modules/calls/desk.ts'
import { answered, dial } from '../../src/modules/calls/dial.ts'
import { takeNext } from '../../src/modules/calls/next.ts'
import { recordAndNext } from '../../src/modules/calls/wrapUp.ts'
import { judgeOwn } from '../../src/modules/credit/own.ts'
import { handTo, recall } from '../../src/modules/leads/distribute.ts'
import { accept } from '../../src/modules/sales/accept.ts'
import type { Actor } from '../../src/platform/actor.ts'
import { once } from '../../src/platform/command.ts'
import type { Ctx } from '../../src/platform/context.ts'
import { DayClock } from './clock.ts'
import type { Contact } from './dates.ts'
import type { Group, House } from './house.ts'
import { ANSWERED_AFTER, GIVEN_UP_AFTER, MINUTE, OPENS, shared } from './shares.ts'
import type { Issued } from './supply.ts'

/* One day of the replay: leads go down to agents by name, every contact is played at a desk, the rest comes back. */

/** What the sale of a term deposit is entered with: the bank's file knows no amounts. */
const PREMIUM = '1000'

type Planned = Contact & { readonly lead: Issued }

/** An agent at work, with the contacts that are his today by lead. */
type Desk = {
  readonly actor: Actor
  readonly tabId: string
  readonly contacts: ReadonlyMap<string, Planned>
  /** On the desk now; null when there is nothing left. */
  call: { readonly callId: string; readonly phoneId: string; readonly contact: Planned } | null
}

export type Day = {
  readonly day: number
  readonly contacts: readonly Planned[]
  readonly stopped: () => boolean
  /** Told of every contact that was recorded. */
  readonly played: () => void
}

/** A command at a desk as the web server would run it; `opened` resolves once it has read the clock. */
function command<T>(house: House, actor: Actor, name: string, input: object, run: (ctx: Ctx) => Promise<T>) {
  const { promise: opened, resolve } = Promise.withResolvers<void>()
  const done = once({ boot: house.boot, actor, name, requestId: randomUUID(), input }, (ctx) => {
    resolve()
    return run(ctx)
  }).finally(resolve)
  return { opened, done }
}

/** Plays all contacts of a day. Throws where the house refuses anything. */
export async function playDay(house: House, { day, contacts, stopped, played }: Day): Promise<void> {
  await house.at(day, OPENS - 1800)
  const byGroup = Map.groupBy(contacts, ({ lead }) => lead.groupId)
  const desks = (
    await Promise.all(house.groups.map((group) => handDown(house, group, byGroup.get(group.id) ?? [])))
  ).flat()
  const clock = new DayClock((second) => house.at(day, second), stopped)
  for (const desk of desks) clock.at(OPENS, desk, () => comeOnline(house, clock, desk, played))
  await clock.run()
  if (stopped()) return
  await house.at(day, Math.max(clock.now, OPENS) + MINUTE)
  await Promise.all(house.groups.map((group) => comeBack(house, group, desks)))
}

/** The leader hands today's leads to the agents who are there, by name. */
async function handDown(house: House, group: Group, contacts: readonly Planned[]): Promise<Desk[]> {
  const desks: Desk[] = []
  for (const [at, hand] of shared(contacts, group.agents.length).entries()) {
    const actor = group.agents[at]!
    const { personId } = actor
    const leadIds = hand.map(({ lead }) => lead.leadId)
    const given = { groupId: group.id, personId, leadIds }
    await command(house, group.leader, 'leads.handTo', given, (ctx) => handTo(ctx, given)).done
    const byLead = new Map(hand.map((contact) => [contact.lead.leadId, contact]))
    desks.push({ actor, tabId: randomUUID(), contacts: byLead, call: null })
  }
  return desks
}

/** At night the leads that are not done with go back to the group. */
async function comeBack(house: House, group: Group, desks: readonly Desk[]): Promise<void> {
  for (const { actor, contacts } of desks) {
    if (actor.groupId !== group.id || [...contacts.values()].every(({ last }) => last)) continue
    const back = { groupId: group.id, personId: actor.personId, to: 'group', only: 'all', reason: '當日收回' } as const
    await command(house, group.leader, 'leads.recall', back, (ctx) => recall(ctx, back)).done
  }
}

const comeOnline = (house: House, clock: DayClock, desk: Desk, played: () => void) => {
  dialAtMinute(house, clock, desk, played)
  return command(house, desk.actor, 'calls.next', {}, async (ctx) => {
    await openDesk(ctx, desk.tabId, true)
    await goOnline(ctx)
    await takeNext(ctx, desk.tabId)
    await look(ctx, desk)
  })
}

/** What lies on the desk, held against the plan of the day. */
async function look(ctx: Ctx, desk: Desk): Promise<void> {
  const { callId, leadId, phoneId, step } = (await deskOf(ctx))!
  if (step === 'idle') desk.call = null
  else {
    const contact = desk.contacts.get(leadId!)
    if (!contact) throw new Error(`Lead ${leadId} came onto a desk on a day on which it has no contact.`)
    desk.call = { callId: callId!, phoneId: phoneId!, contact }
  }
}

const NOTHING = { opened: Promise.resolve(), done: Promise.resolve() }

/** The next lead is dialled on the full minute, and what follows is due as the file has it. */
function dialAtMinute(house: House, clock: DayClock, desk: Desk, played: () => void): void {
  const { tabId, actor } = desk
  const second = Math.floor(clock.now / MINUTE + 1) * MINUTE
  clock.at(second, desk, () => {
    const { call } = desk
    if (!call) return NOTHING
    const { callId, phoneId, contact } = call
    if (contact.last) {
      const answers = second + ANSWERED_AFTER
      clock.at(answers, desk, () => command(house, actor, 'calls.answered', { tabId }, (ctx) => answered(ctx, tabId)))
      clock.at(answers + contact.row.talk, desk, () => close(house, clock, desk, played))
    } else clock.at(second + GIVEN_UP_AFTER, desk, () => close(house, clock, desk, played))
    return command(house, actor, 'calls.dial', { tabId, phoneId, callId }, (ctx) => dial(ctx, { tabId, phoneId }))
  })
}

/** Records the call, with its sale where the file has one, and takes the next lead. */
function close(house: House, clock: DayClock, desk: Desk, played: () => void) {
  const { tabId, actor } = desk
  const { callId, contact } = desk.call!
  dialAtMinute(house, clock, desk, played)
  const { row, last } = contact
  const said = { note: last ? '' : 'synthetic date', disclosures: [], callback: null }
  if (last && row.bought) {
    const sale = {
      ...{ tabId, callId, applicationNo: `REPLAY-${row.n + 1}`, productId: house.productId, payWay: 'single' as const },
      ...{ rawPremium: PREMIUM, disclosures: [], note: '', own: null },
    }
    return command(house, actor, 'sales.accept', sale, async (ctx) => {
      const { saleId } = await accept(ctx, sale, judgeOwn)
      await takeNext(ctx, tabId)
      await look(ctx, desk)
      played()
      return { saleId }
    })
  }
  const ended = last
    ? ({ lineResult: 'answered', outcome: 'refused' } as const)
    : ({ lineResult: 'noAnswer', outcome: 'notReached' } as const)
  const input = { tabId, callId, ...ended, ...said, syntheticDate: !last }
  return command(house, actor, 'calls.record', input, async (ctx) => {
    const { wrapped, next } = await recordAndNext(ctx, input)
    if (!next) throw new Error('The next lead could not be taken.')
    await look(ctx, desk)
    played()
    return { callId: wrapped.callId }
  })
}
