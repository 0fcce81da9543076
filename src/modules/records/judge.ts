import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { numberOf } from '../customers/numbers.ts'
import { maskedCell } from '../customers/rules.ts'
import type { ReadRow, Value } from '../sheets/rules.ts'
import type { Sheets } from '../sheets/sheets.ts'
import { switchRecords } from './kind.ts'
import { type Direction, partiesOf, referenceOf, type SeatOf, type Told, timesOf } from './rules.ts'

/** A row as a record of ours. The whole number is not in it. */
export type NewRecord = Told & {
  readonly rowNo: number
  /** Hex, as all hashes here. */
  readonly key: string
  readonly seatId: string
  readonly hash: string
  readonly masked: string
  readonly direction: Direction
  readonly disposition: string | null
}

/** A row that is no record: of a line that nobody has explained, not to be read, or none of the house's business. */
export type NoRecord = {
  readonly rowNo: number
  readonly result: 'unknownSeat' | 'unreadable' | 'leftOut'
  readonly code: string
  /** The line's name, to be asked for. */
  readonly line: string | null
  readonly cells: readonly string[]
}

export type Judged = { readonly record: NewRecord } | { readonly record: null; readonly none: NoRecord }

type SeatRow = { id: string; label: string; caller_id: string | null; group: string | null; person: string | null }

/** What seats there are: the kind of sheet that knows their names, and how each is told to people. */
export async function seatsOfCentre(ctx: Ctx) {
  const { rows } = await sql<SeatRow>`
    select s.id, s.label, s.caller_id, u.name as group, p.name as person from seat_line s
      left join org_unit u on u.id = s.group_id left join person_name p on p.id = s.person_id
    where s.centre_id = ${ctx.centre.id} order by s.label`.execute(ctx.db)
  const callers = Map.groupBy(rows, ({ caller_id }) => caller_id)
  // A number that many seats show names none of them.
  const namesOf = ({ label, caller_id }: SeatRow) =>
    caller_id && callers.get(caller_id)!.length === 1 ? [label, caller_id] : [label]
  return {
    kind: switchRecords(Object.fromEntries(rows.map((row) => [row.id, namesOf(row)]))),
    labels: new Map(
      rows.map(({ id, label, group, person }) => [id, [label, person, group].filter(Boolean).join(' · ')]),
    ),
  }
}

/** How one file is to be read beside its columns. */
export type Reading = {
  /** Digits that the switch sets before a number that goes out. */
  readonly prefix: string
  readonly aheadSeconds: number
}

/** Digits that offices dial for an outside line or a long distance; told without being asked. */
const OUTSIDE = ['0', '9', '90']

/** The number of a customer in a record; what the switch sets before it is taken off. */
function numberIn(ctx: Ctx, text: string, prefix: string) {
  const digits = text.replaceAll(/[^\d+]/g, '')
  const without = (head: string) => (head !== '' && digits.startsWith(head) ? [digits.slice(head.length)] : [])
  const whole = numberOf(ctx, text)
  for (const part of without(prefix)) {
    const judged = numberOf(ctx, part)
    if (judged.ok && judged.valid) return judged
  }
  if (whole.ok && whole.valid) return whole
  for (const part of OUTSIDE.flatMap(without)) {
    const judged = numberOf(ctx, part)
    // A landline without its first digit may be another's.
    if (judged.ok && judged.valid && judged.type === 'mobile') return judged
  }
  return whole
}

const text = (value: Value | undefined) => (typeof value === 'string' ? value : undefined)
const moment = (value: Value | undefined) => (value instanceof Temporal.Instant ? value.epochMilliseconds : undefined)
const count = (value: Value | undefined) => (typeof value === 'number' ? value : undefined)

/** The start as the file has it, in one column or in two. */
function startOf(ctx: Ctx, values: ReadRow['values']): number | undefined {
  const { day, time } = values
  if (values.startedAt !== undefined) return moment(values.startedAt)
  if (!(day instanceof Temporal.PlainDate && time instanceof Temporal.PlainTime)) return undefined
  return day.toZonedDateTime({ timeZone: ctx.centre.timeZone, plainTime: time }).epochMilliseconds
}

/** Digits from which a text is a telephone number and no extension. */
const LONG = 7

const hexOf = (ctx: Ctx, value: string) => Buffer.from(ctx.hashOf(value)).toString('hex')

/** What a word of the file says of a line, by the names of seats and by what was explained. */
export const seatIn =
  (sheets: Pick<Sheets, 'lexicon'>, kind: ReturnType<typeof switchRecords>): SeatOf =>
  (name) => {
    const found = sheets.lexicon.find(kind.seat, name)
    return 'value' in found ? found.value : undefined
  }

/** Reads a row as a record; what is wrong with it is told with its code. Null for rows that are read past. [S3.6] */
export function judgeRow(ctx: Ctx, row: ReadRow, seatOf: SeatOf, { prefix, aheadSeconds }: Reading): Judged | null {
  if (row.skipped) return null
  const { values, rowNo } = row
  const none = (result: NoRecord['result'], code: string, line: string | null = null): Judged => ({
    record: null,
    none: { rowNo, result, code, line, cells: row.raw.map((cell) => maskedCell(cell).slice(0, 200)) },
  })
  const parties = partiesOf(
    {
      ...{
        seat: text(values.seat),
        caller: text(values.caller),
        callee: text(values.callee),
        number: text(values.number),
      },
      ...{ channel: text(values.channel), peerChannel: text(values.peerChannel) },
      direction: text(values.direction) as Direction | undefined,
    },
    seatOf,
  )
  if ('leftOut' in parties) return none('leftOut', parties.leftOut)
  if ('unknown' in parties) {
    const line = parties.unknown
    // As long as a number it may be a customer's: nobody is asked about it, and it is kept masked.
    const known = line !== '' && line.replaceAll(/\D/g, '').length < LONG
    return none('unknownSeat', known ? 'unknown' : 'noLine', known ? line : maskedCell(line))
  }
  const start = startOf(ctx, values)
  if (start === undefined) return none('unreadable', 'noMoment')
  const number = numberIn(ctx, parties.number, prefix)
  if (!number.ok) return none(number.code === 'shortCode' ? 'leftOut' : 'unreadable', number.code)
  const ahead = aheadSeconds * 1000
  const shift = (at: number | undefined) => (at === undefined ? undefined : at - ahead)
  const times = timesOf({
    startedAt: start - ahead,
    ...{ answeredAt: shift(moment(values.answeredAt)), endedAt: shift(moment(values.endedAt)) },
    ...{ ringSeconds: count(values.ringSeconds), talkSeconds: count(values.talkSeconds) },
    totalSeconds: count(values.totalSeconds),
    end: text(values.end) as 'answered' | undefined,
  })
  if (!times) return none('unreadable', 'noLength')
  const { seatId, direction } = parties
  const name = text(values.recording)
  const id = text(values.uniqueId)
  // Legs of one call share the switch's id: the other side tells them apart. Without an id the file's own start counts.
  const key = id ? `record ${id} ${number.e164}` : `record ${seatId} ${number.e164} ${direction} ${start}`
  return {
    record: {
      ...{
        ...times,
        rowNo,
        seatId,
        direction,
        masked: number.shown,
        hash: hexOf(ctx, number.e164),
        key: hexOf(ctx, key),
      },
      recording: name === undefined ? null : referenceOf(name, number.e164, number.national),
      disposition: text(values.end) ?? null,
    },
  }
}
