import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { handedIn } from '../../../test/lists.ts'
import { refusedFor } from '../../../test/refused.ts'
import { asterisk, JOBS, type Line, switchWorld } from '../../../test/switchFile.ts'
import { type World, world } from '../../../test/world.ts'
import { attendance } from '../attendance/api.ts'
import { calls } from '../calls/api.ts'
import { sheets } from '../sheets/api.ts'
import { records } from './api.ts'
import { meetLeft } from './meet.ts'

const router = { records, calls, attendance, sheets }
let w: World<typeof router>
let at: Awaited<ReturnType<typeof switchWorld>>
beforeAll(async () => {
  w = await world(router)
  at = await switchWorld(w as never)
})
afterAll(() => w.close())
let day = 0
beforeEach(async () => {
  // Each test on a working day of its own, so that none speaks of another's calls.
  day += 1
  await at.goTo(`${Temporal.PlainDate.from('2026-06-22').add({ weeks: Math.floor(day / 5), days: day % 5 })}T09:30`)
  await at.desks.clear()
})

const shown = (id: string) => w.as('lin').calls.call({ id })
const open = async (kind: 'notAllowed' | 'neverLeft') => (await w.as('lin').records.incidents({ kind })).incidents
const sums = async () =>
  (
    await w.sql`select sum(dials)::int as dials, sum(effective)::int as effective, sum(talk_seconds)::int as talk, sum(measured)::int as measured,
      sum(measured_effective)::int as measured_effective, sum(measured_talk_seconds)::int as measured_talk
    from call_day d, centre c where d.day = (centre_now(c) at time zone c.time_zone)::date`
  )[0]

describe('[S4.3.3a R] the switch’s records', () => {
  test('correct ring and talk, say how it was measured, and pay the recording that was owed', async () => {
    const one = await at.call('ann', { ring: 12, talk: 95 })
    const two = await at.call('ann', { ring: 20, talk: null })
    expect(await shown(one.callId)).toMatchObject({ talkSeconds: 95, measuredBy: 'declared', recording: 'owed' })
    expect(await sums()).toEqual({
      dials: 2,
      effective: 1,
      talk: 95,
      measured: 0,
      measured_effective: 0,
      measured_talk: 0,
    })
    const file = await at.taken(
      asterisk([
        {
          seat: 'A1',
          number: one.number,
          at: one.at,
          ring: 9,
          talk: 21,
          id: '1.1',
          recording: `out-${one.number}-1.wav`,
        },
        { seat: 'A1', number: two.number, at: two.at, ring: 31, talk: null, id: '1.2' },
      ]),
    )
    expect(file).toMatchObject({
      state: 'done',
      rowsTotal: 2,
      rowsDone: 2,
      taken: 2,
      matched: 2,
      corrected: 2,
      notAllowed: 0,
    })
    expect(await shown(one.callId)).toMatchObject({
      ...{
        ringSeconds: 9,
        talkSeconds: 21,
        talkSecondsFirst: 95,
        measuredBy: 'cdr',
        recording: 'kept',
        unanswered: false,
      },
    })
    expect(await shown(two.callId)).toMatchObject({
      ringSeconds: 31,
      talkSeconds: 0,
      measuredBy: 'cdr',
      recording: 'none',
    })
    // 21 seconds are no effective contact any more, whatever was declared.
    expect(await sums()).toEqual({
      dials: 2,
      effective: 0,
      talk: 21,
      measured: 2,
      measured_effective: 0,
      measured_talk: 21,
    })
    expect(await w.sql`select talk_seconds, measured_by, recording from call where id = ${one.callId}`).toEqual([
      { talk_seconds: 95, measured_by: 'declared', recording: 'owed' },
    ])
    const kept = JSON.stringify(
      await w.sql`select s.*, m.recording as named from switch_record s left join call_measure m on m.source_id = s.id`,
    )
    expect(kept).toContain('out-{number}-1.wav')
    expect(kept).not.toContain(one.number)
    expect((await w.as('lin').calls.owed({})).seats.flatMap(({ oldest }) => oldest.toString())).toEqual([])
  })

  test('whoever declares an answer that the switch never saw has no talk, no contact and owes no recording', async () => {
    const one = await at.call('bo', { ring: 5, talk: 300 })
    await at.taken(asterisk([{ seat: 'A2', number: one.number, at: one.at, ring: 25, talk: null, id: '2.1' }]))
    expect(await shown(one.callId)).toMatchObject({ talkSeconds: 0, unanswered: true, recording: 'none' })
    expect(await sums()).toMatchObject({ dials: 1, effective: 0, talk: 0 })
    expect(await w.sql`select code from switch_record where call_id = ${one.callId}`).toEqual([
      { code: 'saidAnswered' },
    ])
  })

  test('the same file twice changes nothing, an older file after a newer one neither', async () => {
    const one = await at.call('ann', { ring: 12, talk: 60 })
    const line: Line = { seat: 'A1', number: one.number, at: one.at, ring: 10, talk: 58, id: '3.1', recording: 'a.wav' }
    const newer = asterisk([line])
    // Exported in the middle of the call: the switch did not know its end.
    const older = asterisk([{ ...line, talk: 15, recording: '' }])
    await at.taken(newer)
    const state = async () => [
      await shown(one.callId),
      await sums(),
      await w.sql`select call_id, talk_seconds, superseded_at from call_measure where call_id = ${one.callId}`,
    ]
    const before = await state()
    expect(await at.taken(newer)).toMatchObject({ taken: 0, repeated: 1, grown: 0 })
    expect(await at.taken(older)).toMatchObject({ taken: 0, repeated: 1, grown: 0 })
    expect(await state()).toEqual(before)
  })

  test('a newer file after an older one tells more, and the earlier word stays', async () => {
    const one = await at.call('ann', { ring: 12, talk: 60 })
    const line: Line = { seat: 'A1', number: one.number, at: one.at, ring: 10, talk: 15, id: '4.1' }
    await at.taken(asterisk([line]))
    expect(await shown(one.callId)).toMatchObject({ talkSeconds: 15, recording: 'owed' })
    expect(await at.taken(asterisk([{ ...line, talk: 58, recording: 'a.wav' }]))).toMatchObject({
      grown: 1,
      repeated: 0,
    })
    expect(await shown(one.callId)).toMatchObject({ talkSeconds: 58, recording: 'kept' })
    expect(await sums()).toMatchObject({ talk: 58, effective: 1, measured: 1 })
    const words = await w.sql`select talk_seconds, superseded_at is null as stands from call_measure
      where call_id = ${one.callId} order by talk_seconds`
    expect(words).toEqual([
      { talk_seconds: 15, stands: false },
      { talk_seconds: 58, stands: true },
    ])
  })

  test('a clock that is five minutes ahead is told before anything is written, and said by a person', async () => {
    const made = []
    for (let n = 0; n < 6; n++) made.push(await at.call('ann', { ring: 8, talk: 40 }))
    const ahead = (wall: string) => Temporal.PlainDateTime.from(wall).add({ minutes: 5 }).toString()
    const content = asterisk(
      made.map((one, n) => ({ seat: 'A1', number: one.number, at: ahead(one.at), ring: 7, talk: 41, id: `5.${n}` })),
    )
    const fileId = await handedIn(w, 'Master.csv', content)
    const first = await w.as('liu').records.dryRun({ fileId, headerRow: null })
    expect(first.dry).toMatchObject({ aheadSeconds: 300, counts: { notAllowed: 6 } })
    const second = await w.as('liu').records.dryRun({ fileId, headerRow: null, aheadSeconds: 300 })
    expect(second.dry).toMatchObject({ aheadSeconds: 300, counts: { matched: 6 } })
    expect(second.dry!.rows[0]).toMatchObject({ result: 'matched', ringBy: -1, talkBy: 1 })
    expect(await w.sql`select 1 from switch_record where file_id = ${fileId}`).toEqual([])
    expect(await at.taken(content, { aheadSeconds: 300 })).toMatchObject({ matched: 6, notAllowed: 0 })
  })
})

test('[S4.4.11b D] a ranking’s source has nothing of declared time, and all of what the switch measured', async () => {
  const one = await at.call('ann', { ring: 12, talk: 600 })
  await at.call('bo', { ring: 5, talk: 900 })
  const ranked =
    () => w.sql`select sum(dials)::int as dials, sum(connected)::int as connected, sum(effective)::int as effective,
      sum(talk_seconds)::int as talk, sum(dials_made)::int as made
    from call_rank r, centre c where r.day = (centre_now(c) at time zone c.time_zone)::date`
  expect(await ranked()).toEqual([{ dials: 0, connected: 0, effective: 0, talk: 0, made: 2 }])
  await at.taken(asterisk([{ seat: 'A1', number: one.number, at: one.at, ring: 12, talk: 45, id: '6.1' }]))
  expect(await ranked()).toEqual([{ dials: 1, connected: 1, effective: 1, talk: 45, made: 2 }])
})

describe('what does not meet', () => {
  test('a call that nobody allowed and a dial that never left are for the leader to look into, and settled with a note', async () => {
    const one = await at.call('ann', { ring: 12, talk: 60 })
    const ghost = await at.call('ann', { ring: 20, talk: null })
    const two = await at.call('ann', { ring: 12, talk: 60 })
    const stray = {
      seat: 'A1',
      number: '13900001111',
      at: ghost.at.replace(/:\d\d$/, ':59'),
      ring: 4,
      talk: 77,
      id: '7.9',
    }
    const file = await at.taken(
      asterisk([
        { seat: 'A1', number: one.number, at: one.at, ring: 9, talk: 61, id: '7.1' },
        stray,
        { seat: 'A1', number: two.number, at: two.at, ring: 9, talk: 61, id: '7.2' },
      ]),
    )
    expect(file).toMatchObject({ matched: 2, notAllowed: 1, neverLeft: 1 })
    const [called] = await open('notAllowed')
    expect(called).toMatchObject({
      seat: 'A1',
      seconds: 77,
      masked: '139****1111',
      ownerId: w.people.lin,
      agentId: w.people.ann,
    })
    const [never] = await open('neverLeft')
    expect(never).toMatchObject({ seat: 'A1', agentId: w.people.ann, seconds: 0 })
    // Of another region's leader nothing of it is to be seen; the one at whose seat it was has no such page at all.
    expect((await w.as('su').records.incidents({ kind: 'notAllowed' })).incidents).toEqual([])
    const settle = { id: called!.id, version: called!.version, finding: 'private' as const }
    await refusedFor(w.as('lin').records.settle({ ...settle, note: '' }), 'records.noteFirst', 'S3.6')
    await w.as('lin').records.settle({ ...settle, note: '打給家人，已提醒' })
    expect(await open('notAllowed')).toEqual([])
    const settled = await w.as('guo').records.incidents({ kind: 'notAllowed', settled: true })
    expect(settled.incidents[0]).toMatchObject({ finding: 'private', note: '打給家人，已提醒', settledBy: '林夏' })
    // A later file brings the dial that seemed not to have left: nobody has to look into it any more.
    await at.taken(asterisk([{ seat: 'A1', number: ghost.number, at: ghost.at, ring: 20, talk: null, id: '7.3' }]))
    expect(await open('neverLeft')).toEqual([])
  })

  test('a call that is still on the desk is allowed, waits, and is measured in the night', async () => {
    await at.desks.atDesk('ann')
    const one = await at.desks.dialling('ann')
    const wall = (
      await w.sql<{ wall: string }>`select (centre_now(c) at time zone c.time_zone)::text as wall from centre c`
    )[0]!.wall
    const [phone] = await w.sql<{ e164: string }>`select e164 from phone where id = ${one.phoneId}`
    const line = { seat: 'A1', number: phone!.e164.slice(3), at: wall.replace(' ', 'T'), ring: 3, talk: 30, id: '8.1' }
    expect(await at.taken(asterisk([line]))).toMatchObject({ matched: 0, open: 1, notAllowed: 0 })
    await at.later(60)
    await at.desks.record('ann', one)
    await w.run(meetLeft)
    expect(await shown(one.callId)).toMatchObject({ talkSeconds: 30, measuredBy: 'cdr' })
  })
})

test('a line that nobody knows is asked for once, and its rows come in with the same file', async () => {
  const one = await at.call('bo', { ring: 5, talk: 40 })
  const content = asterisk([
    { seat: '8002', number: one.number, at: one.at, ring: 5, talk: 41, id: '9.1' },
    { seat: '8002', number: '10086', at: one.at, ring: 5, talk: 41, id: '9.2' },
  ])
  const fileId = await handedIn(w, 'Master.csv', content)
  const { dry } = await w.as('liu').records.dryRun({ fileId, headerRow: null })
  expect(dry!.questions).toMatchObject([{ about: 'seat', text: '8002', rows: 2 }])
  const seat = dry!.questions[0]!.candidates.find(({ label }) => label.startsWith('A2'))!
  expect(await at.taken(content)).toMatchObject({ taken: 0, unknownSeat: 2 })
  await w.as('liu').sheets.remember({ meanings: [{ about: 'seat', text: '8002', value: seat.value }] })
  const again = await at.taken(content)
  expect(again).toMatchObject({ taken: 1, matched: 1, leftOut: 1 })
  const { rows } = await w.as('liu').records.rows({ id: again.id })
  expect(rows).toMatchObject([{ rowNo: 2, result: 'leftOut', code: 'shortCode' }])
})

test('a line that is as long as a number is asked about nowhere and kept masked', async () => {
  const rows = ['caller,callee,Start time,Talk time', '13800138777,02161239999,2026-06-17 10:00:00,5', '']
  const fileId = await handedIn(w, 'x.csv', Buffer.from(rows.join('\n')))
  const { dry } = await w.as('liu').records.dryRun({ fileId })
  expect(dry).toMatchObject({ counts: { unknownSeat: 1 }, questions: [] })
  const { id } = await w.as('liu').records.take({ fileId })
  await w.runJobs(JOBS)
  expect(JSON.stringify([dry, await w.as('liu').records.rows({ id })])).not.toMatch(/13800138777|61239999/)
})

test('a file that brings no number is refused before anything is read', async () => {
  const fileId = await handedIn(w, 'x.csv', Buffer.from('Extension,Start time,Talk time\nA1,2026-06-17 10:00:00,5\n'))
  expect((await w.as('liu').records.inspect({ fileId })).lacks).toMatchObject([{ code: 'records.noNumber' }])
  await refusedFor(w.as('liu').records.take({ fileId }), 'records.noNumber', 'S3.6')
})
