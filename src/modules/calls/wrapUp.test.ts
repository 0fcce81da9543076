import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { desksOf } from '../../../test/atDesk.ts'
import { judged, mobile } from '../../../test/dialling.ts'
import { refusedFor } from '../../../test/refused.ts'
import { seated, sellable } from '../../../test/selling.ts'
import { batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { attendance } from '../attendance/api.ts'
import { addNumber } from '../customers/add.ts'
import { calls } from './api.ts'

const router = { calls, attendance }
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
})

const leadOf = async (leadId: string) =>
  (await w.sql`select state, closed_as, tries, due_band from lead where id = ${leadId}`)[0]
const stopped = async (customerId: string) =>
  (
    await w.sql<{ masked: string }>`select n.masked from do_not_call n join phone p on p.hash = n.hash
      where p.customer_id = ${customerId} order by p.position`
  ).length
const another = (customerId: string, n: number) =>
  w.run((ctx) => addNumber(ctx, customerId, judged(mobile(7_000_000 + n))))

describe('what was said decides what becomes of the lead', () => {
  test('[S4.4.10b C] no answer is a try of the plan: the lead stays in hand, due in another band after the gap', async () => {
    await atDesk('ann')
    const call = await dialling('ann')
    await record('ann', call, { lineResult: 'noAnswer', outcome: 'notReached' })
    expect(await leadOf(call.leadId)).toEqual({ state: 'agent', closed_as: null, tries: 1, due_band: 'early' })
    const [kept] = await w.sql`select why, attempt, band, lead_after, recording from call where id = ${call.callId}`
    expect(kept).toEqual({ why: 'fresh', attempt: 1, band: 'morning', lead_after: 'agent', recording: 'none' })
    expect((await desk('ann')).step).toBe('idle')
    expect((await desk('ann')).presence.state).toBe('online')
  })

  test('a line that failed is no try and no dial, but the number’s ledger keeps it', async () => {
    await atDesk('ann')
    const call = await dialling('ann')
    await record('ann', call, { lineResult: 'lineFailure', outcome: 'notReached' })
    expect(await leadOf(call.leadId)).toMatchObject({ state: 'agent', tries: 0 })
    expect(await w.sql`select failed, answered from dial_ledger where call_id = ${call.callId}`).toEqual([
      { failed: true, answered: false },
    ])
  })

  test.each([
    ['refused', 'refusal'],
    ['notEligible', 'invalid'],
    ['wrongNumber', 'invalid'],
  ] as const)('%s closes the lead as %s and stops no number', async (outcome, closedAs) => {
    await atDesk('ann')
    const call = await dialling('ann')
    await record('ann', call, { outcome })
    expect(await leadOf(call.leadId)).toMatchObject({ state: 'closed', closed_as: closedAs })
    expect(await stopped(call.customerId)).toBe(0)
  })

  test('[S3.6 K] refuses every number of a customer who refused for good, to whoever has him in preview; allows others', async () => {
    const { tabId } = await atDesk('ann')
    await w.as('ann').calls.next({ tabId })
    const { lead, customer } = await desk('ann')
    const second = await another(customer!.id, 1)
    // A colleague has the same customer by another list, ready to be dialled.
    const theirs = await atDesk('bo')
    await w.sql`update lead set customer_id = ${customer!.id} where id = ${theirs.leadIds[0]!}`
    await w.as('bo').calls.next({ tabId: theirs.tabId })
    const ready = await desk('bo')
    expect(ready).toMatchObject({
      step: 'preview',
      numbers: [{ verdict: { allow: true } }, { verdict: { allow: true } }],
    })
    const call = await dialling('ann')
    await record('ann', call, { outcome: 'refusedForGood' })
    expect(await leadOf(lead!.id)).toMatchObject({ state: 'closed', closed_as: 'doNotCall' })
    expect(await stopped(customer!.id)).toBe(2)
    for (const phoneId of [ready.phoneId!, second.phoneId])
      await refusedFor(w.as('bo').calls.dial({ tabId: theirs.tabId, phoneId }), 'dncOwn', 'S3.6')
    const others = await atDesk('bo')
    expect((await w.as('bo').calls.next({ tabId: others.tabId })).taken).toBe(true)
    const { phoneId, lead: next } = await desk('bo')
    expect(next!.id).toBe(others.leadIds[0])
    expect((await w.as('bo').calls.dial({ tabId: others.tabId, phoneId: phoneId! })).number).toMatch(/^\+86/)
  })

  test('an outcome that the line cannot have had is refused and nothing is written', async () => {
    await atDesk('ann')
    const call = await dialling('ann')
    const said = { lineResult: 'noAnswer', outcome: 'refused' } as const
    await refusedFor(record('ann', call, said), 'calls.outcomeNotOfLine', 'S4.4.10c')
    await refusedFor(record('ann', call, { outcome: 'callback' }), 'calls.callbackTimeMissing', 'S4.4.10c')
    await refusedFor(record('ann', call, { outcome: 'sale' }), 'calls.saleByApplication', 'house')
    expect(await w.sql`select 1 from call where id = ${call.callId}`).toEqual([])
    expect((await desk('ann')).step).toBe('dialling')
  })

  test('a double click records once; the second belongs to no call', async () => {
    await atDesk('ann', 2)
    const call = await dialling('ann')
    const both = await Promise.allSettled([record('ann', call), record('ann', call)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await w.sql`select 1 from call where id = ${call.callId}`).toHaveLength(1)
    await refusedFor(record('ann', call), 'calls.deskMovedOn', 'house')
  })

  test('what a day left open is recorded on its own day, with no talk made up over the night', async () => {
    await atDesk('ann')
    const call = await dialling('ann')
    await w.as('ann').calls.answered({ tabId: call.tabId })
    await w.setNow('2026-06-18T08:30')
    await record('ann', call)
    const [kept] =
      await w.sql`select occurred_on::text as day, talk_seconds, wrap_seconds from call where id = ${call.callId}`
    expect(kept).toEqual({ day: '2026-06-17', talk_seconds: 0, wrap_seconds: 0 })
  })
})

describe('more than one number', () => {
  test('a dead number gives way to the next one at once and costs no try; the last one closes the lead', async () => {
    await atDesk('ann')
    const call = await dialling('ann')
    await another(call.customerId, 2)
    await record('ann', call, { lineResult: 'noSuchNumber', outcome: 'notReached' })
    expect(await leadOf(call.leadId)).toMatchObject({ state: 'agent', tries: 0 })
    const next = await dialling('ann')
    expect([next.leadId, next.phoneId]).not.toContain(call.phoneId)
    expect(next.leadId).toBe(call.leadId)
    await record('ann', next, { lineResult: 'noSuchNumber', outcome: 'notReached' })
    expect(await leadOf(call.leadId)).toMatchObject({ state: 'closed', closed_as: 'invalid' })
  })

  test('a number the customer names is added to the desk, judged like any other', async () => {
    const { tabId } = await atDesk('ann')
    await w.as('ann').calls.next({ tabId })
    const { phoneId } = await w.as('ann').calls.addNumber({ tabId, number: '135 9777 0003' })
    const { numbers } = await desk('ann')
    expect(numbers).toHaveLength(2)
    expect(numbers.find(({ id }) => id === phoneId)?.verdict?.allow).toBe(true)
    await refusedFor(w.as('ann').calls.addNumber({ tabId, number: '12' }), 'calls.noNumber', 'house')
  })
})

describe('calls that come in', () => {
  test('are found inside the own scope alone, and every question is kept', async () => {
    await atDesk('ann')
    const call = await dialling('ann')
    const number = call.shown.number!
    await record('ann', call, { outcome: 'refused' })
    await w.setNow('2026-06-17T10:00')
    expect((await w.as('bo').calls.lookUp({ number })).callers).toEqual([])
    expect((await w.as('lin').calls.lookUp({ number })).callers).toHaveLength(1)
    const { callers } = await w.as('ann').calls.lookUp({ number })
    expect(callers[0]).toMatchObject({
      customerId: call.customerId,
      leadId: call.leadId,
      masked: expect.stringMatching(/\*/),
    })
    expect(
      await w.sql`select data->>'found' as found from event where name = 'calls.lookedUp' order by at, id`,
    ).toEqual([{ found: '0' }, { found: '1' }, { found: '1' }])
  })

  test('come onto the desk without a dial, are no try, and may open again what the customer had closed', async () => {
    await atDesk('ann')
    const call = await dialling('ann')
    await record('ann', call, { outcome: 'refused' })
    await w.setNow('2026-06-17T10:00')
    const { tabId } = call
    const bos = await atDesk('bo', 0)
    const asked = { customerId: call.customerId, phoneId: call.phoneId }
    await expect(w.as('bo').calls.startInbound({ tabId: bos.tabId, ...asked })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await w.as('ann').calls.startInbound({ tabId, ...asked })
    const { callId, direction, step } = await desk('ann')
    expect([direction, step]).toEqual(['inbound', 'talking'])
    await w.setNow('2026-06-17T10:02')
    const callback = { at: '2026-06-17T07:00:00Z' }
    await record('ann', { tabId, callId: callId! }, { outcome: 'interested', callback })
    expect(await leadOf(call.leadId)).toMatchObject({ state: 'agent', closed_as: null, tries: 1 })
    const [kept] = await w.sql`select direction, why, cold, attempt, talk_seconds from call where id = ${callId}`
    expect(kept).toEqual({ direction: 'inbound', why: 'inbound', cold: false, attempt: null, talk_seconds: 120 })
    expect(await w.sql`select kind from customer_act where customer_id = ${call.customerId} order by kind`).toEqual([
      { kind: 'inbound' },
      { kind: 'namedTime' },
    ])
  })
})
