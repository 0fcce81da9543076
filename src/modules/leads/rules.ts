import { all, no, type Verdict, yes } from '../../lib/verdict.ts'

/** Where a lead is: with the company, with a group, in an agent's hands, or done with. */
export const STATES = ['pool', 'group', 'agent', 'closed'] as const
export type State = (typeof STATES)[number]

/** How a lead can end. superseded: a better list brought the same customer again; lost: a deal that was let go. */
export const CLOSED_AS = [
  ...(['sale', 'refusal', 'invalid', 'planFinished', 'expired', 'doNotCall', 'superseded', 'lost'] as const),
] as const
export type ClosedAs = (typeof CLOSED_AS)[number]

/** Ends that an attempt plan leads to; a lead that expired or was superseded was never worked through. [S4.4.10b] */
export const WORKED_THROUGH: readonly ClosedAs[] = ['sale', 'refusal', 'invalid', 'planFinished', 'doNotCall', 'lost']

/** The attempt plan of the rulebook (`attempt.plan`): on which days a lead is tried, how far apart, in how many bands. */
export type AttemptPlan = {
  /** Calendar days after the first try, one for each attempt, rising. */
  readonly days: readonly number[]
  readonly sameDayGapMinutes: number
  readonly minBands: number
  readonly minWeekdays: number
  /** Rest after a full round before the lead may be tried anew by another agent. */
  readonly restDays: number
  readonly recycles: number
}

/** A block of dialling hours (`dial.blocks`), 'HH:MM' on the centre's clock, [from, to). */
export type Band = { readonly key: string; readonly from: string; readonly to: string }

/** One try of the present round. */
export type Attempt = { readonly at: Temporal.Instant; readonly band: string }

export type NextAttempt =
  /** To be made from `at` on, in the band that `at` lies in. */
  | { readonly kind: 'due'; readonly at: Temporal.Instant; readonly band: string }
  /** The round is done; after the rest another agent may begin a new one. */
  | { readonly kind: 'rest'; readonly until: Temporal.Instant }
  /** Every round is done. */
  | { readonly kind: 'finished' }

type Days = { readonly zone: string; readonly isWorkday: (day: Temporal.PlainDate) => boolean }

/** How many days ahead a workday is looked for; no holiday is longer. */
const LOOK_AHEAD_DAYS = 30

/**
 * The next try of a lead by the attempt plan: not before its day, a working day; on the day of the last try only after
 * the gap and in another band; in a band not tried yet as long as the plan wants more bands; on another weekday once
 * the tries left are only just enough. Instants in whole milliseconds, days and bands on the centre's clock. [S4.4.10b]
 */
export function nextAttempt(
  plan: AttemptPlan,
  bands: readonly Band[],
  attempts: readonly Attempt[],
  round: number,
  now: Temporal.Instant,
  { zone, isWorkday }: Days,
): NextAttempt {
  const first = attempts[0]
  const last = attempts.at(-1)
  if (attempts.length >= plan.days.length && last) {
    if (round > plan.recycles) return { kind: 'finished' }
    return { kind: 'rest', until: last.at.add({ hours: plan.restDays * 24 }) }
  }
  const dayOf = (at: Temporal.Instant) => at.toZonedDateTimeISO(zone).toPlainDate()
  const today = dayOf(now)
  const planned = first ? dayOf(first.at).add({ days: plan.days[attempts.length]! }) : today
  const left = plan.days.length - attempts.length
  const bandsTried = new Set(attempts.map((attempt) => attempt.band))
  const weekdaysTried = new Set(attempts.map((attempt) => dayOf(attempt.at).dayOfWeek))
  const wantsNewBand = bandsTried.size < Math.min(plan.minBands, bands.length)
  const needsNewWeekday = plan.minWeekdays - weekdaysTried.size >= left
  let day = Temporal.PlainDate.compare(planned, today) < 0 ? today : planned
  for (let ahead = 0; ahead < LOOK_AHEAD_DAYS; ahead++, day = day.add({ days: 1 })) {
    if (!isWorkday(day) || (needsNewWeekday && weekdaysTried.has(day.dayOfWeek))) continue
    const sameDay = last !== undefined && dayOf(last.at).equals(day)
    const earliest = sameDay ? later(now, last.at.add({ minutes: plan.sameDayGapMinutes })) : now
    const open = bands
      .map((band) => ({ key: band.key, from: clock(day, band.from, zone), to: clock(day, band.to, zone) }))
      .filter((band) => Temporal.Instant.compare(band.to, earliest) > 0 && !(sameDay && band.key === last.band))
    const band = (wantsNewBand && open.find((one) => !bandsTried.has(one.key))) || open[0]
    if (band) return { kind: 'due', at: later(band.from, earliest), band: band.key }
  }
  return { kind: 'finished' }
}

const clock = (day: Temporal.PlainDate, time: string, zone: string) =>
  day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).toInstant()

const later = (a: Temporal.Instant, b: Temporal.Instant) => (Temporal.Instant.compare(a, b) > 0 ? a : b)

/** Why a lead is the next one, in the words of the calling plan. */
export type Kind = 'callback' | 'warm' | 'fresh' | 'retry'

/** One line of the calling plan (`dial.plan`) for a band and a weekday: the order, and how fresh and retry are mixed. */
export type PlanLine = {
  readonly band: string
  readonly weekdays: readonly number[]
  readonly order: readonly Kind[]
  readonly share: { readonly fresh: number; readonly retry: number }
}

/** The line in force; outside the bands, that of the last one. */
export const planLine = (plan: readonly PlanLine[], band: string | null, weekday: number): PlanLine | undefined =>
  plan.find((line) => line.band === band && line.weekdays.includes(weekday)) ?? plan.at(-1)

/**
 * The order in which kinds are looked for: the plan's, with fresh and retry swapped when the one named first has had
 * more than its share of today's dials. [S4.4.3]
 */
export function kindOrder(line: PlanLine, today: { readonly fresh: number; readonly retry: number }): readonly Kind[] {
  const dialled = today.fresh + today.retry
  if (dialled === 0) return line.order
  const [ahead, behind] =
    line.order.indexOf('fresh') < line.order.indexOf('retry')
      ? (['fresh', 'retry'] as const)
      : (['retry', 'fresh'] as const)
  if (today[ahead] / dialled <= line.share[ahead]) return line.order
  return line.order.map((kind) => (kind === ahead ? behind : kind === behind ? ahead : kind))
}

/** What a lead counts as in the calling plan at a moment. */
export function kindOf(
  lead: { readonly tries: number; readonly round: number; readonly warmUntil: Temporal.Instant | null },
  now: Temporal.Instant,
): Exclude<Kind, 'callback'> {
  if (lead.warmUntil && Temporal.Instant.compare(lead.warmUntil, now) > 0) return 'warm'
  return lead.tries === 0 && lead.round === 1 ? 'fresh' : 'retry'
}

/** A group that leads of the company are to go to. `stock`: leads with it and its agents that are not closed. */
export type Share = { readonly name: string; readonly stock: number; readonly quantity: number; readonly max: number }

/**
 * Whether so many leads of a list may go to these groups: the list is in, the pool holds them, and no group gets over its
 * stock. `importing` is the name of a list that is still coming in. [S4.4.10a]
 */
export function canIssue(
  { available, importing }: { readonly available: number; readonly importing: string | null },
  shares: readonly Share[],
): Verdict {
  if (importing !== null) return no('batchImporting', 'S4.4.10a', { name: importing })
  const quantity = shares.reduce((sum, share) => sum + share.quantity, 0)
  if (quantity === 0) return no('nothingToIssue', 'S4.4.10a')
  return all(
    quantity > available ? no('poolTooSmall', 'S4.4.10a', { quantity, available }) : yes,
    ...shares.map((share) =>
      share.quantity > 0 && share.stock + share.quantity > share.max
        ? no('groupOverStock', 'S4.4.10a', { ...share })
        : yes,
    ),
  )
}

/** What a leader must know of an agent before leads go down. */
export type Receiver = {
  readonly name: string
  readonly inGroup: boolean
  readonly isTsr: boolean
  /** On leave now, or excused for the rest of the day. */
  readonly away: boolean
  /** For the product of what is to go down, or for one of its products. */
  readonly authorised: boolean
  /** Leads in hand that are not closed. */
  readonly stock: number
}

/** Whether an agent may be given so many leads: of the group, at work, authorised, and not over his stock. [S4.4.10a] */
export function canIssueToAgent(receiver: Receiver, quantity: number, max: number): Verdict {
  const { name } = receiver
  if (!receiver.inGroup || !receiver.isTsr) return no('notOfThisGroup', 'S4.4.10a', { name })
  if (receiver.away) return no('receiverAway', 'S4.4.10a', { name })
  if (!receiver.authorised) return no('receiverNotAuthorised', 'S4.4.10a', { name })
  if (receiver.stock + quantity > max)
    return no('agentOverStock', 'S4.4.10a', { name, stock: receiver.stock, quantity, max })
  return yes
}

/** Whether a group's leads may be handed on: only after the leader's receipt, and no more than there are. [S4.4.10a] */
export function canHandOn(open: { unreceivedLots: number; available: number; quantity: number }): Verdict {
  if (open.unreceivedLots > 0) return no('lotNotReceived', 'S4.4.10a', { lots: open.unreceivedLots })
  if (open.quantity === 0) return no('nothingToIssue', 'S4.4.10a')
  if (open.quantity > open.available)
    return no('groupPoolTooSmall', 'S4.4.10a', { quantity: open.quantity, available: open.available })
  return yes
}

/**
 * Whether an agent got all of a share. Leads of a product without authorisation, and leads that the same agent tried in an
 * earlier round, are not for this agent, so a pool that is large enough may still hold too few. [S4.4.10a] [S4.4.10b]
 */
export const gotAll = (name: string, quantity: number, moved: number): Verdict =>
  moved < quantity ? no('tooFewForAgent', 'S4.4.10a', { name, quantity, available: moved }) : yes

/** An even share for each, the remainder to those named first, none over what is left below its stock. */
export function equalShares(pool: number, rooms: readonly number[]): number[] {
  const shares = rooms.map(() => 0)
  let left = pool
  while (left > 0) {
    const open = rooms.flatMap((room, at) => (shares[at]! < room ? [at] : []))
    if (open.length === 0) break
    const each = Math.max(1, Math.floor(left / open.length))
    for (const at of open) {
      const more = Math.min(each, rooms[at]! - shares[at]!, left)
      shares[at]! += more
      left -= more
    }
  }
  return shares
}

/** What each lacks to a stock of `to`; a pool that is too small raises the lowest first, so that all come out level. */
export function fillShares(pool: number, to: number, stocks: readonly number[], rooms: readonly number[]): number[] {
  const shares = stocks.map(() => 0)
  for (let left = pool; left > 0; left--) {
    let lowest = -1
    for (const [at, stock] of stocks.entries()) {
      const level = stock + shares[at]!
      if (level >= to || shares[at]! >= rooms[at]!) continue
      if (lowest < 0 || level < stocks[lowest]! + shares[lowest]!) lowest = at
    }
    if (lowest < 0) break
    shares[lowest]! += 1
  }
  return shares
}

/** Leads a group has for each of its agents, below which it soon has nothing to call. */
const DRY_PER_AGENT = 10

/** Whether a group runs dry: it has agents and fewer than ten leads for each, in the pool and in hands together. */
export const runsDry = (group: { readonly agents: number; readonly pool: number; readonly held: number }): boolean =>
  group.agents > 0 && (group.pool + group.held) / group.agents < DRY_PER_AGENT

/** The dialling band that a time of day lies in, null outside all of them. */
export const bandAt = (bands: readonly Band[], time: Temporal.PlainTime): string | null => {
  const clock = time.toString({ smallestUnit: 'minute' })
  return bands.find((band) => clock >= band.from && clock < band.to)?.key ?? null
}
