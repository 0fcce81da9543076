import { sql } from 'kysely'
import { isWorkday } from '../../lib/workdays.ts'
import type { Ctx } from '../../platform/context.ts'
import { openCallbacks } from '../calls/opening.ts'
import { callbackWindow, OUTCOMES, type Outcome } from '../calls/rules.ts'
import type { NewCustomer } from '../customers/add.ts'
import { isNotCalled } from '../customers/doNotCall.ts'
import { openConsents, openCustomers, openStops } from '../customers/opening.ts'
import { type OpeningLead, openLeads } from '../leads/create.ts'
import { nextAttempt } from '../leads/rules.ts'
import { withdrawnOf } from '../lists/judging.ts'
import { countOpened } from '../lists/opening.ts'
import { provinceOf } from '../lists/reading.ts'
import type { ReadRow } from '../sheets/rules.ts'
import { hexOf, phoneOf } from './takeBasis.ts'
import {
  type At,
  add,
  type Batch,
  bad,
  countIn,
  dayIn,
  GOOD,
  momentIn,
  noted,
  numberIn,
  SAME,
  startOf,
  type Take,
  type Taken,
  text,
} from './taking.ts'

async function batchesNamed(ctx: Ctx, at: At, names: readonly string[]): Promise<void> {
  const asked = names.filter((name) => !at.batches.has(name))
  if (asked.length === 0) return
  const { rows } = await sql<Batch & { name: string }>`
    select name, id, product_id as "productId", purpose, grade, consent_evidence as evidence, consent_given_on as "givenOn",
      consent_expires_on as "expiresOn"
    from batch_basis where centre_id = ${ctx.centre.id} and name = any(${sql.val(asked)}::text[])`.execute(ctx.db)
  for (const { name, ...batch } of rows) at.batches.set(name, batch)
}

const ADULT = 18

const customerOf = (ctx: Ctx, row: ReadRow): NewCustomer => {
  const second = numberIn(row, 'number2')
  const first = phoneOf(ctx, numberIn(row, 'number')!)
  const region = text(row, 'region')
  return {
    ...{
      name: text(row, 'name')?.slice(0, 100) ?? null,
      gender: text(row, 'gender'),
      birthday: dayIn(row, 'birthday'),
    },
    region: region && ctx.centre.country === 'CN' ? provinceOf(region) : null,
    facts: row.values.note ? { [NOTE_FACT]: String(row.values.note) } : {},
    phones: second && second.e164 !== numberIn(row, 'number')!.e164 ? [first, phoneOf(ctx, second)] : [first],
  }
}
/** The head under which what was written beside a customer stays with him. */
const NOTE_FACT = '備註'

/** Where a lead stood, or why it cannot be taken. */
function judge(ctx: Ctx, at: At, row: ReadRow): { taken: Taken; tries: number; last: Temporal.Instant | null } {
  const last = momentIn(row, 'lastCall')
  const said = countIn(row, 'tries')
  const tries = said ?? (last ? 1 : 0)
  const refuse = (code: string, field: string) => ({ taken: bad(code, field, text(row, field) ?? ''), tries, last })
  const birthday = dayIn(row, 'birthday')
  if (birthday && birthday.until(ctx.today, { largestUnit: 'years' }).years < ADULT) return refuse('minor', 'birthday')
  if (last && Temporal.Instant.compare(last, ctx.now) > 0) return refuse('inFuture', 'lastCall')
  if (tries < 0 || tries > 200) return refuse('unreadable', 'tries')
  if (!at.batches.has(text(row, 'batch') ?? at.options.batch ?? '')) return refuse('batchUnknown', 'batch')
  const holder = text(row, 'holder')
  if (holder && at.seats.has(holder) && !at.seats.get(holder)!.groupId) return refuse('holderNoGroup', 'holder')
  // The time of tries that are only counted is not known; they are set before the first day.
  const assumed = tries > 0 && !last
  const before = startOf(ctx, at.day.subtract({ days: 1 })).add({ hours: 12 })
  const lastTry = assumed ? (Temporal.Instant.compare(before, ctx.now) > 0 ? ctx.now : before) : tries > 0 ? last : null
  if (holder && !at.seats.has(holder)) return { taken: noted('holderLeft', 'holder'), tries, last: lastTry }
  return { taken: assumed ? noted('lastCallAssumed', 'lastCall') : GOOD, tries, last: lastTry }
}

type Judged = { row: ReadRow; tries: number; last: Temporal.Instant | null; hashes: string[] }

/** Who must not be called of these: on a list, or with a consent taken back; by row. */
async function stoppedOf(ctx: Ctx, judged: readonly Judged[]): Promise<Map<number, Taken>> {
  const bytes = judged.flatMap(({ hashes }) => hashes.map((hash) => Buffer.from(hash, 'hex')))
  const stopped = await isNotCalled(ctx, bytes)
  return new Map(
    judged.flatMap(({ row, hashes }) =>
      hashes.some((hash) => stopped.has(hash)) ? [[row.rowNo, bad('doNotCall', 'number')] as const] : [],
    ),
  )
}

/**
 * Leads where they stood: holder, tries, last result, and when they are to be called next. A time that the customer named is
 * a promise of the agent; one that has passed makes the lead due at once. Who refused for good goes onto the centre's list.
 */
export const takeLeads: Take = async (ctx, at, rows) => {
  const results = new Map<number, Taken>()
  await batchesNamed(ctx, at, [...new Set(rows.map((row) => text(row, 'batch') ?? at.options.batch ?? ''))])
  const judged = rows.flatMap((row): Judged[] => {
    const { taken, tries, last } = judge(ctx, at, row)
    results.set(row.rowNo, taken)
    const numbers = [numberIn(row, 'number')!, numberIn(row, 'number2')].filter((one) => one !== null)
    return taken.result === 'BAD' ? [] : [{ row, tries, last, hashes: numbers.map((one) => hexOf(ctx, one)) }]
  })
  const stopped = await stoppedOf(ctx, judged)
  for (const [rowNo, taken] of stopped) results.set(rowNo, taken)
  const open = judged.filter(({ row }) => !stopped.has(row.rowNo))
  const customers = await openCustomers(
    ctx,
    at.openingId,
    open.map(({ row }) => customerOf(ctx, row)),
  )
  const withdrawn = await withdrawnOf(ctx, [...new Set(customers.map(({ customerId }) => customerId))])
  const placed = open.flatMap((one, n) => {
    const customer = customers[n]!
    if (withdrawn.has(customer.customerId)) {
      results.set(one.row.rowNo, bad('consentWithdrawn', 'number'))
      return []
    }
    return [{ ...one, ...customer, lead: leadOf(ctx, at, one, customer.customerId) }]
  })
  const made = await openLeads(
    ctx,
    at.openingId,
    placed.map(({ lead }) => lead.lead),
  )
  const fresh = placed.filter(({ row }) => made.has(row.rowNo))
  for (const { row } of placed) if (!made.has(row.rowNo)) results.set(row.rowNo, { ...SAME, code: 'openLead' })
  await follow(
    ctx,
    at,
    fresh.map((one) => ({ ...one, leadId: made.get(one.row.rowNo)! })),
  )
  for (const { row, lead } of fresh) if (lead.note && results.get(row.rowNo) === GOOD) results.set(row.rowNo, lead.note)
  return results
}

type Placing = {
  lead: OpeningLead
  promise: { from: Temporal.Instant; to: Temporal.Instant } | null
  note: Taken | null
}

function leadOf(ctx: Ctx, at: At, { row, tries, last }: Judged, customerId: string): Placing {
  const batch = at.batches.get(text(row, 'batch') ?? at.options.batch ?? '')!
  const outcome = (text(row, 'lastOutcome') ?? 'notReached') as Outcome
  const seat = at.seats.get(text(row, 'holder') ?? '')
  const holderId = seat?.groupId ? text(row, 'holder') : null
  const groupId = seat?.groupId ?? text(row, 'group')
  const closedAs = tries > 0 || row.values.lastOutcome ? OUTCOMES[outcome].closes : null
  const next = momentIn(row, 'nextCall')
  const named = next && OUTCOMES[outcome].callback && holderId !== null
  const ahead = next && Temporal.Instant.compare(next, ctx.now) > 0
  const minutes = ctx.rules.at(ctx.today, groupId).get('callback.windowMinutes')
  const promise = named && ahead && !closedAs ? callbackWindow(next, minutes) : null
  const plan = planned(ctx, groupId, tries, last)
  const due = promise?.to ?? (next ? (ahead ? next : ctx.now) : plan.dueAt)
  const ended = closedAs ?? (next ? null : plan.closedAs)
  return {
    lead: {
      ...{
        rowNo: row.rowNo,
        batchId: batch.id,
        productId: batch.productId,
        purpose: batch.purpose,
        grade: batch.grade,
      },
      ...{ customerId, groupId, holderId, tries, lastTryAt: last, lastOutcome: outcome, closedAs: ended },
      dueAt: ended ? null : due,
      warmUntil: promise ? promise.to.add({ hours: 24 }) : null,
    },
    promise,
    note: named && !ahead && !closedAs ? noted('promisePassed', 'nextCall', String(next)) : null,
  }
}

/** When the attempt plan calls a lead next that has been tried so often. */
function planned(ctx: Ctx, groupId: string | null, tries: number, last: Temporal.Instant | null) {
  const rules = ctx.rules.at(ctx.today, groupId)
  const calendar = rules.get('calendar')
  const attempts = Array.from({ length: last ? tries : 0 }, (_, n) => ({
    at: last!.subtract({ hours: 24 * (tries - 1 - n) }),
    band: 'outside',
  }))
  const next = nextAttempt(rules.get('attempt.plan'), rules.get('dial.blocks'), attempts, 1, ctx.now, {
    zone: ctx.centre.timeZone,
    isWorkday: (day) => isWorkday(day, calendar).workday,
  })
  if (next.kind === 'finished') return { dueAt: null, closedAs: 'planFinished' as const }
  return { dueAt: next.kind === 'due' ? next.at : next.until, closedAs: null }
}

type Placed = Judged & { customerId: string; phoneIds: readonly string[]; lead: Placing; leadId: string }

/** What goes with leads that were put in place: their lists' consent, promises, refusals for good, counts. */
async function follow(ctx: Ctx, at: At, placed: readonly Placed[]): Promise<void> {
  const batchOf = ({ row }: Placed) => at.batches.get(text(row, 'batch') ?? at.options.batch ?? '')!
  await openConsents(
    ctx,
    at.openingId,
    placed.map((one) => {
      const { purpose, evidence, givenOn, expiresOn } = batchOf(one)
      return {
        ...{ rowNo: one.row.rowNo, customerId: one.customerId, purpose, evidence, withdrawnAt: null },
        ...{ givenAt: startOf(ctx, givenOn), expiresAt: expiresOn ? startOf(ctx, expiresOn) : null },
      }
    }),
  )
  await openCallbacks(
    ctx,
    at.openingId,
    placed.flatMap(({ lead: { lead, promise }, leadId, customerId, phoneIds, row }) =>
      promise
        ? [
            {
              ...{
                leadId,
                customerId,
                phoneId: phoneIds[0]!,
                agentId: lead.holderId!,
                groupId: lead.groupId,
                ...promise,
              },
              note: text(row, 'note') ?? '',
            },
          ]
        : [],
    ),
  )
  const since = startOf(ctx, at.day.subtract({ days: 1 }))
  await openStops(
    ctx,
    at.openingId,
    placed.flatMap(({ row, lead, last }) =>
      OUTCOMES[lead.lead.lastOutcome as Outcome].doNotCall
        ? [numberIn(row, 'number')!, numberIn(row, 'number2')].flatMap((number) =>
            number
              ? [
                  {
                    ...{ rowNo: row.rowNo, hash: hexOf(ctx, number), masked: number.shown, list: 'own' as const },
                    ...{ since: last ?? since, reason: 'customerRefused' as const },
                  },
                ]
              : [],
          )
        : [],
    ),
  )
  const counts = new Map<string, number>()
  for (const { lead } of placed) {
    counts.set(lead.lead.batchId, (counts.get(lead.lead.batchId) ?? 0) + 1)
    add(
      at,
      `leads.${lead.lead.closedAs ? 'closed' : lead.lead.holderId ? 'agent' : lead.lead.groupId ? 'group' : 'pool'}`,
    )
    if (lead.promise) add(at, 'promises')
  }
  if (counts.size > 0) await countOpened(ctx, counts)
}
