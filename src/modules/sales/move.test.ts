import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Name } from '../../../test/cast.ts'
import { refusedFor } from '../../../test/refused.ts'
import { inHand, sales, seated, sellable, talking } from '../../../test/selling.ts'
import { type Batch, batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { isWorkday } from '../../lib/workdays.ts'
import { joinUnit } from '../people/people.ts'
import { nextStates, type State } from './rules.ts'

const router = { sales }
let w: World<typeof router>
let products: string[]
let list: Batch
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T10:00' })
  products = [await sellable(w, 'L7', ['ann', 'bo', 'deng']), await sellable(w, 'L9', ['ann', 'bo', 'deng'])]
  list = await batch(w, products[0]!, 'June')
  await seated(w, ['ann', 'bo', 'deng'])
})
afterAll(() => w.close())

/** The test centre's time goes forward only. `later` makes it ten o'clock of a workday so many days on, or right after. */
let today = Temporal.PlainDate.from('2026-06-17')
async function later(days: number) {
  const calendar = await w.run(async (ctx) => ctx.rules.at(ctx.today).get('calendar'))
  today = today.add({ days })
  while (!isWorkday(today, calendar).workday) today = today.add({ days: 1 })
  await w.setNow(`${today}T10:00`)
}
const ago = (days: number) => today.subtract({ days }).toString()

let numbers = 0
async function sell(name: Name, more: { productId?: string; rawPremium?: string } = {}): Promise<string> {
  await inHand(w, list, name, 1)
  const { tabId, callId } = await talking(w, name)
  const { saleId } = await w.as(name).sales.accept({
    ...{ tabId, callId, applicationNo: `CASE-${++numbers}`, productId: products[0]!, payWay: 'yearly' },
    ...{ rawPremium: '1000', disclosures: ['coolingOff', 'exclusions'], note: '' },
    ...more,
  })
  return saleId
}
const versionOf = async (saleId: string) => (await w.as('guo').sales.sale({ id: saleId })).sale.version
const move = async (saleId: string, state: State, occurredOn: string, by: Name = 'liu') =>
  await w.as(by).sales.move({ saleId, state, occurredOn, note: '', version: await versionOf(saleId) })
const takeBack = async (saleId: string, by: Name = 'guo') =>
  await w.as(by).sales.takeBack({ saleId, why: 'the wrong case', version: await versionOf(saleId) })

/** The sums once more, from the entries of all cases alone: what stands, by the day it took effect. */
async function fromEntries() {
  return await w.sql`
    with standing as (
      select e.sale_id, e.state, e.occurred_on, row_number() over (partition by e.sale_id, e.state order by e.id desc) as latest
      from sale_event e where e.takes_back is null and not exists (select from sale_event t where t.takes_back = e.id)),
    counted as (
      select s.agent_id, s.group_id, s.product_id, s.raw_premium as raw, s.annual_premium as annual,
        s.standard_premium as standard, e.state, e.occurred_on as day
      from sale s join standing e on e.sale_id = s.id and e.latest = 1)
    select agent_id, day, product_id, group_id, count(*) filter (where state = 'accepted')::int as accepted,
      coalesce(sum(raw) filter (where state = 'accepted'), 0) as accepted_raw,
      coalesce(sum(annual) filter (where state = 'accepted'), 0) as accepted_annual,
      coalesce(sum(standard) filter (where state = 'accepted'), 0) as accepted_standard,
      count(*) filter (where state = 'issued')::int as issued,
      coalesce(sum(annual) filter (where state = 'issued'), 0) as issued_annual,
      coalesce(sum(standard) filter (where state = 'issued'), 0) as issued_standard,
      count(*) filter (where state = 'cancelledInCoolingOff')::int as cancelled,
      coalesce(sum(standard) filter (where state = 'cancelledInCoolingOff'), 0) as cancelled_standard
    from counted where state in ('accepted', 'issued', 'cancelledInCoolingOff')
    group by agent_id, day, product_id, group_id order by agent_id, day, product_id, group_id`
}
/** The kept sums, without rows that came to nothing. */
const kept = () => w.sql`
  select agent_id, day, product_id, group_id, accepted, accepted_raw, accepted_annual, accepted_standard, issued,
    issued_annual, issued_standard, cancelled, cancelled_standard
  from sale_day where accepted + issued + cancelled <> 0 order by agent_id, day, product_id, group_id`
const plain = (rows: unknown[]) =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row as Record<string, unknown>).map(([key, value]) => [
        key,
        /_(raw|annual|standard)$/.test(key) ? Number(value) : String(value),
      ]),
    ),
  )

describe('a case on its way', () => {
  test('is moved with the day it took effect, and a late entry keeps both times', async () => {
    const [saleId, taken] = [await sell('ann'), today.toString()]
    await later(7)
    await move(saleId, 'underwriting', ago(5), 'wen')
    await move(saleId, 'issued', ago(2))
    await move(saleId, 'delivered', ago(0))
    const { sale, entries } = await w.as('ann').sales.sale({ id: saleId })
    expect(sale).toMatchObject({ state: 'delivered', acceptedOn: taken, issuedOn: ago(2), version: 4 })
    const [then, now] = [`${taken}T02:00:00Z`, `${today}T02:00:00Z`]
    expect(entries.map(({ state, occurredOn, recordedAt, by }) => [state, occurredOn, recordedAt, by])).toEqual([
      ['accepted', taken, then, '安寧'],
      ['underwriting', ago(5), now, '溫嵐'],
      ['issued', ago(2), now, '劉敏'],
      ['delivered', ago(0), now, '劉敏'],
    ])
    const [act] = await w.sql`select to_at is not null as ended from customer_act where record_id = ${saleId}`
    expect(act).toEqual({ ended: true })
  })

  test('is not moved by its seller, by a leader, from another region, or on a stale view', async () => {
    const saleId = await sell('ann')
    const asked = { saleId, state: 'underwriting' as const, occurredOn: ago(0), note: '', version: 1 }
    await expect(w.as('ann').sales.move(asked)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(w.as('lin').sales.move(asked)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(w.as('xu').sales.move(asked)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await refusedFor(w.as('wen').sales.move({ ...asked, state: 'issued' }), 'sales.notYours', 'S4.2.3b')
    await w.as('wen').sales.move(asked)
    await expect(w.as('liu').sales.move({ ...asked, state: 'issued' })).rejects.toMatchObject({
      ...{ code: 'STALE', data: { current: { state: 'underwriting', version: 2 } } },
    })
    await expect(w.as('wen').sales.takeBack({ saleId, why: 'x', version: 2 })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  test('an entry that was wrong is taken back by another row, with who, when and why', async () => {
    const saleId = await sell('bo')
    await move(saleId, 'issued', ago(0))
    await takeBack(saleId)
    const { sale, entries } = await w.as('bo').sales.sale({ id: saleId })
    expect(sale).toMatchObject({ state: 'accepted', issuedOn: null })
    expect(entries.map(({ state, source, by }) => [state, source, by])).toEqual([
      ['accepted', 'desk', '柏川'],
      ['issued', 'manual', '劉敏'],
      ['accepted', 'correction', '郭文華'],
    ])
    expect(entries[2]).toMatchObject({ takesBack: entries[1]!.id, note: 'the wrong case' })
    await refusedFor(takeBack(saleId), 'sales.nothingToTakeBack', 'S4.2.3b')
    const acts = await w.sql`select to_at is null as open from customer_act where record_id = ${saleId} order by id`
    expect(acts).toEqual([{ open: false }, { open: true }])
  })

  test('a case counts for the group of its day, also when it is issued after a move', async () => {
    const saleId = await sell('deng')
    await later(5)
    await w.run((ctx) => joinUnit(ctx, w.people.deng, w.units.Summit, ctx.today), 'guo')
    const next = await sell('deng')
    await move(saleId, 'issued', ago(0))
    await move(next, 'issued', ago(0))
    const day = await w.sql`
      select u.name, d.accepted, d.issued from sale_day d join unit u on u.id = d.group_id
      where d.agent_id = ${w.people.deng} and d.day = ${ago(0)} order by u.name`
    expect(day).toEqual([
      { name: 'Summit', accepted: 1, issued: 1 },
      { name: 'Tide', accepted: 0, issued: 1 },
    ])
    const { groups } = await w.as('tao').sales.month({ month: ago(0).slice(0, 7) })
    expect(groups).toMatchObject([{ group: 'Tide', issued: 1 }])
    // One's own cases stay one's own wherever one was.
    expect((await w.as('deng').sales.list({})).sales.map(({ group }) => group)).toEqual(['Summit', 'Tide'])
    const tide = await w.as('guo').sales.list({ groupId: w.units.Tide, productId: products[0]! })
    expect(tide.sales).toMatchObject([{ id: saleId }])
  })
})

test('the sums of the days are those of the entries, whatever happens in whatever order', async () => {
  const standing = async (saleId: string) => (await w.as('guo').sales.sale({ id: saleId })).sale.state
  const step = fc.record({
    what: fc.constantFrom('sell', 'move', 'move', 'move', 'takeBack', 'later'),
    who: fc.constantFrom('ann' as const, 'bo' as const),
    pick: fc.nat(1000),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 14 }), async (steps) => {
      const cases = [await sell('ann')]
      for (const { what, who, pick } of steps) {
        const saleId = cases[pick % cases.length]!
        if (what === 'later') await later((pick % 2) + 1)
        else if (what === 'sell')
          cases.push(await sell(who, { productId: products[pick % 2]!, rawPremium: `${100 + pick}.${pick % 10}5` }))
        else if (what === 'takeBack') await takeBack(saleId).catch(() => null)
        else {
          const next = nextStates(await standing(saleId))
          // Entered late where the day before is not too early.
          const [state, back] = [next[pick % (next.length || 1)], pick % 2]
          if (state) await move(saleId, state, ago(back), 'guo').catch(() => move(saleId, state, ago(0), 'guo'))
        }
      }
      expect(plain(await kept())).toEqual(plain(await fromEntries()))
    }),
    { numRuns: 5 },
  )
}, 120_000)

describe('who sees whose cases', () => {
  test('an agent own ones, a leader the group’s, the line above theirs, strangers nothing', async () => {
    const saleId = await sell('ann')
    for (const name of ['ann', 'lin', 'wen', 'guo', 'hao', 'liu', 'qin'] as const)
      expect((await w.as(name).sales.sale({ id: saleId })).sale.id).toBe(saleId)
    for (const name of ['bo', 'tao', 'xu', 'su'] as const) {
      await expect(w.as(name).sales.sale({ id: saleId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
      expect((await w.as(name).sales.list({ agentId: w.people.ann })).sales).toEqual([])
    }
    for (const name of ['tan', 'admin'] as const)
      await expect(w.as(name).sales.list({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(w.stranger.sales.list({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('figures of a month are those of its cases, and nothing in them is sorted by result', async () => {
    await sell('bo')
    const month = today.toPlainYearMonth()
    const days = { from: `${month}-01`, to: month.toPlainDate({ day: month.daysInMonth }).toString() }
    const { total, groups, agents } = await w.as('guo').sales.month({ month: month.toString() })
    const { sales: cases } = await w.as('guo').sales.list(days)
    expect(total.accepted).toBe(cases.length)
    const cents = cases.reduce((sum, row) => sum + Math.round(Number(row.standard) * 100), 0)
    expect(Math.round(Number(total.acceptedStandard) * 100)).toBe(cents)
    expect(groups.reduce((sum, row) => sum + row.accepted, 0)).toBe(total.accepted)
    const inDawn = agents.filter(({ group }) => group === 'Dawn').map(({ name }) => name)
    expect(inDawn).toEqual(inDawn.toSorted(new Intl.Collator('zh-Hans-u-co-pinyin').compare))
    const own = await w.as('bo').sales.ownMonth({ month: month.toString() })
    const mine = agents.filter(({ personId }) => personId === w.people.bo)
    expect(own.figures.accepted).toBe(mine.reduce((sum, row) => sum + row.accepted, 0))
    expect(own.today.accepted).toBeGreaterThan(0)
    expect(own.sales.every(({ agentId }) => agentId === w.people.bo)).toBe(true)
    expect((await w.as('bo').sales.ownMonth({ month: '2026-05' })).figures).toMatchObject({ accepted: 0 })
  })

  test('cases are chosen by state and by the day of acceptance or issue', async () => {
    const [saleId, taken] = [await sell('bo'), ago(0)]
    await later(3)
    await move(saleId, 'issued', ago(0))
    const ids = async (chosen: Parameters<ReturnType<typeof w.as>['sales']['list']>[0]) =>
      (await w.as('guo').sales.list(chosen)).sales.map(({ id }) => id)
    expect(await ids({ from: taken, to: taken })).toContain(saleId)
    expect(await ids({ from: ago(0) })).not.toContain(saleId)
    expect(await ids({ by: 'issued', from: ago(0) })).toEqual([saleId])
    expect(await ids({ state: ['issued'] })).toContain(saleId)
    expect(await ids({ state: ['accepted'] })).not.toContain(saleId)
  })
})
