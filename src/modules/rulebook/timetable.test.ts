import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type World, world } from '../../../test/world.ts'
import type { Verdict } from '../../lib/verdict.ts'
import { rulebookWith } from './api.ts'
import {
  fullyPlanned,
  mayRunTimetable,
  mayTakeEffect,
  minutesOf,
  plannedHours,
  type TimetableFigures,
  workStretches,
} from './rules.ts'

const WEEK = [1, 2, 3, 4, 5, 6, 7]
const line = (band: string) => ({
  band,
  weekdays: WEEK,
  order: ['callback' as const, 'warm' as const, 'fresh' as const, 'retry' as const],
  share: { fresh: 0.5, retry: 0.5 },
})
const LIFE: TimetableFigures = {
  'dial.blocks': [
    { key: 'morning', from: '09:20', to: '11:45' },
    { key: 'early', from: '13:30', to: '15:30' },
    { key: 'late', from: '15:30', to: '17:30' },
  ],
  'dial.plan': ['morning', 'early', 'late'].map(line),
  'online.at': '09:20',
  'meeting.morning': { from: '08:45', closeBy: '09:10' },
  'meeting.noon': { from: '13:00', to: '13:30' },
  'meeting.evening': { from: '18:30', to: '19:00' },
  prp: { label: 'PRP', from: '17:00', to: '17:30' },
  calendar: { workweek: [1, 2, 3, 4, 5] },
  'hours.limit': { dayHours: 8, weekHours: 40, overtimeMonthHours: 36 },
}
const BOUNDS = { open: [['09:00', '21:00']] as const, limitClause: 'S4.4.6' }
const codes = (verdict: Verdict) => (verdict.ok ? [] : [...new Set(verdict.reasons.map((reason) => reason.code))])
const judged = (changed: Partial<TimetableFigures>) => codes(mayRunTimetable({ ...LIFE, ...changed }, BOUNDS))

describe('the hours of a timetable', () => {
  test('the day that ships is three, four and a half and half an hour: eight [S4.4.3 C]', () => {
    expect(workStretches(LIFE)).toEqual([
      { from: 525, to: 705 },
      { from: 780, to: 1050 },
      { from: 1110, to: 1140 },
    ])
    expect(plannedHours(LIFE)).toEqual({ day: 8, week: 40, overtimeMonth: 0 })
    expect(judged({})).toEqual([])
  })

  test('never count a minute twice, whatever overlaps', () => {
    const time = fc
      .integer({ min: 0, max: 1439 })
      .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`)
    const span = fc
      .tuple(time, time)
      .filter(([a, b]) => a !== b)
      .map((pair) => pair.sort() as [string, string])
      .map(([from, to]) => ({ from, to }))
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 5 }), span, span, (blocks, noon, evening) => {
        const figures = {
          ...LIFE,
          'dial.blocks': blocks.map((block, i) => ({ key: `b${i}`, ...block })),
          'meeting.morning': { from: blocks[0]!.from, closeBy: blocks[0]!.from },
          'meeting.noon': noon,
          'meeting.evening': evening,
          prp: undefined,
        }
        const worked = new Set(
          [...blocks, noon, evening].flatMap(({ from, to }) => {
            const minutes: number[] = []
            for (let m = minutesOf(from); m < minutesOf(to); m++) minutes.push(m)
            return minutes
          }),
        )
        expect(plannedHours(figures).day * 60).toBeCloseTo(worked.size)
      }),
    )
  })

  test.each([
    [
      'a longer afternoon',
      { 'dial.blocks': [...LIFE['dial.blocks'].slice(0, 2), { key: 'late', from: '15:30', to: '17:45' }] },
      ['timetable.dayTooLong', 'timetable.weekTooLong'],
    ],
    ['a sixth day', { calendar: { workweek: [1, 2, 3, 4, 5, 6] } }, ['timetable.weekTooLong']],
    [
      'a sixth day with little allowed above',
      {
        calendar: { workweek: [1, 2, 3, 4, 5, 6] },
        'hours.limit': { dayHours: 8, weekHours: 40, overtimeMonthHours: 20 },
      },
      ['timetable.weekTooLong', 'timetable.overtimeTooLong'],
    ],
    [
      'calls before nine',
      { 'dial.blocks': [{ key: 'morning', from: '08:50', to: '11:15' }, ...LIFE['dial.blocks'].slice(1)] },
      ['timetable.outsideHours', 'timetable.beforeOnline', 'timetable.inMeeting'],
    ],
    [
      'calls in the noon meeting',
      {
        'dial.blocks': [LIFE['dial.blocks'][0]!, { key: 'early', from: '13:15', to: '15:30' }, LIFE['dial.blocks'][2]!],
      },
      ['timetable.inMeeting'],
    ],
    ['a block without a plan', { 'dial.plan': LIFE['dial.plan'].slice(1) }, ['timetable.unplanned']],
    [
      'a plan without its Sunday',
      { 'dial.plan': LIFE['dial.plan'].map((one, i) => (i === 0 ? { ...one, weekdays: [1, 2, 3, 4, 5, 6] } : one)) },
      ['timetable.unplanned'],
    ],
    [
      'a block planned twice',
      { 'dial.plan': [...LIFE['dial.plan'], { ...line('late'), weekdays: [3] }] },
      ['timetable.plannedTwice'],
    ],
    ['a plan for no block', { 'dial.plan': [...LIFE['dial.plan'], line('night')] }, ['timetable.bandUnknown']],
  ] satisfies [string, Partial<TimetableFigures>, string[]][])('refuse %s', (_, changed, expected) => {
    expect(judged(changed)).toEqual(expected)
  })

  test('a plan is whole exactly when each block has one line on each weekday', () => {
    const cut = fc.array(fc.subarray(WEEK), { minLength: 3, maxLength: 6 })
    fc.assert(
      fc.property(cut, (sets) => {
        const plan = sets
          .filter((set) => set.length > 0)
          .map((weekdays, i) => ({ ...line(LIFE['dial.blocks'][i % 3]!.key), weekdays }))
        const times = LIFE['dial.blocks'].flatMap(({ key }) =>
          WEEK.map((weekday) => plan.filter((one) => one.band === key && one.weekdays.includes(weekday)).length),
        )
        expect(fullyPlanned(LIFE['dial.blocks'], plan).ok).toBe(times.every((n) => n === 1))
      }),
    )
  })

  test('take effect today or later, and not before what is published for later', () => {
    expect(codes(mayTakeEffect('2026-06-17', '2026-06-17', '2014-01-01'))).toEqual([])
    expect(codes(mayTakeEffect('2026-06-16', '2026-06-17', '2014-01-01'))).toEqual(['rulebook.effectivePast'])
    expect(codes(mayTakeEffect('2026-06-18', '2026-06-17', '2026-07-01'))).toEqual(['rulebook.beforeLater'])
  })
})

describe('the timetable in force', () => {
  const router = { rulebook: rulebookWith(() => BOUNDS.open) }
  let w: World<typeof router>
  beforeAll(async () => {
    w = await world(router)
  })
  afterAll(() => w.close())

  test('is published for a day and drives blocks and plan from it on; above the limit it is refused [S4.4.3 C D]', async () => {
    const shown = await w.as('ann').rulebook.timetable({})
    expect(shown).toMatchObject({
      documentCode: 'team',
      hours: { day: 8, week: 40 },
      limitClause: 'S4.4.6',
      open: [['09:00', '21:00']],
    })
    const base = {
      documentCode: 'team',
      baseVersionId: shown.latest.versionId,
      effectiveOn: '2026-06-22',
      why: 'fewer reached before ten',
    }

    const long = shown.blocks.map((block) => (block.key === 'late' ? { ...block, to: '18:00' } : block))
    await expect(
      w.as('guo').rulebook.publishVersion({ ...base, figures: { 'dial.blocks': long } }),
    ).rejects.toMatchObject({
      code: 'REFUSED',
      data: {
        reasons: [
          { code: 'timetable.dayTooLong', clause: 'S4.4.6', because: { values: { hours: 8.5, limit: 8 } } },
          { code: 'timetable.weekTooLong' },
        ],
      },
    })
    const kept = await w.sql`select 1 from decision where clause = 'S4.4.6' and not allowed`
    expect(kept).toHaveLength(1)

    const blocks = [
      { key: 'morning', from: '09:30', to: '11:45' },
      { key: 'afternoon', from: '13:30', to: '17:30' },
    ]
    expect(
      await w
        .as('guo')
        .rulebook.publishVersion({ ...base, figures: { 'dial.blocks': blocks } })
        .catch((e) => e.data.reasons[0].code),
    ).toBe('timetable.bandUnknown')
    const plan = [
      { ...line('morning'), share: { fresh: 0.9, retry: 0.1 } },
      { ...line('afternoon'), order: ['callback', 'retry', 'warm', 'fresh'] as const },
    ]
    await w.as('guo').rulebook.publishVersion({ ...base, figures: { 'dial.blocks': blocks, 'dial.plan': plan } })
    await w.run(async (ctx) => {
      const of = (day: string) => ctx.rules.at(Temporal.PlainDate.from(day))
      expect(
        of('2026-06-21')
          .get('dial.blocks')
          .map((block) => block.key),
      ).toEqual(['morning', 'early', 'late'])
      expect(of('2026-06-22').get('dial.blocks')).toEqual(blocks)
      expect(of('2026-06-22').get('dial.plan')[1]?.order).toEqual(['callback', 'retry', 'warm', 'fresh'])
    })
    expect((await w.as('ann').rulebook.timetable({ day: '2026-06-22' })).blocks).toEqual(blocks)
    expect((await w.as('ann').rulebook.timetable({})).blocks).toHaveLength(3)
  })

  test('of a dealership has no noon meeting and keeps its own limit', async () => {
    const dealer = await world(router, { kind: 'dealership' })
    try {
      const shown = await dealer.as('ann').rulebook.timetable({})
      expect(shown).toMatchObject({ documentCode: 'floor', noon: null, prp: null, limitClause: 'S4.4.3' })
      expect(shown.hours.day).toBeLessThanOrEqual(8)
    } finally {
      await dealer.close()
    }
  })
})
