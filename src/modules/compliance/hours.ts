import { nextInside } from './contact.ts'
import type { Pack } from './packs.ts'
import { earlier, type Finding, inside, NEVER, NO_FINDING, type Rule, type Sheet } from './sheet.ts'
import { closedZone, type DayHours, everyDay, nextOpenEverywhere, wallClock } from './zones.ts'

/**
 * Refusal for one set of hours: every zone the callee may be in has to be open, or, where the customer's own request
 * excepts, the instant has to lie in a time the customer named.
 */
function refusal(sheet: Sheet, hours: DayHours, requestExcepts: boolean, t: number, more: Partial<Finding>) {
  const { zones } = sheet.input.number
  if (requestExcepts && inside(sheet.named, t)) return null
  const zone = closedZone(zones, hours, t)
  if (zone === null) return null
  const open = nextOpenEverywhere(zones, hours, t, sheet.limit)
  const named = requestExcepts ? nextInside(sheet.named, t) : Infinity
  const from = earlier(open, named <= sheet.limit ? named : Infinity)
  const finding: Finding = {
    pack: null,
    from,
    ...more,
    ...(from === null && { variant: 'Never' }),
    values: () => ({
      open: hours.windows.map(([a, b]) => `${wallText(a)}–${wallText(b)}`).join(', '),
      local: wallClock(zone, t).slice(11),
      zone,
    }),
  }
  return finding
}

const wallText = (msOfDay: number): string => {
  const minutes = msOfDay / 60_000
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

function each<T>(list: readonly T[], judge: (item: T, index: number) => Finding | null): readonly Finding[] {
  let found: Finding[] | null = null
  for (let i = 0; i < list.length; i++) {
    const finding = judge(list[i]!, i)
    if (!finding) continue
    found ??= []
    found.push(finding)
  }
  return found ?? NO_FINDING
}

/** Calling hours: of the packs, of the centre for a region or group of people, of the customer. All must be open. */
export const HOURS_RULES: readonly Rule[] = [
  {
    code: 'placeUnknown',
    clause: 'S3.6',
    topic: 'hours',
    overridable: false,
    refuses: ({ input }) => (input.number.zones.length === 0 ? NEVER : NO_FINDING),
  },
  {
    code: 'hours',
    clause: 'S3.6',
    topic: 'hours',
    overridable: false,
    refuses: (sheet, t) =>
      each(sheet.packs, (pack: Pack) =>
        pack.hours
          ? refusal(sheet, everyDay(pack.hours), pack.hoursException === 'customerRequest', t, { pack })
          : null,
      ),
  },
  {
    code: 'hoursLocal',
    clause: 'S3.6',
    topic: null,
    overridable: false,
    refuses: (sheet, t) =>
      each(sheet.input.localHours, ({ customerRequestExcepts, id, source, mark }, i) =>
        refusal(sheet, sheet.localHours[i]!, customerRequestExcepts, t, { source: { id, source, mark } }),
      ),
  },
  {
    // A time the customer named is the customer's later word, so it widens the wish.
    code: 'hoursWish',
    clause: 'S3.6',
    topic: null,
    overridable: false,
    refuses: (sheet, t) => {
      const { wish } = sheet.input.number
      if (wish === null) return NO_FINDING
      const finding = refusal(sheet, everyDay(wish), true, t, {})
      return finding ? [finding] : NO_FINDING
    },
  },
]
