import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addWorkdays,
  type Calendar,
  countWorkdays,
  isWorkday,
  LAST_KNOWN_YEAR,
  nextWorkday,
  statutoryHoliday,
} from './workdays.ts'

const china: Calendar = { country: 'CN', workweek: [1, 2, 3, 4, 5], overrides: [] }
const day = (iso: string) => Temporal.PlainDate.from(iso)

describe('a day of a known year', () => {
  test.each([
    ['2026-06-17', true, undefined],
    ['2026-06-20', false, '端午'],
    ['2026-06-27', false, undefined],
    ['2026-10-01', false, '国庆节'],
    ['2026-10-10', true, '国庆节'],
    ['2026-02-14', true, '春节'],
    ['2026-02-16', false, '春节'],
    ['2026-01-04', true, '元旦'],
    ['2025-01-26', true, '春节'],
  ])('%s: works %s %s', (iso, workday, name) => {
    expect(isWorkday(day(iso), china)).toEqual({ workday, assumed: false, ...(name && { name }) })
  })

  test('all make-up days of 2026', () => {
    const weekends = Array.from({ length: 365 }, (_, at) => day('2026-01-01').add({ days: at })).filter(
      (d) => d.dayOfWeek > 5,
    )
    const worked = weekends.filter((d) => isWorkday(d, china).workday).map(String)
    expect(worked).toEqual(['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'])
  })
})

describe('a day of a year without a notice is assumed', () => {
  test.each([
    ['2027-01-01', false, '元旦'],
    ['2027-02-05', false, '春节'],
    ['2027-02-06', false, '春节'],
    ['2027-02-08', false, '春节'],
    ['2027-02-09', true, undefined],
    ['2027-04-05', false, '清明'],
    ['2027-06-09', false, '端午'],
    ['2027-09-15', false, '中秋'],
    ['2027-10-01', false, '国庆节'],
    ['2027-10-04', true, undefined],
    ['2027-10-09', false, undefined],
    ['1999-06-17', true, undefined],
  ])('%s: works %s %s', (iso, workday, name) => {
    expect(isWorkday(day(iso), china)).toEqual({ workday, assumed: true, ...(name && { name }) })
  })

  test('what the law names was off in every year with a notice since 2008', () => {
    const named: string[] = []
    for (let at = day('2008-01-01'); at.year <= LAST_KNOWN_YEAR; at = at.add({ days: 1 })) {
      const name = statutoryHoliday(at)
      if (name === undefined) continue
      named.push(name)
      // New Year's Eve and the second of May came into the law with 2025.
      if (isWorkday(at, china).workday)
        expect([name, at.year < 2025]).toEqual([expect.stringMatching(/春节|劳动节/), true])
    }
    const years = LAST_KNOWN_YEAR - 2007
    for (const name of ['元旦', '清明', '端午']) expect(named.filter((one) => one === name)).toHaveLength(years)
    expect(named.filter((one) => one === '春节')).toHaveLength(4 * years)
  })
})

describe('a centre’s own days', () => {
  const own: Calendar = {
    ...china,
    workweek: [1, 2, 3, 4, 5, 6],
    overrides: [
      { day: '2026-10-10', workday: false, name: '搬遷' },
      { day: '2027-02-07', workday: true },
    ],
  }

  test('win over the official ones and are not assumed', () => {
    expect(isWorkday(day('2026-10-10'), own)).toEqual({ workday: false, assumed: false, name: '搬遷' })
    expect(isWorkday(day('2027-02-07'), own)).toEqual({ workday: true, assumed: false })
    expect(isWorkday(day('2026-06-27'), own)).toEqual({ workday: true, assumed: false })
  })

  test('are all there is in a year that was taken in whole, and in another country nearly so', () => {
    const taken: Calendar = { ...own, officialYears: [2027] }
    expect(isWorkday(day('2027-10-01'), taken)).toEqual({ workday: true, assumed: false })
    expect(isWorkday(day('2026-10-01'), { ...own, country: 'TW' })).toEqual({ workday: true, assumed: true })
  })
})

describe('counting', () => {
  test.each([
    ['2026-09-30', 1, '2026-10-08'],
    ['2026-10-09', 1, '2026-10-10'],
    ['2026-10-08', -1, '2026-09-30'],
    ['2026-06-20', 0, '2026-06-20'],
    ['2026-06-17', 5, '2026-06-25'],
  ])('%s and %d working days is %s', (from, count, to) => {
    expect(addWorkdays(day(from), count, china)).toEqual({ day: day(to), assumed: false })
  })

  test('says when it went through an assumed year', () => {
    expect(nextWorkday(day('2026-12-31'), china)).toEqual({ day: day('2027-01-04'), assumed: true })
    expect(countWorkdays(day('2026-10-01'), day('2026-10-31'), china)).toEqual({ days: 18, assumed: false })
    expect(countWorkdays(day('2026-12-31'), day('2027-01-01'), china)).toEqual({ days: 1, assumed: true })
    expect(countWorkdays(day('2026-10-02'), day('2026-10-01'), china)).toEqual({ days: 0, assumed: false })
  })

  test('a calendar without a working day is an error', () => {
    expect(() => nextWorkday(day('2026-06-17'), { country: 'TW', workweek: [], overrides: [] })).toThrow(RangeError)
  })

  test('there and back, and as many as were counted', () => {
    const any = fc.integer({ min: 0, max: 365 * 4 }).map((days) => day('2024-01-01').add({ days }))
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 60 }), (from, count) => {
        const { day: to } = addWorkdays(from, count, china)
        expect(isWorkday(to, china).workday).toBe(true)
        expect(countWorkdays(from.add({ days: 1 }), to, china).days).toBe(count)
        const start = nextWorkday(from, china).day
        expect(addWorkdays(addWorkdays(start, count, china).day, -count, china).day).toEqual(start)
      }),
    )
  })
})
