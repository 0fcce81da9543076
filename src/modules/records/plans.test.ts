import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plansOf } from '../../../test/plans.ts'
import { type World, world } from '../../../test/world.ts'
import type { Ctx } from '../../platform/context.ts'
import { mayDialOwing, measureCalls, seatDials } from '../calls/measure.ts'
import { callsOf } from '../calls/reports.ts'
import { records } from './api.ts'
import { meet } from './meet.ts'

/* Twenty seats with forty days of a hundred calls each: 80,000 calls, all but today's measured, with their records. */

let w: World<{ records: typeof records }>
let seatId: string
beforeAll(async () => {
  w = await world({ records }, { at: '2026-06-17T10:00' })
  await w.sql`insert into seat (centre_id, group_id, label, position, caller_id, caller_id_approved, line_registered, recording, person_id)
    select ${w.centre}, ${w.units.Dawn}, 'P' || n, n, '02161234567', true, true, true, case when n = 1 then ${w.people.ann}::uuid end
    from generate_series(1, 20) n`
  await w.sql`
    with made as (
      insert into call (id, occurred_on, centre_id, group_id, agent_id, customer_id, phone_id, seat_id, direction, why, cold,
        claimed_at, dialled_at, answered_at, ended_at, wrapped_at, ring_seconds, talk_seconds, wrap_seconds, line_result, outcome,
        measured_by, recording, recorded_at)
      select uuidv7(), d.day, ${w.centre}, ${w.units.Dawn},
        case when s.position = 1 then ${w.people.ann}::uuid else md5(s.label)::uuid end, uuidv7(), uuidv7(), s.id, 'outbound',
        'fresh', true, t.at, t.at, t.at, t.at + interval '60 s', t.at, 10, 50, 5, 'answered', 'later', 'declared', 'owed', t.at
      from seat s cross join (select '2026-06-17'::date - n as day from generate_series(0, 39) n) d
        cross join lateral (select d.day + interval '1 hour' + k * interval '3 minutes' as at from generate_series(1, 100) k) t
      returning *),
    dialled as (insert into dial_ledger (occurred_on, centre_id, hash, at, ended_at, answered, subject, cold, agent_id, call_id)
      select occurred_on, centre_id, decode(md5(id::text), 'hex'), dialled_at, ended_at, true, 'life', true, agent_id, id from made),
    measured as (insert into call_measure (call_id, occurred_on, centre_id, ring_seconds, talk_seconds, answered_at, ended_at,
        measured_by, recording, source_id, at)
      select id, occurred_on, centre_id, 8, 45, answered_at, ended_at, 'cdr', 'x.wav', id, ended_at from made
      where occurred_on < '2026-06-17'),
    recorded as (insert into switch_record (occurred_on, centre_id, key, file_id, row_no, seat_id, hash, masked, direction, started_at,
        answered_at, ended_at, ring_seconds, talk_seconds, recording, result, call_id, measured_at, recorded_at)
      select occurred_on, centre_id, decode(md5('k' || id::text), 'hex'), uuidv7(), 1, seat_id, decode(md5(id::text), 'hex'),
        '135****0000', 'outbound', dialled_at, answered_at, ended_at, 8, 45, 'x.wav', 'matched', id, ended_at, ended_at from made
      where occurred_on < '2026-06-17')
    insert into seat_day (seat_id, day, agent_id, centre_id, group_id, dials, measured, owed, owed_talk_seconds)
    select seat_id, occurred_on, agent_id, centre_id, group_id, count(*), count(*), 100, 5000 from made group by 1, 2, 3, 4, 5`
  await w.sql`analyze`
  seatId = (await w.sql<{ id: string }>`select id from seat where label = 'P1'`)[0]!.id
}, 120_000)
afterAll(() => w.close())

/** Months with something in them; one to come costs nothing. */
const BIG = /^(call|call_measure|switch_record|dial_ledger|line_event)_y2026m0[56]$/

/** Steps that read a month of one of the big tables as a whole. */
const wholeMonths = async (work: (ctx: Ctx) => Promise<unknown>, name: 'ann' | 'lin' | 'guo') =>
  (await w.run((ctx) => plansOf(ctx, work), name))
    .flat()
    .filter(({ table, does }) => does === 'Seq Scan' && BIG.test(table ?? ''))

/** As the board's hours read the day. */
const today = (ctx: Ctx) =>
  sql`select group_id, extract(hour from dialled_at)::int as hour, sum(talk_seconds)::int as talk from call_fact
    where centre_id = ${ctx.centre.id} and occurred_on = ${ctx.today} group by 1, 2`.execute(ctx.db)

const DAY = Temporal.PlainDate.from('2026-06-12')

test.each<[string, 'ann' | 'lin' | 'guo', (ctx: Ctx) => Promise<unknown>]>([
  ['what a seat owes, before every dial', 'ann', mayDialOwing],
  ['the calls of a day with what the switch says', 'lin', (ctx) => callsOf(ctx, { agentId: w.people.ann, day: DAY })],
  ['dials of a seat and day', 'guo', (ctx) => seatDials(ctx, { seatIds: [seatId], from: DAY, to: DAY })],
  ['a seat and day held against its dials', 'guo', (ctx) => meet(ctx, { seatId, day: DAY }, null)],
  ['today by the hour', 'lin', today],
])('%s reads no month as a whole', async (_, name, work) => {
  expect(await wholeMonths(work, name)).toEqual([])
})

test('the owed recordings of a seat are told by its own sums alone', async () => {
  const plans = await w.run((ctx) => plansOf(ctx, mayDialOwing), 'ann')
  expect(plans.flat().flatMap(({ index }) => index ?? [])).toContain('seat_day_owed')
})

test('measuring touches the calls it is given and no others', async () => {
  const [call] = await w.sql<{
    id: string
  }>`select id from call where seat_id = ${seatId} and occurred_on = ${DAY} limit 1`
  const steps = await wholeMonths(
    (ctx) =>
      measureCalls(ctx, [
        {
          ...{ callId: call!.id, on: DAY, ringSeconds: 3, talkSeconds: 4, answeredAt: ctx.now, endedAt: ctx.now },
          ...{ recording: null, sourceId: call!.id },
        },
      ]),
    'guo',
  )
  expect(steps).toEqual([])
})
