import { leadsOfList } from '../modules/leads/create.ts'
import { importBatch } from '../modules/lists/import.ts'
import type { JobHandler } from '../platform/jobs.ts'

/** Work that goes on after the command that asked for it: name → who does it. */
export const JOBS: Readonly<Record<string, JobHandler>> = {
  'lists.import': (boot, job) => importBatch(boot, { ...job, batchId: String(job.batchId) }, leadsOfList),
}
