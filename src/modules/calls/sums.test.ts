import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { desksOf } from '../../../test/atDesk.ts'
import { refusedFor } from '../../../test/refused.ts'
import { seated, sellable } from '../../../test/selling.ts'
import { batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { attendance } from '../attendance/api.ts'
import { calls } from './api.ts'
import { type Countable, figuresOf } from './counts.ts'
import { measureCalls } from './measure.ts'
import { canCorrectTo, canRecord, LINE_RESULT_NAMES, median, OUTCOME_NAMES, OUTCOMES } from './rules.ts'

const router = { calls, attendance }
const AGENTS = ['ann', 'bo'] as const
let w: World<typeof router>
let desks: ReturnType<typeof desksOf>
beforeAll(async () => {
  w = await world(router)
  desks = desksOf(w, await batch(w, await sellable(w, 'L1', AGENTS), 'June'))
  await seated(w, AGENTS)
})
afterAll(() => w.close())
beforeEach(async () => {
  await w.setNow('2026-06-17T09:30')
  await desks.clear()
})

const SUMS = [
  'dials',
  'connected',
  'effective',
  'refusals',
  'callbacks',
  'inbound',
  'ring_seconds',
  'talk_seconds',
  'measured',
  'measured_connected',
  'measured_effective',
  'measured_talk_seconds',
] as const
const ALL = [...SUMS, 'wrap_seconds'] as const
type Sums = Record<(typeof ALL)[number], number>

/** The sums as they are kept, by agent, day and batch. */
const kept = async () => {
  const rows = await w.sql<{ key: string } & Sums>`
    select agent_id || ' ' || day || ' ' || batch_id as key, dials, connected, effective, refusals, callbacks, inbound,
      ring_seconds, talk_seconds, wrap_seconds, measured, measured_connected, measured_effective, measured_talk_seconds
    from call_day`
  return Object.fromEntries(rows.map(({ key, ...sums }) => [key, sums]))
}
/** The same sums reckoned anew from every call and its corrections. */
const reckoned = async () => {
  const rows = await w.sql<{ key: string } & Countable>`
    select f.agent_id || ' ' || f.occurred_on || ' ' || coalesce(f.batch_id, '00000000-0000-0000-0000-000000000000') as key,
      f.direction, f.line_result as "lineResult", f.outcome, f.ring_seconds as "ringSeconds",
      f.talk_seconds as "talkSeconds", f.wrap_seconds as "wrapSeconds", f.measured_by as "measuredBy", f.unanswered
    from call_fact f`
  const sums: Record<string, Sums> = {}
  for (const row of rows) {
    const figures = figuresOf(row)
    const before = sums[row.key]
    sums[row.key] = Object.fromEntries(ALL.map((name) => [name, (before?.[name] ?? 0) + figures[name]])) as Sums
  }
  return sums
}

/** What the lines owe as it is kept, and reckoned anew from every call. */
const owedKept =
  () => w.sql`select seat_id, sum(dials)::int as dials, sum(measured)::int as measured, sum(owed)::int as owed,
  sum(owed_talk_seconds)::int as talk from seat_day group by seat_id order by seat_id`
const owedReckoned = () => w.sql`
  select seat_id, count(*) filter (where direction = 'outbound' and line_result <> 'lineFailure')::int as dials,
    count(*) filter (where direction = 'outbound' and line_result <> 'lineFailure' and measured_by <> 'declared')::int as measured,
    count(*) filter (where recording = 'owed')::int as owed,
    coalesce(sum(talk_seconds) filter (where recording = 'owed'), 0)::int as talk
  from call_fact group by seat_id order by seat_id`

/** What can be recorded without an application: every outcome with every line it can be true of. */
const POSSIBLE = LINE_RESULT_NAMES.flatMap((line) =>
  OUTCOME_NAMES.filter(
    (outcome) =>
      !OUTCOMES[outcome].sale &&
      !OUTCOMES[outcome].visit &&
      canRecord(line, outcome, { given: OUTCOMES[outcome].callback }).ok,
  ).map((outcome) => ({ line, outcome })),
)

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      agent: fc.constantFrom(...AGENTS),
      said: fc.constantFrom(...POSSIBLE),
      ring: fc.integer({ min: 0, max: 40 }),
      talk: fc.integer({ min: 0, max: 90 }),
      wrap: fc.integer({ min: 0, max: 30 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('correct' as const),
      pick: fc.nat(),
      outcome: fc.constantFrom(...OUTCOME_NAMES),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('measure' as const),
      pick: fc.nat(),
      ring: fc.integer({ min: 0, max: 40 }),
      talk: fc.option(fc.integer({ min: 0, max: 90 })),
      recording: fc.option(fc.constant('rec-1.wav')),
    }),
  },
)

test('[S4.3.3a R] the day’s sums equal all calls with their corrections and measures, whatever was recorded and corrected', async () => {
  const made: {
    agent: (typeof AGENTS)[number]
    callId: string
    line: (typeof LINE_RESULT_NAMES)[number]
    outcome: string
  }[] = []
  let clock = Temporal.PlainDateTime.from('2026-06-17T09:30')
  const later = async (seconds: number) => {
    clock = clock.add({ seconds })
    await w.setNow(clock.toString())
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 8 }), async (steps) => {
      for (const one of steps) {
        if (one.kind === 'correct') {
          const call = made[one.pick % Math.max(1, made.length)]
          if (!call || !canCorrectTo(call.line, call.outcome as never, one.outcome).ok) continue
          await w.as(call.agent).calls.correct({ callId: call.callId, outcome: one.outcome, why: 'verdrückt' })
          call.outcome = one.outcome
          continue
        }
        if (one.kind === 'measure') {
          const call = made[one.pick % Math.max(1, made.length)]
          if (!call) continue
          const answeredAt = one.talk === null ? null : Temporal.Instant.from('2026-06-17T02:00Z')
          await w.run((ctx) =>
            measureCalls(ctx, [
              {
                ...{
                  callId: call.callId,
                  on: ctx.today,
                  ringSeconds: one.ring,
                  talkSeconds: one.talk ?? 0,
                  answeredAt,
                },
                ...{ endedAt: ctx.now, recording: one.recording, sourceId: call.callId },
              },
            ]),
          )
          continue
        }
        const { line, outcome } = one.said
        await desks.atDesk(one.agent)
        const call = await desks.dialling(one.agent)
        await later(one.ring)
        if (line === 'answered' && one.talk > 0) {
          await w.as(one.agent).calls.answered({ tabId: call.tabId })
          await later(one.talk)
          await w.as(one.agent).calls.hangUp({ tabId: call.tabId, lineResult: line })
        }
        await later(one.wrap)
        const callback = OUTCOMES[outcome].callback ? { at: '2026-06-18T02:00:00Z' } : null
        await desks.record(one.agent, call, { lineResult: line, outcome, callback })
        made.push({ agent: one.agent, callId: call.callId, line, outcome })
      }
      expect(await kept()).toEqual(await reckoned())
      expect(await owedKept()).toEqual(await owedReckoned())
    }),
    { numRuns: 6, seed: 20_260_617 },
  )
  expect(made.length).toBeGreaterThan(8)
})

describe('corrections', () => {
  const one = async (outcome: 'later' | 'refused' | 'refusedForGood' | 'wrongNumber') => {
    await desks.atDesk('ann')
    const call = await desks.dialling('ann')
    await desks.record('ann', call, { outcome, note: 'erste' })
    return call
  }
  const correct = (callId: string, more: { outcome?: 'later' | 'refused' | 'refusedForGood'; note?: string }) =>
    w.as('ann').calls.correct({ callId, why: 'verdrückt', ...more })
  const lead = async (id: string) => (await w.sql`select state, closed_as from lead where id = ${id}`)[0]

  test('leave the call as it was written and are shown beside it', async () => {
    const { callId } = await one('later')
    await correct(callId, { outcome: 'refused', note: 'zweite' })
    expect(await w.sql`select outcome, note from call where id = ${callId}`).toEqual([
      { outcome: 'later', note: 'erste' },
    ])
    const shown = await w.as('lin').calls.call({ id: callId })
    expect(shown).toMatchObject({ outcome: 'refused', outcomeFirst: 'later', note: 'zweite' })
    expect(shown.corrections.map(({ field, before, after, by }) => [field, before, after, by])).toEqual([
      ['outcome', 'later', 'refused', '安寧'],
      ['note', 'erste', 'zweite', '安寧'],
    ])
    await expect(w.as('deng' as never).calls.call({ id: callId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('[S3.6 K] to a refusal for good stop all calling at once; what the customer refused for good no correction allows, it refuses', async () => {
    const call = await one('later')
    await correct(call.callId, { outcome: 'refusedForGood' })
    expect(await lead(call.leadId)).toEqual({ state: 'closed', closed_as: 'doNotCall' })
    const stops =
      await w.sql`select n.reason from do_not_call n join phone p on p.hash = n.hash where p.id = ${call.phoneId}`
    expect(stops).toEqual([{ reason: 'customerRefused' }])
    await refusedFor(correct(call.callId, { outcome: 'later' }), 'calls.refusalStands', 'S3.6')
  })

  test('close or open again the lead of the last call, and give a number back', async () => {
    const call = await one('refused')
    expect(await lead(call.leadId)).toEqual({ state: 'closed', closed_as: 'refusal' })
    await correct(call.callId, { outcome: 'later' })
    expect(await lead(call.leadId)).toEqual({ state: 'agent', closed_as: null })
    await correct(call.callId, { outcome: 'refused' })
    expect(await lead(call.leadId)).toEqual({ state: 'closed', closed_as: 'refusal' })
    await desks.clear()
    const wrong = await one('wrongNumber')
    await correct(wrong.callId, { outcome: 'later' })
    expect(await lead(wrong.leadId)).toEqual({ state: 'agent', closed_as: null })
    expect(await w.sql`select retired_at from phone where id = ${wrong.phoneId}`).toEqual([{ retired_at: null }])
  })

  test('are made on the same day and by the agent alone', async () => {
    const { callId } = await one('later')
    const other = w.as('bo').calls.correct({ callId, outcome: 'refused', why: 'fremd' })
    await expect(other).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await w.setNow('2026-06-18T09:30')
    await refusedFor(correct(callId, { outcome: 'refused' }), 'calls.correctionTooLate', 'house')
  })
})

test('the own norm is the middle of the last worked days, and the rows behind a day are its calls', async () => {
  await w.sql`insert into call_day (agent_id, day, batch_id, centre_id, dials, connected, effective, talk_seconds)
    select ${w.people.bo}, '2026-06-01'::date + n::int, uuidv7(), ${w.centre}, d, d / 2, 1, d * 10
    from unnest(array[0, 100, 120, 0, 80]) with ordinality as x(d, n)`
  const before = await w.as('bo').calls.ownDay({})
  expect(before).toMatchObject({ normDays: 3, norm: { dials: 100, connected: 50, effective: 1, talkSeconds: 1000 } })
  await desks.atDesk('bo')
  const call = await desks.dialling('bo')
  await desks.record('bo', call, { lineResult: 'busy', outcome: 'notReached' })
  const day = await w.as('bo').calls.ownDay({})
  expect(day.today.dials).toBe(before.today.dials + 1)
  expect(day.bands.find(({ band }) => band === 'morning')!.dials).toBe(day.today.dials)
  const { calls: rows } = await w.as('lin').calls.callsOf({ agentId: w.people.bo })
  expect(rows).toHaveLength((await w.as('bo').calls.recent({})).calls.length)
  expect(rows.find(({ id }) => id === call.callId)).toMatchObject({ lineResult: 'busy', outcome: 'notReached' })
  await expect(w.as('tao').calls.callsOf({ agentId: w.people.bo })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('recordings that lines owe stand by seat for the line above, of its own groups', async () => {
  const { seats } = await w.as('lin').calls.owed({})
  expect(seats.length).toBeGreaterThan(0)
  expect(seats.every(({ group }) => group === 'Dawn')).toBe(true)
  expect((await w.as('su').calls.owed({})).seats).toEqual([])
  const [all] = await w.sql<{ n: number }>`select count(*)::int as n from call_fact where recording = 'owed'`
  expect(seats.reduce((sum, { calls: n }) => sum + n, 0)).toBe(all!.n)
})

test('a median is the middle figure', () => {
  expect([median([]), median([3]), median([5, 1, 9]), median([4, 2])]).toEqual([null, 3, 5, 3])
})
