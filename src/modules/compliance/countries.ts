import { everyPack, type Pack } from './packs.ts'

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
