import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from 'libphonenumber-js/max'
import { exactOf } from './digits.ts'

export type NumberRefusal =
  /** Nothing in the cell. */
  | 'empty'
  /** Words, a date, a number with a fraction. */
  | 'notANumber'
  /** 1.38E+10: a spreadsheet has thrown the last digits away, and nobody can bring them back. See `exactOf`. */
  | 'scientific'
  /** Also a local number without its area code. */
  | 'tooShort'
  /** Also two numbers in one cell: see splitNumbers. */
  | 'tooLong'
  /** 110, 10086, 95588: services, not people. */
  | 'shortCode'
  /** Of a possible length, but in no range that its country gives out. */
  | 'invalid'

export type JudgedNumber =
  | {
      readonly ok: true
      /** '+8613800138000' */
      readonly e164: string
      /** As it is dialled inside its country: '138 0013 8000', '010 1234 5678'. */
      readonly national: string
      /** ISO 3166 alpha-2; null for numbers of no country, such as +800. */
      readonly country: string | null
      /** 'other' is a service number, or one of a country where mobile and landline cannot be told apart. */
      readonly type: 'mobile' | 'landline' | 'other'
      /** Of a length that its country has. Always true here. */
      readonly possible: boolean
      /** In a range that its country gives out, or in one of the `allow`ed fictional ones. */
      readonly valid: boolean
      /** Only by `allow`: no real line may ever dial it. */
      readonly fictional: boolean
      /** Digits after ext., 轉 or a third dash, null without. */
      readonly extension: string | null
      /** '138****5678' */
      readonly shown: string
    }
  | {
      readonly ok: false
      readonly code: NumberRefusal
      /** The digits that were understood, with their plus, for a person who looks for the fault; '' where none were. */
      readonly hint: string
    }

/** Per country the beginnings (without trunk 0) of numbers that no carrier assigns, good in a demo centre only. */
export type FictionalRanges = Readonly<Record<string, readonly string[]>>

const DASHES = /[\u2010-\u2015\u2212\u00ad\u30fc~_]/g
const LABEL = /^(tel|phone|mobile|cell|手机号?|手機號?|电话|電話|联系电话|聯絡電話)\.?\s*[::]?\s*/i
const EXTENSION = /\s*(?:ext(?:ension)?\.?|x|#|转|轉|分机|分機|内线|內線)\s*[::]?\s*(\d{1,7})$/i
/** Area code, number and extension as Chinese offices write them: 010-12345678-801. */
const DASHED_EXTENSION = /^((?:\+?86-?)?0\d{2,3}-\d{7,8})-(\d{1,6})$/
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i
const DATE = /^(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}$/
/** What may stand between digits; everything else makes it no number. */
const NUMBER = /^\+?[\d\s().\-/]+$/

const refuse = (code: NumberRefusal, text: string): JudgedNumber => ({
  ok: false,
  code,
  hint: text.replace(/[^\d+]/g, ''),
})

/** The cell in ASCII without what people write around a number. */
function tidy(cell: string): { text: string; extension: string | null } {
  let text = cell
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g, '')
    .replace(DASHES, '-')
    .trim()
    .replace(/^['‘’`]|^="?|"$/g, '')
    .replace(LABEL, '')
    // A table read as numbers with fractions writes every number so.
    .replace(/^(\d+)\.0+$/, '$1')
    .replace(/\(\s*\+\s*(\d{1,3})\s*\)/, '+$1 ')
    .replace(/^\+\s*(00)?/, '+')
    .trim()
  let extension: string | null = null
  const dashed = DASHED_EXTENSION.exec(text)
  const named = dashed ?? EXTENSION.exec(text)
  if (dashed) text = dashed[1] ?? text
  else if (named) text = text.slice(0, named.index)
  if (named) extension = named[dashed ? 2 : 1] ?? null
  return { text, extension }
}

/** Why a text of digits is no number of this country. */
function lengthFault(text: string, country: CountryCode | undefined): NumberRefusal {
  const digits = text.replace(/\D/g, '')
  if (!text.startsWith('+') && digits.length >= 3 && digits.length <= 6) return 'shortCode'
  const fault = validatePhoneNumberLength(text, country && { defaultCountry: country })
  if (fault === 'TOO_SHORT') return 'tooShort'
  if (fault === 'TOO_LONG') return 'tooLong'
  return fault === 'NOT_A_NUMBER' ? 'notANumber' : 'invalid'
}

/**
 * A Chinese number of a length that some number has, but not this kind: a digit of a mobile lost or typed twice, a
 * landline without its area code.
 */
function chineseFault(significant: string): NumberRefusal {
  if (/^1[3-9]/.test(significant)) {
    if (significant.length < 11) return 'tooShort'
    return significant.length > 11 ? 'tooLong' : 'invalid'
  }
  if (/^(1\d{2}|1[02]\d{3,4}|9[56]\d{3,4})$/.test(significant)) return 'shortCode'
  return significant.length <= 8 ? 'tooShort' : 'invalid'
}

function typeOf(number: PhoneNumber, country: string | null): 'mobile' | 'landline' | 'other' {
  const type = number.getType()
  if (type === 'MOBILE') return 'mobile'
  if (type === 'FIXED_LINE') return 'landline'
  // A fictional mobile is in no range, but shall look like one.
  return type === undefined && country === 'CN' && /^1[3-9]\d{9}$/.test(number.nationalNumber) ? 'mobile' : 'other'
}

/**
 * Reads and judges one number as people and systems write it: full-width digits, 0086, +86 or 86 before it, a trunk 0,
 * spaces, dashes, brackets, a label, an extension, a number cell. `country` is where a number without a country code
 * belongs (ISO 3166 alpha-2). Ranges by libphonenumber-js with max metadata; numbers of `allow` need the right length
 * only.
 */
export function judgeNumber(
  cell: string | number | boolean | null | undefined,
  country: string,
  { allow = {} }: { readonly allow?: FictionalRanges | undefined } = {},
): JudgedNumber {
  if (cell === null || cell === undefined) return refuse('empty', '')
  if (typeof cell === 'boolean' || (typeof cell === 'number' && !(Number.isSafeInteger(cell) && cell >= 0))) {
    return refuse('notANumber', String(cell))
  }
  const { text: written, extension } = tidy(String(cell))
  const text = exactOf(written)
  if (text === '') return refuse('empty', '')
  if (SCIENTIFIC.test(text)) return refuse('scientific', text)
  if (DATE.test(text) || !NUMBER.test(text) || !/\d/.test(text) || text.replace(/\D/g, '').length < 3)
    return refuse('notANumber', text)
  const home = isSupportedCountry(country) ? country : undefined
  const number = parsePhoneNumberFromString(text, { ...(home && { defaultCountry: home }), extract: false })
  if (!number?.isPossible()) return refuse(lengthFault(text, home), text)
  const significant = number.nationalNumber
  const place = number.country ?? countryWith(number, allow) ?? null
  const real = number.isValid()
  const fault = real ? null : place === 'CN' ? chineseFault(significant) : 'invalid'
  const fictional = fault === 'invalid' && place !== null && isIn(allow[place], significant)
  if (fault && !fictional) return refuse(fault, text)
  return {
    ok: true,
    e164: number.number,
    national: number.formatNational(),
    country: place,
    type: typeOf(number, place),
    possible: true,
    valid: true,
    fictional,
    extension: extension ?? number.ext ?? null,
    shown: maskNumber(number.number),
  }
}

const isIn = (ranges: readonly string[] | undefined, significant: string): boolean =>
  ranges?.some((prefix) => significant.startsWith(prefix)) ?? false

/** Countries share a code (+44, +1); a number in no range of any belongs to the one that calls it fictional. */
const countryWith = (number: PhoneNumber, allow: FictionalRanges): string | undefined =>
  number.getPossibleCountries().find((country) => isIn(allow[country], number.nationalNumber))

/** The numbers in a cell that holds more than one, as in '138… / 139…' or one on each line. */
export const splitNumbers = (cell: string): string[] =>
  cell
    .normalize('NFKC')
    .split(/[/;,、|\r\n]|\s+(?:或|and|or)\s+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')

/**
 * An E.164 number as people may see it: '138****5678' for a Chinese mobile, '0755****5678' for a Chinese landline,
 * '+44 770****0123' elsewhere. At least four digits are hidden.
 */
export function maskNumber(e164: string): string {
  if (e164.startsWith('+86')) {
    const significant = e164.slice(3)
    return masked(/^(1[3-9]|[48]00)/.test(significant) ? '' : '0', significant)
  }
  const number = parsePhoneNumberFromString(e164, { extract: false })
  if (!number) return masked('', e164.replace(/\D/g, ''))
  return masked(`+${number.countryCallingCode} `, number.nationalNumber)
}

function masked(before: string, digits: string): string {
  const tail = Math.min(4, Math.max(0, digits.length - 4))
  const head = Math.min(3, Math.max(0, digits.length - 4 - tail))
  return `${before}${digits.slice(0, head)}****${digits.slice(digits.length - tail)}`
}
