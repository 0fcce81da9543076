import { sql } from 'kysely'
import { compareAmounts, plus, times } from '../../lib/money.ts'
import type { Ctx } from '../../platform/context.ts'
import { openCounts } from '../calls/opening.ts'
import { openFunds } from '../fund/opening.ts'
import { type LeaveKind, openLeave } from '../leave/opening.ts'
import { openSignals } from '../people/opening.ts'
import { openStandings, type Standing } from '../planning/opening.ts'
import { openSums } from '../sales/opening.ts'
import { currencyOf } from '../sales/rules.ts'
import type { ReadRow } from '../sheets/rules.ts'
import { readMonth, readQuarter } from './periods.ts'
import { type At, bad, countIn, dayIn, GOOD, isAfter, noted, SAME, type Take, type Taken, text } from './taking.ts'

/** The month that figures without one are of: the one of the evening before the first day. */
const monthOf = (at: At) => at.day.subtract({ days: 1 }).toPlainYearMonth()

type Sums = { accepted: number; acceptedStandard: string; issued: number; issuedStandard: string }
type Counted = Sums & { cancelled: number; cancelledStandard: string }

/** What the cases that are here already come to, by person, in a month up to its last day of before. */
async function casesOf(
  ctx: Ctx,
  month: Temporal.PlainYearMonth,
  through: Temporal.PlainDate,
): Promise<Map<string, Counted>> {
  const { rows } = await sql<Counted & { agent_id: string }>`
    select agent_id, sum(accepted)::int as accepted, sum(accepted_standard)::text as "acceptedStandard", sum(issued)::int as issued,
      sum(issued_standard)::text as "issuedStandard", sum(cancelled)::int as cancelled,
      sum(cancelled_standard)::text as "cancelledStandard"
    from sale_sum where centre_id = ${ctx.centre.id} and day between ${month.toPlainDate({ day: 1 })} and ${through}
    group by agent_id`.execute(ctx.db)
  return new Map(rows.map((row) => [row.agent_id, row]))
}

const NONE: Counted = {
  ...{ accepted: 0, acceptedStandard: '0', issued: 0, issuedStandard: '0', cancelled: 0, cancelledStandard: '0' },
}
const less = (a: string, b: string) => plus(a, times(b, -1))

/** What a sheet says beyond the cases that are here; null where the cases say more. */
function beyond(row: ReadRow, cases: Counted): Counted | null {
  const count = (key: 'accepted' | 'issued' | 'cancelled') =>
    Math.max(0, (countIn(row, key) ?? cases[key]) - cases[key])
  const amount = (key: 'acceptedStandard' | 'issuedStandard' | 'cancelledStandard') => {
    const left = less(text(row, key) ?? cases[key], cases[key])
    return compareAmounts(left, '0') < 0 ? '0' : left
  }
  const says = (['accepted', 'issued', 'cancelled'] as const).every(
    (key) => countIn(row, key) === null || countIn(row, key)! >= cases[key],
  )
  if (!says) return null
  return {
    ...{ accepted: count('accepted'), issued: count('issued'), cancelled: count('cancelled') },
    ...{ acceptedStandard: amount('acceptedStandard'), issuedStandard: amount('issuedStandard') },
    cancelledStandard: amount('cancelledStandard'),
  }
}

/**
 * A month to date per person: dials and talk as declared, and of cases only what the cases that were brought one by one do
 * not hold, so that nothing counts twice.
 */
export const takeMonth: Take = async (ctx, at, rows) => {
  const results = new Map<number, Taken>()
  const last = at.day.subtract({ days: 1 })
  const cases = new Map<string, Map<string, Counted>>()
  const good: { row: ReadRow; month: Temporal.PlainYearMonth; through: Temporal.PlainDate; left: Counted }[] = []
  for (const row of rows) {
    const said = text(row, 'month')
    const month = said === null ? monthOf(at) : readMonth(said, last)
    const personId = text(row, 'person')!
    const key = `${personId} ${month}`
    if (!month) results.set(row.rowNo, bad('unreadable', 'month', said ?? ''))
    else if (isAfter(month.toPlainDate({ day: 1 }), last)) results.set(row.rowNo, bad('inFuture', 'month', said ?? ''))
    else if (at.seen.has(key)) results.set(row.rowNo, bad('twice', 'person'))
    else {
      at.seen.add(key)
      const end = month.toPlainDate({ day: month.daysInMonth })
      const through = isAfter(end, last) ? last : end
      const known = cases.get(String(month)) ?? (await casesOf(ctx, month, through))
      cases.set(String(month), known)
      const left = beyond(row, known.get(personId) ?? NONE)
      good.push({ row, month, through, left: left ?? NONE })
      results.set(row.rowNo, left ? GOOD : noted('casesSayMore', 'accepted', text(row, 'accepted') ?? ''))
    }
  }
  const seat = (row: ReadRow) => at.seats.get(text(row, 'person')!)?.groupId ?? null
  const of = (row: ReadRow, month: Temporal.PlainYearMonth, through: Temporal.PlainDate) => ({
    ...{ personId: text(row, 'person')!, groupId: seat(row), month, through },
  })
  const counted = await openCounts(
    ctx,
    at.openingId,
    good.map(({ row, month, through }) => ({
      ...of(row, month, through),
      ...{ dials: countIn(row, 'dials') ?? 0, connected: countIn(row, 'connected') ?? 0 },
      ...{ effective: countIn(row, 'effective') ?? 0, talkSeconds: countIn(row, 'talk') ?? 0 },
    })),
  )
  await openSums(
    ctx,
    at.openingId,
    good
      .filter(({ left }) => left.accepted + left.issued + left.cancelled > 0)
      // A month's sheet names one measure of premium; the annual one follows from cases alone.
      .map(({ row, month, through, left }) => ({
        ...of(row, month, through),
        ...left,
        ...{ acceptedAnnual: '0', issuedAnnual: '0' },
      })),
  )
  for (const { row } of good)
    if (!counted.has(text(row, 'person')!) && results.get(row.rowNo)?.result === 'GOOD') results.set(row.rowNo, SAME)
  return results
}

/** Results of quarters gone by, which the next review of ranks reads. [S4.4.9] */
export const takeQuarters: Take = async (ctx, at, rows) => {
  const results = new Map<number, Taken>()
  const names = ['issuedStandard', 'issued', 'qualityScore', 'reviewScore'] as const
  const signals = rows.flatMap((row) => {
    const quarter = readQuarter(text(row, 'quarter')!, at.day)
    if (!quarter || isAfter(quarter, at.day.subtract({ days: 1 }))) {
      results.set(row.rowNo, bad(quarter ? 'inFuture' : 'unreadable', 'quarter', text(row, 'quarter')!))
      return []
    }
    const told = names.filter((name) => row.values[name] !== undefined)
    if (told.length === 0) results.set(row.rowNo, bad('nothingSaid'))
    return told.map((name) => ({
      ...{ rowNo: row.rowNo, personId: text(row, 'person')!, name: `quarter.${name}`, asOf: quarter },
      ...{ value: text(row, name)!, clause: 'S4.4.9' },
    }))
  })
  const fresh = await openSignals(ctx, at.openingId, signals)
  for (const { rowNo } of signals) results.set(rowNo, fresh.has(rowNo) ? GOOD : SAME)
  return results
}

/** Who belongs to the planning group, and the reviews failed in a row. [S1.4.0] */
export const takePlanning: Take = async (ctx, at, rows) => {
  const results = new Map<number, Taken>()
  const good = rows.filter((row) => {
    const strikes = countIn(row, 'strikes') ?? 0
    const late = isAfter(dayIn(row, 'fromOn')!, at.day)
    if (late) results.set(row.rowNo, bad('inFuture', 'fromOn', text(row, 'fromOn')!))
    else if (strikes < 0) results.set(row.rowNo, bad('unreadable', 'strikes', String(strikes)))
    return !late && strikes >= 0
  })
  const fresh = await openStandings(
    ctx,
    at.openingId,
    good.map((row) => ({
      ...{ rowNo: row.rowNo, personId: text(row, 'person')!, fromOn: dayIn(row, 'fromOn')! },
      ...{
        state: text(row, 'state') as Standing,
        strikes: countIn(row, 'strikes') ?? 0,
        note: text(row, 'note') ?? '',
      },
    })),
  )
  for (const { rowNo } of good) results.set(rowNo, fresh.has(rowNo) ? GOOD : SAME)
  return results
}

/** Leave that people have left on the evening before the first day. */
export const takeLeave: Take = async (ctx, at, rows) => {
  const asOf = at.day.subtract({ days: 1 })
  const fresh = await openLeave(
    ctx,
    at.openingId,
    rows.map((row) => ({
      ...{ rowNo: row.rowNo, personId: text(row, 'person')!, kind: text(row, 'kind') as LeaveKind, asOf },
      days: text(row, 'days')!,
    })),
  )
  return new Map(rows.map(({ rowNo }) => [rowNo, fresh.has(rowNo) ? GOOD : SAME]))
}

/** What is in the groups' own funds on the evening before the first day. [S4.7.3] */
export const takeFunds: Take = async (ctx, at, rows) => {
  const results = new Map<number, Taken>()
  const good = rows.filter((row) => {
    const negative = compareAmounts(text(row, 'amount')!, '0') < 0
    if (negative) results.set(row.rowNo, bad('fundNegative', 'amount', text(row, 'amount')!))
    return !negative
  })
  const fresh = await openFunds(
    ctx,
    at.openingId,
    good.map((row) => ({
      ...{ rowNo: row.rowNo, unitId: text(row, 'group')!, amount: text(row, 'amount')!, note: text(row, 'note') ?? '' },
      ...{ currency: currencyOf(ctx.centre.country), on: at.day.subtract({ days: 1 }) },
    })),
  )
  for (const { rowNo } of good) results.set(rowNo, fresh.has(rowNo) ? GOOD : SAME)
  return results
}
