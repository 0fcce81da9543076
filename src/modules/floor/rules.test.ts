import { describe, expect, test } from 'vitest'
import { dialShare, inPublic, isOnline, lengthOf, SEAT_STATES, seatState, soFar, totalsOf } from './rules.ts'

describe('the state of a seat', () => {
  test.each([
    ['online', null, 'waiting'],
    ['online', 'idle', 'waiting'],
    ['online', 'preview', 'preview'],
    ['inCall', 'dialling', 'dialling'],
    ['inCall', 'talking', 'talking'],
    ['inCall', null, 'talking'],
    ['wrapUp', 'wrapUp', 'wrapUp'],
    ['wrapUp', 'talking', 'wrapUp'],
    ['paused', 'preview', 'paused'],
    ['ready', null, 'ready'],
    ['meeting', 'wrapUp', 'meeting'],
    ['offline', 'talking', 'offline'],
    ['gone', 'talking', 'offline'],
  ])('%s with the desk at %s is %s', (presence, step, state) => expect(seatState(presence, step)).toBe(state))

  test('length is told where it means something', () => {
    expect([299, 300, 899, 900].map((seconds) => lengthOf('talking', seconds))).toEqual([0, 1, 1, 2])
    expect(lengthOf('offline', 100_000)).toBe(0)
    expect(SEAT_STATES.filter(isOnline)).toEqual(['talking', 'dialling', 'wrapUp', 'preview', 'waiting'])
  })
})

describe('the norm so far', () => {
  const block = (kind: string, from: string, to: string) => ({
    ...{ kind, from: Temporal.PlainTime.from(from), to: Temporal.PlainTime.from(to) },
  })
  const day = [
    ...[block('meeting', '08:45', '09:20'), block('dial', '09:20', '11:20'), block('break', '11:20', '13:30')],
    ...[block('dial', '13:30', '17:30'), block('off', '17:30', '00:00')],
  ]
  test.each([
    ['08:00', 0],
    ['09:20', 0],
    ['10:20', 1 / 6],
    ['12:00', 1 / 3],
    ['15:30', 2 / 3],
    ['23:00', 1],
  ])('at %s a part of %d of the dialling time is over', (time, share) => {
    expect(dialShare(day, Temporal.PlainTime.from(time))).toBeCloseTo(share)
  })

  test('a day without dialling holds nobody against half a norm', () => {
    expect(dialShare([block('off', '00:00', '00:00')], Temporal.PlainTime.from('10:00'))).toBe(1)
    expect(dialShare([block('dial', '23:00', '00:00')], Temporal.PlainTime.from('23:30'))).toBeCloseTo(0.5)
    expect(soFar(120, 1 / 3)).toBe(40)
  })
})

test('totals are those of the seats, and in public nothing of presence', () => {
  const seat = { dials: 3, connected: 2, effective: 1, talkSeconds: 60, cases: 0, idle: null }
  const seats = [
    { ...seat, state: 'talking' as const },
    { ...seat, state: 'paused' as const, cases: 1 },
    { ...seat, state: 'waiting' as const, idle: {} },
  ]
  const totals = totalsOf(seats)
  expect(totals).toEqual({
    ...{ seats: 3, dials: 9, connected: 6, effective: 3, talkSeconds: 180, cases: 1 },
    ...{ online: 2, talking: 1, paused: 1, idle: 1 },
  })
  expect(inPublic(totals)).toEqual({ ...totals, online: null, talking: null, paused: null, idle: null })
})
