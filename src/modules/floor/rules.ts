/* What a seat on the board is said to do, and how long is long. Pure: the board's page colours by it. */

/** States of a seat, finer than presence: what the desk does is told apart. */
export const SEAT_STATES = [
  'talking',
  'dialling',
  'wrapUp',
  'preview',
  'waiting',
  'ready',
  'paused',
  'meeting',
  'offline',
] as const
export type SeatState = (typeof SEAT_STATES)[number]

const STEPS: Readonly<Record<string, SeatState>> = { dialling: 'dialling', talking: 'talking', wrapUp: 'wrapUp' }

/**
 * The state of a seat from the person's presence and the step of his desk. Presence leads: a desk that was left open says
 * nothing about somebody who is away.
 */
export function seatState(presence: string, step: string | null): SeatState {
  switch (presence) {
    case 'inCall':
      return STEPS[step ?? ''] ?? 'talking'
    case 'wrapUp':
      return 'wrapUp'
    case 'online':
      return step === 'preview' ? 'preview' : 'waiting'
    case 'ready':
    case 'paused':
    case 'meeting':
      return presence
    default:
      return 'offline'
  }
}

const ONLINE: readonly SeatState[] = ['talking', 'dialling', 'wrapUp', 'preview', 'waiting']

/** At the telephone and in the dialling: what "online" counts on the board. */
export const isOnline = (state: SeatState): boolean => ONLINE.includes(state)

/** Seconds from which a state is long, and from which very long, so that colour tells state and length. */
const LONG: Readonly<Record<SeatState, readonly [long: number, veryLong: number] | null>> = {
  talking: [300, 900],
  dialling: [45, 90],
  wrapUp: [60, 180],
  preview: [60, 180],
  waiting: [120, 300],
  paused: [600, 1200],
  ready: null,
  meeting: null,
  offline: null,
}

/** How long a state has lasted: 0 usual, 1 long, 2 very long. */
export function lengthOf(state: SeatState, seconds: number): 0 | 1 | 2 {
  const limits = LONG[state]
  if (!limits || seconds < limits[0]) return 0
  return seconds < limits[1] ? 1 : 2
}

/**
 * Figures of seats, summed. What tells of presence (`online` to `idle`) is null where the reader is not in the line
 * above: to others a group shows what is done. [S5.1.4c]
 */
export type Totals = {
  readonly seats: number
  readonly dials: number
  readonly connected: number
  readonly effective: number
  readonly talkSeconds: number
  readonly cases: number
  readonly online: number | null
  readonly talking: number | null
  readonly paused: number | null
  readonly idle: number | null
}

type Summed = Pick<Totals, 'dials' | 'connected' | 'effective' | 'talkSeconds' | 'cases'> & {
  readonly state: SeatState
  readonly idle: unknown
}

export function totalsOf(seats: readonly Summed[]): Totals {
  const count = (holds: (seat: Summed) => boolean) => seats.filter(holds).length
  const sum = (of: (seat: Summed) => number) => seats.reduce((all, seat) => all + of(seat), 0)
  return {
    seats: seats.length,
    dials: sum(({ dials }) => dials),
    connected: sum(({ connected }) => connected),
    effective: sum(({ effective }) => effective),
    talkSeconds: sum(({ talkSeconds }) => talkSeconds),
    cases: sum(({ cases }) => cases),
    online: count(({ state }) => isOnline(state)),
    talking: count(({ state }) => state === 'talking'),
    paused: count(({ state }) => state === 'paused'),
    idle: count(({ idle }) => idle !== null),
  }
}

/** What everybody may know of a group. */
export const inPublic = (totals: Totals): Totals => ({
  ...totals,
  ...{ online: null, talking: null, paused: null, idle: null },
})

/** What of a whole day's norm belongs to the part of the dialling time that is over, whole figures. */
export const soFar = (wholeDay: number, share: number): number => Math.round(wholeDay * share)

/** The part of a day's dialling blocks that is over at a wall time; 1 on a day without any. */
export function dialShare(
  blocks: readonly { readonly kind: string; readonly from: Temporal.PlainTime; readonly to: Temporal.PlainTime }[],
  time: Temporal.PlainTime,
): number {
  const secondsOf = ({ hour, minute, second }: Temporal.PlainTime) => hour * 3600 + minute * 60 + second
  const at = secondsOf(time)
  let [all, over] = [0, 0]
  for (const { kind, from, to } of blocks) {
    if (kind !== 'dial') continue
    const [start, end] = [secondsOf(from), secondsOf(to) || 86_400]
    all += end - start
    over += Math.min(Math.max(at - start, 0), end - start)
  }
  return all === 0 ? 1 : over / all
}
