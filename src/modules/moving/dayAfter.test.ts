import { afterAll, beforeAll, expect, test } from 'vitest'
import { handedIn } from '../../../test/lists.ts'
import { messyBook, numberOf } from '../../../test/messyBook.ts'
import { sales } from '../../../test/selling.ts'
import { HANDLERS, LIFE1 } from '../../../test/takeOver.ts'
import { type World, world } from '../../../test/world.ts'
import { calls } from '../calls/api.ts'
import { watchCallbacks } from '../calls/watch.ts'
import { addProduct } from '../catalog/catalog.ts'
import { lookIntoCases } from '../credit/watch.ts'
import { endCoolingOff } from '../sales/insurer.ts'
import { sheets } from '../sheets/api.ts'
import { moving } from './api.ts'
import { checkItems } from './checkItems.ts'

/* A centre moves in on Tuesday evening with the book it has, and works from Wednesday 2026-06-17 on. */

const router = { moving, sheets, sales, calls }
const DAY = Temporal.PlainDate.from('2026-06-17')
let w: World<typeof router>
let openingId: string
beforeAll(async () => {
  w = await world(router, { at: '2026-06-16T19:00' })
  await w.run((ctx) => addProduct(ctx, LIFE1), 'guo')
})
afterAll(() => w.close())

const person = async (staffNo: string) =>
  (await w.sql<{ id: string }>`select id from person where staff_no = ${staffNo}`)[0]!.id
const checked = async () => {
  await w.as('guo').moving.check({ openingId })
  await w.runJobs(HANDLERS)
  return await w.as('guo').moving.opening({ openingId })
}
const counts = (parts: readonly { kind: string; good: number; bad: number; skipped: number }[]) =>
  parts.map(({ kind, good, bad, skipped }) => [kind, good, bad, skipped])

test('a book as offices have it: sheets are known, what nobody knows is asked, every row has its result', async () => {
  openingId = (await w.as('guo').moving.begin({ day: DAY.toString() })).openingId
  const fileId = await handedIn(w, '電銷中心資料.xlsx', { path: await messyBook(DAY) })
  expect(await w.as('guo').moving.handIn({ openingId, fileId })).toEqual({ problem: null })
  const first = await checked()
  expect(first.parts.map(({ sheet, kind }) => `${sheet} ${kind}`)).toEqual([
    ...['花名冊 people', '批次 batches', '勿擾名單 doNotCall', '一組數據 leads', '承保明細 cases', '當月業績 month'],
    '備註 none',
  ])
  expect(first.questions.map(({ about, text, rows }) => `${about} ${text} ${rows}`).sort()).toEqual([
    'person 小芳 2',
    'saleState 審核中 1',
  ])
  await w.as('guo').sheets.remember({
    meanings: [
      { about: 'person', text: '小芳', value: '00123' },
      { about: 'saleState', text: '審核中', value: 'underwriting' },
    ],
  })
  const dry = await checked()
  expect(dry.questions).toEqual([])
  expect(counts(dry.parts.filter(({ kind }) => kind !== 'none'))).toEqual([
    ['people', 7, 0, 3],
    ['batches', 1, 0, 0],
    ['doNotCall', 2, 1, 0],
    // On the list, a number that lost its digits, a list that nobody named; the subtotal is passed over.
    ['leads', 4, 3, 1],
    ['cases', 4, 0, 1],
    ['month', 2, 0, 1],
  ])
  expect(await w.sql`select 1 from opening_row where code = 'yearAssumed'`).not.toEqual([])
  await w.as('guo').moving.load({ openingId })
  await w.runJobs(HANDLERS)
  const loaded = await w.as('guo').moving.opening({ openingId })
  expect(loaded.state).toBe('loaded')
  expect(counts(loaded.parts)).toEqual(counts(dry.parts))
  expect(await w.run((ctx) => checkItems[0]!.look(ctx), 'guo')).toEqual({ done: true, figures: { day: '2026-06-17' } })
})

test('[S1.4.0 D] the month to date is right by hand, and only what the cases do not hold is taken from its sheet', async () => {
  const month = await w.as('guo').sales.month({ month: '2026-06' })
  const of = (staffNo: string, id: string) => month.agents.find(({ personId }) => personId === id) ?? staffNo
  // 00123: TB1001 300 × 12 × ½ = 1,800 accepted on the 5th and issued on the 7th; the sheet says 2 cases and 4,000.
  expect(of('00123', await person('00123'))).toMatchObject({
    ...{ accepted: 2, acceptedStandard: '4000.00', issued: 1, issuedStandard: '1800.00', cancelled: 0 },
  })
  // 00789, the other 王芳: 12,000 × ½, on its way.
  expect(of('00789', await person('00789'))).toMatchObject({ accepted: 1, acceptedStandard: '6000.00', issued: 0 })
  // 00456: accepted on the 3rd, issued on the 5th, cancelled in cooling-off on the 14th: 3,600 × ½ taken back.
  expect(of('00456', await person('00456'))).toMatchObject({
    ...{
      accepted: 1,
      issued: 1,
      issuedStandard: '1800.00',
      cancelled: 1,
      cancelledStandard: '1800.00',
      netStandard: '0.00',
    },
  })
  expect(month.total).toMatchObject({ accepted: 4, issued: 2, cancelled: 1 })
  expect(month.brought).toEqual({ cases: 4, through: '2026-06-16' })
})

test('on the first day the promised callback is told and due at its time, and the attempt plan goes on where it was', async () => {
  const [promise] = await w.sql<{
    due: string
    until: string
  }>`select (due_from at time zone 'Asia/Shanghai')::text as due,
    (due_to at time zone 'Asia/Shanghai')::text as until from callback`
  expect(promise).toEqual({ due: '2026-06-17 09:30:00', until: '2026-06-17 09:40:00' })
  await w.setNow('2026-06-17T09:31')
  await w.run((ctx) => watchCallbacks(ctx))
  expect(
    await w.sql`select key from notice where person_id = ${await person('00123')} and key like 'calls.%'`,
  ).not.toEqual([])
  const leads = await w.sql<{ name: string; tries: number; state: string; due: string }>`
    select c.name, l.tries, l.state, (l.due_at at time zone 'Asia/Shanghai')::date::text as due
    from lead l join customer c on c.id = l.customer_id order by c.name collate "C"`
  expect(leads).toEqual([
    { name: '周四', tries: 0, state: 'pool', due: expect.any(String) },
    { name: '孫三', tries: 3, state: 'agent', due: expect.any(String) },
    { name: '趙一', tries: 2, state: 'agent', due: '2026-06-17' },
    { name: '錢二', tries: 0, state: 'agent', due: expect.any(String) },
  ])
  // Nobody who refused, or whose number lost its digits, is anybody's lead.
  expect(await w.sql`select 1 from phone where e164 = ${`+86${numberOf(90)}`}`).toEqual([])
})

test('the cooling-off clock runs from the receipt of before, and ends by itself', async () => {
  const [running] = await w.sql<{
    state: string
    until: string
  }>`select state, cooling_off_until::text as until from sale
    where application_no = 'TB1001'`
  // Received on 11 June: fifteen days from the day after it.
  expect(running).toEqual({ state: 'delivered', until: '2026-06-26' })
  const stateOn = async (day: string) => {
    await w.setNow(`${day}T02:35`)
    await w.run((ctx) => endCoolingOff(ctx, Temporal.PlainDate.from(day)))
    return (await w.sql<{ state: string }>`select state from sale where application_no = 'TB1001'`)[0]!.state
  }
  expect(await stateOn('2026-06-26')).toBe('delivered')
  expect(await stateOn('2026-06-27')).toBe('inForce')
})

test('what was brought along is no result that was entered late: nobody looks into it', async () => {
  await w.setNow('2026-06-18T02:55')
  await w.run((ctx) => lookIntoCases(ctx, DAY.add({ days: 1 })))
  expect(await w.sql`select kind from credit_finding`).toEqual([])
  // Every case has its links all the same.
  expect(
    await w.sql`select count(*)::int as n from sale_event e where not exists (
    select from credit_entry c where c.fact_id = e.id)`,
  ).toEqual([{ n: 0 }])
})
