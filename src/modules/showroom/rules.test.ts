import { describe, expect, test } from 'vitest'
import { canAppoint, canHaveBeen, canRecord, type Kind, mayDecideLost, type State, stateOf } from './rules.ts'

describe('where a deal stands', () => {
  const way: Kind[] = ['appointment', 'visit', 'reception', 'testDrive', 'order', 'delivery']
  test('follows its entries', () => {
    const states = way.map((_, n) => stateOf(way.slice(0, n + 1)))
    expect(states).toEqual(['booked', 'visited', 'received', 'driven', 'ordered', 'delivered'])
    expect(stateOf([])).toBeNull()
  })
  test('never falls behind: a second visit or appointment leaves a driver a driver', () => {
    expect(stateOf(['visit', 'reception', 'testDrive', 'appointment', 'visit', 'followUp'])).toBe('driven')
  })
  test('comes back to where it was when the manager sends it back', () => {
    expect(stateOf(['visit', 'reception', 'lostAsked'])).toBe('lostAsked')
    expect(stateOf(['visit', 'reception', 'lostAsked', 'lostReturned'])).toBe('received')
    expect(stateOf(['visit', 'reception', 'lostAsked', 'lost'])).toBe('lost')
  })
  test('is no loss to decide any more once the customer comes again', () => {
    expect(stateOf(['visit', 'reception', 'lostAsked', 'appointment'])).toBe('received')
    expect(stateOf(['appointment', 'lostAsked', 'visit'])).toBe('visited')
  })
})

test.each<[State | null, Exclude<Kind, 'takenBack'>, boolean]>([
  [null, 'appointment', true],
  [null, 'visit', true],
  [null, 'reception', false],
  ['booked', 'visit', true],
  ['booked', 'testDrive', false],
  ['visited', 'reception', true],
  ['visited', 'order', false],
  ['received', 'testDrive', true],
  ['received', 'order', true],
  ['driven', 'delivery', false],
  ['ordered', 'delivery', true],
  ['ordered', 'order', false],
  ['delivered', 'followUp', true],
  ['delivered', 'lostAsked', false],
  ['booked', 'lost', false],
  ['lostAsked', 'lost', true],
  ['lostAsked', 'visit', true],
  ['lostAsked', 'reception', false],
  ['lost', 'lostReturned', false],
])('from %s, %s: %s', (state, kind, may) => expect(canRecord(state, kind).ok).toBe(may))

test('a loss is decided by somebody else than whoever asked or had the customer', () => {
  const deal = { askedBy: 'shan', salesId: 'shan', agentId: 'ann' }
  expect(mayDecideLost('guo', deal).ok).toBe(true)
  for (const self of ['shan', 'ann']) expect(mayDecideLost(self, deal).ok).toBe(false)
})

test('an appointment lies ahead and a late entry not far behind', () => {
  const now = Temporal.Instant.from('2026-06-17T02:00Z')
  expect(canAppoint(now.add({ hours: 1 }), now).ok).toBe(true)
  expect(canAppoint(now, now).ok).toBe(false)
  expect(canAppoint(now.add({ hours: 24 * 61 }), now).ok).toBe(false)
  const today = Temporal.PlainDate.from('2026-06-17')
  expect(canHaveBeen(today, today).ok).toBe(true)
  expect(canHaveBeen(today.subtract({ days: 7 }), today).ok).toBe(true)
  expect(canHaveBeen(today.subtract({ days: 8 }), today).ok).toBe(false)
  expect(canHaveBeen(today.add({ days: 1 }), today).ok).toBe(false)
})
