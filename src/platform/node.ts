import { randomUUID } from 'node:crypto'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type AccessParts, openAccess } from './access.ts'
import { CannotStart } from './cannotStart.ts'
import type { Boot, SignedIn } from './context.ts'
import { type Db, openDb, openPool, type Pool, type Target } from './database.ts'
import { type Settings, servedBy } from './env.ts'
import { ensureMonths } from './housekeeping.ts'
import { type JobHandler, type Jobs, openJobs, WORKERS } from './jobs.ts'
import { checkNumberKey, keyOf } from './keys.ts'
import { type LiveHub, openLive } from './live.ts'
import { openLog } from './log.ts'
import { type Metrics, openMetrics } from './metrics.ts'
import { migrate } from './migrate.ts'
import { backupAge } from './nightly.ts'
import { startPostgres } from './postgres.ts'
import { checkDatabase, checkProduction, checkRestored, isUnfinishedDemo, unmarkDemo } from './startChecks.ts'

/* The running parts of one node, opened in order and closed in the other order. */

export type Say = (step: string) => void

/** What the modules bring along; platform knows none of them. */
export type ModuleParts = {
  readonly rulesOf: Boot['rulesOf']
  readonly loadSignedIn: (
    db: Db,
    personId: string,
    session: Parameters<AccessParts['loadSignedIn']>[1],
  ) => Promise<SignedIn | null>
  readonly jobs: Readonly<Record<string, JobHandler>>
}

export interface Node {
  readonly boot: Boot
  readonly jobs: Jobs
  readonly live: LiveHub
  readonly metrics: Metrics
  /** Null when the database answers and the jobs run, else what is wrong. */
  trouble(): Promise<string | null>
  close(): Promise<void>
}

/** Milliseconds after which a database counts as one that does not answer. */
const ANSWER_MS = 5000
/** Connections of the operations; 16 on two cores beat 200 twofold. */
const POOL = 16

export async function openNode(settings: Settings, modules: ModuleParts, say: Say): Promise<Node> {
  const closing: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one().catch(() => {})
  }
  try {
    return await openParts(settings, modules, say, closing, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function openParts(
  settings: Settings,
  modules: ModuleParts,
  say: Say,
  closing: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<Node> {
  const { dataDir, production } = settings
  makeFolder(dataDir)
  checkRestored(dataDir)
  const log = openLog(settings.logLevel)
  const { target, trouble: serverTrouble } = await database(settings, say, log, closing)
  const pool = (name: string, max: number, parsers: 'temporal' | 'plain' = 'temporal') => {
    const made = openPool(target, { name, max, parsers })
    closing.push(() => made.end())
    return made
  }
  const main = pool('kaibo operations', POOL)
  const plain = pool(`${WORKERS} ${randomUUID().slice(0, 8)}`, 6, 'plain')
  const news = pool('kaibo live', 2)
  if (settings.databaseUrl !== null) await checkDatabase(main, say)
  await migrate(main, say)
  const db = openDb(main)
  const numberKey = keyOf(dataDir, 'number', process.env)
  await checkNumberKey(db, numberKey)
  if (production) await checkProduction(db, dataDir)
  await ensureMonths(db)

  const [live, jobs] = await Promise.all([openLive(news, log), openJobs(plain, log, modules.jobs)])
  closing.push(
    () => jobs.stop(),
    () => live.close(),
  )
  const access = openAccess({
    pool: plain,
    secret: keyOf(dataDir, 'session', process.env).toString('hex'),
    secure: settings.secure,
    log,
    loadSignedIn: (personId, session) => modules.loadSignedIn(db, personId, session),
  })
  const backups = { target, folder: settings.backups }
  const boot: Boot = {
    db,
    log,
    dataDir,
    production,
    rulesOf: modules.rulesOf,
    live,
    access,
    jobs,
    numberKey,
    target,
    backups,
    served: servedBy(settings),
  }
  const metrics = openMetrics({
    pools: { operations: main, plain, live: news },
    listeners: () => live.listeners,
    deadJobs: jobs.dead,
    backupAge: () => backupAge(db),
  })
  const trouble = async () => {
    const ended = serverTrouble()
    if (ended) return ended
    if (!(await answers(news))) return 'the database does not answer'
    return jobs.working ? null : 'the jobs do not run'
  }
  return { boot, jobs, live, metrics, trouble, close }
}

/** Whether the database answers in time. Asked on a pool that no work of the day keeps waiting. */
async function answers(pool: Pool): Promise<boolean> {
  const late = new AbortController()
  const asked = pool.query('select 1').then(
    () => true,
    () => false,
  )
  const tooLate = pause(ANSWER_MS, false, { signal: late.signal, ref: false }).catch(() => false)
  return await Promise.race([asked, tooLate]).finally(() => late.abort())
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.W_OK)
  } catch (error) {
    throw new CannotStart(
      `This user may not make or write the data folder ${dataDir} (${(error as Error).message}). Start Kaibo as its owner, or choose another folder with KAIBO_DATA.`,
    )
  }
}

/** The database that the operator gave, or the one that Kaibo brings, started. */
async function database(
  { databaseUrl, dataDir }: Settings,
  say: Say,
  log: Logger,
  closing: (() => Promise<unknown>)[],
): Promise<{ target: Target; trouble: () => string | null }> {
  if (databaseUrl !== null) return { target: { url: databaseUrl }, trouble: () => null }
  const server = await startPostgres(dataDir, say, (what, why) => log.error({ why }, what))
  closing.push(() => server.stop())
  if (isUnfinishedDemo(dataDir)) {
    say('Clearing a demo whose making was cut off')
    const root = openPool({ socketDir: server.socketDir, database: 'postgres' }, { name: 'kaibo anew', max: 1 })
    await root.query('drop database if exists kaibo with (force)')
    await root.query('create database kaibo')
    await root.end()
    unmarkDemo(dataDir)
  }
  return { target: { socketDir: server.socketDir, database: 'kaibo' }, trouble: () => server.trouble }
}
