import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plansOf } from '../../../test/plans.ts'
import { accepted } from '../../../test/policies.ts'
import { sales, sellable } from '../../../test/selling.ts'
import { type World, world } from '../../../test/world.ts'
import { issuing } from './api.ts'
import { remind } from './remind.ts'
import { mayFollow } from './rules.ts'
import { waiting } from './waiting.ts'

const router = { sales, issuing }
let w: World<typeof router>
let productId: string
let ids: Record<string, string>
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T09:30' })
  productId = await sellable(w, 'L7', ['ann', 'bo', 'deng', 'lin'])
  const cases = [
    { number: 'AA01', agent: 'ann', on: '2026-06-10' },
    { number: 'AA02', agent: 'ann', on: '2026-06-16' },
    { number: 'BB01', agent: 'bo', on: '2026-06-11' },
    { number: 'DD01', agent: 'deng', on: '2026-06-09' },
    // Old enough for the issue rate: three accepted in May, two of them issued.
    { number: 'OLD1', agent: 'ann', on: '2026-05-12', raw: '1000' },
    { number: 'OLD2', agent: 'ann', on: '2026-05-13' },
    { number: 'OLD3', agent: 'bo', on: '2026-05-28', raw: '1000' },
  ] as const
  const made = await accepted(w, productId, cases)
  ids = Object.fromEntries(cases.map(({ number }, at) => [number, made[at]!]))
  for (const number of ['OLD1', 'OLD2'])
    await w.as('liu').sales.move({ ...{ saleId: ids[number]!, state: 'issued', occurredOn: '2026-05-20' }, version: 1 })
})
afterAll(() => w.close())

const follow = (name: 'ann' | 'lin' | 'wen' | 'bo' | 'tao' | 'xu', number: string, more: object = {}) =>
  w.as(name).issuing.follow({
    ...{ saleId: ids[number]!, reason: 'paymentFailed', nextStep: 'new account number', nextOn: '2026-06-18' },
    ...{ followId: null, ...more },
  })
const numbersOf = async (name: 'ann' | 'lin' | 'wen' | 'guo' | 'tao' | 'xu') =>
  (await w.as(name).issuing.waiting({})).cases.map(({ applicationNo }) => applicationNo)
const notices = (name: 'ann' | 'bo' | 'lin') => w.sql<{ text: string; values: Record<string, unknown> }>`
  select key || ' ' || coalesce(values ->> 'number', values ->> 'count') as text, values from notice
  where person_id = ${w.people[name]} and key like 'issuing.%' and settled_at is null order by text`

describe('[S4.2.3b K] accepted cases that are not issued', () => {
  test('are listed to their agent, the leader of the group and the line above, the oldest first', async () => {
    expect(await numbersOf('ann')).toEqual(['AA01', 'AA02'])
    expect(await numbersOf('lin')).toEqual(['OLD3', 'AA01', 'BB01', 'AA02'])
    expect(await numbersOf('tao')).toEqual(['DD01'])
    expect(await numbersOf('wen')).toEqual(['OLD3', 'DD01', 'AA01', 'BB01', 'AA02'])
    expect(await numbersOf('guo')).toHaveLength(5)
    expect(await numbersOf('xu')).toEqual([])
    const [first] = (await w.as('ann').issuing.waiting({})).cases
    expect(first).toMatchObject({ age: 7, state: 'accepted', reason: null, nextOn: null, standard: '3000.00' })
  })

  test('get a reason and a next step from whoever works on them, each note kept', async () => {
    const { followId } = await follow('ann', 'AA01')
    const [one] = (await w.as('lin').issuing.waiting({})).cases.filter(({ applicationNo }) => applicationNo === 'AA01')
    expect(one).toMatchObject({
      reason: 'paymentFailed',
      nextStep: 'new account number',
      nextOn: '2026-06-18',
      by: '安寧',
    })
    // Whoever saw an older note is told so.
    await expect(follow('lin', 'AA01')).rejects.toMatchObject({ code: 'STALE' })
    await follow('lin', 'AA01', { followId, reason: 'papersMissing' })
    expect(await w.sql`select reason from case_follow where sale_id = ${ids.AA01!} order by id`).toEqual([
      { reason: 'paymentFailed' },
      { reason: 'papersMissing' },
    ])
  })

  test('are not touched by agents beside, other groups or regions, nor once they are at an end', async () => {
    for (const name of ['bo', 'tao', 'xu'] as const)
      await expect(follow(name, 'AA01')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(follow('ann', 'OLD1')).rejects.toMatchObject({
      data: { reasons: [{ code: 'issuing.notWaiting', clause: 'S4.2.3b' }] },
    })
    await expect(follow('ann', 'AA02', { nextOn: '2026-06-16' })).rejects.toMatchObject({
      data: { reasons: [{ code: 'issuing.stepInThePast' }] },
    })
    // The seller notes the next step and does not move the case.
    await expect(
      w.as('ann').sales.move({ saleId: ids.AA01!, state: 'issued', occurredOn: '2026-06-17', version: 1 }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

test('[S4.2.3b K] by group: how many wait with what premium, and the issue rate of the cohort that is old enough', async () => {
  const { cohort, groups } = await w.as('wen').issuing.waiting({})
  expect(cohort).toEqual({ first: '2026-04-29', last: '2026-05-28' })
  expect(groups).toMatchObject([
    {
      ...{ group: 'Dawn', waiting: 4, waitingStandard: '15000.00', due: 0, withoutReason: 3 },
      ...{ accepted: 3, issued: 2, acceptedStandard: '15000.00', issuedStandard: '9000.00' },
    },
    { group: 'Tide', waiting: 1, waitingStandard: '3000.00', withoutReason: 1, accepted: 0, issued: 0 },
  ])
})

describe('[S4.2.3b R] reminders', () => {
  const morning = (day: string) => w.run((ctx) => remind(ctx, Temporal.PlainDate.from(day)))

  test('a case without a reason is told to its agent after the rule’s days, the leader hears how many', async () => {
    await morning('2026-06-17')
    await morning('2026-06-17')
    expect((await notices('ann')).map(({ text }) => text)).toEqual([])
    expect((await notices('bo')).map(({ text }) => text)).toEqual(['issuing.noReason BB01', 'issuing.noReason OLD3'])
    expect(await notices('lin')).toMatchObject([{ text: 'issuing.groupDue 2', values: { due: 0 } }])
  })

  test('a next step is told on its day, once, and ends with the next note; nothing on a day off', async () => {
    await w.setNow('2026-06-18T09:00')
    await morning('2026-06-18')
    const told = (await notices('ann')).map(({ text }) => text)
    expect(told).toEqual(['issuing.nextStep AA01'])
    const [one] = (await w.as('ann').issuing.waiting({})).cases
    await follow('ann', 'AA01', { followId: one!.followId, nextOn: '2026-06-23' })
    expect(await notices('ann')).toEqual([])
    // 19 June 2026 is a holiday.
    await morning('2026-06-19')
    expect(await w.sql`select 1 from notice where cause like '%2026-06-19%'`).toEqual([])
  })
})

const codes = (verdict: ReturnType<typeof mayFollow>) => (verdict.ok ? [] : verdict.reasons.map(({ code }) => code))
test('a next step has words and a day that is still to come, and belongs to a case that is open', () => {
  const asked = {
    open: true,
    nextOn: Temporal.PlainDate.from('2026-06-17'),
    nextStep: 'call again',
    today: Temporal.PlainDate.from('2026-06-17'),
  }
  expect(mayFollow(asked).ok).toBe(true)
  expect(codes(mayFollow({ ...asked, nextOn: Temporal.PlainDate.from('2026-06-16') }))).toEqual([
    'issuing.stepInThePast',
  ])
  expect(codes(mayFollow({ ...asked, nextStep: '', open: false }))).toEqual([
    'issuing.notWaiting',
    'issuing.stepWithoutWords',
  ])
})

test('every read rides an index when there are many cases', async () => {
  await w.sql`insert into sale (centre_id, application_no, agent_id, group_id, customer_id, product_id, product_version_id,
      pay_way, pay_times, raw_premium, annual_premium, standard_premium, currency, state, accepted_at, accepted_on, issued_on)
    select ${w.centre}, 'BIG' || n, ${w.people.deng}, ${w.units.Tide}, gen_random_uuid(), ${productId}, ${productId},
      'monthly', 12, 500, 6000, 3000, 'CNY', 'inForce', '2024-01-08', '2024-01-08'::date + n % 700, '2024-02-08'
    from generate_series(1, 60000) n`
  await w.sql`insert into sale_event (sale_id, centre_id, state, occurred_on, recorded_at, source)
    select id, centre_id, 'accepted', accepted_on, accepted_at, 'desk' from sale where application_no like 'BIG%'`
  for (const table of ['sale', 'sale_event'] as const)
    await w.boot.db.executeQuery({ sql: `analyze ${table}`, parameters: [], query: {} as never, queryId: {} as never })
  const plans = await w.run(
    async (ctx) => [
      ...(await plansOf(ctx, waiting)),
      ...(await plansOf(ctx, (inside) => remind(inside, Temporal.PlainDate.from('2026-06-22')))),
    ],
    'wen',
  )
  expect(plans.flat().filter(({ does, table }) => does === 'Seq Scan' && table === 'sale')).toEqual([])
})
