import type { CustomerAct } from '../src/modules/compliance/contact.ts'
import type { DialLead, DialNumber, GateInput } from '../src/modules/compliance/dial.ts'
import { packsOf } from '../src/modules/compliance/packs.ts'

/*
 * Seeded cases for the gate: a dial that may be made, with a few things wrong, each put close to the edge at which it
 * begins or ends to matter. Times lie on whole minutes, or a millisecond beside one.
 */

type Writable<T> = { -readonly [K in keyof T]: T[K] }
export type Case = Writable<Omit<GateInput, 'number' | 'lead' | 'line'>> & {
  number: Writable<DialNumber>
  lead: Writable<DialLead> | null
  line: Writable<GateInput['line']>
}

/** Mulberry32: small, even enough, the same everywhere. */
export function randomOf(seed: number) {
  let a = seed >>> 0
  const next = () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (n: number) => Math.floor(next() * n)
  return {
    int,
    chance: (share: number) => next() < share,
    pick: <T>(list: readonly T[]): T => list[int(list.length)]!,
  }
}
export type Random = ReturnType<typeof randomOf>

const SETS = [
  ['cn-life', 'cn-general', 'carrier-tencent-2026', 'design-default'],
  ['cn-life', 'cn-general', 'carrier-aliyun', 'design-default'],
  ['cn-general', 'carrier-tencent-2026', 'design-default'],
  ['cn-pc', 'carrier-tencent-2026', 'design-default'],
  ['cn-life', 'carrier-tencent-2026'],
  ['us-fl', 'design-default'],
  ['us-federal', 'us-fl'],
  ['us-federal', 'design-default'],
  ['uk', 'design-default'],
  ['uk', 'cn-life'],
  ['cn-pc'],
  ['design-default', 'carrier-aliyun'],
  [],
].map((ids) => packsOf(ids))

const ZONES = [
  ['Asia/Shanghai'],
  ['Asia/Shanghai', 'Asia/Urumqi'],
  ['Asia/Urumqi'],
  ['America/New_York'],
  ['America/New_York', 'America/Chicago'],
  ['America/New_York', 'America/Los_Angeles', 'Pacific/Honolulu'],
  ['Europe/London'],
  ['Africa/Cairo'],
  ['Australia/Lord_Howe'],
]

/** Days on or beside a change of the clock, and plain ones. */
const DAYS = [
  '2026-03-07',
  '2026-03-08',
  '2026-03-29',
  '2026-04-05',
  '2026-04-24',
  '2026-06-17',
  '2026-10-04',
  '2026-10-25',
  '2026-10-30',
  '2026-11-01',
  '2026-12-31',
  '2027-02-06',
]

const CLOCKS = [
  '00:00',
  '01:30',
  '02:00',
  '02:30',
  '03:00',
  '08:00',
  '09:00',
  '09:20',
  '12:00',
  '20:00',
  '21:00',
  '22:15',
]

const WINDOWS = [
  [['09:20', '11:45']],
  [
    ['09:20', '11:45'],
    ['13:30', '17:30'],
  ],
  [['01:30', '02:30']],
  [['02:15', '02:45']],
  [['00:00', '24:00']],
  [['19:00', '24:00']],
  [['20:30', '20:45']],
] as const

const SUBJECTS = ['life', 'car']
const HOUR = 60
const DAY = 24 * HOUR

/** Lengths in minutes at which some rule begins or ends to matter. */
const LENGTHS = [1, 5, HOUR, 2 * HOUR, 3 * HOUR, 12 * HOUR, DAY, 3 * DAY, 28 * DAY, 30 * DAY, 31 * DAY, 60 * DAY]

/** One case. `whole` keeps every time on a whole minute, so that a walk by minutes meets every edge. */
export function caseOf(random: Random, whole: boolean): Case {
  const { chance, int, pick } = random
  const zones = pick(ZONES)
  const jitter = () => {
    const roll = int(10)
    if (roll < 4) return 0
    if (roll < 8) return pick([-1, 1]) * 60_000
    return whole ? 0 : pick([-1, 1])
  }
  const shift = (at: Temporal.Instant, minutes: number) => at.add({ milliseconds: minutes * 60_000 + jitter() })
  const clock = chance(0.5) ? pick(['12:00', '10:00', '15:10']) : pick(CLOCKS)
  const now = Temporal.PlainDateTime.from(`${pick(DAYS)}T${clock}`)
    .toZonedDateTime(pick(zones))
    .toInstant()
    .add({ milliseconds: chance(0.5) ? 0 : jitter() })
  const ago = () => shift(now, -pick(LENGTHS))
  const ahead = () => shift(now, pick(LENGTHS))
  const near = () => (chance(0.5) ? ago() : ahead())
  const windows = () => pick(WINDOWS)

  const one: Case = {
    now,
    packs: pick(SETS),
    number: { valid: true, country: 'CN', homeRegion: '44', zones, wish: null, minorUntil: null, vulnerable: false },
    lead: {
      onIssuedBatch: true,
      issuedToTsr: true,
      heldBy: 'tsr-1',
      notBefore: null,
      renewalExpiresOn: null,
      plan: { tries: int(7), lastTryAt: ago(), roundsLeft: int(2), closed: false },
    },
    agent: { id: 'tsr-1', registered: true, trained: true, authorised: true },
    product: { id: 'p-1', listed: true },
    subject: pick(SUBJECTS),
    purpose: 'sale',
    mode: pick(['manual', 'preview', 'progressive']),
    line: { callerIdApproved: true, recordingReady: true },
    ledger: [],
    doNotCall: [],
    nationalListAsOf: shift(now, -DAY),
    consents: [{ purpose: 'sale', givenAt: shift(now, -90 * DAY), expiresAt: null, withdrawnAt: null }],
    acts: [],
    localHours: [],
  }
  const lead = one.lead!

  const past = () => {
    const at = chance(0.5) ? shift(now, -int(20)) : ago()
    return { at: at.epochMilliseconds > now.epochMilliseconds ? now : at }
  }
  const dial = () => {
    const { at } = past()
    const answered = chance(0.5)
    const over = chance(0.5) ? null : shift(at, int(6))
    const endedAt = over && (over.epochMilliseconds > now.epochMilliseconds ? now : over)
    return {
      at,
      endedAt: endedAt && endedAt.epochMilliseconds < at.epochMilliseconds ? at : endedAt,
      answered,
      brokeOff: answered && chance(0.6),
      abandoned: chance(0.15),
      failed: !answered && chance(0.3),
      subject: pick(SUBJECTS),
      cold: chance(0.7),
    }
  }
  const act = (): CustomerAct => {
    const recordId = chance(0.85) ? 'r-1' : null
    if (chance(0.25)) return { kind: 'inbound', at: ago(), recordId }
    const from = near()
    const to = shift(from, pick(LENGTHS))
    if (chance(0.6)) return { kind: 'namedTime', from, to, recordId }
    const kind = pick(['openQuote', 'openApplication', 'ownPolicyService'] as const)
    return { kind, from, to: chance(0.4) ? null : to, recordId }
  }
  const many = <T>(n: number, make: () => T): T[] => Array.from({ length: n }, make)

  const faults: (() => void)[] = [
    () => (one.number.valid = false),
    () => (one.lead = null),
    () => (lead.onIssuedBatch = false),
    () => (lead.issuedToTsr = false),
    () => (lead.heldBy = pick([null, 'tsr-2'])),
    () => (one.agent = { ...one.agent, registered: false }),
    () => (one.agent = { ...one.agent, trained: false }),
    () => (one.agent = { ...one.agent, authorised: false }),
    () =>
      (one.doNotCall = many(1 + int(2), () => ({
        list: pick(['own', 'own', 'shared', 'national'] as const),
        since: shift(now, -pick([DAY, 183 * DAY, 365 * DAY])),
        until: chance(0.25) ? null : near(),
      }))),
    () => (one.nationalListAsOf = chance(0.2) ? null : shift(now, -pick([27, 28, 30, 31]) * DAY)),
    () => (one.consents = []),
    () =>
      (one.consents = many(1 + int(3), () => ({
        purpose: chance(0.7) ? 'sale' : 'service',
        givenAt: ago(),
        expiresAt: chance(0.4) ? null : near(),
        withdrawnAt: chance(0.5) ? null : near(),
      }))),
    () => (one.number.zones = []),
    () => (one.number.wish = windows()),
    () =>
      (one.localHours = many(1 + int(2), () => ({
        id: 'local',
        windows: chance(0.3) ? [['00:00', '24:00']] : windows(),
        closedWeekdays: chance(0.5) ? [] : [1 + int(7)],
        closedOn: chance(0.5) ? [] : [pick(DAYS)],
        customerRequestExcepts: chance(0.5),
        source: 'centre',
        mark: 'design',
      }))),
    () => {
      one.number.homeRegion = pick(['65', '54', null])
      one.number.country = pick(['CN', 'CN', 'US', null])
    },
    () => (one.ledger = many(1 + int(8), dial)),
    () => (one.ledger = many(1 + int(8), dial)),
    () => (one.ledger = many(1 + int(3), () => ({ ...dial(), answered: true, brokeOff: true, failed: false }))),
    () => (one.acts = many(1 + int(2), act)),
    () => (one.acts = many(1 + int(2), act)),
    () => (one.mode = pick(['power', 'predictive'])),
    () => (one.number.minorUntil = near()),
    () => (one.number.vulnerable = true),
    () => (one.line.callerIdApproved = false),
    () => (one.line.recordingReady = false),
    () => (one.product = { ...one.product, listed: false }),
    () => (lead.plan = { tries: 5 + int(3), lastTryAt: ago(), roundsLeft: int(2), closed: chance(0.2) }),
    () => {
      const today = now.toZonedDateTimeISO(pick(zones)).toPlainDate()
      lead.renewalExpiresOn = today.add({ days: pick([0, 38, 39, 40, 41, 42, 90]) })
    },
    () => (lead.notBefore = near()),
  ]
  for (let n = pick([0, 1, 1, 2, 2, 3, 5]); n > 0; n--) pick(faults)()
  return one
}
