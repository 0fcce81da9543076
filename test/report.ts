import { relative } from 'node:path'
import { join } from 'node:path/posix'
import type { TestCase, TestModule, TestSuite, Vitest } from 'vitest/node'
import type { ReportedTest } from '../scripts/clauseCount.ts'
import { readSource, type Tree } from './source-files.ts'

/* What a run of the tests came to, in the shape that `npm run clauses` reads. */

/** Whoever takes a database of its own from these works on PostgreSQL. */
const DATABASES = new Set(['test/clone.ts', 'test/world.ts'])

/** Does a test file take its database, itself or through helpers in test/, from the ones above? */
export function onPostgres(tree: Tree, path: string, seen = new Set<string>()): boolean {
  if (DATABASES.has(path)) return true
  const text = tree.get(path)
  if (text === undefined || seen.has(path)) return false
  seen.add(path)
  return readSource(path, text).imports.some(
    ({ ours, typeOnly, target }) => ours && !typeOnly && target.startsWith('test/') && onPostgres(tree, target, seen),
  )
}

const OUTCOMES = { passed: 'passed', failed: 'failed', skipped: 'skipped', pending: 'failed' } as const

/** Tests of a run; a file or a group that broke outside its tests counts as one that failed. */
export function outcomesOf(vitest: Vitest, root: string, tree: Tree): ReportedTest[] {
  const tests: ReportedTest[] = []
  for (const module of vitest.state.getTestModules()) {
    const file = join(...relative(root, module.moduleId).split('\\'))
    const browser = file.startsWith('test/journeys/')
    // A journey's server stands on PostgreSQL whatever the file itself takes.
    const where = { file, browser, postgres: browser || onPostgres(tree, file) }
    const add = (title: string, outcome: ReportedTest['outcome']) => tests.push({ title, outcome, ...where })
    const broke = (group: TestModule | TestSuite, title: string) => {
      if (group.errors().length > 0) add(title, 'failed')
    }
    broke(module, `${file} as a whole`)
    for (const suite of module.children.allSuites()) broke(suite, `${suite.fullName} as a whole`)
    for (const test of module.children.allTests()) add(test.fullName, outcomeOf(test))
  }
  return tests
}

const outcomeOf = (test: TestCase) => OUTCOMES[test.result().state]

/** The closing line of `npm test`. */
export function closingLine(tests: readonly ReportedTest[]): string {
  const count = (outcome: ReportedTest['outcome']) => tests.filter((test) => test.outcome === outcome).length
  const skipped = count('skipped')
  return `${count('passed')} passed, ${count('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
