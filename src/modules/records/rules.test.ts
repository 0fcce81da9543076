import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { suggestColumns } from '../sheets/columns.ts'
import { switchRecords } from './kind.ts'
import {
  canMap,
  canSettle,
  grow,
  lineNames,
  type Meeting,
  match,
  NEAR_MS,
  partiesOf,
  referenceOf,
  suggestAhead,
  type Told,
  timesOf,
} from './rules.ts'

const meetings = (prefix: string) =>
  fc
    .array(
      fc.record({
        at: fc.integer({ min: 0, max: 600_000 }),
        hash: fc.constantFrom('a', 'b', 'c'),
        direction: fc.constantFrom('outbound' as const, 'inbound' as const),
      }),
      { maxLength: 12 },
    )
    .map((all) => all.map((one, n): Meeting => ({ id: `${prefix}${n}`, ...one })))

describe('[S4.3.3a R] a record meets a dial', () => {
  test('of the same number within a minute, each at most once, the nearest first', () => {
    fc.assert(
      fc.property(meetings('r'), meetings('d'), (records, dials) => {
        const met = match(records, dials)
        const record = new Map(records.map((one) => [one.id, one]))
        const dial = new Map(dials.map((one) => [one.id, one]))
        expect(new Set(met.values()).size).toBe(met.size)
        const apart = (r: Meeting, d: Meeting) => Math.abs(r.at - d.at)
        const alike = (r: Meeting, d: Meeting) =>
          r.hash === d.hash && r.direction === d.direction && apart(r, d) <= NEAR_MS
        for (const [r, d] of met) expect(alike(record.get(r)!, dial.get(d)!)).toBe(true)
        // Nobody would rather have each other than whom they have.
        const of = new Map([...met].map(([r, d]) => [d, r]))
        for (const r of records)
          for (const d of dials) {
            if (!alike(r, d)) continue
            const mine = met.get(r.id)
            const theirs = of.get(d.id)
            const wants = mine === undefined || apart(r, d) < apart(r, dial.get(mine)!)
            const wanted = theirs === undefined || apart(r, d) < apart(record.get(theirs)!, d)
            expect(wants && wanted).toBe(false)
          }
      }),
    )
  })

  test('in whatever order the rows stand', () => {
    const shuffled = fc
      .tuple(meetings('r'), meetings('d'))
      .chain(([r, d]) =>
        fc.tuple(
          fc.constant([r, d] as const),
          fc.shuffledSubarray(r, { minLength: r.length }),
          fc.shuffledSubarray(d, { minLength: d.length }),
        ),
      )
    const sorted = (met: Map<string, string>) => [...met].sort()
    fc.assert(
      fc.property(shuffled, ([[r, d], r2, d2]) => {
        expect(sorted(match(r2, d2))).toEqual(sorted(match(r, d)))
      }),
    )
  })
})

test('a switch’s clock that is ahead is told by most pairs being off by the same, the seconds of a hand are not', () => {
  const pairs = (ahead: number, count = 8) => {
    const dials = Array.from(
      { length: count },
      (_, n): Meeting => ({ id: `d${n}`, at: n * 90_000, hash: `${n}`, direction: 'outbound' }),
    )
    const records = dials.map((dial, n) => ({ ...dial, id: `r${n}`, at: dial.at + ahead * 1000 + (n % 3) * 2000 }))
    return suggestAhead(records, dials)
  }
  expect(pairs(300)).toBeGreaterThanOrEqual(300)
  expect(pairs(300)).toBeLessThanOrEqual(304)
  expect(pairs(-8 * 3600)).toBeGreaterThan(-8 * 3600 - 1)
  expect([pairs(8), pairs(300, 3)]).toEqual([0, 0])
})

test('what several files tell of one call is the same in the end, in whatever order they come', () => {
  const told = fc.record({
    startedAt: fc.constant(0),
    answeredAt: fc.option(fc.integer({ min: 0, max: 9 })),
    endedAt: fc.integer({ min: 0, max: 3 }),
    ringSeconds: fc.integer({ min: 0, max: 2 }),
    talkSeconds: fc.integer({ min: 0, max: 2 }),
    recording: fc.option(fc.constantFrom('a', 'b')),
  })
  const key = (one: Told) => [one.endedAt, one.talkSeconds, one.ringSeconds, one.recording]
  fc.assert(
    fc.property(told, told, told, (a, b, c) => {
      expect(key(grow(a, b))).toEqual(key(grow(b, a)))
      expect(key(grow(grow(a, b), c))).toEqual(key(grow(a, grow(b, c))))
      expect(key(grow(a, a))).toEqual(key(a))
    }),
  )
})

describe('times of a record', () => {
  const at = Temporal.Instant.from('2026-06-17T02:00Z').epochMilliseconds
  test.each<[string, Parameters<typeof timesOf>[0], [ring: number, talk: number, answered: boolean] | null]>([
    [
      'Asterisk, answered',
      {
        startedAt: at,
        answeredAt: at + 9000,
        endedAt: at + 69_000,
        totalSeconds: 69,
        talkSeconds: 60,
        end: 'answered',
      },
      [9, 60, true],
    ],
    ['Asterisk, not answered', { startedAt: at, totalSeconds: 30, talkSeconds: 0, end: 'noAnswer' }, [30, 0, false]],
    [
      'FreeSWITCH’s moment of 1970',
      { startedAt: at, answeredAt: 0, endedAt: at + 20_000, talkSeconds: 0 },
      [20, 0, false],
    ],
    ['only talk and total', { startedAt: at, totalSeconds: 75, talkSeconds: 60 }, [15, 60, true]],
    ['only answer and end', { startedAt: at, answeredAt: at + 5000, endedAt: at + 25_000 }, [5, 20, true]],
    ['busy with seconds of talk', { startedAt: at, talkSeconds: 4, end: 'busy' }, [0, 0, false]],
    ['ring and talk', { startedAt: at, ringSeconds: 7, talkSeconds: 31 }, [7, 31, true]],
    ['a total alone tells nothing', { startedAt: at, totalSeconds: 40 }, null],
    ['answered without a length', { startedAt: at, end: 'answered' }, null],
  ])('%s', (_, times, expected) => {
    const told = timesOf(times)
    expect(told && [told.ringSeconds, told.talkSeconds, told.answeredAt !== null]).toEqual(expected)
  })
})

test('a line’s names in a cell', () => {
  const names = (text: string) => lineNames(text).slice(1)
  expect(names('PJSIP/8001-0000a1b2')).toContain('8001')
  expect(names('"Anna" <8001>')).toEqual(['8001'])
  expect(names('sip:8001@pbx.local')).toEqual(['8001'])
  expect(names('Anna Li (8001)')).toEqual(['8001'])
  expect(names('分機 8001')).toEqual(['8001'])
  expect(names('8001')).toEqual([])
})

describe('who called whom', () => {
  const seatOf = (name: string) => ({ '8001': 's1', '8002': 's2', fax: null })[name]
  test.each<[string, Parameters<typeof partiesOf>[0], object]>([
    [
      'a seat calls out',
      { caller: '8001', callee: '13800138000' },
      { seatId: 's1', number: '13800138000', direction: 'outbound' },
    ],
    [
      'a customer rings in',
      { caller: '13800138000', callee: '8002' },
      { seatId: 's2', number: '13800138000', direction: 'inbound' },
    ],
    [
      'the trunk’s number as caller, the seat in the channel',
      { caller: '95012345', callee: '13800138000', channel: 'PJSIP/8001-0000a1b2' },
      { seatId: 's1', number: '13800138000', direction: 'outbound' },
    ],
    [
      'a column for the seat, and a word for the direction',
      { seat: '8001', caller: '13800138000', callee: '95012345', direction: 'inbound' },
      { seatId: 's1', number: '13800138000', direction: 'inbound' },
    ],
    [
      'a column for the customer',
      { seat: '8002', number: '13800138000' },
      { seatId: 's2', number: '13800138000', direction: 'outbound' },
    ],
    ['seat to seat', { caller: '8001', callee: '8002' }, { leftOut: 'internal' }],
    ['a line that is none of ours', { caller: 'fax', callee: '13800138000' }, { leftOut: 'foreign' }],
    ['a line that nobody knows', { caller: '8009', callee: '13800138000' }, { unknown: '8009' }],
  ])('%s', (_, row, expected) => expect(partiesOf(row, seatOf)).toEqual(expected))
})

test('the number stands in no recording’s name', () => {
  const name = referenceOf('20260617/out-013800138000-8001-20260617-100000.wav', '+8613800138000', '138 0013 8000')
  expect(name).toBe('20260617/out-0{number}-8001-20260617-100000.wav')
  expect(referenceOf('q-02161234567-1.wav', '+862161234567', '021 6123 4567')).not.toMatch(/61234567/)
})

describe('heads of switches', () => {
  const kind = switchRecords({})
  const fields = (heads: string) => suggestColumns(kind, heads.split(','))
  test.each([
    [
      'FreeSWITCH',
      'caller_id_number,destination_number,start_stamp,answer_stamp,end_stamp,duration,billsec,hangup_cause,uuid',
    ],
    ['a Chinese switch', '坐席,主叫号码,被叫号码,呼叫时间,应答时间,挂断时间,通话时长,录音文件'],
    [
      'FreePBX',
      'calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,duration,billsec,disposition,uniqueid,recordingfile',
    ],
    ['3CX', 'Call Time,Call ID,From,To,Direction,Status,Ringing,Talking'],
    ['Yeastar', 'ID,Time,Call From,Call To,Call Duration(s),Talk Duration(s),Status'],
  ])('%s brings what a record needs', (_, heads) => {
    const found = fields(heads)
    const missing = canMap(new Set(Object.values(found).filter((field) => field !== null)))
    // Yeastar's "Time" is a whole moment under a short name: a person says so once.
    if (!heads.startsWith('ID,Time')) expect(missing).toEqual({ ok: true })
  })
  test('Asterisk’s own file has none, and its order is known', () => {
    expect(kind.withoutHeads![16]).toBe('uniqueId')
    expect(canMap(new Set(kind.withoutHeads!.filter((field) => field !== null)))).toEqual({ ok: true })
  })
})

test('[S3.6 K] an incident is settled by somebody else, once and with a note; allowed so, refused otherwise', () => {
  const code = (verdict: ReturnType<typeof canSettle>) => (verdict.ok ? null : verdict.reasons[0].code)
  expect(code(canSettle({ settled: false, agentId: 'ann' }, 'lin', 'tested the line'))).toBeNull()
  expect(code(canSettle({ settled: false, agentId: 'lin' }, 'lin', 'mine'))).toBe('records.ownIncident')
  expect(code(canSettle({ settled: true, agentId: null }, 'lin', 'x'))).toBe('records.isSettled')
  expect(code(canSettle({ settled: false, agentId: null }, 'lin', '  '))).toBe('records.noteFirst')
})
