import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judged, mobile, product } from '../../../test/dialling.ts'
import { type World, world } from '../../../test/world.ts'
import { addCustomers } from '../customers/add.ts'
import { giveConsent, withdrawConsent } from '../customers/consent.ts'
import { stopCalling } from '../customers/doNotCall.ts'
import { care } from './api.ts'
import { remindBirthdays } from './birthdays.ts'
import { keptOn, mayGreet, monthDay, nextBirthday } from './rules.ts'

describe('days', () => {
  test.each([
    ['1990-06-17', '2026-06-17', '2026-06-17'],
    ['1990-06-16', '2026-06-17', '2027-06-16'],
    ['1992-02-29', '2026-02-27', '2026-02-28'],
    ['1992-02-29', '2028-02-27', '2028-02-29'],
  ])('%s is kept next, from %s on, on %s', (birthday, today, next) =>
    expect(nextBirthday(Temporal.PlainDate.from(birthday), Temporal.PlainDate.from(today)).toString()).toBe(next),
  )

  test('every birthday is kept on exactly one day of every year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 2020, max: 2040 }), (born, year) => {
        const birthday = Temporal.PlainDate.from('1930-01-01').add({ days: born })
        let kept = 0
        for (let day = Temporal.PlainDate.from(`${year}-01-01`); day.year === year; day = day.add({ days: 1 }))
          if (keptOn(day).includes(monthDay(birthday))) kept += 1
        expect(kept).toBe(1)
      }),
      { numRuns: 60 },
    )
  })
})

test('[S3.8.10 K] a customer is greeted who agreed to it and is on no list; nobody else', () => {
  expect(mayGreet({ consented: true, stopped: false })).toEqual({ ok: true })
  for (const refused of [
    { consented: false, stopped: false },
    { consented: true, stopped: true },
  ])
    expect(mayGreet(refused).ok).toBe(false)
})

describe('on the seventeenth of June', () => {
  let w: World<{ care: typeof care }>
  const ids: Record<string, string> = {}
  beforeAll(async () => {
    w = await world({ care })
    const productId = await product(w, ['ann', 'bo'])
    const batch = (
      await w.sql<{
        id: string
      }>`insert into list_batch (centre_id, name, source, purpose, consent_evidence, consent_given_on,
        product_id, grade, country, state, created_by, created_at)
      values (${w.centre}, 'b', 's', 'sale', 'e', '2026-01-01', ${productId}, 'B', 'CN', 'done', ${w.people.liu}, now()) returning id`
    )[0]!.id
    const born: [string, string, 'ann' | 'bo'][] = [
      ['consented', '1990-06-17', 'ann'],
      ['silent', '1990-06-17', 'ann'],
      ['stopped', '1990-06-17', 'ann'],
      ['withdrew', '1990-06-17', 'ann'],
      ['tomorrow', '1990-06-18', 'ann'],
      ['others', '1980-06-17', 'bo'],
    ]
    await w.run(async (ctx) => {
      const added = await addCustomers(
        ctx,
        born.map(([name, birthday], n) => ({
          ...{ name, birthday: Temporal.PlainDate.from(birthday), phones: [judged(mobile(8_000_000 + n))] as const },
        })),
      )
      for (const [n, [name]] of born.entries()) ids[name] = added[n]!.customerId
      await giveConsent(
        ctx,
        ['consented', 'stopped', 'withdrew', 'tomorrow', 'others'].map((name) => ({
          ...{ customerId: ids[name]!, purpose: 'service', givenAt: ctx.now.subtract({ hours: 24 }), expiresAt: null },
          evidence: 'form',
        })),
        { by: 'customer' },
      )
      await withdrawConsent(ctx, { customerId: ids.withdrew!, evidence: 'call' })
      await stopCalling(ctx, {
        ...{ phoneId: added[2]!.phoneIds[0]!, list: 'own', reason: 'customerRequest' },
        source: { kind: 'person', id: null },
      })
    }, 'liu')
    for (const [name, , holder] of born)
      await w.sql`insert into lead (centre_id, batch_id, customer_id, product_id, purpose, grade, state, group_id, holder_id, due_at)
        values (${w.centre}, ${batch}, ${ids[name]!}, ${productId}, 'sale', 'B', 'agent', ${w.units.Dawn}, ${w.people[holder]}, now())`
  })
  afterAll(() => w.close())

  test('[S3.8.10 K] the list has the own customer who agreed, with what the gate says of a call now, and counts the rest', async () => {
    const open = await w.as('ann').care.birthdays({})
    expect(open.customers.map(({ customerId }) => customerId)).toEqual([ids.consented])
    expect(open).toMatchObject({ leftOut: 3, staff: [] })
    expect(open.customers[0]).toMatchObject({ now: true, reasons: [], name: 'consented' })
    await w.setNow('2026-06-17T22:00')
    const late = await w.as('ann').care.birthdays({})
    expect(late.customers[0]).toMatchObject({ now: false })
    expect(late.customers[0]!.reasons[0]!.code).toContain('hours')
    await w.setNow('2026-06-17T09:30')
  })

  test('[S3.8.10 R] in the morning each is told once of the customers to greet', async () => {
    await w.run((ctx) => remindBirthdays(ctx))
    await w.run((ctx) => remindBirthdays(ctx))
    const told = await w.sql<{ person_id: string; count: number }>`
      select person_id, (values ->> 'count')::int as count from notice where key = 'care.birthdays' order by count`
    expect(told.map(({ person_id }) => person_id).toSorted()).toEqual([w.people.ann, w.people.bo].toSorted())
    expect(told.map(({ count }) => count)).toEqual([1, 1])
  })

  test('a leader sees the coming birthdays of own people, an agent nobody’s', async () => {
    // Everybody of the house was born on a 20 June.
    const { staff } = await w.as('lin').care.birthdays({})
    expect(staff.map(({ personId }) => personId).toSorted()).toEqual(
      [w.people.ann, w.people.bo, w.people.chen].toSorted(),
    )
    expect(staff[0]).toMatchObject({ on: '2026-06-20', group: 'Dawn' })
  })
})
