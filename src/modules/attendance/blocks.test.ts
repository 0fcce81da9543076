import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RuleSet } from '../../platform/rules.ts'
import { blockAt, dayBlocks, dialRuns, minutesOf, workMinutes } from './blocks.ts'

type Json = Record<string, unknown>

/** The rules of shipped books, with figures of the test's own over them. */
function rulesOf(books: readonly string[], over: Json = {}): RuleSet {
  const params = new Map<string, { value: unknown; clause: string }>()
  for (const book of books) {
    const { chapters } = JSON.parse(readFileSync(new URL(`../rulebook/books/${book}.json`, import.meta.url), 'utf8'))
    for (const { clauses } of chapters)
      for (const { id, params: own } of clauses)
        for (const [key, value] of Object.entries(own ?? {})) params.set(key, { value, clause: id })
  }
  for (const [key, value] of Object.entries(over)) params.set(key, { value, clause: params.get(key)?.clause ?? 'S0' })
  return {
    get: (key: string) => params.get(key)!.value,
    has: (key: string) => params.has(key),
    origin: (key: string) => ({ clause: params.get(key)!.clause, versionId: '', documentCode: '' }),
    versionOf: () => null,
  } as RuleSet
}

const life = rulesOf(['life/team'])
const dealership = rulesOf(['dealership/floor', 'dealership/meetings'])
const lines = (blocks: ReturnType<typeof dayBlocks>) =>
  blocks.map(
    ({ key, kind, from, to, clause }) =>
      `${from.toString().slice(0, 5)}-${to.toString().slice(0, 5)} ${kind} ${key} ${clause}`,
  )
const clock = (text: string) => Temporal.PlainTime.from(text)

describe('the day of a life centre', () => {
  test('has the meeting close for the online check, PRP inside the last block and a break before the evening meeting', () => {
    expect(lines(dayBlocks(life, 3, 'life', true))).toEqual([
      '00:00-08:45 off before S4.4.1',
      '08:45-09:10 meeting morningMeeting S4.4.1',
      '09:10-09:20 check check S4.4.2',
      '09:20-11:45 dial morning S4.4.3',
      '11:45-13:00 break lunch S4.4.4',
      '13:00-13:30 meeting noonMeeting S4.4.4',
      '13:30-15:30 dial early S4.4.3',
      '15:30-17:00 dial late S4.4.3',
      '17:00-17:30 prp prp S4.4.5',
      '17:30-18:30 break rest S4.4.6',
      '18:30-19:00 meeting eveningMeeting S4.4.6',
      '19:00-00:00 off after S4.4.6',
    ])
  })

  test('has the centre meeting in place of the group meeting on its weekdays, the huddle at the seats during the check', () => {
    for (const weekday of [1, 4])
      expect(lines(dayBlocks(life, weekday, 'life', true)).slice(1, 4)).toEqual([
        '08:45-09:10 meeting centreMeeting S4.4.7',
        '09:10-09:20 check huddleCheck S4.4.7',
        '09:20-11:45 dial morning S4.4.3',
      ])
  })

  test('has the huddle apart when the centre meeting leaves room for it', () => {
    const early = rulesOf(['life/team'], {
      'meeting.centre': { weekdays: [1], from: '08:30', to: '08:55', huddleMinutes: 10 },
    })
    expect(lines(dayBlocks(early, 1, 'life', true)).slice(1, 5)).toEqual([
      '08:30-08:55 meeting centreMeeting S4.4.7',
      '08:55-09:05 meeting huddle S4.4.7',
      '09:05-09:10 break rest S4.4.2',
      '09:10-09:20 check check S4.4.2',
    ])
  })

  test('is one block on a day off', () => {
    expect(lines(dayBlocks(life, 6, 'life', false))).toEqual(['00:00-00:00 off dayOff S4.4.3'])
  })

  test('names the hard stop of the morning meeting', () => {
    expect(blockAt(dayBlocks(life, 3, 'life', true), clock('08:50')).latest?.toString()).toBe('09:15:00')
  })
})

test('the day of a dealership has no noon meeting and no PRP', () => {
  expect(lines(dayBlocks(dealership, 1, 'dealership', true))).toEqual([
    '00:00-08:45 off before S2.1.1',
    '08:45-09:10 meeting morningMeeting S2.1.1',
    '09:10-09:15 check check S4.4.2',
    '09:15-11:45 dial morning S4.4.3',
    '11:45-13:30 break lunch S4.4.3',
    '13:30-15:30 dial early S4.4.3',
    '15:30-17:30 dial late S4.4.3',
    '17:30-18:30 break rest S2.2.1',
    '18:30-19:00 meeting eveningMeeting S2.2.1',
    '19:00-00:00 off after S2.2.1',
  ])
})

test('no shipped day asks for more work than the limit on hours', () => {
  const days = [life, dealership].flatMap((rules, at) =>
    [1, 2, 3, 4, 5].map((weekday) => ({
      rules,
      blocks: dayBlocks(rules, weekday, at === 0 ? 'life' : 'dealership', true),
    })),
  )
  for (const { rules, blocks } of days)
    expect(workMinutes(blocks)).toBeLessThanOrEqual(rules.get('hours.limit').dayHours * 60)
  expect(workMinutes(days[0]!.blocks)).toBe(480)
})

test('the afternoon is one run of dialling that ends with the PRP slot', () => {
  const day = Temporal.PlainDate.from('2026-06-17')
  const runs = dialRuns(dayBlocks(life, 3, 'life', true), day, 'Asia/Shanghai')
  expect(runs.map(({ from, to }) => [from.toString(), to.toString()])).toEqual([
    ['2026-06-17T01:20:00Z', '2026-06-17T03:45:00Z'],
    ['2026-06-17T05:30:00Z', '2026-06-17T09:00:00Z'],
  ])
})

/** Times in order, so that any timetable a centre can publish comes up. */
const timetable = fc
  .uniqueArray(fc.integer({ min: 0, max: 1439 }), { minLength: 18, maxLength: 18 })
  .map((minutes) =>
    minutes.sort((a, b) => a - b).map((minute) => clock('00:00').add({ minutes: minute }).toString().slice(0, 5)),
  )
  .chain((times) =>
    fc.record({
      weekday: fc.integer({ min: 1, max: 7 }),
      workday: fc.boolean(),
      huddle: fc.integer({ min: 0, max: 30 }),
      shift: fc.integer({ min: 0, max: 3 }),
      times: fc.constant(times),
    }),
  )

test('every timetable covers the day in order, without gap or overlap', () => {
  fc.assert(
    fc.property(timetable, ({ weekday, workday, huddle, shift, times }) => {
      const t = (at: number) => times[at]!
      const rules = rulesOf(['life/team'], {
        'meeting.centre': { weekdays: [1, 4], from: t(0), to: t(1 + shift), huddleMinutes: huddle },
        'meeting.morning': { from: t(0), closeBy: t(1), hardStop: t(2), warnAt: t(0) },
        'online.checkFrom': t(2 + shift),
        'online.at': t(6),
        'dial.blocks': [
          { key: 'a', from: t(5 + (shift % 2)), to: t(8) },
          { key: 'b', from: t(10), to: t(12) },
        ],
        'meeting.noon': { from: t(8 - (shift % 2)), to: t(9) },
        prp: { label: 'PRP', minutes: 30, mode: 'mixed', from: t(11), to: t(12) },
        'meeting.evening': { from: t(13), to: t(14 + shift) },
      })
      const blocks = dayBlocks(rules, weekday, 'life', workday)
      expect(blocks[0]!.from.toString()).toBe('00:00:00')
      expect(blocks.at(-1)!.to.toString()).toBe('00:00:00')
      blocks.slice(1).forEach((block, at) => {
        expect(block.from.toString()).toBe(blocks[at]!.to.toString())
      })
      expect(blocks.reduce((sum, block) => sum + minutesOf(block), 0)).toBe(1440)
      expect(blocks.every((block) => minutesOf(block) > 0)).toBe(true)
      for (const block of blocks) expect(blockAt(blocks, block.from)).toBe(block)
    }),
  )
})
