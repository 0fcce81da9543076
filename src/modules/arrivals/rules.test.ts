import { describe, expect, test } from 'vitest'
import { type Agent, canConfirm, canHaveArrived, clockOf, firstDialDue, propose, skillOf } from './rules.ts'

const at = (time: string) => Temporal.Instant.from(`2026-06-17T${time}:00Z`)
const HOURS = [
  { from: at('01:15'), to: at('03:45') },
  { from: at('05:30'), to: at('09:30') },
]

describe('the first dial is owed', () => {
  test.each([
    ['within dialling hours from the arrival', '02:00', '02:05'],
    ['at the end of them all the same', '03:43', '03:48'],
    ['in the break from the next hours', '04:30', '05:35'],
    ['before the day from its beginning', '00:10', '01:20'],
  ])('%s', (_, arrived, due) => {
    expect(firstDialDue(at(arrived), 5, HOURS)?.toString()).toBe(at(due).toString())
  })
  test('not where no hours lie ahead', () => expect(firstDialDue(at('10:00'), 5, HOURS)).toBeNull())
})

test('the clock runs, runs out, and ends in time or late', () => {
  const callDue = at('02:05')
  expect(clockOf({ callDue: null, firstDialAt: null }, at('02:00'))).toBe('none')
  expect(clockOf({ callDue, firstDialAt: null }, at('02:05'))).toBe('running')
  expect(clockOf({ callDue, firstDialAt: null }, at('02:06'))).toBe('late')
  expect(clockOf({ callDue, firstDialAt: at('02:05') }, at('04:00'))).toBe('kept')
  expect(clockOf({ callDue, firstDialAt: at('02:06') }, at('02:06'))).toBe('missed')
})

test('a form of the future or of long ago is no arrival', () => {
  expect(canHaveArrived(at('02:04'), at('02:00')).ok).toBe(true)
  expect(canHaveArrived(at('02:06'), at('02:00'))).toMatchObject({ reasons: [{ code: 'arrivals.inFuture' }] })
  const old = at('02:00').subtract({ hours: 24 * 31 })
  expect(canHaveArrived(old, at('02:00'))).toMatchObject({ reasons: [{ code: 'arrivals.tooOld' }] })
})

describe('the proposal', () => {
  const agent = (personId: string, load: number, skill: number, products = ['x']): Agent => ({
    ...{ personId, load, skill, products: new Set(products) },
  })
  const lead = (n: number, more: object = {}) => ({ leadId: `l${n}`, productId: 'x', heldBy: null, ...more })
  const counts = (leads: ReturnType<typeof lead>[], agents: Agent[]) => {
    const given = [...propose(leads, agents).values()]
    return Object.fromEntries(agents.map(({ personId }) => [personId, given.filter((id) => id === personId).length]))
  }
  const many = Array.from({ length: 12 }, (_, n) => lead(n))

  test('shares evenly among equals', () => {
    expect(counts(many, [agent('a', 5, 0.2), agent('b', 5, 0.2), agent('c', 5, 0.2)])).toEqual({ a: 4, b: 4, c: 4 })
  })
  test('gives the more skilled more, and the fuller less', () => {
    expect(counts(many, [agent('a', 0, 0.4), agent('b', 0, 0.2)])).toEqual({ a: 8, b: 4 })
    const { a, b } = counts(many, [agent('a', 40, 0.2), agent('b', 0, 0.2)]) as { a: number; b: number }
    expect(a).toBeLessThan(b)
    expect(a).toBeGreaterThan(0)
  })
  test('leaves with an agent what he holds, and passes on what somebody absent holds', () => {
    const held = [lead(1, { heldBy: 'a' }), lead(2, { heldBy: 'gone' }), lead(3)]
    expect(propose(held, [agent('a', 0, 0.2), agent('b', 0, 0.2)])).toEqual(
      new Map([
        ['l1', 'a'],
        ['l2', 'b'],
        ['l3', 'a'],
      ]),
    )
  })
  test('gives nothing to one who may not sell it, and says so where nobody may', () => {
    const leads = [lead(1, { productId: 'y' }), lead(2, { productId: 'z' })]
    const out = propose(leads, [agent('a', 0, 1), agent('b', 0, 0.1, ['y'])])
    expect([...out]).toEqual([
      ['l1', 'b'],
      ['l2', null],
    ])
  })
})

test('a few lucky calls make no expert', () => {
  const team = 0.1
  expect(skillOf({ contacts: 3, appointments: 2 }, team)).toBeLessThan(0.2)
  expect(skillOf({ contacts: 300, appointments: 90 }, team)).toBeGreaterThan(0.28)
  expect(skillOf({ contacts: 0, appointments: 0 }, team)).toBeCloseTo(team)
})

test('an allocation is confirmed once, and only with somebody for each', () => {
  expect(canConfirm('proposed', { left: 0 }).ok).toBe(true)
  expect(canConfirm('proposed', { left: 2 })).toMatchObject({ reasons: [{ code: 'arrivals.nobodyYet' }] })
  expect(canConfirm('confirmed', { left: 0 })).toMatchObject({ reasons: [{ code: 'arrivals.confirmed' }] })
})
