/**
 * Derives the simplified text of the shipped rulebooks: beside every `hant` string in src/modules/rulebook/books it
 * writes the `hans` that follows from it, and lays the file out anew. Run it after editing a book; books.test.ts fails
 * when it was forgotten. `--check` only says which files are stale.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { simplified } from '../src/lib/simplified.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const lineWidth = 120

/** The same value with `hans` derived from each `hant` and standing right after it. */
function withHans(value: Json): Json {
  if (Array.isArray(value)) return value.map(withHans)
  if (value === null || typeof value !== 'object') return value
  const out: { [key: string]: Json } = {}
  for (const [key, part] of Object.entries(value)) {
    if (key === 'hans') continue
    out[key] = withHans(part)
    if (key === 'hant' && typeof part === 'string') out.hans = simplified(part)
  }
  return out
}

/** What fits on a line stays on it, so that a time or a title reads at a glance and a change shows as one line. */
function print(value: Json, indent: string, taken: number): string {
  const flat = JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ')
  if (value === null || typeof value !== 'object') return flat
  // A Chinese character is as wide as two letters.
  const width = taken + flat.length + (flat.match(/[\u3000-\u9fff\uff00-\uffef]/g)?.length ?? 0)
  if (width <= lineWidth || Object.keys(value).length === 0) return flat
  const inner = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((part) => inner + print(part, inner, inner.length))
    : Object.entries(value).map(([key, part]) => {
        const name = `${inner}${JSON.stringify(key)}: `
        return name + print(part, inner, name.length)
      })
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`
}

const onlyCheck = process.argv.includes('--check')
const books = new URL('../src/modules/rulebook/books/', import.meta.url)
let stale = 0
for (const path of globSync('*/*.json', { cwd: books }).sort()) {
  const file = new URL(path, books)
  const before = readFileSync(file, 'utf8')
  const after = `${print(withHans(JSON.parse(before) as Json), '', 0)}\n`
  if (after === before) continue
  stale += 1
  console.log(`${path} ${onlyCheck ? 'is stale' : 'written'}`)
  if (!onlyCheck) writeFileSync(file, after)
}
if (onlyCheck && stale > 0) process.exitCode = 1
