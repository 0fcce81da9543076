import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { refusedFor } from '../../../test/refused.ts'
import { inHand, seated, sellable, talking } from '../../../test/selling.ts'
import { type Batch, batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { floor } from '../floor/api.ts'
import { notices } from '../notices/api.ts'
import { salesWith } from '../sales/api.ts'
import { nextStates, type State } from '../sales/rules.ts'
import { credit } from './api.ts'
import { judgeOwn } from './own.ts'
import { type Asked, mayApprove, mayAsk } from './rules.ts'
import { lookIntoCases } from './watch.ts'

const router = { sales: salesWith(judgeOwn), credit, notices, floor }
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

async function sell(name: Name, rawPremium = '1000'): Promise<string> {
  await inHand(w, list, name, 1)
  const { tabId, callId } = await talking(w, name)
  const application = { applicationNo: `CASE-${++numbers}`, productId, payWay: 'yearly' as const, rawPremium }
  const said = { disclosures: ['coolingOff', 'exclusions'], note: '' }
  return (await w.as(name).sales.accept({ tabId, callId, ...application, ...said })).saleId
}
const caseOf = async (saleId: string) => (await w.as('guo').sales.sale({ id: saleId })).sale
const ask = async (saleId: string, to: Name, by: Name = 'lin') =>
  await w.as(by).credit.ask({
    ...{ saleId, toAgentId: w.people[to], reason: 'booked under the wrong name' },
    version: (await caseOf(saleId)).version,
  })
const requestOf = async (requestId: string) =>
  (await w.as('guo').credit.requests({})).requests.find(({ id }) => id === requestId)!
const approve = async (requestId: string, by: Name) =>
  await w.as(by).credit.approve({ requestId, version: (await requestOf(requestId)).version })
const monthOf = async (name: Name) => (await w.as(name).sales.ownMonth({})).figures
const move = async (saleId: string, state: State, by: Name = 'liu') =>
  await w.as(by).sales.move({
    ...{ saleId, state, occurredOn: '2026-06-17', note: '' },
    version: (await caseOf(saleId)).version,
  })

const ASKED: Asked = { state: 'open', askedBy: 'lin', fromAgentId: 'ann', toAgentId: 'bo', approvedBy: [] }
const as = (personId: string, ...roles: ('um' | 'deptManager' | 'deputyGm' | 'tl')[]) => ({ personId, roles })
const codes = (verdict: ReturnType<typeof mayApprove>) => (verdict.ok ? [] : verdict.reasons.map(({ code }) => code))

describe('[S4.4.11b A] two approvals are two people, neither who asked nor who gains', () => {
  test('by the rule itself', () => {
    expect(codes(mayApprove(ASKED, as('wen', 'um')))).toEqual([])
    expect(codes(mayApprove(ASKED, as('lin', 'tl')))).toEqual(['credit.notAnApprover', 'credit.ownRequest'])
    expect(codes(mayApprove({ ...ASKED, askedBy: 'wen' }, as('wen', 'um')))).toEqual(['credit.ownRequest'])
    expect(codes(mayApprove({ ...ASKED, toAgentId: 'wen' }, as('wen', 'um')))).toEqual(['credit.gains'])
    expect(codes(mayApprove({ ...ASKED, fromAgentId: 'wen' }, as('wen', 'um')))).toEqual(['credit.loses'])
    expect(codes(mayApprove({ ...ASKED, approvedBy: ['wen'] }, as('wen', 'um')))).toEqual(['credit.approvedAlready'])
    expect(codes(mayApprove({ ...ASKED, state: 'done' }, as('wen', 'um')))).toEqual(['credit.closed'])
    const verdict = mayAsk({ agentId: 'a', toAgentId: 'a', toSells: false, openAlready: true })
    expect(codes(verdict)).toEqual(['credit.hisAlready', 'credit.sellsNothing', 'credit.askedAlready'])
  })

  test('by the operations: no requester, nobody twice, nobody from another region', async () => {
    const saleId = await sell('ann')
    const { requestId } = await ask(saleId, 'bo', 'wen')
    const version = (await requestOf(requestId)).version
    await refusedFor(w.as('wen').credit.approve({ requestId, version }), 'credit.ownRequest', 'S4.4.11b')
    await expect(w.as('xu').credit.approve({ requestId, version })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(w.as('lin').credit.approve({ requestId, version })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await approve(requestId, 'guo')).toEqual({ moved: false })
    await refusedFor(approve(requestId, 'guo'), 'credit.approvedAlready', 'S4.4.11b')
    expect(await caseOf(saleId)).toMatchObject({ agent: '安寧', seller: null })
    expect(await approve(requestId, 'hao')).toEqual({ moved: true })
    await refusedFor(approve(requestId, 'guo'), 'credit.closed', 'S4.4.11b')
  })

  test('a second approval on a view from before the first is stale, not lost', async () => {
    const { requestId } = await ask(await sell('ann'), 'bo')
    const { version } = await requestOf(requestId)
    await w.as('guo').credit.approve({ requestId, version })
    await expect(w.as('hao').credit.approve({ requestId, version })).rejects.toMatchObject({ code: 'STALE' })
  })
})

describe('[S4.4.11b K] a result', () => {
  test('belongs to the agent of the closing call, and moves by two approvals alone', async () => {
    const saleId = await sell('ann', '2000')
    const [annBefore, boBefore] = [await monthOf('ann'), await monthOf('bo')]
    const { requestId } = await ask(saleId, 'bo')
    expect(await requestOf(requestId)).toMatchObject({ voice: '安寧', fromAgent: '安寧', toAgent: '柏川', needed: 2 })
    await approve(requestId, 'wen')
    expect(await monthOf('ann')).toEqual(annBefore)
    await approve(requestId, 'guo')
    const [ann, bo] = [await monthOf('ann'), await monthOf('bo')]
    expect([ann.accepted, bo.accepted]).toEqual([annBefore.accepted - 1, boBefore.accepted + 1])
    expect(Number(annBefore.acceptedStandard) - Number(ann.acceptedStandard)).toBe(700)
    expect(await caseOf(saleId)).toMatchObject({ agent: '柏川', seller: '安寧' })
    // Both see it: who took it, and whose result it is.
    for (const name of ['ann', 'bo'] as const) {
      const { steps } = await w.as(name).credit.ofSale({ saleId })
      expect(steps.map(({ kind, agent }) => [kind, agent])).toEqual([
        ['sale.taken', '安寧'],
        ['sale.correction', '柏川'],
      ])
    }
  })

  test('is not asked for twice, nor for somebody who sells nothing, nor across regions', async () => {
    const saleId = await sell('deng')
    await expect(ask(saleId, 'bo', 'lin')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(ask(saleId, 'bo', 'xu')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await refusedFor(ask(saleId, 'deng', 'tao'), 'credit.hisAlready', 'S4.4.11b')
    await refusedFor(ask(saleId, 'guo', 'tao'), 'credit.sellsNothing', 'S4.4.11b')
    await ask(saleId, 'bo', 'tao')
    await refusedFor(ask(saleId, 'ann', 'tao'), 'credit.askedAlready', 'S4.4.11b')
  })

  test('stays where it is when the request is turned down or taken back', async () => {
    const saleId = await sell('ann')
    const first = await ask(saleId, 'bo')
    await approve(first.requestId, 'guo')
    const { version } = await requestOf(first.requestId)
    await w.as('hao').credit.refuse({ requestId: first.requestId, why: 'the recording is hers', version })
    const second = await ask(saleId, 'bo')
    await refusedFor(
      w.as('liu').credit.withdraw({ requestId: second.requestId, version: 1 }),
      'credit.notYourRequest',
      'S4.4.11b',
    )
    await w.as('lin').credit.withdraw({ requestId: second.requestId, version: 1 })
    expect(await caseOf(saleId)).toMatchObject({ agent: '安寧', seller: null })
    const closed = (await w.as('lin').credit.ofSale({ saleId })).requests
    expect(closed.map(({ state, closedWhy }) => [state, closedWhy])).toEqual([
      ['withdrawn', null],
      ['refused', 'the recording is hers'],
    ])
    const told = (await w.as('lin').notices.mine({})).notices.filter(({ key }) => key === 'credit.refused')
    expect(told).toHaveLength(1)
  })

  test('is the approvers’ task until it is closed, and each one’s own until he has spoken', async () => {
    const { requestId } = await ask(await sell('ann'), 'bo')
    const open = async (name: Name) =>
      (await w.as(name).notices.mine({})).notices.filter((n) => n.key === 'credit.approve' && !n.settled).length
    const before = await open('hao')
    expect(before).toBeGreaterThan(0)
    const guo = await open('guo')
    await approve(requestId, 'guo')
    expect([await open('guo'), await open('hao')]).toEqual([guo - 1, before])
    await approve(requestId, 'hao')
    expect(await open('hao')).toBe(before - 1)
    for (const name of ['xu', 'lin', 'ann'] as const) expect(await open(name)).toBe(0)
  })
})

describe('[S4.4.11b D] who, when and why', () => {
  test('stay on the case, in the decisions and in the chain', async () => {
    const saleId = await sell('ann')
    const { requestId } = await ask(saleId, 'deng')
    await approve(requestId, 'wen')
    await w.setNow('2026-06-17T10:01')
    await approve(requestId, 'hao')
    const { requests, steps } = await w.as('guo').credit.ofSale({ saleId })
    expect(requests[0]).toMatchObject({ reason: 'booked under the wrong name', askedByName: '林夏', state: 'done' })
    expect(requests[0]!.approvals.map(({ name }) => name)).toEqual(['溫嵐', '郝立'])
    expect(steps.at(-1)).toMatchObject({ kind: 'sale.correction', agent: '鄧飛', group: 'Tide' })
    const decided = await w.sql`select clause, operation, allowed, version_id is not null as known from decision
      where subject_id in (${requestId}, ${saleId}) and clause = 'S4.4.11b' order by operation`
    expect(decided.map((row) => (row as { operation: string }).operation)).toEqual([
      ...['credit.approve', 'credit.approve', 'credit.ask'],
    ])
    const links = await w.sql`select 1 from chain_entry where fact_id = ${requestId} and kind = 'sale.correction'`
    expect(links).toHaveLength(1)
  })
})

describe('[S4.4.11b D] what the detectors find', () => {
  const found = async () => (await w.as('qin').credit.findings({})).findings

  test('is a result away from the recording’s agent, at once, and one that moved at a month’s end', async () => {
    const saleId = await sell('ann')
    const { requestId } = await ask(saleId, 'bo')
    await approve(requestId, 'guo')
    await approve(requestId, 'hao')
    const mine = (await found()).filter((one) => one.saleId === saleId)
    expect(mine.map(({ kind, facts }) => [kind, facts])).toEqual([['otherVoice', { voice: '安寧', agent: '柏川' }]])
    await w.as('qin').credit.lookInto({ findingId: mine[0]!.id, note: 'two people at one seat' })
    expect((await found()).find(({ id }) => id === mine[0]!.id)).toMatchObject({
      lookedBy: '秦朗',
      note: 'two people at one seat',
    })
  })

  test('is a case across the month’s edge, one entered again, and one of somebody else’s customer', async () => {
    const [late, again, parked] = [await sell('ann'), await sell('bo'), await sell('ann')]
    // As a file brings them: accepted in May, recorded in June; ended in May and there anew; talked to by another.
    await w.sql`update sale_event set occurred_on = '2026-05-31' where sale_id = ${late}`
    const [before] = await w.sql<{
      id: string
    }>`insert into sale (centre_id, application_no, agent_id, group_id, customer_id, product_id,
        product_version_id, pay_way, pay_times, raw_premium, annual_premium, standard_premium, currency, state, accepted_at, accepted_on)
      select centre_id, 'BEFORE-1', agent_id, group_id, customer_id, product_id, product_version_id, pay_way, pay_times, raw_premium,
        annual_premium, standard_premium, currency, 'cancelledInCoolingOff', accepted_at, '2026-05-29' from sale where id = ${again}
      returning id`
    await w.sql`insert into call (id, occurred_on, centre_id, agent_id, customer_id, phone_id, direction, why, cold, claimed_at,
        ended_at, wrapped_at, ring_seconds, talk_seconds, wrap_seconds, line_result, outcome, measured_by, recording, recorded_at)
      select uuidv7(), '2026-06-16', c.centre_id, ${w.people.bo}, c.customer_id, c.phone_id, 'outbound', 'fresh', true, c.claimed_at,
        c.ended_at, c.wrapped_at, 5, 900, 5, 'answered', 'later', 'declared', 'none', c.recorded_at
      from call c join sale s on s.call_id = c.id where s.id = ${parked}`
    await w.run((ctx) => lookIntoCases(ctx, ctx.today))
    const all = await found()
    const kinds = (saleId: string) => all.filter((one) => one.saleId === saleId).map(({ kind }) => kind)
    expect([kinds(late), kinds(again), kinds(parked)]).toEqual([['acrossMonths'], ['enteredAgain'], ['parked']])
    expect(all.find(({ saleId }) => saleId === again)!.facts).toEqual({ before: 'BEFORE-1', on: '2026-05-29' })
    const count = all.length
    await w.run((ctx) => lookIntoCases(ctx, ctx.today))
    expect(await found()).toHaveLength(count)
    await w.sql`update sale_event set occurred_on = '2026-06-17' where sale_id = ${late}`
    await w.sql`delete from sale where id = ${before!.id}`
  })
})

/** The sums of the days once more, from the cases alone: each agent’s, with its weight. */
const fromCases = () => w.sql`
  with counted as (
    select coalesce(credited_agent_id, agent_id) as agent_id, accepted_on as day, 1 as accepted,
      round(standard_premium * weight, 2) as accepted_standard, 0 as issued, 0.0 as issued_standard from sale where weight > 0
    union all
    select coalesce(credited_agent_id, agent_id), issued_on, 0, 0, 1, round(standard_premium * weight, 2) from sale
      where weight > 0 and issued_on is not null)
  select agent_id, day, sum(accepted)::int as accepted, sum(accepted_standard)::float8 as accepted_standard,
    sum(issued)::int as issued, sum(issued_standard)::float8 as issued_standard
  from counted group by 1, 2 having sum(accepted) + sum(issued) > 0 order by 1, 2`
const kept = () => w.sql`
  select agent_id, day, sum(accepted)::int as accepted, sum(accepted_standard)::float8 as accepted_standard,
    sum(issued)::int as issued, sum(issued_standard)::float8 as issued_standard
  from sale_day group by 1, 2 having sum(accepted) + sum(issued) > 0 order by 1, 2`

test('after any course of taking, moving and correcting the sums equal the cases with their weights', async () => {
  const Act = fc.record({
    what: fc.constantFrom('take', 'move', 'correct', 'weigh'),
    at: fc.nat(),
    who: fc.constantFrom('ann' as const, 'bo' as const, 'chen' as const, 'deng' as const),
  })
  const cases: string[] = []
  const run = async ({ what, at, who }: { what: string; at: number; who: 'ann' | 'bo' | 'chen' | 'deng' }) => {
    const saleId = cases[at % Math.max(1, cases.length)]
    if (what === 'take' || !saleId) cases.push(await sell(who, String(500 + (at % 700))))
    else if (what === 'move') {
      const next = nextStates((await caseOf(saleId)).state).filter((state) => state !== 'declined')
      const state = next[at % Math.max(1, next.length)]
      if (state && !['inForce', 'surrendered'].includes(state)) await move(saleId, state, 'guo')
    } else if (what === 'correct') {
      if ((await caseOf(saleId)).agentId === w.people[who]) return
      const { requestId } = await ask(saleId, who, 'liu')
      await approve(requestId, 'guo')
      await approve(requestId, 'hao')
    } else {
      const { recredit } = await import('../sales/credited.ts')
      const weight = ['0', '0.5', '1'][at % 3]!
      await w.run((ctx) => recredit(ctx, saleId, { kind: 'weight', weight }, crypto.randomUUID()), 'guo')
    }
  }
  await fc.assert(
    fc.asyncProperty(fc.array(Act, { minLength: 4, maxLength: 10 }), async (acts) => {
      for (const act of acts) await run(act)
      expect(await kept()).toEqual(await fromCases())
    }),
    { numRuns: 6, endOnFailure: true },
  )
})
