import { beforeEach, expect, test } from 'vitest'
import { setClock } from '../client/clock.ts'
import {
  day,
  dayAndTime,
  longDay,
  money,
  month,
  number,
  percent,
  seconds,
  time,
  timeToSecond,
  wall,
  writeIn,
} from './format.ts'

beforeEach(() => {
  setClock({ now: '2026-06-17T01:30:00Z', rate: 0 }, 'Asia/Shanghai')
  writeIn('en', 'CNY')
})

test('times are the centre’s, whatever the machine’s zone', () => {
  expect(time('2026-06-17T01:20:05Z')).toBe('09:20')
  expect(timeToSecond(Temporal.Instant.from('2026-06-17T01:20:05Z'))).toBe('09:20:05')
  expect(time('2026-06-16T16:00:00Z')).toBe('00:00')
  expect(dayAndTime('2026-06-16T16:00:00Z')).toBe('17 Jun, 00:00')
  expect(dayAndTime('2027-06-03T16:00:00Z')).toBe('4 Jun 2027, 00:00')
  expect(day('2025-12-31')).toBe('Wed, 31 Dec 2025')
  expect(wall('09:20:00')).toBe('09:20')
})

test('days keep their date in any zone', () => {
  expect(day('2026-06-17')).toBe('Wed 17 Jun')
  expect(longDay(Temporal.PlainDate.from('2026-06-17'))).toBe('17 June 2026')
  expect(month('2026-06-01')).toBe('June 2026')
  writeIn('zh-Hant', 'CNY')
  expect(longDay('2026-06-17')).toBe('2026年6月17日')
})

test.each([
  [0, '0:00'],
  [7.9, '0:07'],
  [760, '12:40'],
  [3729, '1:02:09'],
  [-3, '0:00'],
])('%d seconds run as %s', (total, text) => expect(seconds(total)).toBe(text))

test('figures and amounts', () => {
  expect(number(45211)).toBe('45,211')
  expect(number(4.256, 1)).toBe('4.3')
  expect(percent(0.125, 1)).toBe('12.5%')
  expect(money('1440.00')).toBe('¥1,440')
  expect(money(120.5)).toBe('¥120.50')
})
