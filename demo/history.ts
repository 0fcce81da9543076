import type { LineResult, Outcome } from '../src/modules/calls/rules.ts'
import { LINE_RESULTS, OUTCOMES } from '../src/modules/calls/rules.ts'
import { type AttemptPlan, type Band, bandAt, type ClosedAs, nextAttempt } from '../src/modules/leads/rules.ts'
import type { Chance } from './chance.ts'
import type { Ending } from './list.ts'

/*
 * The days of agents at their telephones, played by chance and by how the contacts of the bank's campaign really ended. It
 * knows no database: leads go in, calls and where each lead stands after them come out. Instants are milliseconds.
 */

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

/** A lead in an agent's hands, and how it was tried so far. */
export type PlayedLead = {
  readonly id: string
  readonly customerId: string
  readonly phoneId: string
  readonly batchId: string
  readonly productId: string
  readonly ending: Ending
  agentId: string
  groupId: string
  state: 'agent' | 'group' | 'closed'
  round: number
  /** Tries of this round. */
  tries: { at: number; band: string }[]
  dueAt: number | null
  dueBand: string | null
  lastTryAt: number | null
  warmUntil: number | null
  closedAs: ClosedAs | null
  closedAt: number | null
  contacts: number
  promise: PlayedPromise | null
}

export type PlayedPromise = {
  readonly id: string
  readonly lead: PlayedLead
  readonly from: number
  readonly to: number
  readonly madeIn: string
  readonly madeAt: number
  readonly agentId: string
  readonly groupId: string
  ended: { readonly at: number; readonly state: 'kept' | 'missed'; readonly why: string } | null
}

export type PlayedCall = {
  readonly id: string
  readonly lead: PlayedLead
  readonly agentId: string
  readonly groupId: string
  readonly why: 'callback' | 'warm' | 'fresh' | 'retry'
  readonly claimedAt: number
  readonly dialledAt: number
  readonly answeredAt: number | null
  readonly endedAt: number
  readonly wrappedAt: number
  readonly lineResult: LineResult
  readonly outcome: Outcome
  readonly band: string
  /** Number of the try in its round; null where our own line failed. */
  readonly round: number
  readonly attempt: number | null
  readonly leadAfter: string
  /** The promise that this call kept, or missed. */
  readonly answers: PlayedPromise | null
}

export type Agent = { readonly id: string; readonly groupId: string; readonly skill: number }
export type Pause = { readonly agentId: string; readonly from: number; readonly to: number }
export type PlayedDay = {
  readonly calls: readonly PlayedCall[]
  readonly promises: readonly PlayedPromise[]
  readonly touched: ReadonlySet<PlayedLead>
  readonly onlineAt: ReadonlyMap<string, number>
}

export type Rules = {
  readonly zone: string
  readonly bands: readonly Band[]
  readonly plan: AttemptPlan
  readonly callbackMinutes: number
  readonly isWorkday: (day: Temporal.PlainDate) => boolean
}

/** What a line gives back, by weight: about two in five are answered. */
const LINES: Readonly<Partial<Record<LineResult, number>>> = {
  ...{ answered: 400, brokeOff: 8, noAnswer: 310, busy: 75, declined: 95, switchedOff: 70, machine: 22 },
  ...{ suspended: 9, noSuchNumber: 6, lineFailure: 5 },
}
/** What somebody says who does not buy, by weight. */
const WORDS: Readonly<Partial<Record<Outcome, number>>> = {
  ...{ hungUp: 150, wrongPerson: 45, later: 290, callback: 95, interested: 60, refused: 270 },
  ...{ refusedForGood: 12, wrongNumber: 14, notEligible: 26 },
}
/** Share of the bank's buyers who buy here too. */
const BUYS = 0.5
/** Seconds of the dialling day that an agent leaves unused at its end: the practice hour begins. */
const LAST_DIAL = '17:00'

const instant = (at: number) => Temporal.Instant.fromEpochMilliseconds(at)

/** An id that sorts by its moment, as the database makes them. */
export function idAt(at: number, dice: Chance): string {
  const hex = (digits: number) =>
    Math.floor(dice.next() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0')
  const time = at.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${'89ab'[dice.between(0, 3)]}${hex(3)}-${hex(12)}`
}

/** Plays a working day of everybody who is there. Changes the leads. */
export function playDay(
  day: Temporal.PlainDate,
  agents: readonly Agent[],
  leads: readonly PlayedLead[],
  rules: Rules,
  dice: Chance,
): PlayedDay {
  const calls: PlayedCall[] = []
  const promises: PlayedPromise[] = []
  const touched = new Set<PlayedLead>()
  const onlineAt = new Map<string, number>()
  const byAgent = Map.groupBy(leads, ({ agentId }) => agentId)
  const wall = (time: string) =>
    day.toZonedDateTime({ timeZone: rules.zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds
  const stretches = rules.bands
    .map(({ from, to }) => ({ from: wall(from), to: Math.min(wall(to), wall(LAST_DIAL)) }))
    .filter(({ from, to }) => to > from)
  for (const agent of agents) {
    const own = byAgent.get(agent.id) ?? []
    let t = stretches[0]!.from + dice.between(-40, agent.skill < 0.8 ? 260 : 90) * SECOND
    onlineAt.set(agent.id, Math.max(t, stretches[0]!.from))
    for (const { from, to } of stretches) {
      t = Math.max(t, from + dice.between(5, 90) * SECOND)
      while (t < to) {
        const lead = nextOf(own, t, dice)
        if (!lead) {
          const due = own.map(({ state, dueAt }) =>
            state === 'agent' && dueAt !== null ? dueAt : Number.POSITIVE_INFINITY,
          )
          const wait = Math.min(...due)
          if (wait > to) break
          t = Math.max(wait, t + MINUTE)
          continue
        }
        const call = playCall(lead, agent, t, rules, wall, dice)
        calls.push(call)
        touched.add(lead)
        if (lead.promise?.madeIn === call.id) promises.push(lead.promise)
        t = call.wrappedAt + Math.round(dice.spread(22) / agent.skill) * SECOND
        if (dice.is(0.06)) t += dice.between(4, 11) * MINUTE
      }
    }
  }
  calls.sort((a, b) => a.dialledAt - b.dialledAt)
  return { calls, promises, touched, onlineAt }
}

/** A due promise, else fresh and retried ones mixed. */
function nextOf(own: readonly PlayedLead[], t: number, dice: Chance): PlayedLead | undefined {
  const due = own.filter(({ state, dueAt }) => state === 'agent' && dueAt !== null && dueAt <= t)
  const promised = due.find(({ promise }) => promise && !promise.ended)
  if (promised) return promised
  const [fresh, retry] = [due.filter(isFresh), due.filter((lead) => !isFresh(lead))]
  const [first, then] = dice.is(0.55) ? [fresh, retry] : [retry, fresh]
  return first[0] ?? then[0]
}

const isFresh = ({ tries, round }: PlayedLead) => tries.length === 0 && round === 1

function playCall(
  lead: PlayedLead,
  agent: Agent,
  claimedAt: number,
  rules: Rules,
  wall: (time: string) => number,
  dice: Chance,
): PlayedCall {
  const promise = lead.promise && !lead.promise.ended ? lead.promise : null
  const why = promise ? 'callback' : (lead.warmUntil ?? 0) > claimedAt ? 'warm' : isFresh(lead) ? 'fresh' : 'retry'
  const dialledAt = claimedAt + dice.spread(14) * SECOND
  const id = idAt(claimedAt, dice)
  const lineResult =
    promise && dice.is(0.5) ? 'answered' : (dice.weighted(LINES as Record<string, number>) as LineResult)
  const { reached, failed } = LINE_RESULTS[lineResult]
  const rang = dice.between(reached ? 5 : 18, reached ? 22 : 44) * SECOND
  const outcome: Outcome = reached ? saidBy(lead, agent, lineResult, dice) : 'notReached'
  const talk = !reached ? 0 : talkOf(lead, outcome, dice) * SECOND
  const answeredAt = reached ? dialledAt + rang : null
  const endedAt = (answeredAt ?? dialledAt + (failed ? 2 * SECOND : rang)) + talk
  const wrap = outcome === 'sale' ? dice.between(120, 300) : reached ? dice.spread(45) : dice.between(2, 9)
  const wrappedAt = endedAt + wrap * SECOND
  const band = bandAt(rules.bands, instant(dialledAt).toZonedDateTimeISO(rules.zone).toPlainTime()) ?? 'outside'
  const { round } = lead
  if (!failed) lead.tries.push({ at: dialledAt, band })
  const attempt = failed ? null : lead.tries.length
  if (promise && !failed)
    promise.ended = { at: wrappedAt, state: dialledAt <= promise.to ? 'kept' : 'missed', why: lineResult }
  if (OUTCOMES[outcome].contact) lead.contacts += 1
  if (!failed) lead.lastTryAt = dialledAt
  moveOn(lead, { id, outcome, lineResult, wrappedAt, agent }, rules, wall, dice)
  const leadAfter = lead.closedAs ?? lead.state
  return {
    ...{ id, lead, agentId: agent.id, groupId: agent.groupId, why, claimedAt, dialledAt, answeredAt, endedAt },
    ...{ wrappedAt, lineResult, outcome, band, round, attempt, leadAfter, answers: promise },
  }
}

/** What the customer says: the bank's buyers buy at about the contact at which they did. */
function saidBy(lead: PlayedLead, agent: Agent, line: LineResult, dice: Chance): Outcome {
  if (line === 'brokeOff') return 'later'
  const { bought, contacts } = lead.ending
  if (bought && lead.contacts + 1 >= Math.min(contacts, 3) && dice.is(BUYS * agent.skill)) return 'sale'
  return dice.weighted(WORDS as Record<string, number>) as Outcome
}

function talkOf(lead: PlayedLead, outcome: Outcome, dice: Chance): number {
  if (outcome === 'sale') return Math.max(420, Math.min(lead.ending.talk, 1500))
  if (outcome === 'hungUp' || outcome === 'wrongPerson' || outcome === 'wrongNumber') return dice.spread(17)
  if (outcome === 'refused' || outcome === 'refusedForGood') return dice.spread(75)
  return Math.max(20, Math.min(dice.spread(Math.max(40, Math.min(lead.ending.talk, 400))), 1200))
}

type Made = {
  readonly id: string
  readonly outcome: Outcome
  readonly lineResult: LineResult
  readonly wrappedAt: number
  readonly agent: Agent
}

/** Where the lead stands after the call: as `recordAttempt` would leave it. */
function moveOn(lead: PlayedLead, made: Made, rules: Rules, wall: (time: string) => number, dice: Chance): void {
  const { retires, failed } = LINE_RESULTS[made.lineResult]
  const closes = retires ? 'invalid' : OUTCOMES[made.outcome].closes
  lead.dueBand = null
  if (closes) close(lead, closes, made.wrappedAt)
  else if (OUTCOMES[made.outcome].callback) promiseOf(lead, made, rules, wall, dice)
  else if (failed) lead.dueAt = made.wrappedAt + 10 * MINUTE
  else byPlan(lead, made, rules)
}

function byPlan(lead: PlayedLead, made: Made, rules: Rules): void {
  const attempts = lead.tries.map(({ at, band }) => ({ at: instant(at), band }))
  const next = nextAttempt(rules.plan, rules.bands, attempts, lead.round, instant(made.wrappedAt), rules)
  if (next.kind === 'due') {
    lead.dueAt = next.at.epochMilliseconds
    lead.dueBand = next.band
  } else if (next.kind === 'finished') close(lead, 'planFinished', made.wrappedAt)
  else {
    lead.state = 'group'
    lead.round += 1
    lead.tries = []
    lead.dueAt = next.until.epochMilliseconds
    lead.closedAt = null
  }
}

function close(lead: PlayedLead, closedAs: ClosedAs, at: number): void {
  lead.state = 'closed'
  lead.closedAs = closedAs
  lead.closedAt = at
  lead.dueAt = null
}

/** A time that the customer names: later today, or one of the next working days. */
function promiseOf(lead: PlayedLead, made: Made, rules: Rules, wall: (time: string) => number, dice: Chance): void {
  const length = rules.callbackMinutes * MINUTE
  const today = made.wrappedAt + dice.between(60, 180) * MINUTE
  let from = today
  if (today > wall('16:40') || (today > wall('11:30') && today < wall('13:35')) || dice.is(0.6)) {
    let day = instant(made.wrappedAt).toZonedDateTimeISO(rules.zone).toPlainDate()
    let ahead = dice.between(1, 3)
    while (ahead > 0) {
      day = day.add({ days: 1 })
      if (rules.isWorkday(day)) ahead -= 1
    }
    const time = dice.pick(['09:30', '10:00', '10:30', '11:00', '13:40', '14:00', '14:30', '15:00', '16:00', '16:30'])
    from = day.toZonedDateTime({ timeZone: rules.zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds
  }
  from = Math.ceil(from / (5 * MINUTE)) * 5 * MINUTE
  const { id: agentId, groupId } = made.agent
  lead.promise = {
    ...{ id: idAt(made.wrappedAt, dice), lead, from, to: from + length, madeIn: made.id, madeAt: made.wrappedAt },
    ...{ agentId, groupId, ended: null },
  }
  // Played from the beginning of the window; in the books the lead itself is due after its end.
  lead.dueAt = from
  lead.warmUntil = from + length + DAY
}
