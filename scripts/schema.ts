// Writes src/platform/schema.ts, the types of every table and view, from a server of its own that ran all migrations.
// With --verify it changes nothing and fails when the file is not what it would write.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPool } from '../src/platform/database.ts'
import { migrate } from '../src/platform/migrate.ts'
import { startPostgres } from '../src/platform/postgres.ts'

const home = join(import.meta.dirname, '..')
const file = join(home, 'src/platform/schema.ts')

/** What the parsers of src/platform/database.ts make of each type. */
const types = {
  timestamptz: 'Temporal.Instant',
  timestamp: 'Temporal.PlainDateTime',
  date: 'Temporal.PlainDate',
  int8: 'number',
}

const folder = mkdtempSync(join(tmpdir(), 'kaibo-schema-'))
const server = await startPostgres(folder)
let text: string
try {
  const pool = openPool({ socketDir: server.socketDir, database: 'kaibo' }, { name: 'schema', max: 1 })
  await migrate(pool)
  await pool.end()
  const out = join(folder, 'schema.ts')
  const url = `postgres://kaibo@localhost/kaibo?host=${encodeURIComponent(server.socketDir)}`
  const options = ['--dialect=postgres', `--url=${url}`, `--out-file=${out}`, '--log-level=error']
  const mapping = [`--type-mapping=${JSON.stringify(types)}`, '--exclude-pattern=jobs.*']
  const codegen = join(home, 'node_modules/kysely-codegen/dist/cli/bin.js')
  const { status, stderr } = spawnSync(process.execPath, [codegen, ...options, ...mapping], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`kysely-codegen failed: ${stderr}`)
  text = readFileSync(out, 'utf8')
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}

if (!process.argv.includes('--verify')) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  console.error('src/platform/schema.ts is older than the migrations: run "npm run schema" and commit it.')
  process.exitCode = 1
}
