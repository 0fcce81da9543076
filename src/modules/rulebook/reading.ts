import { sql } from 'kysely'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Params } from '../../platform/rules.ts'
import { inBookOrder, statusOf } from './books.ts'
import { type ClauseContent, type Content, changesBetween, clausesOf } from './content.ts'
import { inForceOn } from './inForce.ts'
import { sameValue } from './rules.ts'

type Version = {
  id: string
  documentId: string
  code: string
  position: number
  number: number
  effectiveOn: Temporal.PlainDate
  publishedAt: Temporal.Instant
  by: string | null
  why: string
  content: Content
}

/** Versions of the centre's own documents, of one or of all, oldest first. */
async function versionsOf(ctx: Ctx, code: string | null = null): Promise<Version[]> {
  const { rows } = await sql<{
    id: string
    document_id: string
    code: string
    position: number
    number: number
    effective_on: Temporal.PlainDate
    published_at: Temporal.Instant
    by: string | null
    why: string
    content: Content
  }>`
    select v.id, v.document_id, d.code, d.position, v.number, v.effective_on, v.published_at, p.name as by, v.why, v.content
    from rule_version v join rule_document d on d.id = v.document_id
    left join person_name p on p.id = v.published_by
    where d.centre_id = ${ctx.centre.id} and d.unit_id is null and (${code}::text is null or d.code = ${code})
    order by d.position, d.code, v.effective_on, v.number`.execute(ctx.db)
  return rows.map((row) => ({
    id: row.id,
    documentId: row.document_id,
    code: row.code,
    position: row.position,
    number: row.number,
    effectiveOn: row.effective_on,
    publishedAt: row.published_at,
    by: row.by,
    why: row.why,
    content: row.content,
  }))
}

const head = (version: Version) => ({
  versionId: version.id,
  number: version.number,
  effectiveOn: version.effectiveOn,
  publishedAt: version.publishedAt,
  by: version.by,
  why: version.why,
})

/** The documents in force on a day with chapters and clauses; before a document's first version it is not listed. */
export async function documents(ctx: Ctx, day: Temporal.PlainDate) {
  const byDocument = Map.groupBy(await versionsOf(ctx), (version) => version.documentId)
  return [...byDocument.values()].flatMap((versions) => {
    const version = inForceOn(versions, day)
    if (!version) return []
    const coming = versions.filter((other) => Temporal.PlainDate.compare(other.effectiveOn, day) > 0)
    return [
      {
        code: version.code,
        title: version.content.title,
        version: head(version),
        coming: coming.map(head),
        chapters: version.content.chapters.map((chapter) => ({
          id: chapter.id,
          title: chapter.title,
          clauses: chapter.clauses.map((clause) => ({
            id: clause.id,
            title: clause.title,
            text: clause.text,
            kinds: clause.kinds,
            status: statusOf(ctx.centre.kind, clause),
            figures: Object.keys(clause.params ?? {}).length,
          })),
        })),
      },
    ]
  })
}

const clauseIn = (version: Version, id: string): ClauseContent | undefined =>
  clausesOf(version.content).find((clause) => clause.id === id)

/** The stands of one figure, newest first: each value with the version that set it. */
function standsOf(versions: readonly Version[], id: string, key: string) {
  const stands: { value: unknown; effectiveOn: Temporal.PlainDate; number: number }[] = []
  for (const version of versions) {
    const value = clauseIn(version, id)?.params?.[key]
    if (value === undefined) continue
    const last = stands.at(-1)
    if (!last || !sameValue(last.value, value))
      stands.push({ value, effectiveOn: version.effectiveOn, number: version.number })
  }
  return stands.reverse()
}

/**
 * A clause as it stands on a day, with its figures and their history, and the versions of its document, newest first,
 * each saying whether it changed this clause. Not found when no document in force that day holds it. [S1.1.4]
 */
export async function clause(ctx: Ctx, id: string, day: Temporal.PlainDate) {
  const { rows } = await sql<{ code: string }>`
    select d.code from rule_document d where d.centre_id = ${ctx.centre.id} and d.unit_id is null
      and exists (select from rule_version v where v.document_id = d.id
        and v.content @? ${`$.chapters[*].clauses[*] ? (@.id == ${JSON.stringify(id)})`}::jsonpath)`.execute(ctx.db)
  for (const { code } of rows) {
    const versions = await versionsOf(ctx, code)
    const version = inForceOn(versions, day)
    const found = version && clauseIn(version, id)
    if (!version || !found) continue
    const chapter = version.content.chapters.find((one) => one.clauses.some((other) => other.id === id))!
    const history = versions.map((one, i) => {
      const before = versions[i - 1]
      const changed = !before || !sameValue(clauseIn(before, id), clauseIn(one, id))
      const order = Temporal.PlainDate.compare(one.effectiveOn, day)
      const state = one.id === version.id ? ('inForce' as const) : order > 0 ? ('coming' as const) : ('past' as const)
      return { ...head(one), changed, state }
    })
    return {
      id,
      day,
      documentCode: code,
      documentTitle: version.content.title,
      chapter: { id: chapter.id, title: chapter.title },
      title: found.title,
      text: found.text,
      does: found.does,
      note: found.note ?? null,
      kinds: found.kinds,
      status: statusOf(ctx.centre.kind, found),
      version: head(version),
      figures: inBookOrder(ctx.centre.kind, id, Object.entries(found.params ?? {})).map(([key, value]) => ({
        key,
        value,
        stands: standsOf(versions, id, key),
      })),
      versions: history.reverse(),
    }
  }
  throw notFound()
}

/** The versions of a document, newest first. */
export async function versions(ctx: Ctx, code: string) {
  const found = await versionsOf(ctx, code)
  if (found.length === 0) throw notFound()
  return found.map(head).reverse()
}

/** The latest version of a document, from which a new one is made, with its own figures of some keys. */
export async function latestOf(ctx: Ctx, code: string) {
  const latest = (await versionsOf(ctx, code)).reduce<Version | null>(
    (last, version) => (last === null || version.number > last.number ? version : last),
    null,
  )
  if (!latest) throw notFound()
  const figures = Object.assign({}, ...clausesOf(latest.content).map((one) => one.params ?? {})) as Partial<Params>
  return { versionId: latest.id, number: latest.number, effectiveOn: latest.effectiveOn, figures }
}

/** What one version of a document changed against another. */
export async function difference(ctx: Ctx, code: string, from: number, to: number) {
  const found = await versionsOf(ctx, code)
  const before = found.find((version) => version.number === from)
  const after = found.find((version) => version.number === to)
  if (!before || !after) throw notFound()
  return { from: head(before), to: head(after), ...changesBetween(before.content, after.content) }
}

/** The latest published number of each of the centre's documents, by code: 1 = as it ships. */
export async function latestNumbers(ctx: Ctx): Promise<Map<string, number>> {
  const { rows } = await sql<{ code: string; number: number }>`
    select d.code, max(v.number) as number from rule_document d join rule_version v on v.document_id = d.id
    where d.centre_id = ${ctx.centre.id} and d.unit_id is null group by d.code`.execute(ctx.db)
  return new Map(rows.map((row) => [row.code, row.number]))
}
