import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type World, world } from '../../test/world.ts'
import { setClock } from './centre.ts'
import { dueAt, type Entry, runDue } from './clockwork.ts'
import type { Ctx } from './context.ts'
import type { RuleSet } from './rules.ts'

const timeZone = 'Asia/Shanghai'
const wall = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).toInstant()
const local = (at: Temporal.Instant | null) => at?.toZonedDateTimeISO(timeZone).toPlainDateTime().toString() ?? null

const stated: Record<string, unknown> = { 'acting.decideAt': '08:30', 'goals.weight': 0.3 }
const rules = { has: (key: string) => key in stated, get: (key: string) => stated[key] } as unknown as RuleSet
const entry = (when: Partial<Entry>, run: Entry['run'] = async () => {}): Entry => ({
  name: 'probe',
  clause: null,
  why: 'to see when',
  run,
  ...when,
})

describe('when an entry is due', () => {
  const cases: [what: string, when: Partial<Entry>, now: string, ranUntil: string | null, due: string | null][] = [
    ['before its time', { at: '08:30' }, '2026-06-17T08:29:59', '2026-06-16T08:30', null],
    ['at its time', { at: '08:30' }, '2026-06-17T08:30', '2026-06-16T08:30', '2026-06-17T08:30:00'],
    ['after it has run', { at: '08:30' }, '2026-06-17T12:00', '2026-06-17T08:30:05', null],
    ['once for many missed days', { at: '08:30' }, '2026-06-17T07:00', '2026-06-12T09:00', '2026-06-16T08:30:00'],
    ['a new centre: this day only', { at: '08:30' }, '2026-06-17T07:00', null, null],
    ['a new centre: earlier this day', { at: '08:30' }, '2026-06-17T09:00', null, '2026-06-17T08:30:00'],
    ['a clock set back: this day anew', { at: '08:30' }, '2026-06-17T09:00', '2026-06-17T18:00', '2026-06-17T08:30:00'],
    ['at midnight', { at: '00:00' }, '2026-06-17T00:00:01', '2026-06-16T12:00', '2026-06-17T00:00:00'],
    ['as the rulebook says', { at: { rule: 'acting.decideAt' } }, '2026-06-17T09:00', null, '2026-06-17T08:30:00'],
    ['where no rule says', { at: { rule: 'fund.closeAt' } }, '2026-06-17T09:00', null, null],
    ['again and again', { everySeconds: 60 }, '2026-06-17T09:01', '2026-06-17T09:00', '2026-06-17T09:01:00'],
    ['not yet again', { everySeconds: 60 }, '2026-06-17T09:00:59', '2026-06-17T09:00', null],
  ]
  test.each(cases)('%s', (_what, when, now, ranUntil, due) => {
    const moment = { now: wall(now), timeZone, rules }
    expect(local(dueAt(entry(when), moment, ranUntil === null ? null : wall(ranUntil)))).toBe(due)
  })

  test('a rule that is no time of day is an error and not a guess', () => {
    const moment = { now: wall('2026-06-17T09:00'), timeZone, rules }
    expect(() => dueAt(entry({ at: { rule: 'goals.weight' } }), moment, null)).toThrow('no time of day')
  })
})

describe('on a shifted clock', () => {
  let house: World<Record<string, never>>
  beforeAll(async () => {
    house = await world({}, { at: '2026-06-17T08:00' })
    await sql`create table rung (name text, day date, at timestamptz)`.execute(house.boot.db)
  })
  afterAll(() => house.close())

  const ring = (name: string, when: Partial<Entry>): Entry => ({
    ...entry(when),
    name,
    run: async (ctx: Ctx, day) => {
      await sql`insert into rung values (${name}, ${day}, ${ctx.now})`.execute(ctx.db)
      ctx.touch('floor')
    },
  })
  const rung = async (name: string) =>
    (await house.sql<{ day: string }>`select day::text from rung where name = ${name} order by at`).map(
      ({ day }) => day,
    )

  test('it happens at its time, once, however often one looks and however many nodes do', async () => {
    const entries = [ring('gate', { at: '08:30' })]
    expect(await runDue(house.boot, entries)).toEqual([])
    await house.setNow('2026-06-17T08:30')
    const rounds = await Promise.all([1, 2, 3].map(() => runDue(house.boot, entries)))
    expect(rounds.flat()).toEqual(['gate'])
    expect(await runDue(house.boot, entries)).toEqual([])
    expect(await rung('gate')).toEqual(['2026-06-17'])
  })

  test('what was missed is made up once, for the latest day it was due on', async () => {
    const entries = [ring('late', { at: '08:30' })]
    await house.setNow('2026-06-18T09:00')
    await runDue(house.boot, entries)
    await house.setNow('2026-06-23T07:00')
    await runDue(house.boot, entries)
    expect(await rung('late')).toEqual(['2026-06-18', '2026-06-22'])
  })

  test('what fails leaves nothing behind, says so, keeps nothing else from running and is tried again', async () => {
    await house.setNow('2026-06-24T10:00')
    let broken = true
    const faulty = ring('faulty', { everySeconds: 60 })
    const entries: Entry[] = [
      {
        ...faulty,
        run: async (ctx, day) => {
          await faulty.run(ctx, day)
          if (broken) throw new RangeError('a number that must not be kept: 13800001234')
        },
      },
      ring('after', { at: '09:59' }),
    ]
    const before = house.topics.length
    expect(await runDue(house.boot, entries)).toEqual(['after'])
    expect(house.topics.length).toBe(before + 1)
    expect(await rung('faulty')).toEqual([])
    const marks = await house.sql`select ran_until, last_error from schedule_run where name = 'faulty'`
    expect(marks).toEqual([{ ran_until: null, last_error: 'RangeError' }])
    broken = false
    expect(await runDue(house.boot, entries)).toEqual(['faulty'])
    expect(await house.sql`select last_error from schedule_run where name = 'faulty'`).toEqual([{ last_error: null }])
  })

  test('at a hundred times the speed of the real clock nothing of the day is left out', async () => {
    const entries = [ring('noon', { at: '12:00' }), ring('evening', { at: '18:00' })]
    await setClock(house.boot.db, house.centre, { at: wall('2026-06-25T11:59:59'), rate: 100 })
    await house.setNow('2026-06-25T20:00')
    expect(await runDue(house.boot, entries)).toEqual(['noon', 'evening'])
    expect(await rung('evening')).toEqual(['2026-06-25'])
  })
})
