import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { simplified } from '../lib/simplified.ts'

const home = join(import.meta.dirname, '../..')
const files = globSync('src/**/words.json', { cwd: home }).sort()
const read = (file: string) => readFileSync(join(home, file), 'utf8')

type Dictionary = Record<string, string>
const written = files.map((file) => ({ file, words: JSON.parse(read(file)) as { hant: Dictionary; en: Dictionary } }))
const all: Dictionary = Object.assign({}, ...written.map(({ words }) => words.en))

const placeholders = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name).sort()

test.each(written)('$file has the same keys and placeholders in both languages', ({ words: { hant, en } }) => {
  expect(Object.keys(hant).sort()).toEqual(Object.keys(en).sort())
  const valuesOf = (words: Dictionary) =>
    Object.fromEntries(Object.entries(words).map(([key, text]) => [key, placeholders(text)]))
  expect(valuesOf(hant)).toEqual(valuesOf(en))
})

test('no key is worded twice with different words', () => {
  const seen = new Map<string, string>()
  const twice = written.flatMap(({ file, words }) =>
    Object.entries(words.hant).flatMap(([key, text]) => {
      const before = seen.get(key)
      seen.set(key, text)
      return before !== undefined && before !== text ? [`${key} in ${file}`] : []
    }),
  )
  expect(twice).toEqual([])
})

const HAN = '[\\u3400-\\u9fff]'
const HALF_WIDTH = new RegExp(`${HAN}[,:;!?()]|[,;!?(]${HAN}`)

test.each(written)('$file sets full-width punctuation in 繁體', ({ words: { hant } }) => {
  expect(Object.entries(hant).filter(([, text]) => HALF_WIDTH.test(text))).toEqual([])
})

// Characters that a text in 繁體 never holds; enough of them to notice one that was typed in 简体.
const SIMPLIFIED = /[们这个时开关务产业组规则员电话说请数据页签总实际间为对将进发还]/

test.each(written)('$file is 繁體 in 繁體 and English in English', ({ words: { hant, en } }) => {
  expect(Object.entries(hant).filter(([, text]) => SIMPLIFIED.test(text))).toEqual([])
  expect(Object.entries(en).filter(([, text]) => new RegExp(HAN).test(text))).toEqual([])
})

/** Keys asked for as they stand, and the beginnings of those that are put together: t('x.y'), label: 'x.y', t(`x.${y}`). */
function asked(file: string) {
  const text = read(file)
  const whole = [...text.matchAll(/\bt\(\s*'([^']+)'/g), ...text.matchAll(/\blabel: '(\w+(?:\.\w+)+)'/g)]
  const beginnings = [...text.matchAll(/\bt\(\s*`([^`$]*)\$\{/g)]
  return { whole: whole.map(([, key]) => key!), beginnings: beginnings.map(([, key]) => key!).filter(Boolean) }
}

const isWorded = (key: string) => key in all || (`${key}_one` in all && `${key}_other` in all)
const pages = globSync('src/**/*.{ts,tsx}', { cwd: home }).filter((file) => !/\.test\.tsx?$/.test(file))

test('every key that a page asks for is worded', () => {
  const missing = pages.flatMap((file) =>
    asked(file)
      .whole.filter((key) => !isWorded(key))
      .map((key) => `${key} in ${file}`),
  )
  expect(missing).toEqual([])
})

test('what is put together begins like a key that is worded', () => {
  const keys = Object.keys(all)
  const missing = pages.flatMap((file) =>
    asked(file)
      .beginnings.filter((start) => !keys.some((key) => key.startsWith(start)))
      .map((start) => `${start}… in ${file}`),
  )
  expect(missing).toEqual([])
})

test('every error of the house, every refusal of the rules and every role has its words', () => {
  const errors = [...read('src/platform/errors.ts').matchAll(/^ {2}([A-Z_]+): \{/gm)].map(([, code]) => `error.${code}`)
  const roles = [...read('src/platform/actor.ts').matchAll(/^ {2}'(\w+)',$/gm)].map(([, role]) => `role.${role}`)
  const refusals = pages
    .filter((file) => file.startsWith('src/modules/') && file.endsWith('.ts'))
    .flatMap((file) => [...read(file).matchAll(/\bno\(\s*'(\w+)'/g)].map(([, code]) => `refusal.${code}`))
  expect(errors.length).toBeGreaterThan(5)
  expect(roles.length).toBe(12)
  expect([...errors, ...roles, ...refusals].filter((key) => !isWorded(key))).toEqual([])
})

test('简体 keeps keys and placeholders', () => {
  for (const { words } of written) {
    const hans = JSON.parse(simplified(JSON.stringify(words.hant))) as Dictionary
    expect(Object.keys(hans)).toEqual(Object.keys(words.hant))
    for (const key of Object.keys(hans)) expect(placeholders(hans[key]!)).toEqual(placeholders(words.hant[key]!))
  }
})
