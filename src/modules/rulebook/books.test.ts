import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { simplified } from '../../lib/simplified.ts'
import clauses from './clauses.json' with { type: 'json' }

type Words = { hant: string; hans: string; en: string }
type Clause = {
  id: string
  kinds: string
  status: 'built' | 'planned' | 'human'
  title: Words
  text: Words
  does: Words
  note?: Words
  params?: Record<string, unknown>
}
type Document = {
  code: string
  title: Words
  effectiveOn: string
  chapters: { id: string; title: Words; clauses: Clause[] }[]
}

const folder = new URL('./books/', import.meta.url)
const shipped = globSync('*/*.json', { cwd: folder })
  .sort()
  .map((path) => ({
    path,
    book: path.split('/')[0] ?? '',
    document: JSON.parse(readFileSync(new URL(path, folder), 'utf8')) as Document,
  }))
const clausesOf = (document: Document) => document.chapters.flatMap((chapter) => chapter.clauses)
const known = new Map(clauses.map((row) => [row.id, row]))
const paramsOf = (book: string) =>
  shipped
    .filter((file) => file.book === book)
    .flatMap((file) => clausesOf(file.document))
    .flatMap((clause) => Object.entries(clause.params ?? {}))

/** Every part of a value that carries words, with the way to it. */
function words(value: unknown, at = ''): { at: string; words: Partial<Words> }[] {
  if (value === null || typeof value !== 'object') return []
  const here = ['hant', 'hans', 'en'].some((key) => key in value) ? [{ at, words: value as Partial<Words> }] : []
  return [...here, ...Object.entries(value).flatMap(([key, part]) => words(part, `${at}/${key}`))]
}

/** Times of day anywhere in a value. */
const timesIn = (value: unknown): string[] => JSON.stringify(value).match(/(?<=")\d+:\d+(?=")/g) ?? []

const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

test('every clause stands once in the texts of the two books', () => {
  // The dealership's floor document takes up clauses of the life centre's texts with figures of its own.
  const ids = shipped.filter((file) => file.document.code !== 'floor').flatMap((file) => clausesOf(file.document))
  expect(ids.map((clause) => clause.id).sort()).toEqual([...known.keys()].sort())
})

test('the first, third, fourth and fifth text are the life book, the second is the dealership', () => {
  for (const { book, document } of shipped.filter((file) => file.document.code !== 'floor'))
    for (const { id } of clausesOf(document)) expect(book, id).toBe(id.startsWith('S2.') ? 'dealership' : 'life')
})

describe.each(shipped)('$path', ({ path, book, document }) => {
  test('is named by its code, has a day and no id twice', () => {
    expect(path).toBe(`${book}/${document.code}.json`)
    expect(Temporal.PlainDate.from(document.effectiveOn).toString()).toBe(document.effectiveOn)
    const ids = document.chapters.flatMap((chapter) => [chapter.id, ...chapter.clauses.map((clause) => clause.id)])
    expect(ids).toEqual([...new Set(ids)])
  })

  test('agrees with the requirement on the kinds and on what is left to people', () => {
    for (const clause of clausesOf(document)) {
      expect(clause.kinds, clause.id).toBe(known.get(clause.id)?.kinds)
      expect(['built', 'planned', 'human'], clause.id).toContain(clause.status)
      expect(clause.status === 'human', clause.id).toBe(known.get(clause.id)?.humanOnly)
    }
  })

  test('speaks three languages, and the simplified text follows from the traditional', () => {
    const all = words(document)
    expect(all.length).toBeGreaterThanOrEqual(1 + document.chapters.length + 3 * clausesOf(document).length)
    for (const part of all) {
      expect(part.words.hant, part.at).toMatch(/\S/)
      expect(part.words.en, part.at).toMatch(/\S/)
      expect(part.words.hans, part.at).toBe(simplified(part.words.hant ?? ''))
    }
  })

  test('uses full-width punctuation between Chinese characters', () => {
    for (const part of words(document))
      expect(part.words.hant, part.at).not.toMatch(/[\u4e00-\u9fff][,;:()!?]|[,;:()!?][\u4e00-\u9fff]/)
  })
})

describe.each(['life', 'dealership'])('the figures of the %s book', (book) => {
  const figures = Object.fromEntries(paramsOf(book))

  test('stand on one clause each', () => {
    const keys = paramsOf(book).map(([key]) => key)
    expect(keys).toEqual([...new Set(keys)])
    for (const key of keys) expect(key).toMatch(/^[a-z]+(\.[a-z][A-Za-z]*)*$/)
  })

  test('give times of day as HH:MM', () => {
    for (const [key, value] of paramsOf(book))
      for (const time of timesIn(value)) expect(time, key).toMatch(/^([01]\d|2[0-3]):[0-5]\d$/)
  })

  test('plan every calling block, on every day of the week', () => {
    const blocks = figures['dial.blocks'] as { key: string; from: string; to: string }[]
    const plan = figures['dial.plan'] as { band: string; weekdays: number[]; order: string[]; share: object }[]
    for (const { key } of blocks) {
      const days = plan.filter((line) => line.band === key).flatMap((line) => line.weekdays)
      expect(days.sort(), key).toEqual([1, 2, 3, 4, 5, 6, 7])
    }
    for (const line of plan) {
      expect(line.order[0]).toBe('callback')
      expect(Object.values(line.share).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
    }
  })

  test('keep the working day within its hours', () => {
    // The day is from the morning meeting to the end of the first block, the blocks after it with the noon meeting,
    // and the evening meeting.
    const [first, ...later] = figures['dial.blocks'] as { from: string; to: string }[]
    const meeting = (name: string) => figures[`meeting.${name}`] as { from: string; to: string } | undefined
    const spans = [
      { from: meeting('morning')?.from ?? '', to: first?.to ?? '' },
      ...later,
      ...[meeting('noon'), meeting('evening')].filter((span) => span !== undefined),
    ]
    const day = spans.reduce((sum, span) => sum + minutes(span.to) - minutes(span.from), 0)
    const { dayHours } = figures['hours.limit'] as { dayHours: number }
    expect(day).toBeGreaterThan(0)
    expect(day).toBeLessThanOrEqual(dayHours * 60)
  })
})

test('the six lines of the planning group sum to a hundred, and the personal line to its fifteen', () => {
  const figures = Object.fromEntries(paramsOf('life'))
  const sum = (key: string) => Object.values(figures[key] as Record<string, number>).reduce((all, one) => all + one, 0)
  expect(sum('assessment.weights')).toBe(100)
  expect(sum('assessment.personal')).toBe((figures['assessment.weights'] as { personal: number }).personal)
})
