import { sql } from 'kysely'
import { SCHEDULE } from '../src/app/schedule.ts'
import { type Entry, startClockwork } from '../src/platform/clockwork.ts'
import type { Boot } from '../src/platform/context.ts'
import type { JobHandler } from '../src/platform/jobs.ts'
import type { Node } from '../src/platform/node.ts'
import type { Name } from './cast.ts'
import { start } from './deskNode.ts'

/*
 * One of two nodes of a database, whole but for its pages: `node twinNode.ts FOLDER [agent…]`, the database by
 * DATABASE_URL. After SIGUSR2 (it answers "armed") it dies of its next commit, before anybody hears of that.
 */

const COUNTED = 'create table if not exists test_count (what text, n text, pid int)'

/** Long enough that the other node comes by in the middle of it. */
const slowly = async (boot: Pick<Boot, 'db'>, what: string, n: string) => {
  await sql`select pg_sleep(0.15)`.execute(boot.db)
  await sql`insert into test_count values (${what}, ${n}, ${process.pid})`.execute(boot.db)
}

const jobs: Record<string, JobHandler> = { 'test.count': (boot, data) => slowly(boot, 'job', String(data.n)) }
const minutely: Entry = {
  name: 'test.minutely',
  clause: null,
  everySeconds: 60,
  why: 'counted by the test',
  run: (ctx) => slowly(ctx, 'schedule', String(ctx.now)),
}

async function opened({ boot, jobs }: Node): Promise<void> {
  // The second to come may find the first one making it.
  await boot.db.transaction().execute((db) => sql.raw(`lock table centre in exclusive mode; ${COUNTED}`).execute(db))
  const { live } = boot
  const { announce } = live
  let armed = false
  live.announce = (topics, kept) => {
    if (armed && kept !== undefined) process.kill(process.pid, 'SIGKILL')
    announce(topics, kept)
  }
  process.on('SIGUSR2', () => {
    armed = true
    console.log('armed')
  })
  await jobs.work(boot)
  startClockwork(boot, [...SCHEDULE, minutely], 100)
}

await start(process.argv[2]!, process.argv.slice(3) as Name[], { jobs, opened })
