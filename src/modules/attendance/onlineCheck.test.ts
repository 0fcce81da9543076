import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { refusedFor } from '../../../test/refused.ts'
import { type World, world } from '../../../test/world.ts'
import { notices } from '../notices/api.ts'
import { attendance } from './api.ts'
import { floorStartedAt } from './floor.ts'
import { findLeaderless, settleLeaderless } from './leaderless.ts'
import { alertLateOnline, beginOnlineCheck } from './onlineCheck.ts'
import { enter } from './presence.ts'
import { canStartMonitoring } from './rules.ts'

const router = { attendance, notices }
let w: World<typeof router>
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T08:00' })
})
afterAll(() => w.close())

/** Each test lives a day of its own, so that none sees what another did. */
let day = Temporal.PlainDate.from('2026-06-22')
const at = (time: string) => w.setNow(`${day}T${time}`)
beforeEach(async () => {
  do day = day.add({ days: 1 })
  while (day.dayOfWeek > 5)
  await at('08:00')
})

const dials = async (name: 'ann' | 'bo' | 'chen') => {
  await w.run((ctx) => enter(ctx, w.people[name], 'inCall', { dialled: true }))
  await w.run((ctx) => enter(ctx, w.people[name], 'online'))
}
const roll = async (name: 'lin' | 'wen' | 'guo' = 'lin') => {
  const { groups } = await w.as(name).attendance.roll({})
  return groups
}
const steps = async () =>
  (await roll())[0]!.seats.map(({ name, step, amber }) => `${name} ${step}${amber ? ' amber' : ''}`)
const told = async (name: 'lin' | 'wen' | 'guo' | 'ann' | 'bo', key: string) => {
  const { notices } = await w.as(name).notices.mine({})
  return notices.filter((notice) => notice.key === key && notice.unread && notice.at.startsWith(day.toString()))
}

describe('going online', () => {
  test('[S4.4.2 C R] the roll from 9:10 says who is not ready, the first dial makes a seat green', async () => {
    await at('09:10')
    await w.as('ann').attendance.checkIn({})
    expect(await steps()).toEqual(['安寧 notReady', '柏川 notReady', '陳一 notReady'])
    await w.as('ann').attendance.ready({})
    await w.as('bo').attendance.ready({})
    expect(await steps()).toEqual(['安寧 ready', '柏川 ready', '陳一 notReady'])
    await at('09:20')
    await w.as('ann').attendance.goOnline({})
    await dials('ann')
    expect(await steps()).toEqual(['安寧 dialling', '柏川 ready', '陳一 notReady'])
    const [ann] = (await roll())[0]!.seats
    expect(ann!.firstDialAt).toBe((await w.run(async (ctx) => ctx.now)).toString())
    await at('09:21')
    await dials('ann')
    expect((await roll())[0]!.seats[0]!.firstDialAt).toBe(ann!.firstDialAt)
  })

  test('[S4.4.2 C] allows ready at 9:10 and online at 9:20, and refuses both before with the time', async () => {
    await at('09:09')
    await refusedFor(w.as('ann').attendance.ready({}), 'attendance.readyTooEarly', 'S4.4.2')
    await at('09:19')
    await w.as('ann').attendance.ready({})
    const reasons = await refusedFor(w.as('ann').attendance.goOnline({}), 'attendance.onlineTooEarly', 'S4.4.2')
    expect(reasons[0]!.from).toBe(`${day}T01:20:00Z`)
    expect((await w.as('ann').attendance.mine({})).state).toBe('ready')
    await at('09:20')
    await w.as('ann').attendance.goOnline({})
    expect((await w.as('ann').attendance.mine({})).state).toBe('online')
    const kept = await w.sql`select allowed from decision where subject_id = ${w.people.ann} and occurred_on = ${day}
      and clause = 'S4.4.2' order by at`
    expect(kept).toEqual([{ allowed: false }, { allowed: false }])
  })

  test('[S4.4.2 R] a late seat is told to its leader once, and no longer once it dials', async () => {
    await at('09:20')
    await w.as('ann').attendance.goOnline({})
    await dials('ann')
    await w.as('bo').attendance.goOnline({})
    await at('09:24')
    await w.run(alertLateOnline)
    expect(await told('lin', 'attendance.lateOnline')).toEqual([])
    await at('09:25')
    await w.run(alertLateOnline)
    await w.run(alertLateOnline)
    const late = await told('lin', 'attendance.lateOnline')
    expect(late.map(({ values }) => values.person).sort()).toEqual(['柏川', '陳一'].sort())
    expect(late.every(({ clause, kind, personal }) => clause === 'S4.4.2' && kind === 'alert' && personal)).toBe(true)
    for (const name of ['ann', 'bo', 'wen', 'guo'] as const)
      expect(await told(name, 'attendance.lateOnline')).toEqual([])
    const kept = await w.sql`select subject_id, clause, codes from decision where operation = 'test.run'
      and occurred_on = ${day} and not allowed and subject_id = any(${[w.people.ann, w.people.bo, w.people.chen]}::uuid[])`
    expect(kept).toHaveLength(2)
    expect(kept[0]).toMatchObject({ clause: 'S4.4.2', codes: ['attendance.lateOnline'] })
    await dials('bo')
    expect((await told('lin', 'attendance.lateOnline')).map(({ values }) => values.person)).toEqual(['陳一'])
  })

  test('[S4.4.2 R] the check begins with a task for each leader', async () => {
    await at('09:10')
    await w.run((ctx) => beginOnlineCheck(ctx, day))
    await w.run((ctx) => beginOnlineCheck(ctx, day))
    const tasks = await told('lin', 'attendance.onlineCheck')
    expect(tasks.map(({ kind, values }) => [kind, values.missing, values.expected, values.group])).toEqual([
      ['task', 3, 3, 'Dawn'],
    ])
  })
})

describe('the floor', () => {
  const start = () => w.as('lin').attendance.startFloor({ groupId: w.units.Dawn })

  test('[S4.4.2 C R] monitoring opens when the list is green or excused, refused before', async () => {
    await at('09:20')
    for (const name of ['ann', 'bo'] as const) {
      await w.as(name).attendance.goOnline({})
      await dials(name)
    }
    await at('09:22')
    const monitoring = async () => canStartMonitoring(await w.run((ctx) => floorStartedAt(ctx, w.units.Dawn)))
    const reasons = await refusedFor(start(), 'attendance.floorNotGreen', 'S4.4.2')
    expect(reasons[0]).toMatchObject({ because: { values: { count: 1, at: '09:25' } }, from: `${day}T01:25:00Z` })
    expect((await monitoring()).ok).toBe(false)
    await w.as('chen').attendance.sendExcuse({ until: `${day}T10:00:00+08:00`, reason: '地鐵停運' })
    expect(await steps()).toEqual(['安寧 dialling', '柏川 dialling', '陳一 excused'])
    expect((await start()).amber).toEqual([])
    expect((await monitoring()).ok).toBe(true)
    expect((await roll())[0]!.started).toMatchObject({ by: '林夏', amber: [] })
  })

  test('[S4.4.2 C R] after 9:25 it starts amber under the leader’s name, once', async () => {
    await at('09:24')
    await w.as('ann').attendance.goOnline({})
    await dials('ann')
    await at('09:26')
    const first = await start()
    expect([...first.amber].sort()).toEqual([w.people.bo, w.people.chen].sort())
    await at('09:30')
    await w.as('bo').attendance.goOnline({})
    await dials('bo')
    expect(await start()).toEqual(first)
    const kept = await w.sql`select by_id, amber from floor_start where day = ${day}`
    expect(kept).toEqual([{ by_id: w.people.lin, amber: first.amber }])
    expect(await steps()).toEqual(['安寧 dialling', '柏川 dialling', '陳一 notReady amber'])
  })

  test('[S4.4.2 R] an excuse is the person’s own word and runs out', async () => {
    await at('09:15')
    await refusedFor(
      w.as('chen').attendance.sendExcuse({ until: `${day}T09:15:00+08:00`, reason: '睡過頭' }),
      'attendance.excuseInThePast',
      'S4.4.2',
    )
    await w.as('chen').attendance.sendExcuse({ until: `${day}T10:00:00+08:00`, reason: '看診' })
    expect((await told('lin', 'attendance.late')).map(({ values }) => [values.person, values.at])).toEqual([
      ['陳一', '10:00'],
    ])
    await at('09:59')
    expect((await steps())[2]).toBe('陳一 excused')
    await w.run(alertLateOnline)
    await at('10:00')
    expect((await steps())[2]).toBe('陳一 notReady amber')
    await w.run(alertLateOnline)
    expect((await told('lin', 'attendance.lateOnline')).map(({ values }) => values.person)).toContain('陳一')
  })

  test('only the leader of the group starts it; to others it is not there', async () => {
    await at('09:30')
    await expect(w.as('tao').attendance.startFloor({ groupId: w.units.Dawn })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(w.as('wen').attendance.startFloor({ groupId: w.units.Dawn })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    await expect(w.as('ann').attendance.roll({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect((await roll('wen')).map(({ name, mine }) => [name, mine])).toEqual([
      ['Dawn', false],
      ['Tide', false],
    ])
    expect((await roll('guo')).map(({ name }) => name)).toEqual(['Dawn', 'Tide', 'Summit'])
  })
})

describe('a group without its leader', () => {
  const groups = async () => (await w.as('wen').attendance.leaderless({})).groups

  test('[S4.4.2 R] at 8:30 it goes to the unit manager, and is settled when a leader comes', async () => {
    await w.as('tao').attendance.checkIn({})
    await w.as('bo').attendance.checkIn({})
    await at('08:29')
    expect(await groups()).toEqual([])
    await at('08:30')
    await w.run((ctx) => findLeaderless(ctx, day))
    await w.run((ctx) => findLeaderless(ctx, day))
    expect((await groups()).map(({ name, candidates }) => [name, candidates.map((one) => one.name)])).toEqual([
      ['Dawn', ['柏川']],
    ])
    expect((await told('wen', 'attendance.leaderless')).map(({ values }) => values.group)).toEqual(['Dawn'])
    expect(await told('guo', 'attendance.leaderless')).toEqual([])
    await w.as('lin').attendance.checkIn({})
    expect(await told('wen', 'attendance.leaderless')).toEqual([])
    expect(await groups()).toEqual([])
  })

  test('[S4.4.2 R] an acting leader for the day settles it too', async () => {
    await at('08:30')
    await w.run((ctx) => findLeaderless(ctx, day))
    expect((await told('wen', 'attendance.leaderless')).map(({ values }) => values.group).sort()).toEqual([
      'Dawn',
      'Tide',
    ])
    await w.sql`insert into role_grant (person_id, role, unit_id, from_on, until_on, acting, granted_at)
      values (${w.people.bo}, 'tl', ${w.units.Dawn}, ${day}, ${day.add({ days: 1 })}, true, now())`
    await w.run(settleLeaderless)
    expect((await told('wen', 'attendance.leaderless')).map(({ values }) => values.group)).toEqual(['Tide'])
    await at('09:20')
    expect((await w.as('bo').attendance.roll({})).groups.map(({ name, mine }) => [name, mine])).toEqual([
      ['Dawn', true],
    ])
  })

  test('nothing is looked for on a day off or for a day that is over', async () => {
    await w.setNow('2026-06-20T08:30')
    await w.run((ctx) => findLeaderless(ctx, Temporal.PlainDate.from('2026-06-20')))
    await w.run((ctx) => findLeaderless(ctx, Temporal.PlainDate.from('2026-06-19')))
    const given = await w.sql`select 1 from notice where occurred_on = '2026-06-20'`
    expect(given).toEqual([])
  })
})
