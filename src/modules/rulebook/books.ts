import { sql } from 'kysely'
import { renewRules } from '../../platform/centre.ts'
import type { Ctx } from '../../platform/context.ts'
import dealershipFloor from './books/dealership/floor.json' with { type: 'json' }
import dealershipMeetings from './books/dealership/meetings.json' with { type: 'json' }
import lifeLeader from './books/life/leader.json' with { type: 'json' }
import lifePlanning from './books/life/planning.json' with { type: 'json' }
import lifeTeam from './books/life/team.json' with { type: 'json' }
import lifeVisit from './books/life/visit.json' with { type: 'json' }
import { type ClauseContent, type Content, clausesOf } from './content.ts'

export type Book = { readonly code: string; readonly effectiveOn: string } & Content
export type BookKind = 'life' | 'dealership'

/** The rulebooks that ship, in the order they are shown. */
export const BOOKS = {
  life: [lifeTeam, lifePlanning, lifeLeader, lifeVisit],
  dealership: [dealershipMeetings, dealershipFloor],
} as unknown as Readonly<Record<BookKind, readonly Book[]>>

const STATUS = {
  life: new Map(BOOKS.life.flatMap(clausesOf).map((clause) => [clause.id, clause.status])),
  dealership: new Map(BOOKS.dealership.flatMap(clausesOf).map((clause) => [clause.id, clause.status])),
}

/** Whether this program does what a clause asks for: a property of the program, not of the version of the text. */
export const statusOf = (kind: BookKind, clause: ClauseContent): ClauseContent['status'] =>
  STATUS[kind].get(clause.id) ?? clause.status

const KEYS = {
  life: new Map(BOOKS.life.flatMap(clausesOf).map((clause) => [clause.id, Object.keys(clause.params ?? {})])),
  dealership: new Map(
    BOOKS.dealership.flatMap(clausesOf).map((clause) => [clause.id, Object.keys(clause.params ?? {})]),
  ),
}

/** The figures of a clause in the order of the book: the database keeps no order of keys. Others stand last. */
export function inBookOrder<T>(kind: BookKind, clauseId: string, figures: readonly [string, T][]): [string, T][] {
  const keys = KEYS[kind].get(clauseId) ?? []
  const place = (key: string) => (keys.includes(key) ? keys.indexOf(key) : keys.length)
  return [...figures].sort(([a], [b]) => place(a) - place(b))
}

/** What a new centre has of its own in the rulebook of its kind, from the first version on. */
export type OwnFigures = {
  /** Ids of the packs that hold, see compliance. */
  readonly packs: readonly string[]
  /** Country of its calendar. */
  readonly country: string
}

/**
 * Gives a new centre the rulebook of its kind: each document's first version, in force from the book's own day. Packs
 * and country are those of the book unless given.
 */
export const seedBooks = (ctx: Ctx, kind: BookKind, own?: OwnFigures): Promise<void> =>
  addBooks(ctx, own ? BOOKS[kind].map((book) => ({ ...book, ...withOwn(book, own) })) : BOOKS[kind])

function withOwn({ title, chapters }: Content, { packs, country }: OwnFigures): Content {
  const figure = (key: string, value: unknown) => {
    if (key === 'packs') return [...packs]
    return key === 'calendar' ? { ...(value as object), country } : value
  }
  const clause = (one: ClauseContent): ClauseContent =>
    one.params
      ? { ...one, params: Object.fromEntries(Object.entries(one.params).map(([key, v]) => [key, figure(key, v)])) }
      : one
  return { title, chapters: chapters.map((chapter) => ({ ...chapter, clauses: chapter.clauses.map(clause) })) }
}

/** Adds documents to a centre's rulebook, after those that it has. */
export async function addBooks(ctx: Ctx, books: readonly Book[]): Promise<void> {
  const rows = books.map(({ code, effectiveOn, title, chapters }, position) => ({
    code,
    position,
    effective_on: effectiveOn,
    content: { title, chapters },
  }))
  await sql`
    with given as materialized (
      select uuidv7() as id, g.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as g(code text, position int, effective_on date, content jsonb)
    ), last as (
      select coalesce(max(position) + 1, 0) as position from rule_document where centre_id = ${ctx.centre.id}
    ), opened as (
      insert into rule_document (id, centre_id, code, position)
      select g.id, ${ctx.centre.id}, g.code, g.position + l.position from given g, last l
    )
    insert into rule_version (document_id, number, effective_on, content, published_at)
    select id, 1, effective_on, content, ${ctx.now}::timestamptz from given`.execute(ctx.db)
  await renewRules(ctx.db, ctx.centre.id)
  ctx.touch('rulebook')
}
