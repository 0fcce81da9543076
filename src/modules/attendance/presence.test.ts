import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { refusedFor } from '../../../test/refused.ts'
import { type World, world } from '../../../test/world.ts'
import { notices } from '../notices/api.ts'
import { attendance } from './api.ts'
import { idlingOf, watchIdling } from './idle.ts'
import { closeDays, enter, presenceOf } from './presence.ts'

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

type Seat = 'ann' | 'bo' | 'chen' | 'deng'
const go = (name: Seat, state: Parameters<typeof enter>[2], options = {}) =>
  w.run((ctx) => enter(ctx, w.people[name], state, options))
/** A dial of no length. */
const dials = async (name: Seat) => {
  await go(name, 'inCall', { dialled: true })
  await go(name, 'online')
}
const online = async (name: Seat, time: string) => {
  await at(time)
  await w.as(name).attendance.goOnline({})
}
const spans = async (name: Seat) => {
  const rows = await w.sql<{ state: string; reason: string | null; since: Temporal.Instant; until: Temporal.Instant }>`
    select state, reason, since, until from presence_span where person_id = ${w.people[name]} and occurred_on = ${day}
    order by since`
  const wall = (instant: Temporal.Instant) =>
    instant.toZonedDateTimeISO('Asia/Shanghai').toPlainTime().toString().slice(0, 5)
  return rows.map(
    ({ state, reason, since, until }) => `${wall(since)}-${wall(until)} ${state}${reason ? ` ${reason}` : ''}`,
  )
}

describe('what a person does', () => {
  test('a change of state closes the stretch before; times of the day are kept once', async () => {
    await at('09:12')
    await w.as('ann').attendance.ready({})
    await online('ann', '09:20')
    await at('09:30')
    await go('ann', 'inCall')
    await at('09:34')
    await go('ann', 'wrapUp')
    await at('09:35')
    await go('ann', 'online')
    await at('09:50')
    await w.as('ann').attendance.pause({ reason: 'rest' })
    await at('10:00')
    await w.as('ann').attendance.resume({})
    await at('10:05')
    expect(await spans('ann')).toEqual([
      '09:12-09:20 ready',
      '09:20-09:30 online',
      '09:30-09:34 inCall',
      '09:34-09:35 wrapUp',
      '09:35-09:50 online',
      '09:50-10:00 paused rest',
    ])
    const own = await w.as('ann').attendance.mine({})
    expect(own).toMatchObject({ state: 'online', readyAt: `${day}T01:12:00Z`, onlineAt: `${day}T01:20:00Z` })
    expect(own.sums).toEqual([
      { state: 'inCall', reason: null, seconds: 240 },
      { state: 'online', reason: null, seconds: 1800 },
      { state: 'paused', reason: 'rest', seconds: 600 },
      { state: 'ready', reason: null, seconds: 480 },
      { state: 'wrapUp', reason: null, seconds: 60 },
    ])
  })

  test('nobody leaves an unfinished call or wrap-up, and nobody dials from a pause', async () => {
    await online('ann', '09:20')
    await go('ann', 'inCall')
    await refusedFor(w.as('ann').attendance.pause({ reason: 'rest' }), 'attendance.finishCall', 'S4.4.2')
    await go('ann', 'wrapUp')
    await refusedFor(w.as('ann').attendance.goOffline({}), 'attendance.finishWrapUp', 'S4.4.2')
    await go('ann', 'online')
    await w.as('ann').attendance.pause({ reason: 'rest' })
    await expect(go('ann', 'inCall')).rejects.toThrow('attendance.goOnlineFirst')
    await go('ann', 'inCall', { inbound: true })
    expect((await w.run((ctx) => presenceOf(ctx, w.people.ann))).state).toBe('inCall')
  })

  test('a reason that this kind of centre does not know is refused', async () => {
    await online('ann', '09:20')
    await refusedFor(w.as('ann').attendance.pause({ reason: 'testDrive' }), 'attendance.unknownReason', 'S4.3.3c')
    await w.as('ann').attendance.pause({ reason: 'meeting' })
    expect((await w.as('ann').attendance.mine({})).state).toBe('meeting')
  })

  test('two tabs that change the state at once leave one after the other', async () => {
    await online('ann', '09:20')
    await at('09:30')
    const answers = await Promise.allSettled([
      w.as('ann').attendance.pause({ reason: 'rest' }),
      w.as('ann').attendance.pause({ reason: 'rest' }),
      w.as('ann').attendance.pause({ reason: 'rest' }),
    ])
    expect(answers.every(({ status }) => status === 'fulfilled')).toBe(true)
    expect(await spans('ann')).toEqual(['09:20-09:30 online'])
  })

  test('what somebody forgot to end is closed with the day’s work, or with what was last done after it', async () => {
    await online('ann', '09:20')
    await online('bo', '09:20')
    await at('20:15')
    await dials('bo')
    const evening = day
    day = day.add({ days: 1 })
    await at('00:05')
    await w.run(closeDays)
    expect((await w.run((ctx) => presenceOf(ctx, w.people.ann))).state).toBe('offline')
    const morning = day
    day = evening
    expect(await spans('ann')).toEqual(['09:20-19:00 online'])
    expect(await spans('bo')).toEqual(['09:20-20:15 online'])
    day = morning
    await w.run(closeDays)
  })

  test('a new day begins off line even when the night’s work was missed', async () => {
    await online('ann', '09:20')
    const before = day
    do day = day.add({ days: 1 })
    while (day.dayOfWeek > 5)
    await at('09:15')
    await w.as('ann').attendance.ready({})
    const today = day
    day = before
    expect(await spans('ann')).toEqual(['09:20-19:00 online'])
    day = today
    expect((await w.as('ann').attendance.mine({})).readyAt).toBe(`${day}T01:15:00Z`)
  })
})

describe('idling', () => {
  const watch = () => w.run(watchIdling)
  const alerts = async (name: 'lin' | 'tao' | 'wen' | 'guo' = 'lin') =>
    (await w.as(name).attendance.idleAlerts({})).alerts
  const told = async (name: 'lin' | 'tao' | 'wen' | 'ann' | 'bo' | 'guo') =>
    (await w.as(name).notices.mine({})).notices.filter(
      ({ key, unread, at: time }) => key === 'attendance.idle' && unread && time.startsWith(day.toString()),
    )

  test('[S4.3.3c C R] more than eight minutes without dial and talk are told to the leader alone, once', async () => {
    await online('ann', '09:20')
    await at('09:28')
    await watch()
    expect(await alerts()).toEqual([])
    await at('09:28:30')
    await watch()
    await watch()
    expect((await alerts()).map(({ name, limitMinutes, endedAt }) => [name, limitMinutes, endedAt])).toEqual([
      ['安寧', 8, null],
    ])
    expect(
      (await told('lin')).map(({ values, kind, personal }) => [values.person, values.minutes, kind, personal]),
    ).toEqual([['安寧', 8, 'alert', true]])
    for (const name of ['ann', 'bo', 'wen', 'guo', 'tao'] as const) expect(await told(name)).toEqual([])
    const kept = await w.sql`select allowed, codes, reasons->0->'because'->'values' as values from decision
      where clause = 'S4.3.3c' and subject_id = ${w.people.ann} and occurred_on = ${day}`
    expect(kept).toEqual([{ allowed: false, codes: ['attendance.idleOnline'], values: { minutes: 8, limit: 8 } }])
  })

  test('[S4.3.3c R] a dial ends it, and so does an answered call', async () => {
    await online('ann', '09:20')
    await online('bo', '09:20')
    await at('09:29')
    await watch()
    expect(await told('lin')).toHaveLength(2)
    await dials('ann')
    await go('bo', 'inCall')
    expect(await told('lin')).toEqual([])
    expect((await alerts()).every(({ endedAt }) => endedAt === `${day}T01:29:00Z`)).toBe(true)
    await at('09:37')
    await watch()
    expect(await told('lin')).toEqual([])
    await at('09:37:01')
    await watch()
    expect((await told('lin')).map(({ values }) => values.person)).toEqual(['安寧'])
  })

  test('[S4.3.3c C] pauses with a reason, lunch, meetings and PRP do not count', async () => {
    await online('ann', '09:20')
    await at('09:24')
    await w.as('ann').attendance.pause({ reason: 'system' })
    await at('11:00')
    await w.as('ann').attendance.resume({})
    await at('11:04')
    await watch()
    expect(await alerts()).toEqual([])
    expect(await w.run((ctx) => idlingOf(ctx, w.people.ann))).toMatchObject({ seconds: 480 })
    await dials('ann')
    for (const time of ['11:46', '13:05', '13:38', '17:01', '17:29', '18:40']) {
      await at(time)
      if (time === '17:01') await dials('ann')
      await watch()
      expect((await alerts()).filter(({ endedAt }) => !endedAt)).toEqual([])
    }
  })

  test('[S4.3.3c R] going off and on again, or a short pause, hides no idling', async () => {
    await online('ann', '09:20')
    await at('09:26')
    await w.as('ann').attendance.goOffline({})
    await w.as('ann').attendance.goOnline({})
    await w.as('ann').attendance.pause({ reason: 'personal' })
    await at('09:27')
    await w.as('ann').attendance.resume({})
    await at('09:29:01')
    await watch()
    expect((await alerts()).map(({ name }) => name)).toEqual(['安寧'])
  })

  test('[S4.3.3c R] the end of the block ends what was open', async () => {
    await online('ann', '11:30')
    await at('11:40')
    await watch()
    expect((await alerts())[0]!.endedAt).toBeNull()
    await at('11:45')
    await watch()
    expect((await alerts())[0]!.endedAt).toBe(`${day}T03:45:00Z`)
    expect(await told('lin')).toEqual([])
  })

  test('[S4.3.3c C] the leader notes the cause; others find no such alert', async () => {
    await online('ann', '09:20')
    await at('09:29')
    await watch()
    const [alert] = await alerts()
    const mark = { alertId: alert!.id, cause: 'systemFault' as const, note: '耳機沒聲音' }
    await expect(w.as('ann').attendance.markIdle(mark)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(w.as('tao').attendance.markIdle(mark)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await w.as('lin').attendance.markIdle(mark)
    expect(await alerts()).toMatchObject([{ cause: 'systemFault', note: '耳機沒聲音' }])
    expect(await alerts('tao')).toEqual([])
    expect(await alerts('wen')).toHaveLength(1)
    expect(await told('lin')).toEqual([])
  })

  test('[S4.3.3c R] a leader who dials himself is told to the line above and does not judge his own', async () => {
    await at('09:20')
    await w.as('lin').attendance.goOnline({})
    await at('09:30')
    await watch()
    expect(await told('lin')).toEqual([])
    expect((await told('wen')).map(({ values }) => values.person)).toEqual(['林夏'])
    expect(await alerts('lin')).toEqual([])
    const [alert] = await alerts('wen')
    await refusedFor(
      w.as('lin').attendance.markIdle({ alertId: alert!.id, cause: 'training' }),
      'attendance.ownAlert',
      'S4.3.3c',
    )
  })
})

test('[S4.4.3 C] the timetable of the day is the one in force', async () => {
  const { blocks, workday } = await w.as('ann').attendance.timetable({})
  expect(workday).toBe(true)
  expect(blocks.filter(({ kind }) => kind === 'dial').map(({ key, from, to }) => [key, from, to])).toEqual([
    ['morning', '09:20:00', '11:45:00'],
    ['early', '13:30:00', '15:30:00'],
    ['late', '15:30:00', '17:00:00'],
  ])
  const holiday = await w.as('ann').attendance.timetable({ day: '2026-10-01' })
  expect(holiday).toMatchObject({ workday: false, assumed: false, holiday: '国庆节' })
  expect(holiday.blocks.map(({ kind }) => kind)).toEqual(['off'])
  const makeUp = await w.as('ann').attendance.timetable({ day: '2026-10-10' })
  expect(makeUp.workday).toBe(true)
})
