import { sql } from 'kysely'
import { simplified } from '../../lib/simplified.ts'
import { all, no, type Verdict, yes } from '../../lib/verdict.ts'
import { demand, notFound, stale } from '../../platform/api.ts'
import { renewRules } from '../../platform/centre.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Params } from '../../platform/rules.ts'
import { type ClauseContent, type Content, changesBetween, clausesOf } from './content.ts'
import { isParam, PARAMS } from './params.ts'
import { mayRunTimetable, mayTakeEffect, sameValue, TIMETABLE_KEYS, type TimetableFigures } from './rules.ts'

/** The hours of a day in which these packs let anybody be called; compliance owns them and the router hands them in. */
export type OpenHours = (packs: readonly string[]) => readonly (readonly [from: string, to: string])[]

export type Publication = {
  readonly documentCode: string
  /** The latest version, from which the new one is made; another one in the meantime is `stale`. Absent = the latest. */
  readonly baseVersionId?: string | undefined
  readonly effectiveOn: Temporal.PlainDate
  /** Figures by key; each has to stand on a clause of this document. */
  readonly figures?: Readonly<Record<string, unknown>> | undefined
  /** Words of clauses; the simplified text follows from the traditional. */
  readonly texts?:
    | readonly {
        readonly clause: string
        readonly field: 'title' | 'text' | 'note'
        readonly hant: string
        readonly en: string
      }[]
    | undefined
  readonly why: string
}

/** The figures of the timetable as they would stand with the changes, on the day they would take effect. */
export function timetableFigures(
  ctx: Pick<Ctx, 'rules'>,
  day: Temporal.PlainDate,
  changed: Readonly<Record<string, unknown>> = {},
): TimetableFigures {
  const rules = ctx.rules.at(day)
  const figure = (key: keyof Params) => changed[key] ?? (rules.has(key) ? rules.get(key) : undefined)
  return Object.fromEntries(TIMETABLE_KEYS.map((key) => [key, figure(key)])) as TimetableFigures
}

function fits(clauses: readonly ClauseContent[], figures: Readonly<Record<string, unknown>>): Verdict {
  return all(
    ...Object.entries(figures).map(([key, value]) => {
      const clause = clauses.find(({ params }) => params && Object.hasOwn(params, key))
      if (!clause || !isParam(key)) return no('rulebook.figureUnknown', 'S1.1.4', { key })
      const read = PARAMS[key].schema.safeParse(value)
      if (read.success) return yes
      const [issue] = read.error.issues
      return no('rulebook.figureInvalid', clause.id, {
        key,
        at: issue?.path.join(' › ') ?? '',
        why: issue?.message ?? '',
      })
    }),
  )
}

function changed(content: Content, { figures = {}, texts = [] }: Publication): Content {
  return {
    ...content,
    chapters: content.chapters.map((chapter) => ({
      ...chapter,
      clauses: chapter.clauses.map((clause) => {
        const worded = texts
          .filter((text) => text.clause === clause.id)
          .map(({ field, hant, en }) => [field, { hant, hans: simplified(hant), en }])
        const params = Object.fromEntries(
          Object.entries(clause.params ?? {}).map(([key, value]) => [
            key,
            Object.hasOwn(figures, key) ? figures[key] : value,
          ]),
        )
        return { ...clause, ...Object.fromEntries(worded), ...(clause.params ? { params } : {}) }
      }),
    })),
  }
}

/**
 * Publishes a new version of a centre's document: a copy of the latest with the changes, in force from `effectiveOn`
 * (today or later). Facts of earlier days stay with the version of their day. Refuses figures that do not fit their
 * shape, and a timetable that breaks limits, calling hours or its own plan. Returns the version. [S1.5.2, S4.4.3]
 */
export async function publish(
  ctx: Ctx,
  publication: Publication,
  openHours: OpenHours,
): Promise<{ versionId: string; number: number }> {
  const { documentCode, effectiveOn, figures = {}, why } = publication
  // The row of the document orders two publications; the unique number is the second net.
  const { rows: found } = await sql<{ id: string }>`select id from rule_document where centre_id = ${ctx.centre.id}
    and unit_id is null and code = ${documentCode} for update`.execute(ctx.db)
  const document = found[0]
  if (!document) throw notFound()
  const { rows } = await sql<{ id: string; number: number; effective_on: Temporal.PlainDate; content: Content }>`
    select id, number, effective_on, content from rule_version where document_id = ${document.id}
    order by number desc limit 1`.execute(ctx.db)
  const base = rows[0]!
  if (publication.baseVersionId !== undefined && publication.baseVersionId !== base.id)
    throw stale({ versionId: base.id, number: base.number, effectiveOn: base.effective_on.toString() })

  const subject = { kind: 'ruleDocument', id: document.id }
  const clauses = clausesOf(base.content)
  demand(mayTakeEffect(effectiveOn.toString(), ctx.today.toString(), base.effective_on.toString()), subject)
  demand(fits(clauses, figures), subject)
  const known = new Set(clauses.map((clause) => clause.id))
  const lost = publication.texts?.find((text) => !known.has(text.clause))
  demand(lost ? no('rulebook.clauseUnknown', 'S1.1.4', { clause: lost.clause }) : yes, subject)
  const content = changed(base.content, publication)
  const changes = changesBetween(base.content, content)
  demand(sameValue(base.content, content) ? no('rulebook.nothingChanged', 'S1.5.2') : yes, subject)
  if (TIMETABLE_KEYS.some((key) => Object.hasOwn(figures, key)) || Object.hasOwn(figures, 'packs')) {
    const rules = ctx.rules.at(effectiveOn)
    const packs = (figures.packs as Params['packs'] | undefined) ?? rules.get('packs')
    const bounds = { open: openHours(packs), limitClause: rules.origin('hours.limit').clause }
    demand(mayRunTimetable(timetableFigures(ctx, effectiveOn, figures), bounds), subject)
  }

  const number = base.number + 1
  const made = await sql<{ id: string }>`
    insert into rule_version (document_id, number, effective_on, content, why, published_by, published_at)
    values (${document.id}, ${number}, ${effectiveOn}, ${JSON.stringify(content)}, ${why}, ${ctx.actor.personId}, ${ctx.now})
    returning id`.execute(ctx.db)
  const versionId = made.rows[0]!.id
  await renewRules(ctx.db, ctx.centre.id)
  await ctx.emit('rulebook.published', subject, {
    versionId,
    number,
    effectiveOn: effectiveOn.toString(),
    figures: changes.figures.map((change) => change.key),
  })
  ctx.touch('rulebook')
  // The timetable on every page follows the rules.
  ctx.touch('attendance')
  return { versionId, number }
}
