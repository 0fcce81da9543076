import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judged, mobile } from '../../../test/dialling.ts'
import { type World, world } from '../../../test/world.ts'
import { inCentre } from '../../platform/transaction.ts'
import { addCentre } from '../people/structure.ts'
import { seedBooks } from '../rulebook/books.ts'
import { addCustomers, type NewCustomer, type NewPhone } from './add.ts'
import { customers } from './api.ts'
import { giveConsent, withdrawConsent } from './consent.ts'
import { cardOf, findByNumber, numbersKnown, phonesOf, retireNumber, revealNumber } from './customers.ts'
import { listFictionalNumbers } from './fictional.ts'
import { numberOf } from './numbers.ts'

const router = { customers }

let w: World<typeof router>
beforeAll(async () => {
  w = await world(router)
})
afterAll(() => w.close())

const person = (name: string, ...numbers: string[]): NewCustomer => {
  const [first, ...others] = numbers.map(judged)
  return { name, phones: [first!, ...others] }
}
const add = (...rows: NewCustomer[]) => w.run((ctx) => addCustomers(ctx, rows))
const nameOf = async (id: string) =>
  (await w.sql<{ name: string }>`select name from customer where id = ${id}`)[0]?.name
const looks = (operation: string, customerId: string) =>
  w.sql<{ person_id: string }>`
    select person_id from access_log where operation = ${operation} and subject_ids @> array[${customerId}::uuid]`

describe('customers come in', () => {
  test('with their numbers in order, home region and zones', async () => {
    const [one] = await add({
      ...person('陳大文', mobile(1), mobile(2)),
      facts: { 等級: 'A' },
      wish: [['10:00', '12:00']],
    })
    expect(one!.existing).toBe(false)
    const phones = await w.run((ctx) => phonesOf(ctx, one!.customerId))
    expect(phones.map((phone) => phone.id)).toEqual(one!.phoneIds)
    expect(phones[0]).toMatchObject({ masked: '135****0001', kind: 'mobile', valid: true, zones: ['Asia/Shanghai'] })
  })

  test('a number that the centre knows leads to its customer, whose own data stay', async () => {
    const [first] = await add(person('林一', mobile(10)))
    const [again] = await add({ ...person('林壹', mobile(10), mobile(11)), gender: 'f', facts: { 來源: '乙' } })
    expect(again).toMatchObject({ customerId: first!.customerId, existing: true })
    expect(again!.phoneIds[0]).toBe(first!.phoneIds[0])
    const card = await w.run((ctx) => cardOf(ctx, first!.customerId))
    expect(card).toMatchObject({ name: '林一', gender: 'f', facts: { 來源: '乙' } })
    expect(card.phones.map((phone) => phone.masked)).toEqual(['135****0010', '135****0011'])
  })

  test('a number twice in one file is one customer, also through a second number', async () => {
    const made = await add(person('甲', mobile(20)), person('乙', mobile(21), mobile(20)), person('丙', mobile(21)))
    expect(new Set(made.map((row) => row.customerId)).size).toBe(1)
    expect(made.map((row) => row.existing)).toEqual([false, true, true])
    expect(await nameOf(made[0]!.customerId)).toBe('甲')
  })

  test('a thousand rows in one call', async () => {
    const made = await add(...Array.from({ length: 1000 }, (_, n) => person(`客${n}`, mobile(10_000 + n))))
    expect(new Set(made.map((row) => row.customerId)).size).toBe(1000)
    expect(await nameOf(made[777]!.customerId)).toBe('客777')
  })

  test('two imports of one number at once make one customer', async () => {
    const both = await Promise.all([add(person('先', mobile(30))), add(person('後', mobile(30)))])
    expect(new Set(both.map(([row]) => row!.customerId)).size).toBe(1)
  })

  test('a retired number leads nowhere', async () => {
    const [one] = await add(person('舊號', mobile(40)))
    await w.run((ctx) => retireNumber(ctx, one!.phoneIds[0]!, 'wrongNumber'))
    expect(await w.run((ctx) => findByNumber(ctx, mobile(40)))).toEqual([])
    const [next] = await add(person('新主', mobile(40)))
    expect(next!.existing).toBe(false)
  })
})

describe('consent', () => {
  test('of a list does not speak against a withdrawal, the customer’s own word does', async () => {
    const [one] = await add(person('撤回', mobile(50)))
    const consent = (by: 'list' | 'customer') =>
      w.run((ctx) =>
        giveConsent(
          ctx,
          [{ customerId: one!.customerId, purpose: 'sale', givenAt: ctx.now, expiresAt: null, evidence: '合約' }],
          { by },
        ),
      )
    expect(await consent('list')).toBe(1)
    expect(await w.run((ctx) => withdrawConsent(ctx, { customerId: one!.customerId, evidence: '來電' }))).toEqual({
      ended: 1,
    })
    expect(await consent('list')).toBe(0)
    expect(await consent('customer')).toBe(1)
  })
})

test('made-up numbers are good in a demo centre that lists them, and nowhere else', async () => {
  const made = '14000001234'
  const judge = () => w.run(async (ctx) => numberOf(ctx, made))
  expect(await judge()).toMatchObject({ ok: false, code: 'invalid' })
  await w.run((ctx) => listFictionalNumbers(ctx, { CN: ['140'] }))
  const number = await judge()
  expect(number).toMatchObject({ ok: true, valid: true, fictional: true })
  const [one] = await add({ name: '虛構', phones: [number as NewPhone] })
  expect(await w.sql`select fictional from phone where id = ${one!.phoneIds[0]!}`).toEqual([{ fictional: true }])
  const real = await addCentre(w.boot, { name: 'Real', kind: 'life', timeZone: 'Asia/Shanghai', demo: false })
  await inCentre(w.boot, real.centreId, 'test.seed', (ctx) => seedBooks(ctx, 'life'))
  await expect(
    inCentre(w.boot, real.centreId, 'test', (ctx) => listFictionalNumbers(ctx, { CN: ['140'] })),
  ).rejects.toThrow(/demo centre/)
  expect(await inCentre(w.boot, real.centreId, 'test', async (ctx) => numberOf(ctx, made))).toMatchObject({ ok: false })
})

describe('row level security', () => {
  let other: string
  beforeAll(async () => {
    await add(person('隱', mobile(60)))
    const made = await addCentre(w.boot, { name: 'Elsewhere', kind: 'life', timeZone: 'Asia/Shanghai', demo: false })
    other = made.centreId
    await inCentre(w.boot, other, 'test.seed', (ctx) => seedBooks(ctx, 'life'))
  })
  const counts = sql<{ tables: number; views: number }>`
    select (select count(*) from customer)::int + (select count(*) from phone)::int as tables,
      (select count(*) from customer_card)::int + (select count(*) from phone_card)::int as views`

  test('a plain query sees no customer and no number, in tables and in views', async () => {
    expect((await counts.execute(w.boot.db)).rows).toEqual([{ tables: 0, views: 0 }])
    const inside = await w.run(async (ctx) => (await counts.execute(ctx.db)).rows[0]!)
    expect(inside.tables).toBeGreaterThan(1)
    expect(inside.views).toBe(inside.tables)
  })

  test('another centre’s transaction sees none of ours, knows none of our numbers and cannot write here', async () => {
    const seen = await inCentre(w.boot, other, 'test', async (ctx) => ({
      counts: (await counts.execute(ctx.db)).rows,
      known: (await numbersKnown(ctx, [ctx.hashOf(mobile(60))])).size,
    }))
    expect(seen).toEqual({ counts: [{ tables: 0, views: 0 }], known: 0 })
    await expect(
      inCentre(w.boot, other, 'test', (ctx) =>
        sql`insert into customer (centre_id, created_at) values (${w.centre}, ${ctx.now})`.execute(ctx.db),
      ),
    ).rejects.toThrow(/row-level security/)
  })
})

describe('who sees what', () => {
  test('a whole number leaves by revealNumber alone, and the look is logged', async () => {
    const [one] = await add({
      ...person('明碼', mobile(70)),
      facts: { 備註: `備用 +86 ${mobile(71).slice(3)},家 13812345678` },
    })
    const { customerId, phoneIds } = one!
    const shown = JSON.stringify([
      await w.as('liu').customers.card({ customerId }),
      await w.run((ctx) => cardOf(ctx, customerId)),
      await w.run((ctx) => phonesOf(ctx, customerId)),
      await w.as('liu').customers.lookUpNumber({ number: mobile(70) }),
      await w.as('liu').customers.stopCalling({ number: mobile(70), reason: 'customerRequest' }),
      await w.as('liu').customers.doNotCall({}),
      await w.sql`select data::text from event`,
      await w.sql`select reasons::text from decision`,
    ])
    for (const number of [mobile(70), mobile(71), '+8613812345678'])
      expect(shown.replaceAll(/[\s-]/g, '')).not.toContain(number.slice(3))
    expect(shown).toContain('135****0070')

    expect(await w.run((ctx) => revealNumber(ctx, phoneIds[0]!), 'ann')).toBe(mobile(70))
    expect(await looks('test.run', customerId)).toEqual([{ person_id: w.people.ann }])
    expect(await looks('customers.card', customerId)).toEqual([{ person_id: w.people.liu }])
    const looked = await w.as('guo').customers.accessOf({ customerId })
    expect(looked.map((look) => look.name)).toContain('安寧')
    expect(looked.map((look) => look.operation)).toContain('customers.card')
  })

  test('an unknown customer or number is not found', async () => {
    const nobody = '01890000-0000-7000-8000-000000000000'
    await expect(w.as('liu').customers.card({ customerId: nobody })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(w.run((ctx) => revealNumber(ctx, nobody))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('agents and leaders have no card of just any customer', async () => {
    const [one] = await add(person('他人', mobile(80)))
    for (const name of ['ann', 'lin', 'wen', 'admin'] as const)
      await expect(w.as(name).customers.card({ customerId: one!.customerId })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      })
  })
})

describe('erasure', () => {
  test('overwrites the person, leaves facts, and the number stays stopped for the next list', async () => {
    const [one] = await add({
      ...person('遺忘', mobile(90)),
      facts: { 地址: '某路' },
      birthday: Temporal.PlainDate.from('1980-02-01'),
    })
    const { customerId } = one!
    await w.run((ctx) =>
      giveConsent(ctx, [{ customerId, purpose: 'sale', givenAt: ctx.now, expiresAt: null, evidence: 'x' }], {
        by: 'list',
      }),
    )
    expect(await w.as('guo').customers.erase({ customerId, why: 'customerRequest' })).toEqual({ phones: 1 })
    const card = await w.as('guo').customers.card({ customerId })
    expect(card).toMatchObject({ name: null, birthday: null, facts: {} })
    expect(card.phones).toMatchObject([{ masked: '', retired: true, valid: false }])
    expect(card.consents.length).toBe(1)
    expect(
      await w.sql`select 1 from phone where customer_id = ${customerId} and (e164 <> '' or length(hash) = 32)`,
    ).toEqual([])
    await expect(w.run((ctx) => revealNumber(ctx, one!.phoneIds[0]!))).rejects.toMatchObject({ code: 'NOT_FOUND' })

    const [back] = await add(person('再來', mobile(90)))
    expect(back!.existing).toBe(false)
    expect((await w.run((ctx) => phonesOf(ctx, back!.customerId)))[0]!.notCalled).toBe(true)
  })

  test('once only', async () => {
    const [one] = await add(person('一次', mobile(91)))
    await w.as('admin').customers.erase({ customerId: one!.customerId, why: 'purposeEnded' })
    await expect(
      w.as('admin').customers.erase({ customerId: one!.customerId, why: 'purposeEnded' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
