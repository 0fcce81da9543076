import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeOf, columnsOf, pagesOf, planOf, together } from './rules.ts'

const day = (cases: number, dials = 100) => ({ cases, dials, talkSeconds: dials * 10, days: 20 })

test('a plan is the sum of usual days in whole figures, one case at least where there is any', () => {
  expect(planOf([])).toBeNull()
  expect(planOf([null, null])).toBeNull()
  expect(planOf([day(0.2, 80.4)])).toEqual({ cases: 1, dials: 80, talkSeconds: 804, days: 20 })
  expect(planOf([day(0)])?.cases).toBe(0)
  // Together before rounding: four groups of half a case plan two, not four.
  expect(planOf([day(0.5), day(0.5), null, day(0.5), { ...day(0.5), days: 3 }])).toMatchObject({ cases: 2, days: 20 })
})

test('figures together; what belongs to a car dealer’s house alone stays unsaid elsewhere', () => {
  const one = { cases: 1, dials: 5, connected: 2, talkSeconds: 60, appointments: null, visits: null }
  expect(together([one, one])).toEqual({ ...one, cases: 2, dials: 10, connected: 4, talkSeconds: 120 })
  expect(together([{ ...one, visits: 2, appointments: 1 }, one])).toMatchObject({ visits: 2, appointments: 1 })
})

test('[S5.1.4c] groups keep the house’s order over the pages of a screen, each of them once and evenly', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 60 }), (groups) => {
      const pages = pagesOf(groups)
      expect(pages.flat()).toEqual(groups)
      const sizes = pages.map(({ length }) => length)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(12)
      for (const { length } of pages) expect(columnsOf(length) * 4).toBeGreaterThanOrEqual(length)
    }),
  )
  expect(pagesOf(Array.from({ length: 20 })).map(({ length }) => length)).toEqual([10, 10])
})

test('a code may be typed small, with gaps and hyphens', () => {
  expect(['acd 347', 'ACD-347', ' acd347 '].map(codeOf)).toEqual(['ACD347', 'ACD347', 'ACD347'])
})
