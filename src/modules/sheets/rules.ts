import type { JudgedNumber } from '../../lib/phoneNumber.ts'
import type { Role } from '../../platform/actor.ts'

/*
 * What a file that somebody brings along is read as: a kind of sheet says its columns, by the names that they go by, and
 * what stands in each; every row answers with values and with what could not be read. Words that nobody knows (a
 * nickname, an insurer's word for a state) are asked once and remembered.
 */

/**
 * What stands in a column:
 * text; day (Temporal.PlainDate); moment (Temporal.Instant, read on the centre's wall clock); clock (Temporal.PlainTime, where a
 * file keeps day and time apart); amount (decimal text: 1.2萬 and 元 are understood); count (whole number); seconds (also 1:05 and 00:01:05); number (a telephone number, judged);
 * person, unit, product (the id of ours); yesNo; words = one of a closed list of ours, in whatever word the file uses.
 */
export type FieldKind =
  | 'text'
  | 'day'
  | 'moment'
  | 'clock'
  | 'amount'
  | 'count'
  | 'seconds'
  | 'number'
  | 'person'
  | 'unit'
  | 'product'
  | 'yesNo'
  | { readonly words: string; readonly of: Readonly<Record<string, readonly string[]>> }

export type Field = {
  /** Key in `values`. */
  readonly key: string
  readonly kind: FieldKind
  /** A row without it is at fault ('missing'); a sheet without a column for it is not of this kind. */
  readonly required?: boolean
  /** Heads it goes by in any language, the usual ones first; compared without spaces, marks and case, in one script. */
  readonly heads: readonly string[]
  /** Where no column brings it, the sheet's name does if it means something: one sheet a leader, one a group. */
  readonly orSheet?: boolean
  /** Key of the person whose staff number this text is: it tells two of one name apart, and knows a nickname. */
  readonly tells?: string
}

/** A kind of sheet: 'insurerFile', 'switchRecords', 'people' … Mappings and meanings are remembered under its key. */
export type SheetKind = {
  readonly key: string
  readonly fields: readonly Field[]
  /** The field of each column of a file without heads, null for one that is not read. */
  readonly withoutHeads?: readonly (string | null)[]
}

export type GoodNumber = Extract<JudgedNumber, { ok: true }>
export type Value = string | number | boolean | Temporal.PlainDate | Temporal.PlainTime | Temporal.Instant | GoodNumber

/**
 * Why a value could not be read. `missing`: a required one is empty. `unreadable`: not of its kind. `unknown`: a word,
 * person, unit or product that nobody has explained yet. `several`: two people of that name. `foreign`: explained as
 * none of ours. Numbers bring the code of lib/phoneNumber.ts, as does a text that lost digits (`scientific`); days of a
 * year that is not told `noYear`.
 */
export type Fault = { readonly field: string; readonly code: string; readonly text: string }

/** A row that is read past: a subtotal, a hidden row, the heads once more. It is told all the same. */
export type Skipped = 'total' | 'hidden' | 'heads'

export type ReadRow = {
  /** Name of the sheet, null for csv. */
  readonly sheet: string | null
  /** As Excel counts it. */
  readonly rowNo: number
  /** The cells as the file has them. */
  readonly raw: readonly string[]
  /** By the field's key; a field without column, an empty cell and one at fault are absent. */
  readonly values: Readonly<Record<string, Value>>
  readonly faults: readonly Fault[]
  readonly skipped: Skipped | null
  /** What was read with a thought of our own: 'yearAssumed' for a day without a year, 'firstOfSeveral' of two numbers. */
  readonly notes: readonly Fault[]
}

/** Something that has to be asked: a text of the file and what it may mean. */
export type Question = {
  /** 'person', 'unit', 'product' or the name of a list of words. */
  readonly about: string
  readonly text: string
  /** How often it stands in the file. */
  readonly rows: number
  /** What it may mean, the likeliest first: staff numbers, names of units, codes of products, or words of the list. */
  readonly candidates: readonly { readonly value: string; readonly label: string }[]
}

/** The meaning of a text; null = none of ours, its rows are foreign. */
export type Meaning = { readonly about: string; readonly text: string; readonly value: string | null }

/** Who may explain words and columns: whoever brings files along. */
export const SHEET_ROLES = ['dataOfficer', 'deptManager', 'admin'] as const satisfies readonly Role[]

/** Which field each column is, by its head; null for one that is not read. */
export type Columns = Readonly<Record<string, string | null>>

/** Required fields that no column brings. */
export const missingOf = (kind: SheetKind, columns: Columns): string[] => {
  const there = new Set(Object.values(columns))
  return kind.fields.filter(({ key, required }) => required && !there.has(key)).map(({ key }) => key)
}

/** What a question about a field is about: people, units and products are asked once for all kinds of sheets. */
export const aboutOf = (field: Field): string | null =>
  typeof field.kind === 'object'
    ? field.kind.words
    : field.kind === 'person' || field.kind === 'unit' || field.kind === 'product'
      ? field.kind
      : null
