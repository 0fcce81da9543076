import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { desksOf } from '../../../test/atDesk.ts'
import type { Name } from '../../../test/cast.ts'
import { sales, seated, sellable } from '../../../test/selling.ts'
import { batch } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import { attendance } from '../attendance/api.ts'
import { calls } from '../calls/api.ts'
import { floor } from './api.ts'

const router = { floor, calls, attendance, sales }
let w: World<typeof router>
let desks: ReturnType<typeof desksOf>
let productId: string
beforeAll(async () => {
  w = await world(router, { at: '2026-06-17T10:00' })
  productId = await sellable(w, 'L7', ['ann', 'bo', 'chen'])
  await seated(w, ['ann', 'bo', 'chen'])
  desks = desksOf(w, await batch(w, productId, 'June'))
})
afterAll(() => w.close())

const progress = async (of: Name, by: Name = 'lin') =>
  (await w.as(by).floor.progress({ groupId: w.units.Dawn })).agents.find(({ personId }) => personId === w.people[of])!

const NOTHING = {
  ...{ stock: 0, fresh: 0, warm: 0, dueNow: 0, overdue: 0, dueToday: 0, doneToday: 0, workedThrough: 0, handled: 0 },
  ...{ dials: 0, connected: 0, effective: 0, cases: 0, callbacks: 0, callbacksLate: 0, nextCallback: null },
}

describe('[S4.4.11a C] the progress of each agent', () => {
  test('is told for everybody of the group, also for one who has nothing', async () => {
    const { agents } = await w.as('lin').floor.progress({ groupId: w.units.Dawn })
    expect(agents.map(({ name }) => name)).toEqual(['安寧', '柏川', '陳一'])
    expect(await progress('chen')).toMatchObject(NOTHING)
  })

  test('follows each call: stock, tries done and due, contacts, the promised callback, the case', async () => {
    await desks.atDesk('ann', 6)
    expect(await progress('ann')).toMatchObject({ ...NOTHING, stock: 6, fresh: 6, dueNow: 6, dueToday: 6, handled: 6 })

    // Nobody answers: the lead stays in hand and is due again later today.
    await desks.record('ann', await desks.dialling('ann'), { lineResult: 'noAnswer', outcome: 'notReached' })
    const tried = await progress('ann')
    expect(tried).toMatchObject({ stock: 6, fresh: 5, dueNow: 5, dueToday: 6, doneToday: 1, dials: 1, connected: 0 })

    // A talk with a time named: promised, warm, and not due before.
    const promised = await desks.dialling('ann')
    await w.as('ann').calls.answered({ tabId: promised.tabId })
    await w.setNow('2026-06-17T10:05')
    await desks.record('ann', promised, {
      ...{ outcome: 'interested', callback: { at: '2026-06-17T15:00:00+08:00', whose: 'mine', note: '' } },
    })
    expect(await progress('ann')).toMatchObject({
      ...{ stock: 6, fresh: 4, warm: 1, dueNow: 4, doneToday: 2, dials: 2, connected: 1, effective: 1, callbacks: 1 },
      nextCallback: { from: '2026-06-17T07:00:00Z' },
    })

    // A refusal works the lead through; a sale as well.
    await desks.record('ann', await desks.dialling('ann'), { outcome: 'refused' })
    const closing = await desks.dialling('ann')
    await w.as('ann').sales.accept({
      ...{ tabId: closing.tabId, callId: closing.callId, applicationNo: 'P-0001', productId, payWay: 'yearly' },
      ...{ rawPremium: '1000', disclosures: ['coolingOff', 'exclusions'] },
    })
    expect(await progress('ann')).toMatchObject({
      ...{ stock: 4, doneToday: 4, dials: 4, cases: 1, workedThrough: 2, handled: 6, callbacksLate: 0 },
    })
  })

  test('a promise that was not kept is late, and what was due yesterday is overdue', async () => {
    await desks.atDesk('bo', 2)
    const promised = await desks.dialling('bo')
    await desks.record('bo', promised, {
      ...{ outcome: 'callback', callback: { at: '2026-06-17T11:00:00+08:00', whose: 'mine', note: '' } },
    })
    await w.setNow('2026-06-18T10:00')
    expect(await progress('bo')).toMatchObject({
      ...{
        stock: 2,
        dueNow: 2,
        overdue: 2,
        doneToday: 0,
        dials: 0,
        callbacks: 1,
        callbacksLate: 1,
        nextCallback: null,
      },
    })
  })

  test('is for the leader and the line above', async () => {
    for (const name of ['lin', 'wen', 'guo', 'hao'] as const) expect((await progress('ann', name)).name).toBe('安寧')
    for (const name of ['tao', 'xu', 'su'] as const)
      await expect(progress('ann', name)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    for (const name of ['ann', 'liu', 'qin'] as const)
      await expect(progress('ann', name)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(w.stranger.floor.progress({ groupId: w.units.Dawn })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})
