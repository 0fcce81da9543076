import { sql } from 'kysely'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { type Correction, type DoNotCallList, mayCorrect, type StopReason } from './rules.ts'

/** What shows it: the call in which it was said, a person who entered it, the file it came in. */
export type StopSource = { readonly kind: 'call' | 'person' | 'file' | 'erasure'; readonly id: string | null }

export type Stop = ({ readonly phoneId: string } | { readonly e164: string; readonly masked: string }) & {
  readonly list: DoNotCallList
  readonly reason: StopReason
  readonly source: StopSource
  readonly note?: string
}

/**
 * Puts a number on a do-not-call list, without an end. From the commit on every dial that is judged reads the new row,
 * whoever holds a lead of that number and however far it is prepared. A number that stands there already gets no second
 * row. Answers the entry's id and whether it is new; not found where the phone is not the centre's. [S3.6]
 */
export async function stopCalling(ctx: Ctx, stop: Stop): Promise<{ entryId: string; added: boolean }> {
  const { hash, masked } =
    'phoneId' in stop ? await phoneOf(ctx, stop.phoneId) : { ...stop, hash: ctx.hashOf(stop.e164) }
  const { rows: standing } = await sql<{ id: string }>`
    select d.id from do_not_call d
    where d.hash = ${hash} and d.centre_id = ${ctx.centre.id} and d.list = ${stop.list} and d.until is null
      and d.corrects is null and not exists (select from do_not_call c where c.corrects = d.id)
    limit 1`.execute(ctx.db)
  if (standing[0]) return { entryId: standing[0].id, added: false }
  const { id } = await ctx.db
    .insertInto('do_not_call')
    .values({
      centre_id: ctx.centre.id,
      list: stop.list,
      hash: Buffer.from(hash),
      masked,
      since: ctx.now,
      reason: stop.reason,
      note: stop.note ?? '',
      source_kind: stop.source.kind,
      source_id: stop.source.id,
      recorded_by: ctx.actor.personId,
      recorded_at: ctx.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await ctx.emit('customers.callingStopped', { kind: 'doNotCall', id }, { list: stop.list, reason: stop.reason })
  ctx.touch('customers')
  return { entryId: id, added: true }
}

async function phoneOf(ctx: Ctx, phoneId: string): Promise<{ hash: Uint8Array; masked: string }> {
  const phone = await ctx.db
    .selectFrom('phone')
    .select(['hash', 'masked'])
    .where('id', '=', phoneId)
    .where('centre_id', '=', ctx.centre.id)
    .executeTakeFirst()
  if (!phone) throw notFound()
  return phone
}

/** Which of these numbers (by hash) stand on any do-not-call list now, as hex of the hash. */
export async function isNotCalled(ctx: Ctx, hashes: readonly Uint8Array[]): Promise<Set<string>> {
  if (hashes.length === 0) return new Set()
  const { rows } = await sql<{ hex: string }>`
    select distinct encode(hash, 'hex') as hex from not_called
    where hash = any(${sql.val(hashes.map((hash) => Buffer.from(hash)))}::bytea[]) and centre_id = ${ctx.centre.id}
      and (until is null or until > ${ctx.now})`.execute(ctx.db)
  return new Set(rows.map((row) => row.hex))
}

/**
 * Adds the row that says an own entry was entered by mistake. The wrong row stays to be seen, with who corrected it and
 * why, and no longer stops the number. The decision is kept under its clause. Answers the new row's id. [S3.6]
 */
export async function correctDoNotCall(
  ctx: Ctx,
  { entryId, reason, note }: { entryId: string; reason: Correction; note: string },
): Promise<{ entryId: string }> {
  const subject = { kind: 'doNotCall', id: entryId }
  type Row = { list: DoNotCallList; hash: Buffer; masked: string; correcting: boolean; corrected: boolean }
  // Locked, so that two corrections of one entry come one after the other and the second is told so.
  const { rows } = await sql<Row>`
    select d.list, d.hash, d.masked, d.corrects is not null as correcting, exists (select from do_not_call c where c.corrects = d.id) as corrected
    from do_not_call d where d.id = ${entryId} and d.centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  const entry = rows[0]
  if (!entry) throw notFound()
  const verdict = mayCorrect(entry)
  demand(verdict, subject)
  const { id } = await ctx.db
    .insertInto('do_not_call')
    .values({
      centre_id: ctx.centre.id,
      list: 'own',
      hash: entry.hash,
      masked: entry.masked,
      since: ctx.now,
      until: ctx.now,
      reason,
      note,
      source_kind: 'person',
      source_id: ctx.actor.personId,
      recorded_by: ctx.actor.personId,
      recorded_at: ctx.now,
      corrects: entryId,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await ctx.decide({ verdict, subject, clauses: ['S3.6'] })
  await ctx.emit('customers.doNotCallCorrected', subject, { reason })
  ctx.touch('customers')
  return { entryId: id }
}
