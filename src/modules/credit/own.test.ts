import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { refusedFor } from '../../../test/refused.ts'
import { inHand, seated, sellable, talking } from '../../../test/selling.ts'
import { type Batch, batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { wrapUp } from '../calls/wrapUp.ts'
import { wonByAgent, wonByHour } from '../floor/won.ts'
import { notices } from '../notices/api.ts'
import { salesWith } from '../sales/api.ts'
import { credit } from './api.ts'
import { judgeOwn } from './own.ts'
import { mayDecideOwn, mayTakeOwn, ownOf } from './rules.ts'
import { lookIntoCases, watchOwn } from './watch.ts'

const router = { sales: salesWith(judgeOwn), credit, notices }
let w: World<typeof router>
let productId: string
let list: Batch
let numbers = 0
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T10:00' })
  productId = await sellable(w, 'L7', ['ann', 'bo', 'chen', 'deng'])
  list = await batch(w, productId, 'June')
  await seated(w, ['ann', 'bo', 'chen', 'deng'])
})
afterAll(() => w.close())

type Own = { relation: 'self' | 'spouse' | 'parent' | 'child' | 'colleague'; letterId: string | null } | null

/** An agent talking to a customer of this number and name, ready to take an application. */
async function at(name: Name, customer: { number?: string; name?: string } = {}) {
  const [leadId] = await inHand(w, list, name, 1)
  if (customer.name)
    await w.sql`update customer set name = ${customer.name} where id = (select customer_id from lead where id = ${leadId})`
  const talk = await talking(w, name)
  if (customer.number) {
    const number = customer.number
    await w.run(async (ctx) => {
      const hash = Buffer.from(ctx.hashOf(number))
      await ctx.db
        .updateTable('phone')
        .set({ hash })
        .where('customer_id', 'in', (q) => q.selectFrom('lead').select('customer_id').where('id', '=', leadId!))
        .execute()
    })
  }
  const take = (own: Own = null) =>
    w.as(name).sales.accept({
      ...{ ...{ tabId: talk.tabId, callId: talk.callId }, applicationNo: `OWN-${++numbers}`, productId },
      ...{ payWay: 'yearly' as const, rawPremium: '1000', disclosures: ['coolingOff', 'exclusions'], note: '', own },
    })
  const refused = { lineResult: 'answered', outcome: 'refused', note: '', disclosures: [], callback: null } as const
  const leave = () => w.run((ctx) => wrapUp(ctx, { tabId: talk.tabId, callId: talk.callId, ...refused }), name)
  return { take, leave }
}
async function letter(name = '保證書.pdf', by: Name = 'ann'): Promise<string> {
  const [row] = await w.sql<{ id: string }>`insert into stored_file (centre_id, name, bytes, sha256, uploaded_by)
    values (${w.centre}, ${name}, 4, 'x', ${w.people[by]}) returning id`
  mkdirSync(join(w.boot.dataDir, 'files'), { recursive: true })
  writeFileSync(join(w.boot.dataDir, 'files', row!.id), '%PDF')
  return row!.id
}
const policyOf = async (saleId: string) =>
  (await w.as('guo').credit.own({})).policies.find((one) => one.saleId === saleId)!
const decide = async (saleId: string, confirmed: boolean, by: Name) =>
  await w.as(by).credit.decideOwn({ saleId, confirmed, why: 'asked her', version: (await policyOf(saleId)).version })
const figures = async (name: Name) => (await w.as(name).sales.ownMonth({})).figures

describe('[S4.4.11c K] an own policy', () => {
  test('by the rule itself: whose it is', () => {
    const match = (personId: string, by: 'number' | 'name', relation: 'self' | 'spouse' = 'self') => ({
      personId,
      by,
      relation,
    })
    expect(ownOf('ann', null, [])).toBeNull()
    expect(ownOf('ann', 'parent', [])).toEqual({
      kind: 'self',
      foundBy: ['declared'],
      personId: 'ann',
      relation: 'parent',
    })
    expect(ownOf('ann', null, [match('ann', 'number', 'spouse')])).toEqual({
      ...{ kind: 'self', foundBy: ['number'], personId: 'ann', relation: 'spouse' },
    })
    expect(ownOf('ann', null, [match('bo', 'name'), match('chen', 'number')])).toEqual({
      ...{ kind: 'colleague', foundBy: ['number', 'name'], personId: 'chen', relation: 'colleague' },
    })
    // A colleague's family is a customer.
    expect(ownOf('ann', null, [match('bo', 'number', 'spouse')])).toBeNull()
    expect(mayTakeOwn('colleague', null).ok).toBe(true)
    expect(mayTakeOwn('self', { name: 'a.exe', usedElsewhere: true })).toMatchObject({
      reasons: [{ code: 'credit.letterForm' }, { code: 'credit.letterUsed' }],
    })
    const policy = { state: 'suspected', sellerId: 'ann', agentId: 'bo', personId: 'chen' }
    for (const personId of ['ann', 'bo', 'chen']) expect(mayDecideOwn(policy, { personId }).ok).toBe(false)
    expect(mayDecideOwn(policy, { personId: 'lin' }).ok).toBe(true)
  })

  test('is not saved without the letter, nor with one of another form or of another policy', async () => {
    const { take } = await at('ann')
    await refusedFor(take({ relation: 'self', letterId: null }), 'credit.letterMissing', 'S4.4.11c')
    await refusedFor(take({ relation: 'self', letterId: randomUUID() }), 'credit.letterMissing', 'S4.4.11c')
    await refusedFor(
      take({ relation: 'spouse', letterId: await letter('names.xlsx') }),
      'credit.letterForm',
      'S4.4.11c',
    )
    const letterId = await letter()
    const { saleId } = await take({ relation: 'spouse', letterId })
    expect(await policyOf(saleId)).toMatchObject({
      ...{
        kind: 'self',
        state: 'declared',
        relation: 'spouse',
        letter: '保證書.pdf',
        watch: 'open',
        watchUntil: '2027-07-17',
      },
    })
    const next = await at('ann')
    await refusedFor(next.take({ relation: 'self', letterId }), 'credit.letterUsed', 'S4.4.11c')
    await next.leave()
    const file = await w.as('lin').credit.letter({ saleId })
    expect(file).toMatchObject({ name: '保證書.pdf', type: 'application/pdf', base64: btoa('%PDF') })
  })

  test('counts in nothing: own month, month of the groups, the floor and the wall', async () => {
    const before = await figures('ann')
    const hours = () => w.run(async (ctx) => (await wonByHour(ctx, ctx.today).execute(ctx.db)).rows)
    const agents = () => w.run(async (ctx) => (await wonByAgent(ctx, ctx.today).execute(ctx.db)).rows)
    const total = async () => (await w.as('guo').sales.month({})).total
    const [hoursBefore, agentsBefore, totalBefore] = [await hours(), await agents(), await total()]
    const { take } = await at('ann')
    const { saleId } = await take({ relation: 'self', letterId: await letter() })
    expect(await figures('ann')).toEqual(before)
    expect([await hours(), await agents(), await total()]).toEqual([hoursBefore, agentsBefore, totalBefore])
    // The case itself stays listed, with its weight, and nobody applauds it.
    const listed = (await w.as('ann').sales.ownMonth({})).sales.find(({ id }) => id === saleId)
    expect(listed).toMatchObject({ weight: '0', state: 'accepted' })
    expect(await w.sql`select 1 from notice where cause = ${`sale.${saleId}`}`).toEqual([])
    const { sale } = await w.as('guo').sales.sale({ id: saleId })
    await w.as('guo').sales.move({ saleId, state: 'issued', occurredOn: '2026-06-17', note: '', version: sale.version })
    expect(await total()).toEqual(totalBefore)
    const { steps } = await w.as('ann').credit.ofSale({ saleId })
    expect(steps.map(({ kind, weight }) => [kind, weight])).toEqual([
      ['sale.taken', '0'],
      ['sale.state', '0'],
    ])
  })

  test('of a colleague, said so, needs no letter and counts in nothing', async () => {
    const before = await figures('ann')
    const { take } = await at('ann')
    const { saleId } = await take({ relation: 'colleague', letterId: null })
    expect(await policyOf(saleId)).toMatchObject({ kind: 'colleague', state: 'declared', letter: null, watch: 'none' })
    expect(await figures('ann')).toEqual(before)
  })
})

describe('[S4.4.11c D] what nobody declared', () => {
  test('is found by the seller’s own number, by his family’s and by a colleague’s, entered masked', async () => {
    const add = (name: Name, number: string, relation: 'self' | 'spouse', by: Name = name) =>
      w.as(by).credit.addNumber({ personId: w.people[name], number, relation })
    expect(await add('ann', '138 0013 8001', 'self')).toEqual({ masked: '138****8001' })
    await add('ann', '13800138002', 'spouse')
    await add('bo', '13800138003', 'self', 'guo')
    await refusedFor(add('ann', 'no number', 'self'), 'credit.noNumber', 'S4.4.11c')
    await expect(add('bo', '13800138004', 'self', 'lin')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(w.as('lin').credit.numbers({ personId: w.people.ann })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await w.as('guo').credit.numbers({ personId: w.people.ann })).numbers).toHaveLength(2)
    const looks =
      await w.sql`select 1 from access_log where operation = 'credit.numbers' and person_id = ${w.people.guo}`
    expect(looks).toHaveLength(1)
    expect(await w.sql`select 1 from person_number where masked ~ '[0-9]{8}'`).toEqual([])

    const own = await (await at('ann', { number: '+8613800138001' })).take()
    const family = await (await at('ann', { number: '+8613800138002' })).take()
    const colleague = await (await at('ann', { number: '+8613800138003' })).take()
    expect(await policyOf(own.saleId)).toMatchObject({
      kind: 'self',
      state: 'suspected',
      foundBy: ['number'],
      relation: 'self',
    })
    expect(await policyOf(family.saleId)).toMatchObject({ kind: 'self', relation: 'spouse' })
    expect(await policyOf(colleague.saleId)).toMatchObject({ kind: 'colleague', person: '柏川' })
  })

  test('is found by name, asked of the leader, and changes no figure before a person has spoken', async () => {
    const before = await figures('ann')
    const { saleId } = await (await at('ann', { name: '安寧' })).take()
    expect(await policyOf(saleId)).toMatchObject({ kind: 'self', state: 'suspected', foundBy: ['name'], watch: 'none' })
    expect((await figures('ann')).accepted).toBe(before.accepted + 1)
    const asked = await w.sql`select person_id from notice where cause = ${`credit.own.${saleId}`}`
    expect(asked).toEqual([{ person_id: w.people.lin }])
    await expect(decide(saleId, true, 'ann')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(decide(saleId, true, 'tao')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await decide(saleId, true, 'lin')
    expect((await figures('ann')).accepted).toBe(before.accepted)
    expect(await policyOf(saleId)).toMatchObject({
      state: 'confirmed',
      decidedBy: '林夏',
      decidedWhy: 'asked her',
      watch: 'open',
    })
    await refusedFor(decide(saleId, false, 'guo'), 'credit.notSuspected', 'S4.4.11c')
    const kept =
      await w.sql`select operation from decision where subject_id = ${saleId} and clause = 'S4.4.11c' and allowed order by at, operation`
    expect(kept).toEqual([{ operation: 'credit.decideOwn' }, { operation: 'sales.accept' }])
    const steps = await w.sql`select what, why from own_policy_step where sale_id = ${saleId} order by id`
    expect(steps).toEqual([
      { what: 'suspected', why: null },
      { what: 'confirmed', why: 'asked her' },
    ])

    // The letter is owed by the seller from now on.
    const [owed] =
      await w.sql`select person_id from notice where cause = ${`credit.letter.${saleId}`} and settled_at is null`
    expect(owed).toEqual({ person_id: w.people.ann })
    const { version } = await policyOf(saleId)
    await expect(w.as('deng').credit.addLetter({ saleId, letterId: await letter(), version })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await w.as('ann').credit.addLetter({ saleId, letterId: await letter(), version })
    expect(await policyOf(saleId)).toMatchObject({ letter: '保證書.pdf' })
    expect(await w.sql`select 1 from notice where cause = ${`credit.letter.${saleId}`} and settled_at is null`).toEqual(
      [],
    )
  })

  test('stays a customer’s where the line above says so', async () => {
    const before = await figures('ann')
    const { saleId } = await (await at('ann', { name: '柏川' })).take()
    expect(await policyOf(saleId)).toMatchObject({ kind: 'colleague', person: '柏川' })
    await decide(saleId, false, 'wen')
    expect((await figures('ann')).accepted).toBe(before.accepted + 1)
    expect(await policyOf(saleId)).toMatchObject({ state: 'dismissed', watch: 'none' })
  })

  test('is looked for by night in cases that no desk judged, once', async () => {
    const { saleId } = await (await at('ann')).take()
    await w.sql`update customer set name = '鄧飛' where id = (select customer_id from sale where id = ${saleId})`
    expect(await policyOf(saleId)).toBeUndefined()
    for (let n = 0; n < 2; n++) await w.run((ctx) => lookIntoCases(ctx, ctx.today))
    expect(await policyOf(saleId)).toMatchObject({ kind: 'colleague', state: 'suspected', person: '鄧飛' })
    expect(await w.sql`select 1 from own_policy_step where sale_id = ${saleId}`).toHaveLength(1)
  })
})

describe('[S4.4.11c R] persistence is watched', () => {
  const told = async (saleId: string) =>
    await w.sql`select person_id, kind, key from notice where cause = ${`credit.watch.${saleId}`} order by person_id`
  const both = (kind: string, key: string) =>
    [w.people.lin, w.people.liu].sort().map((person_id) => ({ person_id, kind, key }))
  const move = async (saleId: string, state: 'issued' | 'delivered' | 'cancelledInCoolingOff') => {
    const { sale } = await w.as('guo').sales.sale({ id: saleId })
    await w.as('guo').sales.move({ saleId, state, occurredOn: '2026-06-17', note: '', version: sale.version })
  }

  test('up to the anniversary of the month in the rulebook, and told to leader and data officer', async () => {
    const own = async () => (await (await at('ann')).take({ relation: 'self', letterId: await letter() })).saleId
    const [lasting, broken] = [await own(), await own()]
    for (const saleId of [lasting, broken]) await move(saleId, 'issued')
    await move(broken, 'cancelledInCoolingOff')
    await w.run((ctx) => watchOwn(ctx, ctx.today))
    expect(await policyOf(broken)).toMatchObject({ watch: 'broken' })
    expect(await told(broken)).toEqual(both('alert', 'credit.watch.broken'))
    expect(await told(lasting)).toEqual([])
    const day = (text: string) => Temporal.PlainDate.from(text)
    await w.run((ctx) => watchOwn(ctx, day('2027-07-16')))
    expect(await policyOf(lasting)).toMatchObject({ watch: 'open' })
    await w.run((ctx) => watchOwn(ctx, day('2027-07-17')))
    await w.run((ctx) => watchOwn(ctx, day('2027-07-18')))
    expect(await policyOf(lasting)).toMatchObject({ watch: 'kept' })
    expect(await told(lasting)).toEqual(both('news', 'credit.watch.kept'))
  })
})
