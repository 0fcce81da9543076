import { expect, test } from 'vitest'
import { keptRead, sharedRead } from './shared.ts'

/** Counts its reads and answers with the number of each. */
function counted() {
  let reads = 0
  return { read: async () => ++reads, count: () => reads }
}

test('a shared read began after each caller asked, and many who ask together wait for one', async () => {
  const shared = sharedRead(30)
  const { read, count } = counted()
  const first = shared('a', read)
  const rest = Array.from({ length: 50 }, () => shared('a', read))
  expect(await first).toBe(1)
  // They came after the first had begun: it may not know what they know.
  expect(new Set(await Promise.all(rest))).toEqual(new Set([2]))
  expect(await shared('a', read)).toBe(3)
  expect(count()).toBe(3)
})

test('keys are read apart, and one that fails fails only for those who asked', async () => {
  const shared = sharedRead(10)
  const { read } = counted()
  expect(await Promise.all([shared('a', read), shared('b', read)])).toEqual([1, 2])
  const failing = shared('a', async () => {
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await shared('a', read)).toBe(3)
})

test('a kept read is given to all who ask, until it failed', async () => {
  const kept = keptRead(60_000)
  const { read, count } = counted()
  await expect(kept('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await Promise.all([kept('a', read), kept('a', read), kept('b', read)])).toEqual([1, 1, 2])
  expect(await kept('a', read)).toBe(1)
  expect(count()).toBe(2)
})
