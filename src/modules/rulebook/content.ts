import type { Words } from '../../lib/wire.ts'
import { sameValue } from './rules.ts'

/* The content of a version of a document: chapters of clauses, each in our own words with its figures. Pure. */

export type ClauseContent = {
  readonly id: string
  /** D data kept, C computed, R reminder, K check or block, P report or board, A permission, H wholly or partly human. */
  readonly kinds: string
  readonly status: 'built' | 'planned' | 'human'
  readonly title: Words
  /** The rule in our own words. */
  readonly text: Words
  /** What Kaibo does about it, or what is left to people. */
  readonly does: Words
  /** How a slip or a gap of the text is read. */
  readonly note?: Words
  readonly params?: Readonly<Record<string, unknown>>
}

export type Content = {
  readonly title: Words
  readonly chapters: readonly {
    readonly id: string
    readonly title: Words
    readonly clauses: readonly ClauseContent[]
  }[]
}

export const clausesOf = (content: Content): readonly ClauseContent[] =>
  content.chapters.flatMap((chapter) => chapter.clauses)

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
