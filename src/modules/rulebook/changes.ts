import { type ClauseContent, type Content, clausesOf } from './content.ts'

/* What differs between two versions of a document. Pure. */

export type FigureChange = {
  readonly clause: string
  readonly key: string
  readonly before: unknown
  readonly after: unknown
}
export type TextChange = {
  readonly clause: string
  readonly field: 'title' | 'text' | 'does' | 'note'
  readonly before: ClauseContent['title'] | null
  readonly after: ClauseContent['title'] | null
}
export type Changes = {
  readonly added: string[]
  readonly removed: string[]
  readonly figures: FigureChange[]
  readonly texts: TextChange[]
}

/** Equal as values, whatever the order of their keys: the database keeps no order of keys. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key as never], b[key as never]))
  )
}

const FIELDS = ['title', 'text', 'does', 'note'] as const

/** Clauses that came and went, figures and texts that differ. A figure that came or went has null on that side. */
export function changesBetween(before: Content, after: Content): Changes {
  const old = new Map(clausesOf(before).map((clause) => [clause.id, clause]))
  const now = new Map(clausesOf(after).map((clause) => [clause.id, clause]))
  const both = [...now.values()]
    .filter((clause) => old.has(clause.id))
    .map((clause) => [old.get(clause.id)!, clause] as const)
  return {
    added: [...now.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !now.has(id)),
    figures: both.flatMap(([was, is]) => {
      const keys = new Set([...Object.keys(was.params ?? {}), ...Object.keys(is.params ?? {})])
      return [...keys].flatMap((key) => {
        const change = { clause: is.id, key, before: was.params?.[key] ?? null, after: is.params?.[key] ?? null }
        return sameValue(change.before, change.after) ? [] : [change]
      })
    }),
    texts: both.flatMap(([was, is]) =>
      FIELDS.flatMap((field) => {
        const change = { clause: is.id, field, before: was[field] ?? null, after: is[field] ?? null }
        return sameValue(change.before, change.after) ? [] : [change]
      }),
    ),
  }
}
