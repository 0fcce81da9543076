import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusedFor } from '../../../test/refused.ts'
import { type World, world } from '../../../test/world.ts'
import { catalog } from './api.ts'
import { isAuthorised, productOf, scriptOf } from './catalog.ts'
import { filled } from './rules.ts'

const router = { catalog }
let w: World<typeof router>
beforeAll(async () => {
  w = await world(router)
})
afterAll(() => w.close())

const day = (text: string) => Temporal.PlainDate.from(text)
const figures = { payWays: { monthly: 12, yearly: 1 }, standardFactor: 1, minPremium: 100 }
const product = (code: string) =>
  w
    .as('guo')
    .catalog.addProduct({ ...figures, code, name: { hant: '安心醫療', en: 'Ease medical' }, subject: 'medical' })

test('a product keeps the figures that were in force on the day of a case', async () => {
  const { id } = await product('A1')
  await w.as('guo').catalog.addVersion({ ...figures, productId: id, standardFactor: 0.8, effectiveOn: '2026-07-01' })
  const on = (text: string) => w.run((ctx) => productOf(ctx, id, day(text)))
  expect((await on('2026-06-30')).standardFactor).toBe(1)
  expect((await on('2026-07-01')).standardFactor).toBe(0.8)
  await expect(on('2026-06-16')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const shown = (await w.as('ann').catalog.products({})).products.find(({ code }) => code === 'A1')
  expect(shown).toMatchObject({ standardFactor: 1, payWays: { monthly: 12, yearly: 1 } })
})

test('simplified characters follow from the traditional ones where none are given', async () => {
  const { id } = await product('A2')
  expect((await w.run((ctx) => productOf(ctx, id))).name).toEqual({
    hant: '安心醫療',
    hans: '安心医疗',
    en: 'Ease medical',
  })
})

test('figures and scripts take effect today or later, once a day', async () => {
  const { id } = await product('A3')
  const version = { ...figures, productId: id }
  await refusedFor(
    w.as('guo').catalog.addVersion({ ...version, effectiveOn: '2026-06-16' }),
    'catalog.inThePast',
    'S1.5.2',
  )
  await refusedFor(w.as('guo').catalog.addVersion(version), 'catalog.dayTaken', 'house')
  await refusedFor(product('A3'), 'catalog.codeTaken', 'house')
  await w.as('guo').catalog.addVersion({ ...version, effectiveOn: '2026-06-18' })
})

test('of the scripts in force the latest counts, and a product out of sale is not shown to agents', async () => {
  const { id } = await product('A4')
  expect((await w.as('ann').catalog.script({ productId: id })).script).toBeNull()
  const text = (hant: string) => ({ hant, en: 'x' })
  const script = (title: string, effectiveOn?: string) =>
    w.as('guo').catalog.addScript({
      productId: id,
      ...(effectiveOn ? { effectiveOn } : {}),
      sections: [{ key: 'opening', title: text(title), text: text('{{customer}}您好，我是{{agent}}。') }],
      disclosures: [{ key: 'coolingOff', text: text('猶豫期十五天。') }],
    })
  await script('開場')
  await script('七月的開場', '2026-07-01')
  await script('改過的開場')
  const shown = (await w.as('ann').catalog.script({ productId: id })).script!
  expect(shown).toMatchObject({ number: 3, sections: [{ title: { hant: '改過的開場', hans: '改过的开场' } }] })
  expect((await w.run((ctx) => scriptOf(ctx, id, day('2026-07-02'))))!.number).toBe(2)
  expect(filled(shown.sections[0]!.text.hant, { customer: '王小姐' })).toBe('王小姐您好，我是agent。')
  await w.as('guo').catalog.setListed({ productId: id, listed: false })
  const codes = async (name: 'ann' | 'lin') => (await w.as(name).catalog.products({})).products.map(({ code }) => code)
  expect(await codes('ann')).not.toContain('A4')
  expect(await codes('lin')).toContain('A4')
})

test('who may sell is given by the trainer, begins and ends by the day, and is nobody’s own word', async () => {
  const { id } = await product('A5')
  const may = (name: 'ann' | 'bo') => w.run((ctx) => isAuthorised(ctx, w.people[name], id))
  expect(await may('ann')).toBe(false)
  await expect(w.as('lin').catalog.authorise({ productId: id, personIds: [w.people.ann] })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
  await refusedFor(
    w.as('tan').catalog.authorise({ productId: id, personIds: [w.people.ann, w.people.tan] }),
    'catalog.ownAuthorisation',
    'S4.1.1',
  )
  const given = { productId: id, personIds: [w.people.ann, w.people.bo] }
  expect(await w.as('tan').catalog.authorise(given)).toEqual({ authorised: 2 })
  expect(await w.as('tan').catalog.authorise(given)).toEqual({ authorised: 0 })
  expect([await may('ann'), await may('bo')]).toEqual([true, true])
  await w.as('tan').catalog.endAuthorisation({ productId: id, personId: w.people.ann })
  expect([await may('ann'), await may('bo')]).toEqual([false, true])
  expect((await w.as('lin').catalog.authorised({ productId: id })).people.map(({ name }) => name)).toEqual(['柏川'])
  expect(await w.as('tan').catalog.authorise(given)).toEqual({ authorised: 1 })
  expect(await may('ann')).toBe(true)
})
