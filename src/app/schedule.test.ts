import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../test/world.ts'
import { attendance } from '../modules/attendance/api.ts'
import { notices } from '../modules/notices/api.ts'
import { runDue } from '../platform/clockwork.ts'
import { SCHEDULE } from './schedule.ts'

const router = { attendance, notices }
let w: World<typeof router>
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T08:00' })
})
afterAll(() => w.close())

const until = async (time: string) => {
  await w.setNow(`2026-06-17T${time}`)
  return await runDue(w.boot, SCHEDULE)
}
const told = async (name: 'lin' | 'wen') => {
  const { notices } = await w.as(name).notices.mine({})
  return notices.filter(({ unread }) => unread).map(({ key, values }) => `${key} ${values.person ?? values.group}`)
}

test('[S4.4.2 R] [S4.3.3c R] the morning happens by the clock alone, each thing once', async () => {
  await until('08:29')
  expect(await told('wen')).toEqual([])
  expect(await until('08:30')).toContain('attendance.leaderless')
  expect((await told('wen')).sort()).toEqual(['attendance.leaderless Dawn', 'attendance.leaderless Tide'])
  await w.as('lin').attendance.checkIn({})
  await until('09:09:59')
  expect(await told('lin')).toEqual([])
  await until('09:10')
  expect(await told('lin')).toEqual(['attendance.onlineCheck Dawn'])
  await until('09:20')
  await w.as('ann').attendance.goOnline({})
  for (const name of ['bo', 'chen'] as const)
    await w.as(name).attendance.sendExcuse({ until: '2026-06-17T12:00:00+08:00', reason: '培訓' })
  await until('09:25')
  expect((await told('lin')).filter((one) => one.startsWith('attendance.lateOnline'))).toEqual([
    'attendance.lateOnline 安寧',
  ])
  await until('09:28:30')
  await until('09:29')
  expect((await told('lin')).filter((one) => one.startsWith('attendance.idle'))).toEqual(['attendance.idle 安寧'])
  const failed = await w.sql`select name, last_error from schedule_run where last_error is not null`
  expect(failed).toEqual([])
})

test('every entry says when it runs and why, and no two share a name', () => {
  for (const { at, everySeconds, why } of SCHEDULE) {
    expect([at, everySeconds].filter((one) => one !== undefined)).toHaveLength(1)
    expect(why).not.toBe('')
  }
  expect(new Set(SCHEDULE.map(({ name }) => name)).size).toBe(SCHEDULE.length)
})
