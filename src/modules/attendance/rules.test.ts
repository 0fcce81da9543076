import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../lib/verdict.ts'
import {
  canStartMonitoring,
  idling,
  isAmber,
  mayBeReady,
  mayEnter,
  mayExcuse,
  mayGoOnline,
  mayMarkIdle,
  mayStartFloor,
  notIdle,
  SEAT_STEPS,
  STATES,
  seatStep,
} from './rules.ts'

const at = (time: string) => Temporal.Instant.from(`2026-06-17T${time}+08:00`)
const times = { checkFrom: at('09:10'), onlineAt: at('09:20'), alertAfter: at('09:25'), clause: 'S4.4.2' }
const wall = { onlineAt: '09:20', alertAfter: '09:25' }
const code = (verdict: Verdict) => (verdict.ok ? 'yes' : verdict.reasons.map((reason) => reason.code).join())

describe('states of presence', () => {
  test('a state may always be said again', () => {
    for (const state of STATES) expect(mayEnter(state, state).ok).toBe(true)
  })

  test('nobody leaves an unfinished call or wrap-up', () => {
    for (const to of ['offline', 'paused', 'meeting', 'ready'] as const) {
      expect(code(mayEnter('inCall', to))).toBe('attendance.finishCall')
      expect(code(mayEnter('wrapUp', to))).toBe('attendance.finishWrapUp')
    }
  })

  test('a call is made from online only; one that rings in may be taken from a pause', () => {
    expect(mayEnter('online', 'inCall').ok).toBe(true)
    expect(code(mayEnter('paused', 'inCall'))).toBe('attendance.goOnlineFirst')
    expect(mayEnter('paused', 'inCall', { inbound: true }).ok).toBe(true)
    expect(code(mayEnter('offline', 'inCall', { inbound: true }))).toBe('attendance.goOnlineFirst')
  })

  test('every state can be reached and left', () => {
    for (const state of STATES) {
      expect(STATES.some((from) => from !== state && mayEnter(from, state).ok)).toBe(true)
      expect(STATES.some((to) => to !== state && mayEnter(state, to).ok)).toBe(true)
    }
  })
})

describe('the online check', () => {
  test('ready from 9:10, online from 9:20; the refusal says from when', () => {
    expect(code(mayBeReady(at('09:09:59.999'), times, '09:10'))).toBe('attendance.readyTooEarly')
    expect(mayBeReady(at('09:10'), times, '09:10').ok).toBe(true)
    const early = mayGoOnline(at('09:19'), times, '09:20')
    expect(early).toMatchObject({ ok: false, reasons: [{ clause: 'S4.4.2', from: '2026-06-17T01:20:00Z' }] })
    expect(mayGoOnline(at('09:20'), times, '09:20').ok).toBe(true)
  })

  test('steps of a seat', () => {
    const seat = { state: 'offline', firstDialAt: null, excusedUntil: null } as const
    expect(seatStep(seat, at('09:15'))).toBe('notReady')
    expect(seatStep({ ...seat, state: 'meeting' }, at('09:15'))).toBe('notReady')
    expect(seatStep({ ...seat, state: 'ready' }, at('09:15'))).toBe('ready')
    expect(seatStep({ ...seat, state: 'online' }, at('09:21'))).toBe('online')
    expect(seatStep({ ...seat, state: 'paused' }, at('09:21'))).toBe('online')
    expect(seatStep({ ...seat, firstDialAt: at('09:21') }, at('10:00'))).toBe('dialling')
    expect(seatStep({ ...seat, excusedUntil: at('10:00') }, at('09:59'))).toBe('excused')
    expect(seatStep({ ...seat, excusedUntil: at('10:00') }, at('10:00'))).toBe('notReady')
  })

  test('amber from 9:25 without first dial and without excuse', () => {
    for (const step of SEAT_STEPS) {
      expect(isAmber(step, at('09:24:59'), times)).toBe(false)
      expect(isAmber(step, at('09:25'), times)).toBe(step !== 'dialling' && step !== 'excused')
    }
  })

  test('the floor starts when all dial or are excused, and from 9:25 also with amber seats', () => {
    expect(code(mayStartFloor(['dialling'], at('09:19'), times, wall))).toBe('attendance.floorTooEarly')
    expect(mayStartFloor(['dialling', 'excused'], at('09:20'), times, wall).ok).toBe(true)
    expect(mayStartFloor(['dialling', 'online'], at('09:24'), times, wall)).toMatchObject({
      reasons: [
        {
          code: 'attendance.floorNotGreen',
          because: { values: { count: 1, at: '09:25' } },
          from: '2026-06-17T01:25:00Z',
        },
      ],
    })
    expect(mayStartFloor(['dialling', 'online'], at('09:25'), times, wall).ok).toBe(true)
    expect(mayStartFloor([], at('09:20'), times, wall).ok).toBe(true)
  })

  test('monitoring opens with the start of the floor', () => {
    expect(code(canStartMonitoring(null))).toBe('attendance.floorNotStarted')
    expect(canStartMonitoring(at('09:23')).ok).toBe(true)
  })

  test('an excuse reaches into the future', () => {
    expect(code(mayExcuse(at('09:00'), at('09:00')))).toBe('attendance.excuseInThePast')
    expect(mayExcuse(at('10:00'), at('09:00')).ok).toBe(true)
  })
})

describe('idling', () => {
  const runs = [
    { from: at('09:20'), to: at('11:45') },
    { from: at('13:30'), to: at('17:00') },
  ]
  const idle = (now: string, activeAt: string, away: [string, string][] = []) =>
    idling({
      now: at(now),
      activeAt: at(activeAt),
      runs,
      away: away.map(([from, to]) => ({ from: at(from), to: at(to) })),
    })

  test('counts from the last dial or talk inside the run of blocks', () => {
    expect(idle('09:40', '09:30')?.seconds).toBe(600)
    expect(idle('15:35', '15:27')?.seconds).toBe(480)
    expect(idle('13:35', '11:40')).toEqual({ since: at('13:30'), seconds: 300 })
  })

  test('counts nothing in breaks, meetings and PRP', () => {
    for (const now of ['09:19', '11:45', '13:10', '17:00', '17:20', '18:40']) expect(idle(now, '09:00')).toBeNull()
  })

  test('leaves out pauses with a reason', () => {
    expect(idle('09:50', '09:30', [['09:35', '09:45']])?.seconds).toBe(600)
    expect(idle('13:40', '11:00', [['11:30', '13:32']])?.seconds).toBe(480)
  })

  test('is more than the minutes of the rule, not as many', () => {
    const since = at('09:30')
    expect(notIdle({ since, seconds: 480 }, 8, 'S4.3.3c').ok).toBe(true)
    expect(notIdle({ since, seconds: 481 }, 8, 'S4.3.3c')).toMatchObject({
      ok: false,
      reasons: [{ code: 'attendance.idleOnline', clause: 'S4.3.3c', because: { values: { minutes: 8, limit: 8 } } }],
    })
  })

  test('a pause never makes more idle time, a later dial never either, and it stays inside the run', () => {
    const minute = fc.integer({ min: 0, max: 1439 })
    fc.assert(
      fc.property(minute, minute, minute, minute, (nowAt, activeAt, a, b) => {
        const instant = (m: number) => at('00:00').add({ minutes: m })
        const [from, to] = a < b ? [a, b] : [b, a]
        const ask = (active: number, away: boolean) =>
          idling({
            now: instant(nowAt),
            activeAt: instant(active),
            runs,
            away: away ? [{ from: instant(from), to: instant(to) }] : [],
          })
        const plain = ask(activeAt, false)
        const paused = ask(activeAt, true)
        expect(plain === null).toBe(paused === null)
        if (!plain || !paused) return
        expect(paused.seconds).toBeLessThanOrEqual(plain.seconds)
        expect(plain.seconds).toBeLessThanOrEqual(210 * 60)
        expect(ask(Math.min(1439, activeAt + 1), false)!.seconds).toBeLessThanOrEqual(plain.seconds)
      }),
    )
  })

  test('nobody judges his own', () => {
    expect(code(mayMarkIdle('a', 'a'))).toBe('attendance.ownAlert')
    expect(mayMarkIdle('a', 'b').ok).toBe(true)
  })
})
