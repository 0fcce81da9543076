/**
 * `npm run replay -- [--json] [--file F] [--data DIR]`: plays a real campaign of two and a half years, or a file of the same
 * columns, through an empty centre and holds the product's own totals against the file. Exits with 1 and the differences
 * where they are not the same, with 2 for a file that cannot be read, with 130 when it was stopped.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { openDb, openPool } from '../src/platform/database.ts'
import { checkNumberKey, keyOf } from '../src/platform/keys.ts'
import { migrate } from '../src/platform/migrate.ts'
import { startPostgres } from '../src/platform/postgres.ts'
import { markDemo } from '../src/platform/startChecks.ts'
import { quietBoot } from './quietBoot.ts'
import { type Outcome, replay } from './replay/replay.ts'
import { FileFault, rowsOf } from './replay/rows.ts'

const SHIPPED = join(import.meta.dirname, 'data/bank-full.csv.gz')
const USAGE = 'npm run replay -- [--json] [--file FILE.csv or FILE.csv.gz] [--data EMPTY_FOLDER]'

const say = (text: string) => void process.stderr.write(`${text}\n`)
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    file: { type: 'string' },
    data: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit(0)
}

/** A path as whoever typed it means it: npm goes to the project's folder first. */
const placeOf = (path: string) => resolve(process.env.INIT_CWD ?? '.', path)

/** The text of a file, unpacked where it is packed. */
function textOf(path: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
    // The first two bytes of every gzip file.
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes)
  } catch (error) {
    throw new FileFault(`${path} cannot be read: ${(error as Error).message}`)
  }
  return bytes.toString()
}

let stopped = false
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (!stopped) say('Stopping…')
    stopped = true
  })

/** Tells every five seconds how far it is. */
function progress() {
  const begun = performance.now()
  let told = 0
  return (day: string, done: number, all: number) => {
    const now = performance.now()
    if (now - told < 5000 && done < all) return
    told = now
    const perSecond = done / ((now - begun) / 1000)
    const left = Math.ceil((all - done) / perSecond)
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
    say(`${day}  ${done} of ${all} contacts, ${Math.round(perSecond)} a second, ${time} left`)
  }
}

async function run(text: string, folder: string): Promise<Outcome | null> {
  const server = await startPostgres(folder, say)
  const target = { socketDir: server.socketDir, database: 'kaibo' }
  const first = openPool(target, { name: 'kaibo replay set-up', max: 1 })
  try {
    await migrate(first)
    // Nobody mourns a replay that a power cut takes along: commits need not wait for the disk while it runs.
    await first.query('alter role kaibo set synchronous_commit = off')
    await first.end()
    const pool = openPool(target, { name: 'kaibo replay', max: 16 })
    try {
      const db = openDb(pool)
      const numberKey = keyOf(folder, 'number', process.env)
      await checkNumberKey(db, numberKey)
      // No page looks on, and no clockwork runs beside the played one.
      const boot = quietBoot(db, folder, numberKey)
      const accounts = values.data !== undefined
      return await replay(boot, text, { played: progress(), stopped: () => stopped, accounts })
    } finally {
      await pool.query('alter role kaibo reset synchronous_commit').catch(() => {})
      await pool.end()
    }
  } finally {
    await first.end().catch(() => {})
    await server.stop()
  }
}

function show({ product, differences }: Outcome, seconds: number): void {
  if (values.json) {
    const agrees = differences.length === 0
    console.log(JSON.stringify({ ...product, agrees, differences, seconds: Math.round(seconds) }, null, 2))
    return
  }
  const { leads, contacts, sales, talkSeconds, synthetic, months } = product
  console.log(
    `leads ${leads}, contacts ${contacts} (${synthetic} with a made-up day), sales ${sales}, talk ${talkSeconds} s`,
  )
  for (const month of months) console.log(`${month.month}  ${month.lastContacts} last contacts, ${month.sales} sales`)
  for (const { what, file, product: told } of differences)
    console.log(`DIFFERENT ${what}: file ${file}, product ${told}`)
  console.log(
    `${differences.length === 0 ? 'The product agrees with the file' : 'It does not agree'}; ${Math.round(seconds)} s.`,
  )
}

/** Answers the exit code. */
async function main(): Promise<number> {
  const begun = performance.now()
  const own = values.data === undefined
  const folder = own ? mkdtempSync(join(tmpdir(), 'kaibo-replay-')) : placeOf(values.data!)
  try {
    const text = textOf(values.file === undefined ? SHIPPED : placeOf(values.file))
    // Before a database is made for it.
    rowsOf(text)
    if (!own && existsSync(folder) && readdirSync(folder).length > 0)
      throw new FileFault(`${folder} is not empty: a replay begins with nothing. Give another folder.`)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const outcome = await run(text, folder)
    if (!outcome) return 130
    if (!own) markDemo(folder, true)
    show(outcome, (performance.now() - begun) / 1000)
    return outcome.differences.length === 0 ? 0 : 1
  } catch (error) {
    if (!(error instanceof FileFault)) throw error
    say(error.message)
    return 2
  } finally {
    if (own) rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main()
