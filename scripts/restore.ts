// A back-up brought back into an empty place: npm run restore -- --from FOLDER [--data FOLDER], or DATABASE_URL.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { JOBS } from '../src/app/jobs.ts'
import { backupAt, verifyBackup } from '../src/platform/backupFolder.ts'
import { CannotStart } from '../src/platform/cannotStart.ts'
import { openPool } from '../src/platform/database.ts'
import { settingsOf } from '../src/platform/env.ts'
import { openLog } from '../src/platform/log.ts'
import { startPostgres } from '../src/platform/postgres.ts'
import { checkKnown, prepareFolder, restoreBackup } from '../src/platform/restore.ts'
import { checkDatabase } from '../src/platform/startChecks.ts'

const say = (step: string) => console.log(`  ${step}…`)

/** The operator's own database, looked at, or a new one in the data folder. */
async function place({ databaseUrl, dataDir }: ReturnType<typeof settingsOf>) {
  if (databaseUrl === null) {
    const server = await startPostgres(dataDir, say)
    return { target: { socketDir: server.socketDir, database: 'kaibo' }, leave: () => server.stop() }
  }
  const target = { url: databaseUrl }
  const pool = openPool(target, { name: 'kaibo restore', max: 1 })
  await checkDatabase(pool, say).finally(() => pool.end())
  return { target, leave: async () => {} }
}

try {
  const { values } = parseArgs({ options: { from: { type: 'string' }, data: { type: 'string' } } })
  if (!values.from) throw new CannotStart('Say which back-up: npm run restore -- --from /path/to/kaibo-…')
  const settings = settingsOf(values.data ? { ...process.env, KAIBO_DATA: values.data } : process.env)
  const begun = performance.now()
  const from = backupAt(resolve(values.from))
  console.log(`Restoring ${from} into ${settings.dataDir}`)
  say('Looking through the back-up')
  const manifest = await verifyBackup(from)
  checkKnown(manifest)
  prepareFolder(settings.dataDir)
  const { target, leave } = await place(settings)
  try {
    const log = openLog('warn')
    const { rows, jobsLeft } = await restoreBackup({
      ...{ from, manifest, target, log, say },
      ...{ dataDir: settings.dataDir, handlers: JOBS },
    })
    console.log(
      `\n${rows} rows and ${manifest.files.length} files, ${((performance.now() - begun) / 1000).toFixed(1)} s.`,
    )
    console.log(`All as of ${manifest.madeAt}. Everybody signs in anew.`)
    if (jobsLeft > 0) console.log(`${jobsLeft} waiting jobs are of a kind that this version does not know.`)
    if (!manifest.numberKey)
      console.log('The key of the numbers was not in it: put keys/number.key into the folder before you start.')
    console.log(`Start it: KAIBO_DATA='${settings.dataDir}' npm start`)
  } finally {
    await leave()
  }
} catch (error) {
  console.error(error instanceof CannotStart ? `\nNothing was restored. ${error.message}` : error)
  process.exitCode = 1
}
