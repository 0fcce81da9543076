import { expect, test } from 'vitest'
import type { Me } from '../client/me.ts'
import type { Moment } from '../client/moment.ts'
import { cardsAt, type NowCard } from './nowCard.ts'

const Nothing = () => null
const card = (id: string, rank: number | null, roles: NowCard['roles'] = 'everyone'): NowCard => ({
  id,
  roles,
  rank: () => rank,
  Card: Nothing,
})
const leader = { roles: ['tl'] } as unknown as Me
const idsAt = (cards: readonly NowCard[]) => cardsAt(cards, {} as Moment, leader).map(({ id }) => id)

test('what is late stands first, what is not now is left out', () => {
  expect(idsAt([card('later', 90), card('hidden', null), card('late', 0), card('work', 10)])).toEqual([
    'late',
    'work',
    'later',
  ])
})

test('cards of the same rank keep the modules’ order', () => {
  expect(idsAt([card('a', 10), card('b', 10), card('c', 5)])).toEqual(['c', 'a', 'b'])
})

test('a card of other roles is not shown', () => {
  expect(idsAt([card('own', 1, ['tl']), card('other', 0, ['um', 'deptManager'])])).toEqual(['own'])
})
