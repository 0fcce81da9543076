import type { GateInput } from '../src/modules/compliance/dial.ts'
import file from '../src/modules/compliance/packs.json' with { type: 'json' }

/*
 * A second reading of the rules of calling, for judging the first. It is written from the rules' prose, shares no code
 * with the gate, looks at one instant at a time and knows no short cut: calendar objects, plain loops, and a walk minute
 * by minute where the gate computes. Slow on purpose.
 */

type Figures = {
  id: string
  extends?: string
  hours?: string[][]
  hoursException?: string
  dnc?: { endAllowed: boolean; minDays: number | null }
  dncListMaxAgeDays?: number
  basisRequired?: boolean
  recordAll?: boolean
  sameCallee?: { max: number; perSeconds: number }[]
  sameCalleeSameSubject?: { max: number; perSeconds: number }[]
  countFailures?: boolean
  excludeHomeRegions?: { country: string; regions: string[] }
  appliesTo?: string
  sameContactRedial?: { withinSeconds: number; max: number }
  attemptPlanDays?: number[]
  restDays?: number
  abandon?: { maxShare: number; restHours: number | null }
  renewalEarliestDays?: number
}

const book = file.packs as unknown as Figures[]

/** A pack with everything it takes over: its own word first, then its parent's. */
function figuresOf(id: string): Figures {
  const own = book.find((pack) => pack.id === id)!
  return own.extends ? Object.assign({}, figuresOf(own.extends), own) : own
}

type Past = GateInput['ledger'][number]

const isAfter = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) > 0
const reached = (a: Temporal.Instant, t: Temporal.Instant) => Temporal.Instant.compare(a, t) <= 0
const within = (t: Temporal.Instant, from: Temporal.Instant, to: Temporal.Instant | null) =>
  reached(from, t) && (to === null || !reached(to, t))

/** Does a clock in this place stand inside one of the windows? */
function clockInside(t: Temporal.Instant, zone: string, windows: readonly (readonly string[])[]): boolean {
  const time = t.toZonedDateTimeISO(zone).toPlainTime()
  for (const [from, to] of windows) {
    if (Temporal.PlainTime.compare(time, from!) < 0) continue
    if (to === '24:00' || Temporal.PlainTime.compare(time, to!) < 0) return true
  }
  return false
}

/** Did the customer ask for a call at just this time, on record? */
function customerNamed(input: GateInput, t: Temporal.Instant): boolean {
  for (const act of input.acts)
    if (act.kind === 'namedTime' && act.recordId !== null && within(t, act.from, act.to)) return true
  return false
}

/** Warm by what the customer did and a record shows; everything else is cold. */
function isWarm(input: GateInput, t: Temporal.Instant): boolean {
  if (customerNamed(input, t)) return true
  for (const act of input.acts) {
    if (act.recordId === null) continue
    if (act.kind === 'inbound' && within(t, act.at, act.at.add({ hours: 30 * 24 }))) return true
    if (act.kind === 'openQuote' || act.kind === 'openApplication' || act.kind === 'ownPolicyService')
      if (within(t, act.from, act.to)) return true
  }
  return false
}

type Contact = { calls: Past[]; mine: boolean }

/**
 * The ledger gathered into contacts, with the dial in question put at its end. A redial soon after the end of the last
 * answered call, when that call broke off, belongs to that call's contact as long as the contact has room.
 */
function contactsOf(input: GateInput, t: Temporal.Instant, redial: Figures['sameContactRedial']): Contact[] {
  const inOrder = [...input.ledger].sort((a, b) => Temporal.Instant.compare(a.at, b.at))
  const mine = { at: t, answered: false, brokeOff: false } as Past
  const contacts: Contact[] = []
  const earlier: Past[] = []
  for (const call of [...inOrder, mine]) {
    let home: Contact | undefined
    const before = [...earlier].reverse().find((past) => past.answered)
    if (redial && before?.brokeOff) {
      const end = before.endedAt ?? before.at
      const owner = contacts.find((contact) => contact.calls.includes(before))!
      const soon = within(call.at, end, end.add({ seconds: redial.withinSeconds }))
      if (soon && owner.calls.length <= redial.max) home = owner
    }
    if (home) home.calls.push(call)
    else contacts.push({ calls: [call], mine: false })
    if (call === mine) for (const contact of contacts) contact.mine = contact.calls.includes(mine)
    earlier.push(call)
  }
  return contacts
}

/** Says under which rules a dial at `t` is refused: 'code', or 'code@pack' for what a pack decides, caps with window. */
export function refusalsAt(input: GateInput, t: Temporal.Instant): Set<string> {
  const no = new Set<string>()
  const packs = input.packs.map((pack) => figuresOf(pack.id))
  const { number, lead, agent } = input

  // Number valid and on an issued batch; agent fit; lead in his hands.
  if (!number.valid) no.add('numberInvalid')
  if (lead === null || !lead.onIssuedBatch) no.add('numberNotIssued')
  if (lead !== null && !lead.issuedToTsr) no.add('leadNotIssued')
  if (lead !== null && lead.heldBy !== agent.id) no.add('leadNotHeld')
  if (!agent.registered) no.add('agentNotRegistered')
  if (!agent.trained) no.add('agentNotTrained')
  if (!agent.authorised) no.add('productNotAuthorised')

  // Do-not-call: the own list without end unless a pack lets a centre set one and none forbids it.
  const speaking = packs.filter((pack) => pack.dnc)
  const endsAllowed = speaking.length > 0 && speaking.every((pack) => pack.dnc!.endAllowed)
  for (const entry of input.doNotCall) {
    if (entry.list === 'shared' && (entry.until === null || isAfter(entry.until, t))) no.add('dncShared')
    if (entry.list === 'national' && (entry.until === null || isAfter(entry.until, t))) no.add('dncNational')
    if (entry.list !== 'own') continue
    const past = endsAllowed && entry.until !== null && reached(entry.until, t)
    const minimum = speaking.every((pack) => reached(entry.since.add({ hours: 24 * (pack.dnc!.minDays ?? 0) }), t))
    if (!past || !minimum) no.add('dncOwn')
  }
  for (const pack of packs) {
    if (pack.dncListMaxAgeDays === undefined) continue
    const asOf = input.nationalListAsOf
    if (asOf === null || reached(asOf.add({ hours: 24 * pack.dncListMaxAgeDays }), t)) no.add(`dncListStale@${pack.id}`)
  }

  // A basis for this purpose; a withdrawal of any stops all, until consent to this purpose is given anew.
  const forThis = input.consents.filter((consent) => consent.purpose === input.purpose)
  const gone = (consent: (typeof forThis)[number]) => consent.withdrawnAt !== null && reached(consent.withdrawnAt, t)
  for (const consent of input.consents) {
    if (!gone(consent)) continue
    const anew = forThis.filter((later) => isAfter(later.givenAt, consent.withdrawnAt!) && !gone(later))
    if (anew.length === 0) no.add('consentWithdrawn')
  }
  const kept = forThis.filter((consent) => !gone(consent))
  const over = kept.filter((consent) => consent.expiresAt !== null && reached(consent.expiresAt, t))
  for (const pack of packs) {
    if (!pack.basisRequired) continue
    if (forThis.length === 0) no.add(`basisMissing@${pack.id}`)
    if (kept.length > 0 && kept.length === over.length) no.add(`consentExpired@${pack.id}`)
  }

  // Hours where the callee is, wherever that may be.
  const named = customerNamed(input, t)
  if (number.zones.length === 0) no.add('placeUnknown')
  for (const zone of number.zones) {
    for (const pack of packs) {
      if (!pack.hours || clockInside(t, zone, pack.hours)) continue
      if (!(named && pack.hoursException === 'customerRequest')) no.add(`hours@${pack.id}`)
    }
    for (const local of input.localHours) {
      const here = t.toZonedDateTimeISO(zone)
      const closed =
        local.closedWeekdays.includes(here.dayOfWeek) || local.closedOn.includes(here.toPlainDate().toString())
      if (!closed && clockInside(t, zone, local.windows)) continue
      if (!(named && local.customerRequestExcepts)) no.add('hoursLocal')
    }
    if (number.wish !== null && !named && !clockInside(t, zone, number.wish)) no.add('hoursWish')
  }

  // Home regions the line does not serve; an unknown one passes.
  for (const pack of packs) {
    const out = pack.excludeHomeRegions
    if (out && number.country === out.country && out.regions.some((region) => region === number.homeRegion))
      no.add(`regionExcluded@${pack.id}`)
  }

  // How often this number was called, by anybody.
  for (const pack of packs) {
    const forColdOnly = pack.appliesTo === 'cold'
    if (forColdOnly && isWarm(input, t)) continue
    const contacts = contactsOf(input, t, pack.sameContactRedial)
    const mine = contacts.find((contact) => contact.mine)!
    if (mine.calls.length > 1) continue
    const calls = contacts
      .filter((contact) => contact !== mine)
      .map((contact) => contact.calls[0]!)
      .filter((call) => pack.countFailures || !call.failed)
      .filter((call) => !forColdOnly || call.cold)
    const recent = (seconds: number) => calls.filter((call) => isAfter(call.at.add({ seconds }), t))
    for (const { max, perSeconds } of pack.sameCallee ?? [])
      if (recent(perSeconds).length >= max) no.add(`${forColdOnly ? 'capCold' : 'capCallee'}@${pack.id}/${perSeconds}`)
    for (const { max, perSeconds } of pack.sameCalleeSameSubject ?? [])
      if (recent(perSeconds).filter((call) => call.subject === input.subject).length >= max)
        no.add(`capSubject@${pack.id}/${perSeconds}`)

    // The plan of tries: closed or used up, or resting before the next round.
    if (lead === null || !pack.attemptPlanDays) continue
    const { plan } = lead
    const usedUp = plan.tries >= pack.attemptPlanDays.length
    if (plan.closed || (usedUp && plan.roundsLeft === 0)) no.add(`planFinished@${pack.id}`)
    else if (usedUp && plan.lastTryAt && isAfter(plan.lastTryAt.add({ hours: 24 * pack.restDays! }), t))
      no.add(`planResting@${pack.id}`)
  }

  // After an abandoned call, and ways of dialling that can abandon one.
  for (const pack of packs) {
    const rest = pack.abandon?.restHours
    for (const call of input.ledger)
      if (rest && call.abandoned && isAfter(call.at.add({ hours: rest }), t)) no.add(`restAfterAbandon@${pack.id}`)
    if (pack.abandon?.maxShare === 0 && ['power', 'predictive'].includes(input.mode))
      no.add(`modeCanAbandon@${pack.id}`)
  }

  // The person, the line, the product.
  if (number.minorUntil !== null && isAfter(number.minorUntil, t)) no.add('minor')
  if (number.vulnerable) no.add('vulnerable')
  if (!input.line.callerIdApproved) no.add('callerIdNotApproved')
  for (const pack of packs) if (pack.recordAll && !input.line.recordingReady) no.add(`recordingNotReady@${pack.id}`)
  if (!input.product.listed) no.add('productNotListed')

  // Too early: a renewal by the callee's calendar, a web customer by his own word.
  for (const pack of packs) {
    const expires = lead?.renewalExpiresOn
    if (!expires || pack.renewalEarliestDays === undefined) continue
    for (const zone of number.zones.length > 0 ? number.zones : ['UTC']) {
      const today = t.toZonedDateTimeISO(zone).toPlainDate()
      if (today.until(expires, { largestUnit: 'days' }).days > pack.renewalEarliestDays)
        no.add(`renewalTooEarly@${pack.id}`)
    }
  }
  if (lead !== null && lead.notBefore !== null && isAfter(lead.notBefore, t)) no.add('notBefore')
  return no
}

/**
 * Walks from `from` to `to` (both on a grid of whole minutes, `to` not included) in strides of so many minutes and
 * gives the first instant at which nothing refuses, null if there is none.
 */
export function walk(
  input: GateInput,
  from: Temporal.Instant,
  to: Temporal.Instant,
  strideMinutes: number,
): Temporal.Instant | null {
  for (let t = from; isAfter(to, t); t = t.add({ minutes: strideMinutes }))
    if (refusalsAt(input, t).size === 0) return t
  return null
}
