import table from './homeRegions.json' with { type: 'json' }

/** Where a number is at home, as far as its digits tell. */
export type Home = {
  /** In China the two digits of the province by GB/T 2260 ('44' is Guangdong), in the USA the state; null = unknown. */
  readonly region: string | null
  readonly reason:
    | 'known'
    /** The range is younger than the table, or was not in its source. */
    | 'rangeUnknown'
    /** A service number, at home nowhere. */
    | 'notGeographic'
    /** The table has no regions of this country. */
    | 'countryNotCovered'
  /** Every IANA time zone in which the callee may be; empty = unknown. Xinjiang keeps Asia/Shanghai, as its law has it. */
  readonly zones: readonly string[]
}

/** Where the table comes from and its date. Numbers that moved to another carrier keep their province in China. */
export const HOME_REGIONS: { readonly source: string; readonly date: string } = {
  source: table.source,
  date: table.date,
}

/** 'a b' → c, d → … read as a → c, b → c, … */
const inverted = (groups: Readonly<Record<string, string>>): Map<string, string> =>
  new Map(Object.entries(groups).flatMap(([group, keys]) => keys.split(' ').map((key) => [key, group] as const)))

const provinces = table.provinces.split(' ')
const landlines = inverted(table.landlines)
const areaCodes = inverted(table.areaCodes)
const zoneLists = new Map(
  Object.entries(table.zones).flatMap(([zones, prefixes]) => {
    const list = zones.split(' ')
    return prefixes.split(' ').map((prefix) => [prefix, list] as const)
  }),
)
const LONGEST_ZONE_PREFIX = Math.max(...[...zoneLists.keys()].map((prefix) => prefix.length))

/** Runs of blocks of 10,000 mobile numbers: where each begins, in order, and its place in `provinces`, -1 unknown. */
const { starts, places } = readRuns(table.mobiles)

function readRuns(heads: Readonly<Record<string, string>>) {
  const starts: number[] = []
  const places: number[] = []
  for (const [head, runs] of Object.entries(heads)) {
    let block = Number(head) * 10_000
    for (const [, letter = '-', length] of runs.matchAll(/([A-Za-z-])(\d*)/g)) {
      starts.push(block)
      places.push('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.indexOf(letter))
      block += Number(length || 1)
    }
    starts.push(block)
    places.push(-1)
  }
  return { starts, places }
}

/** Province of a mobile by its first seven digits; undefined where the table has none. */
function mobileProvince(block: number): string | undefined {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] as number) <= block) low = middle + 1
    else high = middle
  }
  return provinces[places[low - 1] ?? -1]
}

function zonesOf(digits: string): readonly string[] {
  for (let length = LONGEST_ZONE_PREFIX; length > 0; length--) {
    const zones = zoneLists.get(digits.slice(0, length))
    if (zones) return zones
  }
  return []
}

/** 400, 800, 95…, 96…, 10…0 services and 1… short codes: whatever is no mobile and no area code. */
const CHINESE_SERVICE = /^(?:[48]00\d{7}|9[56]\d{3,}|1[012]\d{1,4}$)/

function chinese(significant: string): Pick<Home, 'region' | 'reason'> {
  if (/^1[3-9]\d{9}$/.test(significant)) {
    const region = mobileProvince(Number(significant.slice(0, 7)))
    return region === undefined ? { region: null, reason: 'rangeUnknown' } : { region, reason: 'known' }
  }
  if (CHINESE_SERVICE.test(significant)) return { region: null, reason: 'notGeographic' }
  const region = landlines.get(significant.slice(0, 2)) ?? landlines.get(significant.slice(0, 3))
  return region === undefined ? { region: null, reason: 'rangeUnknown' } : { region, reason: 'known' }
}

/**
 * Home region and time zones of an E.164 number. A number keeps the region it was given out in, which need not be where
 * its owner is. Source: HOME_REGIONS, made by scripts/homeRegions.ts; it knows Chinese mobiles of the ranges 130–139,
 * 145, 147, 150–159, 180–189 nearly all, 170 and 176–178 in part, 166, 171–175 and 190–199 not at all.
 */
export function homeOf(e164: string): Home {
  const digits = e164.replace(/\D/g, '')
  const zones = zonesOf(digits)
  if (digits.startsWith('86')) return { ...chinese(digits.slice(2)), zones }
  const state = digits.length === 11 && digits.startsWith('1') ? areaCodes.get(digits.slice(1, 4)) : undefined
  if (state !== undefined) return { region: state, reason: 'known', zones }
  return { region: null, reason: zones.length > 0 ? 'countryNotCovered' : 'notGeographic', zones }
}
