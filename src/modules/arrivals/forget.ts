import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { dropFolder } from './drop.ts'

/** Days for which a file that was dropped is kept in done/ with its results: numbers stand in it whole. */
const KEPT_DAYS = 30

/**
 * Each night: what people wanted who were erased since, and files that were dropped a month ago. Repeating it changes
 * nothing.
 */
export async function forgetArrivals(ctx: Ctx): Promise<void> {
  await sql`update arrival a set wants = '' from customer_card c
    where c.id = a.customer_id and a.centre_id = ${ctx.centre.id} and c.erased_at is not null and a.wants <> ''`.execute(
    ctx.db,
  )
  const { rows } = await sql<{ code: string; name: string }>`
    select s.code, f.name from arrival_file f join arrival_source s on s.id = f.source_id
    where f.centre_id = ${ctx.centre.id} and f.at < ${ctx.now.subtract({ hours: 24 * KEPT_DAYS })}`.execute(ctx.db)
  for (const { code, name } of rows) {
    const folder = dropFolder(ctx, code)
    await rm(join(folder, 'done', name), { force: true })
    await rm(join(folder, `${name}.result.csv`), { force: true })
  }
}
