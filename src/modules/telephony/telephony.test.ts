import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { customersWith, dialOf, mobile, product } from '../../../test/dialling.ts'
import { type World, world } from '../../../test/world.ts'
import { allowDial, closeDial } from '../compliance/allow.ts'
import { telephony } from './api.ts'
import { dialOn } from './dialling.ts'
import { eventsOf, lineEvent, lineOf } from './lines.ts'
import type { SeatFields } from './seats.ts'

const router = { telephony }

let w: World<typeof router>
beforeAll(async () => {
  w = await world(router)
})
afterAll(() => w.close())

let calls = 0
const newCall = () => `01890000-0000-7000-8000-${String(++calls).padStart(12, '0')}`
const codes = (call: Promise<unknown>) =>
  call.then(
    () => 'allowed',
    (error: { code?: string; reasons?: { code: string }[]; data?: { reasons?: { code: string }[] } }) =>
      (error.reasons ?? error.data?.reasons)?.map((reason) => reason.code).join(' ') ?? error.code,
  )

const desk = (label: string, more: Partial<SeatFields> = {}) => ({
  ...{ label, groupId: w.units.Dawn, callerId: '+862066778899', callerIdApproved: true },
  ...{ lineRegistered: true, recording: true },
  ...more,
})
const seatNamed = async (label: string) =>
  (await w.as('admin').telephony.seats({})).find((seat) => seat.label === label)!

describe('seats', () => {
  test('a person sits at one seat, and the seat’s marks are what the gate is told of the line', async () => {
    await w.as('admin').telephony.addSeat(desk('A01'))
    await w.as('admin').telephony.addSeat(desk('A02', { recording: false }))
    const line = () => w.run((ctx) => lineOf(ctx, w.people.ann))
    expect(await line()).toMatchObject({ seatId: null, callerIdApproved: false, recordingReady: false })
    const { id, version } = await seatNamed('A01')
    await w.as('wen').telephony.assignSeat({ seatId: id, version, personId: w.people.ann })
    expect(await line()).toMatchObject({ label: 'A01', callerIdApproved: true, recordingReady: true })
    const next = await seatNamed('A02')
    await w.as('wen').telephony.assignSeat({ seatId: next.id, version: next.version, personId: w.people.ann })
    expect(await line()).toMatchObject({ label: 'A02', recordingReady: false })
    expect((await seatNamed('A01')).personId).toBe(null)
  })

  test('a number that nobody entered is not approved, a line that is not registered does not record', async () => {
    await w.as('admin').telephony.addSeat(desk('A03', { callerId: null }))
    const { id, version } = await seatNamed('A03')
    await w.as('admin').telephony.assignSeat({ seatId: id, version, personId: w.people.bo })
    expect((await w.run((ctx) => lineOf(ctx, w.people.bo))).callerIdApproved).toBe(false)
    expect(await codes(w.as('admin').telephony.addSeat(desk('A04', { lineRegistered: false })))).toBe(
      'telephony.recordingNeedsRegistration',
    )
  })

  test('a region’s head works on his own groups alone', async () => {
    await w.as('xu').telephony.addSeat(desk('W01', { groupId: w.units.Summit }))
    expect(await codes(w.as('xu').telephony.addSeat(desk('W02')))).toBe('NOT_FOUND')
    const own = await w.as('wen').telephony.seats({})
    expect(own.map((seat) => seat.label)).not.toContain('W01')
    const far = await seatNamed('W01')
    const { version } = far
    expect(await codes(w.as('wen').telephony.assignSeat({ seatId: far.id, version, personId: null }))).toBe('NOT_FOUND')
    expect(await codes(w.as('xu').telephony.assignSeat({ seatId: far.id, version, personId: w.people.ann }))).toBe(
      'NOT_FOUND',
    )
    expect(await codes(w.as('xu').telephony.assignSeat({ seatId: far.id, version, personId: w.people.fang }))).toBe(
      'allowed',
    )
    expect(await codes(w.as('ann').telephony.seats({}))).toBe('FORBIDDEN')
  })

  test('labels are one of a kind, and an edit of an old version shows the new one', async () => {
    await w.as('admin').telephony.addSeat(desk('B01'))
    expect(await codes(w.as('admin').telephony.addSeat(desk('B01')))).toBe('telephony.labelTaken')
    const { id, version } = await seatNamed('B01')
    const edit = (label: string) => w.as('admin').telephony.editSeat({ ...desk(label), seatId: id, version })
    expect(await edit('B02')).toEqual({ version: version + 1 })
    await expect(edit('B03')).rejects.toMatchObject({ code: 'STALE', data: { current: { label: 'B02' } } })
  })
})

describe('the line of a call', () => {
  test('an event that comes twice, at once or after the end, counts once', async () => {
    const callId = newCall()
    const tell = (state: Parameters<typeof lineEvent>[2]) =>
      w.run((ctx) => lineEvent(ctx, callId, state, { measuredBy: 'switch' }))
    await tell('allowed')
    await tell('dialling')
    expect((await Promise.all([tell('ringing'), tell('ringing')])).sort()).toEqual([false, true])
    expect([await tell('answered'), await tell('ended'), await tell('ringing'), await tell('ended')]).toEqual([
      ...[true, true, false, false],
    ])
    const events = await w.run((ctx) => eventsOf(ctx, callId, ctx.today))
    expect(events.map((event) => event.state)).toEqual(['allowed', 'dialling', 'ringing', 'answered', 'ended'])
  })
})

describe('[S3.6 K] a number goes out for an allowed dial alone', () => {
  const prepared = async () => {
    const productId = await product(w, ['ann'], `L${calls}`)
    const [one] = await customersWith(w, [mobile(++calls)])
    return { one: one!, e164: mobile(calls), facts: dialOf(w, 'ann', productId, one!) }
  }
  const dialIt = (phoneId: string, callId: string) =>
    w.run(async (ctx) => {
      const line = await lineOf(ctx, w.people.ann)
      return await dialOn(ctx, { callId, phoneId, agentId: w.people.ann, line })
    }, 'ann')

  test('the number is shown when the gate has allowed the dial, again while it is open, and is logged each time', async () => {
    const { one, e164, facts } = await prepared()
    const callId = newCall()
    await w.run((ctx) => allowDial(ctx, { ...facts, callId }))
    expect(await dialIt(one.phoneId, callId)).toEqual({ number: e164, measuredBy: 'declared' })
    expect((await dialIt(one.phoneId, callId)).number).toBe(e164)
    const events = await w.run((ctx) => eventsOf(ctx, callId, ctx.today))
    expect(events.map((event) => event.state)).toEqual(['allowed', 'dialling'])
    const looks = await w.sql`select person_id from access_log where subject_ids @> array[${one.customerId}::uuid]`
    expect(looks).toEqual([{ person_id: w.people.ann }, { person_id: w.people.ann }])
  })

  test('it is refused without the gate’s yes, for another number, and after the end', async () => {
    const { one, facts } = await prepared()
    const other = await prepared()
    const callId = newCall()
    expect(await codes(dialIt(one.phoneId, callId))).toBe('telephony.dialNotAllowed')
    await w.run((ctx) => allowDial(ctx, { ...facts, callId }))
    expect(await codes(dialIt(other.one.phoneId, callId))).toBe('telephony.dialNotAllowed')
    expect(await codes(dialIt(one.phoneId, callId))).toBe('allowed')
    await w.run((ctx) =>
      closeDial(ctx, callId, { endedAt: ctx.now, answered: true, brokeOff: false, failed: false, abandoned: false }),
    )
    expect(await codes(dialIt(one.phoneId, callId))).toBe('telephony.dialNotAllowed')
  })

  test('a made-up number never leaves by a switch', async () => {
    const { one, facts } = await prepared()
    await w.sql`update phone set fictional = true where id = ${one.phoneId}`
    const callId = newCall()
    await w.run((ctx) => allowDial(ctx, { ...facts, callId }))
    expect((await dialIt(one.phoneId, callId)).number).not.toBe(null)
    await w.sql`update seat set line_kind = 'switch' where person_id = ${w.people.ann}`
    expect(await codes(dialIt(one.phoneId, callId))).toBe('telephony.noSwitch')
  })
})
