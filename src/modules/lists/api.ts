import { z } from 'zod'
import { ENCODINGS } from '../../lib/encoding.ts'
import { LANGUAGES } from '../../lib/serverWords.ts'
import { Day, DayIn, Id, Instant, Words } from '../../lib/wire.ts'
import type { Role } from '../../platform/actor.ts'
import { command, query } from '../../platform/api.ts'
import { batch, batches, createBatch, rowsOf, startImport, stopImport } from './batches.ts'
import { errorFile } from './errorFile.ts'
import { inspect, preview, saveMapping } from './inspect.ts'
import { BATCH_STATES, GRADES, type LeadsOfList, PURPOSES, RESULTS, TARGETS } from './rules.ts'

/*
 * lists: files of people to call, taken in by streaming with a result for every row, and what each delivery is: source,
 * consent evidence, product, grade, use-by. Files are handed in by POST /files?purpose=list; the rows are written by the
 * job lists.import. Who gets the leads that come of it is leads' matter, which lists asks by `LeadsOfList`; a list of
 * numbers that must not be called is customers'. Views for modules to the right: batch_of_list.
 */

const IMPORTERS = ['dataOfficer'] as const satisfies readonly Role[]
const READERS = ['dataOfficer', 'deptManager'] as const satisfies readonly Role[]

const Problem = z.object({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) })
const Opening = {
  encoding: z.enum(ENCODINGS).optional(),
  delimiter: z.enum([',', ';', '\t', '|']).optional(),
  sheet: z.string().max(200).optional(),
  headerRow: z.int().min(1).max(10_000).nullable().optional(),
}
const Mapping = z.array(z.enum(TARGETS)).min(1).max(500)
const Hidden = z.enum(['take', 'skip'])
const Country = z.string().regex(/^[A-Z]{2}$/)
const Result = z.enum(RESULTS)
const Headers = z.array(z.string().max(1000)).min(1).max(500)
const Text = z.string().trim().max(500)
const Nothing = z.object({})

const Batch = z.object({
  id: Id,
  name: z.string(),
  source: z.string(),
  purpose: z.string(),
  consentEvidence: z.string(),
  consentGivenOn: Day,
  consentExpiresOn: Day.nullable(),
  product: Words.nullable(),
  grade: z.string(),
  country: z.string(),
  listPrice: z.string().nullable(),
  expiresOn: Day.nullable(),
  fileName: z.string(),
  state: z.enum(BATCH_STATES),
  rowsTotal: z.int().nullable(),
  rowsDone: z.int(),
  good: z.int(),
  bad: z.int(),
  dup: z.int(),
  inv: z.int(),
  dnc: z.int(),
  error: Problem.nullable(),
  createdBy: z.string().nullable(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
})

/** The operations of lists, over what leads answers to them. */
export const listsWith = (leads: LeadsOfList) => ({
  inspect: query({
    may: IMPORTERS,
    input: z.object({ fileId: Id, ...Opening }),
    output: z.object({
      problem: Problem.nullable(),
      file: z
        .object({
          fileName: z.string(),
          kind: z.enum(['csv', 'xlsx']),
          encoding: z.enum(ENCODINGS).nullable(),
          encodingSure: z.boolean(),
          delimiter: z.string().nullable(),
          sheets: z.array(z.object({ name: z.string(), hidden: z.boolean() })),
          sheet: z.string().nullable(),
          headerRow: z.int().nullable(),
          hiddenRows: z.int(),
          columns: z.array(z.object({ header: z.string(), suggested: z.enum(TARGETS), samples: z.array(z.string()) })),
          mappings: z.array(z.object({ id: Id, name: z.string(), mapping: z.array(z.enum(TARGETS)) })),
        })
        .nullable(),
    }),
    summary: 'What a handed-in file is: encoding, sheets, heads, columns with masked samples and what they seem to be',
    run: (ctx, { fileId, ...opening }) => inspect(ctx, fileId, opening),
  }),

  preview: query({
    may: IMPORTERS,
    personal: true,
    input: z.object({
      fileId: Id,
      ...Opening,
      mapping: Mapping,
      country: Country,
      grade: z.enum(GRADES),
      hidden: Hidden,
    }),
    output: z.object({
      problem: Problem.nullable(),
      preview: z
        .object({
          looked: z.int(),
          whole: z.boolean(),
          counts: z.record(Result, z.int()),
          rows: z.array(
            z.object({
              rowNo: z.int(),
              result: Result,
              code: z.string().nullable(),
              cells: z.array(z.string()),
              taken: z.object({ name: z.string().nullable(), phones: z.array(z.string()) }).nullable(),
            }),
          ),
        })
        .nullable(),
    }),
    summary: 'What would become of the rows: the first 50, and counts over the first 5,000; nothing is written',
    run: (ctx, { fileId, mapping, country, grade, hidden, ...opening }) =>
      preview(ctx, { fileId, opening, reading: { mapping, country, hidden }, grade }, leads),
  }),

  saveMapping: command({
    may: IMPORTERS,
    input: z.object({ name: Text.min(1).max(80), headers: Headers, mapping: Mapping }),
    output: z.object({ id: Id }),
    summary: 'Keeps what the columns are for the next file of this kind',
    run: (ctx, input) => saveMapping(ctx, input),
  }),

  createBatch: command({
    may: IMPORTERS,
    input: z.object({
      name: Text.min(1).max(120),
      source: Text,
      purpose: z.enum(PURPOSES),
      consentEvidence: Text,
      consentGivenOn: DayIn.nullable(),
      consentExpiresOn: DayIn.nullable().default(null),
      productId: Id,
      grade: z.enum(GRADES),
      country: Country,
      listPrice: z
        .string()
        .regex(/^\d{1,9}(\.\d{1,4})?$/)
        .nullable()
        .default(null),
      expiresOn: DayIn.nullable().default(null),
      fileId: Id,
      options: z.object({ ...Opening, headers: Headers, mapping: Mapping, hidden: Hidden }),
    }),
    output: z.object({ batchId: Id }),
    summary: 'Enters a list with its source, consent evidence, product, grade and use-by [S4.4.10a]',
    run: (ctx, input) => createBatch(ctx, input),
  }),

  start: command({
    may: IMPORTERS,
    input: z.object({ batchId: Id }),
    output: Nothing,
    summary: 'Begins an import, or lets one that was stopped or failed go on where it stood',
    run: async (ctx, { batchId }) => {
      await startImport(ctx, batchId)
      return {}
    },
  }),

  stop: command({
    may: IMPORTERS,
    input: z.object({ batchId: Id }),
    output: Nothing,
    summary: 'Stops an import after the rows that are being written',
    run: async (ctx, { batchId }) => {
      await stopImport(ctx, batchId)
      return {}
    },
  }),

  batches: query({
    may: READERS,
    input: Nothing,
    output: z.object({ batches: z.array(Batch) }),
    summary: 'Lists with their counts, the newest first',
    run: async (ctx) => ({ batches: await batches(ctx) }),
  }),

  batch: query({
    may: READERS,
    input: z.object({ batchId: Id }),
    output: Batch,
    summary: 'One list with its progress',
    run: (ctx, { batchId }) => batch(ctx, batchId),
  }),

  rows: query({
    may: READERS,
    input: z.object({ batchId: Id, result: Result, after: z.int().min(0).default(0) }),
    output: z.object({
      rows: z.array(
        z.object({
          rowNo: z.int(),
          result: Result,
          code: z.string().nullable(),
          cells: z.array(z.string()).nullable(),
          leadId: Id.nullable(),
        }),
      ),
      next: z.int().nullable(),
    }),
    summary: 'Rows of a list with one result, 100 at a time, numbers masked',
    run: (ctx, input) => rowsOf(ctx, input),
  }),

  errorFile: query({
    may: IMPORTERS,
    personal: true,
    input: z.object({ batchId: Id, after: z.int().min(0).default(0), language: z.enum(LANGUAGES) }),
    output: z.object({ text: z.string(), next: z.int().nullable() }),
    summary: 'The rows that were not taken with their reason, as csv in pieces',
    run: (ctx, input) => errorFile(ctx, input),
  }),
})
