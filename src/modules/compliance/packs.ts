import { z } from 'zod'
import data from './packs.json' with { type: 'json' }

/** 'HH:MM', 00:00 to 24:00, on the callee's wall clock. */
const WallTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/)

/** Open windows of one day, [from, to), in order and apart. */
const Windows = z
  .array(z.tuple([WallTime, WallTime]))
  .min(1)
  .refine((list) => list.every(([from, to], i) => from < to && (i === 0 || list[i - 1]![1] < from)), {
    error: 'windows must be in order, apart from one another, and end after they begin',
  })

const Cap = z.strictObject({ max: z.int().positive(), perSeconds: z.int().positive() })

/** What a pack's source text speaks about; every enforced figure must have one. */
const Topic = z.enum([
  'random',
  'training',
  'dnc',
  'dncList',
  'basis',
  'withdraw',
  'hours',
  'regions',
  'caps',
  'subjectCaps',
  'abandonRest',
  'abandonMode',
  'vulnerable',
  'minor',
  'callerId',
  'recording',
  'product',
  'plan',
  'renewal',
])
export type Topic = z.infer<typeof Topic>

const Source = z.strictObject({ id: z.string().min(1), source: z.string().min(1), mark: z.string().min(1) })
export type Source = z.infer<typeof Source>

const Entry = z.strictObject({
  id: z.string().min(1),
  extends: z.string().optional(),
  name: z.strictObject({ hant: z.string().min(1), en: z.string().min(1), hans: z.string().min(1) }),
  kind: z.enum(['law', 'carrier', 'design']),
  appliesTo: z.literal('cold').optional(),
  hours: Windows.optional(),
  hoursException: z.literal('customerRequest').optional(),
  dnc: z.strictObject({ endAllowed: z.boolean(), minDays: z.int().positive().nullable() }).optional(),
  dncListMaxAgeDays: z.int().positive().optional(),
  basisRequired: z.boolean().optional(),
  recordAll: z.boolean().optional(),
  callerIdList: z.boolean().optional(),
  excludeHomeRegions: z.strictObject({ country: z.string().length(2), regions: z.array(z.string()).min(1) }).optional(),
  sameCallee: z.array(Cap).optional(),
  sameCalleeSameSubject: z.array(Cap).optional(),
  countFailures: z.boolean().optional(),
  sameContactRedial: z.strictObject({ withinSeconds: z.int().positive(), max: z.int().positive() }).optional(),
  abandon: z.strictObject({ maxShare: z.number().min(0).max(1), restHours: z.int().positive().nullable() }).optional(),
  renewalEarliestDays: z.int().positive().optional(),
  attemptPlanDays: z.array(z.int().min(0)).min(1).optional(),
  restDays: z.int().positive().optional(),
  figures: z.record(z.string(), z.number()).optional(),
  rules: z.partialRecord(Topic, Source),
})

/**
 * One set of legal, carrier or design rules. A figure that is absent is not set by that pack. `appliesTo: 'cold'`
 * binds contacts without a recorded act of the customer only; a pack without it binds every dial. `figures` hold what
 * other modules read (retention years, cooling-off days, shares), under the unit in the name.
 */
export type Pack = z.infer<typeof Entry>

const NEEDS: readonly (readonly [figure: keyof Pack, topic: Topic])[] = [
  ['hours', 'hours'],
  ['dnc', 'dnc'],
  ['dncListMaxAgeDays', 'dncList'],
  ['basisRequired', 'basis'],
  ['recordAll', 'recording'],
  ['callerIdList', 'callerId'],
  ['excludeHomeRegions', 'regions'],
  ['sameCallee', 'caps'],
  ['sameCalleeSameSubject', 'subjectCaps'],
  ['attemptPlanDays', 'plan'],
  ['renewalEarliestDays', 'renewal'],
]

/**
 * Reads pack data: checks its form, fills in what a pack takes over from the one it extends (parents stand first), and
 * demands a source for every figure that is enforced. Throws on the first fault. A centre's tightened copy of a pack
 * goes through here as well. [S3.6]
 */
export function readPacks(raw: unknown): ReadonlyMap<string, Pack> {
  const file = z.strictObject({ note: z.string(), packs: z.array(Entry) }).parse(raw)
  const packs = new Map<string, Pack>()
  for (const entry of file.packs) {
    if (packs.has(entry.id)) throw new Error(`pack ${entry.id} stands twice`)
    const parent = entry.extends === undefined ? undefined : packs.get(entry.extends)
    if (entry.extends !== undefined && !parent) throw new Error(`pack ${entry.id} extends an unknown ${entry.extends}`)
    const pack: Pack = {
      ...parent,
      ...entry,
      figures: { ...parent?.figures, ...entry.figures },
      rules: { ...parent?.rules, ...entry.rules },
    }
    const needed = NEEDS.filter(([figure]) => pack[figure] !== undefined).map(([, topic]) => topic)
    if (pack.abandon?.maxShare === 0) needed.push('abandonMode')
    if (pack.abandon?.restHours) needed.push('abandonRest')
    for (const topic of needed) if (!pack.rules[topic]) throw new Error(`pack ${pack.id}: no source for ${topic}`)
    packs.set(pack.id, pack)
  }
  return packs
}

/** The packs that ship, by id. */
const PACKS = readPacks(data)

/** The packs of these ids, in this order; throws on an id that does not ship. */
export function packsOf(ids: readonly string[]): readonly Pack[] {
  return ids.map((id) => {
    const pack = PACKS.get(id)
    if (!pack) throw new Error(`no pack ${id}`)
    return pack
  })
}

/** All that ship, in force somewhere or not. */
export const everyPack = (): readonly Pack[] => [...PACKS.values()]

/** The sets a new centre starts from, by kind of centre. */
export const PACK_SETS = {
  life: ['cn-life', 'cn-general', 'carrier-tencent-2026', 'design-default'],
  dealership: ['cn-general', 'carrier-tencent-2026', 'design-default'],
  renewals: ['cn-pc', 'carrier-tencent-2026', 'design-default'],
} as const satisfies Record<string, readonly string[]>

/**
 * The hours of a day, on the callee's wall clock, in which all these packs let anybody be called; empty where none of
 * them sets hours. What a timetable of calls has to lie in. [S3.6]
 */
export function openHours(ids: readonly string[]): readonly (readonly [from: string, to: string])[] {
  const sets = packsOf(ids).flatMap(({ hours }) => (hours ? [hours] : []))
  const [first, ...others] = sets
  if (!first) return []
  const later = (a: string, b: string) => (a > b ? a : b)
  const sooner = (a: string, b: string) => (a < b ? a : b)
  return others.reduce<(readonly [string, string])[]>(
    (open, hours) =>
      open
        .flatMap(([from, to]) => hours.map(([opens, closes]) => [later(from, opens), sooner(to, closes)] as const))
        .filter(([from, to]) => from < to),
    first,
  )
}

/* Where a centre may stand, and which packs hold there from its first day. */

export const COUNTRIES = ['CN', 'TW', 'HK', 'SG', 'US', 'GB'] as const
export type Country = (typeof COUNTRIES)[number]
export type CentreKind = 'life' | 'dealership'

/** IANA zones of a country, the one that most of it keeps first. */
export const ZONES: Readonly<Record<Country, readonly [string, ...string[]]>> = {
  CN: ['Asia/Shanghai', 'Asia/Urumqi'],
  TW: ['Asia/Taipei'],
  HK: ['Asia/Hong_Kong'],
  SG: ['Asia/Singapore'],
  US: ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'],
  GB: ['Europe/London'],
}

/** Law that binds a trade in a country. An empty list = no pack of that law ships, and the centre is told so. */
const LAW: Readonly<Record<Country, Readonly<Record<CentreKind, readonly string[]>>>> = {
  CN: { life: ['cn-life', 'cn-general'], dealership: ['cn-general'] },
  TW: { life: ['tw-life'], dealership: [] },
  HK: { life: ['hk'], dealership: ['hk'] },
  SG: { life: [], dealership: [] },
  US: { life: ['us-federal'], dealership: ['us-federal'] },
  GB: { life: ['uk'], dealership: ['uk'] },
}

/** What a centre may add to the law: rules of its line, of its state, of a side line. The first is suggested in China. */
const MORE: Readonly<Partial<Record<Country, Readonly<Record<CentreKind, readonly string[]>>>>> = {
  CN: {
    life: ['carrier-tencent-2026', 'carrier-aliyun'],
    dealership: ['carrier-tencent-2026', 'carrier-aliyun', 'cn-pc'],
  },
  US: { life: ['us-fl'], dealership: ['us-fl'] },
}

const ALWAYS = 'design-default'

export type PackChoice = {
  /** Hold whatever is chosen. */
  readonly holds: readonly string[]
  /** May be added. */
  readonly offered: readonly string[]
  /** Added unless somebody says otherwise. */
  readonly suggested: readonly string[]
}

/** What a new centre of a kind chooses from in a country. */
export function packChoice(kind: CentreKind, country: Country): PackChoice {
  const offered = MORE[country]?.[kind] ?? []
  return { holds: [...LAW[country][kind], ALWAYS], offered, suggested: country === 'CN' ? offered.slice(0, 1) : [] }
}

const KINDS: readonly Pack['kind'][] = ['law', 'carrier', 'design']

/** The packs of a new centre in the order they are shown: law, line, the house's own. `added` those that it chose. */
export function packsAt(kind: CentreKind, country: Country, added: readonly string[]): string[] {
  const { holds, offered } = packChoice(kind, country)
  const chosen = new Set([...holds, ...offered.filter((id) => added.includes(id))])
  const places = everyPack().filter(({ id }) => chosen.has(id))
  return places.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)).map(({ id }) => id)
}
