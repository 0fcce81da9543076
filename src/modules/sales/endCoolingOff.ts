import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { coolingOffUntil } from './coolingOff.ts'
import { append, casesWithEntries } from './entries.ts'
import { standOf } from './rules.ts'

/** Cases of one lot; the rest follow in the same night. */
const LOT = 500

/**
 * Each night: a policy whose cooling-off period has run out before `day` is in force, from the day after its last one.
 * Finds what earlier nights left, so any past day may be run again.
 */
export async function endCoolingOff(ctx: Ctx, day: Temporal.PlainDate): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await sql<{ id: string }>`
      select id from sale where centre_id = ${ctx.centre.id} and state = 'delivered' and id > ${after}
        and (cooling_off_until is null or cooling_off_until < ${day}) order by id limit ${LOT}`.execute(ctx.db)
    if (rows.length === 0) return
    after = rows.at(-1)!.id
    const found = await casesWithEntries(
      ctx,
      rows.map(({ id }) => id),
      true,
    )
    const over = found.flatMap(({ sale, entries }) => {
      const { state, deliveredOn } = standOf(entries)
      const until = deliveredOn && coolingOffUntil(ctx.rules, deliveredOn)
      if (state !== 'delivered' || !until || Temporal.PlainDate.compare(until, day) >= 0) return []
      const on = until.add({ days: 1 })
      return [
        {
          sale,
          entries,
          added: [{ state: 'inForce' as const, on, source: 'clock' as const, takesBack: null, note: '' }],
        },
      ]
    })
    await append(ctx, over)
  }
}
