import { pino } from 'pino'
import { LONG } from '../src/app/jobs.ts'
import { loadSignedIn } from '../src/modules/people/people.ts'
import { rulesOf } from '../src/modules/rulebook/inForce.ts'
import type { Boot } from '../src/platform/context.ts'
import { openDb, openPool, type Target } from '../src/platform/database.ts'

/* A process of its own that works one long job off, to be killed in the middle: `node test/worker.ts '{…}'`. */

export type Work = {
  readonly target: Target
  readonly dataDir: string
  readonly numberKey: string
  readonly name: string
  readonly job: Record<string, unknown>
}

const { target, dataDir, numberKey, name, job }: Work = JSON.parse(process.argv[2] ?? '')
const pool = openPool(target, { name: 'worker', max: 4 })
const db = openDb(pool)
const boot: Boot = {
  ...{ db, dataDir, rulesOf, log: pino({ level: 'silent' }), production: false },
  live: { announce() {}, async *subscribe() {} },
  jobs: { enqueue: async () => {} },
  access: {
    signedIn: async () => null,
    person: (id) => loadSignedIn(db, id, { sessionId: 'session', mustChangePassword: false }),
    open: async () => {},
    close: async () => {},
  },
  numberKey: Buffer.from(numberKey, 'hex'),
}
await LONG[name]!(boot, job as never)
await pool.end()
