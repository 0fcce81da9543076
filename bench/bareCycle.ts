import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Actor } from '../src/platform/actor.ts'
import type { Pool } from '../src/platform/database.ts'

/*
 * The rows of one cycle (next, dial, outcome) written by bare SQL: three transactions as the product has them, a statement
 * a row, nothing asked but the claim and its number. No session, no gate, no rule, no web.
 */

export type Bare = {
  readonly pool: Pool
  readonly centreId: string
  readonly versionId: string
  readonly day: string
  /** The centre's instant, which these callers keep themselves. */
  readonly at: string
}

async function inTransaction<T>(pool: Pool, run: (db: PoolClient) => Promise<T>): Promise<T> {
  const db = await pool.connect()
  try {
    await db.query('begin')
    const out = await run(db)
    await db.query('commit')
    return out
  } finally {
    db.release()
  }
}

const request = async (db: PoolClient, agent: Actor, operation: string) => {
  const id = randomUUID()
  await db.query(`insert into request (person_id, id, operation, input_hash, result) values ($1, $2, $3, 'bare', $4)`, [
    agent.personId,
    id,
    operation,
    '{"taken":true}',
  ])
}
const tail = (db: PoolClient, topics: object[]) =>
  db.query('insert into live_tail (topics) values ($1)', [JSON.stringify(topics)])
const decision = (db: PoolClient, bare: Bare, agent: Actor, operation: string, clause: string, leadId: string) =>
  db.query(
    `insert into decision (verdict_id, occurred_on, at, centre_id, operation, allowed, clause, codes, version_id, actor_id,
      subject_kind, subject_id) values (uuidv7(), $1, $2, $3, $4, true, $5, '{}', $6, $7, 'lead', $8)`,
    [bare.day, bare.at, bare.centreId, operation, clause, bare.versionId, agent.personId, leadId],
  )
const look = (db: PoolClient, bare: Bare, agent: Actor, operation: string, customerId: string) =>
  db.query(
    `insert into access_log (centre_id, person_id, operation, subject_kind, subject_ids) values ($1, $2, $3, 'customer', $4)`,
    [bare.centreId, agent.personId, operation, [customerId]],
  )
const lineEvent = (db: PoolClient, bare: Bare, callId: string, state: string) =>
  db.query(
    `insert into line_event (occurred_on, call_id, centre_id, at, state, measured_by) values ($1, $2, $3, $4, $5, 'declared')`,
    [bare.day, callId, bare.centreId, bare.at, state],
  )
const presence = async (db: PoolClient, bare: Bare, agent: Actor, state: string, before: string) => {
  await db.query('update presence set state = $2, since = $3, active_at = $3 where person_id = $1', [
    agent.personId,
    state,
    bare.at,
  ])
  await db.query(
    `insert into presence_span (occurred_on, person_id, centre_id, group_id, state, since, until)
      values ($1, $2, $3, $4, $5, $6, $6)`,
    [bare.day, agent.personId, bare.centreId, agent.groupId, before, bare.at],
  )
  await db.query(
    `insert into attendance_day (person_id, day, centre_id, group_id, checked_in_at) values ($1, $2, $3, $4, $5)
      on conflict (person_id, day) do update set group_id = excluded.group_id`,
    [agent.personId, bare.day, bare.centreId, agent.groupId, bare.at],
  )
}

type Taken = { id: string; customer_id: string; batch_id: string; product_id: string; phone_id: string; hash: Buffer }

/** One cycle. Answers the lead, or null when the agent has none. */
export async function bareCycle(bare: Bare, agent: Actor): Promise<string | null> {
  const { pool, day, at, centreId } = bare
  const callId = randomUUID()
  const scoped = (db: PoolClient) => db.query(`select set_config('kaibo.centre', $1, true)`, [centreId])
  const lead = await inTransaction(pool, async (db) => {
    await scoped(db)
    const { rows } = await db.query<Taken>(
      `select l.id, l.customer_id, l.batch_id, l.product_id, p.id as phone_id, p.hash from lead l
        join phone p on p.customer_id = l.customer_id
        where l.holder_id = $1 and l.state = 'agent' and l.due_at <= $2 order by l.due_at, l.shuffle limit 1
        for update of l skip locked`,
      [agent.personId, at],
    )
    const taken = rows[0]
    if (!taken) return null
    await request(db, agent, 'calls.next')
    await db.query(
      `update desk set step = 'preview', call_id = $2, lead_id = $3, customer_id = $4, phone_id = $5, claimed_at = $6,
        why = 'fresh', direction = 'outbound', version_id = $7, version = version + 1 where agent_id = $1`,
      [agent.personId, callId, taken.id, taken.customer_id, taken.phone_id, at, bare.versionId],
    )
    await look(db, bare, agent, 'calls.next', taken.customer_id)
    await decision(db, bare, agent, 'calls.next.fresh', 'S4.4.3', taken.id)
    await tail(db, [{ name: 'floor', centreId, groupId: agent.groupId }])
    return taken
  })
  if (!lead) return null
  await inTransaction(pool, async (db) => {
    await scoped(db)
    await request(db, agent, 'calls.dial')
    await decision(db, bare, agent, 'calls.dial', 'S3.6', lead.id)
    await db.query(
      `insert into dial_ledger (occurred_on, centre_id, hash, at, subject, cold, agent_id, call_id)
        values ($1, $2, $3, $4, 'accident', true, $5, $6)`,
      [day, centreId, lead.hash, at, agent.personId, callId],
    )
    await lineEvent(db, bare, callId, 'allowed')
    await lineEvent(db, bare, callId, 'dialling')
    await look(db, bare, agent, 'calls.dial', lead.customer_id)
    await presence(db, bare, agent, 'inCall', 'online')
    await db.query(
      `update desk set step = 'dialling', dialled_at = $2, cold = true, version = version + 1 where agent_id = $1`,
      [agent.personId, at],
    )
    await tail(db, [{ name: 'floor', centreId, groupId: agent.groupId }])
  })
  await inTransaction(pool, async (db) => {
    await scoped(db)
    await request(db, agent, 'calls.record')
    await db.query('update dial_ledger set ended_at = $3 where call_id = $1 and occurred_on = $2', [callId, day, at])
    await lineEvent(db, bare, callId, 'ended')
    await db.query(
      `insert into lead_attempt (lead_id, round, number, at, occurred_on, band, weekday, agent_id, call_id, outcome)
        values ($1, 1, 1, $2, $3, 'morning', 3, $4, $5, 'notReached')`,
      [lead.id, at, day, agent.personId, callId],
    )
    await db.query(
      `update lead set tries = 1, first_try_at = $2, last_try_at = $2, due_at = $2::timestamptz + interval '1 day',
        version = version + 1 where id = $1`,
      [lead.id, at],
    )
    await db.query(
      `insert into call (id, occurred_on, centre_id, group_id, agent_id, lead_id, batch_id, product_id, customer_id, phone_id,
        direction, why, cold, band, attempt, claimed_at, dialled_at, ended_at, wrapped_at, ring_seconds, talk_seconds, wrap_seconds,
        line_result, outcome, lead_after, measured_by, recording, version_id, recorded_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'outbound', 'fresh', true, 'morning', 1, $11, $11, $11, $11, 0, 0, 0,
        'noAnswer', 'notReached', 'agent', 'declared', 'none', $12, $11)`,
      [
        callId,
        day,
        centreId,
        agent.groupId,
        agent.personId,
        lead.id,
        lead.batch_id,
        lead.product_id,
        lead.customer_id,
        lead.phone_id,
        at,
        bare.versionId,
      ],
    )
    await db.query(
      `insert into call_day (agent_id, day, batch_id, centre_id, group_id, dials) values ($1, $2, $3, $4, $5, 1)
        on conflict (agent_id, day, batch_id) do update set dials = call_day.dials + 1`,
      [agent.personId, day, lead.batch_id, centreId, agent.groupId],
    )
    await db.query(
      `insert into seat_day (seat_id, day, agent_id, centre_id, group_id, dials)
        select id, $2, $1, $3, $4, 1 from seat where person_id = $1
        on conflict (seat_id, day, agent_id) do update set dials = seat_day.dials + 1`,
      [agent.personId, day, centreId, agent.groupId],
    )
    await db.query(
      `insert into event (occurred_on, at, centre_id, name, actor_id, subject_kind, subject_id) values ($1, $2, $3,
        'calls.recorded', $4, 'call', $5)`,
      [day, at, centreId, agent.personId, callId],
    )
    await presence(db, bare, agent, 'online', 'inCall')
    await db.query(
      `update desk set step = 'idle', call_id = null, lead_id = null, customer_id = null, phone_id = null, claimed_at = null,
        dialled_at = null, version = version + 1 where agent_id = $1`,
      [agent.personId],
    )
    await tail(db, [{ name: 'calls', centreId, personId: agent.personId, groupId: agent.groupId }])
  })
  return lead.id
}
