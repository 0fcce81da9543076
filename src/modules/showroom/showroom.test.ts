import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { desksOf } from '../../../test/atDesk.ts'
import { houseMember, modelOf, sourceOf } from '../../../test/dealer.ts'
import { mobile } from '../../../test/dialling.ts'
import { refusal } from '../../../test/refused.ts'
import { seated } from '../../../test/selling.ts'
import { batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { arrivals } from '../arrivals/api.ts'
import { attendance } from '../attendance/api.ts'
import { calls } from '../calls/api.ts'
import { customers } from '../customers/api.ts'
import { notices } from '../notices/api.ts'
import { showroom } from './api.ts'
import { forgetNotes } from './keep.ts'
import type { Figure } from './rules.ts'

const router = { arrivals, attendance, calls, customers, notices, showroom }
let w: World<typeof router>
let desks: ReturnType<typeof desksOf>
let model: string
let fei: string
let shan: string
const TOMORROW = '2026-06-18T02:00:00Z'
beforeAll(async () => {
  w = await world(router, { kind: 'dealership' })
  model = await modelOf(w, 'T5', ['ann', 'bo', 'lin'])
  await sourceOf(w, model, 'phone')
  await seated(w, ['ann', 'bo', 'lin'])
  desks = desksOf(w, await batch(w, model, 'June'))
  fei = await houseMember(w, 'reception', '費欣')
  shan = await houseMember(w, 'showroomSales', '單宇')
})
afterAll(() => w.close())

/** An appointment of an agent, made at the desk. */
async function booked(name: 'ann' | 'bo' = 'ann', at = TOMORROW) {
  await desks.atDesk(name)
  const call = await desks.dialling(name)
  const { dealId } = await w.as(name).showroom.book({ tabId: call.tabId, callId: call.callId, at, salesId: shan })
  return { ...call, dealId }
}
const deal = (id: string) => w.as('guo').showroom.deal({ id })
const visit = async (dealId: string) =>
  w.asPerson(fei).showroom.visit({ dealId, customerId: (await deal(dealId)).customerId, salesId: shan })
const record = async (dealId: string, step: 'reception' | 'testDrive' | 'followUp' | 'order' | 'delivery', more = {}) =>
  w.asPerson(shan).showroom.record({ dealId, step, version: (await deal(dealId)).version, ...more })
const figure = async (personId: string, of: Figure) => {
  const { rows } = await w.as('guo').showroom.daySheet({})
  return rows.find((row) => row.personId === personId)!.figures[of]
}

describe('an appointment at the desk', () => {
  test('is the wrap-up of its call; the lead stays and is due after the time', async () => {
    const { dealId, leadId, callId } = await booked()
    expect(await deal(dealId)).toMatchObject({ state: 'booked', agentId: w.people.ann, sales: '單宇' })
    const [call] = await w.sql`select outcome from call where id = ${callId}`
    expect(call).toEqual({ outcome: 'appointment' })
    const [lead] = await w.sql`select state, holder_id, due_at from lead where id = ${leadId}`
    expect(lead).toMatchObject({ state: 'agent', holder_id: w.people.ann })
    expect(String(lead!.due_at)).toBe('2026-06-18T04:00:00Z')
    const { notices: told } = await w.asPerson(shan).notices.mine({})
    expect(told.map(({ key }) => key)).toContain('showroom.appointed')
    await desks.clear()
  })

  test('is made by its form alone, ahead in time, and a correction makes none', async () => {
    await desks.atDesk('ann')
    const { tabId, callId } = await desks.dialling('ann')
    const record = { tabId, callId, lineResult: 'answered', outcome: 'appointment' } as const
    expect(await refusal(w.as('ann').calls.record(record))).toEqual(['calls.appointmentByForm'])
    const past = w.as('ann').showroom.book({ tabId, callId, at: '2026-06-17T01:00:00Z' })
    expect(await refusal(past)).toEqual(['showroom.appointmentPast'])
    await desks.record('ann', { tabId, callId })
    const late = w.as('ann').calls.correct({ callId, outcome: 'appointment', why: 'forgot' })
    expect(await refusal(late)).toEqual(['calls.appointmentByForm'])
    await desks.clear()
  })
})

describe('the front desk', () => {
  test('finds by the last digits whoever is expected, by the whole number whoever we know, and nobody else', async () => {
    const { dealId, customerId } = await booked('bo')
    const [phone] = await w.sql<{ e164: string }>`select e164 from phone where customer_id = ${customerId}`
    const whole = phone!.e164.slice(3)
    const found = async (digits: string) =>
      (await w.asPerson(fei).showroom.find({ digits })).found.map((one) => [one.dealId, one.customerId])
    expect(await found(whole.slice(-4))).toContainEqual([dealId, customerId])
    expect(await found(whole)).toEqual([[dealId, customerId]])
    await desks.clear()
    const { leadIds } = await desks.atDesk('ann')
    const [lead] = await w.sql<{ customer_id: string; e164: string }>`select l.customer_id, p.e164 from lead l
      join phone p on p.customer_id = l.customer_id where l.id = ${leadIds[0]}`
    // A lead of the telephones is no visitor until he says his whole number.
    expect((await found(lead!.e164.slice(-4))).map(([, id]) => id)).not.toContain(lead!.customer_id)
    expect(await found(lead!.e164.slice(3))).toEqual([[null, lead!.customer_id]])
    expect(JSON.stringify(await w.asPerson(fei).showroom.find({ digits: whole }))).not.toContain(whole)
    await desks.clear()
  })

  test('a customer without appointment keeps the agent who calls him; a stranger is a new customer', async () => {
    const { leadIds } = await desks.atDesk('bo')
    const [lead] = await w.sql<{ customer_id: string }>`select customer_id from lead where id = ${leadIds[0]}`
    const { dealId } = await w.asPerson(fei).showroom.visit({ customerId: lead!.customer_id, salesId: shan })
    expect(await deal(dealId)).toMatchObject({ state: 'visited', agentId: w.people.bo, salesId: shan })
    const walk = { name: '遊客', number: mobile(7_700_001), productId: model, salesId: shan, agreed: true }
    const { dealId: other } = await w.asPerson(fei).showroom.walkIn(walk)
    expect(await deal(other)).toMatchObject({ state: 'visited', agentId: null, product: { en: 'Voyager T5' } })
    expect((await w.asPerson(fei).showroom.walkIn(walk)).dealId).toBe(other)
    const bad = w.asPerson(fei).showroom.walkIn({ ...walk, number: '12' })
    expect(await refusal(bad)).toEqual(['arrivals.noNumber'])
    await desks.clear()
  })
})

describe('the way of a deal', () => {
  test('visit, reception, test drive, order and delivery; each in its turn, and the order ends the calling', async () => {
    const { dealId, leadId } = await booked()
    expect(await refusal(record(dealId, 'testDrive'))).toEqual(['showroom.notNow'])
    await visit(dealId)
    await record(dealId, 'reception', { note: 'with his wife' })
    await record(dealId, 'testDrive')
    expect(await refusal(record(dealId, 'order', { orderNo: '' }))).toEqual(['showroom.orderIncomplete'])
    await record(dealId, 'order', { orderNo: 'V-1001', productId: model })
    expect(await deal(dealId)).toMatchObject({ state: 'ordered', orderNo: 'V-1001' })
    expect((await w.sql`select closed_as from lead where id = ${leadId}`)[0]).toEqual({ closed_as: 'sale' })
    await record(dealId, 'delivery')
    const { state, events } = await deal(dealId)
    expect(state).toBe('delivered')
    expect(events.map(({ kind }) => kind)).toEqual([
      ...['appointment', 'visit', 'reception', 'testDrive', 'order', 'delivery'],
    ])
    await desks.clear()
    const { dealId: next } = await booked('bo')
    await visit(next)
    await record(next, 'reception')
    expect(await refusal(record(next, 'order', { orderNo: 'V-1001', productId: model }))).toEqual([
      'showroom.orderTaken',
    ])
    await desks.clear()
  })

  test('lost with a reason waits for the manager, comes back, and is let go; never by whoever asked', async () => {
    const { dealId, leadId } = await booked()
    await visit(dealId)
    const ask = async () =>
      w.asPerson(shan).showroom.askLost({
        ...{ dealId, reason: 'elsewhere', note: 'bought at the other house' },
        version: (await deal(dealId)).version,
      })
    const decide = async (approve: boolean, as = w.people.guo) =>
      w.asPerson(as).showroom.decideLost({ dealId, approve, note: '', version: (await deal(dealId)).version })
    await ask()
    const { notices: told } = await w.as('guo').notices.mine({})
    expect(told.map(({ key }) => key)).toContain('showroom.lostToDecide')
    await decide(false)
    expect((await deal(dealId)).state).toBe('visited')
    await ask()
    // He comes back: there is nothing to decide, and the manager's task is gone.
    await visit(dealId)
    expect(await refusal(decide(true))).toEqual(['showroom.notNow'])
    expect(await w.sql`select 1 from notice where key = 'showroom.lostToDecide' and settled_at is null`).toEqual([])
    await ask()
    // A manager who receives customers himself has no word on his own.
    await w.sql`update deal set sales_id = ${w.people.guo} where id = ${dealId}`
    expect(await refusal(decide(true))).toEqual(['showroom.ownLoss'])
    await w.sql`update deal set sales_id = ${shan} where id = ${dealId}`
    await decide(true)
    expect(await deal(dealId)).toMatchObject({ state: 'lost', lostReason: 'elsewhere' })
    expect((await w.sql`select closed_as from lead where id = ${leadId}`)[0]).toEqual({ closed_as: 'lost' })
    await desks.clear()
  })

  test('the latest entry is taken back by the manager, and both stay', async () => {
    const { dealId } = await booked()
    await visit(dealId)
    await record(dealId, 'reception')
    const before = await figure(shan, 'receptions')
    const { version } = await deal(dealId)
    await w.as('guo').showroom.takeBack({ dealId, version, why: 'another customer' })
    const { state, events } = await deal(dealId)
    expect(state).toBe('visited')
    expect(events.slice(-2).map(({ kind, gone }) => [kind, gone])).toEqual([
      ['reception', true],
      ['takenBack', false],
    ])
    expect((await figure(shan, 'receptions')).recorded).toBe(before.recorded - 1)
    await desks.clear()
  })
})

test('words about a customer who was erased are forgotten; what happened stays', async () => {
  const { dealId, customerId } = await booked()
  await visit(dealId)
  await record(dealId, 'reception', { note: 'comes with her mother' })
  await w.run(forgetNotes)
  const notes = async () => (await deal(dealId)).events.map(({ kind, note }) => [kind, note])
  expect(await notes()).toContainEqual(['reception', 'comes with her mother'])
  await w.as('guo').customers.erase({ customerId, why: 'customerRequest' })
  await w.run(forgetNotes)
  expect(await notes()).toEqual([
    ['appointment', ''],
    ['visit', ''],
    ['reception', ''],
  ])
  await desks.clear()
})

describe('[S2.2.1 D C] the day sheet', () => {
  test('counts what was recorded, per person and in sum', async () => {
    const before = await w.as('guo').showroom.daySheet({})
    const { dealId, tabId, leadId } = await booked('bo')
    await visit(dealId)
    await record(dealId, 'reception')
    await record(dealId, 'testDrive')
    await record(dealId, 'followUp', { note: 'sent the offer' })
    await record(dealId, 'order', { orderNo: 'V-2002', productId: model })
    await record(dealId, 'delivery')
    await w.asPerson(fei).arrivals.enterCall({ number: mobile(7_700_010), agreed: true })
    // A call after the visit is a follow-up of it.
    const second = await booked('bo')
    await visit(second.dealId)
    await w.setNow('2026-06-17T10:30')
    await w.sql`update lead set due_at = '2026-06-17T01:00Z', last_try_at = '2026-06-16T01:00Z' where id = ${second.leadId}`
    await w.as('bo').calls.next({ tabId })
    expect((await w.as('bo').calls.desk({})).lead?.id).toBe(second.leadId)
    const { callId, phoneId } = await w.as('bo').calls.desk({})
    await w.as('bo').calls.dial({ tabId, phoneId: phoneId! })
    await desks.record('bo', { tabId, callId: callId! })
    const after = await w.as('guo').showroom.daySheet({})
    const more = (personId: string, of: Figure) => {
      const at = (sheet: typeof after) => sheet.rows.find((row) => row.personId === personId)!.figures[of].value
      return at(after) - at(before)
    }
    const bo = w.people.bo
    expect([more(bo, 'outbound'), more(bo, 'appointments'), more(bo, 'visits'), more(bo, 'followUps')]).toEqual([
      3, 2, 2, 1,
    ])
    expect([more(shan, 'receptions'), more(shan, 'testDrives'), more(shan, 'followUps')]).toEqual([1, 1, 1])
    expect([more(shan, 'orders'), more(shan, 'deliveries')]).toEqual([1, 1])
    expect(more(fei, 'inbound')).toBe(1)
    for (const of of Object.keys(after.sums) as Figure[])
      expect([of, after.sums[of]]).toEqual([of, after.rows.reduce((sum, { figures }) => sum + figures[of].value, 0)])
    expect(leadId).toBeDefined()
    await desks.clear()
  })

  test('a figure put right by hand shows what it was, who and why; nobody’s own', async () => {
    const day = '2026-06-17'
    const { value } = await figure(w.people.ann, 'visits')
    const edit = {
      day,
      personId: w.people.ann,
      figure: 'visits',
      value: value + 1,
      why: 'came by the back door',
    } as const
    await w.as('lin').showroom.editSheet(edit)
    expect(await figure(w.people.ann, 'visits')).toMatchObject({
      ...{ recorded: value, value: value + 1 },
      edits: [{ before: value, after: value + 1, why: 'came by the back door', by: '林夏' }],
    })
    expect((await w.as('guo').showroom.daySheet({})).sums.visits).toBe(
      (await w.as('guo').showroom.daySheet({})).rows.reduce((sum, { figures }) => sum + figures.visits.value, 0),
    )
    const own = w.as('lin').showroom.editSheet({ ...edit, personId: w.people.lin })
    expect(await refusal(own)).toEqual(['showroom.ownFigure'])
    expect(await refusal(w.as('tao').showroom.editSheet(edit))).toEqual(['NOT_FOUND'])
    expect(await refusal(w.as('lin').showroom.editSheet({ ...edit, personId: w.people.deng }))).toEqual(['NOT_FOUND'])
    await w.as('lin').showroom.editSheet({ ...edit, personId: fei, figure: 'inbound', value: 4 })
    expect((await figure(fei, 'inbound')).value).toBe(4)
  })
})
