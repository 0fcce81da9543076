import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { houseMember, modelOf } from '../../../test/dealer.ts'
import { mobile } from '../../../test/dialling.ts'
import { plansOf } from '../../../test/plans.ts'
import { seated } from '../../../test/selling.ts'
import { type World, world } from '../../../test/world.ts'
import { showroom } from '../showroom/api.ts'
import { floor } from './api.ts'
import { floorNow } from './seats.ts'

/* The board of a car dealer's house: what it counts is orders. */

const router = { floor, showroom }
let w: World<typeof router>
let model: string
let fei: string
let shan: string
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T10:00', kind: 'dealership' })
  model = await modelOf(w, 'T5', ['ann', 'bo', 'deng'])
  await seated(w, ['ann', 'bo', 'deng'])
  fei = await houseMember(w, 'reception', '費欣')
  shan = await houseMember(w, 'showroomSales', '單宇')
})
afterAll(() => w.close())

let n = 0
/** Somebody who came, invited by an agent or by nobody, and ordered. */
async function ordered(by: Name | null, on: string | null = null) {
  const number = mobile(7_800_000 + ++n)
  const guest = { name: `客${n}`, number, productId: model, salesId: shan, agreed: true }
  const { dealId } = await w.asPerson(fei).showroom.walkIn(guest)
  if (by) {
    const groupId = by === 'deng' ? w.units.Tide : w.units.Dawn
    await w.sql`update deal set agent_id = ${w.people[by]}, group_id = ${groupId} where id = ${dealId}`
  }
  // Who ordered on an earlier day had come by then.
  if (on) await w.sql`update deal_event set occurred_on = ${on} where deal_id = ${dealId}`
  const record = async (step: 'reception' | 'order', more = {}) => {
    const { version } = await w.as('guo').showroom.deal({ id: dealId })
    await w.asPerson(shan).showroom.record({ dealId, step, version, on, ...more })
  }
  await record('reception')
  await record('order', { orderNo: `V-${n}`, productId: model })
  return dealId
}

const boardOf = (name: Name) => w.as(name).floor.board({})
const orders = async (name: Name) => {
  const { cases, totals, groups } = await boardOf(name)
  const seats = groups.flatMap((group) => group.seats)
  return {
    ...{ centre: cases, own: totals?.cases ?? null },
    groups: Object.fromEntries(groups.map((group) => [group.name, group.totals.cases])),
    seat: (of: Name) => seats.find(({ personId }) => personId === w.people[of])?.cases,
  }
}

test('[S4.3.3a R] an order counts for the agent who invited, his group, its hour and the centre; a walk-in’s for the centre alone', async () => {
  expect(await orders('guo')).toMatchObject({ centre: 0, own: 0, groups: { Dawn: 0, Tide: 0, Summit: 0 } })
  const told = w.topics.length
  const first = await ordered('ann')
  expect(w.topics.slice(told).map(({ name }) => name)).toContain('floor')
  await w.setNow('2026-06-17T11:20')
  await ordered('ann')
  await ordered('deng')
  await ordered(null)
  await ordered('bo', '2026-06-16')

  const guo = await orders('guo')
  expect(guo).toMatchObject({ centre: 4, own: 3, groups: { Dawn: 2, Tide: 1, Summit: 0 } })
  expect([guo.seat('ann'), guo.seat('bo'), guo.seat('deng')]).toEqual([2, 0, 1])
  expect(await orders('lin')).toMatchObject({ centre: 4, own: 2, groups: { Dawn: 2, Tide: 1 } })
  const ann = await orders('ann')
  expect(ann).toMatchObject({ centre: 4, own: null, groups: { Dawn: 2 } })
  expect([ann.seat('ann'), ann.seat('bo')]).toEqual([2, undefined])

  const hoursOf = async (name: Name) =>
    (await w.as(name).floor.hours({})).hours.filter(({ cases }) => cases > 0).map(({ hour, cases }) => [hour, cases])
  expect(await hoursOf('guo')).toEqual([
    [10, 1],
    [11, 2],
  ])
  const { agents } = await w.as('lin').floor.progress({ groupId: w.units.Dawn })
  expect(agents.map(({ name, cases }) => [name, cases])).toContainEqual(['安寧', 2])
  expect(agents.map(({ name, cases }) => [name, cases])).toContainEqual(['柏川', 0])

  // Behind the figure of a seat stand its orders, for whoever may see the deals.
  const behind = async (name: Name) =>
    (await w.as(name).showroom.orders({ agentId: w.people.ann })).orders.map(({ orderNo, state }) => [orderNo, state])
  expect(await behind('lin')).toEqual([
    ['V-1', 'ordered'],
    ['V-2', 'ordered'],
  ])
  expect(await behind('tao')).toEqual([])

  // One that is taken back counts no more.
  const { version } = await w.as('guo').showroom.deal({ id: first })
  await w.as('guo').showroom.takeBack({ dealId: first, version, why: 'another customer' })
  expect(await orders('guo')).toMatchObject({ centre: 3, own: 2, groups: { Dawn: 1, Tide: 1 } })
})

test('the board reads the orders of today by index, whatever lies behind', async () => {
  await w.sql`
    with made as (
      insert into deal (centre_id, customer_id, agent_id, group_id, state, opened_at, opened_on)
      select ${w.centre}, customer_id, agent_id, group_id, 'delivered', t, t::date
      from (select * from deal limit 1) d, generate_series(timestamptz '2024-01-01', '2026-06-01', interval '1 hour') t
      returning id, opened_at)
    insert into deal_event (deal_id, centre_id, kind, occurred_on, at, recorded_at, recorded_by, person_id)
    select id, ${w.centre}, 'order', opened_at::date, opened_at, opened_at, ${shan}, ${shan} from made`
  await w.sql`analyze`
  const plans = await w.run((ctx) => plansOf(ctx, floorNow))
  const read = plans.flat().filter(({ table }) => table && /^deal/.test(table))
  expect(new Set(read.map(({ table }) => table))).toEqual(new Set(['deal', 'deal_event']))
  expect(read.filter(({ does }) => does === 'Seq Scan')).toEqual([])
})
