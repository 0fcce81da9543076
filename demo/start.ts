/** `npm run demo`: the same server over a data folder of its own, which is filled with the demo when it is empty. */
import { startServer } from '../src/app/server.ts'

await startServer({ dataDir: './demo-data', demo: true })
