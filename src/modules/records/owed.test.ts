import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusedFor } from '../../../test/refused.ts'
import { asterisk, switchWorld } from '../../../test/switchFile.ts'
import { type World, world } from '../../../test/world.ts'
import { attendance } from '../attendance/api.ts'
import { calls } from '../calls/api.ts'
import { records } from './api.ts'
import { tellStopped } from './gaps.ts'

let w: World<{ records: typeof records; calls: typeof calls; attendance: typeof attendance }>
let at: Awaited<ReturnType<typeof switchWorld>>
beforeAll(async () => {
  w = await world({ records, calls, attendance }, { at: '2026-07-15T09:30' })
  at = await switchWorld(w)
})
afterAll(() => w.close())

describe('[S3.6 K] recordings that a seat owes', () => {
  test('are allowed below the limit, refuse the dial above it, and it is allowed again after the file', async () => {
    await at.goTo('2026-07-15T09:30')
    const owed = []
    for (let n = 0; n < 3; n++) owed.push(await at.call('bo', { ring: 6, talk: 50 }))
    await at.goTo('2026-07-22T09:30')
    await at.desks.atDesk('bo')
    // Far below the rulebook's 200: allowed.
    await at.desks.dialling('bo')
    await at.desks.clear()
    // What lies beyond its time is reckoned from the seat's sums.
    await w.sql`update seat_day d set owed = owed + 201 - (select sum(owed) from seat_day where seat_id = d.seat_id)
      where seat_id = (select id from seat where label = 'A2') and day = '2026-07-15'`
    const { tabId } = await at.desks.atDesk('bo')
    await refusedFor(w.as('bo').calls.next({ tabId }), 'calls.recordingsOwed', 'S3.6')
    const desk = await w.as('bo').calls.desk({})
    expect(desk.time).toMatchObject({
      ok: false,
      reasons: [{ code: 'calls.recordingsOwed', because: { values: { owed: 201, max: 200, days: 3 } } }],
    })
    const gap = (await w.as('lin').records.gaps({ from: '2026-07-15', to: '2026-07-22' })).seats.find(
      ({ seat }) => seat === 'A2',
    )
    expect(gap).toMatchObject({ owed: 201, overdue: 201, stopped: true, days: 1, daysWithRecords: 0 })
    await w.run(tellStopped)
    expect(
      await w.sql`select values from notice where key = 'records.seatOwes' and person_id = ${w.people.lin}`,
    ).toMatchObject([{ values: { seat: 'A2', owed: 201, max: 200 } }])
    await at.taken(
      asterisk(
        owed.map((one, n) => ({
          seat: 'A2',
          number: one.number,
          at: one.at,
          ring: 6,
          talk: 50,
          id: `10.${n}`,
          recording: `${n}.wav`,
        })),
      ),
    )
    await w.as('bo').calls.next({ tabId })
    const { callId, phoneId } = await w.as('bo').calls.desk({})
    expect((await w.as('bo').calls.dial({ tabId, phoneId: phoneId! })).callId).toBe(callId)
    const after = (await w.as('lin').records.gaps({ from: '2026-07-15', to: '2026-07-22' })).seats.find(
      ({ seat }) => seat === 'A2',
    )
    expect(after).toMatchObject({ owed: 198, stopped: false, daysWithRecords: 1 })
  })
})
