import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'

/** Since when the insurer's file says what is issued in this centre; null where it is entered by hand. [S4.2.3b] */
export async function insurerSince(ctx: Ctx): Promise<Temporal.PlainDate | null> {
  const { rows } = await sql<{ since: Temporal.PlainDate }>`
    select insurer_since as since from sale_source where centre_id = ${ctx.centre.id}`.execute(ctx.db)
  return rows[0]?.since ?? null
}

/** From now on the insurer's file says it, or hands do once more. False where it was so already. */
export async function setInsurerSays(ctx: Ctx, on: boolean): Promise<boolean> {
  const done = on
    ? await sql`insert into sale_source (centre_id, insurer_since, said_by, said_at)
        values (${ctx.centre.id}, ${ctx.today}, ${ctx.actor.personId}, ${ctx.now})
        on conflict do nothing returning 1`.execute(ctx.db)
    : await sql`delete from sale_source where centre_id = ${ctx.centre.id} returning 1`.execute(ctx.db)
  if (done.rows.length === 0) return false
  await ctx.emit('sales.sourceSet', { kind: 'centre', id: ctx.centre.id }, { insurerFile: on })
  ctx.touch('sales')
  return true
}
