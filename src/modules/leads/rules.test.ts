import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Attempt,
  type AttemptPlan,
  type Band,
  equalShares,
  fillShares,
  kindOrder,
  nextAttempt,
  type PlanLine,
} from './rules.ts'

const zone = 'Asia/Shanghai'
const plan: AttemptPlan = {
  days: [0, 0, 1, 3, 7, 14],
  sameDayGapMinutes: 180,
  minBands: 3,
  minWeekdays: 2,
  restDays: 30,
  recycles: 1,
}
const bands: Band[] = [
  { key: 'morning', from: '09:20', to: '11:45' },
  { key: 'early', from: '13:30', to: '15:30' },
  { key: 'late', from: '15:30', to: '17:30' },
]
const isWorkday = (day: Temporal.PlainDate) => day.dayOfWeek <= 5
const at = (wall: string) => Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).toInstant()
const bandOf = (instant: Temporal.Instant) => {
  const time = instant.toZonedDateTimeISO(zone).toPlainTime().toString().slice(0, 5)
  return bands.find((band) => time >= band.from && time < band.to)?.key ?? 'outside'
}
const tried = (...walls: string[]): Attempt[] => walls.map((wall) => ({ at: at(wall), band: bandOf(at(wall)) }))
const told = (attempts: Attempt[], now: string, round = 1) => {
  const next = nextAttempt(plan, bands, attempts, round, at(now), { zone, isWorkday })
  if (next.kind === 'finished') return 'finished'
  const wall = (next.kind === 'due' ? next.at : next.until).toZonedDateTimeISO(zone).toPlainDateTime()
  return `${next.kind === 'due' ? next.band : 'rest'} ${wall.toString({ smallestUnit: 'minute' })}`
}

test.each([
  ['a fresh lead at once, inside a band', [], '2026-06-17T10:00', 'morning 2026-06-17T10:00'],
  ['a fresh lead before the first band', [], '2026-06-17T08:00', 'morning 2026-06-17T09:20'],
  ['a fresh lead on a Saturday', [], '2026-06-20T10:00', 'morning 2026-06-22T09:20'],
  ['the same day, after the gap, another band', ['2026-06-17T10:00'], '2026-06-17T10:05', 'early 2026-06-17T13:30'],
  ['the gap decides', ['2026-06-17T11:40'], '2026-06-17T11:41', 'early 2026-06-17T14:40'],
  ['no band left today', ['2026-06-17T16:00'], '2026-06-17T16:01', 'morning 2026-06-18T09:20'],
  [
    'the third on the next day in the band not tried yet',
    ['2026-06-17T10:00', '2026-06-17T14:00'],
    '2026-06-17T14:01',
    'late 2026-06-18T15:30',
  ],
  [
    'the fourth three days on, moved from Saturday to Monday',
    ['2026-06-17T10:00', '2026-06-17T14:00', '2026-06-18T16:00'],
    '2026-06-18T16:01',
    'morning 2026-06-22T09:20',
  ],
  [
    'overdue: at once',
    ['2026-06-15T10:00', '2026-06-15T14:00', '2026-06-16T16:00'],
    '2026-06-25T10:00',
    'morning 2026-06-25T10:00',
  ],
] as const)('%s [S4.4.10b C]', (_, walls, now, expected) => {
  expect(told(tried(...walls), now)).toBe(expected)
})

test('after the last attempt a rest, after the last round the end [S4.4.10b C]', () => {
  const all = tried(
    ...['2026-06-01T10:00', '2026-06-01T14:00', '2026-06-02T16:00'],
    ...['2026-06-04T10:00', '2026-06-08T10:00', '2026-06-15T10:00'],
  )
  expect(told(all, '2026-06-15T10:01')).toBe('rest 2026-07-15T10:00')
  expect(told(all, '2026-06-15T10:01', 2)).toBe('finished')
})

test('every plan that is followed keeps its gaps, bands, weekdays and working days', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 0, max: 240 }),
      (day, minute, delay) => {
        let now = at('2026-06-15T00:00').add({ hours: day * 24, minutes: minute })
        const attempts: Attempt[] = []
        for (;;) {
          const next = nextAttempt(plan, bands, attempts, 2, now, { zone, isWorkday })
          if (next.kind !== 'due') break
          expect(Temporal.Instant.compare(next.at, now)).toBeGreaterThanOrEqual(0)
          expect(bandOf(next.at)).toBe(next.band)
          const wall = next.at.toZonedDateTimeISO(zone)
          expect(isWorkday(wall.toPlainDate())).toBe(true)
          const last = attempts.at(-1)
          if (last?.at.toZonedDateTimeISO(zone).toPlainDate().equals(wall.toPlainDate())) {
            expect(next.band).not.toBe(last.band)
            expect(next.at.since(last.at).total('minutes')).toBeGreaterThanOrEqual(180)
          }
          // The agent gets to it a while later, but still inside the band.
          const made = next.at.add({ minutes: delay % 30 })
          attempts.push({ at: bandOf(made) === next.band ? made : next.at, band: next.band })
          now = attempts.at(-1)!.at.add({ minutes: 1 })
        }
        expect(attempts.length).toBe(plan.days.length)
        expect(new Set(attempts.map((one) => one.band)).size).toBe(3)
        const weekdays = attempts.map((one) => one.at.toZonedDateTimeISO(zone).dayOfWeek)
        expect(new Set(weekdays).size).toBeGreaterThanOrEqual(2)
      },
    ),
  )
})

test('fresh and retry keep to their shares of the day [S4.4.3 C]', () => {
  const line: PlanLine = {
    band: 'morning',
    weekdays: [1],
    order: ['callback', 'warm', 'fresh', 'retry'],
    share: { fresh: 0.7, retry: 0.3 },
  }
  expect(kindOrder(line, { fresh: 0, retry: 0 })).toEqual(['callback', 'warm', 'fresh', 'retry'])
  expect(kindOrder(line, { fresh: 8, retry: 2 })).toEqual(['callback', 'warm', 'retry', 'fresh'])
  let fresh = 0
  let retry = 0
  for (let dial = 0; dial < 200; dial++) {
    const kind = kindOrder(line, { fresh, retry }).find((one) => one === 'fresh' || one === 'retry')
    if (kind === 'fresh') fresh++
    else retry++
  }
  expect(fresh).toBeGreaterThanOrEqual(139)
  expect(fresh).toBeLessThanOrEqual(141)
})

test('shares: even, or up to a stock with the lowest first; never over the pool or over anybody’s room', () => {
  expect(equalShares(10, [80, 80, 80])).toEqual([4, 3, 3])
  expect(equalShares(100, [5, 80, 0])).toEqual([5, 80, 0])
  expect(equalShares(0, [5])).toEqual([0])
  expect(fillShares(100, 40, [30, 40, 55, 0], [50, 40, 25, 80])).toEqual([10, 0, 0, 40])
  expect(fillShares(7, 40, [30, 25, 28], [50, 50, 50])).toEqual([0, 5, 2])
  const people = fc.array(fc.record({ stock: fc.nat(90), room: fc.nat(90) }), { maxLength: 12 })
  fc.assert(
    fc.property(people, fc.nat(400), fc.nat(90), (them, pool, to) => {
      const rooms = them.map(({ room }) => room)
      const stocks = them.map(({ stock }) => stock)
      for (const shares of [equalShares(pool, rooms), fillShares(pool, to, stocks, rooms)]) {
        expect(shares.every((share, at) => share >= 0 && share <= rooms[at]!)).toBe(true)
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(pool)
      }
      const given = equalShares(pool, rooms).reduce((sum, share) => sum + share, 0)
      expect(given).toBe(
        Math.min(
          pool,
          rooms.reduce((sum, room) => sum + room, 0),
        ),
      )
    }),
  )
})
