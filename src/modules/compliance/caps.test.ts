import { expect, test } from 'vitest'
import { at, clean, dialed, lead, named, table, us } from '../../../test/clean-dial.ts'
import { coldOrWarm } from './rules.ts'

table('[S3.6 K] frequency caps', [
  ['allowed two hours after the last cold dial', { ledger: [dialed('2026-06-17T08:00')] }, [], '2026-06-17T10:00'],
  [
    'refused within two hours of a cold dial',
    { ledger: [dialed('2026-06-17T09:10')] },
    ['capCold@design-default 2026-06-17T11:10'],
    '2026-06-17T11:10',
  ],
  [
    'allowed all the same when the customer wrote to us last week',
    {
      ledger: [dialed('2026-06-17T09:10')],
      acts: [{ kind: 'inbound', at: at('2026-06-10T15:00'), recordId: 'form-7' }],
    },
    [],
    '2026-06-17T10:00',
  ],
  [
    'the third dial in a day closes the number until the first is a day old; by then it is night',
    {
      now: at('2026-06-17T20:30'),
      ledger: [dialed('2026-06-16T22:00'), dialed('2026-06-17T12:00'), dialed('2026-06-17T16:00')],
    },
    ['capCold@design-default 2026-06-17T22:00'],
    '2026-06-18T09:00',
  ],
  [
    'the carrier’s five a day bind a warm contact too',
    {
      ledger: ['16T10:30', '16T12:00', '16T14:00', '16T16:00', '17T09:00'].map((t) => dialed(`2026-06-${t}`)),
      acts: [{ kind: 'openQuote', from: at('2026-06-10T10:00'), to: null, recordId: 'quote-3' }],
    },
    ['capCallee@carrier-tencent-2026 2026-06-17T10:30'],
    '2026-06-17T10:30',
  ],
  [
    'a redial right after a call that broke off is the same contact',
    {
      ledger: [
        dialed('2026-06-17T09:48', { answered: true, brokeOff: true, endedAt: at('2026-06-17T09:56') }),
        dialed('2026-06-17T09:57'),
      ],
    },
    [],
    '2026-06-17T10:00',
  ],
  [
    'a third redial is a new contact',
    {
      ledger: [
        dialed('2026-06-17T09:48', { answered: true, brokeOff: true, endedAt: at('2026-06-17T09:56') }),
        dialed('2026-06-17T09:57'),
        dialed('2026-06-17T09:58'),
      ],
    },
    ['capCold@design-default 2026-06-17T11:48'],
    '2026-06-17T11:48',
  ],
  [
    'redials do not lift the carrier’s three in five minutes',
    {
      ledger: [
        dialed('2026-06-17T09:56', { answered: true, brokeOff: true }),
        dialed('2026-06-17T09:57'),
        dialed('2026-06-17T09:58'),
      ],
    },
    ['capCallee@carrier-tencent-2026 2026-06-17T10:01', 'capCold@design-default 2026-06-17T11:56'],
    '2026-06-17T11:56',
  ],
  [
    'Florida: three a day on one subject, the fourth is refused',
    us('2026-06-17T15:00', {
      ledger: [9, 11, 13].map((hour) =>
        dialed(`2026-06-17T${String(hour).padStart(2, '0')}:00`, {}, 'America/New_York'),
      ),
    }),
    ['capSubject@us-fl 2026-06-18T09:00'],
    '2026-06-18T09:00',
  ],
  [
    'Florida: another subject is counted apart',
    us('2026-06-17T15:00', {
      subject: 'car',
      ledger: [9, 11, 13].map((hour) =>
        dialed(`2026-06-17T${String(hour).padStart(2, '0')}:00`, {}, 'America/New_York'),
      ),
    }),
    [],
    '2026-06-17T15:00',
  ],
])

table('[S4.4.10b C] the attempt plan', [
  [
    'the sixth try is allowed',
    { lead: lead({ plan: { tries: 5, lastTryAt: at('2026-06-10T10:00'), roundsLeft: 1, closed: false } }) },
    [],
    '2026-06-17T10:00',
  ],
  [
    'refused after six: a rest of thirty days',
    { lead: lead({ plan: { tries: 6, lastTryAt: at('2026-06-10T10:00'), roundsLeft: 1, closed: false } }) },
    ['planResting@design-default 2026-07-10T10:00'],
    '2026-07-10T10:00',
  ],
  [
    'after the last round no more',
    { lead: lead({ plan: { tries: 6, lastTryAt: at('2026-06-10T10:00'), roundsLeft: 0, closed: false } }) },
    ['planFinished@design-default never'],
    'never',
  ],
])

test('warm is only what the customer did and a record shows [S3.6 K]', () => {
  const now = clean.now
  const inbound = { kind: 'inbound', at: now.subtract({ hours: 24 * 30 }), recordId: 'call-1' } as const
  expect(coldOrWarm([], now).contact).toBe('cold')
  expect(coldOrWarm([inbound], now).contact).toBe('cold')
  expect(coldOrWarm([inbound], now.subtract({ milliseconds: 1 }))).toMatchObject({
    contact: 'warm',
    by: inbound,
    until: now,
  })
  expect(coldOrWarm([{ ...inbound, at: now, recordId: null }], now).contact).toBe('cold')
  expect(coldOrWarm([named('2026-06-17T10:00', '2026-06-17T10:10')], now).contact).toBe('warm')
  expect(coldOrWarm([named('2026-06-17T11:00', '2026-06-17T11:10')], now).contact).toBe('cold')
  const service = { kind: 'ownPolicyService', from: now, to: null, recordId: 'policy-9' } as const
  expect(coldOrWarm([inbound, service], now)).toMatchObject({ contact: 'warm', by: service, until: null })
})
