import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plansOf } from '../../../test/plans.ts'
import { accepted, policyFile } from '../../../test/policies.ts'
import { sales, sellable } from '../../../test/selling.ts'
import { type World, world } from '../../../test/world.ts'
import { issuing } from '../issuing/api.ts'
import { endCoolingOff } from '../sales/insurer.ts'
import { policies } from './api.ts'
import { differences } from './differences.ts'
import { importFile } from './import.ts'
import { judgeRows } from './judge.ts'

const router = { sales, issuing, policies }
let w: World<typeof router>
let productId: string
let ids: Record<string, string>
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T09:30' })
  productId = await sellable(w, 'L7', ['ann', 'bo', 'deng'])
  const cases = [
    { number: 'AA02', agent: 'ann', on: '2026-06-16' },
    { number: 'OLD1', agent: 'ann', on: '2026-05-12', raw: '1000' },
    { number: 'OLD2', agent: 'ann', on: '2026-05-13' },
    { number: 'OLD3', agent: 'bo', on: '2026-05-28', raw: '1000' },
  ] as const
  const made = await accepted(w, productId, cases)
  ids = Object.fromEntries(cases.map(({ number }, at) => [number, made[at]!]))
})
afterAll(() => w.close())

describe('[S4.2.3b R] the cooling-off clock', () => {
  test('runs from the receipt and ends in force by itself, once, for any past day', async () => {
    const fileId = await policyFile(w, 'receipt.csv', [
      ['OLD1', '承保', '2026-05-20', '2026-06-02', null, '1000', '月缴', null],
      ['OLD2', '承保', '2026-05-20', '2026-06-05', null, '500', '月缴', null],
    ])
    const { id } = await w.as('liu').policies.enter({ fileId, asOf: '2026-06-16' })
    await w.as('liu').policies.start({ id })
    // The clock of the centre stands before the periods' ends.
    await w.setNow('2026-06-17T10:00')
    await importFile(w.boot, { centreId: w.centre, actorId: w.people.liu, fileId: id })
    const { coolingOff } = await w.as('ann').issuing.waiting({})
    expect(coolingOff).toMatchObject([
      { applicationNo: 'OLD1', deliveredOn: '2026-06-02', until: '2026-06-17' },
      { applicationNo: 'OLD2', until: '2026-06-20' },
    ])
    const night = (day: string) => w.run((ctx) => endCoolingOff(ctx, Temporal.PlainDate.from(day)))
    const stand = async () =>
      (await w.sql`select application_no as no, state from sale where application_no like 'OLD%' order by 1`).map(
        ({ no, state }) => `${no} ${state}`,
      )
    await w.setNow('2026-06-18T02:35')
    await night('2026-06-17')
    expect(await stand()).toEqual(['OLD1 delivered', 'OLD2 delivered', 'OLD3 accepted'])
    await night('2026-06-18')
    await night('2026-06-18')
    expect(await stand()).toEqual(['OLD1 inForce', 'OLD2 delivered', 'OLD3 accepted'])
    const { entries } = await w.as('ann').sales.sale({ id: ids.OLD1! })
    expect(entries.at(-1)).toMatchObject({ state: 'inForce', occurredOn: '2026-06-18', source: 'clock' })
  })

  test('a cancellation that the file tells late still takes the result back', async () => {
    await w.setNow('2026-06-22T09:30')
    const fileId = await policyFile(w, 'cancelled.csv', [
      ['OLD1', '犹豫期退保', '2026-05-20', '2026-06-02', '2026-06-16', '1000', '月缴', null],
    ])
    const { id } = await w.as('liu').policies.enter({ fileId, asOf: '2026-06-21' })
    await w.as('liu').policies.start({ id })
    await importFile(w.boot, { centreId: w.centre, actorId: w.people.liu, fileId: id })
    const { sale } = await w.as('ann').sales.sale({ id: ids.OLD1! })
    expect(sale).toMatchObject({ state: 'cancelledInCoolingOff', cancelledOn: '2026-06-16', issuedOn: '2026-05-20' })
    const { total } = await w.as('guo').sales.month({ month: '2026-06' })
    expect(total).toMatchObject({ cancelled: 1, cancelledStandard: '6000.00' })
  })
})

describe('differences', () => {
  test('are seen and settled by their owner, not by other leaders, and come up again only when something new is said', async () => {
    const told = async (asOf: string, agent: string) => {
      const fileId = await policyFile(w, `${asOf}.csv`, [['AA02', '核保中', null, null, null, '500', '月缴', agent]])
      const { id } = await w.as('liu').policies.enter({ fileId, asOf })
      await w.as('liu').policies.start({ id })
      await importFile(w.boot, { centreId: w.centre, actorId: w.people.liu, fileId: id })
    }
    const open = async (name: 'lin' | 'tao' | 'liu') =>
      (await w.as(name).policies.differences({})).differences.filter(({ kind }) => kind === 'agentDiffers')
    await told('2026-06-18', '柏川')
    const [one] = await open('lin')
    expect(one).toMatchObject({
      applicationNo: 'AA02',
      ours: '安寧',
      theirs: '柏川',
      owner: '林夏',
      dueOn: '2026-06-23',
    })
    expect(await open('liu')).toHaveLength(1)
    expect(await open('tao')).toEqual([])
    await expect(w.as('tao').policies.settle({ id: one!.id, note: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(w.as('lin').policies.settle({ id: one!.id, note: '' })).rejects.toMatchObject({ code: 'REFUSED' })
    await w.as('lin').policies.settle({ id: one!.id, note: 'heard the recording: it is 安寧' })
    await told('2026-06-19', '柏川')
    expect(await open('lin')).toEqual([])
    await told('2026-06-20', '鄧飛')
    expect(await open('lin')).toMatchObject([{ theirs: '鄧飛' }])
    await told('2026-06-22', '安寧')
    expect(await open('lin')).toEqual([])
    const past = (await w.as('liu').policies.differences({ open: false })).differences.filter(
      ({ kind }) => kind === 'agentDiffers',
    )
    const how = past.map(({ settledHow, theirs }) => `${settledHow} ${theirs}`).sort()
    expect(how).toEqual(['agreed 鄧飛', 'byHand 柏川'])
  })
})

test('every read rides an index when there are many cases', async () => {
  await w.sql`insert into sale (centre_id, application_no, agent_id, group_id, customer_id, product_id, product_version_id,
      pay_way, pay_times, raw_premium, annual_premium, standard_premium, currency, state, accepted_at, accepted_on, issued_on)
    select ${w.centre}, 'BIG' || n, ${w.people.deng}, ${w.units.Tide}, gen_random_uuid(), ${productId}, ${productId},
      'monthly', 12, 500, 6000, 3000, 'CNY', 'inForce', '2024-01-08', '2024-01-08'::date + n % 700, '2024-02-08'
    from generate_series(1, 60000) n`
  await w.sql`insert into sale_event (sale_id, centre_id, state, occurred_on, recorded_at, source)
    select id, centre_id, 'accepted', accepted_on, accepted_at, 'desk' from sale where application_no like 'BIG%'`
  await w.sql`insert into policy_standing (centre_id, application_no, word, first_said, as_of)
    select ${w.centre}, 'BIG' || n, '{}', '{}', '2026-06-01' from generate_series(1, 60000) n`
  await w.sql`insert into policy_difference (centre_id, application_no, kind, owner_id, due_on, found_at, found_on,
      settled_at, settled_how)
    select ${w.centre}, 'BIG' || n, 'theirsNotOurs', ${w.people.liu}, '2026-01-01', '2026-01-01', '2026-01-01',
      '2026-01-02', 'agreed' from generate_series(1, 60000) n`
  for (const table of ['sale', 'sale_event', 'policy_standing', 'policy_difference'] as const)
    await w.boot.db.executeQuery({ sql: `analyze ${table}`, parameters: [], query: {} as never, queryId: {} as never })
  const read = { sheet: null, rowNo: 2, raw: [], faults: [], notes: [], skipped: null }
  const rows = [{ place: 1, read: { ...read, values: { applicationNo: 'BIG7', state: 'inForce' } } }]
  const judging = {
    ...{ at: { asOf: '2026-06-22', file: 'f' }, asOf: Temporal.PlainDate.from('2026-06-22'), seen: new Set<string>() },
    ...{ importerId: w.people.liu, dry: true, note: '' },
  }
  const plans = await w.run(
    async (ctx) => [
      ...(await plansOf(ctx, (inside) => differences(inside, { open: true }))),
      ...(await plansOf(ctx, (inside) => judgeRows(inside, rows, judging))),
      ...(await plansOf(ctx, (inside) => endCoolingOff(inside, Temporal.PlainDate.from('2026-06-22')))),
    ],
    'liu',
  )
  const large = ['sale', 'sale_event', 'policy_standing', 'policy_difference', 'policy_row']
  const whole = plans.flat().filter(({ does, table }) => does === 'Seq Scan' && large.includes(table ?? ''))
  expect(whole).toEqual([])
})
