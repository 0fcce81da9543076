import { leadsOfList } from '../modules/leads/create.ts'
import { importBatch } from '../modules/lists/import.ts'
import { checkOpening } from '../modules/moving/check.ts'
import { loadOpening } from '../modules/moving/load.ts'
import type { MovingJob } from '../modules/moving/run.ts'
import { undoOpening } from '../modules/moving/undo.ts'
import { takeRecords } from '../modules/records/take.ts'
import type { JobHandler } from '../platform/jobs.ts'
import { backUpNightly, NIGHTLY } from '../platform/nightly.ts'
import { inThread } from '../platform/thread.ts'

const openingIn = (job: { centreId: string; actorId: string; openingId?: unknown }): MovingJob => ({
  ...job,
  openingId: String(job.openingId),
})

/** Work that reckons for minutes: done where it keeps no page waiting. */
export const LONG: Readonly<Record<string, JobHandler>> = {
  'lists.import': (boot, job) => importBatch(boot, { ...job, batchId: String(job.batchId) }, leadsOfList),
  'records.take': (boot, job) => takeRecords(boot, { ...job, recordFileId: String(job.recordFileId) }),
  'moving.check': (boot, job) => checkOpening(boot, openingIn(job)),
  'moving.load': (boot, job) => loadOpening(boot, openingIn(job)),
  'moving.undo': (boot, job) => undoOpening(boot, openingIn(job)),
}

const THREAD = new URL('./jobThread.ts', import.meta.url)

/** Work that goes on after the command that asked for it: name → who does it. */
export const JOBS: Readonly<Record<string, JobHandler>> = {
  [NIGHTLY]: backUpNightly,
  ...Object.fromEntries(
    Object.entries(LONG).map(([name, handler]): [string, JobHandler] => [name, inThread(THREAD, name, handler)]),
  ),
}
