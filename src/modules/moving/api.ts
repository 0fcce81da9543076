import { z } from 'zod'
import { LANGUAGES } from '../../lib/serverWords.ts'
import { Day, DayIn, Id, Instant } from '../../lib/wire.ts'
import type { Role } from '../../platform/actor.ts'
import { command, query } from '../../platform/api.ts'
import { KIND_NAMES } from '../brought/rules.ts'
import { template } from '../brought/template.ts'
import { Columns, Look, Problem, Question } from '../sheets/shapes.ts'
import { errorFile } from './errorFile.ts'
import { beginOpening, openingsOf, openingWith, rowsOf, startCheck, startLoad, startUndo, stopRun } from './openings.ts'
import { addFile, lookAtPart, removeFile, setPart } from './parts.ts'
import { HEADS, MOVERS, RESULTS, STATES } from './rules.ts'

/*
 * moving: what a centre brings along on the day on which it begins: people, lists, leads, promises, cases, figures, each
 * given to the module that owns it and marked with the take-over. A dry run says what each row will change; the load can be
 * taken back whole until the first working day has closed. Files are handed in by POST /files?purpose=moving.
 */

const READERS = ['deptManager', 'dataOfficer', 'deputyGm', 'admin'] as const satisfies readonly Role[]
const Kind = z.enum([...KIND_NAMES, 'none'])
const Nothing = z.object({})
const nothing = {}
const Opening = z.object({
  id: Id,
  day: Day,
  state: z.enum(STATES),
  begun: z.boolean(),
  createdBy: z.string().nullable(),
  createdAt: Instant,
  loadedAt: Instant.nullable(),
  undoneAt: Instant.nullable(),
})
const Options = z.object({ batch: z.string().trim().max(120).optional() })
const one = z.object({ openingId: Id })

export const moving = {
  template: query({
    may: MOVERS,
    input: z.object({ language: z.enum(LANGUAGES) }),
    output: z.object({ name: z.string(), base64: z.string() }),
    summary: 'The workbook to fill in, explained on its first sheet; every sheet may be left empty',
    run: async (ctx, { language }) => ({
      name: language === 'en' ? 'Kaibo-take-over.xlsx' : 'Kaibo-進場資料.xlsx',
      base64: (await template(ctx.centre.kind, language)).toString('base64'),
    }),
  }),
  openings: query({
    may: READERS,
    input: Nothing,
    output: z.object({ today: Day, openings: z.array(Opening) }),
    summary: 'Take-overs of the centre, the latest first',
    run: async (ctx) => ({ today: ctx.today, openings: await openingsOf(ctx) }),
  }),
  opening: query({
    may: READERS,
    input: one,
    output: Opening.extend({
      today: Day,
      questions: z.array(Question),
      error: Problem.nullable(),
      kept: z.record(z.string(), z.int()),
      parts: z.array(
        z.object({
          id: Id,
          fileId: Id,
          fileName: z.string(),
          sheet: z.string().nullable(),
          kind: Kind,
          columns: Columns,
          options: Options,
          rowsTotal: z.int().nullable(),
          rowsDone: z.int(),
          good: z.int(),
          same: z.int(),
          bad: z.int(),
          skipped: z.int(),
          brings: z.record(z.string(), z.int()),
        }),
      ),
    }),
    summary: 'One take-over: its sheets, what they bring, what has to be asked, how far it is',
    run: async (ctx, { openingId }) => {
      const { questions, ...opening } = await openingWith(ctx, openingId)
      return { ...opening, questions: questions.map((each) => ({ ...each, candidates: [...each.candidates] })) }
    },
  }),
  rows: query({
    may: MOVERS,
    input: z.object({ partId: Id, result: z.enum(RESULTS), after: z.int().min(0).default(0) }),
    output: z.object({
      rows: z.array(
        z.object({
          rowNo: z.int(),
          field: z.string().nullable(),
          code: z.string(),
          text: z.string(),
          cells: z.array(z.string()),
        }),
      ),
      next: z.int().nullable(),
    }),
    summary: 'Rows of a sheet that were not simply taken, with the reason; numbers masked',
    run: (ctx, asked) => rowsOf(ctx, asked),
  }),
  look: query({
    may: MOVERS,
    personal: true,
    input: z.object({ partId: Id }),
    output: z.object({
      problem: Problem.nullable(),
      look: Look.nullable(),
      fields: z.array(z.object({ key: z.string(), required: z.boolean() })),
    }),
    summary: 'What the columns of a sheet are read as, with masked samples',
    run: (ctx, { partId }) => lookAtPart(ctx, partId),
  }),
  errorFile: query({
    may: MOVERS,
    personal: true,
    input: z.object({ partId: Id, after: z.int().min(0).default(0), language: z.enum(LANGUAGES) }),
    output: z.object({ text: z.string(), next: z.int().nullable() }),
    summary: 'The rows of a sheet that were not taken with their reason, as csv in pieces',
    run: (ctx, asked) => errorFile(ctx, asked),
  }),
  begin: command({
    may: MOVERS,
    input: z.object({ day: DayIn }),
    output: one,
    summary: 'Begins a take-over for a first working day',
    run: (ctx, { day }) => beginOpening(ctx, day),
  }),
  handIn: command({
    may: MOVERS,
    input: one.extend({ fileId: Id }),
    output: z.object({ problem: Problem.nullable() }),
    summary: 'Adds a handed-in file; each of its sheets is given a kind',
    run: (ctx, asked) => addFile(ctx, asked),
  }),
  takeOut: command({
    may: MOVERS,
    input: one.extend({ fileId: Id }),
    output: Nothing,
    summary: 'Takes a file out again',
    run: async (ctx, asked) => {
      await removeFile(ctx, asked)
      return nothing
    },
  }),
  setPart: command({
    may: MOVERS,
    input: z.object({ partId: Id, kind: Kind, columns: Columns, options: Options.default({}) }),
    output: Nothing,
    summary: 'Says what a sheet brings and what its columns are; remembered for the next file of this kind',
    run: async (ctx, asked) => {
      await setPart(ctx, asked)
      return nothing
    },
  }),
  check: command({
    may: MOVERS,
    input: one,
    output: Nothing,
    summary: 'Begins the dry run: a result for every row, nothing is kept',
    run: async (ctx, { openingId }) => {
      await startCheck(ctx, openingId)
      return nothing
    },
  }),
  load: command({
    may: HEADS,
    input: one,
    output: Nothing,
    summary: 'Begins the load after a dry run, or lets one that was broken off go on',
    run: async (ctx, { openingId }) => {
      await startLoad(ctx, openingId)
      return nothing
    },
  }),
  stop: command({
    may: MOVERS,
    input: one,
    output: Nothing,
    summary: 'Stops a dry run or a load between two lots of rows',
    run: async (ctx, { openingId }) => {
      await stopRun(ctx, openingId)
      return nothing
    },
  }),
  undo: command({
    may: HEADS,
    input: one,
    output: Nothing,
    summary: 'Takes a take-over back whole, until the first working day has closed',
    run: async (ctx, { openingId }) => {
      await startUndo(ctx, openingId)
      return nothing
    },
  }),
}
