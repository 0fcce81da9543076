// Reads the chain of results over: npm run verify [-- --data FOLDER]. Works while Kaibo runs and while it does not,
// changes nothing, and ends with 1 when something was changed, cut or made up.
import { createHmac } from 'node:crypto'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isWhole, LIMITS, linesOf, verifyResults } from '../src/modules/credit/verify.ts'
import { CannotStart } from '../src/platform/cannotStart.ts'
import { openDb, openPool } from '../src/platform/database.ts'
import { settingsOf } from '../src/platform/env.ts'
import { checkNumberKey, keyFile, keyOf } from '../src/platform/keys.ts'
import { visitDatabase } from '../src/platform/visit.ts'

const say = (step: string) => console.log(`  ${step}…`)

try {
  const { values } = parseArgs({ options: { data: { type: 'string' } } })
  const env = values.data ? { ...process.env, KAIBO_DATA: values.data } : process.env
  const { databaseUrl, dataDir } = settingsOf(env)
  // Reading must not make a key: seals that were made with another one would look like forgeries.
  if (!env.KAIBO_NUMBER_KEY && !existsSync(keyFile(dataDir, 'number')))
    throw new CannotStart(`There is no key of the numbers in ${dataDir}, and days are sealed with it.`)
  const key = keyOf(dataDir, 'number', env)
  const { target, leave } = await visitDatabase({ databaseUrl, dataDir }, say)
  const pool = openPool(target, { name: 'kaibo verify', max: 1 })
  try {
    const db = openDb(pool)
    await checkNumberKey(db, key)
    const reports = await verifyResults(db, (text) => createHmac('sha256', key).update(text).digest())
    for (const line of [...reports.flatMap(linesOf), '', ...LIMITS]) console.log(line)
    if (!reports.every(isWhole)) process.exitCode = 1
  } finally {
    await pool.end()
    await leave()
  }
} catch (error) {
  console.error(error instanceof CannotStart ? `\nNothing was read. ${error.message}` : error)
  process.exitCode = 1
}
