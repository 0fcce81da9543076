/**
 * `npm run check`: everything that can be said of the project without running it. Each check is run whatever the ones
 * before it said, so that one look shows all there is to mend.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))

const CHECKS: readonly (readonly [name: string, file: string, ...args: string[]])[] = [
  ['style and lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
  ['types', 'node_modules/typescript/bin/tsc', '--noEmit'],
  ['nothing unused', 'node_modules/knip/bin/knip.js'],
  ['schema.ts as migrated', 'scripts/schema.ts', '--verify'],
  ['simplified text of the rulebooks', 'scripts/simplify.ts', '--check'],
]

const failed: string[] = []
for (const [name, ...command] of CHECKS) {
  console.log(`\n── ${name}`)
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' })
  if (status !== 0) failed.push(name)
}
console.log(`\n${CHECKS.length - failed.length} of ${CHECKS.length} checks in order`)
if (failed.length > 0) {
  console.log(`to mend: ${failed.join(', ')}`)
  process.exitCode = 1
}
