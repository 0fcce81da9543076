/**
 * `npm run demo`: the same server over a data folder of its own, which is filled with the demo when it is empty. With
 * `-- --dealership` it is a car dealer's house of twelve, in another folder.
 */
import { startServer } from '../src/app/server.ts'

const dealership = process.argv.includes('--dealership')
await startServer(
  dealership ? { dataDir: './demo-dealership', demo: 'dealership' } : { dataDir: './demo-data', demo: 'life' },
)
