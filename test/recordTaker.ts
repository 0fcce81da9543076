import { pino } from 'pino'
import { type TakeJob, takeRecords } from '../src/modules/records/take.ts'
import { rulesOf } from '../src/modules/rulebook/inForce.ts'
import type { Boot } from '../src/platform/context.ts'
import { openDb, openPool, type Target } from '../src/platform/database.ts'

/* A process of its own that takes one file of records in, to be killed in the middle: `node test/recordTaker.ts '{…}'`. */

export type Order = {
  readonly target: Target
  readonly dataDir: string
  readonly numberKey: string
  readonly job: TakeJob
}

const { target, dataDir, numberKey, job }: Order = JSON.parse(process.argv[2] ?? '')
const pool = openPool(target, { name: 'importer', max: 2 })
const boot: Boot = {
  ...{ db: openDb(pool), dataDir, rulesOf, log: pino({ level: 'silent' }), production: false },
  live: { announce() {}, async *subscribe() {} },
  jobs: { enqueue: async () => {} },
  access: { signedIn: async () => null, person: async () => null, open: async () => {}, close: async () => {} },
  numberKey: Buffer.from(numberKey, 'hex'),
}
await takeRecords(boot, job)
await pool.end()
