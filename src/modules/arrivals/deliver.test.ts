import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { houseMember, modelOf, sourceOf, told } from '../../../test/dealer.ts'
import { mobile } from '../../../test/dialling.ts'
import { type Browser, type Web, web } from '../../../test/web.ts'
import { customers } from '../customers/api.ts'
import { arrivals } from './api.ts'
import { takeDropped } from './drop.ts'
import { forgetArrivals } from './forget.ts'

const router = { arrivals, customers }
let w: Web<typeof router>
let site: Browser
let key: string
let sourceId: string
beforeAll(async () => {
  w = await web(router, { kind: 'dealership' })
  const model = await modelOf(w, 'T5', ['ann', 'bo'])
  await modelOf(w, 'S7', ['ann'])
  const made = await sourceOf(w, model)
  ;[key, sourceId] = [made.key!, made.sourceId]
  site = w.browser('203.0.113.7')
})
afterAll(() => w.close())

const post = (delivery: object, sent: string | null = key) =>
  site.ask('/api/arrivals/deliver', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(sent === null ? {} : { 'x-source-key': sent }) },
    payload: JSON.stringify(delivery),
  })
const arrivalsOf = (externalId: string) =>
  w.sql<{ id: string; result: string; customer_id: string | null; lead_id: string | null; wants: string }>`
    select * from arrival where external_id = ${externalId}`

describe('[S2.1.4 D] a web lead comes in by post', () => {
  test('it becomes customer, consent and a warm lead of grade A with its group, and has five minutes', async () => {
    const { status, body } = await post(told(1, { model: 's7', wants: 'test drive on Saturday' }))
    expect([status, body]).toMatchObject([200, { result: 'lead', again: false, callDue: '2026-06-17T01:35:00Z' }])
    const [arrival] = await arrivalsOf('form-1')
    const [lead] = await w.sql`select l.grade, l.state, l.group_id, p.code, l.warm_until is not null as warm
      from lead l join product p on p.id = l.product_id where l.id = ${arrival!.lead_id}`
    expect(lead).toEqual({ grade: 'A', state: 'group', group_id: w.units.Dawn, code: 'S7', warm: true })
    const [consent] = await w.sql<{ evidence: string }>`select evidence from consent
      where customer_id = ${arrival!.customer_id} and purpose = 'sale' and withdrawn_at is null`
    expect(consent!.evidence).toContain('I agree to be called about a car')
    expect(consent!.evidence).toContain('form-1')
  })

  test('told twice, in one instant or later, it is one arrival', async () => {
    const both = await Promise.all([post(told(2)), post(told(2))])
    const later = await post(told(2, { name: 'another name' }))
    const ids = [...both, later].map(({ body }) => body.arrivalId)
    expect(new Set(ids).size).toBe(1)
    expect(later.body.again).toBe(true)
    expect(await arrivalsOf('form-2')).toHaveLength(1)
  })

  test('somebody who is being worked already is brought forward and gets no second lead', async () => {
    await post(told(3))
    const [first] = await arrivalsOf('form-3')
    await w.sql`update lead set due_at = '2026-06-20T02:00Z' where id = ${first!.lead_id}`
    const again = await post(told(3, { id: 'form-3b' }))
    expect(again.body.result).toBe('known')
    const [second] = await arrivalsOf('form-3b')
    expect([second!.lead_id, second!.customer_id]).toEqual([first!.lead_id, first!.customer_id])
    const [lead] = await w.sql<{ due: boolean }>`select due_at <= centre_now(c) as due from lead l join centre c
      on c.id = l.centre_id where l.id = ${first!.lead_id}`
    expect(lead!.due).toBe(true)
  })

  test('whoever must not be called becomes neither customer nor lead, and nothing of what he wrote stays', async () => {
    await w.as('liu').customers.stopCalling({ number: told(4).phone, reason: 'customerRequest' })
    const { body } = await post(told(4, { wants: 'the red one' }))
    expect(body).toMatchObject({ result: 'doNotCall', callDue: null })
    expect((await arrivalsOf('form-4'))[0]).toMatchObject({ customer_id: null, lead_id: null, wants: '' })
  })

  test.each([
    ['without consent', { consent: false }, 400, 'agreed to be called'],
    ['without a number', { phone: '' }, 400, 'phone'],
    ['with too long a wish', { wants: 'x'.repeat(501) }, 400, 'wants'],
    ['with no telephone number', { phone: '12345' }, 409, 'arrivals.noNumber'],
    ['of the future', { at: '2026-06-18T00:00:00Z' }, 409, 'arrivals.inFuture'],
    ['of long ago', { at: '2026-01-01T00:00:00Z' }, 409, 'arrivals.tooOld'],
  ])('one %s is refused with what is wrong, and nothing is kept', async (_, more, status, says) => {
    const answer = await post(told(5, more))
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(says)
    expect(await arrivalsOf('form-5')).toEqual([])
  })
})

describe('a source’s key', () => {
  test('is needed, is its own, and is nowhere in the database', async () => {
    for (const wrong of [null, '', 'kaibo-0', 'x'.repeat(5000)])
      expect([wrong?.length, (await post(told(6), wrong)).status]).toEqual([wrong?.length, 401])
    const [row] = await w.sql<{ text: string }>`select s::text as text from arrival_source s where id = ${sourceId}`
    expect(row!.text).not.toContain(key)
    expect(await w.as('liu').arrivals.sources({})).not.toContain(key)
  })

  test('ends with a new one, and with the source', async () => {
    const fresh = await w.as('guo').arrivals.newKey({ sourceId })
    expect((await post(told(7))).status).toBe(401)
    expect((await post(told(7), fresh.key)).status).toBe(200)
    await w.as('guo').arrivals.revokeSource({ sourceId })
    expect((await post(told(8), fresh.key)).status).toBe(401)
  })
})

test('what somebody wanted is forgotten with him', async () => {
  const fresh = await sourceOf(
    w,
    (await w.sql<{ id: string }>`select id from product where code = 'T5'`)[0]!.id,
    'web',
    'old',
  )
  await post(told(40, { wants: 'a car for my daughter' }), fresh.key)
  await w.run(forgetArrivals)
  const [before] = await arrivalsOf('form-40')
  expect(before!.wants).toBe('a car for my daughter')
  await w.as('guo').customers.erase({ customerId: before!.customer_id!, why: 'customerRequest' })
  await w.run(forgetArrivals)
  expect((await arrivalsOf('form-40'))[0]!.wants).toBe('')
})

test('[S2.1.4 D] a file that is dropped is taken in row by row, once, with its results beside it', async () => {
  const model = (await w.sql<{ id: string }>`select id from product where code = 'T5'`)[0]!.id
  await sourceOf(w, model, 'web', 'partner')
  const folder = join(w.boot.dataDir, 'drop', 'partner')
  mkdirSync(folder, { recursive: true })
  const number = (n: number) => mobile(7_500_000 + n).slice(3)
  const rows = [
    `p1,${number(1)},王一,T5,,,是`,
    `p2,12,李二,T5,,,yes`,
    `p3,${number(3)},張三,,,,no`,
    `p1,${number(1)},王一,T5,,,1`,
  ]
  writeFileSync(join(folder, 'june.csv'), `id,phone,name,model,wants,at,consent\n${rows.join('\n')}\n`)
  const look = () => w.run(takeDropped)
  await look()
  expect(await w.sql`select 1 from arrival where external_id = 'p1'`).toEqual([])
  await look()
  await look()
  const results = readFileSync(join(folder, 'june.csv.result.csv'), 'utf8').trim().split(/\r?\n/)
  expect(results).toEqual([
    'row,result,why',
    '2,lead,',
    '3,refused,arrivals.noNumber',
    expect.stringMatching(/^4,refused,.*agreed to be called/),
    '5,again,',
  ])
  expect(readdirSync(join(folder, 'done'))).toEqual(['june.csv'])
  writeFileSync(join(folder, 'june.csv'), readFileSync(join(folder, 'done', 'june.csv')))
  for (let n = 0; n < 3; n++) await look()
  expect(await w.sql`select 1 from arrival where via = 'file'`).toHaveLength(1)
  await w.run(forgetArrivals)
  expect(readdirSync(join(folder, 'done'))).toEqual(['june.csv'])
  await w.sql`update arrival_file set at = at - interval '31 days'`
  await w.run(forgetArrivals)
  expect([readdirSync(join(folder, 'done')), readdirSync(folder)]).toEqual([[], ['done']])
})

test('[S2.1.4 D] a call that is taken by hand is a telephone lead of whoever took it', async () => {
  const fei = await houseMember(w, 'reception', '費欣')
  const model = (await w.sql<{ id: string }>`select id from product where code = 'T5'`)[0]!.id
  const call = { name: '周先生', number: mobile(7_600_001), agreed: true } as const
  await expect(w.asPerson(fei).arrivals.enterCall(call)).rejects.toMatchObject({
    data: { reasons: [{ code: 'arrivals.noPhoneSource' }] },
  })
  await sourceOf(w, model, 'phone')
  expect(await w.asPerson(fei).arrivals.enterCall(call)).toMatchObject({ result: 'lead' })
  const [row] = await w.sql`select channel, recorded_by from arrival_fact where via = 'hand'`
  expect(row).toEqual({ channel: 'phone', recorded_by: fei })
})
