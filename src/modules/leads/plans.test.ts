import { afterAll, beforeAll, expect, test } from 'vitest'
import { product } from '../../../test/dialling.ts'
import { plansOf } from '../../../test/plans.ts'
import { batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import type { Ctx } from '../../platform/context.ts'
import { leads } from './api.ts'
import { nextFor } from './claim.ts'
import { issue } from './distribute.ts'
import { due, dueSummary } from './due.ts'
import { lead, list } from './leads.ts'
import { batchStock, groupStock, lots, receivers } from './stock.ts'

/* A centre with 200,000 leads of twenty lists, a tenth of them still open, and 60 in each agent's hands. */

let w: World<{ leads: typeof leads }>
let batchId: string
beforeAll(async () => {
  w = await world({ leads }, { at: '2026-06-17T10:00' })
  const productId = await product(w, ['ann', 'bo'])
  for (let n = 0; n < 20; n++) batchId = (await batch(w, productId, `list ${n}`)).id
  await w.sql`
    with made as (
      insert into customer (id, centre_id, name, name_keys, created_at)
      select uuidv7(), ${w.centre}, '王小明', 'wangxiaoming wxm', '2026-05-01' from generate_series(1, 20000) returning id)
    insert into phone (centre_id, customer_id, e164, hash, masked, country, zones, valid)
    select ${w.centre}, id, '', decode(md5(id::text), 'hex'), '135****0000', 'CN', '{Asia/Shanghai}', true from made`
  await w.sql`
    insert into lead (centre_id, batch_id, customer_id, product_id, purpose, grade, state, group_id, holder_id, held_since, due_at,
      tries, closed_as, closed_at)
    select ${w.centre}, b.id, c.id, ${productId}, 'sale', 'B',
      case when n % 10 > 0 then 'closed' when n < 19900 then 'pool' when n < 19940 then 'group' else 'agent' end,
      case when n % 10 > 0 or n >= 19900 then (select id from unit where name = 'Dawn' and centre_id = ${w.centre}) end,
      case when n % 10 > 0 or n >= 19940 then (array[${w.people.ann}, ${w.people.bo}, ${w.people.deng}, ${w.people.fang}]::uuid[])[1 + n / 10 % 4] end,
      '2026-06-01', case when n % 10 > 0 then null else timestamptz '2026-06-16' + n * interval '1 second' end, n % 5,
      case when n % 10 > 0 then 'refusal' end, case when n % 10 > 0 then timestamptz '2026-03-01' + n * interval '1 minute' end
    from (select id, row_number() over (order by id) - 1 as n from customer) c cross join (select id from list_batch) b
    where b.id = ${batchId} or n % 2 = 0`
  await w.sql`analyze`
}, 120_000)
afterAll(() => w.close())

/** The steps over `lead` that read the whole table. */
const wholeTable = async (work: (ctx: Ctx) => Promise<unknown>, name: 'lin' | 'ann' | 'liu' | 'guo') => {
  const plans = await w.run((ctx) => plansOf(ctx, work), name)
  expect(plans.length).toBeGreaterThan(0)
  return plans.flat().filter(({ table, does }) => table === 'lead' && does === 'Seq Scan')
}
const LINE = { callerIdApproved: true, recordingReady: true }

test.each<[string, 'lin' | 'ann' | 'liu' | 'guo', (ctx: Ctx) => Promise<unknown>]>([
  ['the next lead', 'ann', (ctx) => nextFor(ctx, w.people.ann, LINE)],
  ['own due list', 'ann', (ctx) => due(ctx, w.people.ann)],
  ['progress of a group', 'lin', (ctx) => dueSummary(ctx, w.units.Dawn)],
  ['stock of the groups', 'guo', groupStock],
  ['stock of the lists', 'liu', batchStock],
  ['receivers', 'lin', (ctx) => receivers(ctx, w.units.Dawn, null)],
  ['lots', 'lin', (ctx) => lots(ctx, { open: false })],
  ['own leads', 'ann', (ctx) => list(ctx, { personId: w.people.ann, state: 'open' })],
  ['own closed leads', 'ann', (ctx) => list(ctx, { personId: w.people.ann, state: 'closed' })],
  ['closed leads of a group', 'lin', (ctx) => list(ctx, { groupId: w.units.Dawn, state: 'closed' })],
  ['pool of a list', 'liu', (ctx) => list(ctx, { batchId, state: 'pool' })],
  ['issue', 'liu', (ctx) => issue(ctx, { batchId, shares: [{ groupId: w.units.Dawn, quantity: 100 }] })],
])('%s rides on an index', async (_, name, work) => {
  expect(await wholeTable(work, name)).toEqual([])
})

test('one lead with its history is found by its key', async () => {
  const [any] = await w.sql<{ id: string }>`select id from lead where state = 'agent' limit 1`
  expect(await wholeTable((ctx) => lead(ctx, any!.id), 'lin')).toEqual([])
})

test('the claim walks the order of each kind, however many leads are in hand', async () => {
  await w.sql`
    insert into lead (centre_id, batch_id, customer_id, product_id, purpose, grade, state, group_id, holder_id, held_since,
      due_at, tries)
    select l.centre_id, l.batch_id, l.customer_id, l.product_id, 'sale', 'B', 'agent', ${w.units.Dawn}, ${w.people.bo},
      '2026-06-01', timestamptz '2026-06-16' + n * interval '1 second', n % 2
    from (select * from lead where holder_id = ${w.people.bo} and state = 'agent' limit 1) l
      cross join generate_series(1, 30000) n`
  await w.sql`analyze lead`
  const plans = await w.run((ctx) => plansOf(ctx, (inside) => nextFor(inside, w.people.bo, LINE)), 'bo')
  const read = plans
    .flat()
    .flatMap(({ table, index }) => (table === 'lead' && index?.startsWith('lead_') ? [index] : []))
  expect(read).toEqual(expect.arrayContaining(['lead_fresh', 'lead_again']))
  expect(read).not.toContain('lead_agent_due')
})
