/**
 * Which clauses the last full run of the tests proves: `npm run clauses` for people, with `-- --json` for programs.
 * It reads what ran, not what is written: test-results/report.json of `npm test`.
 */
import { existsSync, readFileSync } from 'node:fs'
import clauses from '../src/modules/rulebook/clauses.json' with { type: 'json' }
import { countClauses, lettersOf, type Report, strayTags } from './clauseCount.ts'

const file = new URL('../test-results/report.json', import.meta.url)
if (!existsSync(file)) {
  console.error('There is no report of a full run yet: run npm test first.')
  process.exit(1)
}
const { ranAt, tests } = JSON.parse(readFileSync(file, 'utf8')) as Report
const count = countClauses(clauses, tests)

/** Ids in lines of a hundred letters. */
const wrapped = (ids: readonly string[]) => ids.join(' ').replaceAll(/(.{1,100})(?: |$)/g, '  $1\n')

if (process.argv.includes('--json')) console.log(JSON.stringify(count, null, 2))
else {
  const { total, humanOnly, proven, part, missing } = count
  const partly = clauses.filter(({ id }) => id in part)
  const width = Math.max(0, ...partly.map(({ id }) => id.length))
  console.log(`${total} clauses, as the tests of ${ranAt} prove them\n`)
  console.log(`${proven.length} proven\n${wrapped(proven)}`)
  console.log(`${partly.length} in part`)
  for (const clause of partly) {
    const done = part[clause.id] ?? []
    const open = lettersOf(clause).filter((letter) => !done.includes(letter))
    console.log(`  ${clause.id.padEnd(width)}  proven ${done.join(' ')}, missing ${open.join(' ')}`)
  }
  console.log(`\n${missing.length} missing\n${wrapped(missing)}`)
  console.log(`${humanOnly} left to people: the software does nothing for them and says so`)
  const stray = strayTags(
    clauses,
    tests.map(({ title }) => title),
  )
  if (stray.length > 0) console.log(`\nTags that name no clause or no letter of it: ${stray.join(', ')}`)
}
