import { sql } from 'kysely'
import { demand } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { productOf } from '../catalog/catalog.ts'
import { canSell, freeName, type Grade } from './rules.ts'

export type NewFeed = {
  readonly name: string
  readonly productId: string
  readonly grade: Grade
  /** What customers agree to where they leave their number. */
  readonly consentEvidence: string
}

/**
 * A list without a file: customers come into it one by one for as long as its source is open, each with a consent of his
 * own. Leads of it are leads of a list like any other. [S4.4.10a]
 */
export async function openFeed(ctx: Ctx, { name, productId, grade, consentEvidence }: NewFeed): Promise<string> {
  const product = await productOf(ctx, productId)
  demand(canSell(product.listed), { kind: 'product', id: productId })
  const { rows: taken } =
    await sql`select 1 from list_batch where centre_id = ${ctx.centre.id} and name = ${name}`.execute(ctx.db)
  demand(freeName(taken.length > 0, name))
  const { rows } = await sql<{ id: string }>`
    insert into list_batch (centre_id, name, source, purpose, consent_evidence, consent_given_on, product_id, grade, country,
      state, rows_total, created_by, created_at, started_at)
    values (${ctx.centre.id}, ${name}, ${name}, 'sale', ${consentEvidence}, ${ctx.today}, ${productId}, ${grade},
      ${ctx.centre.country}, 'done', 0, ${ctx.actor.personId}, ${ctx.now}, ${ctx.now}) returning id`.execute(ctx.db)
  await ctx.emit('lists.feedOpened', { kind: 'batch', id: rows[0]!.id })
  ctx.touch('lists')
  return rows[0]!.id
}

/** Counts what came in by a feed: a new lead, or somebody who is being worked already. */
export async function countFed(ctx: Ctx, batchId: string, result: 'good' | 'dup' | 'dnc'): Promise<void> {
  await sql`update list_batch set rows_total = coalesce(rows_total, 0) + 1, rows_done = rows_done + 1,
    ${sql.ref(result)} = ${sql.ref(result)} + 1 where id = ${batchId}`.execute(ctx.db)
  ctx.touch('lists')
}
