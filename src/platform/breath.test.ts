import { setTimeout as pause } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { breathing, restAfter } from './breath.ts'

test.each([
  { what: 'nobody at work', workedMs: 300, busy: 0.01, rest: 0 },
  { what: 'a floor at work', workedMs: 300, busy: 0.3, rest: 300 },
  { what: 'a server at its end', workedMs: 300, busy: 1, rest: 300 },
  { what: 'a lot that a slow disk held up', workedMs: 60_000, busy: 0.3, rest: 2000 },
  { what: 'a clock that was set back', workedMs: -5, busy: 0.3, rest: 0 },
])('long work rests as long as it worked while people need the machine: $what', ({ workedMs, busy, rest }) => {
  expect(restAfter(workedMs, busy)).toBe(rest)
})

test('a thread that is told of people at work waits between two lots, and no longer when they have gone', async () => {
  const { port1: told, port2: hears } = new MessageChannel()
  const breathe = breathing(hears)
  const restOf = async (busy: number) => {
    told.postMessage({ busy })
    const begun = performance.now()
    // The word arrives in a turn of its own; what was worked meanwhile is what is rested.
    await pause(60)
    const worked = performance.now()
    await breathe()
    return { worked: worked - begun, rested: performance.now() - worked }
  }
  const busy = await restOf(0.5)
  expect(busy.rested).toBeGreaterThanOrEqual(50)
  const quiet = await restOf(0)
  expect(quiet.rested).toBeLessThan(quiet.worked)
  told.close()
})
