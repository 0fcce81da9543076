import { type Interval, nextInside } from './contact.ts'
import type { Pack } from './packs.ts'
import { type Counted, type Dial, earlier, type Finding, inside, NO_FINDING, type Rule, type Sheet } from './sheet.ts'

const HOUR = 3_600_000
const DAY = 86_400_000

/**
 * Counts the ledger as a pack does. Where the pack knows the redial: a dial within so many seconds after the end of
 * the last answered call, if that one broke off, is the same contact, at most so many times, and is not counted.
 */
function countedBy(sheet: Sheet, pack: Pack): Counted {
  const known = sheet.counted.get(pack)
  if (known) return known
  const redial = pack.sameContactRedial
  const dials: Dial[] = []
  let answered: Dial | null = null
  let redials = 0
  /** Redials of the contact that the last answered call belongs to; its own number is what a redial of it raises. */
  let contact = { redials: 0 }
  let answeredContact = contact
  for (const dial of sheet.dials) {
    const window = redial && redialWindow(answered, redial.withinSeconds)
    const same = window && inside([window], dial.at) && answeredContact.redials < redial.max
    if (same) {
      contact = answeredContact
      contact.redials++
    } else {
      contact = { redials: 0 }
      if (pack.countFailures || !dial.failed) if (pack.appliesTo !== 'cold' || dial.cold) dials.push(dial)
    }
    if (dial.answered) {
      answered = dial
      answeredContact = contact
    }
    redials = answeredContact.redials
  }
  const open = redial && redials < redial.max ? redialWindow(answered, redial.withinSeconds) : null
  const counted = { dials, times: dials.map((dial) => dial.at), sameContact: open }
  sheet.counted.set(pack, counted)
  return counted
}

const redialWindow = (answered: Dial | null, seconds: number): Interval | null =>
  answered?.brokeOff ? { from: answered.end, to: answered.end + seconds * 1000 } : null

/** Whether a dial at `t` would be the same contact as the last one, as this pack counts. */
const isSameContact = (sheet: Sheet, pack: Pack, t: number): boolean => {
  const { sameContact } = countedBy(sheet, pack)
  return sameContact !== null && inside([sameContact], t)
}

/** Whether a pack binds the contact at `t` at all: packs for cold contacts let warm ones and redials pass. */
const binds = (sheet: Sheet, pack: Pack, t: number): boolean =>
  (pack.appliesTo !== 'cold' || !inside(sheet.warm, t)) && !isSameContact(sheet, pack, t)

/** End of a refusal by a pack: when it clears, or for a cold-only pack when the contact becomes warm. */
const endOf = (sheet: Sheet, pack: Pack, t: number, clears: number | null): number | null =>
  pack.appliesTo === 'cold' ? earlier(clears, nextInside(sheet.warm, t)) : clears

/** Refusals of sliding windows over times in order: a dial counts from its instant for the length of the window. */
function overCaps(
  sheet: Sheet,
  pack: Pack,
  caps: readonly { max: number; perSeconds: number }[],
  times: readonly number[],
  t: number,
  found: Finding[],
) {
  for (const { max, perSeconds } of caps) {
    const length = perSeconds * 1000
    let first = times.length
    while (first > 0 && times[first - 1]! + length > t) first--
    const count = times.length - first
    if (count < max) continue
    const [variant, period] =
      perSeconds % 86_400 === 0 && perSeconds > 86_400
        ? ['Days', perSeconds / 86_400]
        : perSeconds % 3600 === 0
          ? ['Hours', perSeconds / 3600]
          : ['Minutes', perSeconds / 60]
    const from = endOf(sheet, pack, t, times[times.length - max]! + length)
    found.push({ pack, from, variant, values: () => ({ max, period, count, perSeconds }) })
  }
}

/** Runs a judge over the packs that matter and gathers what it finds. */
function overPacks(sheet: Sheet, judge: (pack: Pack, found: Finding[]) => void): readonly Finding[] {
  const found: Finding[] = []
  for (const pack of sheet.packs) judge(pack, found)
  return found.length > 0 ? found : NO_FINDING
}

const tooMany = (sheet: Sheet, t: number, cold: boolean) =>
  overPacks(sheet, (pack, found) => {
    if (!pack.sameCallee || (pack.appliesTo === 'cold') !== cold || !binds(sheet, pack, t)) return
    overCaps(sheet, pack, pack.sameCallee, countedBy(sheet, pack).times, t, found)
  })

/** Frequency of dials to one number, over all agents and batches; rest after an abandoned call; the attempt plan. */
export const CAPS_RULES: readonly Rule[] = [
  {
    code: 'capCallee',
    clause: 'S3.6',
    topic: 'caps',
    overridable: false,
    refuses: (sheet, t) => tooMany(sheet, t, false),
  },
  { code: 'capCold', clause: 'S3.6', topic: 'caps', overridable: true, refuses: (sheet, t) => tooMany(sheet, t, true) },
  {
    code: 'capSubject',
    clause: 'S3.6',
    topic: 'subjectCaps',
    overridable: false,
    refuses: (sheet, t) =>
      overPacks(sheet, (pack, found) => {
        if (!pack.sameCalleeSameSubject || !binds(sheet, pack, t)) return
        const same = countedBy(sheet, pack).dials.filter((dial) => dial.subject === sheet.input.subject)
        const times = same.map((dial) => dial.at)
        overCaps(sheet, pack, pack.sameCalleeSameSubject, times, t, found)
      }),
  },
  {
    code: 'restAfterAbandon',
    clause: 'S3.6',
    topic: 'abandonRest',
    overridable: true,
    refuses: (sheet, t) =>
      overPacks(sheet, (pack, found) => {
        const hours = pack.abandon?.restHours
        const last = hours && sheet.dials.findLast((dial) => dial.abandoned)
        if (!last || t >= last.at + hours * HOUR) return
        found.push({ pack, from: last.at + hours * HOUR, values: () => ({ hours }) })
      }),
  },
]

/** Tries of a cold lead: after the plan a rest, after the last round no more. */
export const PLAN_RULES: readonly Rule[] = [
  {
    code: 'planFinished',
    clause: 'S4.4.10b',
    topic: 'plan',
    overridable: true,
    refuses: (sheet, t) =>
      overPacks(sheet, (pack, found) => {
        const plan = sheet.input.lead?.plan
        if (!plan || !pack.attemptPlanDays || !binds(sheet, pack, t)) return
        const planned = pack.attemptPlanDays.length
        if (!plan.closed && (plan.tries < planned || plan.roundsLeft > 0)) return
        const from = endOf(sheet, pack, t, null)
        const variant = from === null ? '' : 'Until'
        found.push({ pack, from, variant, values: () => ({ tries: plan.tries, planned }) })
      }),
  },
  {
    code: 'planResting',
    clause: 'S4.4.10b',
    topic: 'plan',
    overridable: true,
    refuses: (sheet, t) =>
      overPacks(sheet, (pack, found) => {
        const plan = sheet.input.lead?.plan
        if (!plan?.lastTryAt || !pack.attemptPlanDays || !pack.restDays || !binds(sheet, pack, t)) return
        const { restDays } = pack
        if (plan.closed || plan.roundsLeft === 0 || plan.tries < pack.attemptPlanDays.length) return
        const rested = plan.lastTryAt.epochMilliseconds + restDays * DAY
        if (t >= rested) return
        found.push({ pack, from: endOf(sheet, pack, t, rested), values: () => ({ tries: plan.tries, restDays }) })
      }),
  },
]
