import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAmount, readClock, readCount, readDay, readMoment, readSeconds, readYesNo, wordKey } from './cells.ts'
import type { Cell } from './xlsxCells.ts'

const ZONE = 'Asia/Shanghai'
const near = Temporal.PlainDate.from('2026-01-10')

describe('days', () => {
  test.each<[Cell, string | null]>([
    ['2024-03-05', '2024-03-05'],
    ['2024.3.5', '2024-03-05'],
    ['2024/3/5 14:05', '2024-03-05'],
    ['2024年3月5日', '2024-03-05'],
    ['２０２４年３月５日', '2024-03-05'],
    ['20240305', '2024-03-05'],
    [20240305, '2024-03-05'],
    [45356, '2024-03-05'],
    ['45356', '2024-03-05'],
    [45356.5, '2024-03-05'],
    ['民國113年3月5日', '2024-03-05'],
    ['民国113.3.5', '2024-03-05'],
    ['113/3/5', '2024-03-05'],
    ['113.03.05', '2024-03-05'],
    ['民國 88 年 12 月 1 日', '1999-12-01'],
    ['5 Mar 2024', '2024-03-05'],
    ['Mar 5, 2024', '2024-03-05'],
    ['3月5日', '2026-03-05'],
    ['12月28日', '2025-12-28'],
    ['2024-02-30', null],
    ['3/5', null],
    ['3.5', null],
    ['05/03/2024', null],
    ['99/3/5', null],
    ['2024-03-05 待定', null],
    ['', null],
    [null, null],
    [1, null],
    [13800138000, null],
    [true, null],
  ])('%s is %s', (cell, day) => {
    const read = readDay(cell, near)
    expect(read && read !== 'noYear' ? read.day.toString() : read).toBe(day)
  })

  test('a day without a year asks for it, and says that it was assumed', () => {
    expect(readDay('3月5日')).toBe('noYear')
    expect(readDay('3月5日', near)).toMatchObject({ assumed: true })
    expect(readDay('2月29日', near)).toBe(null)
  })

  test('every day reads back in every way of writing', () => {
    const day = fc.integer({ min: 10_000, max: 70_000 })
    fc.assert(
      fc.property(day, (serial) => {
        const on = Temporal.PlainDate.from('1899-12-30').add({ days: serial })
        const { year, month, day: date } = on
        const ways: Cell[] = [serial, on.toString(), `${year}.${month}.${date}`, `${year}年${month}月${date}日`]
        if (year > 1911) ways.push(`民國${year - 1911}年${month}月${date}日`)
        for (const way of ways) expect(readDay(way)).toEqual({ day: on, assumed: false })
      }),
    )
  })
})

test.each<[Cell, string | null]>([
  ['2024-03-05T14:05:30', '2024-03-05T14:05:30'],
  ['2024/3/5 9:05', '2024-03-05T09:05:00'],
  ['2024年3月5日 下午2點30分', '2024-03-05T14:30:00'],
  ['2024年3月5日 下午2點半', '2024-03-05T14:30:00'],
  ['3月5日 上午10:00', '2026-03-05T10:00:00'],
  ['2024-03-05 2:05 PM', '2024-03-05T14:05:00'],
  ['20240305140530', '2024-03-05T14:05:30'],
  [45356.75, '2024-03-05T18:00:00'],
  ['2024-03-05', '2024-03-05T00:00:00'],
  ['2024-03-05 25:00', null],
  ['2024-03-05 14', null],
])('the moment %s is %s', (cell, wall) => {
  const read = readMoment(cell, ZONE, near)
  const told = read && read !== 'noYear' ? read.at.toZonedDateTimeISO(ZONE).toPlainDateTime().toString() : null
  expect(told).toBe(wall)
})

test.each<[Cell, string | null]>([
  ['09:20:00', '09:20:00'],
  [0.5, '12:00:00'],
  ['9點20分', '09:20:00'],
  ['9', null],
  [9, null],
])('the clock %s is %s', (cell, time) =>
  expect(readClock(cell)?.toString({ smallestUnit: 'second' }) ?? null).toBe(time),
)

describe('amounts', () => {
  test.each<[Cell, string | null]>([
    [3600, '3600'],
    [0.1 + 0.2, '0.3'],
    ['3600', '3600'],
    ['¥3,600', '3600'],
    ['￥3,600.50', '3600.5'],
    ['12,000元', '12000'],
    ['1.2萬', '12000'],
    ['1.2万元', '12000'],
    ['3千', '3000'],
    ['2亿', '200000000'],
    ['(500)', '-500'],
    ['-500', '-500'],
    ['NT$1,200', '1200'],
    ['1 200', '1200'],
    ['12,3456', '123456'],
    ['.5', '0.5'],
    ['0', '0'],
    ['1,5', null],
    ['1.234,56', null],
    ['約三千', null],
    ['', null],
    [null, null],
  ])('%s is %s', (cell, amount) => expect(readAmount(cell)).toBe(amount))

  test('every amount with marks reads back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99_999_999, max: 99_999_999 }), (cents) => {
        const amount = (cents / 100).toFixed(2)
        const plain = amount.replace(/\.?0+$/, '')
        const parted = amount.replace(/\B(?=(\d{3})+\.)/g, ',')
        const zero = Number(amount) === 0
        expect(readAmount(`${parted}元`)).toBe(zero ? '0' : plain)
        expect(readAmount(cents / 100)).toBe(zero ? '0' : plain)
      }),
    )
  })
})

test.each<[Cell, number | null]>([
  ['12件', 12],
  ['1,200', 1200],
  [7, 7],
  ['3次', 3],
  [1.5, null],
  ['幾次', null],
])('the count %s is %s', (cell, count) => expect(readCount(cell)).toBe(count))

test.each<[Cell, number | null]>([
  [65, 65],
  ['65', 65],
  ['65秒', 65],
  ['1:05', 65],
  ['00:01:05', 65],
  ['1分5秒', 65],
  ['27:05:09', 97_509],
  ['5 min', 300],
  ['', null],
  ['忙', null],
])('the length %s is %s seconds', (cell, length) => expect(readSeconds(cell)).toBe(length))

test.each<[Cell, boolean | null]>([
  ['是', true],
  ['Y', true],
  [true, true],
  [1, true],
  ['否', false],
  ['×', false],
  ['也許', null],
])('%s is %s', (cell, yes) => expect(readYesNo(cell)).toBe(yes))

test('heads that differ in script, marks and spaces are one word; grades that differ in a plus are two', () => {
  expect(wordKey('受理 件數')).toBe(wordKey('受理(件数)'))
  expect(wordKey('Application No.')).toBe('applicationno')
  expect(wordKey('A+')).not.toBe(wordKey('A'))
})
