import { z } from 'zod'
import { ENCODINGS } from '../../lib/encoding.ts'
import { DayIn, Id } from '../../lib/wire.ts'

/* What operations that read files take and answer. */

export const Columns = z.record(z.string().max(1000), z.string().max(60).nullable())

/** A handed-in file and what was said of it: what is absent is found. */
export const FileIn = z.object({
  fileId: Id,
  encoding: z.enum(ENCODINGS).optional(),
  delimiter: z.enum([',', ';', '\t', '|']).optional(),
  sheets: z.array(z.string().max(200)).max(200).optional(),
  headerRow: z.int().min(1).max(10_000).nullable().optional(),
  columns: Columns.optional(),
  near: DayIn.optional(),
  hidden: z.enum(['skip', 'take']).optional(),
})

/** Why a file cannot be read, worded under `file.problem.<code>`. */
export const Problem = z.object({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) })

/** What a file seems to be, with masked samples of each column. */
export const Look = z.object({
  fileName: z.string(),
  format: z.enum(['csv', 'xlsx']),
  encoding: z.string().nullable(),
  sheets: z.array(
    z.object({
      name: z.string().nullable(),
      headerRow: z.int().nullable(),
      heads: z.array(z.string()),
      columns: Columns,
      missing: z.array(z.string()),
    }),
  ),
  samples: z.record(z.string(), z.array(z.string())),
})

export const Question = z.object({
  about: z.string(),
  text: z.string(),
  rows: z.int(),
  candidates: z.array(z.object({ value: z.string(), label: z.string() })),
})
