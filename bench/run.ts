/**
 * `npm run bench`: measured comparisons, as ratios of two things that run side by side on the same machine in the same
 * minute. Nothing here is judged. `--seconds 3 --leads 40000 --agents 200 --rows 5000` set the sizes.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { makeHouse } from '../demo/house.ts'
import { loadSignedIn } from '../src/modules/people/people.ts'
import { rulesOf } from '../src/modules/rulebook/inForce.ts'
import type { Boot } from '../src/platform/context.ts'
import { openDb, openPool } from '../src/platform/database.ts'
import { migrate } from '../src/platform/migrate.ts'
import { startPostgres } from '../src/platform/postgres.ts'
import { boardAt, claims, importing, notifying } from './measures.ts'
import { stock } from './stock.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    leads: { type: 'string', default: '40000' },
    agents: { type: 'string', default: '200' },
    seats: { type: 'string', default: '500' },
    rows: { type: 'string', default: '5000' },
  },
})
const size = (name: keyof typeof values) => Math.max(1, Number(values[name]))

const folder = mkdtempSync(join(tmpdir(), 'kaibo-bench-'))
const server = await startPostgres(folder)
const pool = openPool({ socketDir: server.socketDir, database: 'kaibo' }, { name: 'bench', max: 16 })
try {
  await migrate(pool)
  const db = openDb(pool)
  const boot: Boot = {
    ...{ db, dataDir: folder, rulesOf, log: pino({ level: 'warn' }), production: false },
    live: { announce() {}, async *subscribe() {} },
    jobs: { enqueue: async () => {} },
    access: {
      signedIn: async () => null,
      person: (id) => loadSignedIn(db, id, { sessionId: 'bench', mustChangePassword: false }),
      open: async () => {},
      close: async () => {},
    },
    numberKey: new Uint8Array(32).fill(7),
  }
  const house = await makeHouse(boot, '2026-06-17T08:00', null)
  const rows: (readonly [what: string, measured: string, beside: string, ratio: string])[] = []
  rows.push(...(await importing(house, size('rows'))))
  const agents = await stock(house, size('agents'), size('leads'))
  await house.at('2026-06-17T09:30', 1)
  rows.push(...(await claims(house, agents, size('seconds'))))
  rows.push(...(await boardAt(house, size('seats'))))
  rows.push(...(await notifying(pool, size('seconds'))))
  const width = [0, 1, 2].map((at) => Math.max(...rows.map((row) => row[at]!.length)))
  for (const row of rows) console.log(row.map((cell, at) => cell.padEnd(width[at] ?? 0)).join('   '))
} finally {
  await pool.end()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
