import type { RulesSource } from '../../platform/rules.ts'
import { packsOf } from '../compliance/packs.ts'

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
