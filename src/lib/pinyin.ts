import { pinyin } from 'pinyin-pro'

/** Enough for names with several characters of two readings; beyond it the likeliest readings stay. */
const MOST_READINGS = 16

/** What people type for ü: v on most keyboards, u where they do not know better. */
const spellings = (syllable: string): string[] =>
  syllable.includes('v') ? [syllable, syllable.replaceAll('v', 'u')] : [syllable]

const unaccented = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '')

const HAN = /^\p{Script=Han}$/u

/** The syllables that each character of a name may be read as, the likeliest first. Letters are read as they are. */
function readings(name: string): string[][] {
  const all = pinyin(name, { type: 'all', toneType: 'none', surname: 'head', v: true, nonZh: 'consecutive' })
  return all.flatMap(({ origin, pinyin: likeliest, polyphonic }) => {
    if (!HAN.test(origin)) {
      const words =
        unaccented(origin)
          .toLowerCase()
          .match(/[a-z0-9]+/g) ?? []
      return words.map((word) => [word])
    }
    const others = polyphonic.map((toned) => unaccented(toned.replace(/[üǖǘǚǜ]/g, 'v')))
    // A character that the dictionary lacks comes back as itself.
    const known = [likeliest, ...others].filter((syllable) => /^[a-z]+$/.test(syllable))
    return known.length > 0 ? [[...new Set(known.flatMap(spellings))]] : []
  })
}

/** Every way to read a name, the likeliest first, no more than MOST_READINGS. */
function waysToRead(syllables: readonly (readonly string[])[]): string[][] {
  let ways: string[][] = [[]]
  for (const choices of syllables) {
    const longer = ways.flatMap((way) => choices.map((choice) => [...way, choice]))
    ways = longer.slice(0, MOST_READINGS)
  }
  return ways
}

/**
 * What a person's name can be found by, as one text in lower case, parts set apart by a space: the name without spaces,
 * its full pinyin and its initials, each in every reading its characters have ("王小明 wangxiaoming wxm"), as a surname
 * first (仇 is qiu, then chou). Simplified and traditional alike. A search is `like '%…%'` on it, with `nameQuery`.
 */
export function nameKeys(name: string): string {
  const ways = waysToRead(readings(name.trim()))
  const full = ways.map((way) => way.join(''))
  const initials = ways.map((way) => way.map((syllable) => syllable[0] ?? '').join(''))
  return [...new Set([nameQuery(name), ...full, ...initials])].filter((key) => key !== '').join(' ')
}

/** What somebody typed to find a name, in the form of the keys: lower case, no spaces, half width. */
export const nameQuery = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s'’·.-]+/g, '')
    .replaceAll('ü', 'v')
