import { wordKey } from '../../lib/cells.ts'
import type { Columns, SheetKind } from './rules.ts'

/** How well a head fits one of a field's names: equal, one within the other, or not at all. */
function closeness(head: string, names: readonly string[]): number {
  let best = 0
  for (const name of names) {
    const key = wordKey(name)
    if (key === head) return 1000
    // A short word is in too many others: 日 of a day stands in every birthday.
    if (key.length >= 2 && head.includes(key)) best = Math.max(best, 100 + key.length)
    else if (head.length >= 2 && key.includes(head)) best = Math.max(best, head.length)
  }
  return best
}

/**
 * What columns seem to be by their heads: the best fits first, each field once. A column whose head fits nothing is not
 * read; heads without text are left out.
 */
export function suggestColumns(kind: SheetKind, heads: readonly string[]): Columns {
  const fits = heads.flatMap((head, column) =>
    kind.fields.map((field, place) => ({
      head,
      column,
      place,
      field: field.key,
      of: closeness(wordKey(head), field.heads),
    })),
  )
  const columns: Record<string, string | null> = Object.fromEntries(heads.map((head) => [head, null]))
  const taken = new Set<string>()
  for (const { head, field, of } of fits.toSorted((a, b) => b.of - a.of || a.column - b.column || a.place - b.place)) {
    if (of === 0 || head === '' || columns[head] || taken.has(field)) continue
    columns[head] = field
    taken.add(field)
  }
  return columns
}
