import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { Reason } from '../lib/verdict.ts'
import { type Actor, type Centre, SYSTEM_ID, systemActor } from './actor.ts'
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
      c.id, c.name, c.kind, c.time_zone, c.country, c.demo, set_config('kaibo.centre', c.id::text, true) as scoped
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

export type Work = { readonly ctx: Ctx; readonly topics: Topic[]; readonly fresh: boolean }

/** Makes the context of an operation over a handle. The topics it touches are gathered for after the commit. */
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
  const topics: Topic[] = []
  const ctx: Ctx = {
    db,
    actor,
    centre,
    now,
    today,
    rules,
    dataDir: boot.dataDir,
    operation,
    touch: (name, only = {}) => topics.push({ name, centreId: centre.id, ...only }),
    emit: async (name, subject, data = {}) => {
      await sql`insert into event (occurred_on, at, centre_id, name, actor_id, subject_kind, subject_id, data)
        values (${today}, ${now}, ${centre.id}, ${name}, ${actor.personId}, ${subject.kind}, ${subject.id}, ${JSON.stringify(data)})`.execute(
        db,
      )
    },
    decide: (decision) => keepDecision(ctx, decision),
    looked: async (kind, ids) => {
      if (ids.length === 0 || actor.personId === SYSTEM_ID) return
      await sql`insert into access_log (centre_id, person_id, operation, subject_kind, subject_ids)
        values (${centre.id}, ${actor.personId}, ${operation}, ${kind}, ${sql.val([...new Set(ids)])}::uuid[])`.execute(
        db,
      )
    },
    hashOf: (text) => createHmac('sha256', boot.numberKey).update(text).digest(),
    person: (personId) => boot.access.person(personId),
    enqueue: (job, data) => boot.jobs.enqueue(db, job, { centreId: centre.id, actorId: actor.personId, ...data }),
  }
  return { ctx, topics, fresh }
}

/** Keeps a decision: one row for each clause that spoke, with the version of the rulebook in force. */
export async function keepDecision(ctx: Ctx, { verdict, subject, clauses = [], operation }: Decision): Promise<void> {
  const reasons: readonly Reason[] = verdict.ok ? [] : verdict.reasons
  const spoke = verdict.ok ? clauses : [...new Set(reasons.map((reason) => reason.clause))]
  if (spoke.length === 0) return
  const rules = ctx.rules.at(ctx.today)
  const rows = spoke.map((clause) => {
    const own = reasons.filter((reason) => reason.clause === clause)
    const codes = [...new Set(own.map((reason) => reason.code))]
    return { clause, codes, version_id: rules.versionOf(clause), reasons: own }
  })
  await sql`
    insert into decision (verdict_id, occurred_on, at, centre_id, operation, allowed, clause, codes, version_id, actor_id,
      subject_kind, subject_id, reasons)
    select v.id, ${ctx.today}, ${ctx.now}, ${ctx.centre.id}, ${operation ?? ctx.operation}, ${verdict.ok}, r.clause, r.codes, r.version_id,
      ${ctx.actor.personId}, ${subject.kind}, ${subject.id}, coalesce(r.reasons, '[]')
    from (select uuidv7() as id offset 0) v, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(clause text, codes text[], version_id uuid, reasons jsonb)`.execute(ctx.db)
}

/**
 * Keeps what a transaction touched beside its changes, for nodes that lose the notification; its id, undefined when
 * nothing was touched.
 */
export async function keepTopics(db: Db, topics: readonly Topic[]): Promise<number | undefined> {
  if (topics.length === 0) return undefined
  const { rows } = await sql<{ id: number }>`
    insert into live_tail (topics) values (${JSON.stringify(topics)}) returning id`.execute(db)
  return rows[0]?.id
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
  let touched: readonly Topic[] = []
  let kept: number | undefined
  const result = await boot.db.transaction().execute(async (db) => {
    const { ctx, topics } = await begin(boot, db, actor, operation)
    const out = await run(ctx)
    kept = await keepTopics(db, topics)
    touched = topics
    return out
  })
  boot.live.announce(touched, kept)
  return result
}
