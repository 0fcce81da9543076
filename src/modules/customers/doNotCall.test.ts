import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { customersWith, judged, mobile } from '../../../test/dialling.ts'
import { type World, world } from '../../../test/world.ts'
import { customers } from './api.ts'
import { isNotCalled, stopCalling } from './doNotCall.ts'
import { maskNumbersIn } from './rules.ts'

const router = { customers }

let w: World<typeof router>
beforeAll(async () => {
  w = await world(router)
})
afterAll(() => w.close())

const stopped = (e164: string) => w.run(async (ctx) => (await isNotCalled(ctx, [ctx.hashOf(e164)])).size === 1)
const rowsOf = (e164: string) =>
  w.run(async (ctx) => {
    const hash = Buffer.from(ctx.hashOf(e164))
    return await ctx.db.selectFrom('do_not_call').selectAll().where('hash', '=', hash).orderBy('recorded_at').execute()
  })
const refused = (call: Promise<unknown>) =>
  call.then(
    () => 'allowed',
    (error: { data?: { reasons?: { code: string; clause: string }[] }; code: string }) =>
      error.data?.reasons?.map((reason) => `${reason.code} ${reason.clause}`).join() ?? error.code,
  )

describe('the do-not-call book', () => {
  test('a number stands there once, however often it is stopped, and says who and why', async () => {
    const [one] = await customersWith(w, [mobile(1)])
    const stop = () =>
      w.run(
        (ctx) =>
          stopCalling(ctx, {
            phoneId: one!.phoneId,
            list: 'own',
            reason: 'customerRefused',
            source: { kind: 'call', id: one!.customerId },
          }),
        'ann',
      )
    expect((await stop()).added).toBe(true)
    expect((await stop()).added).toBe(false)
    expect(await rowsOf(mobile(1))).toMatchObject([
      { until: null, reason: 'customerRefused', recorded_by: w.people.ann },
    ])
    const page = await w.as('qin').customers.doNotCall({ list: 'own' })
    expect(page.entries[0]).toMatchObject({ masked: '135****0001', recordedBy: '安寧', corrected: false })
  })

  test('a number that nobody of the centre knows can be stopped, typed as people type', async () => {
    const answer = await w.as('liu').customers.stopCalling({ number: '135 9000-0002', reason: 'complaint' })
    expect(answer).toEqual({ masked: '135****0002', added: true })
    expect(await stopped(mobile(2))).toBe(true)
    expect(await refused(w.as('liu').customers.stopCalling({ number: '1359', reason: 'complaint' }))).toBe(
      'customers.noNumber house',
    )
  })

  test('is looked up by the whole number', async () => {
    await w.as('liu').customers.stopCalling({ number: mobile(3), reason: 'complaint', note: '三次' })
    const found = await w.as('qin').customers.lookUpNumber({ number: '+86 135 9000 0003' })
    expect(found).toMatchObject({ masked: '135****0003', known: false, entries: [{ note: '三次', list: 'own' }] })
    expect(await w.as('qin').customers.lookUpNumber({ number: '10086' })).toMatchObject({ code: 'shortCode' })
  })

  test('is paged by its latest entries', async () => {
    await w.as('liu').customers.importDoNotCall({
      list: 'shared',
      asOf: '2026-06-01T00:00:00Z',
      text: Array.from({ length: 150 }, (_, n) => mobile(1000 + n)).join('\n'),
    })
    const first = await w.as('qin').customers.doNotCall({ list: 'shared' })
    expect([first.entries.length, first.more]).toEqual([100, true])
    const { recordedAt, id } = first.entries[99]!
    const second = await w.as('qin').customers.doNotCall({ list: 'shared', after: { recordedAt, id } })
    expect([second.entries.length, second.more]).toEqual([50, false])
    expect(new Set([...first.entries, ...second.entries].map((entry) => entry.id)).size).toBe(150)
  })
})

describe('[S3.6 K] what was the customer’s word is lifted by nobody', () => {
  const entry = async (e164: string) => {
    await w.as('liu').customers.stopCalling({ number: e164, reason: 'customerRequest' })
    return (await w.as('liu').customers.lookUpNumber({ number: e164 })).entries[0]!
  }

  test('a slip of the hand is corrected by the department manager with a reason, and both rows stay to be seen', async () => {
    const wrong = await entry(mobile(20))
    await w.as('guo').customers.correctDoNotCall({ entryId: wrong.id, reason: 'wrongNumber', note: '末碼打錯' })
    expect(await stopped(mobile(20))).toBe(false)
    const { entries } = await w.as('qin').customers.lookUpNumber({ number: mobile(20) })
    expect(entries.map(({ corrected, correcting }) => [corrected, correcting])).toEqual([
      [false, true],
      [true, false],
    ])
    expect(entries[0]).toMatchObject({ recordedBy: '郭文華', note: '末碼打錯' })
    const kept = await w.sql`
      select allowed, clause from decision where operation = 'customers.correctDoNotCall' and subject_id = ${wrong.id}`
    expect(kept).toEqual([{ allowed: true, clause: 'S3.6' }])
  })

  test('nobody else may, not twice, not an imported entry; a corrected number can be stopped anew', async () => {
    const wrong = await entry(mobile(21))
    const correct = (name: 'liu' | 'qin' | 'admin' | 'guo', entryId = wrong.id) =>
      refused(w.as(name).customers.correctDoNotCall({ entryId, reason: 'wrongKey', note: '誤按' }))
    for (const name of ['liu', 'qin', 'admin'] as const) expect(await correct(name)).toBe('FORBIDDEN')
    expect(await correct('guo')).toBe('allowed')
    expect(await correct('guo')).toBe('customers.alreadyCorrected S3.6')
    expect((await entry(mobile(21))).correcting).toBe(false)
    expect(await stopped(mobile(21))).toBe(true)

    await w.as('liu').customers.importDoNotCall({ list: 'national', asOf: '2026-06-01T00:00:00Z', text: mobile(22) })
    const listed = (await w.as('liu').customers.lookUpNumber({ number: mobile(22) })).entries[0]!
    expect(await correct('guo', listed.id)).toBe('customers.notOwnEntry S3.6')
  })
})

describe('lists come in', () => {
  test('with the result of every line', async () => {
    await w.as('liu').customers.stopCalling({ number: mobile(30), reason: 'complaint' })
    const text = `\uFEFF號碼,日期\r\n${mobile(30)},x\r\n"135-9000-0031"\t\n\n10086\n${mobile(31)}\n1.38E+10\n`
    const result = await w.as('liu').customers.importDoNotCall({ list: 'shared', asOf: '2026-06-16T00:00:00Z', text })
    expect(result).toEqual({
      ...{ lines: 5, good: 2, dup: 1, inv: 2 },
      notTaken: [
        { line: 5, result: 'INV', code: 'shortCode' },
        { line: 6, result: 'DUP', code: 'listed' },
        { line: 7, result: 'INV', code: 'scientific' },
      ],
    })
    expect(await stopped(mobile(31))).toBe(true)
    const again = await w.as('liu').customers.importDoNotCall({ list: 'shared', asOf: '2026-06-17T00:00:00Z', text })
    expect(again).toMatchObject({ good: 0, dup: 3 })
    const { lists } = await w.as('liu').customers.doNotCall({})
    expect(lists.find((list) => list.list === 'shared')).toMatchObject({ asOf: '2026-06-17T00:00:00Z' })
  })

  test('not with a date to come, not beyond the limit of lines', async () => {
    const take = (asOf: string, text: string) =>
      refused(w.as('liu').customers.importDoNotCall({ list: 'national', asOf, text }))
    expect(await take('2027-01-01T00:00:00Z', mobile(40))).toBe('customers.listOfFuture S3.6')
    expect(await take('2026-06-01T00:00:00Z', 'x\n'.repeat(50_002))).toBe('BAD_REQUEST')
  })
})

test.each([
  ['備用 138 1234 5678', '備用 138****5678'],
  ['+44 7700 900123 or 13812345678', '447****0123 or 138****5678'],
  ['0086-13812345678', '008****5678'],
  ['年收入 1200000,2026-06-17', '年收入 1200000,2026-06-17'],
  ['110101199003071234', '110101199003071234'],
])('numbers in a remark are masked: %s', (text, masked) => {
  expect(maskNumbersIn(text)).toBe(masked)
})

test('the world’s numbers are numbers', () => expect(judged(mobile(1)).valid).toBe(true))
