import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelOf, sourceOf } from '../../../test/dealer.ts'
import { plansOf } from '../../../test/plans.ts'
import { type World, world } from '../../../test/world.ts'
import type { Ctx } from '../../platform/context.ts'
import { allocationOf } from '../arrivals/allocation.ts'
import { arrivals } from '../arrivals/api.ts'
import { arrivalsOf, clockFigures } from '../arrivals/board.ts'
import { daySheet } from './daySheet.ts'
import { dealWithEvents, openDeals } from './deals.ts'
import { todayAtDesk } from './frontDesk.ts'

/* A car dealer with 20,000 arrivals and 20,000 deals of eight years, one in two hundred of them still open. */

let w: World<{ arrivals: typeof arrivals }>
beforeAll(async () => {
  w = await world({ arrivals }, { at: '2026-06-17T10:00', kind: 'dealership' })
  const model = await modelOf(w, 'T5', ['ann'])
  const { sourceId } = await sourceOf(w, model)
  await w.sql`
    with made as (
      insert into customer (id, centre_id, name, name_keys, created_at)
      select uuidv7(), ${w.centre}, '王小明', 'wangxiaoming wxm', '2018-06-17' from generate_series(1, 20000) returning id),
    numbered as materialized (select id, row_number() over () as n, date '2018-06-17' + (row_number() over () * 73 / 500)::int as day from made),
    called as (
      insert into phone (centre_id, customer_id, e164, hash, masked, country, zones, valid)
      select ${w.centre}, id, '', decode(md5(id::text), 'hex'), '135****0000', 'CN', '{Asia/Shanghai}', true from numbered),
    arrived as (
      insert into arrival (centre_id, source_id, external_id, via, arrived_at, occurred_on, recorded_at, result, customer_id,
        product_id, group_id, call_due)
      select ${w.centre}, ${sourceId}, n::text, 'post', day + time '02:00', day, day + time '02:00', 'known', id, ${model},
        ${w.units.Dawn}, day + time '02:05' from numbered),
    dealt as (
      insert into deal (centre_id, customer_id, agent_id, group_id, product_id, state, appointed_at, opened_at, opened_on)
      select ${w.centre}, id, (array[${w.people.ann}, ${w.people.bo}, ${w.people.chen}]::uuid[])[1 + n % 3], ${w.units.Dawn}, ${model},
        case when n % 200 = 0 then 'booked' else 'delivered' end, day + time '06:00', day + time '02:00', day from numbered
      returning id, agent_id, opened_on, opened_at)
    insert into deal_event (deal_id, centre_id, kind, occurred_on, at, recorded_at, recorded_by, person_id)
    select id, ${w.centre}, kind, opened_on, opened_at, opened_at, agent_id, agent_id
    from dealt cross join unnest(array['appointment', 'visit', 'delivery']) kind`
  await w.sql`analyze`
}, 120_000)
afterAll(() => w.close())

const GROWING = ['arrival', 'deal', 'deal_event', 'customer', 'phone', 'call']

/** Steps that read a table whole which grows with the years, or all of the centre's rows by an index that leads there. */
const wholeTables = async (work: (ctx: Ctx) => Promise<unknown>, name: 'lin' | 'guo') => {
  const plans = await w.run((ctx) => plansOf(ctx, work), name)
  expect(plans.length).toBeGreaterThan(0)
  return plans.flat().filter(({ table, does }) => does === 'Seq Scan' && table !== null && GROWING.includes(table))
}

test.each<[string, 'lin' | 'guo', (ctx: Ctx) => Promise<unknown>]>([
  ['arrivals of a day', 'guo', (ctx) => arrivalsOf(ctx)],
  ['arrivals of a day of a group', 'lin', (ctx) => arrivalsOf(ctx)],
  ['clocks of the arrivals', 'guo', clockFigures],
  ['the allocation of the morning', 'lin', (ctx) => allocationOf(ctx, {})],
  ['open deals', 'guo', openDeals],
  ['open deals of a group', 'lin', openDeals],
  ['today at the front desk', 'guo', todayAtDesk],
  ['the day sheet', 'guo', (ctx) => daySheet(ctx, ctx.today)],
])('%s: no table is read whole', async (_, name, work) => {
  expect(await wholeTables(work, name)).toEqual([])
})

test('one deal is found by its key', async () => {
  const [any] = await w.sql<{ id: string }>`select id from deal where state = 'booked' limit 1`
  expect(await wholeTables((ctx) => dealWithEvents(ctx, any!.id), 'guo')).toEqual([])
})
