import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { Product } from '../catalog/catalog.ts'
import type { PayWay } from '../catalog/rules.ts'
import { packsInForce } from '../compliance/facts.ts'
import { openCustomers } from '../customers/opening.ts'
import { type OpeningSale, openSales } from '../sales/opening.ts'
import { premiumOf, type State } from '../sales/rules.ts'
import type { ReadRow } from '../sheets/rules.ts'
import { phoneOf } from './takeBasis.ts'
import {
  type At,
  add,
  bad,
  dayIn,
  GOOD,
  isAfter,
  noted,
  numberIn,
  SAME,
  type Take,
  type Taken,
  text,
} from './taking.ts'

/** Payments a year of a way to pay, for products that do not name it any more. */
const USUAL: Readonly<Record<PayWay, number>> = { monthly: 12, quarterly: 4, halfYearly: 2, yearly: 1, single: 1 }

/** The version in force on a day; of a product that came later, its first. */
function versionOn(at: At, productId: string, day: Temporal.PlainDate): { version: Product; later: boolean } {
  const all = at.versions.filter(({ id }) => id === productId)
  const then = all.findLast(({ effectiveOn }) => !isAfter(effectiveOn, day))
  return { version: then ?? all[0]!, later: then === undefined }
}

type Entry = { readonly state: State; readonly on: Temporal.PlainDate }
export type Way = { readonly entries: readonly Entry[] } | { readonly code: string; readonly field: string }

/** Days of the states that the word and the dates of a row tell, oldest first, or what is missing for them. */
export function wayOf(row: Pick<ReadRow, 'values'>, coolingOffDays: number, last: Temporal.PlainDate): Way {
  const on = (key: string) => (row.values[key] as Temporal.PlainDate | undefined) ?? null
  const said = row.values.state as State
  const [accepted, issued, receipt] = [on('acceptedOn')!, on('issuedOn'), on('receiptOn')]
  const [cancelled, lapsed] = [on('cancelledOn'), on('lapsedOn')]
  const entries: Entry[] = [{ state: 'accepted', on: accepted }]
  const then = (state: State, day: Temporal.PlainDate | null, field: string): Way | null => {
    if (!day) return { code: 'dateMissing', field }
    entries.push({ state, on: day })
    return null
  }
  const steps: (Way | null)[] = []
  if (said === 'underwriting' || said === 'awaitingPayment') entries.push({ state: said, on: accepted })
  else if (said === 'declined') entries.push({ state: said, on: cancelled ?? accepted })
  else if (said !== 'accepted') {
    steps.push(then('issued', issued, 'issuedOn'))
    // A receipt says more than the word beside it, which is often a day old.
    if (receipt && said !== 'inForce') entries.push({ state: 'delivered', on: receipt })
    else if (said === 'delivered') steps.push(then('delivered', receipt, 'receiptOn'))
    if (said === 'inForce' || said === 'lapsed' || said === 'surrendered') {
      if (receipt && said === 'inForce') entries.push({ state: 'delivered', on: receipt })
      const ended = (receipt ?? issued)?.add({ days: coolingOffDays }) ?? null
      const stop = lapsed ?? cancelled ?? last
      if (ended) entries.push({ state: 'inForce', on: isAfter(ended, stop) ? stop : ended })
    }
    if (said === 'cancelledInCoolingOff') steps.push(then(said, cancelled, 'cancelledOn'))
    if (said === 'lapsed') steps.push(then(said, lapsed, 'lapsedOn'))
    if (said === 'surrendered') steps.push(then(said, cancelled, 'cancelledOn'))
  }
  const missing = steps.find((step) => step !== null)
  if (missing) return missing
  const late = entries.find(({ on: day }) => isAfter(day, last))
  if (late) return { code: 'afterFirstDay', field: 'state' }
  const back = entries.find(({ on: day }, n) => n > 0 && isAfter(entries[n - 1]!.on, day))
  return back ? { code: 'datesOutOfOrder', field: 'state' } : { entries }
}

const APPLICATION = /^[A-Z0-9][A-Z0-9-]{3,39}$/

async function knownCases(ctx: Ctx, numbers: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ no: string }>`select application_no as no from sale_fact
    where centre_id = ${ctx.centre.id} and application_no = any(${sql.val([...numbers])}::text[])`.execute(ctx.db)
  return new Set(rows.map(({ no }) => no))
}

/** Days of cooling-off that the packs in force name; fifteen where none does. */
const coolingOffDays = (ctx: Ctx): number =>
  packsInForce(ctx, null)
    .map(({ figures }) => figures?.coolingOffDays)
    .find((days) => days !== undefined) ?? 15

const numberOf = (row: ReadRow) => text(row, 'applicationNo')!.toUpperCase().replaceAll(/\s/g, '')

function judge(ctx: Ctx, at: At, row: ReadRow, known: ReadonlySet<string>): { taken: Taken; way?: Way } {
  const no = numberOf(row)
  if (!APPLICATION.test(no)) return { taken: bad('unreadable', 'applicationNo', no) }
  if (known.has(no)) return { taken: SAME }
  if (at.seen.has(no)) return { taken: bad('twice', 'applicationNo', no) }
  at.seen.add(no)
  const way = wayOf(row, coolingOffDays(ctx), at.day.subtract({ days: 1 }))
  if ('code' in way) return { taken: bad(way.code, way.field, text(row, way.field) ?? ''), way }
  return { taken: GOOD, way }
}

/** Cases with all their days: they count on the days on which they happened. [S4.2.3b] [S4.4.11b] */
export const takeCases: Take = async (ctx, at, rows) => {
  const results = new Map<number, Taken>()
  const known = await knownCases(ctx, rows.map(numberOf))
  const good = rows.flatMap((row) => {
    const { taken, way } = judge(ctx, at, row, known)
    results.set(row.rowNo, taken)
    return taken.result === 'GOOD' && way && 'entries' in way ? [{ row, entries: way.entries }] : []
  })
  const customers = await openCustomers(
    ctx,
    at.openingId,
    good.map(({ row }) => ({
      ...{ name: text(row, 'name')?.slice(0, 100) ?? null, phones: [phoneOf(ctx, numberIn(row, 'number')!)] as const },
    })),
  )
  const sales = good.map(({ row, entries }, n): OpeningSale => {
    const { version, later } = versionOn(at, text(row, 'product')!, dayIn(row, 'acceptedOn')!)
    const payWay = text(row, 'payWay') as PayWay
    const payTimes = version.payWays[payWay] ?? USUAL[payWay]
    const premium = premiumOf(text(row, 'premium')!, payTimes, version.standardFactor)
    const agentId = text(row, 'agent')!
    if (!version.payWays[payWay]) results.set(row.rowNo, noted('payWayUsual', 'payWay', payWay))
    else if (later && !row.values.standard) results.set(row.rowNo, noted('factorOfToday', 'product'))
    add(at, `cases.${entries.at(-1)!.state}`)
    return {
      ...{ rowNo: row.rowNo, applicationNo: numberOf(row), agentId, entries, payWay, payTimes },
      ...{ groupId: text(row, 'group') ?? at.seats.get(agentId)?.groupId ?? null, productId: version.id },
      ...{ productVersionId: version.versionId, customerId: customers[n]!.customerId },
      premium: { ...premium, standard: text(row, 'standard') ?? premium.standard },
    }
  })
  const made = await openSales(ctx, at.openingId, sales)
  for (const { row } of good) if (!made.has(row.rowNo)) results.set(row.rowNo, SAME)
  return results
}
