import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { at } from '../../../test/clone.ts'
import { handedIn } from '../../../test/lists.ts'
import type { Order } from '../../../test/recordTaker.ts'
import { asterisk, type Line } from '../../../test/switchFile.ts'
import { type World, world } from '../../../test/world.ts'
import { records } from './api.ts'
import { ROWS_AT_ONCE, takeRecords } from './take.ts'

/* Forty seats, three days, 12,000 dials; the switch has all but 5 in 100 and 240 calls that nobody allowed. */

const SEATS = 40
const DAYS = ['2026-06-15', '2026-06-16', '2026-06-17']
const A_DAY = 100
const DIALS = SEATS * DAYS.length * A_DAY
const STRAYS = 240

let w: World<{ records: typeof records }>
beforeAll(async () => {
  w = await world({ records }, { at: '2026-06-18T08:00' })
  const key = (e164: string) => w.run(async (ctx) => Buffer.from(ctx.hashOf(e164)).toString('hex'))
  await w.sql`insert into seat (centre_id, group_id, label, position, caller_id, caller_id_approved, line_registered, recording)
    select ${w.centre}, ${w.units.Dawn}, 'K' || lpad(n::text, 2, '0'), n, '02161234567', true, true, true
    from generate_series(1, ${SEATS}) n`
  const given: { n: number; seat: string; at: string; hash: string; answered: boolean }[] = []
  for (let n = 0; n < DIALS; n++) {
    const one = dialNo(n)
    given.push({ n, seat: one.seat, at: `${one.at}+08:00`, hash: await key(`+86${one.number}`), answered: n % 3 === 0 })
  }
  await w.sql`
    with r as materialized (select *, uuidv7() as id, at::timestamptz as t, (at::timestamptz at time zone 'Asia/Shanghai')::date as day
        from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as r(n int, seat text, at text, hash text, answered boolean)),
    dialled as (insert into dial_ledger (occurred_on, centre_id, hash, at, ended_at, answered, subject, cold, agent_id, call_id)
      select day, ${w.centre}, decode(hash, 'hex'), t, t, answered, 'life', true, ${w.people.ann}, id from r),
    called as (insert into call (id, occurred_on, centre_id, group_id, agent_id, customer_id, phone_id, seat_id, direction, why, cold,
        claimed_at, dialled_at, answered_at, ended_at, wrapped_at, ring_seconds, talk_seconds, wrap_seconds, line_result, outcome,
        measured_by, recording, recorded_at)
      select r.id, day, ${w.centre}, ${w.units.Dawn}, ${w.people.ann}, uuidv7(), uuidv7(), s.id, 'outbound', 'fresh', true, t, t,
        case when answered then t end, t, t, 10, case when answered then 300 else 0 end, 0,
        case when answered then 'answered' else 'noAnswer' end, case when answered then 'later' else 'notReached' end,
        'declared', case when answered then 'owed' else 'none' end, t
      from r join seat s on s.label = r.seat)
    insert into seat_day (seat_id, day, agent_id, centre_id, group_id, dials, owed, owed_talk_seconds)
    select s.id, r.day, ${w.people.ann}, ${w.centre}, ${w.units.Dawn}, count(*), count(*) filter (where answered),
      300 * count(*) filter (where answered) from r join seat s on s.label = r.seat group by 1, 2`
  await w.sql`insert into call_day (agent_id, day, batch_id, centre_id, group_id, dials, connected, effective, ring_seconds, talk_seconds)
    select ${w.people.ann}, occurred_on, '00000000-0000-0000-0000-000000000000', ${w.centre}, ${w.units.Dawn}, count(*),
      count(answered_at), count(answered_at), sum(ring_seconds), sum(talk_seconds) from call group by 2`
  await w.sql`analyze`
}, 120_000)
afterAll(() => w.close())

/** The n-th dial: three minutes apart at one seat, a number that nobody else was called at. */
function dialNo(n: number) {
  const [day, rest] = [Math.floor(n / (SEATS * A_DAY)), n % (SEATS * A_DAY)]
  const [seat, place] = [rest % SEATS, Math.floor(rest / SEATS)]
  const at = Temporal.PlainDateTime.from(`${DAYS[day]}T09:30`).add({ minutes: 3 * place, seconds: seat })
  return {
    seat: `K${String(seat + 1).padStart(2, '0')}`,
    number: `135${10_000_000 + n}`,
    at: at.toString({ smallestUnit: 'second' }),
  }
}

function linesOf(): Line[] {
  const lines = Array.from({ length: DIALS }, (_, n): Line => {
    const answered = n % 3 === 0
    return {
      ...dialNo(n),
      ring: 7,
      talk: answered ? 40 : null,
      id: `k.${n}`,
      ...(answered && { recording: `k${n}.wav` }),
    }
  }).filter((_, n) => n % 20 !== 19)
  for (let n = 0; n < STRAYS; n++)
    lines.push({ ...dialNo(n * 50), number: `136${20_000_000 + n}`, ring: 3, talk: 20, id: `s.${n}` })
  return lines
}

const progress = async (id: string) =>
  (
    await w.sql<{
      rows_done: number
      units_done: number
    }>`select rows_done, units_done from record_file where id = ${id}`
  )[0]!

/** Resolves when a file has come so far, asked along the database's own answers. */
async function reached(id: string, far: (at: { rows_done: number; units_done: number }) => boolean): Promise<void> {
  while (!far(await progress(id))) await sql`select pg_sleep(0.02)`.execute(w.boot.db)
}

test('[S3.6 C] a file of 11,640 records that is killed while it reads and while it matches ends as if nothing had happened', async () => {
  const fileId = await handedIn(w, 'Master.csv', asterisk(linesOf()))
  const { id } = await w.as('liu').records.take({ fileId, headerRow: null })
  const job = { centreId: w.centre, actorId: w.people.liu, recordFileId: id }
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(w.boot.db)
  const order: Order = {
    ...{ target: at(inject('server'), rows[0]!.name), dataDir: w.boot.dataDir, job },
    numberKey: Buffer.from(w.boot.numberKey).toString('hex'),
  }
  const taker = fileURLToPath(new URL('../../../test/recordTaker.ts', import.meta.url))
  for (const far of [
    (p: { rows_done: number }) => p.rows_done >= 3 * ROWS_AT_ONCE,
    (p: { units_done: number }) => p.units_done >= 30,
  ]) {
    const child = spawn(process.execPath, [taker, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit'] })
    const gone = once(child, 'exit')
    await Promise.race([reached(id, far as never), gone])
    child.kill('SIGKILL')
    expect(await gone).toEqual([null, 'SIGKILL'])
    expect((await w.as('liu').records.delivery({ id })).state).toBe('importing')
  }
  // The queue gives the job to another worker; a third one on the same file finds it busy or done and leaves.
  await Promise.all([takeRecords(w.boot, job), takeRecords(w.boot, job)])
  const had = 0.95 * DIALS
  const file = await w.as('liu').records.delivery({ id })
  expect(file).toMatchObject({ state: 'done', rowsDone: had + STRAYS, taken: had + STRAYS, repeated: 0 })
  expect(file).toMatchObject({ matched: had, notAllowed: STRAYS })
  const [facts] = await w.sql`
    select (select count(*) from call_measure)::int as measures,
      (select count(*) from call_measure where superseded_at is not null)::int as twice,
      (select count(*) from record_incident where kind = 'notAllowed')::int as strays,
      (select sum(talk_seconds) from call_fact)::int as talk, (select sum(talk_seconds) from call_day)::int as summed,
      (select sum(measured) from call_day)::int as measured, (select sum(owed) from seat_day)::int as owed,
      (select count(*) from call_fact where recording = 'owed')::int as owing`
  // Every third was answered, every twentieth the switch does not have.
  const lost = DIALS / 60
  const talk = (DIALS / 3 - lost) * 40 + lost * 300
  expect(facts).toEqual({
    measures: had,
    twice: 0,
    strays: STRAYS,
    talk,
    summed: talk,
    measured: had,
    owed: lost,
    owing: lost,
  })
}, 240_000)
