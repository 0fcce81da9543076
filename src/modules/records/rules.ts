import { all, no, type Verdict, yes } from '../../lib/verdict.ts'

/* What a switch's records are to the calls of the house: the same seat, the same number, the same minute. */

/** Furthest that a record's start may lie from its dial. */
export const NEAR_MS = 60_000

export type Direction = 'outbound' | 'inbound'

/** What is matched: a record of the switch, or a dial of ours, of one seat. `at` in epoch ms. */
export type Meeting = {
  readonly id: string
  readonly at: number
  /** HMAC of the number, as hex. */
  readonly hash: string
  readonly direction: Direction
}

/**
 * Which record is which dial: the same number and direction, starts no further apart than a minute; each record of at most
 * one dial and each dial of at most one record, the nearest first. What is equally near goes by the earlier dial, then the
 * earlier record, then their ids, so that the order of rows changes nothing. Answers record → dial.
 */
export function match(records: readonly Meeting[], dials: readonly Meeting[]): Map<string, string> {
  const keyOf = ({ hash, direction }: Meeting) => `${direction} ${hash}`
  const byKey = Map.groupBy(dials, keyOf)
  const pairs = records.flatMap((record) =>
    (byKey.get(keyOf(record)) ?? []).flatMap((dial) => {
      const apart = Math.abs(record.at - dial.at)
      return apart <= NEAR_MS ? [{ record, dial, apart }] : []
    }),
  )
  const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  pairs.sort(
    (a, b) =>
      a.apart - b.apart ||
      a.dial.at - b.dial.at ||
      a.record.at - b.record.at ||
      text(a.dial.id, b.dial.id) ||
      text(a.record.id, b.record.id),
  )
  const found = new Map<string, string>()
  const taken = new Set<string>()
  for (const { record, dial } of pairs) {
    if (found.has(record.id) || taken.has(dial.id)) continue
    found.set(record.id, dial.id)
    taken.add(dial.id)
  }
  return found
}

/** A clock is told wrong by this many pairs at least, most of them off by the same. */
const ENOUGH = 5
const MOST = 0.6
const SAME_MS = 15_000
/** Between a click and the dialling by hand lie some seconds: no clock is wrong by those. */
const NOTABLE_MS = 25_000
/** A zone read wrongly shifts a day's records by hours. */
const FURTHEST_MS = 14 * 3_600_000

/**
 * Whole seconds that the switch's clock seems to be ahead of the house's, 0 where nothing tells so. Told by numbers that
 * were called once on each side; `seat` is part of the hash given.
 */
export function suggestAhead(records: readonly Meeting[], dials: readonly Meeting[]): number {
  const keyOf = ({ hash, direction }: Meeting) => `${direction} ${hash}`
  const ours = Map.groupBy(dials, keyOf)
  const apart = [...Map.groupBy(records, keyOf)]
    .flatMap(([key, theirs]) => {
      const own = ours.get(key)
      return own?.length === 1 && theirs.length === 1 ? [theirs[0]!.at - own[0]!.at] : []
    })
    .filter((ms) => Math.abs(ms) <= FURTHEST_MS)
    .sort((a, b) => a - b)
  const middle = apart[Math.floor(apart.length / 2)]
  if (middle === undefined || apart.length < ENOUGH || Math.abs(middle) < NOTABLE_MS) return 0
  const alike = apart.filter((ms) => Math.abs(ms - middle) <= SAME_MS)
  return alike.length / apart.length >= MOST ? Math.round(middle / 1000) : 0
}

/** What a switch knows of one call; instants in epoch ms, seconds whole. */
export type Told = {
  readonly startedAt: number
  /** Null where nobody answered. */
  readonly answeredAt: number | null
  readonly endedAt: number
  readonly ringSeconds: number
  readonly talkSeconds: number
  readonly recording: string | null
}

/**
 * Two words of the switch on one call, told as one: the later end knows more, for an export in the middle of a call is
 * shorter; a recording once named stays. In whatever order files come, the same is known in the end.
 */
export function grow(a: Told, b: Told): Told {
  const later =
    b.endedAt - a.endedAt || b.talkSeconds - a.talkSeconds || b.ringSeconds - a.ringSeconds || b.startedAt - a.startedAt
  const names = [a.recording, b.recording].filter((name) => name !== null).sort()
  return { ...(later > 0 ? b : a), recording: names[0] ?? null }
}

export const sameTold = (a: Told, b: Told): boolean =>
  a.startedAt === b.startedAt &&
  a.answeredAt === b.answeredAt &&
  a.endedAt === b.endedAt &&
  a.ringSeconds === b.ringSeconds &&
  a.talkSeconds === b.talkSeconds &&
  a.recording === b.recording

/** What columns of a record say of its times; what a switch does not keep is absent. Instants in epoch ms. */
export type Times = {
  readonly startedAt: number
  readonly answeredAt?: number | undefined
  readonly endedAt?: number | undefined
  readonly ringSeconds?: number | undefined
  readonly talkSeconds?: number | undefined
  /** From the start to the end. */
  readonly totalSeconds?: number | undefined
  readonly end?: 'answered' | 'noAnswer' | 'busy' | 'failed' | undefined
}

/** Switches write such a moment where there is none: 1970, or the first day of their own calendar. */
const NO_MOMENT = 946_684_800_000

const whole = (ms: number) => Math.max(0, Math.round(ms / 1000))

/**
 * Ring, talk, answer and end out of whichever columns a switch keeps; null where they do not tell how long it lasted. A
 * call that ended unanswered has no talk, whatever its columns say.
 */
export function timesOf(times: Times): Omit<Told, 'recording'> | null {
  const { startedAt, ringSeconds, totalSeconds, end } = times
  const moment = (at: number | undefined) => (at !== undefined && at > NO_MOMENT && at >= startedAt ? at : undefined)
  const [answer, over] = [moment(times.answeredAt), moment(times.endedAt)]
  const total = totalSeconds ?? (over === undefined ? undefined : whole(over - startedAt))
  const said = times.talkSeconds ?? (answer !== undefined && over !== undefined ? whole(over - answer) : undefined)
  const answered = end === undefined ? answer !== undefined || (said ?? 0) > 0 : end === 'answered'
  if (!answered) {
    // Of a switch that keeps nothing but a total, nobody knows whether it was rung or talked.
    if (end === undefined && said === undefined) return null
    const ring = ringSeconds ?? total ?? 0
    return { startedAt, answeredAt: null, endedAt: startedAt + ring * 1000, ringSeconds: ring, talkSeconds: 0 }
  }
  const rung = answer === undefined ? undefined : whole(answer - startedAt)
  const left = total !== undefined && said !== undefined ? Math.max(0, total - said) : undefined
  const ring = ringSeconds ?? rung ?? left ?? 0
  const talk = said ?? (total === undefined ? undefined : Math.max(0, total - ring))
  if (talk === undefined) return null
  const answeredAt = answer ?? startedAt + ring * 1000
  return { startedAt, answeredAt, endedAt: answeredAt + talk * 1000, ringSeconds: ring, talkSeconds: talk }
}

/** The names that a line may go by in a cell: 'PJSIP/8001-0000a1', '"Anna" <8001>', 'sip:8001@pbx', 'Anna (8001)', '8001'. */
export function lineNames(text: string): string[] {
  const found = [
    /^[A-Za-z0-9_]+\/(?:sip:)?([^/@;]+?)-[0-9a-f]{6,}(?:;\d)?$/i.exec(text)?.[1],
    /^[A-Za-z0-9_]+\/(?:sip:)?([^/@;-]+)/.exec(text)?.[1],
    /<(?:sip:)?([^<>@]+)(?:@[^<>]*)?>/.exec(text)?.[1],
    /^sips?:([^@;]+)/i.exec(text)?.[1],
    /[（(]([^()（）]+)[)）]/.exec(text)?.[1],
    /^(?:ext(?:ension)?|分机|分機|坐席|座席)[\s.:：]*(\S+)$/i.exec(text)?.[1],
  ]
  return [...new Set([text, ...found].flatMap((name) => name?.trim() || []))]
}

/** The parties of a record as its columns name them. */
export type Parties = {
  readonly seat?: string | undefined
  readonly caller?: string | undefined
  readonly callee?: string | undefined
  /** The customer's number, where it has a column of its own. */
  readonly number?: string | undefined
  readonly channel?: string | undefined
  readonly peerChannel?: string | undefined
  readonly direction?: 'outbound' | 'inbound' | 'internal' | undefined
}

/** What a name means: a seat of ours, a line that somebody said is none of ours (null), or nothing that is known. */
export type SeatOf = (name: string) => string | null | undefined

export type Sorted =
  | { readonly seatId: string; readonly number: string; readonly direction: Direction }
  /** Between two lines, or of a line that is none of ours. */
  | { readonly leftOut: 'internal' | 'foreign' }
  | { readonly unknown: string }

/**
 * Who called whom: the seat is the line that is known, the number is the other side. A column for the seat speaks first,
 * then who called, then whom; a seat that calls a seat is no customer's call.
 */
export function partiesOf(row: Parties, seatOf: SeatOf): Sorted {
  if (row.direction === 'internal') return { leftOut: 'internal' }
  const lineOf = (...texts: readonly (string | undefined)[]) => {
    let foreign = false
    for (const text of texts)
      for (const name of text ? lineNames(text) : []) {
        const seat = seatOf(name)
        if (typeof seat === 'string') return seat
        foreign ||= seat === null
      }
    return foreign ? null : undefined
  }
  const from = lineOf(row.caller, row.channel)
  const to = lineOf(row.callee, row.peerChannel)
  const named = row.seat ? lineOf(row.seat) : undefined
  const seat = row.seat ? named : (from ?? to)
  if (typeof from === 'string' && typeof lineOf(row.callee) === 'string' && from !== to) return { leftOut: 'internal' }
  if (seat === null || (!row.seat && from === null)) return { leftOut: 'foreign' }
  if (seat === undefined) return { unknown: row.seat ?? shortest(row.caller, row.channel, row.callee) }
  const came = row.direction === undefined ? from !== seat && to === seat : row.direction === 'inbound'
  const number = row.number ?? (came ? row.caller : row.callee)
  return { seatId: seat, number: number ?? '', direction: came ? 'inbound' : 'outbound' }
}

/** Of the texts of a row that names no seat of ours: what a line would be called, an extension before a number. */
const shortest = (...texts: readonly (string | undefined)[]): string =>
  texts
    .flatMap((text) => (text ? [lineNames(text).at(-1)!] : []))
    .sort((a, b) => a.replaceAll(/\D/g, '').length - b.replaceAll(/\D/g, '').length)[0] ?? ''

/** Where the customer's number stood in a recording's name. */
const LEFT_OUT = '{number}'

/** A recording's name as it may be kept: switches write the number into it, which belongs to the customer's own row alone. */
export function referenceOf(name: string, e164: string, national: string): string {
  const forms = [e164.slice(1), national.replaceAll(/\D/g, ''), national.replaceAll(/\D/g, '').replace(/^0/, '')]
  return forms
    .filter((form) => form.length >= 6)
    .sort((a, b) => b.length - a.length)
    .reduce((text, form) => text.replaceAll(form, LEFT_OUT), name)
    .slice(0, 300)
}

export const FILE_STATES = ['draft', 'importing', 'done', 'stopped', 'failed'] as const
export type FileState = (typeof FILE_STATES)[number]

export const canStart = (state: FileState): Verdict =>
  state === 'importing' ? no('records.isImporting', 'house') : state === 'done' ? no('records.isDone', 'house') : yes
export const canStop = (state: FileState): Verdict =>
  state === 'importing' ? yes : no('records.notImporting', 'house')

/** Fields that a file needs, as the columns bring them: a moment or a day with a time, a line, a number. */
export function canMap(fields: ReadonlySet<string>): Verdict {
  const has = (...some: string[]) => some.some((field) => fields.has(field))
  const when = fields.has('startedAt') || (fields.has('day') && fields.has('time'))
  return all(
    when ? yes : no('records.noMoment', 'S3.6'),
    has('seat', 'caller', 'channel') ? yes : no('records.noLine', 'S3.6'),
    has('number', 'callee') ? yes : no('records.noNumber', 'S3.6'),
    has('talkSeconds', 'answeredAt', 'end') ? yes : no('records.noLength', 'S3.6'),
  )
}

export const INCIDENTS = ['notAllowed', 'neverLeft'] as const
export type IncidentKind = (typeof INCIDENTS)[number]
/** What came of looking into one. `found` is the house's own: a later file or a late recording brought the other side. */
export const FINDINGS = ['private', 'test', 'switchFault', 'otherLine', 'breach', 'found'] as const
export type Finding = (typeof FINDINGS)[number]

/** An incident is looked into by somebody else than the one at whose seat it came up, and once. [S3.6] */
export function canSettle(incident: { settled: boolean; agentId: string | null }, by: string, note: string): Verdict {
  if (incident.settled) return no('records.isSettled', 'house')
  if (incident.agentId === by) return no('records.ownIncident', 'S3.6')
  return note.trim() === '' ? no('records.noteFirst', 'S3.6') : yes
}
