import type { ConsentRecord, DoNotCallEntry } from './dial.ts'
import type { Pack } from './packs.ts'
import { type Finding, ms, NEVER, NO_FINDING, type Rule, type Sheet } from './sheet.ts'
import { dayStarts } from './zones.ts'

const DAY = 86_400_000

const unless = (holds: boolean): readonly Finding[] => (holds ? NO_FINDING : NEVER)

/** A rule that only time-free facts decide. */
const plain = (
  code: string,
  clause: string,
  topic: Rule['topic'],
  overridable: boolean,
  holds: (sheet: Sheet) => boolean,
): Rule => ({ code, clause, topic, overridable, refuses: (sheet) => unless(holds(sheet)) })

/** Refusals by each pack for which `binds` says so. */
const byPack = (sheet: Sheet, binds: (pack: Pack) => boolean, from: number | null = null): readonly Finding[] => {
  const found = sheet.packs.filter(binds).map((pack): Finding => ({ pack, from }))
  return found.length > 0 ? found : NO_FINDING
}

/** Number, lead and agent: who may dial this at all. */
export const STANDING_RULES: readonly Rule[] = [
  plain('numberInvalid', 'S3.6', null, false, ({ input }) => input.number.valid),
  plain('numberNotIssued', 'S4.4.10a', 'random', true, ({ input }) => input.lead?.onIssuedBatch === true),
  plain('leadNotIssued', 'S4.4.10a', 'random', true, ({ input }) => input.lead?.issuedToTsr !== false),
  plain('agentNotRegistered', 'S3.6', 'training', true, ({ input }) => input.agent.registered),
  plain('agentNotTrained', 'S3.6', 'training', true, ({ input }) => input.agent.trained),
  plain('productNotAuthorised', 'S4.6.4', 'training', true, ({ input }) => input.agent.authorised),
  plain('leadNotHeld', 'S4.4.10a', null, true, ({ input }) => !input.lead || input.lead.heldBy === input.agent.id),
]

/**
 * When an own entry really ends. A centre may set an end only where an active pack allows one and none forbids it,
 * and never before the longest minimum of the active packs; else it has no end.
 */
function endOfOwnEntry(packs: readonly Pack[], entry: DoNotCallEntry): number {
  const until = ms(entry.until)
  let minDays: number | null = null
  for (const { dnc } of packs) {
    if (!dnc) continue
    if (!dnc.endAllowed) return Infinity
    minDays = Math.max(minDays ?? 0, dnc.minDays ?? 0)
  }
  if (until === null || minDays === null) return Infinity
  return Math.max(until, entry.since.epochMilliseconds + minDays * DAY)
}

const onList = (code: string, list: DoNotCallEntry['list']): Rule => ({
  code,
  clause: 'S3.6',
  topic: 'dnc',
  overridable: false,
  refuses: ({ input, packs }, t) => {
    let end = -Infinity
    for (const entry of input.doNotCall) {
      if (entry.list !== list) continue
      end = Math.max(end, list === 'own' ? endOfOwnEntry(packs, entry) : (ms(entry.until) ?? Infinity))
    }
    if (t >= end) return NO_FINDING
    return end === Infinity ? NEVER : [{ pack: null, from: end, variant: 'Until' }]
  },
})

const withdrawnAt = (consent: ConsentRecord, t: number) =>
  consent.withdrawnAt !== null && consent.withdrawnAt.epochMilliseconds <= t

const expiredAt = (consent: ConsentRecord, t: number) =>
  consent.expiresAt !== null && consent.expiresAt.epochMilliseconds <= t

/** Do-not-call lists and the basis for calling at all. */
export const WISH_RULES: readonly Rule[] = [
  onList('dncOwn', 'own'),
  onList('dncShared', 'shared'),
  onList('dncNational', 'national'),
  {
    code: 'dncListStale',
    clause: 'S3.6',
    topic: 'dncList',
    overridable: false,
    refuses: (sheet, t) => {
      const asOf = ms(sheet.input.nationalListAsOf) ?? -Infinity
      const found: Finding[] = []
      for (const pack of sheet.packs) {
        const days = pack.dncListMaxAgeDays
        if (days && t >= asOf + days * DAY) found.push({ pack, from: null, values: () => ({ days }) })
      }
      return found.length > 0 ? found : NO_FINDING
    },
  },
  {
    code: 'basisMissing',
    clause: 'S3.6',
    topic: 'basis',
    overridable: true,
    refuses: (sheet) => {
      const { consents, purpose } = sheet.input
      if (consents.some((consent) => consent.purpose === purpose)) return NO_FINDING
      return byPack(sheet, (pack) => pack.basisRequired === true)
    },
  },
  {
    // One withdrawal stops all calling, whatever it was given for, until the customer consents anew to this purpose.
    code: 'consentWithdrawn',
    clause: 'S3.6',
    topic: 'withdraw',
    overridable: false,
    refuses: ({ input }, t) => {
      const stands = input.consents.some((consent) => {
        if (!withdrawnAt(consent, t)) return false
        const at = consent.withdrawnAt!.epochMilliseconds
        return !input.consents.some(
          (later) => later.purpose === input.purpose && later.givenAt.epochMilliseconds > at && !withdrawnAt(later, t),
        )
      })
      return unless(!stands)
    },
  },
  {
    code: 'consentExpired',
    clause: 'S3.6',
    topic: 'basis',
    overridable: true,
    refuses: (sheet, t) => {
      const { consents, purpose } = sheet.input
      const kept = consents.filter((consent) => consent.purpose === purpose && !withdrawnAt(consent, t))
      if (kept.length === 0 || kept.some((consent) => !expiredAt(consent, t))) return NO_FINDING
      return byPack(sheet, (pack) => pack.basisRequired === true)
    },
  },
]

/** Home regions a line does not serve. An unknown region passes; the verdict notes it. */
export const REGION_RULES: readonly Rule[] = [
  {
    code: 'regionExcluded',
    clause: 'S3.6',
    topic: 'regions',
    overridable: true,
    refuses: (sheet) => {
      const { country, homeRegion } = sheet.input.number
      if (homeRegion === null) return NO_FINDING
      return byPack(
        sheet,
        ({ excludeHomeRegions: out }) => out?.country === country && out.regions.includes(homeRegion),
      )
    },
  },
]

/** The way of dialling, the person called, the line, the product. */
export const LINE_RULES: readonly Rule[] = [
  {
    code: 'modeCanAbandon',
    clause: 'S3.6',
    topic: 'abandonMode',
    overridable: true,
    refuses: (sheet) => {
      const { mode } = sheet.input
      if (mode !== 'power' && mode !== 'predictive') return NO_FINDING
      return byPack(sheet, (pack) => pack.abandon?.maxShare === 0)
    },
  },
  {
    code: 'minor',
    clause: 'S3.6',
    topic: 'minor',
    overridable: true,
    refuses: ({ input }, t) => {
      const until = ms(input.number.minorUntil)
      return until !== null && t < until ? [{ pack: null, from: until }] : NO_FINDING
    },
  },
  plain('vulnerable', 'S3.6', 'vulnerable', true, ({ input }) => !input.number.vulnerable),
  plain('callerIdNotApproved', 'S3.6', 'callerId', true, ({ input }) => input.line.callerIdApproved),
  {
    code: 'recordingNotReady',
    clause: 'S3.6',
    topic: 'recording',
    overridable: true,
    refuses: (sheet) =>
      sheet.input.line.recordingReady ? NO_FINDING : byPack(sheet, (pack) => pack.recordAll === true),
  },
  plain('productNotListed', 'S3.6', 'product', true, ({ input }) => input.product.listed),
]

/** Dates before which this dial is too early. */
export const DATE_RULES: readonly Rule[] = [
  {
    code: 'renewalTooEarly',
    clause: 'S3.6',
    topic: 'renewal',
    overridable: true,
    refuses: (sheet, t) => {
      const expires = sheet.input.lead?.renewalExpiresOn
      if (!expires) return NO_FINDING
      const found: Finding[] = []
      for (const pack of sheet.packs) {
        const days = pack.renewalEarliestDays
        if (!days) continue
        const first = expires.subtract({ days })
        const from = Math.max(...sheet.clocks.map((zone) => dayStarts(first, zone)))
        if (t < from) found.push({ pack, from, values: () => ({ days, expires: expires.toString() }) })
      }
      return found
    },
  },
  {
    code: 'notBefore',
    clause: 'S3.6',
    topic: null,
    overridable: true,
    refuses: ({ input }, t) => {
      const from = ms(input.lead?.notBefore ?? null)
      return from !== null && t < from ? [{ pack: null, from }] : NO_FINDING
    },
  },
]
