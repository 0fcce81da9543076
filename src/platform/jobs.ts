import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { PgBoss } from 'pg-boss'
import type { Logger } from 'pino'
import type { Boot } from './context.ts'
import type { Db, Pool } from './database.ts'
import { outageOf } from './outage.ts'

/*
 * Work that goes on after its command: put into the command's own transaction, so that it exists exactly when the
 * command's changes do; tried again with growing pauses, and kept among the dead letters when it never succeeds. A
 * handler may be run twice (a node died after the work, before the mark), so it must bear that.
 */

/** Data of a job as the command gave it, with the centre and who asked. */
export type JobData = Readonly<Record<string, unknown>> & { readonly centreId: string; readonly actorId: string }
export type JobHandler = (boot: Boot, data: JobData) => Promise<void>

const SCHEMA = 'jobs'
/** Begins the name of each node's connections that work jobs off; a mark of the node follows. */
export const WORKERS = 'kaibo sessions and jobs'
/** Queue of jobs that failed for good. */
const DEAD = 'dead'

const RETRY = {
  retryLimit: 5,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 300,
  // A long import is no lost one: a worker that lives says so, and one that is silent for a minute has died.
  expireInSeconds: 4 * 3600,
  heartbeatSeconds: 60,
  deleteAfterSeconds: 14 * 86_400,
}

export interface Jobs {
  /** Puts a job into the transaction of `db`; it runs after the commit. Throws for a name without a handler. */
  enqueue(db: Db, job: string, data: Record<string, unknown>): Promise<void>
  /** Starts to work off what is there and what comes. */
  work(boot: Boot): Promise<void>
  readonly working: boolean
  /** Jobs that failed for good and were not looked after. */
  dead(): Promise<number>
  /** Lets running jobs end, ten seconds at most; what was cut off is tried again by the next start. */
  stop(): Promise<void>
}

/** Opens the queues for the named handlers. `pool` has the driver's own parsers. */
export async function openJobs(pool: Pool, log: Logger, handlers: Readonly<Record<string, JobHandler>>): Promise<Jobs> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values as unknown[]) },
    schema: SCHEMA,
    schedule: false,
  })
  boss.on('error', (error) => log.error({ err: error }, 'jobs'))
  await boss.start()
  await boss.createQueue(DEAD)
  const names = Object.keys(handlers)
  for (const name of names) {
    await boss.createQueue(name, { ...RETRY, deadLetter: DEAD })
    await boss.updateQueue(name, { ...RETRY, deadLetter: DEAD })
  }
  let working = false

  /** An outage is no failure of the job: it is told only when the queue can hear it, and does not count. */
  async function outlast(id: string) {
    while (working) {
      try {
        await pool.query(`update ${SCHEMA}.job set retry_count = 0 where id = $1`, [id])
        return
      } catch {
        await pause(1000)
      }
    }
  }

  return {
    async enqueue(db, job, data) {
      if (!(job in handlers)) throw new Error(`no handler for the job ${job}`)
      const executeSql = async (text: string, values: unknown[] = []) => {
        // The transaction's own connection: the job is rolled back with the command.
        const { rows } = await db.executeQuery<never>({
          sql: text,
          parameters: values,
          query: sql.raw(text).toOperationNode() as never,
          queryId: { queryId: 'job' } as never,
        })
        return { rows }
      }
      await boss.send(job, data, { db: { executeSql } })
    },
    async work(boot) {
      await takeUpLeft(pool, names)
      for (const name of names) {
        const handler = handlers[name]!
        await boss.work<JobData>(name, { pollingIntervalSeconds: 1 }, async ([job]) => {
          if (!job) return
          try {
            await handler(boot, job.data)
          } catch (error) {
            log.error({ err: error, job: name, id: job.id }, 'a job failed and is tried again')
            if (outageOf(error)) await outlast(job.id)
            throw error
          }
        })
      }
      working = true
    },
    get working() {
      return working
    },
    async dead() {
      return (await boss.getQueueStats(DEAD)).at(-1)?.queuedCount ?? 0
    },
    async stop() {
      working = false
      await boss.stop({ graceful: true, timeout: 10_000, close: false })
    },
  }
}

/**
 * Jobs under way although no other node is there: their node was killed. They go on at once; with other nodes there, whose
 * jobs these may be, the heartbeat tells after a minute. It is a kill that counts as no failure of the job.
 */
async function takeUpLeft(pool: Pool, names: readonly string[]): Promise<void> {
  await pool.query(
    `update ${SCHEMA}.job set state = 'retry', start_after = now(), heartbeat_on = null,
       retry_count = greatest(retry_count - 1, 0)
     where state = 'active' and name = any($1) and not exists (
       select from pg_stat_activity where datname = current_database() and application_name like '${WORKERS} %'
         and application_name <> current_setting('application_name'))`,
    [names],
  )
}
