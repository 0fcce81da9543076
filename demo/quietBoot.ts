import { type Logger, pino } from 'pino'
import { loadSignedIn } from '../src/modules/people/people.ts'
import { rulesOf } from '../src/modules/rulebook/inForce.ts'
import type { Boot } from '../src/platform/context.ts'
import type { Db } from '../src/platform/database.ts'

/**
 * The running parts for work in this process alone: no page looks on, no job is queued, and nobody comes through the
 * web server's door. Warnings go to stderr, so that stdout stays the answer.
 */
export const quietBoot = (
  db: Db,
  dataDir: string,
  numberKey: Uint8Array,
  log: Logger = pino({ level: 'warn' }, process.stderr),
): Boot => ({
  ...{ db, dataDir, rulesOf, log, production: false, numberKey },
  live: { announce() {}, async *subscribe() {} },
  jobs: { enqueue: async () => {} },
  access: {
    signedIn: async () => null,
    person: (id) => loadSignedIn(db, id, { sessionId: '', mustChangePassword: false }),
    open: async () => {},
    close: async () => {},
  },
})
