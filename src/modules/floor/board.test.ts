import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { desksOf } from '../../../test/atDesk.ts'
import type { Name } from '../../../test/cast.ts'
import { plansOf } from '../../../test/plans.ts'
import { sales, seated, sellable } from '../../../test/selling.ts'
import { batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { attendance } from '../attendance/api.ts'
import { watchIdling } from '../attendance/idle.ts'
import { calls } from '../calls/api.ts'
import { floor } from './api.ts'
import { floorNow } from './seats.ts'

const router = { floor, calls, attendance, sales }
let w: World<typeof router>
let desks: ReturnType<typeof desksOf>
let productId: string
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T10:00' })
  productId = await sellable(w, 'L7', ['ann', 'bo', 'chen', 'deng', 'fang'])
  await seated(w, ['ann', 'bo', 'chen', 'deng', 'fang'])
  desks = desksOf(w, await batch(w, productId, 'June'))
  // Ann's last worked days: of twenty-five the last twenty count, and the day of a holiday does not.
  await w.sql`insert into call_day (agent_id, day, batch_id, centre_id, group_id, dials, talk_seconds)
    select ${w.people.ann}, '2026-06-17'::date - n, uuidv7(), ${w.centre}, ${w.units.Dawn},
      case when n = 3 then 0 else n * 10 end, n * 100 from generate_series(1, 26) n`
})
afterAll(() => w.close())

const boardOf = (name: Name) => w.as(name).floor.board({})
const groupOf = async (name: Name, group: string) => (await boardOf(name)).groups.find((one) => one.name === group)
const seatOf = async (name: Name, of: Name, group = 'Dawn') =>
  (await groupOf(name, group))!.seats.find(({ personId }) => personId === w.people[of])

let minute = 0
/** The test centre's time goes forward only. */
const tick = () => w.setNow(`2026-06-17T10:${String(++minute).padStart(2, '0')}`)
const instant = () => `2026-06-17T02:${String(minute).padStart(2, '0')}:00Z`

describe('[S4.3.3a R] the live board', () => {
  test('shows each step at the desk at once, with its own beginning', async () => {
    const news = () => w.topics.filter(({ name, groupId }) => name === 'floor' && groupId === w.units.Dawn).length
    expect(await seatOf('lin', 'chen')).toMatchObject({ state: 'offline', since: null, seat: 'A3' })
    let told = news()
    const step = async (state: string, does: () => Promise<unknown>) => {
      await tick()
      await does()
      expect(await seatOf('lin', 'chen')).toMatchObject({ state, since: instant() })
      // The pages are told of every step, or they would show the one before.
      expect(news()).toBeGreaterThan(told)
      told = news()
    }
    await step('waiting', () => desks.atDesk('chen', 3))
    const { tabId } = await desks.atDesk('chen')
    await step('preview', () => w.as('chen').calls.next({ tabId }))
    const { callId, phoneId } = await desks.desk('chen')
    await step('dialling', () => w.as('chen').calls.dial({ tabId, phoneId: phoneId! }))
    await step('talking', () => w.as('chen').calls.answered({ tabId }))
    await step('wrapUp', () => w.as('chen').calls.hangUp({ tabId, lineResult: 'answered' }))
    const talkEnded = instant()
    await step('waiting', () => desks.record('chen', { tabId, callId: callId! }, { outcome: 'refused' }))
    expect(await seatOf('lin', 'chen')).toMatchObject({
      ...{ dials: 1, connected: 1, effective: 1, talkSeconds: 60, cases: 0 },
      // Idling is counted from the talk's end: what the agent wrote up after it is neither dial nor talk.
      lastAt: talkEnded,
    })
    await step('paused', () => w.as('chen').attendance.pause({ reason: 'rest' }))
    expect(await seatOf('lin', 'chen')).toMatchObject({ reason: 'rest' })
  })

  test('holds today against the own norm, the middle of the last worked days', async () => {
    // Days 1, 2, 4 to 21 back: the middle of 10, 20, 40 … 210 dials.
    expect((await seatOf('lin', 'ann'))!.norm).toEqual({ dials: 115, talkSeconds: 1150, days: 20 })
    expect((await seatOf('lin', 'bo'))!.norm).toBeNull()
    const { share } = (await groupOf('lin', 'Dawn'))!
    const over = 40 + minute
    const [{ length }] = (await w.run(async (ctx) => {
      const blocks = ctx.rules.at(ctx.today).get('dial.blocks')
      const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
      const prp = ctx.rules.at(ctx.today).get('prp')
      const all = blocks.reduce((sum, { from, to }) => sum + minutes(to) - minutes(from), 0)
      return [{ length: all - (minutes(prp.to) - minutes(prp.from)) }]
    })) as [{ length: number }]
    expect(share).toBeCloseTo(over / length)
  })

  test('idling is marked for the line above, and for nobody else', async () => {
    await desks.atDesk('bo')
    minute += 20
    await tick()
    await w.run(watchIdling)
    for (const name of ['lin', 'wen', 'guo', 'hao'] as const)
      expect((await seatOf(name, 'bo'))!.idle, name).toMatchObject({ limitMinutes: 8 })
    const dawn = (await groupOf('lin', 'Dawn'))!
    expect(dawn.totals.idle).toBe(dawn.seats.filter(({ idle }) => idle !== null).length)
    expect((await seatOf('bo', 'bo'))!.idle).toBeNull()
    for (const name of ['tao', 'bo', 'ann'] as const)
      expect((await groupOf(name, 'Dawn'))!.totals, name).toMatchObject({ idle: null, paused: null, online: null })
  })
})

describe('who sees what of the floor', () => {
  const seen = async (name: Name) =>
    (await boardOf(name)).groups.map(({ name: group, mine, seats }) => [group, mine, seats.length])

  test('a leader the seats of the own group, the line above those below, an agent the own seat', async () => {
    expect(await seen('lin')).toEqual([
      ['Dawn', true, 3],
      ['Tide', false, 0],
      ['Summit', false, 0],
    ])
    expect(await seen('wen')).toEqual([
      ['Dawn', true, 3],
      ['Tide', true, 1],
      ['Summit', false, 0],
    ])
    for (const name of ['guo', 'hao'] as const)
      expect(await seen(name)).toEqual([
        ['Dawn', true, 3],
        ['Tide', true, 1],
        ['Summit', true, 1],
      ])
    expect(await seen('ann')).toEqual([['Dawn', false, 1]])
    expect((await boardOf('ann')).totals).toBeNull()
    expect((await boardOf('wen')).regions.map(({ name, totals }) => [name, totals.seats])).toEqual([['East', 4]])
  })

  test('others are refused or find nothing', async () => {
    for (const name of ['liu', 'qin', 'tan', 'admin'] as const)
      await expect(boardOf(name)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(w.stranger.floor.board({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(w.as('ann').floor.board({ groupId: w.units.Tide })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(w.as('tao').floor.hours({ groupId: w.units.Dawn })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(w.as('ann').floor.hours({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const one = await w.as('wen').floor.board({ groupId: w.units.Tide })
    expect(one.groups.map(({ name }) => name)).toEqual(['Tide'])
  })
})

test('the figures of the board and of the hours are those of the calls and cases', async () => {
  const lines = ['answered', 'noAnswer', 'busy', 'lineFailure', 'brokeOff', 'answered'] as const
  for (const [name, many] of [
    ['ann', 4],
    ['deng', 6],
    ['fang', 3],
  ] as const) {
    await desks.atDesk(name, many)
    for (let n = 0; n < many; n++) {
      await tick()
      const call = await desks.dialling(name)
      const lineResult = lines[(n + many) % lines.length]!
      const reached = lineResult === 'answered' || lineResult === 'brokeOff'
      if (reached) await w.as(name).calls.answered({ tabId: call.tabId })
      await tick()
      await desks.record(name, call, { lineResult, outcome: reached ? 'refused' : 'notReached' })
    }
  }
  const { tabId } = await desks.atDesk('ann', 1)
  const { callId } = await desks.dialling('ann')
  const application = { applicationNo: 'B-0001', productId, payWay: 'yearly' as const, rawPremium: '1000' }
  await w.as('ann').sales.accept({ ...application, tabId, callId, disclosures: ['coolingOff', 'exclusions'] })

  const facts = await w.sql<Record<'id' | 'dials' | 'connected' | 'talk' | 'cases', never>>`
    select u.id, count(c.id) filter (where c.direction = 'outbound' and c.line_result <> 'lineFailure')::int as dials,
      count(c.id) filter (where c.line_result in ('answered', 'brokeOff'))::int as connected,
      coalesce(sum(c.talk_seconds), 0)::int as talk,
      (select count(*) from sale s where s.group_id = u.id and s.accepted_on = '2026-06-17')::int as cases
    from unit u left join call c on c.group_id = u.id and c.occurred_on = '2026-06-17'
    where u.kind = 'group' group by u.id`
  const board = await boardOf('guo')
  for (const { id, totals } of board.groups) {
    const fact = facts.find((row) => row.id === id)!
    expect(totals).toMatchObject({
      ...{ dials: fact.dials, connected: fact.connected, talkSeconds: fact.talk, cases: fact.cases },
    })
  }
  expect(board.totals!.dials).toBeGreaterThan(10)
  expect(board.cases).toBe(1)
  expect(board.measuredBy).toEqual(['declared'])
  const { hours } = await w.as('guo').floor.hours({})
  const sum = (key: 'dials' | 'connected' | 'talkSeconds' | 'cases') => hours.reduce((all, row) => all + row[key], 0)
  const { dials, connected, talkSeconds, cases } = board.totals!
  expect([sum('dials'), sum('connected'), sum('talkSeconds'), sum('cases')]).toEqual([
    ...[dials, connected, talkSeconds, cases],
  ])
})

test('the board reads today by index, whatever lies behind', async () => {
  await w.sql`insert into call_day (agent_id, day, batch_id, centre_id, dials)
    select uuidv7(), '2026-06-17'::date - n % 400, uuidv7(), ${w.centre}, 9 from generate_series(1, 20000) n`
  await w.sql`insert into sale_day (agent_id, day, product_id, centre_id)
    select uuidv7(), '2026-06-17'::date - n % 400, ${productId}, ${w.centre} from generate_series(1, 20000) n`
  await w.sql`insert into idle_alert (centre_id, person_id, group_id, occurred_on, idle_since, raised_at, limit_minutes, ended_at)
    select ${w.centre}, uuidv7(), uuidv7(), '2026-06-01', t, t, 8, t
    from generate_series(1, 20000) n, cast('2026-06-01T10:00+08' as timestamptz) as t`
  await w.sql`analyze`
  const plans = await w.run((ctx) => plansOf(ctx, floorNow))
  const read = plans.flat().filter(({ table }) => table && /^(call|sale|idle_alert|presence_span|lead)/.test(table))
  expect(new Set(read.map(({ table }) => table))).toEqual(new Set(['call_day', 'sale_day', 'idle_alert']))
  expect(read.filter(({ does }) => does === 'Seq Scan')).toEqual([])
})
