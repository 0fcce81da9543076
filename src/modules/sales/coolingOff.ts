import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { RulesSource } from '../../platform/rules.ts'
import { packsOf } from '../compliance/packs.ts'
import { append, casesWithEntries } from './entries.ts'
import { standOf } from './rules.ts'

/** Days from the receipt on which the customer may cancel, as the packs in force on a day say; null where none does. */
function coolingOffDays(rules: RulesSource, day: Temporal.PlainDate): number | null {
  const inForce = rules.at(day)
  if (!inForce.has('packs')) return null
  for (const { figures } of packsOf(inForce.get('packs')))
    if (figures?.coolingOffDays !== undefined) return figures.coolingOffDays
  return null
}

/**
 * The last day on which a policy that was received on a day may be cancelled for a full refund: the days count from the
 * day after the receipt. null where no pack in force sets a period. Source: cn-life.coolingoff.
 */
export function coolingOffUntil(rules: RulesSource, deliveredOn: Temporal.PlainDate): Temporal.PlainDate | null {
  const days = coolingOffDays(rules, deliveredOn)
  return days === null ? null : deliveredOn.add({ days })
}

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
