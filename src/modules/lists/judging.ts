import { sql } from 'kysely'
import { type JudgedNumber, splitNumbers } from '../../lib/phoneNumber.ts'
import type { TableRow } from '../../lib/table.ts'
import type { Cell } from '../../lib/xlsxCells.ts'
import type { Ctx } from '../../platform/context.ts'
import type { NewCustomer, NewPhone } from '../customers/add.ts'
import { numbersKnown } from '../customers/customers.ts'
import { isNotCalled } from '../customers/doNotCall.ts'
import { numberOf } from '../customers/numbers.ts'
import { readAge, readDay, readGender, readMoment, readName, readRegion, readWish, readZone } from './reading.ts'
import { type Mapping, PHONES, type Result, type Target } from './rules.ts'

/** How the rows of a file are to be read. */
export type Reading = {
  readonly headers: readonly string[]
  readonly mapping: Mapping
  /** ISO 3166 alpha-2 of numbers without a country code. */
  readonly country: string
  /** Rows hidden in the workbook: somebody filtered them out. */
  readonly hidden: 'take' | 'skip'
}

/** A row that nothing speaks against so far. `code` tells what of it was left out. */
export type GoodRow = {
  readonly rowNo: number
  readonly result: 'GOOD'
  readonly code: string | null
  readonly raw: readonly string[]
  readonly customer: NewCustomer
  /** HMAC of each number, hex. */
  readonly hashes: readonly string[]
  readonly notBefore: Temporal.Instant | null
  readonly renewalExpiresOn: Temporal.PlainDate | null
  /** Behind one of the numbers, where the centre knows it. */
  readonly knownAs: string | null
}
/** A row that is not taken, and the name of the reason. */
export type RefusedRow = {
  readonly rowNo: number
  readonly result: Exclude<Result, 'GOOD'>
  readonly code: string
  readonly raw: readonly string[]
}
export type JudgedRow = GoodRow | RefusedRow

const ADULT = 18

type Good = Extract<JudgedNumber, { ok: true }>
const phoneOf = (ctx: Ctx, { e164, country, type, valid, fictional, shown }: Good) => {
  const hash = Buffer.from(ctx.hashOf(e164)).toString('hex')
  const phone: NewPhone = { e164, country, type, valid, fictional, shown, hash }
  return { phone, hash }
}

/** The numbers of a row in the order of the mapping, each once, with what is wrong with those that are none. */
function numbersIn(ctx: Ctx, cells: ReadonlyMap<Target, Cell>, country: string) {
  const good = new Map<string, ReturnType<typeof phoneOf>>()
  const faults: string[] = []
  for (const target of PHONES) {
    const cell = cells.get(target) ?? null
    // Two numbers in one cell; a number on its own may hold the same marks, so it is tried whole first.
    const whole = numberOf(ctx, cell, country)
    const parts = whole.ok || typeof cell !== 'string' ? [] : splitNumbers(cell)
    const judged = parts.length > 1 ? parts.map((part) => numberOf(ctx, part, country)) : [whole]
    for (const number of judged) {
      if (number.ok) good.set(number.e164, phoneOf(ctx, number))
      else if (number.code !== 'empty') faults.push(number.code)
    }
  }
  return { good: [...good.values()], faults }
}

/**
 * Reads one row by the mapping, without a look at the database. What limits calls and cannot be read makes the row BAD;
 * other things become facts.
 */
export function readRow(ctx: Ctx, { rowNo, cells, raw, hidden, skip }: TableRow, reading: Reading): JudgedRow {
  const { headers, mapping, country } = reading
  const bad = (code: string, result: 'BAD' | 'INV' = 'BAD'): RefusedRow => ({ rowNo, result, code, raw })
  if (hidden && reading.hidden === 'skip') return bad('hiddenRow')
  if (skip) return bad(skip === 'total' ? 'totalRow' : 'headsAgain')
  const at = new Map<Target, Cell>()
  const facts: Record<string, Cell> = {}
  const keepFact = (column: number) => {
    const cell = cells[column] ?? null
    if (cell !== null)
      facts[headers[column] || `#${column + 1}`] = typeof cell === 'string' ? cell.slice(0, 2000) : cell
  }
  for (const [column, target] of mapping.entries()) {
    if (target === 'fact' || target === 'age') keepFact(column)
    if (target !== 'fact' && target !== 'skip') at.set(target, cells[column] ?? null)
  }
  /** What cannot be read and limits nothing stays to be seen under its head. */
  const orFact = <T>(target: Target, value: T | null): T | null => {
    if (value === null && at.has(target)) keepFact(mapping.indexOf(target))
    return value
  }
  const given = (target: Target) => (at.get(target) ?? null) !== null
  const { good, faults } = numbersIn(ctx, at, country)
  if (good.length === 0) return faults[0] ? bad(faults[0], 'INV') : bad('noNumber')
  const age = readAge(at.get('age') ?? null)
  const birthday = orFact('birthday', readDay(at.get('birthday') ?? null))
  const years = birthday ? birthday.until(ctx.today, { largestUnit: 'years' }).years : age
  if (years !== null && years < ADULT) return bad('minor')
  const zone = readZone(at.get('zone') ?? null)
  if (given('zone') && zone === null) return bad('zoneUnreadable')
  const wish = readWish(at.get('wish') ?? null)
  if (given('wish') && wish === null) return bad('wishUnreadable')
  const notBefore = readMoment(at.get('notBefore') ?? null, ctx.centre.timeZone)
  if (given('notBefore') && notBefore === null) return bad('notBeforeUnreadable')
  const renewalExpiresOn = readDay(at.get('renewalExpiresOn') ?? null)
  if (given('renewalExpiresOn') && renewalExpiresOn === null) return bad('renewalUnreadable')
  const [first, ...others] = good.map(({ phone }) => phone)
  const customer: NewCustomer = {
    name: readName(at.get('name') ?? null),
    gender: orFact('gender', readGender(at.get('gender') ?? null)),
    birthday,
    region: orFact('region', readRegion(at.get('region') ?? null, country)),
    zone,
    wish,
    facts,
    phones: [first!, ...others],
  }
  return {
    ...{ rowNo, result: 'GOOD', code: faults.length > 0 ? 'numberLeftOut' : null, raw, customer, notBefore },
    ...{ hashes: good.map(({ hash }) => hash), renewalExpiresOn, knownAs: null },
  }
}

/** Customers who took their consent back and have not given it anew. */
export async function withdrawnOf(ctx: Ctx, customerIds: readonly string[]): Promise<Set<string>> {
  if (customerIds.length === 0) return new Set()
  const { rows } = await sql<{ customer_id: string }>`
    select c.customer_id from consent_of_customer c
    where c.customer_id = any(${sql.val([...customerIds])}::uuid[]) and c.centre_id = ${ctx.centre.id}
    group by c.customer_id
    having max(c.withdrawn_at) is not null
      and max(c.withdrawn_at) >= coalesce(max(c.given_at) filter (where c.withdrawn_at is null), '-infinity')`.execute(
    ctx.db,
  )
  return new Set(rows.map((row) => row.customer_id))
}

/** Reads and judges rows of a file; see `judgeRead`. */
export const judgeRows = (ctx: Ctx, rows: readonly TableRow[], reading: Reading): Promise<JudgedRow[]> =>
  judgeRead(
    ctx,
    rows.map((row) => readRow(ctx, row, reading)),
  )

/**
 * Judges rows that were read, in a handful of statements however many: do-not-call lists, withdrawn consent, who is known. A customer with one number on a list is not called on another, so the whole row is DNC. Whether a good
 * row becomes a lead is still to be asked of leads. Sees numbers in a command or a personal query only. [S3.6] [S4.4.10a]
 */
export async function judgeRead(ctx: Ctx, read: readonly JudgedRow[]): Promise<JudgedRow[]> {
  const hashes = read.flatMap((row) => (row.result === 'GOOD' ? row.hashes : []))
  const bytes = [...new Set(hashes)].map((hash) => Buffer.from(hash, 'hex'))
  const stopped = await isNotCalled(ctx, bytes)
  const known = bytes.length > 0 ? await numbersKnown(ctx, bytes) : new Map<string, { customerId: string }>()
  const withdrawn = await withdrawnOf(ctx, [...new Set([...known.values()].map(({ customerId }) => customerId))])
  return read.map((row): JudgedRow => {
    if (row.result !== 'GOOD') return row
    const { rowNo, raw } = row
    if (row.hashes.some((hash) => stopped.has(hash))) return { rowNo, result: 'DNC', code: 'doNotCall', raw }
    const people = row.hashes.flatMap((hash) => known.get(hash)?.customerId ?? [])
    if (people.some((id) => withdrawn.has(id))) return { rowNo, result: 'DNC', code: 'consentWithdrawn', raw }
    return { ...row, knownAs: people[0] ?? null }
  })
}
