import { parentPort, Worker, workerData } from 'node:worker_threads'
import { breathing, tellHowBusy } from './breath.ts'
import type { Boot, Topic } from './context.ts'
import { openDb, openPool, type Target } from './database.ts'
import type { JobData, JobHandler } from './jobs.ts'
import { openLog } from './log.ts'
import type { ModuleParts } from './node.ts'

/*
 * Work that reckons for minutes, as a list of a million rows does, in a thread beside the one that answers pages: there
 * each of its lots would hold up everybody for as long as it takes to read it. The thread has two connections and a
 * bounded memory of its own; what it changed is announced by the thread that holds the listeners.
 */

type Order = {
  readonly target: Target
  readonly dataDir: string
  readonly production: boolean
  readonly logLevel: string
  readonly numberKey: Uint8Array
  readonly name: string
  readonly data: JobData
}
type News = { readonly topics: readonly Topic[]; readonly kept: number | undefined }

/** Megabytes: what a lot of rows and the tables of numbers and names need, twice. */
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 48 }

/**
 * The handler that starts `file` as a thread for each job and waits for its end; in this thread where the database's
 * place is not known. Fails as the work failed, with its message alone.
 */
export const inThread =
  (file: URL, name: string, handler: JobHandler): JobHandler =>
  async (boot, data) => {
    const { target, dataDir, production, log, numberKey, live } = boot
    if (!target) return await handler(boot, data)
    const order: Order = { target, dataDir, production, logLevel: log.level, numberKey, name, data }
    const thread = new Worker(file, { workerData: order, resourceLimits: LIMITS })
    thread.on('message', ({ topics, kept }: News) => live.announce(topics, kept))
    tellHowBusy(thread)
    await new Promise<void>((resolve, reject) => {
      thread.once('error', reject)
      thread.once('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`the thread of ${name} ended (${code})`)),
      )
    })
  }

/** The other side: does the one job that this thread was started for. */
export async function workInThread(
  handlers: Readonly<Record<string, JobHandler>>,
  { rulesOf, loadSignedIn }: Pick<ModuleParts, 'rulesOf' | 'loadSignedIn'>,
): Promise<void> {
  const { target, dataDir, production, logLevel, numberKey, name, data }: Order = workerData
  const pool = openPool(target, { name: `kaibo ${name}`, max: 2 })
  const db = openDb(pool)
  const absent = async () => {
    throw new Error('nobody signs in here')
  }
  const boot: Boot = {
    ...{ db, dataDir, production, rulesOf, numberKey, log: openLog(logLevel), breathe: breathing(parentPort) },
    live: {
      announce: (topics, kept) => parentPort?.postMessage({ topics, kept } satisfies News),
      async *subscribe() {},
    },
    access: {
      signedIn: async () => null,
      person: (personId) => loadSignedIn(db, personId, { sessionId: '', mustChangePassword: false }),
      open: absent,
      close: absent,
    },
    jobs: {
      enqueue: async () => {
        throw new Error('a job in a thread of its own starts no other')
      },
    },
  }
  await handlers[name]!(boot, data).finally(() => pool.end())
}
