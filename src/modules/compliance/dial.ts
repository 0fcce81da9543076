import type { CustomerAct } from './contact.ts'
import type { Pack } from './packs.ts'

/** An open window of a day on a wall clock, 'HH:MM' to 'HH:MM', [from, to); '24:00' ends the day. */
export type DayWindow = readonly [from: string, to: string]

/** The number to dial and the person behind it. */
export type DialNumber = {
  /** False when it is no possible number of its country, or a fictional one outside a demo centre. */
  readonly valid: boolean
  /** ISO 3166 alpha-2, null where unknown. */
  readonly country: string | null
  /** Home region: in China the two digits of the province, null where unknown. */
  readonly homeRegion: string | null
  /** Every IANA zone the callee may be in; all of them must be open. Empty = unknown, which refuses. */
  readonly zones: readonly string[]
  /** Wall-clock windows the customer asked to be called in; null = no wish. */
  readonly wish: readonly DayWindow[] | null
  /** The 18th birthday of a known minor, else null. */
  readonly minorUntil: Temporal.Instant | null
  /** Flagged by a person as vulnerable. */
  readonly vulnerable: boolean
}

/** The lead the dial is for; null in the input where somebody typed a number of his own. */
export type DialLead = {
  /** On an issued batch, or a recorded referral or inbound contact. */
  readonly onIssuedBatch: boolean
  /** Handed down by the team leader to a TSR. */
  readonly issuedToTsr: boolean
  readonly heldBy: string | null
  /** The web customer's own earliest time, null = none. */
  readonly notBefore: Temporal.Instant | null
  /** Last day of cover of the policy to be renewed; null when the dial is not for a renewal. */
  readonly renewalExpiresOn: Temporal.PlainDate | null
  readonly plan: {
    /** Tries of the present round. */
    readonly tries: number
    readonly lastTryAt: Temporal.Instant | null
    /** Rounds still to come after a rest. */
    readonly roundsLeft: number
    /** Closed by a final outcome: refusal, sale, invalid. */
    readonly closed: boolean
  }
}

/** One past dial of this number by anybody of the centre, for any batch; `at` is not after `now`. */
export type PastDial = {
  readonly at: Temporal.Instant
  /** End of the call; null = ended at once. */
  readonly endedAt: Temporal.Instant | null
  readonly answered: boolean
  /** The line broke off; not a hang-up of either side. */
  readonly brokeOff: boolean
  /** A person answered and no agent was there. */
  readonly abandoned: boolean
  /** Never rang at the callee: line or network failure. */
  readonly failed: boolean
  readonly subject: string
  /** Whether the contact was cold when dialled. */
  readonly cold: boolean
}

/** One do-not-call entry for this number. `until` null = no end. */
export type DoNotCallEntry = {
  readonly list: 'own' | 'shared' | 'national'
  readonly since: Temporal.Instant
  readonly until: Temporal.Instant | null
}

/** One recorded basis of the customer for a purpose. */
export type ConsentRecord = {
  readonly purpose: string
  readonly givenAt: Temporal.Instant
  readonly expiresAt: Temporal.Instant | null
  readonly withdrawnAt: Temporal.Instant | null
}

/** Hours of the centre's rulebook for the callee's region or group of people; they can only narrow the packs'. */
export type LocalHours = {
  readonly id: string
  readonly windows: readonly DayWindow[]
  /** 1 = Monday to 7 = Sunday. */
  readonly closedWeekdays: readonly number[]
  /** ISO days, 'YYYY-MM-DD', at the callee's place. */
  readonly closedOn: readonly string[]
  readonly customerRequestExcepts: boolean
  readonly source: string
  readonly mark: string
}

/** How the number is dialled. Power and predictive dialling can reach a person with no agent free; the others cannot. */
export type DialMode = 'manual' | 'preview' | 'progressive' | 'power' | 'predictive'

/** Everything the gate needs to know of one dial. Plain data; nothing is looked up. */
export type GateInput = {
  /** Whole milliseconds. */
  readonly now: Temporal.Instant
  readonly packs: readonly Pack[]
  readonly number: DialNumber
  readonly lead: DialLead | null
  readonly agent: {
    readonly id: string
    readonly registered: boolean
    /** Course and exam passed. */
    readonly trained: boolean
    /** Holds the authorisation for this product. */
    readonly authorised: boolean
  }
  readonly product: { readonly id: string /** On the channel's whitelist. */; readonly listed: boolean }
  /** What the dial is about, for caps by subject. */
  readonly subject: string
  /** What the customer's data are used for, for consents. */
  readonly purpose: string
  readonly mode: DialMode
  readonly line: { readonly callerIdApproved: boolean; readonly recordingReady: boolean }
  /** Any order. */
  readonly ledger: readonly PastDial[]
  readonly doNotCall: readonly DoNotCallEntry[]
  /** Date of the national list last imported; null = never. */
  readonly nationalListAsOf: Temporal.Instant | null
  readonly consents: readonly ConsentRecord[]
  /** The customer's own recorded acts. */
  readonly acts: readonly CustomerAct[]
  readonly localHours: readonly LocalHours[]
}
