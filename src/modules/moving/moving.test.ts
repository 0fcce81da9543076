import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sales } from '../../../test/selling.ts'
import { HANDLERS, LIFE1, workbook } from '../../../test/takeOver.ts'
import { type World, world } from '../../../test/world.ts'
import { addProduct } from '../catalog/catalog.ts'
import { sheets } from '../sheets/api.ts'
import { moving } from './api.ts'

const router = { moving, sheets, sales }
let w: World<typeof router>
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T08:00' })
  await w.run((ctx) => addProduct(ctx, LIFE1), 'guo')
})
afterAll(() => w.close())

const opened = async (fileId: string) => {
  const { openingId } = await w.as('guo').moving.begin({ day: '2026-06-17' })
  expect(await w.as('guo').moving.handIn({ openingId, fileId })).toEqual({ problem: null })
  return openingId
}
const checked = async (openingId: string) => {
  await w.as('guo').moving.check({ openingId })
  await w.runJobs(HANDLERS)
  return await w.as('guo').moving.opening({ openingId })
}
const loaded = async (openingId: string) => {
  await w.as('guo').moving.load({ openingId })
  await w.runJobs(HANDLERS)
  return await w.as('guo').moving.opening({ openingId })
}
const countsOf = (opening: {
  parts: readonly { kind: string; good: number; same: number; bad: number; skipped: number }[]
}) => Object.fromEntries(opening.parts.map(({ kind, good, same, bad, skipped }) => [kind, [good, same, bad, skipped]]))
const reasons = async (opening: { parts: readonly { id: string; kind: string }[] }, kind: string) => {
  const part = opening.parts.find((one) => one.kind === kind)!
  const told: string[] = []
  for (const result of ['BAD', 'SKIPPED', 'NOTE', 'SAME'] as const)
    for (const { rowNo, code, field } of (await w.as('guo').moving.rows({ partId: part.id, result })).rows)
      told.push(`${rowNo} ${result} ${code}${field ? ` ${field}` : ''}`)
  return told.sort()
}
const everything = async () => ({
  people: await w.sql`select staff_no from person order by 1`,
  leads: await w.sql`select state from lead`,
  customers: await w.sql`select 1 from customer`,
  sales: await w.sql`select application_no from sale`,
  sums: await w.sql`select * from sale_day where accepted <> 0`,
  stops: await w.sql`select 1 from do_not_call`,
  consents: await w.sql`select 1 from consent`,
  callbacks: await w.sql`select 1 from callback`,
  units: await w.sql`select name from unit order by 1`,
  batches: await w.sql`select name from list_batch`,
  opening:
    await w.sql`select 1 from call_opening union all select 1 from sale_opening union all select 1 from leave_balance
    union all select 1 from fund_entry union all select 1 from planning_standing union all select 1 from signal`,
})

const EXPECTED = {
  people: [3, 0, 2, 1],
  ranks: [1, 1, 0, 0],
  batches: [1, 0, 0, 0],
  doNotCall: [1, 1, 1, 0],
  leads: [4, 0, 3, 0],
  cases: [2, 0, 2, 0],
  month: [2, 0, 0, 0],
  quarters: [1, 0, 0, 0],
  planning: [1, 0, 0, 0],
  leave: [1, 0, 0, 0],
  funds: [1, 0, 0, 0],
}

describe('a workbook of a centre', () => {
  let openingId: string
  let before: Awaited<ReturnType<typeof everything>>

  test('the dry run tells the result of every row, asks once what it does not know, and changes nothing', async () => {
    before = await everything()
    openingId = await opened(await workbook(w))
    const first = await checked(openingId)
    expect(first).toMatchObject({ state: 'checked', error: null })
    expect(first.questions.map(({ about, text }) => `${about} ${text}`)).toEqual(['person 小芳'])
    // People who are only in the file are offered by their staff number.
    expect(first.questions[0]!.candidates.map(({ value }) => value)).toContain('00123')
    expect(await everything()).toEqual(before)
    await expect(w.as('guo').moving.load({ openingId })).rejects.toThrow()
  })

  test('an answered word is read everywhere, and the counts are those that the load then brings', async () => {
    await w.as('guo').sheets.remember({ meanings: [{ about: 'person', text: '小芳', value: '00123' }] })
    const dry = await checked(openingId)
    expect(dry.questions).toEqual([])
    expect(countsOf(dry)).toEqual(EXPECTED)
    expect(await reasons(dry, 'leads')).toEqual([
      '4 BAD doNotCall number',
      '5 BAD scientific number',
      '6 BAD batchUnknown batch',
    ])
    expect(await reasons(dry, 'cases')).toEqual([
      // The product has a version from today on only.
      '2 NOTE factorOfToday product',
      '3 NOTE factorOfToday product',
      '4 BAD dateMissing issuedOn',
      '5 BAD dateMissing cancelledOn',
    ])
    expect(await reasons(dry, 'people')).toEqual(['5 BAD twice staffNo', '6 BAD roleMissing role', '7 SKIPPED total'])
    expect(countsOf(await loaded(openingId))).toEqual(countsOf(dry))
  })

  test('[S1.4.0 D] what was brought stands with its owners, on its days, and marked', async () => {
    const [fang] = await w.sql<{
      id: string
      opening_id: string
    }>`select id, opening_id from person where staff_no = '00123'`
    expect(fang!.opening_id).not.toBeNull()
    expect(
      await w.sql`select rank, confirmed, from_on::text as on from person_rank where person_id = ${fang!.id} order by from_on`,
    ).toEqual([
      { rank: 'seniorTsr', confirmed: true, on: '2024-05-06' },
      { rank: 'tsr', confirmed: true, on: '2024-11-01' },
    ])
    expect(
      await w.sql`select l.state, l.tries, l.closed_as, c.name from lead l join customer c on c.id = l.customer_id order by c.name`,
    ).toEqual([
      { state: 'closed', tries: 1, closed_as: 'doNotCall', name: '吳六' },
      { state: 'agent', tries: 2, closed_as: null, name: '趙一' },
      { state: 'agent', tries: 3, closed_as: null, name: '鄭七' },
      { state: 'pool', tries: 0, closed_as: null, name: '錢二' },
    ])
    expect(
      await w.sql`select due_from::text as due, agent_id, state, opening_id is not null as marked from callback`,
    ).toEqual([{ due: '2026-06-18 02:30:00+00', agent_id: fang!.id, state: 'open', marked: true }])
    expect(await w.sql`select state, strikes, opening_id = ${openingId} as marked from planning_standing`).toEqual([
      { state: 'onExtension', strikes: 1, marked: true },
    ])
    expect(await w.sql`select kind, days::text, as_of::text from leave_balance`).toEqual([
      { kind: 'annual', days: '4.5', as_of: '2026-06-16' },
    ])
    expect(await w.sql`select amount::text from fund_entry`).toEqual([{ amount: '1250' }])
    expect(await w.sql`select name, value::text, as_of::text from signal order by name`).toEqual([
      { name: 'quarter.issuedStandard', value: '52000', as_of: '2026-03-31' },
      { name: 'quarter.reviewScore', value: '88', as_of: '2026-03-31' },
    ])
  })

  test('a month to date is right by hand: cases on their days, and of the sheet only what they do not hold', async () => {
    const month = await w.as('guo').sales.month({ month: '2026-06' })
    const fang = month.agents.find(({ name }) => name === '王芳')!
    // Cases: 300 × 12 × 0.5 = 1,800 and 12,000 × 0.5 = 6,000. The sheet says 3 cases and 16,000.
    expect(fang).toMatchObject({ accepted: 3, issued: 1, cancelled: 0 })
    expect(Number(fang.acceptedStandard)).toBe(16_000)
    expect(Number(fang.issuedStandard)).toBe(1800)
    expect(month.brought).toEqual({ cases: 3, through: '2026-06-16' })
    expect(await w.sql`select accepted, accepted_standard::text as amount from sale_opening`).toEqual([
      { accepted: 1, amount: '8200.00' },
    ])
    expect(await w.sql`select dials, talk_seconds, month::text from call_opening order by dials`).toEqual([
      { dials: 800, talk_seconds: 21_600, month: '2026-06-01' },
      { dials: 1200, talk_seconds: 36_300, month: '2026-06-01' },
    ])
  })

  test('the same workbook once more changes nothing', async () => {
    const all = await everything()
    const again = await opened(await workbook(w))
    const dry = await checked(again)
    expect(dry.parts.every(({ good }) => good === 0)).toBe(true)
    await loaded(again)
    expect(await everything()).toEqual(all)
  })

  test('it is taken back whole on the first day, and not after it has closed', async () => {
    await w.as('guo').moving.undo({ openingId })
    await w.runJobs(HANDLERS)
    const undone = await w.as('guo').moving.opening({ openingId })
    expect(undone).toMatchObject({ state: 'undone', begun: false })
    const left = await everything()
    expect(left.leads).toEqual([])
    expect(left.customers).toEqual([])
    expect(left.sales).toEqual([])
    expect(left.sums).toEqual([])
    expect(left.stops).toEqual([])
    expect(left.opening).toEqual([])
    expect(left).toEqual(before)
    await w.setNow('2026-06-18T08:00')
    const [first] = (await w.as('guo').moving.openings({})).openings.filter(({ begun }) => begun)
    await expect(w.as('guo').moving.undo({ openingId: first!.id })).rejects.toThrow()
  })
})
