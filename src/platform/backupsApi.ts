import { z } from 'zod'
import { Instant } from '../lib/wire.ts'
import { query } from './api.ts'
import { backupState } from './nightly.ts'

/*
 * What those who answer for the house are told of its back-ups. They are made by the night and at the terminal, and
 * brought back at the terminal alone: no page reaches them.
 */
export const backups = {
  state: query({
    may: ['deptManager', 'deputyGm', 'dataOfficer', 'admin'],
    summary: 'When the last good back-up was made, where it lies, and what stands in the way of the next',
    input: z.object({}),
    output: z.object({
      lastGoodAt: Instant.nullable(),
      /** Machine and folder of it. */
      place: z.string().nullable(),
      trouble: z.enum(['noRoom', 'notWritable', 'damaged', 'failed']).nullable(),
      /** Older than 26 hours. Never for a demo, which nobody backs up. */
      overdue: z.boolean(),
    }),
    run: backupState,
  }),
}
