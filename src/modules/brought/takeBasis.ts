import type { Ctx } from '../../platform/context.ts'
import { openConsents, openCustomers, openStops } from '../customers/opening.ts'
import type { DoNotCallList } from '../customers/rules.ts'
import { openBatches } from '../lists/opening.ts'
import type { Grade } from '../lists/rules.ts'
import type { GoodNumber } from '../sheets/rules.ts'
import { add, bad, dayIn, GOOD, isAfter, numberIn, SAME, startOf, type Take, type Taken, text } from './taking.ts'

export const hexOf = (ctx: Ctx, number: GoodNumber): string => Buffer.from(ctx.hashOf(number.e164)).toString('hex')

export const phoneOf = (ctx: Ctx, { e164, country, type, valid, fictional, shown }: GoodNumber) => ({
  ...{ e164, country, type, valid, fictional, shown },
  hash: hexOf(ctx, { e164 } as GoodNumber),
})

/** Lists that leads belong to, with what their people agreed to. [S4.4.10a] */
export const takeBatches: Take = async (ctx, at, rows) => {
  const results = new Map<number, Taken>()
  const good = rows.filter((row) => {
    const name = text(row, 'name')!
    const twice = at.seen.has(name)
    at.seen.add(name)
    const given = dayIn(row, 'consentGivenOn')!
    if (twice) results.set(row.rowNo, bad('twice', 'name', name))
    else if (isAfter(given, ctx.today)) results.set(row.rowNo, bad('inFuture', 'consentGivenOn', String(given)))
    return !results.has(row.rowNo)
  })
  const made = await openBatches(
    ctx,
    at.openingId,
    good.map((row) => ({
      ...{ name: text(row, 'name')!, source: text(row, 'source')!, consentEvidence: text(row, 'consentEvidence')! },
      ...{ consentGivenOn: dayIn(row, 'consentGivenOn')!, consentExpiresOn: dayIn(row, 'consentExpiresOn') },
      ...{ productId: text(row, 'product')!, grade: (text(row, 'grade') ?? 'B') as Grade, fileName: at.fileName },
      ...{ purpose: (text(row, 'purpose') ?? 'sale') as 'sale', expiresOn: dayIn(row, 'expiresOn') },
    })),
  )
  for (const row of good) results.set(row.rowNo, made.get(text(row, 'name')!)?.fresh ? GOOD : SAME)
  return results
}

/** Numbers that must not be called. [S3.6] */
export const takeStops: Take = async (ctx, at, rows) => {
  const results = new Map<number, Taken>()
  const before = startOf(ctx, at.day.subtract({ days: 1 }))
  const good = rows.filter((row) => {
    const since = dayIn(row, 'since')
    if (since && isAfter(since, ctx.today)) results.set(row.rowNo, bad('inFuture', 'since', String(since)))
    return !results.has(row.rowNo)
  })
  const fresh = await openStops(
    ctx,
    at.openingId,
    good.map((row) => {
      const number = numberIn(row, 'number')!
      const since = dayIn(row, 'since')
      return {
        ...{ rowNo: row.rowNo, hash: hexOf(ctx, number), masked: number.shown, reason: 'listed' as const },
        ...{ list: (text(row, 'list') ?? 'own') as DoNotCallList, since: since ? startOf(ctx, since) : before },
      }
    }),
  )
  for (const row of good) {
    results.set(row.rowNo, fresh.has(row.rowNo) ? GOOD : SAME)
    if (fresh.has(row.rowNo)) add(at, `stops.${text(row, 'list') ?? 'own'}`)
  }
  return results
}

/** What customers agreed to or took back. [S3.6] */
export const takeConsents: Take = async (ctx, at, rows) => {
  const customers = await openCustomers(
    ctx,
    at.openingId,
    rows.map((row) => ({ name: text(row, 'name'), phones: [phoneOf(ctx, numberIn(row, 'number')!)] })),
  )
  const at0 = (day: Temporal.PlainDate | null) => (day ? startOf(ctx, day) : null)
  const fresh = await openConsents(
    ctx,
    at.openingId,
    rows.map((row, n) => ({
      ...{ rowNo: row.rowNo, customerId: customers[n]!.customerId, purpose: text(row, 'purpose') ?? 'sale' },
      ...{ givenAt: at0(dayIn(row, 'givenOn'))!, expiresAt: at0(dayIn(row, 'expiresOn')) },
      ...{ withdrawnAt: at0(dayIn(row, 'withdrawnOn')), evidence: text(row, 'evidence')! },
    })),
  )
  return new Map(rows.map(({ rowNo }) => [rowNo, fresh.has(rowNo) ? GOOD : SAME]))
}
