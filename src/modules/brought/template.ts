import { buffer } from 'node:stream/consumers'
import { type Language, wordIn } from '../../lib/serverWords.ts'
import { simplified } from '../../lib/simplified.ts'
import { type WriteSheet, xlsxStream } from '../../lib/xlsxWrite.ts'
import type { Centre } from '../../platform/actor.ts'
import type { Field } from '../sheets/rules.ts'
import { KINDS, SHEET_NAMES } from './kinds.ts'
import { KIND_NAMES, type KindName } from './rules.ts'
import words from './words.json' with { type: 'json' }

/** Cases and their figures are an insurer's; a car dealer's house has none. */
const NOT_IN: Readonly<Record<Centre['kind'], readonly KindName[]>> = { life: [], dealership: ['cases'] }

const isPlain = (text: string) => /^[\x20-\x7e]+$/.test(text)

/** A name in the language of the workbook; kinds write their names first in 繁體, the English one is the first in ASCII. */
const named = (names: readonly string[], language: Language): string => {
  if (language === 'en') return names.find((name) => isPlain(name) && !/^(TL|UM|TSR)$/.test(name)) ?? names[0]!
  return language === 'hans' ? simplified(names[0]!) : names[0]!
}

/**
 * The workbook to fill in: the first sheet explains every column, with an example that is nowhere read; each of the others
 * may be left empty. Bytes of an xlsx.
 */
export async function template(kind: Centre['kind'], language: Language): Promise<Buffer> {
  const word = wordIn(words, language)
  const kinds = KIND_NAMES.filter((name) => !NOT_IN[kind].includes(name))
  const sheetName = (name: KindName) => named(SHEET_NAMES[name], language)
  const kindOf = ({ kind: of }: Field) =>
    typeof of === 'object'
      ? Object.values(of.of)
          .map((names) => named(names, language))
          .join(' / ')
      : word(`brought.value.${of}`)
  const explained = kinds.flatMap((name) => [
    [sheetName(name), word(`brought.kindLead.${name}`), '', ''],
    ...KINDS[name].fields.map((field) => [
      '',
      named(field.heads, language),
      word(field.required ? 'brought.required' : 'brought.optional'),
      kindOf(field),
    ]),
  ])
  const sheets: WriteSheet[] = [
    {
      name: word('brought.template.first'),
      columns: [
        { head: word('brought.template.sheet'), width: 18 },
        { head: word('brought.template.column'), width: 60 },
        { head: word('brought.template.needed'), width: 12 },
        { head: word('brought.template.content'), width: 70 },
      ],
      rows: [['', word('brought.template.lead'), '', ''], ...explained],
    },
    ...kinds.map((name) => ({
      name: sheetName(name),
      columns: KINDS[name].fields.map(({ heads }) => ({ head: named(heads, language), width: 16 })),
      rows: [],
    })),
  ]
  return await buffer(xlsxStream(sheets))
}
