import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KeptEntry } from '../sales/entries.ts'
import { type InsurerWord, pathOf, stepsTo } from '../sales/insurer.ts'
import { STATES, type State, standing, standOf } from '../sales/rules.ts'
import { dayInName, maySettle } from './rules.ts'
import { differencesOf, faultOf, insurerWord, merged, type OurCase, type Row, type Standing } from './word.ts'

const day = (text: string) => Temporal.PlainDate.from(text.length === 5 ? `2026-${text}` : text)
const codes = (verdict: ReturnType<typeof maySettle>) => (verdict.ok ? [] : verdict.reasons.map(({ code }) => code))
const fifteen = (received: Temporal.PlainDate) => received.add({ days: 15 })

test.each([
  ['承保清單20260615.xlsx', '2026-06-15'],
  ['policies_2026-06-15.csv', '2026-06-15'],
  ['核心承保數據 2026年06月15日.xlsx', '2026-06-15'],
  ['20260231.csv', null],
  ['日報.xlsx', null],
  ['batch-2026061512.csv', null],
])('the day in the name %s is %s', (name, expected) => expect(dayInName(name)).toBe(expected))

describe('the way that the insurer’s word makes', () => {
  const word = (state: State | null, days: Partial<Record<string, string>> = {}): InsurerWord => ({
    ...{ state, stateAsOf: day(days.asOf ?? '06-30'), firstSaid: state ? { [state]: day(days.asOf ?? '06-30') } : {} },
    ...{ issuedOn: days.issued ? day(days.issued) : null, receiptOn: days.receipt ? day(days.receipt) : null },
    ...{ cancelledOn: days.cancelled ? day(days.cancelled) : null, lapsedOn: days.lapsed ? day(days.lapsed) : null },
  })
  const way = (of: InsurerWord, today = '06-30') =>
    pathOf(of, day('06-01'), day(today), fifteen).map(({ state, on }) => `${state} ${on.toString().slice(5)}`)

  test.each([
    ['still open', word('underwriting'), []],
    ['nothing named', word(null), []],
    ['issued', word('issued', { issued: '06-05' }), ['issued 06-05']],
    ['issued, the day untold', word('issued', { asOf: '06-08' }), ['issued 06-08']],
    ['named before our acceptance', word('issued', { asOf: '05-28' }), ['issued 06-01']],
    ['in force without a receipt', word('inForce', { issued: '06-05' }), ['issued 06-05']],
    [
      ...['in force, the clock running', word('inForce', { issued: '06-05', receipt: '06-20' })],
      ['issued 06-05', 'delivered 06-20'],
    ],
    [
      ...['the clock has run out', word('issued', { issued: '06-05', receipt: '06-10' })],
      ['issued 06-05', 'delivered 06-10', 'inForce 06-26'],
    ],
    ['refused', word('declined', { cancelled: '06-07' }), ['declined 06-07']],
    [
      ...['cancelled in cooling-off', word('cancelledInCoolingOff', { issued: '06-05', cancelled: '06-12' })],
      ['issued 06-05', 'cancelledInCoolingOff 06-12'],
    ],
    [
      ...[
        'surrendered within the clock',
        word('surrendered', { issued: '06-02', receipt: '06-10', cancelled: '06-25' }),
      ],
      ['issued 06-02', 'delivered 06-10', 'cancelledInCoolingOff 06-25'],
    ],
    [
      ...['surrendered after it', word('surrendered', { issued: '06-02', receipt: '06-10', cancelled: '06-26' })],
      ['issued 06-02', 'delivered 06-10', 'inForce 06-26', 'surrendered 06-26'],
    ],
    [
      ...['surrendered before any receipt', word('surrendered', { issued: '06-02', cancelled: '06-17' })],
      ['issued 06-02', 'cancelledInCoolingOff 06-17'],
    ],
    [
      ...['lapsed', word('lapsed', { issued: '06-02', receipt: '06-03', lapsed: '06-29' })],
      ['issued 06-02', 'delivered 06-03', 'inForce 06-19', 'lapsed 06-29'],
    ],
  ] as const)('%s', (_, of, expected) => expect(way(of)).toEqual(expected))
})

describe('rows that cannot be taken', () => {
  const row = (days: Partial<Row>): Row => ({ applicationNo: 'TB0001', ...days })
  test.each([
    [row({ issuedOn: day('06-10') }), undefined],
    [row({ issuedOn: day('06-16') }), 'inTheFuture issuedOn'],
    [row({ issuedOn: day('05-31') }), 'beforeAcceptance issuedOn'],
    [row({ cancelledOn: day('05-31') }), 'beforeAcceptance cancelledOn'],
    [row({ acceptedOn: day('05-31'), issuedOn: day('06-02') }), undefined],
    [row({ issuedOn: day('06-10'), receiptOn: day('06-09') }), 'outOfOrder receiptOn'],
    [row({ acceptedOn: day('06-11'), issuedOn: day('06-10') }), 'outOfOrder issuedOn'],
  ])('%#', (of, expected) => {
    const fault = faultOf(of, day('06-15'), day('06-01'))
    expect(fault ? `${fault.code} ${fault.field}` : undefined).toBe(expected)
  })
})

describe('files in any order', () => {
  const NAMED: readonly State[] = STATES.filter((state) => state !== 'quoted')
  const dayBetween = fc.integer({ min: 0, max: 20 }).map((n) => day('06-02').add({ days: n }))
  const rowOf = fc.record(
    {
      ...{ state: fc.constantFrom(...NAMED), issuedOn: dayBetween, receiptOn: dayBetween, cancelledOn: dayBetween },
      ...{ lapsedOn: dayBetween, premium: fc.constantFrom('500', '600'), agent: fc.constantFrom('a', 'b', null) },
    },
    { requiredKeys: [] },
  )
  /** Files of different days, and the same ones shuffled. */
  const files = fc
    .uniqueArray(fc.record({ at: fc.integer({ min: 1, max: 28 }), row: rowOf }), {
      ...{ minLength: 1, maxLength: 7, selector: ({ at }) => at },
    })
    .chain((told) => fc.tuple(fc.constant(told), fc.shuffledSubarray(told, { minLength: told.length })))

  type Told = { at: number; row: Omit<Row, 'applicationNo'> }
  const accepted: KeptEntry = {
    ...{ id: '1', state: 'accepted', on: day('06-01'), takesBack: null, source: 'desk' },
  }
  function run(told: readonly Told[]) {
    let known: Standing | undefined
    const entries: KeptEntry[] = [accepted]
    for (const { at, row } of told) {
      const asOf = `2026-06-${String(at).padStart(2, '0')}`
      known = merged(known, { applicationNo: 'TB0001', ...row } as Row, { asOf, file: `f${at}` })
      const word = insurerWord(known)
      const { added } = stepsTo(entries, word, pathOf(word, day('06-01'), day('06-30'), fifteen))
      for (const entry of added) entries.push({ ...entry, id: String(entries.length + 1) })
    }
    const { since: _, ...stand } = standOf(entries)
    return { known: known!, stand, entries }
  }

  test('end in the same word and leave the case in the same place', () => {
    fc.assert(
      fc.property(files, ([one, other]) => {
        const [a, b] = [run(one as Told[]), run(other as Told[])]
        expect(b.known).toEqual(a.known)
        expect(b.stand).toEqual(a.stand)
      }),
      { numRuns: 500 },
    )
  })

  test('told twice change nothing the second time', () => {
    fc.assert(
      fc.property(files, ([told]) => {
        const once = run(told as Told[])
        const twice = run([...told, ...told] as Told[])
        expect(twice.known).toEqual(once.known)
        expect(twice.stand).toEqual(once.stand)
        expect(standing(twice.entries).map(({ state, on }) => `${state} ${on}`)).toEqual(
          standing(once.entries).map(({ state, on }) => `${state} ${on}`),
        )
      }),
    )
  })
})

test('a word older than what hands entered changes nothing; a newer one does', () => {
  const entry = (id: string, state: State, on: string): KeptEntry => ({
    ...{ id, state, on: day(on), takesBack: null, source: id === '1' ? 'desk' : 'manual' },
  })
  const entries = [entry('1', 'accepted', '06-01'), entry('2', 'awaitingPayment', '06-10')]
  const word = (asOf: string): InsurerWord => ({
    ...{ state: 'underwriting', stateAsOf: day(asOf), firstSaid: {}, issuedOn: null, receiptOn: null },
    ...{ cancelledOn: null, lapsedOn: null },
  })
  expect(stepsTo(entries, word('06-09'), [])).toEqual({ added: [], older: true })
  expect(stepsTo(entries, word('06-11'), []).added).toMatchObject([{ state: 'underwriting', on: day('06-11') }])
})

describe('what differs', () => {
  const ours: OurCase = {
    ...{ saleId: 's', agentId: 'a', raw: '500.00', annual: '6000.00', payWay: 'monthly', state: 'issued' },
    issuedOn: day('06-05'),
  }
  const said = (row: Omit<Row, 'applicationNo'>) =>
    merged(undefined, { applicationNo: 'TB0001', ...row }, { asOf: '2026-06-10', file: 'f' })
  const kinds = (row: Omit<Row, 'applicationNo'>, of: OurCase | null = ours, undone = false) =>
    differencesOf(said(row), of, undone).map(({ kind }) => kind)

  test('premiums agree as paid each time or for a year; people and ways to pay must be the same', () => {
    expect(kinds({ state: 'issued', premium: '500', payWay: 'monthly', agent: 'a' })).toEqual([])
    expect(kinds({ premium: '6000' })).toEqual([])
    expect(kinds({ premium: '6000.01' })).toEqual(['amountDiffers'])
    expect(kinds({ payWay: 'yearly' })).toEqual(['payWayDiffers'])
    expect(kinds({ agent: 'b' })).toEqual(['agentDiffers'])
    expect(kinds({ agent: null })).toEqual(['agentDiffers'])
    expect(kinds({ state: 'issued' }, null)).toEqual(['theirsNotOurs'])
    expect(kinds({ state: 'underwriting' }, { ...ours, state: 'underwriting', issuedOn: null }, true)).toEqual([
      'stateDiffers',
    ])
  })

  test('are settled by their owner with a note, never by the seller', () => {
    const by = (personId: string, ...roles: ('tl' | 'dataOfficer')[]) => ({ personId, roles })
    const asked = { note: 'called the insurer', open: true, ownerId: 'lin', sellerId: 'ann', by: by('lin', 'tl') }
    expect(maySettle(asked).ok).toBe(true)
    expect(maySettle({ ...asked, by: by('liu', 'dataOfficer') }).ok).toBe(true)
    expect(codes(maySettle({ ...asked, by: by('tao', 'tl') }))).toEqual(['policies.notOwner'])
    expect(codes(maySettle({ ...asked, sellerId: 'lin' }))).toEqual(['policies.ownDifference'])
    expect(codes(maySettle({ ...asked, note: ' ', open: false }))).toEqual(['policies.settled', 'policies.noteMissing'])
  })
})
