import { z } from 'zod'
import { Day, DayIn, Id, Instant, Words } from '../../lib/wire.ts'
import { command, query } from '../../platform/api.ts'
import { decisionsOf } from './decisions.ts'
import { LEAD_KINDS } from './params.ts'
import { type OpenHours, publish, timetableFigures } from './publish.ts'
import { clause, difference, documents, latestOf, versions } from './reading.ts'
import { plannedHours } from './rules.ts'

/*
 * rulebook: the regulations as data: documents › chapters › clauses with typed figures, in dated versions that are
 * published and never edited; what is in force on a day; and the page of each clause with the decisions it made. Other
 * modules read figures by `ctx.rules`. It decides nothing itself: logic is the code of the module a clause is about.
 */

const Version = z.object({
  versionId: Id,
  number: z.int(),
  effectiveOn: Day,
  publishedAt: Instant,
  by: z.string().nullable(),
  why: z.string(),
})
const Status = z.enum(['built', 'planned', 'human'])
const ClauseId = z.string().min(1).max(30)
const Code = z.string().min(1).max(60)
const Some = z.object({ from: z.string(), to: z.string() })
const Because = z.object({ key: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) })

const Blocks = z.array(z.object({ key: z.string(), from: z.string(), to: z.string() }))
const Plan = z.array(
  z.object({
    band: z.string(),
    weekdays: z.array(z.int()),
    order: z.array(z.enum(LEAD_KINDS)),
    share: z.object({ fresh: z.number(), retry: z.number() }),
  }),
)

/** The operations; `openHours` are the packs' calling hours, which compliance owns and the router hands in. */
export const rulebookWith = (openHours: OpenHours) => ({
  documents: query({
    may: 'everyone',
    input: z.object({ day: DayIn.optional() }),
    output: z.object({
      day: Day,
      documents: z.array(
        z.object({
          code: z.string(),
          title: Words,
          version: Version,
          coming: z.array(Version),
          chapters: z.array(
            z.object({
              id: z.string(),
              title: Words,
              clauses: z.array(
                z.object({
                  id: z.string(),
                  title: Words,
                  text: Words,
                  kinds: z.string(),
                  status: Status,
                  figures: z.int(),
                }),
              ),
            }),
          ),
        }),
      ),
    }),
    summary: 'The documents in force on a day, by chapter and clause [S1.1.4]',
    run: async (ctx, { day = ctx.today }) => ({ day, documents: await documents(ctx, day) }),
  }),

  clause: query({
    may: 'everyone',
    input: z.object({ id: ClauseId, day: DayIn.optional() }),
    output: z.object({
      id: z.string(),
      day: Day,
      documentCode: z.string(),
      documentTitle: Words,
      chapter: z.object({ id: z.string(), title: Words }),
      title: Words,
      text: Words,
      does: Words,
      note: Words.nullable(),
      kinds: z.string(),
      status: Status,
      version: Version,
      figures: z.array(
        z.object({
          key: z.string(),
          value: z.unknown(),
          stands: z.array(z.object({ value: z.unknown(), effectiveOn: Day, number: z.int() })),
        }),
      ),
      versions: z.array(Version.extend({ changed: z.boolean(), state: z.enum(['inForce', 'coming', 'past']) })),
    }),
    summary: 'A clause as it stands on a day, its figures and when they changed [S1.1.4, S1.5.2]',
    run: (ctx, { id, day = ctx.today }) => clause(ctx, id, day),
  }),

  decisions: query({
    may: 'everyone',
    input: z.object({ clause: ClauseId }),
    output: z.object({
      since: Instant,
      asOf: Instant,
      allowed: z.int(),
      refused: z.int(),
      byCode: z.array(z.object({ code: z.string(), times: z.int() })),
      latest: z.array(
        z.object({
          id: Id,
          at: Instant,
          operation: z.string(),
          allowed: z.boolean(),
          reasons: z.array(z.object({ code: z.string(), because: Because })),
          versionId: Id.nullable(),
          versionNumber: z.int().nullable(),
          actor: z.string().nullable(),
          subject: z.object({ kind: z.string(), id: Id.nullable(), name: z.string().nullable() }),
        }),
      ),
    }),
    summary: 'What a clause decided in the last seven days, as far as the caller may see',
    run: (ctx, input) => decisionsOf(ctx, input.clause),
  }),

  versions: query({
    may: 'everyone',
    input: z.object({ documentCode: Code }),
    output: z.object({ versions: z.array(Version) }),
    summary: 'The versions of a document, newest first',
    run: async (ctx, { documentCode }) => ({ versions: await versions(ctx, documentCode) }),
  }),

  difference: query({
    may: 'everyone',
    input: z.object({ documentCode: Code, from: z.int().min(1), to: z.int().min(1) }),
    output: z.object({
      from: Version,
      to: Version,
      added: z.array(z.string()),
      removed: z.array(z.string()),
      figures: z.array(z.object({ clause: z.string(), key: z.string(), before: z.unknown(), after: z.unknown() })),
      texts: z.array(
        z.object({
          clause: z.string(),
          field: z.enum(['title', 'text', 'does', 'note']),
          before: Words.nullable(),
          after: Words.nullable(),
        }),
      ),
    }),
    summary: 'What one version of a document changed against another',
    run: (ctx, { documentCode, from, to }) => difference(ctx, documentCode, from, to),
  }),

  timetable: query({
    may: 'everyone',
    input: z.object({ day: DayIn.optional() }),
    output: z.object({
      day: Day,
      documentCode: z.string(),
      latest: z.object({ versionId: Id, number: z.int(), effectiveOn: Day, blocks: Blocks, plan: Plan }),
      blocks: Blocks,
      plan: Plan,
      onlineAt: z.string(),
      morning: z.object({ from: z.string(), closeBy: z.string() }),
      noon: Some.nullable(),
      evening: Some.nullable(),
      prp: Some.extend({ label: z.string() }).nullable(),
      workweek: z.array(z.int()),
      limit: z.object({ dayHours: z.number(), weekHours: z.number(), overtimeMonthHours: z.number() }),
      limitClause: z.string(),
      open: z.array(z.tuple([z.string(), z.string()])),
      hours: z.object({ day: z.number(), week: z.number(), overtimeMonth: z.number() }),
    }),
    summary: 'The timetable and calling plan in force on a day, with their bounds [S4.4.3]',
    run: async (ctx, { day = ctx.today }) => {
      const rules = ctx.rules.at(day)
      const figures = timetableFigures(ctx, day)
      const { documentCode } = rules.origin('dial.blocks')
      const { figures: coming, ...latest } = await latestOf(ctx, documentCode)
      return {
        day,
        documentCode,
        latest: {
          ...latest,
          blocks: [...(coming['dial.blocks'] ?? figures['dial.blocks'])],
          plan: [...(coming['dial.plan'] ?? figures['dial.plan'])],
        },
        blocks: [...figures['dial.blocks']],
        plan: [...figures['dial.plan']],
        onlineAt: figures['online.at'],
        morning: figures['meeting.morning'],
        noon: figures['meeting.noon'] ?? null,
        evening: figures['meeting.evening'] ?? null,
        prp: figures.prp ?? null,
        workweek: [...figures.calendar.workweek],
        limit: figures['hours.limit'],
        limitClause: rules.origin('hours.limit').clause,
        open: openHours(rules.get('packs')).map(([from, to]): [string, string] => [from, to]),
        hours: plannedHours(figures),
      }
    },
  }),

  publishVersion: command({
    may: ['deptManager'],
    input: z.object({
      documentCode: Code,
      baseVersionId: Id,
      effectiveOn: DayIn,
      figures: z.record(z.string(), z.unknown()).default({}),
      texts: z
        .array(
          z.object({
            clause: ClauseId,
            field: z.enum(['title', 'text', 'note']),
            hant: z.string().trim().min(1).max(2000),
            en: z.string().trim().min(1).max(4000),
          }),
        )
        .default([]),
      why: z.string().trim().min(1).max(500),
    }),
    output: z.object({ versionId: Id, number: z.int() }),
    summary: 'Publishes a new version of a document, in force from a day on, today at the earliest [S1.5.2]',
    run: (ctx, input) => publish(ctx, input, openHours),
  }),
})
