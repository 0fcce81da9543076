import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Measured } from './measured.ts'

/** A measure with how busy the machine was before it began: processes at work or waiting, over the last minute. */
export type Taken = { readonly measured: Measured; readonly busy: number }

const FILE = join(import.meta.dirname, '../docs/bench.md')
const mark = (name: string) => `<!-- measured: ${name} -->`
const END = '<!-- end -->'

const cell = (text: string) => text.replaceAll('|', '\\|')

/** One measure's part of the page: date, machine, and a row for each line. */
function partOf(name: string, { measured: { lines }, busy }: Taken): string {
  const { model = '' } = cpus()[0] ?? {}
  const on = `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
  const rows = lines.map(({ what, figure, beside = '', aim = '', met }) => {
    const judged = met === undefined ? '' : met ? 'met' : '**missed**'
    return `| ${[what, figure, beside, aim, judged].map(cell).join(' | ')} |`
  })
  return [
    mark(name),
    `${Temporal.Now.plainDateISO()}, ${on}; load before it began ${busy.toFixed(1)}`,
    '',
    '| what | figure | beside it | aim | |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    END,
  ].join('\n')
}

/** Puts the lines of each measure between its marks; what was not measured this time stays as it was. */
export function writeTable(results: ReadonlyMap<string, Taken>): void {
  let page = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '# Measured\n'
  for (const [name, taken] of results) {
    const from = page.indexOf(mark(name))
    const part = partOf(name, taken)
    if (from < 0) page += `\n### \`${name}\`\n\n${part}\n`
    else page = page.slice(0, from) + part + page.slice(page.indexOf(END, from) + END.length)
  }
  writeFileSync(FILE, page)
  // As wide as its columns, as every page of the house.
  spawnSync(process.execPath, [
    join(import.meta.dirname, '../node_modules/@biomejs/biome/bin/biome'),
    'format',
    '--write',
    FILE,
  ])
}
