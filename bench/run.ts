/**
 * `npm run bench -- [NAME…] [--json NAME] [--table] [--agents 200 …]`: measured comparisons, as ratios of things that run
 * side by side on the same machine in the same minutes. Without a name all run. `--json` prints the figures of one measure
 * alone, `--table` writes the lines of those that ran into docs/bench.md. An aim that is missed ends nothing: it is told.
 */
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { type Line, type Sizes, say } from './measured.ts'
import { MEASURES } from './measures.ts'
import { type Taken, writeTable } from './table.ts'

const SIZES: Sizes = {
  ...{ seconds: 3, agents: 200, leads: 60_000, seats: 500, rows: 1_000_000, calls: 25_000_000 },
  moved: 300_000,
  ...{ claims: 20_000, floorSeconds: 180 },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    table: { type: 'boolean', default: false },
    ...Object.fromEntries(Object.keys(SIZES).map((name) => [name, { type: 'string' } as const])),
  },
})
const given: Readonly<Record<string, unknown>> = values
const sizes = Object.fromEntries(
  Object.entries(SIZES).map(([name, usual]) => [name, Math.max(1, Math.floor(Number(given[name] ?? usual)))]),
) as Sizes

const only = typeof values.json === 'string' ? values.json : null
const names = only ? [only] : positionals.length > 0 ? positionals : Object.keys(MEASURES)
const unknown = names.filter((name) => !Object.hasOwn(MEASURES, name))
if (unknown.length > 0) {
  console.error(
    `Nothing of that name is measured: ${unknown.join(', ')}. There are: ${Object.keys(MEASURES).join(', ')}.`,
  )
  process.exit(1)
}

const results = new Map<string, Taken>()
for (const name of names) {
  say(`measuring: ${name}`)
  const busy = loadavg()[0] ?? 0
  results.set(name, { measured: await MEASURES[name]!(sizes), busy })
}

if (only) console.log(JSON.stringify(results.get(only)!.measured.json))
else print([...results.values()].flatMap(({ measured }) => measured.lines))
if (values.table) writeTable(results)

function print(lines: readonly Line[]): void {
  const rows = lines.map(({ what, figure, beside = '', aim = '', met }) => [
    ...[what, figure, beside, aim],
    met === undefined ? '' : met ? 'met' : 'MISSED',
  ])
  const width = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => row[at]!.length)))
  for (const row of rows)
    console.log(
      row
        .map((cell, at) => cell.padEnd(width[at] ?? 0))
        .join('   ')
        .trimEnd(),
    )
}
