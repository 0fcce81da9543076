import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { desksOf } from '../../../test/atDesk.ts'
import type { Name } from '../../../test/cast.ts'
import { refusedFor } from '../../../test/refused.ts'
import { seated, sellable } from '../../../test/selling.ts'
import { batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { attendance } from '../attendance/api.ts'
import { notices } from '../notices/api.ts'
import { calls } from './api.ts'
import { endOldCallbacks, watchCallbacks, watchDesks } from './watch.ts'

const router = { calls, attendance, notices }
const AGENTS = ['ann', 'bo', 'chen', 'deng'] as const
let w: World<typeof router>
let desks: ReturnType<typeof desksOf>
const { atDesk, desk, dialling, record } = {
  atDesk: (...of: Parameters<(typeof desks)['atDesk']>) => desks.atDesk(...of),
  desk: (...of: Parameters<(typeof desks)['desk']>) => desks.desk(...of),
  dialling: (...of: Parameters<(typeof desks)['dialling']>) => desks.dialling(...of),
  record: (...of: Parameters<(typeof desks)['record']>) => desks.record(...of),
}

beforeAll(async () => {
  w = await world(router)
  desks = desksOf(w, await batch(w, await sellable(w, 'L1', AGENTS), 'June'))
  await seated(w, AGENTS)
})
afterAll(() => w.close())
beforeEach(async () => {
  await w.setNow('2026-06-17T09:30')
  await desks.clear()
  await w.sql`delete from notice_read`
  await w.sql`delete from notice`
  await w.sql`update presence set state = 'offline'`
})

/** An instant of the centre's wall clock on its day, as a page sends it. */
const at = (wall: string, day = '2026-06-17') =>
  Temporal.PlainDateTime.from(`${day}T${wall}`).toZonedDateTime('Asia/Shanghai').toInstant().toString()

/** Ann talks to a customer who names a time. */
async function promised(wall: string, whose: 'mine' | 'group' = 'mine', name: Name = 'ann') {
  await atDesk(name)
  const call = await dialling(name)
  await record(name, call, { outcome: 'callback', callback: { at: at(wall), whose, note: 'Frau fragt' } })
  const [row] = await w.sql<{ id: string }>`select id from callback where lead_id = ${call.leadId} and state = 'open'`
  return { ...call, id: row!.id }
}
const stateOf = async (id: string) => (await w.sql`select state, ended_why, agent_id from callback where id = ${id}`)[0]
const alerts = async (name: Name) =>
  (await w.as(name).notices.mine({})).notices.filter(({ key, settled }) => key.startsWith('calls.') && !settled)

describe('a promise', () => {
  test('allows a time the plan can keep and refuses the past, the far future and days off', async () => {
    await atDesk('ann')
    const call = await dialling('ann')
    const say = (when: string, until: string | null = null) =>
      record('ann', call, { outcome: 'callback', callback: { at: when, until } })
    await refusedFor(say(at('09:00')), 'calls.callbackInPast', 'S4.4.10b')
    await refusedFor(say(at('10:00', '2026-08-17')), 'calls.callbackTooFar', 'S4.4.10b')
    await refusedFor(say(at('10:00', '2026-06-20')), 'calls.callbackOnDayOff', 'S4.4.10b')
    await refusedFor(say(at('10:00'), at('18:00')), 'calls.callbackWindow', 'S4.4.10b')
    await say(at('15:00'))
    const [row] = await w.sql`select due_from, due_to, customer_zone from callback where made_in = ${call.callId}`
    expect(row).toMatchObject({ customer_zone: 'Asia/Shanghai' })
    expect(`${row!.due_from} ${row!.due_to}`).toBe('2026-06-17T07:00:00Z 2026-06-17T07:10:00Z')
  })

  test('comes first at its time, warm by the customer’s own word, kept when called in its window', async () => {
    const call = await promised('10:30')
    const { tabId } = await atDesk('ann', 3)
    await w.setNow('2026-06-17T10:20')
    await w.as('ann').calls.next({ tabId })
    expect((await desk('ann')).lead!.id).not.toBe(call.leadId)
    const other = await dialling('ann')
    await w.setNow('2026-06-17T10:31')
    const { next } = await record('ann', other, { thenNext: true, lineResult: 'busy', outcome: 'notReached' })
    expect(next!.taken).toBe(true)
    const shown = await desk('ann')
    expect(shown).toMatchObject({
      why: 'callback',
      lead: { id: call.leadId },
      callback: { id: call.id, note: 'Frau fragt' },
    })
    const again = await dialling('ann')
    await record('ann', again, { lineResult: 'noAnswer', outcome: 'notReached' })
    expect(await stateOf(call.id)).toMatchObject({ state: 'kept', ended_why: 'noAnswer' })
    expect(await w.sql`select cold from call where id = ${again.callId}`).toEqual([{ cold: false }])
    expect(await w.as('ann').calls.ownDay({})).toMatchObject({ today: { callbacksDue: 1, callbacksKept: 1 } })
  })

  test('is missed when called after its window; a line that fails leaves it open', async () => {
    const call = await promised('10:30')
    // What the customer named has passed: the contact is a cold one again, with the rest that it needs.
    await w.setNow('2026-06-17T11:31')
    const first = await dialling('ann')
    await record('ann', first, { lineResult: 'lineFailure', outcome: 'notReached' })
    expect(await stateOf(call.id)).toMatchObject({ state: 'open' })
    const second = await dialling('ann')
    await record('ann', second, { outcome: 'refused' })
    expect(await stateOf(call.id)).toMatchObject({ state: 'missed', ended_why: 'answered' })
  })

  test('[S4.4.3 C] allows what the customer asked for outside dialling hours, in its window; refuses it after', async () => {
    const call = await promised('12:10')
    await w.setNow('2026-06-17T12:12')
    const { tabId } = call
    expect((await w.as('ann').calls.next({ tabId })).taken).toBe(true)
    await w.setNow('2026-06-17T12:30')
    const { phoneId } = await desk('ann')
    await refusedFor(w.as('ann').calls.dial({ tabId, phoneId: phoneId! }), 'calls.notDiallingTime', 'S4.4.3')
    await w.setNow('2026-06-17T12:15')
    expect((await w.as('ann').calls.dial({ tabId, phoneId: phoneId! })).number).toMatch(/^\+86/)
  })

  test('is not skipped, is dropped by a newer one, and dies with the number it was for', async () => {
    const call = await promised('10:30')
    await w.setNow('2026-06-17T10:30')
    const { tabId } = call
    await w.as('ann').calls.next({ tabId })
    await refusedFor(w.as('ann').calls.skip({ tabId, reason: 'other' }), 'calls.callbackNotSkipped', 'S4.4.10b')
    const again = await dialling('ann')
    await record('ann', again, { outcome: 'callback', callback: { at: at('15:00') } })
    expect(await stateOf(call.id)).toMatchObject({ state: 'kept' })
    await w.sql`insert into do_not_call (centre_id, list, hash, masked, since, reason, source_kind, recorded_at)
      select centre_id, 'own', hash, masked, '2026-06-01T00:00Z', 'customerRefused', 'person', '2026-06-01T00:00Z'
      from phone where id = ${call.phoneId}`
    await w.setNow('2026-06-17T15:01')
    expect((await w.as('ann').calls.next({ tabId })).taken).toBe(false)
    const rows = await w.sql`select state, ended_why from callback where lead_id = ${call.leadId} order by made_at`
    expect(rows).toEqual([
      { state: 'kept', ended_why: 'answered' },
      { state: 'dropped', ended_why: 'dncOwn' },
    ])
  })
})

describe('a promise of the group', () => {
  test('is taken by whoever is free, with its lead, once', async () => {
    const call = await promised('10:30', 'group')
    await w.as('ann').attendance.pause({ reason: 'rest' })
    const tabs = [(await atDesk('bo', 0)).tabId, (await atDesk('chen', 0)).tabId]
    await w.setNow('2026-06-17T10:31')
    const taken = await Promise.all([
      w.as('bo').calls.next({ tabId: tabs[0]! }),
      w.as('chen').calls.next({ tabId: tabs[1]! }),
    ])
    expect(taken.filter((one) => one.taken)).toHaveLength(1)
    const [lead] = await w.sql`select holder_id, state from lead where id = ${call.leadId}`
    const [row] = await w.sql`select agent_id from callback where id = ${call.id}`
    expect(lead).toEqual({ holder_id: row!.agent_id, state: 'agent' })
    const holds = await w.sql`select 1 from lead_hold where lead_id = ${call.leadId} and until_at is null`
    expect(holds).toHaveLength(1)
  })

  test('is not seen by another group, and one of my own not by my colleagues', async () => {
    await promised('10:30')
    const seen = async (name: Name) => (await w.as(name).calls.callbacks({})).callbacks.length
    expect([await seen('ann'), await seen('bo'), await seen('lin'), await seen('wen'), await seen('tao')]).toEqual([
      ...[1, 0, 1, 1, 0],
    ])
    await w.sql`update callback set whose = 'group'`
    expect([await seen('bo'), await seen('deng')]).toEqual([1, 0])
  })
})

describe('what the clock does', () => {
  test('[S4.4.10b C] tells the owner shortly before, the leader once when the window has passed, and opens it to the group when the owner is away', async () => {
    const call = await promised('10:30')
    await w.setNow('2026-06-17T10:24')
    await w.run(watchCallbacks)
    expect(await alerts('ann')).toEqual([])
    await w.setNow('2026-06-17T10:25')
    await w.run(watchCallbacks)
    await w.run(watchCallbacks)
    expect((await alerts('ann')).map(({ kind, key, values }) => [kind, key, values.at])).toEqual([
      ['task', 'calls.callbackDue', '10:30'],
    ])
    await w.as('ann').attendance.goOffline({})
    await w.setNow('2026-06-17T10:41')
    await w.run(watchCallbacks)
    await w.run(watchCallbacks)
    const told = await alerts('lin')
    expect(told.map(({ key, values }) => [key, values.person])).toEqual([['calls.callbackLate', '安寧']])
    expect(await w.sql`select whose from callback where id = ${call.id}`).toEqual([{ whose: 'group' }])
    await w.setNow('2026-06-17T11:31')
    await atDesk('bo', 0)
    const theirs = await dialling('bo')
    await record('bo', theirs)
    expect(await alerts('lin')).toEqual([])
  })

  test('ends a promise that nobody kept for days as missed', async () => {
    const call = await promised('10:30')
    await w.setNow('2026-06-20T02:00')
    await w.run(endOldCallbacks)
    expect(await stateOf(call.id)).toMatchObject({ state: 'open' })
    await w.setNow('2026-06-21T02:00')
    await w.run(endOldCallbacks)
    expect(await stateOf(call.id)).toMatchObject({ state: 'missed', ended_why: 'notCalled' })
  })

  test('tells agent and leader of a call left open for hours, until it is recorded', async () => {
    await atDesk('ann')
    const call = await dialling('ann')
    await w.as('ann').calls.answered({ tabId: call.tabId })
    await w.setNow('2026-06-17T11:31')
    await w.run(watchDesks)
    await w.run(watchDesks)
    expect([await alerts('ann'), await alerts('lin')].map((told) => told.map(({ key }) => key))).toEqual([
      ['calls.deskStuck'],
      ['calls.deskStuck'],
    ])
    await record('ann', call)
    expect([await alerts('ann'), await alerts('lin')]).toEqual([[], []])
  })
})

describe('in the hands of owner and leader', () => {
  test('moved by its owner it is no longer the customer’s own time; not by a colleague', async () => {
    const call = await promised('10:30')
    const to = { callbackId: call.id, at: at('14:00'), why: 'Termin verschoben' }
    await expect(w.as('bo').calls.moveCallback(to)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await w.as('ann').calls.moveCallback(to)
    const { callbacks } = await w.as('ann').calls.callbacks({})
    expect(callbacks[0]).toMatchObject({ from: '2026-06-17T06:00:00Z', to: '2026-06-17T06:10:00Z', when: 'later' })
    const acts = await w.sql<{ to_at: Temporal.Instant }>`select to_at from customer_act where record_id = ${call.id}`
    expect(acts[0]!.to_at.toString()).toBe('2026-06-17T02:30:00Z')
  })

  test('dropped with the reason, it is gone and the lead stays', async () => {
    const call = await promised('10:30')
    await w.as('lin').calls.dropCallback({ callbackId: call.id, why: 'doppelt' })
    expect(await stateOf(call.id)).toMatchObject({ state: 'dropped', ended_why: 'doppelt' })
    expect(await w.sql`select state from lead where id = ${call.leadId}`).toEqual([{ state: 'agent' }])
  })

  test('[S4.4.10a K] allows the leader to give it with its lead to another of the group, refuses another group', async () => {
    const call = await promised('10:30')
    const give = (toAgentId: string) => w.as('lin').calls.giveCallback({ callbackId: call.id, toAgentId })
    await refusedFor(give(w.people.deng), 'calls.notOfThisGroup', 'S4.4.10a')
    const asTao = w.as('tao').calls.giveCallback({ callbackId: call.id, toAgentId: w.people.deng })
    await expect(asTao).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await give(w.people.bo)
    expect(await stateOf(call.id)).toMatchObject({ state: 'open', agent_id: w.people.bo })
    expect(await w.sql`select holder_id from lead where id = ${call.leadId}`).toEqual([{ holder_id: w.people.bo }])
    const [lot] =
      await w.sql`select t.quantity, t.person_id, t.reason from lead_lot t join lead_hold h on h.lot_id = t.id
      where h.lead_id = ${call.leadId} and h.until_at is null`
    expect(lot).toEqual({ quantity: 1, person_id: w.people.bo, reason: 'callback' })
  })
})
