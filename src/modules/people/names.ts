import { pinyin } from 'pinyin-pro'

const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s'’·.-]+/g, '')

/**
 * What a person is found by: the characters, the full pinyin, its initials and the staff number, lower case without
 * spaces, parted by single spaces. A family name is read as such (單 is Shan, not Dan).
 */
export function nameKeys(name: string, staffNo = ''): string {
  const syllables = pinyin(name, { toneType: 'none', type: 'array', surname: 'head', nonZh: 'consecutive', v: true })
  const full = plain(syllables.join(''))
  const initials = plain(syllables.map((syllable) => syllable.trim().charAt(0)).join(''))
  return [...new Set([plain(name), full, initials, plain(staffNo)])].filter((key) => key !== '').join(' ')
}

/** A searched text as the keys hold it, with the signs of a LIKE pattern taken as they stand. */
export const searchPattern = (text: string): string => `%${plain(text).replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
