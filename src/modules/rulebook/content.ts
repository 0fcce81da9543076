import { z } from 'zod'

/* The content of a version of a document: chapters of clauses, each in our own words with its figures. */

const Words = z.strictObject({ hant: z.string(), hans: z.string(), en: z.string() })

export const ClauseContent = z.strictObject({
  id: z.string().min(1),
  /** D data kept, C computed, R reminder, K check or block, P report or board, A permission, H wholly or partly human. */
  kinds: z.string(),
  status: z.enum(['built', 'planned', 'human']),
  title: Words,
  /** The rule in our own words. */
  text: Words,
  /** What Kaibo does about it, or what is left to people. */
  does: Words,
  /** How a slip or a gap of the text is read. */
  note: Words.optional(),
  params: z.record(z.string(), z.unknown()).optional(),
})
export type ClauseContent = z.infer<typeof ClauseContent>

export const Content = z.strictObject({
  title: Words,
  chapters: z.array(z.strictObject({ id: z.string().min(1), title: Words, clauses: z.array(ClauseContent) })),
})
export type Content = z.infer<typeof Content>

export const clausesOf = (content: Content): readonly ClauseContent[] =>
  content.chapters.flatMap((chapter) => chapter.clauses)
