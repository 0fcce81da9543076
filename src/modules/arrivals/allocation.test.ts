import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { modelOf, sourceOf, told } from '../../../test/dealer.ts'
import { refusal } from '../../../test/refused.ts'
import { seated } from '../../../test/selling.ts'
import { type Web, web } from '../../../test/web.ts'
import { attendance } from '../attendance/api.ts'
import { calls } from '../calls/api.ts'
import { leads } from '../leads/api.ts'
import { proposeAll } from './allocate.ts'
import { arrivals } from './api.ts'
import { handWaiting } from './turn.ts'

const router = { arrivals, attendance, calls, leads }
let w: Web<typeof router>
let key: string
beforeAll(async () => {
  w = await web(router, { kind: 'dealership' })
  const model = await modelOf(w, 'T5', ['ann', 'bo', 'chen'])
  key = (await sourceOf(w, model)).key!
  await seated(w, ['ann', 'bo', 'chen'])
})
afterAll(() => w.close())

const TABS = {
  ann: '00000000-0000-4000-8000-000000000001',
  bo: '00000000-0000-4000-8000-000000000002',
} as const
const arrive = async (n: number): Promise<string> => {
  const { status, text } = await w.browser().ask('/api/arrivals/deliver', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-source-key': key },
    payload: JSON.stringify(told(n)),
  })
  expect([status, text]).toEqual([200, expect.anything()])
  const [row] = await w.sql<{ lead_id: string }>`select lead_id from arrival where external_id = ${`form-${n}`}`
  return row!.lead_id
}
const held = async (leadId: string) =>
  (await w.sql<{ holder_id: string | null }>`select holder_id from lead where id = ${leadId}`)[0]!.holder_id
const today = async () => (await w.as('lin').arrivals.allocation({})).allocation!

/** Dials the next lead of an agent at the desk; answered, and to be called another time. */
async function call(name: keyof typeof TABS, lineResult: 'answered' | 'noAnswer' = 'answered') {
  const tabId = TABS[name]
  await w.as(name).calls.open({ tabId, takeOver: true })
  await w.as(name).calls.next({ tabId })
  const { callId, phoneId, lead, why } = await w.as(name).calls.desk({})
  await w.as(name).calls.dial({ tabId, phoneId: phoneId! })
  const outcome = lineResult === 'answered' ? 'later' : 'notReached'
  await w.as(name).calls.record({ tabId, callId: callId!, lineResult, outcome })
  return { leadId: lead!.id, why }
}

describe('[S2.1.4 D C] yesterday’s web leads are shared out, and the evening counts by the same allocation', () => {
  let leadIds: string[]
  let allocationId: string

  test('the house proposes before the meeting and tells the leader', async () => {
    await w.setNow('2026-06-16T17:50')
    leadIds = []
    for (const n of [1, 2, 3, 4, 5]) leadIds.push(await arrive(n))
    await w.setNow('2026-06-17T08:20')
    await w.run(proposeAll)
    await w.run(proposeAll)
    const { traffic, allocation } = await w.as('lin').arrivals.allocation({})
    expect(traffic).toEqual([{ channel: 'web', source: 'web site', arrived: 5, open: 5 }])
    expect(allocation).toMatchObject({ state: 'proposed', from: '2026-06-16', to: '2026-06-16' })
    expect(allocation!.lines.map(({ leadId }) => leadId).sort()).toEqual([...leadIds].sort())
    const given = Map.groupBy(allocation!.lines, ({ givenTo }) => givenTo)
    expect([...given.values()].map((lines) => lines.length).sort()).toEqual([1, 2, 2])
    expect(
      await w.sql`select 1 from notice where key = 'arrivals.toAllocate' and person_id = ${w.people.lin}`,
    ).toHaveLength(1)
    allocationId = allocation!.id
  })

  test('the leader adjusts; what was proposed stays to be seen, and a new proposal keeps his hand', async () => {
    const { version, lines } = await today()
    const line = lines.find(({ givenTo }) => givenTo !== w.people.ann)!
    const { leadId } = line
    await w.as('lin').arrivals.adjust({ allocationId, leadId, personId: w.people.ann, version })
    expect(await refusal(w.as('tao').arrivals.confirm({ allocationId, version: version + 1 }))).toEqual(['NOT_FOUND'])
    await w.as('lin').arrivals.propose({})
    const again = (await today()).lines.find((one) => one.leadId === leadId)!
    expect(again).toMatchObject({ proposedTo: line.proposedTo, givenTo: w.people.ann, adjusted: true })
  })

  test('confirmed, each lead is in the hands it was given to, with a lot; and only once', async () => {
    const { version, lines } = await today()
    await w.as('lin').arrivals.confirm({ allocationId, version })
    for (const { leadId, givenTo } of lines) expect(await held(leadId)).toBe(givenTo)
    const { lots } = await w.as('ann').leads.lots({ open: true })
    expect(lots.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(
      lines.filter(({ givenTo }) => givenTo === w.people.ann).length,
    )
    const { version: now } = await today()
    expect(await refusal(w.as('lin').arrivals.confirm({ allocationId, version: now }))).toEqual(['arrivals.confirmed'])
    const [decision] =
      await w.sql`select allowed from decision where clause = 'S2.1.4' and operation = 'arrivals.confirm' and allowed`
    expect(decision).toBeDefined()
  })

  test('what arrives today goes in turn to who is online, and is the next call before yesterday’s', async () => {
    await w.setNow('2026-06-17T09:30')
    const early = await arrive(20)
    expect(await held(early)).toBeNull()
    await w.as('ann').attendance.goOnline({})
    await w.run(handWaiting)
    expect(await held(early)).toBe(w.people.ann)
    await w.as('bo').attendance.goOnline({})
    const second = await arrive(21)
    expect(await held(second)).toBe(w.people.bo)
    const board = await w.as('lin').arrivals.clock({})
    expect(board).toMatchObject({ minutes: 5, arrived: 7, running: 2, waiting: 0 })
    expect(await call('bo')).toEqual({ leadId: second, why: 'warm' })
    const { leadId } = await call('bo')
    expect(leadIds).toContain(leadId)
  })

  test('[S2.1.4 C] the clock ends with the first dial, in time or late', async () => {
    const clockOf = async (n: number) => {
      const { arrivals: rows } = await w.as('lin').arrivals.list({})
      const [row] = await w.sql<{ id: string }>`select id from arrival where external_id = ${`form-${n}`}`
      return rows.find(({ id }) => id === row!.id)!.clock
    }
    const fast = await arrive(30)
    await w.sql`update lead set state = 'closed', closed_as = 'expired', closed_at = due_at, due_at = null
      where state <> 'closed' and id <> ${fast}`
    const holder = (await held(fast)) === w.people.ann ? 'ann' : 'bo'
    expect(await clockOf(30)).toBe('running')
    await w.setNow('2026-06-17T09:34')
    await call(holder)
    expect(await clockOf(30)).toBe('kept')
    const slow = await arrive(31)
    const other = (await held(slow)) === w.people.ann ? 'ann' : 'bo'
    await w.setNow('2026-06-17T09:41')
    expect(await clockOf(31)).toBe('late')
    await call(other)
    expect(await clockOf(31)).toBe('missed')
    // With the one of the evening before, whose clock ran out at 9:20.
    expect(await w.as('lin').arrivals.clock({})).toMatchObject({ missed: 2, running: 0 })
    // An agent sees the clocks of own leads alone.
    const own = await w.as(holder).arrivals.list({})
    expect(own.arrivals.every(({ holderId }) => holderId === w.people[holder])).toBe(true)
  })

  test('[S2.1.4 C] the evening counts what was given, dialled, reached and left, by this allocation', async () => {
    const { id, agents, lines } = await today()
    expect(id).toBe(allocationId)
    const [dialled] = await w.sql<{ n: number }>`select count(distinct c.lead_id)::int as n from call c
      where c.lead_id = any(${lines.map(({ leadId }) => leadId)}::uuid[]) and c.direction = 'outbound'`
    const sum = (of: 'given' | 'dialled' | 'reached' | 'left') => agents.reduce((total, one) => total + one[of], 0)
    expect(dialled!.n).toBeGreaterThan(0)
    expect({ given: sum('given'), dialled: sum('dialled'), left: sum('left') }).toEqual({
      ...{ given: 5, dialled: dialled!.n, left: 5 - dialled!.n },
    })
  })
})
