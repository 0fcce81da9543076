/**
 * `npm test`: rules, modules on PostgreSQL, boundaries, rights and clauses, then the journeys in a browser. The last
 * line is `N passed, N failed`. A full run leaves test-results/report.json for `npm run clauses`; with words after
 * `--`, only files whose path has one of them are run, and the report stays as it was.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import type { Report, ReportedTest } from '../scripts/clauseCount.ts'
import { ensureChromium } from './chromium.ts'
import { closingLine, outcomesOf } from './report.ts'
import { readTree } from './source-files.ts'

const home = new URL('../', import.meta.url)
const root = fileURLToPath(home)
const tree = readTree(home)
const wanted = process.argv.slice(2)
const journeys = [...tree.keys()].filter(
  (path) =>
    /^test\/journeys\/.*\.test\.ts$/.test(path) && (wanted.length === 0 || wanted.some((word) => path.includes(word))),
)
const tests: ReportedTest[] = []
/** What went wrong outside any test. */
const troubles: string[] = []

async function run(config: string) {
  const options = { root, config, watch: false, allowOnly: false, passWithNoTests: wanted.length > 0 }
  const vitest = await startVitest(wanted, options)
  const ran = outcomesOf(vitest, root, tree)
  tests.push(...ran)
  // A set-up that broke leaves no test and no error behind, only the exit code that Vitest wants.
  const broke = vitest.state.getUnhandledErrors().length > 0 || (process.exitCode ?? 0) !== 0
  if (broke && ran.every(({ outcome }) => outcome !== 'failed')) troubles.push(`${config}: an error outside any test`)
  if (ran.length === 0 && wanted.length === 0) troubles.push(`${config}: no test was run`)
  process.exitCode = 0
  await vitest.close()
}

await run('vitest.config.ts')
if (journeys.length > 0) {
  try {
    process.env.CHROMIUM = ensureChromium()
    await run('vitest.journeys.config.ts')
  } catch (error) {
    troubles.push(error instanceof Error ? error.message : String(error))
  }
} else if (wanted.length === 0) troubles.push('There are no browser journeys in test/journeys.')
if (tests.length === 0) troubles.push('No test was run.')

if (wanted.length === 0) {
  const results = new URL('test-results/', home)
  mkdirSync(results, { recursive: true })
  const report: Report = { ranAt: Temporal.Now.instant().round('second').toString(), tests }
  writeFileSync(new URL('report.json', results), `${JSON.stringify(report, null, 1)}\n`)
}
for (const trouble of troubles) console.error(trouble)
console.log(closingLine(tests))
// Not left to the event loop: a socket that a test forgot must not keep the run open.
process.exit(troubles.length > 0 || tests.some(({ outcome }) => outcome === 'failed') ? 1 : 0)
