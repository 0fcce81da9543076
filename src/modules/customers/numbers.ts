import { type FictionalRanges, type JudgedNumber, judgeNumber } from '../../lib/phoneNumber.ts'
import type { Ctx } from '../../platform/context.ts'

/** Made-up ranges that the rulebook of a demo centre lists; none anywhere else, whatever a rulebook says. */
function fictionalRanges(ctx: Ctx): FictionalRanges {
  const rules = ctx.rules.at(ctx.today)
  return ctx.centre.demo && rules.has('numbers.fictional') ? rules.get('numbers.fictional') : {}
}

/**
 * Reads and judges a number as somebody wrote it; without a country code it belongs to `country`, by default the
 * centre's. Everything that enters the house by hand or by file comes through here, so that one number has one hash.
 */
export const numberOf = (
  ctx: Ctx,
  cell: string | number | boolean | null | undefined,
  country: string = ctx.centre.country,
): JudgedNumber => judgeNumber(cell, country, { allow: fictionalRanges(ctx) })
