import { expect, test } from 'vitest'
import { at, clean, dialed, lead, named, number, outcome, table, us } from '../../../test/clean-dial.ts'
import { packsOf, readPacks } from './packs.ts'
import { gate, overridesAllowed, RULE_CODES } from './rules.ts'
import words from './words.json' with { type: 'json' }
import { wallClock } from './zones.ts'

table('[S3.6 K] calling hours at the callee’s place', [
  ['allowed at ten in the morning', {}, [], '2026-06-17T10:00'],
  ['allowed at nine sharp', { now: at('2026-06-17T09:00') }, [], '2026-06-17T09:00'],
  [
    'refused a minute before nine: the life rules wait, the carrier is open already',
    { now: at('2026-06-17T08:59') },
    ['hours@cn-life 2026-06-17T09:00'],
    '2026-06-17T09:00',
  ],
  [
    'refused at nine in the evening by law and carrier; the next morning at nine, not at eight',
    { now: at('2026-06-17T21:00') },
    ['hours@cn-life 2026-06-18T09:00', 'hours@carrier-tencent-2026 2026-06-18T08:00'],
    '2026-06-18T09:00',
  ],
  [
    'the customer asked for 21:30: the life rules give way, the carrier does not',
    { now: at('2026-06-17T21:30'), acts: [named('2026-06-17T21:30', '2026-06-17T21:40')] },
    ['hours@carrier-tencent-2026 2026-06-18T08:00'],
    '2026-06-18T09:00',
  ],
  [
    'the customer asked for 08:30: open by request and by carrier',
    { now: at('2026-06-17T08:30'), acts: [named('2026-06-17T08:30', '2026-06-17T08:40')] },
    [],
    '2026-06-17T08:30',
  ],
  [
    'a request nobody recorded opens nothing',
    { now: at('2026-06-17T08:30'), acts: [named('2026-06-17T08:30', '2026-06-17T08:40', null)] },
    ['hours@cn-life 2026-06-17T09:00'],
    '2026-06-17T09:00',
  ],
  [
    'the customer wishes afternoons',
    { number: number({ wish: [['14:00', '17:00']] }) },
    ['hoursWish 2026-06-17T14:00'],
    '2026-06-17T14:00',
  ],
  ['nobody knows the place', { number: number({ zones: [] }) }, ['placeUnknown never'], 'never'],
  ['Florida: allowed until eight in the evening', us('2026-06-17T19:59'), [], '2026-06-17T19:59'],
  [
    'Florida at eight: closed, though federal hours run to nine',
    us('2026-06-17T20:00', { packs: packsOf(['us-federal', 'us-fl']) }),
    ['hours@us-fl 2026-06-18T08:00'],
    '2026-06-18T08:00',
  ],
  [
    'nine in New York may be six in Los Angeles: both have to be open',
    us('2026-06-17T09:00', {}, ['America/New_York', 'America/Los_Angeles']),
    ['hours@us-fl 2026-06-17T11:00'],
    '2026-06-17T11:00',
  ],
  [
    'the night the clock jumps has an hour less to wait',
    us('2026-03-07T20:00'),
    ['hours@us-fl 2026-03-08T08:00'],
    '2026-03-08T08:00',
  ],
])

test('[S3.6 K] a night with a change of the clock is eleven or thirteen hours long', () => {
  const waited = (wall: string) => {
    const input = { ...clean, ...us(wall) }
    return gate(input).callableFrom!.since(input.now).total('hours')
  }
  expect(waited('2026-06-17T20:00')).toBe(12)
  expect(waited('2026-03-07T20:00')).toBe(11)
  expect(waited('2026-10-31T20:00')).toBe(13)
})

test('[S3.6 K] a zone first met at the very moment its clock goes back keeps the hour before', () => {
  const back = Temporal.Instant.from('2026-10-25T01:00Z').epochMilliseconds
  expect(wallClock('Atlantic/Azores', back)).toBe('2026-10-25 00:00')
  expect(wallClock('Atlantic/Azores', back - 1)).toBe('2026-10-25 00:59')
  expect(wallClock('Atlantic/Azores', back - 3_600_000)).toBe('2026-10-25 00:00')
})

const refusedOn = at('2026-01-10T10:00')
const entry = { list: 'own', since: refusedOn, until: at('2026-02-10T10:00') } as const

table('[S3.6 K] do-not-call', [
  ['allowed when the number is on no list', {}, [], '2026-06-17T10:00'],
  ['the own list has no end under the general law', { doNotCall: [entry] }, ['dncOwn never'], 'never'],
  [
    'an end shorter than the year of the car-insurance rules is stretched to it',
    { packs: packsOf(['cn-pc']), doNotCall: [entry] },
    ['dncOwn 2027-01-10T10:00'],
    'never',
  ],
  [
    'allowed again when that year is over',
    { packs: packsOf(['cn-pc']), doNotCall: [entry], now: at('2027-01-10T10:00') },
    [],
    '2027-01-10T10:00',
  ],
  [
    'a shared list keeps its own end',
    { doNotCall: [{ ...entry, list: 'shared', until: at('2026-06-18T12:00') }] },
    ['dncShared 2026-06-18T12:00'],
    '2026-06-18T12:00',
  ],
  [
    'a national list older than 31 days says nothing',
    us('2026-06-17T10:00', { nationalListAsOf: at('2026-05-17T10:00', 'America/New_York') }),
    ['dncListStale@us-fl never'],
    'never',
  ],
  [
    'a customer who withdrew is not called until consenting anew',
    {
      consents: [
        { ...clean.consents[0]!, withdrawnAt: at('2026-03-01T10:00') },
        { purpose: 'service', givenAt: at('2026-04-01T10:00'), expiresAt: null, withdrawnAt: null },
      ],
    },
    ['consentWithdrawn never'],
    'never',
  ],
])

table('[S4.4.10a K] only what was issued, by the one who holds it', [
  ['allowed: issued and in hand', {}, [], '2026-06-17T10:00'],
  ['refused: a number of one’s own', { lead: null }, ['numberNotIssued never'], 'never'],
  ['refused: still with the team leader', { lead: lead({ issuedToTsr: false }) }, ['leadNotIssued never'], 'never'],
  ['refused: another agent holds it', { lead: lead({ heldBy: 'tsr-2' }) }, ['leadNotHeld never'], 'never'],
])

table('[S3.6 K] other grounds', [
  [
    'a renewal 41 days ahead waits for tomorrow',
    { packs: packsOf(['cn-pc', 'cn-life']), lead: lead({ renewalExpiresOn: Temporal.PlainDate.from('2026-07-28') }) },
    ['renewalTooEarly@cn-pc 2026-06-18T00:00'],
    '2026-06-18T09:00',
  ],
  [
    'the line serves no Tibet numbers',
    { number: number({ homeRegion: '54' }) },
    ['regionExcluded@carrier-tencent-2026 never'],
    'never',
  ],
  [
    'in Britain nothing that can abandon a call, and rest after one that was',
    {
      packs: packsOf(['uk']),
      mode: 'predictive',
      nationalListAsOf: at('2026-06-10T10:00'),
      ledger: [dialed('2026-06-15T10:00', { abandoned: true })],
    },
    ['restAfterAbandon@uk 2026-06-18T10:00', 'modeCanAbandon@uk never'],
    'never',
  ],
])

test('an unknown home region passes with a note [S3.6 K]', () => {
  const verdict = gate({ ...clean, number: number({ homeRegion: null }) })
  expect(verdict.allow).toBe(true)
  expect(verdict.notes.map((note) => `${note.code}@${note.pack}`)).toEqual(['regionUnknown@carrier-tencent-2026'])
})

test('all reasons come at once, each with its source [S3.6 K]', () => {
  const { reasons } = outcome({ now: at('2026-06-17T22:00'), doNotCall: [entry], lead: lead({ heldBy: null }) })
  expect(reasons.map((reason) => reason.code)).toEqual(['leadNotHeld', 'dncOwn', 'hours', 'hours'])
  expect(reasons[2]).toMatchObject({ clause: 'S3.6', mark: 'A/B', source: expect.stringContaining('art. 25(1)') })
  expect(reasons[2]?.because.values).toMatchObject({ local: '22:00', open: '09:00–21:00', from: '2026-06-18 09:00' })
})

test('nobody overrides do-not-call, hours, a withdrawal or a carrier’s cap [S3.6 K]', () => {
  const fixed = RULE_CODES.filter((code) => !overridesAllowed({ code }))
  expect(fixed).toEqual([
    ...['numberInvalid', 'dncOwn', 'dncShared', 'dncNational', 'dncListStale', 'consentWithdrawn', 'placeUnknown'],
    ...['hours', 'hoursLocal', 'hoursWish', 'capCallee', 'capSubject'],
  ])
  expect(overridesAllowed({ code: 'capCold' })).toBe(true)
})

test('both languages have words for every reason, with figures the reason carries', () => {
  expect(Object.keys(words.hant)).toEqual(Object.keys(words.en))
  const figures = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1]!)
  for (const [key, text] of Object.entries(words.en)) {
    const other = words.hant[key as keyof typeof words.hant]
    expect([...new Set(figures(other))].sort(), key).toEqual([...new Set(figures(text))].sort())
  }
  expect(RULE_CODES.filter((code) => !Object.keys(words.en).some((key) => key.startsWith(`gate.${code}`)))).toEqual([])
})

test('a pack is refused when a figure has no source or a window ends before it begins', () => {
  const pack = { id: 'x', name: { hant: '甲', en: 'X', hans: '甲' }, kind: 'law', rules: {} }
  const read = (more: object) => readPacks({ note: '', packs: [{ ...pack, ...more }] })
  expect(read({}).get('x')?.kind).toBe('law')
  expect(() => read({ recordAll: true })).toThrow('no source for recording')
  const rules = { hours: { id: 'x', source: 'x', mark: 'A' } }
  expect(read({ hours: [['09:00', '21:00']], rules }).get('x')?.hours).toHaveLength(1)
  expect(() => read({ hours: [['21:00', '09:00']], rules })).toThrow()
  expect(() => read({ extends: 'y' })).toThrow('extends an unknown y')
})
