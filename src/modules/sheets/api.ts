import { z } from 'zod'
import { Instant } from '../../lib/wire.ts'
import { command, query } from '../../platform/api.ts'
import { forget, knownWords, remember } from './meanings.ts'
import { SHEET_ROLES } from './rules.ts'

/*
 * sheets: files that people bring along, read as rows of a kind that another module names: columns by their heads, cells
 * as offices write them, words of others that are asked once and remembered. It writes no facts; what becomes of a row is
 * the matter of whoever asked for the kind.
 */

const About = z.string().min(1).max(60)
const Text = z.string().trim().min(1).max(200)
const done = { done: true } as const
const Done = z.object({ done: z.literal(true) })

export const sheets = {
  known: query({
    may: SHEET_ROLES,
    input: z.object({}),
    output: z.object({
      words: z.array(
        z.object({
          about: z.string(),
          text: z.string(),
          value: z.string().nullable(),
          label: z.string().nullable(),
          by: z.string().nullable(),
          at: Instant,
        }),
      ),
    }),
    summary: 'Words of files that were explained, and what they mean',
    run: async (ctx) => ({ words: await knownWords(ctx) }),
  }),
  remember: command({
    may: SHEET_ROLES,
    input: z.object({
      meanings: z
        .array(z.object({ about: About, text: Text, value: z.string().max(100).nullable() }))
        .min(1)
        .max(1000),
    }),
    output: Done,
    summary: 'Says what words of a file mean, for this and all files to come; null = none of ours',
    run: async (ctx, { meanings }) => {
      await remember(ctx, meanings)
      return done
    },
  }),
  forget: command({
    may: SHEET_ROLES,
    input: z.object({ about: About, text: Text }),
    output: Done,
    summary: 'Forgets what a word meant, so that it is asked again',
    run: async (ctx, input) => {
      await forget(ctx, input)
      return done
    },
  }),
}
