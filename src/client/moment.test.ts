import { expect, test } from 'vitest'
import { type Block, momentIn, secondsOf } from './moment.ts'

const block = (key: string, from: string, to: string) => ({ key, from, to }) as Block
const day = [
  block('before', '00:00:00', '08:45:00'),
  block('morningMeeting', '08:45:00', '09:10:00'),
  block('check', '09:10:00', '09:20:00'),
  block('after', '09:20:00', '00:00:00'),
]
const at = (time: string) => {
  const { block, next, secondsLeft } = momentIn(day, Temporal.PlainTime.from(time))
  return [block?.key ?? null, next?.key ?? null, secondsLeft]
}

test('the block that runs ends with the second before the next', () => {
  expect(at('09:09:59')).toEqual(['morningMeeting', 'check', 1])
  expect(at('09:10:00')).toEqual(['check', 'after', 600])
})

test('the last block runs to midnight', () => {
  expect(at('23:59:00')).toEqual(['after', null, 60])
  expect(secondsOf('00:00:00')).toBe(0)
  expect(secondsOf('00:00:00', true)).toBe(86_400)
})

test('a day without a timetable has no block', () => {
  expect(momentIn([], Temporal.PlainTime.from('10:00'))).toEqual({ block: null, next: null, secondsLeft: null })
})
