import { z } from 'zod'
import { DayIn, Id, Instant } from '../../lib/wire.ts'
import type { Role } from '../../platform/actor.ts'
import { command, query } from '../../platform/api.ts'
import { ReasonOut } from '../compliance/told.ts'
import { FileIn, Look, Problem, Question } from '../sheets/shapes.ts'
import { dryRun, inspect } from './dryRun.ts'
import { fileOf, files, rowsOf, startFile, stopFile, takeFile } from './files.ts'
import { GAP_ROLES, Gaps, gaps } from './gaps.ts'
import { GIVERS, giveIncident, INCIDENT_ROLES, Incident, incidents, settleIncident } from './incidents.ts'
import { FILE_STATES, FINDINGS, INCIDENTS } from './rules.ts'

/*
 * The switch's records of calls (CDR) held against the dials of the house by seat, number and minute: ring, talk and
 * recording come from the switch from then on, calls that nobody allowed and dials that never left are for somebody to look
 * into, and what each line owes is told. Files are handed in by POST /files?purpose=records; the job records.take reads
 * them. What a call is and how it counts is calls' own; the limit before a dial as well. Recordings themselves lie with the
 * switch: here is their name.
 */

const TAKERS = ['dataOfficer', 'deptManager'] as const satisfies readonly Role[]
const Nothing = z.object({})
const Ahead = z.int().min(-50_400).max(50_400)
const Prefix = z.string().regex(/^\d{0,6}$/)

const File = z.object({
  id: Id,
  fileName: z.string(),
  state: z.enum(FILE_STATES),
  aheadSeconds: z.int(),
  rowsTotal: z.int().nullable(),
  rowsDone: z.int(),
  unitsTotal: z.int().nullable(),
  unitsDone: z.int(),
  taken: z.int(),
  repeated: z.int(),
  grown: z.int(),
  unknownSeat: z.int(),
  unreadable: z.int(),
  leftOut: z.int(),
  neverLeft: z.int(),
  matched: z.int(),
  corrected: z.int(),
  open: z.int(),
  notAllowed: z.int(),
  inbound: z.int(),
  from: Instant.nullable(),
  to: Instant.nullable(),
  error: Problem.nullable(),
  createdBy: z.string().nullable(),
  createdAt: Instant,
  endedAt: Instant.nullable(),
})

const DryRow = z.object({
  rowNo: z.int(),
  result: z.enum(['matched', 'open', 'notAllowed', 'inbound', 'repeated', 'unknownSeat', 'unreadable', 'leftOut']),
  code: z.string().nullable(),
  seat: z.string().nullable(),
  masked: z.string().nullable(),
  at: Instant.nullable(),
  talkSeconds: z.int().nullable(),
  ringBy: z.int().nullable(),
  talkBy: z.int().nullable(),
  cells: z.array(z.string()),
})

const done = async (work: Promise<unknown>) => {
  await work
  return {}
}

export const records = {
  inspect: query({
    may: TAKERS,
    input: FileIn,
    output: z.object({
      problem: Problem.nullable(),
      look: Look.nullable(),
      headless: z.boolean(),
      /** What its columns do not bring yet. */
      lacks: z.array(ReasonOut),
      takenBefore: Instant.nullable(),
    }),
    summary: 'What a file of a switch is read as: heads, columns with masked samples, what they do not bring',
    run: (ctx, input) => inspect(ctx, input),
  }),
  dryRun: query({
    may: TAKERS,
    personal: true,
    input: FileIn.extend({ prefix: Prefix.default(''), aheadSeconds: Ahead.default(0) }),
    output: z.object({
      problem: Problem.nullable(),
      dry: z
        .object({
          looked: z.int(),
          whole: z.boolean(),
          counts: z.record(z.string(), z.int()),
          rows: z.array(DryRow),
          questions: z.array(Question),
          aheadSeconds: z.int(),
        })
        .nullable(),
    }),
    summary: 'What would become of the first 3,000 rows, each with its result; nothing is written [S3.6]',
    run: (ctx, { prefix, aheadSeconds, ...asked }) => dryRun(ctx, asked, { prefix, aheadSeconds }),
  }),
  take: command({
    may: TAKERS,
    input: FileIn.extend({ prefix: Prefix.default(''), aheadSeconds: Ahead.default(0) }),
    output: z.object({ id: Id }),
    summary: 'Takes a file of the switch’s records in and holds it against the dials [S3.6] [S4.3.3a]',
    run: (ctx, input) => takeFile(ctx, input),
  }),
  start: command({
    may: TAKERS,
    input: z.object({ id: Id }),
    output: Nothing,
    summary: 'Lets a file that was stopped or failed go on where it stood',
    run: (ctx, { id }) => done(startFile(ctx, id)),
  }),
  stop: command({
    may: TAKERS,
    input: z.object({ id: Id }),
    output: Nothing,
    summary: 'Stops a file after the rows or the seat at hand',
    run: (ctx, { id }) => done(stopFile(ctx, id)),
  }),
  deliveries: query({
    may: TAKERS,
    input: Nothing,
    output: z.object({ deliveries: z.array(File) }),
    summary: 'Files of records with what became of their rows, the newest first',
    run: async (ctx) => ({ deliveries: await files(ctx) }),
  }),
  delivery: query({
    may: TAKERS,
    input: z.object({ id: Id }),
    output: File,
    summary: 'One file with its progress',
    run: (ctx, { id }) => fileOf(ctx, id),
  }),
  rows: query({
    may: TAKERS,
    input: z.object({ id: Id, after: z.int().min(0).default(0) }),
    output: z.object({
      rows: z.array(
        z.object({
          rowNo: z.int(),
          result: z.string(),
          code: z.string(),
          line: z.string().nullable(),
          cells: z.array(z.string()),
        }),
      ),
      next: z.int().nullable(),
    }),
    summary: 'Rows of a file that became no record, 100 at a time, numbers masked',
    run: (ctx, input) => rowsOf(ctx, input),
  }),

  incidents: query({
    may: INCIDENT_ROLES,
    personal: true,
    input: z.object({ kind: z.enum(INCIDENTS), settled: z.boolean().default(false) }),
    output: z.object({ asOf: Instant, incidents: z.array(Incident) }),
    summary: 'Calls of the switch that nobody allowed, or dials that never left, in the caller’s reach [S3.6]',
    run: async (ctx, input) => ({ asOf: ctx.now, incidents: await incidents(ctx, input) }),
  }),
  give: command({
    may: GIVERS,
    input: z.object({ id: Id, version: z.int(), toId: Id }),
    output: Nothing,
    summary: 'Says who looks into an incident',
    run: (ctx, input) => done(giveIncident(ctx, input)),
  }),
  settle: command({
    may: INCIDENT_ROLES,
    input: z.object({
      id: Id,
      version: z.int(),
      finding: z.enum(FINDINGS.filter((finding) => finding !== 'found')),
      note: z.string().trim().max(1000),
    }),
    output: Nothing,
    summary: 'Settles an incident with what it was; not the one at whose seat it came up [S3.6]',
    run: (ctx, input) => done(settleIncident(ctx, input)),
  }),

  gaps: query({
    may: GAP_ROLES,
    input: z.object({ from: DayIn.optional(), to: DayIn.optional() }),
    output: Gaps,
    summary: 'What each line owes, and how far records and dials meet, over some days (default the last 14) [S3.6]',
    run: (ctx, { from, to }) => {
      const until = to ?? ctx.today
      return gaps(ctx, { from: from ?? until.subtract({ days: 13 }), to: until })
    },
  }),
}
