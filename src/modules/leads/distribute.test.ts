import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { product } from '../../../test/dialling.ts'
import { refusedFor } from '../../../test/refused.ts'
import { type Batch, batch, pooled } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { stopCalling } from '../customers/doNotCall.ts'
import { leads } from './api.ts'
import { holdersOf } from './leads.ts'

const router = { leads }
let w: World<typeof router>
let productId: string
beforeAll(async () => {
  w = await world(router)
  productId = await product(w, ['ann', 'bo', 'deng'])
})
afterAll(() => w.close())

let lists = 0
const list = async (count: number): Promise<Batch> => {
  const made = await batch(w, productId, `list ${++lists}`)
  await pooled(w, made, count)
  return made
}
const issue = (batchId: string, quantity: number, group: 'Dawn' | 'Tide' | 'Summit' = 'Dawn', by: Name = 'liu') =>
  w.as(by).leads.issue({ batchId, shares: [{ groupId: w.units[group], quantity }] })
const received = async (batchId: string, quantity: number) => {
  const { lots } = await issue(batchId, quantity)
  for (const lot of lots) await w.as('lin').leads.receive({ lotId: lot.id })
}
const give = (batchId: string | null, shares: Partial<Record<Name, number>>, by: Name = 'lin') =>
  w.as(by).leads.distribute({
    groupId: w.units.Dawn,
    batchId,
    shares: Object.entries(shares).map(([name, quantity]) => ({ personId: w.people[name as Name], quantity })),
  })
const counts = async (batchId: string) =>
  (await w.as('liu').leads.stock({})).batches.find((row) => row.batchId === batchId)!

describe('[S4.4.10a D] issue in two steps, with quantities and receipts', () => {
  test('company to group, receipt, group to agent, receipt; who held the lead is kept', async () => {
    const { id } = await list(10)
    const { lots } = await issue(id, 6)
    expect(lots).toMatchObject([{ quantity: 6 }])
    const waiting = await w.as('lin').leads.lots({ open: true })
    expect(waiting.lots[0]).toMatchObject({
      id: lots[0]!.id,
      quantity: 6,
      toReceive: true,
      group: 'Dawn',
      issuedBy: '劉敏',
    })
    await w.as('lin').leads.receive({ lotId: lots[0]!.id })
    await w.as('lin').leads.receive({ lotId: lots[0]!.id })
    await give(id, { ann: 4, bo: 1 })
    expect(await counts(id)).toMatchObject({ pool: 4, group: 1, agent: 5, closed: 0 })
    const [mine] = (await w.as('ann').leads.lots({ open: true })).lots
    expect(mine).toMatchObject({ step: 'groupToAgent', quantity: 4, toReceive: true })
    await w.as('ann').leads.receive({ lotId: mine!.id })
    expect((await w.as('ann').leads.lots({ open: true })).lots).toEqual([])
    const [lead] = (await w.as('ann').leads.list({ personId: w.people.ann })).leads
    const holders = await w.run((ctx) => holdersOf(ctx, lead!.id))
    expect(holders.map(({ holder, group, person, by }) => [holder, group, person, by])).toEqual([
      ['company', null, null, null],
      ['group', 'Dawn', null, '劉敏'],
      ['agent', 'Dawn', '安寧', '林夏'],
    ])
    expect(holders.map(({ until }) => until === null)).toEqual([false, false, true])
    const decisions = await w.sql`select operation from decision where clause = 'S4.4.10a' and allowed
      and version_id is not null order by id`
    expect(decisions).toEqual([{ operation: 'leads.issue' }, { operation: 'leads.distribute' }])
  })

  test('taken back from an agent to the group, and from the group to the company', async () => {
    const { id } = await list(5)
    await received(id, 5)
    await give(id, { bo: 3 })
    const back = { groupId: w.units.Dawn, only: 'fresh', reason: 'ill' } as const
    const before = (await w.as('lin').leads.groups({})).groups.find(({ groupId }) => groupId === w.units.Dawn)!
    const one = await w.as('lin').leads.recall({ ...back, personId: w.people.bo, to: 'group' })
    expect(one.quantity).toBeGreaterThanOrEqual(3)
    expect(await counts(id)).toMatchObject({ pool: 0, group: 5, agent: 0 })
    await w.as('guo').leads.recall({ ...back, to: 'company', only: 'all' })
    expect(await counts(id)).toMatchObject({ pool: 5, group: 0, agent: 0 })
    expect(before.held).toBeGreaterThanOrEqual(3)
  })
})

describe('[S4.4.10a K] what may go down, and who may see it', () => {
  test('an agent sees own leads and no others, and can neither pull nor claim one', async () => {
    const { id } = await list(4)
    await received(id, 4)
    await give(id, { ann: 1 })
    const own = await w.as('ann').leads.list({ batchId: id })
    expect(own.leads).toHaveLength(1)
    expect(own.leads[0]).toMatchObject({ phone: expect.stringMatching(/^135\*{4}\d{4}$/), state: 'agent' })
    expect((await w.as('bo').leads.list({ batchId: id })).leads).toEqual([])
    expect((await w.as('deng').leads.list({ groupId: w.units.Dawn })).leads).toEqual([])
    expect((await w.as('lin').leads.list({ batchId: id })).leads).toHaveLength(4)
    expect((await w.as('tao').leads.list({ batchId: id })).leads).toEqual([])
    const unissued = (await w.as('lin').leads.list({ batchId: id, state: 'group' })).leads[0]!.id
    await expect(w.as('ann').leads.lead({ id: unissued })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await w.as('lin').leads.lead({ id: unissued })).callable[0]).toMatchObject({ allow: false })
    await expect(w.as('ann').leads.distribute({ groupId: w.units.Dawn, shares: [] })).rejects.toThrow()
    await expect(give(id, { ann: 1 }, 'ann')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(issue(id, 1, 'Dawn', 'lin')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const other = { groupId: w.units.Dawn, personId: w.people.bo, to: 'group', only: 'all', reason: 'x' } as const
    await expect(w.as('ann').leads.recall(other)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(w.as('tao').leads.recall(other)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('a lot goes on after its receipt, and only its receiver gives it', async () => {
    const { id } = await list(3)
    const { lots } = await issue(id, 3)
    await refusedFor(give(id, { ann: 1 }), 'lotNotReceived', 'S4.4.10a')
    await expect(w.as('tao').leads.receive({ lotId: lots[0]!.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(w.as('ann').leads.receive({ lotId: lots[0]!.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await w.as('lin').leads.receive({ lotId: lots[0]!.id })
    expect((await give(id, { ann: 1 })).lots).toMatchObject([{ quantity: 1 }])
  })

  test('no more than the pool, the group’s and the agent’s stock', async () => {
    const { id } = await list(90)
    await refusedFor(issue(id, 91), 'poolTooSmall', 'S4.4.10a')
    await received(id, 90)
    await refusedFor(give(id, { ann: 60, bo: 31 }), 'groupPoolTooSmall', 'S4.4.10a')
    await refusedFor(give(id, { ann: 81 }), 'agentOverStock', 'S4.4.10a')
    await refusedFor(give(id, { bo: 0 }), 'nothingToIssue', 'S4.4.10a')
    expect(await counts(id)).toMatchObject({ pool: 0, group: 90, agent: 0 })
    expect((await give(id, { bo: 60 })).lots).toMatchObject([{ quantity: 60 }])
  })

  test('a group over its stock is refused, and with it every other group of the same submit', async () => {
    const { id } = await list(2)
    const content = { title: {}, chapters: [{ clauses: [{ id: 'S4.4.10a', params: { 'issue.maxPerGroup': 1 } }] }] }
    await w.sql`
      with own as (insert into rule_document (centre_id, unit_id, code) values (${w.centre}, ${w.units.Dawn}, 'dawn') returning id)
      insert into rule_version (document_id, number, effective_on, content, published_at)
      select id, 1, '2026-06-17', ${JSON.stringify(content)}, '2026-06-17' from own`
    await w.sql`update centre set rules_stamp = rules_stamp + 1`
    const shares = [
      { groupId: w.units.Summit, quantity: 1 },
      { groupId: w.units.Dawn, quantity: 1 },
    ]
    const reasons = await refusedFor(w.as('liu').leads.issue({ batchId: id, shares }), 'groupOverStock', 'S4.4.10a')
    expect(reasons).toHaveLength(1)
    expect(reasons[0]!.because.values.name).toBe('Dawn')
    expect(await counts(id)).toMatchObject({ pool: 2, group: 0 })
    expect((await w.as('liu').leads.issue({ batchId: id, shares: shares.slice(0, 1) })).lots).toMatchObject([
      { quantity: 1 },
    ])
    await w.sql`delete from rule_version v using rule_document d where d.id = v.document_id and d.code = 'dawn'`
    await w.sql`update centre set rules_stamp = rules_stamp + 1`
  })

  test('not to somebody on leave, unauthorised, or of another group', async () => {
    const { id } = await list(6)
    await received(id, 6)
    await refusedFor(give(id, { chen: 1 }), 'receiverNotAuthorised', 'S4.4.10a')
    await refusedFor(give(id, { deng: 1 }), 'notOfThisGroup', 'S4.4.10a')
    await refusedFor(give(id, { lin: 1 }), 'notOfThisGroup', 'S4.4.10a')
    await w.sql`insert into attendance_day (person_id, day, centre_id, excused_by, excuse)
      values (${w.people.ann}, '2026-06-17', ${w.centre}, 'leave', 'sick')`
    await refusedFor(give(id, { ann: 1 }), 'receiverAway', 'S4.4.10a')
    const seen = await w.as('lin').leads.receivers({ groupId: w.units.Dawn, batchId: id })
    expect(seen.receivers.map(({ name, away, authorised }) => [name, away, authorised])).toEqual(
      expect.arrayContaining([
        ['安寧', true, true],
        ['柏川', false, true],
        ['陳一', false, false],
      ]),
    )
    await w.sql`update attendance_day set excused_by = 'message', excused_until = '2026-06-17T11:00+08'`
    expect((await give(id, { ann: 1 })).lots).toMatchObject([{ quantity: 1 }])
    await w.sql`update attendance_day set excused_until = '2026-06-17T23:00+08'`
    await refusedFor(give(id, { ann: 1 }), 'receiverAway', 'S4.4.10a')
    await w.sql`delete from attendance_day`
  })

  test('customers who are not to be called stay behind, and all or nothing goes down', async () => {
    const made = await batch(w, productId, `list ${++lists}`)
    const customers = await pooled(w, made, 3)
    await w.run((ctx) =>
      stopCalling(ctx, {
        ...{ phoneId: customers[0]!.phoneId, list: 'own', reason: 'customerRefused' },
        source: { kind: 'person', id: w.people.qin },
      }),
    )
    const { lots } = await issue(made.id, 3)
    expect(lots).toMatchObject([{ quantity: 2 }])
    await w.as('lin').leads.receive({ lotId: lots[0]!.id })
    await w.run((ctx) =>
      stopCalling(ctx, {
        ...{ phoneId: customers[1]!.phoneId, list: 'own', reason: 'customerRefused' },
        source: { kind: 'person', id: w.people.qin },
      }),
    )
    await refusedFor(give(made.id, { bo: 2 }), 'tooFewForAgent', 'S4.4.10a')
    expect((await give(made.id, { bo: 1 })).lots).toMatchObject([{ quantity: 1 }])
  })

  test('a refusal is kept with its clause and version', async () => {
    const { id } = await list(1)
    await received(id, 1)
    await refusedFor(give(id, { ann: 2 }), 'groupPoolTooSmall', 'S4.4.10a')
    const kept = await w.sql`select codes, version_id is not null as pinned from decision
      where not allowed and operation = 'leads.distribute' and clause = 'S4.4.10a' order by id desc limit 1`
    expect(kept).toEqual([{ codes: ['groupPoolTooSmall'], pinned: true }])
  })
})

test('[S4.4.10a K] two hands on one pool: nothing goes out twice and no cap is passed', async () => {
  const { id } = await list(60)
  const issued = await Promise.allSettled([issue(id, 40), issue(id, 40, 'Tide', 'guo'), issue(id, 20, 'Summit')])
  const moved = issued.flatMap((one) => (one.status === 'fulfilled' ? one.value.lots : []))
  expect(moved.reduce((sum, lot) => sum + lot.quantity, 0)).toBe(60 - (await counts(id)).pool)
  expect((await counts(id)).pool).toBeGreaterThanOrEqual(0)
  for (const lot of moved)
    for (const leader of ['lin', 'tao', 'su'] as const)
      await w
        .as(leader)
        .leads.receive({ lotId: lot.id })
        .catch(() => undefined)
  const held = await w.sql<{ n: number }>`select count(*)::int as n from lead_hold where until_at is null
    group by lead_id having count(*) > 1`
  expect(held).toEqual([])
})
