import { all, no, type Verdict, yes } from '../../lib/verdict.ts'

/** own: this centre's; shared: the trade's; national: the public register. */
export const LISTS = ['own', 'shared', 'national'] as const
export type DoNotCallList = (typeof LISTS)[number]

/** Why a number is on the centre's own list. */
export const STOP_REASONS = [
  'customerRefused',
  'complaint',
  'wrongPerson',
  'customerRequest',
  'erasure',
  'listed',
] as const
export type StopReason = (typeof STOP_REASONS)[number]

/** Slips of the hand that an own entry may turn out to be. */
export const CORRECTIONS = ['wrongNumber', 'wrongKey', 'wrongCustomer'] as const
export type Correction = (typeof CORRECTIONS)[number]

/** Why a person's data are overwritten. */
export const ERASURES = ['customerRequest', 'purposeEnded', 'collectedInError'] as const
export type Erasure = (typeof ERASURES)[number]

export type Entry = {
  readonly list: DoNotCallList
  /** A later row says that this one was a mistake. */
  readonly corrected: boolean
  /** This row says so of another. */
  readonly correcting: boolean
}

/**
 * Whether an entry may be declared a slip of the hand: only the centre's own, and once. An entry that was the customer's
 * word is lifted by nobody. [S3.6]
 */
export function mayCorrect(entry: Entry): Verdict {
  return all(
    entry.list === 'own' ? yes : no('customers.notOwnEntry', 'S3.6'),
    entry.corrected || entry.correcting ? no('customers.alreadyCorrected', 'S3.6') : yes,
  )
}

/** Mobile numbers of China however grouped, and anything in international form. */
const NUMBERS = /(?<!\d)(?:(?:\+|00)?86[\s-]?)?1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)|\+\d(?:[\s-]?\d){7,14}/g

/** Text with every telephone number in it masked; what a list wrote into a remark must not get round the masking. */
export const maskNumbersIn = (text: string): string =>
  text.replaceAll(NUMBERS, (number) => {
    const digits = number.replaceAll(/\D/g, '')
    return `${digits.slice(0, 3)}****${digits.slice(-4)}`
  })

/** A cell of a file as people may see it: what looks like a number to dial loses its middle, also one that is none. */
export const maskedCell = (value: string): string =>
  maskNumbersIn(value).replaceAll(/(?<![\d-])\+?\d{3,4}[\d\s-]{4,}(?![\d-])/g, (number) =>
    /^(19|20)\d\d[-/.]?\d/.test(number) ? number : `${number.slice(0, 3)}****${number.trim().slice(-4)}`,
  )
