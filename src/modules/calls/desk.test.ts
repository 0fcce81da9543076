import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { desksOf } from '../../../test/atDesk.ts'
import type { Name } from '../../../test/cast.ts'
import { refusedFor } from '../../../test/refused.ts'
import { inHand, seated, sellable } from '../../../test/selling.ts'
import { type Batch, batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { attendance } from '../attendance/api.ts'
import { calls } from './api.ts'

const router = { calls, attendance }
const AGENTS = ['ann', 'bo', 'chen', 'deng'] as const
let w: World<typeof router>
let list: Batch
let desks: ReturnType<typeof desksOf>

beforeAll(async () => {
  w = await world(router)
  list = await batch(w, await sellable(w, 'L1', AGENTS), 'June')
  desks = desksOf(w, list)
  await seated(w, AGENTS)
})
afterAll(() => w.close())
beforeEach(async () => {
  await w.setNow('2026-06-17T09:30')
  await desks.clear()
})

const atDesk = (name: Name, leads?: number) => desks.atDesk(name, leads)
const desk = (name: Name) => desks.desk(name)
const dialling = (name: Name) => desks.dialling(name)
const record: ReturnType<typeof desksOf>['record'] = (...call) => desks.record(...call)

describe('the next lead', () => {
  test('[S4.4.10a K] allows one lead at a time: two "next" in one instant are one lead, seen with its reason', async () => {
    const { tabId } = await atDesk('ann', 3)
    const taken = await Promise.all([1, 2, 3].map(() => w.as('ann').calls.next({ tabId })))
    expect(taken.map((one) => one.taken)).toEqual([true, true, true])
    const shown = await desk('ann')
    expect(shown).toMatchObject({ step: 'preview', why: 'fresh', direction: 'outbound', time: { ok: true } })
    expect(shown.numbers.map(({ masked, verdict }) => [masked, verdict?.allow])).toEqual([
      [expect.stringMatching(/^135\*{4}\d{4}$/), true],
    ])
    expect(JSON.stringify(shown)).not.toMatch(/\+?86?1\d{10}/)
    expect(await w.sql`select 1 from desk where step = 'preview'`).toHaveLength(1)
  })

  test('[S4.4.10a K] refuses a lead that was not handed down: none is taken from pool or colleague', async () => {
    const { tabId } = await atDesk('ann', 0)
    await inHand(w, list, 'bo', 2)
    expect(await w.as('ann').calls.next({ tabId })).toEqual({ taken: false, forbidden: [], reasons: [], waiting: 0 })
    expect((await desk('ann')).step).toBe('idle')
  })

  test('[S4.4.2 C] refuses a lead to somebody who is not online, allows it once he is', async () => {
    const { tabId } = await atDesk('ann')
    await w.as('ann').attendance.pause({ reason: 'rest' })
    await refusedFor(w.as('ann').calls.next({ tabId }), 'calls.notOnline', 'S4.4.2')
    await w.as('ann').attendance.resume({})
    expect((await w.as('ann').calls.next({ tabId })).taken).toBe(true)
  })

  test('[S4.4.3 C] is handed out in dialling blocks alone; what was in preview leaves the desk with its block', async () => {
    const { tabId } = await atDesk('ann', 2)
    await w.as('ann').calls.next({ tabId })
    await w.setNow('2026-06-17T11:50')
    const phoneId = (await desk('ann')).phoneId!
    const reasons = await refusedFor(w.as('ann').calls.dial({ tabId, phoneId }), 'calls.notDiallingTime', 'S4.4.3')
    expect(reasons[0]!.because.values).toEqual({ next: '13:30' })
    await refusedFor(w.as('ann').calls.next({ tabId }), 'calls.notDiallingTime', 'S4.4.3')
    await w.setNow('2026-06-17T13:30')
    expect((await w.as('ann').calls.next({ tabId })).taken).toBe(true)
  })

  test('[S4.4.10a K] handed on by the leader it is allowed to its new holder, and refused to whom it was still in preview', async () => {
    const { tabId, leadIds } = await atDesk('ann', 1)
    const { tabId: tabOfBo } = await atDesk('bo', 0)
    await w.as('ann').calls.next({ tabId })
    const phoneId = (await desk('ann')).phoneId!
    const handOn = () => w.sql`update lead set holder_id = ${w.people.bo} where id = ${leadIds[0]}`
    await handOn()
    await refusedFor(w.as('ann').calls.dial({ tabId, phoneId }), 'leadNotHeld', 'S4.4.10a')
    expect((await w.as('bo').calls.next({ tabId: tabOfBo })).taken).toBe(true)
    expect((await desk('bo')).lead!.id).toBe(leadIds[0])
    await refusedFor(w.as('ann').calls.dial({ tabId, phoneId }), 'calls.deskMovedOn', 'house')
    expect((await desk('ann')).step).toBe('idle')
  })

  test('[S4.4.10a K] handed on during a call it stays with whom it is in the call, and the new holder gets another', async () => {
    await atDesk('ann', 1)
    const { tabId, leadIds } = await atDesk('bo', 1)
    const call = await dialling('ann')
    await w.sql`update lead set holder_id = ${w.people.bo}, shuffle = -1 where id = ${call.leadId}`
    expect((await w.as('bo').calls.next({ tabId })).taken).toBe(true)
    expect((await desk('bo')).lead!.id).toBe(leadIds[0])
    expect((await desk('ann')).step).toBe('dialling')
    await record('ann', call)
    expect(await w.sql`select agent_id from call where id = ${call.callId}`).toEqual([{ agent_id: w.people.ann }])
  })

  test('leaves the desk when it may not be called any more, and the next one comes', async () => {
    const { tabId } = await atDesk('ann', 2)
    await w.as('ann').calls.next({ tabId })
    const first = await desk('ann')
    await w.sql`update lead set state = 'group', holder_id = null where id = ${first.lead!.id}`
    await refusedFor(w.as('ann').calls.dial({ tabId, phoneId: first.phoneId! }), 'leadNotHeld', 'S4.4.10a')
    expect((await w.as('ann').calls.next({ tabId })).taken).toBe(true)
    expect((await desk('ann')).lead!.id).not.toBe(first.lead!.id)
  })

  test('a rule about "next" loses no recording: at the end of a block the call is kept and the reason told', async () => {
    await atDesk('ann', 2)
    const call = await dialling('ann')
    await w.setNow('2026-06-17T11:46')
    const { next } = await record('ann', call, { thenNext: true, lineResult: 'noAnswer', outcome: 'notReached' })
    expect(next).toMatchObject({ taken: false, forbidden: [{ code: 'calls.notDiallingTime' }] })
    expect(await w.sql`select outcome from call where id = ${call.callId}`).toEqual([{ outcome: 'notReached' }])
  })
})

describe('one active desk', () => {
  test('a second tab is refused until it takes over, and then the first one is', async () => {
    const { tabId } = await atDesk('ann')
    const other = randomUUID()
    expect((await w.as('ann').calls.open({ tabId: other })).elsewhere).toBe('2026-06-17T01:30:00Z')
    await refusedFor(w.as('ann').calls.next({ tabId: other }), 'calls.deskElsewhere', 'house')
    await w.as('ann').calls.open({ tabId: other, takeOver: true })
    expect((await w.as('ann').calls.next({ tabId: other })).taken).toBe(true)
    await refusedFor(w.as('ann').calls.next({ tabId }), 'calls.deskElsewhere', 'house')
  })

  test('a desk that was never opened is not found', async () => {
    const call = w.as('bo').calls.next({ tabId: randomUUID() })
    await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('a draft is kept for its call, and a late one for a recorded call is dropped', async () => {
    await atDesk('ann')
    const call = await dialling('ann')
    await w.as('ann').calls.saveDraft({ tabId: call.tabId, callId: call.callId, draft: { note: 'halb' } })
    expect((await desk('ann')).draft).toEqual({ note: 'halb' })
    await record('ann', call, {})
    await w.as('ann').calls.saveDraft({ tabId: call.tabId, callId: call.callId, draft: { note: 'spät' } })
    expect((await desk('ann')).draft).toEqual({})
  })
})

describe('a dial', () => {
  test('[S3.6 K] allows a clean dial: the number for this one dial, a second click the same, one row in the ledger', async () => {
    await atDesk('ann')
    const { tabId, callId, phoneId, customerId, shown } = await dialling('ann')
    expect(shown).toEqual({
      ...{ number: expect.stringMatching(/^\+86135\d{8}$/), callId, seat: 'A1', callerId: '02161234567' },
    })
    expect(await w.as('ann').calls.dial({ tabId, phoneId })).toEqual(shown)
    expect(await w.sql`select 1 from dial_ledger where call_id = ${callId}`).toHaveLength(1)
    const states = await w.sql<{
      state: string
    }>`select state from line_event where call_id = ${callId} order by at, id`
    expect(states.map(({ state }) => state)).toEqual(['allowed', 'dialling'])
    expect(
      await w.sql`select 1 from access_log where operation = 'calls.dial'
        and ${customerId} = any(subject_ids)`,
    ).toHaveLength(2)
    const kept = await w.sql<{ result: unknown }>`select result from request where operation = 'calls.dial'`
    expect(kept.every(({ result }) => result === null)).toBe(true)
  })

  test('[S3.6 K] refuses a stopped number at the dial itself, keeps the reasons, and shows no number', async () => {
    const { tabId } = await atDesk('ann')
    await w.as('ann').calls.next({ tabId })
    const { phoneId, lead } = await desk('ann')
    await w.sql`insert into do_not_call (centre_id, list, hash, masked, since, reason, source_kind, recorded_at)
      select centre_id, 'own', hash, masked, '2026-06-01T00:00Z', 'customerRefused', 'person', '2026-06-01T00:00Z'
      from phone where id = ${phoneId}`
    await refusedFor(w.as('ann').calls.dial({ tabId, phoneId: phoneId! }), 'dncOwn', 'S3.6')
    expect((await desk('ann')).numbers[0]!.verdict).toMatchObject({ allow: false, reasons: [{ code: 'dncOwn' }] })
    expect(await w.sql`select codes from decision where subject_id = ${lead!.id} and not allowed`).toEqual([
      { codes: ['dncOwn'] },
    ])
    expect((await desk('ann')).step).toBe('preview')
  })

  test('[S4.4.2 C] first dial: the first of the day is kept for each agent, and later ones do not move it', async () => {
    await atDesk('chen', 2)
    const first = await dialling('chen')
    await w.setNow('2026-06-17T09:40')
    await record('chen', first, { thenNext: true })
    await w.as('chen').calls.dial({ tabId: first.tabId, phoneId: (await desk('chen')).phoneId! })
    const { groups } = await w.as('lin').attendance.roll({})
    const seats = Object.fromEntries(groups[0]!.seats.map(({ personId, firstDialAt }) => [personId, firstDialAt]))
    expect(seats[w.people.chen]).toBe('2026-06-17T01:30:00Z')
    expect((await desk('chen')).presence.state).toBe('inCall')
  })

  test('answered, hung up, wrapped up: each step once, out of turn refused', async () => {
    await atDesk('ann')
    const call = await dialling('ann')
    await w.setNow('2026-06-17T09:30:20')
    await w.as('ann').calls.answered({ tabId: call.tabId })
    await w.as('ann').calls.answered({ tabId: call.tabId })
    await w.setNow('2026-06-17T09:32:00')
    await w.as('ann').calls.hangUp({ tabId: call.tabId, lineResult: 'answered' })
    await w.as('ann').calls.hangUp({ tabId: call.tabId, lineResult: 'answered' })
    await refusedFor(w.as('ann').calls.answered({ tabId: call.tabId }), 'calls.deskMovedOn', 'house')
    expect((await desk('ann')).presence.state).toBe('wrapUp')
    await refusedFor(w.as('ann').attendance.pause({ reason: 'rest' }), 'attendance.finishWrapUp', 'S4.4.2')
    await w.setNow('2026-06-17T09:32:15')
    await record('ann', call, { note: 'ruft zurück' })
    const rows =
      await w.sql`select ring_seconds, talk_seconds, wrap_seconds, line_result, outcome, recording, measured_by,
      band, attempt, cold, note from call where id = ${call.callId}`
    expect(rows).toEqual([
      {
        ...{ ring_seconds: 20, talk_seconds: 100, wrap_seconds: 15, line_result: 'answered', outcome: 'later' },
        ...{ recording: 'owed', measured_by: 'declared', band: 'morning', attempt: 1, cold: true, note: 'ruft zurück' },
      },
    ])
    const states = await w.sql<{
      state: string
    }>`select state from line_event where call_id = ${call.callId} order by at, id`
    expect(states.map(({ state }) => state)).toEqual(['allowed', 'dialling', 'answered', 'ended'])
  })
})

describe('skips', () => {
  test('allows a few a day, the next lead comes and the passed one later; refuses more than the rule', async () => {
    const { tabId, leadIds } = await atDesk('ann', 8)
    await w.as('ann').calls.next({ tabId })
    const seen: string[] = []
    for (let n = 0; n < 5; n++) {
      seen.push((await desk('ann')).lead!.id)
      await w.as('ann').calls.skip({ tabId, reason: 'knownPerson' })
    }
    seen.push((await desk('ann')).lead!.id)
    expect(new Set(seen).size).toBe(6)
    const reasons = await refusedFor(
      w.as('ann').calls.skip({ tabId, reason: 'other' }),
      'calls.skipsUsedUp',
      'S4.4.10b',
    )
    expect(reasons[0]!.because.values).toEqual({ max: 5 })
    expect((await desk('ann')).skips).toEqual({ made: 5, max: 5 })
    const { skips } = await w.as('lin').calls.callsOf({ agentId: w.people.ann })
    expect(skips.map(({ reason }) => reason)).toEqual(Array(5).fill('knownPerson'))
    const held = await w.sql`select 1 from lead where id = any(${leadIds}::uuid[]) and state = 'agent'`
    expect(held).toHaveLength(8)
    await w.sql`delete from desk_skip`
  })
})
