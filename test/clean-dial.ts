import { describe, expect, test } from 'vitest'
import type { GateInput, PastDial } from '../src/modules/compliance/dial.ts'
import { PACK_SETS, packsOf } from '../src/modules/compliance/packs.ts'
import { gate } from '../src/modules/compliance/rules.ts'

/* A dial with nothing against it, and tables of what happens when something is. */

const LIFE = packsOf(PACK_SETS.life)
const SHANGHAI = 'Asia/Shanghai'

/** An instant from the wall clock of a place. */
export const at = (wall: string, zone = SHANGHAI) => Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).toInstant()

/** A dial with nothing against it: a life centre, a Wednesday at ten. */
export const clean: GateInput = {
  now: at('2026-06-17T10:00'),
  packs: LIFE,
  number: {
    valid: true,
    country: 'CN',
    homeRegion: '44',
    zones: [SHANGHAI],
    wish: null,
    minorUntil: null,
    vulnerable: false,
  },
  lead: {
    onIssuedBatch: true,
    issuedToTsr: true,
    heldBy: 'tsr-1',
    notBefore: null,
    renewalExpiresOn: null,
    plan: { tries: 0, lastTryAt: null, roundsLeft: 1, closed: false },
  },
  agent: { id: 'tsr-1', registered: true, trained: true, authorised: true },
  product: { id: 'life-1', listed: true },
  subject: 'life',
  purpose: 'sale',
  mode: 'preview',
  line: { callerIdApproved: true, recordingReady: true },
  ledger: [],
  doNotCall: [],
  nationalListAsOf: null,
  consents: [{ purpose: 'sale', givenAt: at('2026-01-05T10:00'), expiresAt: null, withdrawnAt: null }],
  acts: [],
  localHours: [],
}

export const dialed = (wall: string, more: Partial<PastDial> = {}, zone = SHANGHAI): PastDial => ({
  ...{ at: at(wall, zone), endedAt: null, answered: false, brokeOff: false, abandoned: false, failed: false },
  ...{ subject: 'life', cold: true },
  ...more,
})

/** 'code@pack until wall clock' for each reason, and the next callable wall clock in the first zone. */
export function outcome(changes: Partial<GateInput>) {
  const input = { ...clean, ...changes }
  const zone = input.number.zones[0] ?? 'UTC'
  const wall = (t: Temporal.Instant | null) =>
    t === null ? 'never' : t.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' })
  const { reasons, callableFrom, allow } = gate(input)
  expect(allow).toBe(reasons.length === 0)
  const told = reasons.map((reason) => `${reason.code}${reason.pack ? `@${reason.pack}` : ''} ${wall(reason.from)}`)
  return { told, next: wall(callableFrom), reasons }
}

type Row = readonly [plainWords: string, changes: Partial<GateInput>, told: readonly string[], next: string]
export const table = (title: string, rows: readonly Row[]) =>
  describe(title, () => {
    test.each(rows)('%s', (_, changes, told, next) => {
      const result = outcome(changes)
      expect(result.told).toEqual(told)
      expect(result.next).toBe(next)
    })
  })

export const number = (more: Partial<GateInput['number']>) => ({ ...clean.number, ...more })
export const named = (from: string, to: string, recordId: string | null = 'callback-1') =>
  ({ kind: 'namedTime', from: at(from), to: at(to), recordId }) as const
export const us = (wall: string, more: Partial<GateInput> = {}, zones = ['America/New_York']): Partial<GateInput> => ({
  now: at(wall, zones[0]),
  packs: packsOf(['us-fl']),
  number: number({ country: 'US', homeRegion: 'FL', zones }),
  nationalListAsOf: at(wall, zones[0]).subtract({ hours: 24 }),
  ...more,
})

export const lead = (more: Partial<NonNullable<GateInput['lead']>>) => ({ ...clean.lead!, ...more })
