import { expect, test } from 'vitest'
import { type Clause, countClauses, type ReportedTest, strayTags, tagsIn } from '../scripts/clauseCount.ts'
import clauses from '../src/modules/rulebook/clauses.json' with { type: 'json' }
import { readTree } from './source-files.ts'

const clause = (id: string, kinds: string): Clause => ({ id, kinds, humanOnly: kinds === 'H' })

/** A passing test of a module on the database, unless said otherwise. */
const ran = (title: string, more: Partial<ReportedTest> = {}): ReportedTest => ({
  ...{ title, file: 'src/modules/leads/leads.test.ts', outcome: 'passed', postgres: true, browser: false },
  ...more,
})
const rules = { file: 'src/modules/leads/rules.test.ts', postgres: false } as const
const rights = { file: 'test/rights.test.ts' } as const
const journey = { file: 'test/journeys/morning.test.ts', browser: true } as const

/** The letters that tests prove of one clause of all kinds. */
const letters = (...tests: ReportedTest[]) => countClauses([clause('S9.1', 'DCRKPAH')], tests).part['S9.1'] ?? []

test('a title carries clauses and letters in brackets, anywhere', () => {
  const tags = (title: string) => tagsIn(title).map(({ clause: id, letter }) => `${id} ${letter}`)
  expect(tags('[S4.4.2 C] sums')).toEqual(['S4.4.2 C'])
  expect(tags('[S4.4.2 R P] [S1.3.3a.1 D] shown > and so on [S3.6 K]')).toEqual([
    ...['S4.4.2 R', 'S4.4.2 P', 'S1.3.3a.1 D', 'S3.6 K'],
  ])
  expect(tags('[S4.4.2] [see S4.4.2 C] S4.4.2 C')).toEqual([])
})

test('data, sums and reminders are proved on PostgreSQL alone', () => {
  expect(letters(ran('[S9.1 D C R] kept'))).toEqual(['D', 'C', 'R'])
  expect(letters(ran('[S9.1 D C R] kept', rules))).toEqual([])
})

test('a check takes one that passes the gate and one that does not, wherever it runs', () => {
  expect(letters(ran('[S9.1 K] allows ten', rules))).toEqual([])
  expect(letters(ran('[S9.1 K] refuses eleven', rules))).toEqual([])
  expect(letters(ran('[S9.1 K] allowed at ten', rules), ran('[S9.1 K] refuses eleven'))).toEqual(['K'])
  expect(letters(ran('[S9.1 K] ten is allowed, eleven refused', rules))).toEqual(['K'])
  expect(letters(ran('[S9.1 K] allows ten'), ran('[S9.2 K] refuses eleven'))).toEqual([])
})

test('permissions are proved in the rights test, boards in a browser', () => {
  expect(letters(ran('[S9.1 A P] who may'))).toEqual([])
  expect(letters(ran('[S9.1 A] who may', rights), ran('[S9.1 P] the board', journey))).toEqual(['P', 'A'])
})

test('one failing or skipped test takes the letter away', () => {
  expect(letters(ran('[S9.1 D] kept'), ran('[S9.1 D] kept long', { outcome: 'failed' }))).toEqual([])
  expect(letters(ran('[S9.1 D] kept'), ran('[S9.1 D] kept long', { outcome: 'skipped' }))).toEqual([])
  expect(letters(ran('[S9.1 D] kept'), ran('[S9.1 C] summed', { outcome: 'failed' }))).toEqual(['D'])
})

test('a clause is proven when every letter but the human one is, else in part or missing; human ones are apart', () => {
  const four = [clause('S9.1', 'DH'), clause('S9.2', 'DC'), clause('S9.3', 'D'), clause('S9.4', 'H')]
  expect(countClauses(four, [ran('[S9.1 D] [S9.2 C] sums')])).toEqual({
    ...{ total: 4, humanOnly: 1, proven: ['S9.1'], part: { 'S9.2': ['C'] }, missing: ['S9.3'] },
  })
})

test('the list holds every clause once, and a clause without letters for us is human only', () => {
  expect(new Set(clauses.map(({ id }) => id)).size).toBe(clauses.length)
  expect(clauses.filter(({ kinds, humanOnly }) => humanOnly !== (kinds === 'H'))).toEqual([])
  expect(clauses.filter(({ kinds }) => !/^[DCRKPAH]+$/.test(kinds))).toEqual([])
})

test('every tag in the tests names a clause of the list and a letter of it', () => {
  expect(strayTags([clause('S9.1', 'DH')], ['[S9.1 D] [S9.1 H C] [S9.2 D]'])).toEqual(['S9.1 H', 'S9.1 C', 'S9.2 D'])
  const tests = [...readTree(new URL('../', import.meta.url))].filter(
    ([path]) => path.endsWith('.test.ts') && path !== 'test/clauses.test.ts',
  )
  expect(tests.length).toBeGreaterThan(5)
  expect(tests.flatMap(([path, text]) => strayTags(clauses, [text]).map((tag) => `${path}: ${tag}`))).toEqual([])
})
