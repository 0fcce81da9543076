import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Role } from '../../platform/actor.ts'
import {
  countsOf,
  currencyOf,
  type Entry,
  mayAccept,
  mayMove,
  mayTakeBack,
  nextStates,
  premiumOf,
  STATES,
  type State,
  standing,
  standingOf,
  standOf,
} from './rules.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const codes = (verdict: ReturnType<typeof mayMove>) => (verdict.ok ? [] : verdict.reasons.map(({ code }) => code))

describe('the three measures of a premium', () => {
  test.each([
    ['120', 12, 1, '120.00', '1440.00', '1440.00'],
    ['1440', 1, 1, '1440.00', '1440.00', '1440.00'],
    ['250.5', 12, 0.35, '250.50', '3006.00', '1052.10'],
    ['10000', 1, 0.1, '10000.00', '10000.00', '1000.00'],
    ['33.33', 4, 0.333, '33.33', '133.32', '44.40'],
    ['99999999999.99', 12, 10, '99999999999.99', '1199999999999.88', '11999999999998.80'],
  ])('%s paid %s times a year by the factor %s', (paid, payTimes, factor, raw, annual, standard) => {
    expect(premiumOf(paid, payTimes, factor)).toEqual({ raw, annual, standard })
  })

  test('the currency is the country’s, and never guessed', () => {
    expect(currencyOf('CN')).toBe('CNY')
    expect(() => currencyOf('XX')).toThrow(RangeError)
  })
})

describe('the states of a case', () => {
  const asked = (more: Partial<Parameters<typeof mayMove>[0]>) =>
    mayMove({
      ...{ from: 'accepted', to: 'issued', on: day('2026-06-17'), today: day('2026-06-17'), since: day('2026-06-15') },
      ...{ by: { personId: 'liu', roles: ['dataOfficer'] }, sellerId: 'ann', insurerSays: false },
      ...more,
    })
  const by = (...roles: Role[]) => ({ personId: 'x', roles })

  test('every state is reached from the application, and every end is one', () => {
    const reached = new Set<State>(['quoted'])
    for (const state of reached) for (const next of nextStates(state)) reached.add(next)
    expect([...reached].sort()).toEqual([...STATES].sort())
    expect(STATES.filter((state) => nextStates(state).length === 0)).toEqual([
      ...['declined', 'cancelledInCoolingOff', 'surrendered'],
    ])
  })

  test('on the way to issue the unit manager works on a case; that it is issued is entered by others', () => {
    for (const to of ['underwriting', 'awaitingPayment', 'declined'] as const)
      for (const role of ['um', 'dataOfficer', 'deptManager'] as const)
        expect(asked({ to, by: by(role) }).ok).toBe(true)
    expect(codes(asked({ to: 'issued', by: by('um') }))).toEqual(['sales.notYours'])
    expect(asked({ to: 'issued', by: by('um', 'deptManager') }).ok).toBe(true)
    expect(codes(asked({ to: 'underwriting', by: by('tl') }))).toEqual(['sales.notYours'])
  })

  test('never by the seller, not in the future, not before what is on record, not by a step that is none', () => {
    expect(codes(asked({ by: { personId: 'ann', roles: ['deptManager'] } }))).toEqual(['sales.ownCase'])
    expect(codes(asked({ on: day('2026-06-18') }))).toEqual(['sales.inTheFuture'])
    expect(codes(asked({ on: day('2026-06-14') }))).toEqual(['sales.beforeLast'])
    expect(asked({ on: day('2026-06-15') }).ok).toBe(true)
    expect(codes(asked({ from: 'declined', to: 'issued' }))).toEqual(['sales.noSuchStep'])
    expect(codes(asked({ from: 'issued', to: 'issued' }))).toEqual(['sales.noSuchStep'])
  })

  test('a case counts as open, issued or ended', () => {
    expect(STATES.map((state) => [state, standingOf(state)])).toEqual([
      ...[
        ['quoted', 'open'],
        ['accepted', 'open'],
        ['underwriting', 'open'],
        ['awaitingPayment', 'open'],
      ],
      ...[
        ['issued', 'issued'],
        ['delivered', 'issued'],
        ['inForce', 'issued'],
        ['declined', 'ended'],
      ],
      ...[
        ['cancelledInCoolingOff', 'ended'],
        ['lapsed', 'ended'],
        ['surrendered', 'ended'],
      ],
    ])
  })
})

describe('entries that were taken back', () => {
  const entry = (id: string, state: State, on: string, takesBack: string | null = null): Entry => ({
    ...{ id, state, on: day(on), takesBack },
  })
  const [a, b] = [entry('1', 'accepted', '2026-06-01'), entry('2', 'issued', '2026-06-05')]
  const back = entry('3', 'accepted', '2026-06-01', '2')

  test('leave the case where it was before, and may be followed by new ones', () => {
    expect(standOf([a, b])).toMatchObject({ state: 'issued', issuedOn: day('2026-06-05') })
    expect(standOf([a, b, back])).toMatchObject({ state: 'accepted', issuedOn: null, since: day('2026-06-01') })
    const again = entry('4', 'issued', '2026-06-03')
    expect(standing([a, b, back, again])).toEqual([a, again])
    expect(standOf([a, b, back, again])).toMatchObject({ issuedOn: day('2026-06-03') })
  })

  test('the application itself stays, and nobody takes back what is his own', () => {
    const reason = (entries: readonly Entry[], personId = 'guo') =>
      codes(mayTakeBack(entries, { personId }, 'ann', false))
    expect(reason([a, b])).toEqual([])
    expect(reason([a])).toEqual(['sales.nothingToTakeBack'])
    expect(reason([a, b, back])).toEqual(['sales.nothingToTakeBack'])
    expect(reason([a, b], 'ann')).toEqual(['sales.ownCase'])
    expect(() => standOf([])).toThrow()
  })
})

test('a case that was issued and cancelled counts once on each of its days', () => {
  const sale = { ...premiumOf('100', 12, 0.5), acceptedOn: day('2026-06-01'), issuedOn: null, cancelledOn: null }
  expect(countsOf(sale).map(({ figures }) => Object.keys(figures))).toHaveLength(1)
  const all = countsOf({ ...sale, issuedOn: day('2026-06-05'), cancelledOn: day('2026-06-09') })
  expect(all).toMatchObject([
    { figures: { accepted: 1, accepted_raw: '100.00', accepted_annual: '1200.00', accepted_standard: '600.00' } },
    { figures: { issued: 1, issued_annual: '1200.00', issued_standard: '600.00' } },
    { figures: { cancelled: 1, cancelled_standard: '600.00' } },
  ])
})

test('an application passes only with everything in order', () => {
  fc.assert(
    fc.property(
      fc.record({
        authorised: fc.boolean(),
        payWayKnown: fc.boolean(),
        taken: fc.boolean(),
        cents: fc.integer({ min: 1, max: 30_000 }),
        minPremium: fc.option(fc.integer({ min: 0, max: 300 })),
        missing: fc.array(fc.constant('a'), { maxLength: 2 }),
      }),
      ({ cents, ...asked }) => {
        const rawPremium = (cents / 100).toFixed(2)
        const verdict = mayAccept({ ...asked, rawPremium }, 'A-1')
        const wrong = [
          !asked.authorised,
          !asked.payWayKnown,
          asked.minPremium !== null && cents < asked.minPremium * 100,
          asked.taken,
          asked.missing.length > 0,
        ]
        expect(verdict.ok ? 0 : verdict.reasons.length).toBe(wrong.filter(Boolean).length)
      },
    ),
  )
})
