/** Makes a small demo in a folder, for the journeys to take copies of: `node test/journeys/make.ts FOLDER [dealership]`. */
import { buildDemo } from '../../demo/build.ts'
import { buildDealership } from '../../demo/dealership.ts'
import { JOBS } from '../../src/app/jobs.ts'
import { loadSignedIn } from '../../src/modules/people/people.ts'
import { rulesOf } from '../../src/modules/rulebook/inForce.ts'
import { settingsOf } from '../../src/platform/env.ts'
import { openNode } from '../../src/platform/node.ts'
import { buildPages } from '../../src/platform/pages.ts'
import { markDemo } from '../../src/platform/startChecks.ts'

const folder = process.argv[2]!
const home = `${import.meta.dirname}/../..`
const say = () => {}
const node = await openNode(settingsOf({ LOG_LEVEL: 'warn' }, folder), { rulesOf, loadSignedIn, jobs: JOBS }, say)
markDemo(folder, false)
if (process.argv[3] === 'dealership') await buildDealership(node.boot, say, { days: 1 })
else await buildDemo(node.boot, say, { rows: 1500, days: 2 })
markDemo(folder, true)
await node.close()
// Built once, so that the journeys do not each build them at the same time.
await buildPages(home, folder, say)
process.exit(0)
