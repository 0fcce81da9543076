import { expect, test } from 'vitest'
import { answerOf, mayConfirm, mayPutOff, stateOf } from './rules.ts'

const base = { done: false, needed: false, confirmable: false, said: null } as const

test.each([
  [{ done: true }, 'done'],
  [{}, 'missing'],
  [{ confirmable: true, said: 'looked' }, 'done'],
  // Nobody's word makes up for what has to be there.
  [{ said: 'looked' }, 'missing'],
  [{ said: 'later' }, 'later'],
  [{ said: 'later', needed: true }, 'missing'],
  [{ said: 'later', done: true }, 'done'],
  [{ said: 'open', confirmable: true }, 'missing'],
] as const)('an item that is %o stands as %s', (given, state) => {
  expect(stateOf({ ...base, ...given })).toBe(state)
})

test('dialling can begin when everybody can dial and nothing needed is missing', () => {
  const item = (id: string, needed: boolean, state: 'done' | 'missing' | 'later') => ({ id, needed, state })
  const fine = [item('a', true, 'done'), item('b', false, 'missing'), item('c', false, 'later')]
  expect(answerOf(10, 10, fine)).toEqual({ can: 'all', missing: [] })
  expect(answerOf(10, 7, [item('a', true, 'missing')])).toEqual({ can: 'some', missing: ['a'] })
  expect(answerOf(10, 0, fine)).toEqual({ can: 'none', missing: [] })
  expect(answerOf(0, 0, [])).toEqual({ can: 'none', missing: [] })
})

test('what the first dial needs cannot be put off, and what shows by itself is not said', () => {
  expect(mayPutOff({ needed: false }).ok).toBe(true)
  expect(mayPutOff({ needed: true })).toMatchObject({
    ok: false,
    reasons: [{ code: 'setup.neededFirst', clause: 'S3.6' }],
  })
  expect(mayConfirm({ confirmable: true }).ok).toBe(true)
  expect(mayConfirm({ confirmable: false })).toMatchObject({ ok: false, reasons: [{ code: 'setup.showsItself' }] })
})
