import { CAPS_RULES, PLAN_RULES } from './caps.ts'
import type { GateInput } from './dial.ts'
import { HOURS_RULES } from './hours.ts'
import type { Source } from './packs.ts'
import { type Finding, type Rule, type Sheet, sheetOf } from './sheet.ts'
import { DATE_RULES, LINE_RULES, REGION_RULES, STANDING_RULES, WISH_RULES } from './standing.ts'
import { wallClock } from './zones.ts'

export { coldOrWarm } from './contact.ts'

/** One reason against a dial, with all that a refused agent reads: what, why, whose rule, from when. */
export type Reason = {
  readonly code: string
  /** The pack that refuses; null where no pack is needed for the rule to hold. */
  readonly pack: string | null
  readonly clause: string
  readonly source: string
  /** How well the source is known: A, B, C or design. */
  readonly mark: string
  /** Key of the words (words.json) and their figures; times in them are the callee's wall clock in `zone`. */
  readonly because: { readonly key: string; readonly values: Readonly<Record<string, string | number>> }
  /**
   * First instant at which this reason alone no longer refuses; null = never by waiting. Hours look 60 days ahead.
   */
  readonly from: Temporal.Instant | null
  readonly overridable: boolean
}

/** Something to know that refuses nothing. */
export type Note = Pick<Reason, 'code' | 'pack' | 'clause' | 'source' | 'mark' | 'because'>

/** The gate's answer. `callableFrom`: first instant within 60 days at which nothing refuses, null if none. */
export type GateVerdict = {
  readonly allow: boolean
  readonly reasons: readonly Reason[]
  readonly notes: readonly Note[]
  readonly callableFrom: Temporal.Instant | null
}

/** Every rule, in the order in which reasons are told. */
const RULES: readonly Rule[] = [
  ...STANDING_RULES,
  ...WISH_RULES,
  ...HOURS_RULES,
  ...REGION_RULES,
  ...CAPS_RULES,
  ...LINE_RULES,
  ...PLAN_RULES,
  ...DATE_RULES,
]

/** The stable codes of all rules. */
export const RULE_CODES: readonly string[] = RULES.map((rule) => rule.code)

const HOUSE: Source = { id: 'house', source: 'Kaibo design', mark: 'design' }

/** Source of a refusal: the finding's own, its pack's, or that of the first active pack that speaks of the matter. */
function sourceOf(sheet: Sheet, rule: Rule, finding: Finding): Source {
  if (finding.source) return finding.source
  if (rule.topic === null) return HOUSE
  if (finding.pack) return finding.pack.rules[rule.topic] ?? HOUSE
  for (const pack of sheet.packs) {
    const source = pack.rules[rule.topic]
    if (source) return source
  }
  return HOUSE
}

function reasonOf(sheet: Sheet, rule: Rule, finding: Finding): Reason {
  const { id, source, mark } = sourceOf(sheet, rule, finding)
  const zone = sheet.clocks[0]!
  const from = finding.from === null ? null : Temporal.Instant.fromEpochMilliseconds(finding.from)
  const when = finding.from === null ? {} : { from: wallClock(zone, finding.from) }
  return {
    code: rule.code,
    pack: finding.pack?.id ?? null,
    clause: rule.clause,
    source,
    mark,
    because: {
      key: `gate.${rule.code}${finding.variant ?? ''}`,
      values: { zone, ...when, rule: id, ...finding.values?.() },
    },
    from,
    overridable: rule.overridable,
  }
}

/**
 * First instant from `t` on at which no rule refuses, null if none comes by the sheet's limit. Between `t` and the
 * latest end among the refusals of `t` at least one of them stands, so jumping there skips nothing; a rule that
 * begins to refuse later (a consent that ends, a contact that cools) is met at the next round.
 */
function nextCallable(sheet: Sheet, rules: readonly Rule[], t: number): number | null {
  while (t <= sheet.limit) {
    let next = t
    for (const rule of rules)
      for (const { from } of rule.refuses(sheet, t)) {
        if (from === null) return null
        if (from > next) next = from
      }
    if (next === t) return t
    t = next
  }
  return null
}

function notesOf({ input, packs }: Sheet): readonly Note[] {
  const { country, homeRegion } = input.number
  if (homeRegion !== null) return []
  return packs.flatMap((pack) => {
    if (pack.excludeHomeRegions?.country !== country) return []
    const { source, mark, id } = pack.rules.regions ?? HOUSE
    const because = {
      key: 'gate.regionUnknown',
      values: { rule: id, regions: pack.excludeHomeRegions.regions.join(', ') },
    }
    return [{ code: 'regionUnknown', pack: pack.id, clause: 'S3.6', source, mark, because }]
  })
}

/**
 * The gate before every dial: all reasons against it at once, each with its rule and source, and the first moment at
 * which nothing stands against it. Pure; instants in whole milliseconds, hours on the callee's wall clock, [from, to).
 * Throws RangeError on an unknown zone. `rulesOff` leaves rules out by code: a seam for tests, never for callers.
 * [S3.6] [S4.4.10a]
 */
export function gate(input: GateInput, rulesOff: readonly string[] = []): GateVerdict {
  const sheet = sheetOf(input)
  const rules = rulesOff.length === 0 ? RULES : RULES.filter((rule) => !rulesOff.includes(rule.code))
  const reasons: Reason[] = []
  let never = false
  for (const rule of rules)
    for (const finding of rule.refuses(sheet, sheet.now)) {
      reasons.push(reasonOf(sheet, rule, finding))
      if (finding.from === null) never = true
    }
  const allow = reasons.length === 0
  const next = allow ? sheet.now : never ? null : nextCallable(sheet, rules, sheet.now)
  const callableFrom = next === null ? null : Temporal.Instant.fromEpochMilliseconds(next)
  return { allow, reasons, notes: notesOf(sheet), callableFrom }
}

const NO_OVERRIDE = new Set(RULES.filter((rule) => !rule.overridable).map((rule) => rule.code))

/**
 * Whether a team leader may override this reason with a reason of his own. Never for do-not-call, hours, a withdrawn
 * consent, the caps of law and carrier, or a number that cannot be dialled. [S3.6]
 */
export function overridesAllowed(reason: Pick<Reason, 'code'>): boolean {
  return !NO_OVERRIDE.has(reason.code)
}
