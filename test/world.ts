import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnyRouter, createRouterClient, type RouterClient } from '@orpc/server'
import { type RawBuilder, sql as sqlTag } from 'kysely'
import { pino } from 'pino'
import { loadSignedIn } from '../src/modules/people/people.ts'
import { seedBooks } from '../src/modules/rulebook/books.ts'
import { rulesOf } from '../src/modules/rulebook/inForce.ts'
import { setClock } from '../src/platform/centre.ts'
import type { Boot, Ctx, RequestContext, SignedIn, Topic } from '../src/platform/context.ts'
import { inCentre } from '../src/platform/transaction.ts'
import { makeCentre, type Name } from './cast.ts'
import { freshDatabase } from './clone.ts'

/* The one named test centre: a copy of the migrated database with a centre, its tree, its people and its rulebook. */

type JobHandlers = Readonly<Record<string, (boot: Boot, data: Record<string, unknown>) => Promise<void>>>

const ZONE = 'Asia/Shanghai'
const instantOf = (wall: string) => Temporal.PlainDateTime.from(wall).toZonedDateTime(ZONE).toInstant()

export interface World<R extends AnyRouter> {
  readonly boot: Boot
  /** Id of the centre. */
  readonly centre: string
  readonly people: Readonly<Record<Name, string>>
  /** East, West, Dawn, Tide, Summit and the root. */
  readonly units: Readonly<Record<'root' | 'East' | 'West' | 'Dawn' | 'Tide' | 'Summit', string>>
  /** What was announced to the pages so far. */
  readonly topics: Topic[]
  /** The router as called by a person, with roles read anew and a request id of its own for each call. */
  as(name: Name, options?: { requestId?: string }): RouterClient<R>
  /** The same for a person who is not of the cast, by id. */
  asPerson(personId: string): RouterClient<R>
  /** The router as called by nobody signed in. */
  readonly stranger: RouterClient<R>
  /** Runs work in a transaction of the centre, as the system or as a person. */
  run<T>(work: (ctx: Ctx) => Promise<T>, name?: Name): Promise<T>
  /** Rows of a statement, inside the centre's row level security. */
  sql<T = Record<string, unknown>>(strings: TemplateStringsArray, ...values: unknown[]): Promise<T[]>
  /** Sets the standing clock to a wall time of the centre: '2026-06-17T09:10'. */
  setNow(wall: string): Promise<void>
  /** Runs the jobs that committed commands left behind, and those that these leave, in order. Returns their names. */
  runJobs(handlers: JobHandlers): Promise<string[]>
  close(): Promise<void>
}

/**
 * A centre of its own in a fresh database, its clock standing at `at`. 2026-06-17 is a Wednesday and a workday.
 * Close it when the test file is done with it.
 */
export async function world<R extends AnyRouter>(
  router: R,
  { at = '2026-06-17T09:30', kind = 'life' as 'life' | 'dealership' } = {},
): Promise<World<R>> {
  const fresh = await freshDatabase({ max: 6 })
  const dataDir = mkdtempSync(join(tmpdir(), 'kaibo-world-'))
  await sqlTag`create table test_job (id bigint generated always as identity, name text, data jsonb)`.execute(fresh.db)
  // As the server does at its start, before the first fact: a month opened later would find its rows already elsewhere.
  await sqlTag`select ensure_month((${at.slice(0, 10)}::date + n * interval '1 month')::date)
    from generate_series(-1, 1) n`.execute(fresh.db)
  const topics: Topic[] = []
  const listeners = new Set<(topics: readonly Topic[]) => void>()
  const boot: Boot = {
    db: fresh.db,
    log: pino({ level: 'silent' }),
    dataDir,
    production: false,
    rulesOf,
    live: {
      announce(news) {
        topics.push(...news)
        for (const listener of listeners) listener(news)
      },
      subscribe: (signal) => heard(listeners, signal),
    },
    jobs: {
      // In the command's own transaction, as the real queue: what is rolled back leaves no job.
      enqueue: async (db, name, data) => {
        await sqlTag`insert into test_job (name, data) values (${name}, ${JSON.stringify(data)})`.execute(db)
      },
    },
    // Sessions of browsers are platform's own tests' matter; here a person is signed in by name.
    access: {
      signedIn: async () => null,
      person: (id) => loadSignedIn(fresh.db, id, { sessionId: 'session', mustChangePassword: false }),
      open: async () => {},
      close: async () => {},
    },
    numberKey: new Uint8Array(32).fill(7),
  }
  const made = await makeCentre(boot, kind, { at: instantOf(at), zone: ZONE })
  await inCentre(boot, made.centreId, 'test.seed', (ctx) => seedBooks(ctx, kind))

  const signedIn = async (personId: string): Promise<SignedIn | null> =>
    await loadSignedIn(fresh.db, personId, { sessionId: `session-${personId}`, mustChangePassword: false })
  const client = (personId: string | null, requestId?: string) =>
    createRouterClient(router, {
      context: async () => {
        const context: RequestContext = {
          boot,
          signedIn: personId === null ? null : await signedIn(personId),
          requestId: requestId ?? randomUUID(),
          http: { ip: '127.0.0.1', loopback: true, headers: new Headers(), setCookie: () => {} },
        }
        return context
      },
    } as never) as RouterClient<R>

  const inside = <T>(statement: RawBuilder<T>) =>
    fresh.db.transaction().execute(async (db) => {
      await sqlTag`select set_config('kaibo.centre', ${made.centreId}, true)`.execute(db)
      return (await statement.execute(db)).rows
    })

  return {
    boot,
    centre: made.centreId,
    people: made.people,
    units: made.units,
    topics,
    as: (name, options) => client(made.people[name], options?.requestId),
    asPerson: (personId) => client(personId),
    stranger: client(null),
    run: async (work, name) => {
      const actor = name ? ((await signedIn(made.people[name]))?.actor ?? null) : undefined
      if (actor === null) throw new Error(`${name} is not employed`)
      return await inCentre(boot, made.centreId, 'test.run', work, actor)
    },
    sql: <T>(strings: TemplateStringsArray, ...values: unknown[]) => inside(sqlTag<T>(strings, ...values)),
    setNow: (wall) => setClock(fresh.db, made.centreId, { at: instantOf(wall), rate: 0 }),
    runJobs: async (handlers) => {
      const done: string[] = []
      for (;;) {
        const { rows } = await sqlTag<{ name: string; data: Record<string, unknown> }>`
          delete from test_job where id = (select min(id) from test_job) returning name, data`.execute(fresh.db)
        const job = rows[0]
        if (!job) return done
        const handler = handlers[job.name]
        if (!handler) throw new Error(`no handler for the job ${job.name}`)
        await handler(boot, job.data)
        done.push(job.name)
      }
    },
    close: async () => {
      await fresh.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function* heard(listeners: Set<(topics: readonly Topic[]) => void>, signal: AbortSignal) {
  const waiting: (readonly Topic[])[] = []
  let wake: (() => void) | undefined
  const listener = (news: readonly Topic[]) => {
    waiting.push(news)
    wake?.()
  }
  listeners.add(listener)
  signal.addEventListener('abort', () => wake?.())
  try {
    while (!signal.aborted) {
      const news = waiting.shift()
      if (news) yield news
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    listeners.delete(listener)
  }
}
