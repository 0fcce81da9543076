import { z } from 'zod'
import { LANGUAGES } from '../../lib/serverWords.ts'
import { Day, DayIn, Id } from '../../lib/wire.ts'
import { command, demand, query } from '../../platform/api.ts'
import { insurerSince, setInsurerSays } from '../sales/insurer.ts'
import { lookAt } from '../sheets/look.ts'
import { Look, Problem } from '../sheets/shapes.ts'
import { differences, settleDifference } from './differences.ts'
import { dryRun } from './dryRun.ts'
import { errorFile } from './errorFile.ts'
import { discard, enterFile, fileOf, files, rowsOf, startImport, stopImport } from './files.ts'
import { INSURER_FILE } from './kind.ts'
import { IMPORTERS, maySwitchOff, OWNERS } from './rules.ts'
import * as shapes from './shapes.ts'

/*
 * policies: the insurer's policy file of each day, matched by application number; it moves cases where hands may not any
 * more, and what differs is listed with an owner and a day [S4.2.3b]. Files are handed in by POST /files?purpose=policies; rows are entered by the job
 * policies.import. Not the cases themselves, which sales writes, and not whose result a case is.
 */

const Note = z.string().trim().max(1000)
const Nothing = z.object({})
const nothing = async (work: Promise<unknown>) => {
  await work
  return {}
}

export const policies = {
  source: query({
    may: IMPORTERS,
    input: Nothing,
    output: z.object({ insurerSince: Day.nullable() }),
    summary: 'Since when the insurer’s file says what is issued; null where it is entered by hand',
    run: async (ctx) => ({ insurerSince: await insurerSince(ctx) }),
  }),
  setSource: command({
    may: IMPORTERS,
    input: z.object({ insurerFile: z.boolean() }),
    output: Nothing,
    summary: 'Lets the insurer’s file say what is issued, or hands once more [S4.2.3b]',
    run: async (ctx, { insurerFile }) => {
      if (!insurerFile) demand(maySwitchOff(ctx.actor.roles), { kind: 'centre', id: ctx.centre.id })
      return await nothing(setInsurerSays(ctx, insurerFile))
    },
  }),

  imports: query({
    may: IMPORTERS,
    input: Nothing,
    output: z.object({ imports: z.array(shapes.File) }),
    summary: 'Files of the insurer with their counts, the newest day first',
    run: async (ctx) => ({ imports: await files(ctx) }),
  }),
  import: query({
    may: IMPORTERS,
    input: z.object({ id: Id }),
    output: shapes.File,
    summary: 'One file with its progress',
    run: (ctx, { id }) => fileOf(ctx, id),
  }),
  enter: command({
    may: IMPORTERS,
    input: z.object({ fileId: Id, asOf: DayIn }),
    output: z.object({ id: Id, known: z.boolean() }),
    summary: 'Enters a handed-in file for the day that it tells of; the same one is known',
    run: enterFile,
  }),
  look: query({
    may: IMPORTERS,
    input: z.object({ id: Id, options: shapes.Options.default({}) }),
    output: z.object({ problem: Problem.nullable(), look: Look.nullable() }),
    summary: 'What a file’s columns seem to be, with masked samples',
    run: async (ctx, { id, options }) => {
      const { fileId, asOf } = await fileOf(ctx, id)
      return await lookAt(ctx, INSURER_FILE, { ...options, fileId, near: asOf })
    },
  }),
  dryRun: query({
    may: IMPORTERS,
    input: z.object({ id: Id, options: shapes.Options.default({}) }),
    output: shapes.DryRun,
    summary: 'What would become of the rows and what has to be asked first; nothing is written',
    run: async (ctx, asked) => {
      const { problem, dryRun: ran } = await dryRun(ctx, asked)
      if (!ran) return { problem, dryRun: null }
      const questions = ran.questions.map((one) => ({ ...one, candidates: [...one.candidates] }))
      return { problem, dryRun: { ...ran, rows: [...ran.rows], questions } }
    },
  }),
  start: command({
    may: IMPORTERS,
    input: z.object({ id: Id, options: shapes.Options.nullable().default(null) }),
    output: Nothing,
    summary: 'Begins an import, or lets one that was stopped or failed go on where it stood',
    run: (ctx, asked) => nothing(startImport(ctx, asked)),
  }),
  stop: command({
    may: IMPORTERS,
    input: z.object({ id: Id }),
    output: Nothing,
    summary: 'Ends an import after the rows that are being written',
    run: (ctx, { id }) => nothing(stopImport(ctx, id)),
  }),
  discard: command({
    may: IMPORTERS,
    input: z.object({ id: Id }),
    output: Nothing,
    summary: 'Throws a file away that was never begun',
    run: (ctx, { id }) => nothing(discard(ctx, id)),
  }),
  rows: query({
    may: IMPORTERS,
    input: z.object({ id: Id, result: shapes.Result, after: z.int().min(0).default(0) }),
    output: shapes.Rows,
    summary: 'Rows of a file with one result, 100 at a time',
    run: rowsOf,
  }),
  errorFile: query({
    may: IMPORTERS,
    input: z.object({ id: Id, after: z.int().min(0).default(0), language: z.enum(LANGUAGES) }),
    output: z.object({ text: z.string(), next: z.int().nullable() }),
    summary: 'The rows that were not taken with their reason, as csv in pieces',
    run: errorFile,
  }),

  differences: query({
    may: OWNERS,
    input: z.object({ open: z.boolean().default(true) }),
    output: shapes.Differences,
    summary: 'Where the insurer and we differ: the centre’s, or what the caller is to settle',
    run: differences,
  }),
  settle: command({
    may: OWNERS,
    input: z.object({ id: Id, note: Note }),
    output: Nothing,
    summary: 'Settles a difference with what was done about it',
    run: (ctx, asked) => nothing(settleDifference(ctx, asked)),
  }),
}
