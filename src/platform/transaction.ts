import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { type Actor, type Centre, systemActor } from './actor.ts'
import { type Answer, Appended } from './appended.ts'
import type { Boot, Ctx, Decision, Topic } from './context.ts'
import type { Db } from './database.ts'

type Opening = { now: Temporal.Instant; stamp: number; fresh: boolean; centre: Centre }

/**
 * Opens the work of one operation in one statement: the centre's clock, the key of its rulebook, the centre for row level
 * security (on this transaction only), and for a command the claim of its request id. `fresh` is false when that id was
 * used before; a twin still under way is waited for, since the unique key makes the second insert wait.
 */
async function open(
  db: Db,
  centreId: string,
  request: { personId: string; id: string; operation: string; inputHash: string } | null,
): Promise<Opening> {
  const claim = request
    ? sql`insert into request (person_id, id, operation, input_hash)
        values (${request.personId}, ${request.id}, ${request.operation}, ${request.inputHash})
        on conflict do nothing returning 1`
    : sql`select 1`
  // A command touches few rows and finds them by their keys. Planning each statement anew costs more than running it, and
  // a plan that was made while a table (a new month's) was empty must not read it whole when it is full.
  const plans = request
    ? sql`, set_config('plan_cache_mode', 'force_generic_plan', true) as once, set_config('enable_seqscan', 'off', true) as keyed`
    : sql``
  const { rows } = await sql<{
    now: Temporal.Instant
    stamp: number
    fresh: boolean
    id: string
    name: string
    kind: Centre['kind']
    time_zone: string
    country: string
    demo: boolean
  }>`
    with claimed as (${claim})
    select centre_now(c) as now, c.rules_stamp as stamp, exists (select from claimed) as fresh,
      c.id, c.name, c.kind, c.time_zone, c.country, c.demo, set_config('kaibo.centre', c.id::text, true) as scoped${plans}
    from centre c where c.id = ${centreId}`.execute(db)
  const row = rows[0]
  if (!row) throw new Error(`no centre ${centreId}`)
  const { now, stamp, fresh } = row
  const centre = {
    id: row.id,
    name: row.name,
    kind: row.kind,
    timeZone: row.time_zone,
    country: row.country,
    demo: row.demo,
  }
  return { now, stamp, fresh, centre }
}

export type Work = {
  readonly ctx: Ctx
  readonly fresh: boolean
  /** What it touched, for after the commit. */
  readonly topics: readonly Topic[]
  /** Writes what the operation appended, as its last statement; see `Appended.keep`. */
  readonly keep: (answer?: Answer) => Promise<number | undefined>
}

/** Makes the context of an operation over a handle. What it appends is gathered until `keep`. */
export async function begin(
  boot: Boot,
  db: Db,
  actor: Actor,
  operation: string,
  request: { id: string; inputHash: string } | null = null,
): Promise<Work> {
  const claim = request && { personId: actor.personId, id: request.id, operation, inputHash: request.inputHash }
  const { now, stamp, fresh, centre } = await open(db, actor.centreId, claim)
  const today = now.toZonedDateTimeISO(centre.timeZone).toPlainDate()
  const rules = await boot.rulesOf(centre.id, stamp, db)
  const appended = new Appended()
  const ctx: Ctx = {
    db,
    actor,
    centre,
    now,
    today,
    rules,
    dataDir: boot.dataDir,
    served: boot.served ?? null,
    operation,
    touch: (name, only = {}) => appended.topics.push({ name, centreId: centre.id, ...only }),
    emit: async (name, subject, data = {}) => appended.emit(name, subject, data),
    chain: (fact) => appended.chain(ctx, fact),
    decide: async (decision) => appended.decide(ctx, decision),
    looked: async (kind, ids) => appended.looked(ctx, kind, ids),
    part: (run) => appended.part(db, run),
    hashOf: (text) => createHmac('sha256', boot.numberKey).update(text).digest(),
    person: (personId) => boot.access.person(personId),
    enqueue: (job, data) => boot.jobs.enqueue(db, job, { centreId: centre.id, actorId: actor.personId, ...data }),
  }
  return { ctx, fresh, topics: appended.topics, keep: (answer) => appended.keep(db, ctx, answer) }
}

/** Keeps a decision at once, by a context of its own making: for refusals, and for days that are made up afterwards. */
export async function keepDecision(ctx: Ctx, decision: Decision): Promise<void> {
  const appended = new Appended()
  appended.decide(ctx, decision)
  await appended.keep(ctx.db, ctx)
}

/** What a transaction came to: its result, what it touched, and its last statement, which is still under way. */
type Done<T> = { readonly out: T; readonly topics: readonly Topic[]; readonly last: Promise<number | undefined> | null }

/**
 * Runs a transaction whose last statement goes with the commit in one packet, and announces what it touched. Should that
 * statement fail, the commit rolls back, and its error is thrown, not the commit's, which only tells that it did.
 */
export async function commit<T>(boot: Boot, run: (db: Db) => Promise<Done<T>>): Promise<T> {
  let done: Done<T> | null = null
  try {
    await boot.db.transaction().execute(async (db) => {
      done = await run(db)
      done.last?.catch(() => {})
    })
  } catch (error) {
    await (done as Done<T> | null)?.last
    throw error
  }
  const { out, topics, last } = done as unknown as Done<T>
  boot.live.announce(topics, (await last) ?? undefined)
  return out
}

/**
 * Runs work of the house itself (a job, the schedule, the demo's making) in one transaction of a centre, as `actor` or
 * as the system, and announces what it touched after the commit.
 */
export async function inCentre<T>(
  boot: Boot,
  centreId: string,
  operation: string,
  run: (ctx: Ctx) => Promise<T>,
  actor: Actor = systemActor(centreId),
): Promise<T> {
  return await commit(boot, async (db) => {
    const { ctx, topics, keep } = await begin(boot, db, actor, operation)
    const out = await run(ctx)
    return { out, topics, last: keep() }
  })
}
