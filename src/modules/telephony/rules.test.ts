import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canRecord, LINE_STATES, type LineState, mayRing, readEnd, type SwitchEnd, takes } from './rules.ts'

const end = (more: Partial<SwitchEnd>): SwitchEnd => ({
  ...{ cause: null, sip: null, rang: false, answered: false, network: false, machine: false },
  ...more,
})

describe('the end of a line', () => {
  test.each<[string, Partial<SwitchEnd>, string]>([
    ['busy', { cause: 17, sip: 486 }, 'busy'],
    ['rang on until our time was up', { cause: 19, sip: 480, rang: true }, 'noAnswer'],
    ['no answer without a ring: the operator was dead, not the customer away', { cause: 19, sip: 480 }, 'lineFailure'],
    ['declined, which the dial status calls no answer', { cause: 21, sip: 403, rang: true }, 'declined'],
    ['no such number', { cause: 1, sip: 404 }, 'noSuchNumber'],
    ['congestion', { cause: 34, sip: 503 }, 'lineFailure'],
    ['switched off', { cause: 20, sip: 480 }, 'switchedOff'],
    ['we put down while it rang', { cause: 16, rang: true }, 'noAnswer'],
    ['we put down before it rang', { cause: 16 }, 'lineFailure'],
    ['talked and hung up', { cause: 16, rang: true, answered: true }, 'answered'],
    ['talked until the media stopped', { cause: 44, answered: true, network: true }, 'brokeOff'],
    ['a machine answered', { cause: 16, answered: true, machine: true }, 'machine'],
    ['only a SIP status is known', { sip: 486 }, 'busy'],
    ['nothing is known and it never rang', {}, 'lineFailure'],
    ['a cause of no row, but it rang', { cause: 99, rang: true }, 'noAnswer'],
  ])('%s', (_, told, result) => expect(readEnd(end(told))).toBe(result))

  test('a trunk’s own rows stand first', () => {
    const gateway = [{ cause: [16], sip: [], rang: false, result: 'switchedOff' }] as const
    expect(
      readEnd(
        end({ cause: 16 }),
        gateway.map((row) => ({ ...row, cause: [...row.cause], sip: [] })),
      ),
    ).toBe('switchedOff')
  })

  test('what never rang and was not answered is no fault of a customer’s unless the network says so', () => {
    const said = new Set(['busy', 'declined', 'noSuchNumber', 'suspended', 'switchedOff', 'lineFailure'])
    const cause = fc.option(fc.integer({ min: 0, max: 127 }))
    fc.assert(fc.property(cause, (c) => said.has(readEnd(end({ cause: c })))))
  })
})

describe('states of a line', () => {
  const state = fc.constantFrom(...LINE_STATES)
  test('go one way, each once; nothing follows the end', () => {
    fc.assert(
      fc.property(fc.array(state, { maxLength: 20 }), (told) => {
        let last: LineState | null = null
        const taken: LineState[] = []
        for (const next of told)
          if (takes(last, next)) {
            taken.push(next)
            last = next
          }
        expect(new Set(taken).size).toBe(taken.length)
        const order = taken.map((one) => LINE_STATES.indexOf(one))
        expect(order).toEqual([...order].sort((a, b) => a - b))
        const over = taken.findIndex((one) => one === 'ended' || one === 'failed')
        expect(over === -1 || over === taken.length - 1).toBe(true)
      }),
    )
  })
  test('begin with the gate’s yes, or with a call that comes in', () => {
    expect(LINE_STATES.filter((first) => takes(null, first))).toEqual(['allowed', 'ringing', 'answered'])
  })
})

test('a made-up number is allowed by hand and refused on a real line', () => {
  expect(mayRing({ kind: 'manual' }, { fictional: true }).ok).toBe(true)
  expect(mayRing({ kind: 'switch' }, { fictional: false }).ok).toBe(true)
  expect(mayRing({ kind: 'switch' }, { fictional: true })).toMatchObject({
    reasons: [{ code: 'telephony.fictionalNumber' }],
  })
})

test('only a registered line records', () => {
  expect(canRecord({ lineRegistered: false, recording: true }).ok).toBe(false)
  expect(canRecord({ lineRegistered: true, recording: true }).ok).toBe(true)
})
