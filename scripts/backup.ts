// A back-up now: npm run backup [-- --to FOLDER] [--data FOLDER] [--without-key]. Works while Kaibo runs and while it does not.
import { parseArgs } from 'node:util'
import { makeBackup } from '../src/platform/backup.ts'
import { CannotStart } from '../src/platform/cannotStart.ts'
import { settingsOf } from '../src/platform/env.ts'
import { visitDatabase } from '../src/platform/visit.ts'

const say = (step: string) => console.log(`  ${step}…`)

try {
  const { values } = parseArgs({
    options: { to: { type: 'string' }, data: { type: 'string' }, 'without-key': { type: 'boolean', default: false } },
  })
  const env = values.data ? { ...process.env, KAIBO_DATA: values.data } : process.env
  const settings = settingsOf(env)
  const begun = performance.now()
  const { target, leave } = await visitDatabase(settings, say)
  try {
    const made = await makeBackup({
      ...{ target, dataDir: settings.dataDir, folder: values.to ?? settings.backups, say },
      withKey: !values['without-key'],
    })
    if (!made) throw new CannotStart('Another back-up is under way; wait for it to end.')
    const { manifest, bytes, path } = made
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    console.log(`\n${rows} rows and ${manifest.files.length} files, ${bytes} bytes, ${seconds} s: ${path}`)
    for (const id of manifest.lostFiles) console.log(`Not in it, since it is gone or damaged: files/${id}`)
    console.log(
      manifest.numberKey
        ? 'The key of the numbers is in it: whoever has this folder has every customer. Keep it locked.'
        : 'The key of the numbers is not in it. Without that key a restore finds no number: keep it elsewhere.',
    )
  } finally {
    await leave()
  }
} catch (error) {
  console.error(error instanceof CannotStart ? `\nNo back-up was made. ${error.message}` : error)
  process.exitCode = 1
}
