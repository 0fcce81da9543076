import { ORPCError } from '@orpc/client'
import { QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { codeOf, queries, refresh, worthRetry } from './queries.ts'

afterEach(() => queries.clear())

/** A page that reads an operation; `answer` lets one read after the other end. */
function page(path: readonly string[]) {
  const waiting: ((value: number) => void)[] = []
  let reads = 0
  const observer = new QueryObserver(queries, {
    queryKey: [path, { type: 'query' }],
    queryFn: () => {
      reads += 1
      return new Promise<number>((resolve) => waiting.push(resolve))
    },
  })
  const leave = observer.subscribe(() => {})
  /** Ends the read that waits longest, and waits until that is known or the next one began. */
  const answer = async () => {
    const before = reads
    waiting.shift()?.(reads)
    await vi.waitUntil(() => reads > before || observer.getCurrentResult().fetchStatus === 'idle', { interval: 1 })
  }
  return { answer, leave, reads: () => reads }
}

test('a change refreshes the pages of its module and no other', async () => {
  const leads = page(['leads', 'due'])
  const sales = page(['sales', 'mine'])
  await leads.answer()
  await sales.answer()
  const round = refresh('leads')
  await leads.answer()
  await round
  expect([leads.reads(), sales.reads()]).toEqual([2, 1])
  leads.leave()
  sales.leave()
})

test('changes during a round are asked for once after it, and never cancel it', async () => {
  const leads = page(['leads', 'due'])
  await leads.answer()
  const round = refresh('leads')
  await Promise.all([refresh('leads'), refresh('leads'), refresh('leads')])
  expect(leads.reads()).toBe(2)
  await leads.answer()
  expect(leads.reads()).toBe(3)
  await leads.answer()
  await round
  expect(leads.reads()).toBe(3)
  leads.leave()
})

test('news that comes while a page reads for the first time is asked for behind that read', async () => {
  const leads = page(['leads', 'due'])
  const round = refresh('leads')
  expect(leads.reads()).toBe(1)
  await leads.answer()
  await vi.waitUntil(() => leads.reads() === 2, { interval: 1 })
  await leads.answer()
  await round
  expect(leads.reads()).toBe(2)
  leads.leave()
})

test('an answer of the house is not asked for again, a broken line is', () => {
  expect(worthRetry(new ORPCError('REFUSED', { status: 409 }))).toBe(false)
  expect(worthRetry(new ORPCError('INTERNAL_SERVER_ERROR', { status: 500 }))).toBe(true)
  expect(worthRetry(new TypeError('Failed to fetch'))).toBe(true)
  expect([codeOf(new ORPCError('STALE', { status: 412 })), codeOf(new TypeError('x'))]).toEqual(['STALE', null])
})
