import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { Grade } from './rules.ts'

/** A list that was being worked before the house was moved into. */
export type OpeningBatch = {
  readonly name: string
  readonly source: string
  readonly purpose: 'sale' | 'service'
  readonly consentEvidence: string
  readonly consentGivenOn: Temporal.PlainDate
  readonly consentExpiresOn: Temporal.PlainDate | null
  readonly productId: string
  readonly grade: Grade
  readonly expiresOn: Temporal.PlainDate | null
  readonly fileName: string
}

/** Enters lists of a take-over; one of that name that is there already stays. Answers the ids by name. [S4.4.10a] */
export async function openBatches(
  ctx: Ctx,
  openingId: string,
  batches: readonly OpeningBatch[],
): Promise<Map<string, { id: string; fresh: boolean }>> {
  const given = batches.map((one) => ({
    ...{ name: one.name, source: one.source, purpose: one.purpose, evidence: one.consentEvidence, grade: one.grade },
    ...{ given_on: one.consentGivenOn.toString(), ends_on: one.consentExpiresOn?.toString() ?? null },
    ...{ product_id: one.productId, expires_on: one.expiresOn?.toString() ?? null, file_name: one.fileName },
  }))
  const { rows } = await sql<{ id: string; name: string }>`
    insert into list_batch (centre_id, name, source, purpose, consent_evidence, consent_given_on, consent_expires_on, product_id,
      grade, country, expires_on, file_name, state, rows_total, created_by, created_at, started_at, opening_id)
    select ${ctx.centre.id}, g.name, g.source, g.purpose, g.evidence, g.given_on, g.ends_on, g.product_id, g.grade,
      ${ctx.centre.country}, g.expires_on, g.file_name, 'done', 0, ${ctx.actor.personId}, ${ctx.now}, ${ctx.now}, ${openingId}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(name text, source text, purpose text, evidence text, given_on date,
      ends_on date, product_id uuid, grade text, expires_on date, file_name text)
    on conflict (centre_id, name) do nothing returning id, name`.execute(ctx.db)
  const fresh = new Set(rows.map(({ id }) => id))
  const { rows: all } = await sql<{ id: string; name: string }>`select id, name from list_batch
    where centre_id = ${ctx.centre.id} and name = any(${sql.val(batches.map(({ name }) => name))}::text[])`.execute(
    ctx.db,
  )
  ctx.touch('lists')
  return new Map(all.map(({ id, name }) => [name, { id, fresh: fresh.has(id) }]))
}

/** Counts leads that a take-over put into lists, by list. */
export async function countOpened(ctx: Ctx, counts: ReadonlyMap<string, number>): Promise<void> {
  const given = [...counts].map(([id, count]) => ({ id, count }))
  await sql`update list_batch b set good = b.good + g.count, rows_total = coalesce(b.rows_total, 0) + g.count,
      rows_done = b.rows_done + g.count
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id uuid, count int)
    where b.id = g.id and b.centre_id = ${ctx.centre.id}`.execute(ctx.db)
}

/** Takes back the lists of a take-over that no lead belongs to any more; the caller knows which those are. */
export async function forgetOpenBatches(ctx: Ctx, openingId: string, ids: readonly string[]): Promise<void> {
  await sql`delete from list_batch where opening_id = ${openingId} and id = any(${sql.val([...ids])}::uuid[])`.execute(
    ctx.db,
  )
  ctx.touch('lists')
}
