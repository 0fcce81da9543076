import { expect, test } from 'vitest'
import type { ReportedTest } from '../scripts/clauseCount.ts'
import { closingLine, onPostgres } from './report.ts'

const tree = new Map([
  ['test/clone.ts', ''],
  ['test/morning.ts', `import { freshDatabase } from './clone.ts'\nimport './noon.ts'`],
  ['test/noon.ts', `import './morning.ts'`],
  ['test/clean-dial.ts', `import type { World } from './clone.ts'`],
  ['src/modules/leads/leads.test.ts', `import { morning } from '../../../test/morning.ts'`],
  ['src/modules/leads/rules.test.ts', `import { clean } from '../../../test/clean-dial.ts'`],
])

test('a test file works on PostgreSQL when it takes a database, itself or through a helper', () => {
  expect(onPostgres(tree, 'src/modules/leads/leads.test.ts')).toBe(true)
  expect(onPostgres(tree, 'test/noon.ts')).toBe(true)
  expect(onPostgres(tree, 'src/modules/leads/rules.test.ts')).toBe(false)
  expect(onPostgres(tree, 'src/modules/leads/none.test.ts')).toBe(false)
})

test('the closing line speaks of skipped tests only when there are any', () => {
  const ran = (outcome: ReportedTest['outcome']): ReportedTest => ({
    ...{ title: 'x', file: 'test/x.test.ts', outcome, postgres: false, browser: false },
  })
  expect(closingLine([ran('passed'), ran('passed'), ran('failed')])).toBe('2 passed, 1 failed')
  expect(closingLine([ran('passed'), ran('skipped')])).toBe('1 passed, 0 failed, 1 skipped')
  expect(closingLine([])).toBe('0 passed, 0 failed')
})
