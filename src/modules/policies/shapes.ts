import { z } from 'zod'
import { Day, Id, Instant } from '../../lib/wire.ts'
import { FileIn, Problem, Question } from '../sheets/shapes.ts'
import { FILE_STATES, KINDS, RESULTS } from './rules.ts'

/* What the operations of policies answer with. */

export const Result = z.enum(RESULTS)

/** Input: how a file is opened, as far as somebody said. */
export const Options = FileIn.omit({ fileId: true, near: true })

const counts = Object.fromEntries(RESULTS.map((result) => [result, z.int()])) as Record<
  (typeof RESULTS)[number],
  z.ZodInt
>

export const File = z.object({
  id: Id,
  fileId: Id,
  fileName: z.string(),
  asOf: Day,
  state: z.enum(FILE_STATES),
  rowsTotal: z.int().nullable(),
  rowsDone: z.int(),
  ...counts,
  error: Problem.nullable(),
  createdBy: z.string().nullable(),
  createdAt: Instant,
  endedAt: Instant.nullable(),
})

const Change = z.tuple([z.string().nullable(), z.string().nullable()]).readonly()
const Changes = z.object({
  state: Change.optional(),
  issuedOn: Change.optional(),
  deliveredOn: Change.optional(),
  cancelledOn: Change.optional(),
})

const row = {
  place: z.int(),
  sheet: z.string().nullable(),
  rowNo: z.int(),
  applicationNo: z.string().nullable(),
  result: Result,
  code: z.string().nullable(),
  field: z.string().nullable(),
  saleId: Id.nullable(),
  became: Changes.nullable(),
}

export const Rows = z.object({
  rows: z.array(z.object({ ...row, cells: z.record(z.string(), z.string()).nullable() })),
  next: z.int().nullable(),
})

export const DryRun = z.object({
  problem: Problem.nullable(),
  dryRun: z
    .object({
      looked: z.int(),
      whole: z.boolean(),
      counts: z.object(counts),
      rows: z.array(z.object(row)),
      questions: z.array(Question),
    })
    .nullable(),
})

export const Differences = z.object({
  differences: z.array(
    z.object({
      id: Id,
      applicationNo: z.string(),
      kind: z.enum(KINDS),
      saleId: Id.nullable(),
      agent: z.string().nullable(),
      group: z.string().nullable(),
      ours: z.string().nullable(),
      theirs: z.string().nullable(),
      ownerId: Id,
      owner: z.string().nullable(),
      dueOn: Day,
      foundOn: Day,
      settledAt: Instant.nullable(),
      settledBy: z.string().nullable(),
      settledHow: z.enum(['agreed', 'byHand']).nullable(),
      note: z.string(),
      version: z.number(),
    }),
  ),
  more: z.boolean(),
})
