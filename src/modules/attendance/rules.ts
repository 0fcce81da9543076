import { no, type Reason, type Verdict, yes } from '../../lib/verdict.ts'
import type { Centre } from '../../platform/actor.ts'
import type { Stretch } from './blocks.ts'

/* When somebody may be ready and online, which state follows which, who idles, and when the floor counts as started. */

export const STATES = ['offline', 'ready', 'online', 'inCall', 'wrapUp', 'paused', 'meeting'] as const
export type State = (typeof STATES)[number]

/** Why somebody is away from dialling. writingUp is work on a case outside a call; system a fault of line or computer. */
export const PAUSE_REASONS = [
  'rest',
  'personal',
  'coaching',
  'meeting',
  'writingUp',
  'system',
  'reception',
  'testDrive',
  'other',
] as const
export type PauseReason = (typeof PAUSE_REASONS)[number]

/** Reasons of a car dealer's floor, where customers come to the house. */
const AT_THE_HOUSE: readonly PauseReason[] = ['reception', 'testDrive']

/** The reasons that a centre of this kind knows. */
export const pauseReasons = (kind: Centre['kind']): readonly PauseReason[] =>
  PAUSE_REASONS.filter((reason) => kind === 'dealership' || !AT_THE_HOUSE.includes(reason))

/** A pause carries a reason of the centre's own list. [S4.3.3c] */
export const mayPause = (reason: PauseReason, kind: Centre['kind']): Verdict =>
  pauseReasons(kind).includes(reason) ? yes : no('attendance.unknownReason', 'S4.3.3c')

/** What a leader found when he went to see why somebody idled. */
export const IDLE_CAUSES = ['systemFault', 'writingUp', 'talkWithLeader', 'training', 'idle'] as const
export type IdleCause = (typeof IDLE_CAUSES)[number]

const NEXT: Readonly<Record<State, readonly State[]>> = {
  offline: ['ready', 'online', 'meeting'],
  ready: ['online', 'paused', 'meeting', 'offline'],
  online: ['inCall', 'paused', 'meeting', 'offline'],
  inCall: ['wrapUp', 'online'],
  // The wrap-up comes first: what the customer said is not left lying.
  wrapUp: ['online', 'inCall'],
  paused: ['online', 'ready', 'meeting', 'offline'],
  meeting: ['online', 'ready', 'paused', 'offline'],
}

/** States in which a customer who rings in may be answered. */
const ANSWERS: readonly State[] = ['ready', 'paused', 'meeting']

/** A refusal that ends by waiting until `from`. */
function until(code: string, clause: string, from: Temporal.Instant, values: Reason['because']['values']): Verdict {
  const reason = { code, clause, because: { key: `refusal.${code}`, values }, from: from.toString() }
  return { ok: false, reasons: [reason] }
}

/** Whether a person may go from one state to another; nobody leaves an unfinished call or wrap-up [S4.4.2]. */
export function mayEnter(from: State, to: State, { inbound = false } = {}): Verdict {
  if (from === to || NEXT[from].includes(to)) return yes
  if (to === 'inCall' && inbound && ANSWERS.includes(from)) return yes
  if (from === 'inCall') return no('attendance.finishCall', 'S4.4.2')
  if (from === 'wrapUp') return no('attendance.finishWrapUp', 'S4.4.2')
  return no('attendance.goOnlineFirst', 'S4.4.2')
}

/** The times of the online check on one day, as instants. */
export type CheckTimes = {
  readonly checkFrom: Temporal.Instant
  readonly onlineAt: Temporal.Instant
  readonly alertAfter: Temporal.Instant
  readonly clause: string
}

/** The times as an operation sends them, ISO text, read for the rules: the page asks the same rules as the server. */
export const readTimes = (sent: Readonly<Record<keyof CheckTimes, string>>): CheckTimes => ({
  checkFrom: Temporal.Instant.from(sent.checkFrom),
  onlineAt: Temporal.Instant.from(sent.onlineAt),
  alertAfter: Temporal.Instant.from(sent.alertAfter),
  clause: sent.clause,
})

const past = (now: Temporal.Instant, at: Temporal.Instant) => Temporal.Instant.compare(now, at) >= 0

/** A seat may report ready from the start of the online check [S4.4.2]. `at` is the time as the wall clock shows it. */
export const mayBeReady = (now: Temporal.Instant, { checkFrom, clause }: CheckTimes, at: string): Verdict =>
  past(now, checkFrom) ? yes : until('attendance.readyTooEarly', clause, checkFrom, { at })

/** A seat goes online at the time of the rule and not before [S4.4.2]. */
export const mayGoOnline = (now: Temporal.Instant, { onlineAt, clause }: CheckTimes, at: string): Verdict =>
  past(now, onlineAt) ? yes : until('attendance.onlineTooEarly', clause, onlineAt, { at })

export type OwnStep = 'checkIn' | 'ready' | 'goOnline' | 'resume'

/** What a person at a seat does next, and whether he may already; null while he is at it. [S4.4.2] */
export function ownStep(
  own: { readonly state: State; readonly checkedIn: boolean },
  now: Temporal.Instant,
  times: CheckTimes,
  wall: { readonly checkFrom: string; readonly onlineAt: string },
): { readonly step: OwnStep; readonly verdict: Verdict } | null {
  if (own.state === 'paused' || own.state === 'meeting') return { step: 'resume', verdict: yes }
  if (own.state !== 'offline' && own.state !== 'ready') return null
  if (!own.checkedIn && !past(now, times.checkFrom)) return { step: 'checkIn', verdict: yes }
  if (own.state === 'ready' || past(now, times.onlineAt))
    return { step: 'goOnline', verdict: mayGoOnline(now, times, wall.onlineAt) }
  return { step: 'ready', verdict: mayBeReady(now, times, wall.checkFrom) }
}

/** An own message says until when, and that lies ahead; nobody sends it for another [S4.4.2]. */
export const mayExcuse = (until: Temporal.Instant, now: Temporal.Instant): Verdict =>
  Temporal.Instant.compare(until, now) > 0 ? yes : no('attendance.excuseInThePast', 'S4.4.2')

/** How far a seat is in going online. `dialling` = the first dial is made: the seat is green. */
export const SEAT_STEPS = ['notReady', 'ready', 'online', 'dialling', 'excused'] as const
export type SeatStep = (typeof SEAT_STEPS)[number]

export type Seat = {
  readonly state: State
  readonly firstDialAt: Temporal.Instant | null
  /** Until when an own message or a leave excuses; null = no excuse. */
  readonly excusedUntil: Temporal.Instant | null
}

/** The step of a seat at a moment. An excuse that has run out excuses no longer. */
export function seatStep({ state, firstDialAt, excusedUntil }: Seat, now: Temporal.Instant): SeatStep {
  if (firstDialAt) return 'dialling'
  if (excusedUntil && Temporal.Instant.compare(now, excusedUntil) < 0) return 'excused'
  if (state === 'ready') return 'ready'
  return state === 'offline' || state === 'meeting' ? 'notReady' : 'online'
}

const settled = (step: SeatStep) => step === 'dialling' || step === 'excused'

/** From the alert's time on, a seat without first dial and without excuse is amber [S4.4.2]. */
export const isAmber = (step: SeatStep, now: Temporal.Instant, { alertAfter }: CheckTimes): boolean =>
  !settled(step) && past(now, alertAfter)

/**
 * Whether the leader may call the floor started: every seat dials or is excused; after the alert's time also with amber
 * seats, which are then kept under the leader's name [S4.4.2].
 */
export function mayStartFloor(
  steps: readonly SeatStep[],
  now: Temporal.Instant,
  times: CheckTimes,
  wall: { onlineAt: string; alertAfter: string },
): Verdict {
  if (!past(now, times.onlineAt))
    return until('attendance.floorTooEarly', times.clause, times.onlineAt, { at: wall.onlineAt })
  const waiting = steps.filter((step) => !settled(step)).length
  if (waiting === 0 || past(now, times.alertAfter)) return yes
  return until('attendance.floorNotGreen', times.clause, times.alertAfter, { count: waiting, at: wall.alertAfter })
}

/** Monitoring and other work open only once the floor has started [S4.4.2]. */
export const canStartMonitoring = (startedAt: Temporal.Instant | null): Verdict =>
  startedAt ? yes : no('attendance.floorNotStarted', 'S4.4.2')

/** States whose time counts as idle unless something is dialled or said. Pauses carry a reason and do not count. */
export const IDLES: readonly State[] = ['online', 'wrapUp']

export type Idling = { readonly since: Temporal.Instant; readonly seconds: number }

const earlier = (a: Temporal.Instant, b: Temporal.Instant) => (Temporal.Instant.compare(a, b) < 0 ? a : b)
const later = (a: Temporal.Instant, b: Temporal.Instant) => (Temporal.Instant.compare(a, b) > 0 ? a : b)
const secondsFrom = (from: Temporal.Instant, to: Temporal.Instant) =>
  Math.max(0, (to.epochMilliseconds - from.epochMilliseconds) / 1000)

/**
 * How long somebody has neither dialled nor talked, in seconds, within the stretch of dialling blocks that runs now;
 * null outside of one, so that breaks, meetings and the PRP slot never count [S4.3.3c] [S4.4.5].
 * `activeAt` is the last dial or end of talk, or the moment of going online; `away` are stretches in other states since
 * then (pauses with a reason, meetings), which must not overlap.
 */
export function idling(at: {
  readonly now: Temporal.Instant
  readonly activeAt: Temporal.Instant
  readonly runs: readonly Stretch[]
  readonly away: readonly Stretch[]
}): Idling | null {
  const run = at.runs.find(({ from, to }) => past(at.now, from) && !past(at.now, to))
  if (!run) return null
  const since = later(at.activeAt, run.from)
  const away = at.away.reduce(
    (sum, stretch) => sum + secondsFrom(later(stretch.from, since), earlier(stretch.to, at.now)),
    0,
  )
  return { since, seconds: Math.max(0, secondsFrom(since, at.now) - away) }
}

/** More than the rule's minutes without dial and talk is idling [S4.3.3c]. */
export const notIdle = ({ seconds }: Idling, limitMinutes: number, clause: string): Verdict =>
  seconds > limitMinutes * 60
    ? no('attendance.idleOnline', clause, { minutes: Math.floor(seconds / 60), limit: limitMinutes })
    : yes

/** Nobody judges his own idling: a leader who also dials is marked by the line above. */
export const mayMarkIdle = (markerId: string, personId: string): Verdict =>
  markerId === personId ? no('attendance.ownAlert', 'S4.3.3c') : yes

/* Why a notice was given: the same cause gives no second one, and what settles it names it again. */
export const leaderlessCause = (groupId: string, day: Temporal.PlainDate): string => `leaderless:${day}:${groupId}`
export const checkCause = (groupId: string, day: Temporal.PlainDate): string => `check:${day}:${groupId}`
export const lateCause = (personId: string, day: Temporal.PlainDate): string => `late:${day}:${personId}`
export const idleCause = (alertId: string): string => `idle:${alertId}`
