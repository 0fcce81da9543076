const DAYS_30 = 30 * 86_400_000

/**
 * Something the customer did, with the record that shows it. `recordId` null = nobody can show it, so it does not
 * count: an agent's opinion warms nobody.
 */
export type CustomerAct =
  /** Named a time to be called, [from, to). */
  | {
      readonly kind: 'namedTime'
      readonly from: Temporal.Instant
      readonly to: Temporal.Instant
      readonly recordId: string | null
    }
  /** Asked for a quote or applied, and it is still open; `to` null = open. Or holds a policy of ours and the dial serves it. */
  | {
      readonly kind: 'openQuote' | 'openApplication' | 'ownPolicyService'
      readonly from: Temporal.Instant
      readonly to: Temporal.Instant | null
      readonly recordId: string | null
    }
  /** Called or wrote to us; warms for 30 days. */
  | { readonly kind: 'inbound'; readonly at: Temporal.Instant; readonly recordId: string | null }

/** Milliseconds of the epoch, [from, to). */
export type Interval = { readonly from: number; readonly to: number }

/** When an act makes the contact warm; null when no record shows it. */
export function warmthOf(act: CustomerAct): Interval | null {
  if (act.recordId === null) return null
  if (act.kind === 'inbound') {
    const at = act.at.epochMilliseconds
    return { from: at, to: at + DAYS_30 }
  }
  return { from: act.from.epochMilliseconds, to: act.to === null ? Infinity : act.to.epochMilliseconds }
}

/**
 * Cold or warm at an instant. Warm only by a recorded act of the customer: inside the time the customer named, while a
 * quote or an application is open, for 30 days after an inbound contact, in the service of an own policy. `by` is the
 * act that warms longest, `until` its end (null = open or cold). [S3.6]
 */
export function coldOrWarm(
  acts: readonly CustomerAct[],
  now: Temporal.Instant,
): { contact: 'cold' | 'warm'; by: CustomerAct | null; until: Temporal.Instant | null } {
  const t = now.epochMilliseconds
  let by: CustomerAct | null = null
  let end = -Infinity
  for (const act of acts) {
    const warmth = warmthOf(act)
    if (!warmth || t < warmth.from || t >= warmth.to || warmth.to <= end) continue
    by = act
    end = warmth.to
  }
  const until = by === null || end === Infinity ? null : Temporal.Instant.fromEpochMilliseconds(end)
  return { contact: by === null ? 'cold' : 'warm', by, until }
}

/** The first millisecond at or after `t` inside one of the intervals, Infinity if none comes. */
export function nextInside(intervals: readonly Interval[], t: number): number {
  let next = Infinity
  for (const { from, to } of intervals) if (t < to && from < to) next = Math.min(next, Math.max(t, from))
  return next
}
