import type { DayWindow } from './dial.ts'
import type { Pack, Source, Topic } from './packs.ts'

/** One thing that a pack says, by the key of its words and the figures in them. */
export type Said = {
  readonly topic: Topic
  readonly key: string
  readonly values: Readonly<Record<string, string | number>>
  readonly source: Source
}

const word = (key: string, values: Said['values'] = {}) => ({ key: `compliance.says.${key}`, values })

/** A period in the largest unit that it is a whole number of, as the gate's own words have it. */
function periodOf(seconds: number): { unit: 'Days' | 'Hours' | 'Minutes'; period: number } {
  if (seconds % 86_400 === 0 && seconds > 86_400) return { unit: 'Days', period: seconds / 86_400 }
  if (seconds % 3600 === 0) return { unit: 'Hours', period: seconds / 3600 }
  return { unit: 'Minutes', period: seconds / 60 }
}

const caps = (name: string, list: Pack['sameCallee']) =>
  (list ?? []).map(({ max, perSeconds }) => {
    const { unit, period } = periodOf(perSeconds)
    return word(`${name}${unit}`, { max, period })
  })

const openText = (windows: readonly DayWindow[]) => windows.map(([from, to]) => `${from}–${to}`).join(', ')

/** What a pack says of a topic. A topic without a figure is a sentence of its own. */
function wordsOf(pack: Pack, topic: Topic) {
  const { dnc, abandon, excludeHomeRegions: out, attemptPlanDays: plan } = pack
  switch (topic) {
    case 'hours':
      if (!pack.hours) return []
      return [word(pack.hoursException ? 'hoursOrRequest' : 'hours', { open: openText(pack.hours) })]
    case 'dnc':
      if (dnc?.endAllowed && dnc.minDays) return [word('dncAtLeast', { days: dnc.minDays })]
      return [word(dnc?.endAllowed ? 'dncMayEnd' : 'dncForGood')]
    case 'dncList':
      return [word('dncList', { days: pack.dncListMaxAgeDays ?? 0 })]
    case 'regions':
      return out ? [word('regions', { country: out.country, regions: out.regions.join(', ') })] : []
    case 'caps': {
      const redial = pack.sameContactRedial
      return [
        ...caps(pack.appliesTo === 'cold' ? 'capCold' : 'capCallee', pack.sameCallee),
        ...(redial ? [word('redial', { minutes: redial.withinSeconds / 60, max: redial.max })] : []),
        ...(pack.sameCallee ? [word(pack.countFailures ? 'failuresCount' : 'failuresDoNot')] : []),
      ]
    }
    case 'subjectCaps':
      return caps('capSubject', pack.sameCalleeSameSubject)
    case 'abandonRest':
      return [word('abandonRest', { hours: abandon?.restHours ?? 0 })]
    case 'plan':
      return plan ? [word('plan', { tries: plan.length, days: plan.join(', '), restDays: pack.restDays ?? 0 })] : []
    case 'renewal':
      return [word('renewal', { days: pack.renewalEarliestDays ?? 0 })]
    default:
      return [word(topic)]
  }
}

/** Everything a pack says that the gate enforces, each with the source it stands on and how well that is known. [S3.6] */
export const saysOf = (pack: Pack): readonly Said[] =>
  (Object.entries(pack.rules) as [Topic, Source][]).flatMap(([topic, source]) =>
    wordsOf(pack, topic).map(({ key, values }) => ({ topic, key, values, source })),
  )
