import { describe, expect, test } from 'vitest'
import { canCorrectTo, canPromise, canRecord, canSkip, isKept, LINE_RESULTS, OUTCOMES, quickTimes } from './rules.ts'

const zoned = (wall: string) => Temporal.PlainDateTime.from(wall).toZonedDateTime('Asia/Shanghai')
const at = (wall: string) => zoned(wall).toInstant()
const code = (verdict: ReturnType<typeof canSkip>) => (verdict.ok ? 'yes' : verdict.reasons[0].code)

describe('times that are offered for a callback', () => {
  const days = ['2026-06-18', '2026-06-22'].map((day) => Temporal.PlainDate.from(day))
  const offered = (wall: string) =>
    quickTimes(zoned(wall), days).map(({ key, at }) => [
      key,
      at?.toPlainDateTime().toString({ smallestUnit: 'minute' }) ?? null,
    ])

  test('in the morning all nine, on the next two working days', () => {
    expect(offered('2026-06-17T09:32')).toEqual([
      ['1', '2026-06-17T10:05'],
      ['2', '2026-06-17T10:35'],
      ['3', '2026-06-17T11:35'],
      ['4', '2026-06-17T14:00'],
      ['5', '2026-06-17T16:30'],
      ['6', '2026-06-18T09:30'],
      ['7', '2026-06-18T14:00'],
      ['8', '2026-06-18T16:30'],
      ['9', '2026-06-22T10:00'],
    ])
  })

  test('late in the day nothing that lies behind, and nothing late in the evening', () => {
    expect(
      offered('2026-06-17T18:40')
        .filter(([, one]) => one === null)
        .map(([key]) => key),
    ).toEqual(['3', '4', '5'])
    expect(offered('2026-06-17T23:50').slice(0, 3)).toEqual([
      ['1', null],
      ['2', null],
      ['3', null],
    ])
  })
})

test('a promise is kept until the last moment of its window', () => {
  const to = at('2026-06-17T15:10')
  expect([isKept(at('2026-06-17T15:10'), to), isKept(at('2026-06-17T15:10:01'), to)]).toEqual([true, false])
})

test('a time is promised ahead, within a month, in a window of hours, on a working day', () => {
  const now = at('2026-06-17T10:00')
  const ask = (from: string, to: string, workday = true) =>
    code(canPromise({ from: at(from), to: at(to) }, now, { workday }))
  expect([
    ask('2026-06-17T10:00', '2026-06-17T10:10'),
    ask('2026-06-17T10:01', '2026-06-17T10:01'),
    ask('2026-06-17T10:01', '2026-06-17T14:02'),
    ask('2026-07-18T10:00', '2026-07-18T10:10'),
    ask('2026-06-20T10:00', '2026-06-20T10:10', false),
    ask('2026-06-17T10:01', '2026-06-17T10:11'),
  ]).toEqual([
    'calls.callbackInPast',
    'calls.callbackWindow',
    'calls.callbackWindow',
    'calls.callbackTooFar',
    'calls.callbackOnDayOff',
    'yes',
  ])
})

test('every line has an outcome that fits, and each outcome a line', () => {
  for (const line of Object.keys(LINE_RESULTS) as (keyof typeof LINE_RESULTS)[]) {
    const fits = (Object.keys(OUTCOMES) as (keyof typeof OUTCOMES)[]).filter(
      (outcome) => canRecord(line, outcome, { given: OUTCOMES[outcome].callback }).ok,
    )
    expect(fits.includes('notReached'), line).toBe(!LINE_RESULTS[line].reached)
    expect(fits.length, line).toBe(LINE_RESULTS[line].reached ? Object.keys(OUTCOMES).length - 1 : 1)
  }
})

test('keys at the desk are each given once', () => {
  const reached = Object.values(OUTCOMES).filter(({ human }) => human)
  const rings = Object.values(LINE_RESULTS).flatMap(({ hotkey }) => hotkey ?? [])
  for (const keys of [reached.map(({ hotkey }) => hotkey), rings]) expect(keys).toEqual([...new Set(keys)])
})

test('neither a word to stop nor a sale is corrected away or in', () => {
  expect(code(canCorrectTo('answered', 'refusedForGood', 'later'))).toBe('calls.refusalStands')
  expect(code(canCorrectTo('answered', 'sale', 'later'))).toBe('calls.saleByApplication')
  expect(code(canCorrectTo('answered', 'later', 'sale'))).toBe('calls.saleByApplication')
  expect(code(canCorrectTo('answered', 'later', 'later'))).toBe('calls.nothingCorrected')
  expect(code(canCorrectTo('answered', 'later', 'notReached'))).toBe('calls.outcomeNotOfLine')
  expect(code(canCorrectTo('answered', 'later', 'refusedForGood'))).toBe('yes')
})

test('a promise is never skipped, anything else as often as the rule says', () => {
  expect([canSkip('callback', 0, 5), canSkip('fresh', 4, 5), canSkip('retry', 5, 5)].map(code)).toEqual([
    'calls.callbackNotSkipped',
    'yes',
    'calls.skipsUsedUp',
  ])
})
