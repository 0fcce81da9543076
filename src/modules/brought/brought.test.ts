import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { wordKey } from '../../lib/cells.ts'
import { LANGUAGES } from '../../lib/serverWords.ts'
import { openTables } from '../../lib/table.ts'
import { suggestColumns } from '../sheets/columns.ts'
import { missingOf } from '../sheets/rules.ts'
import { KINDS, SHEET_NAMES } from './kinds.ts'
import { readMonth, readQuarter } from './periods.ts'
import { KIND_NAMES } from './rules.ts'
import { wayOf } from './takeCases.ts'
import { template } from './template.ts'

const day = (text: string) => Temporal.PlainDate.from(text)

describe('months and quarters', () => {
  const near = day('2026-06-16')
  test.each([
    ['2026-06', '2026-06'],
    ['2026年6月', '2026-06'],
    ['202606', '2026-06'],
    ['6月', '2026-06'],
    ['6月份', '2026-06'],
    ['11月', '2025-11'],
    ['115年6月', '2026-06'],
    ['民國115年6月', '2026-06'],
    ['13月', null],
    ['上個月', null],
  ])('%s is %s', (text, month) => expect(readMonth(text, near)?.toString() ?? null).toBe(month))

  test.each([
    ['2026Q1', '2026-03-31'],
    ['2026年第1季', '2026-03-31'],
    ['2025年第四季度', '2025-12-31'],
    ['Q4 2025', '2025-12-31'],
    ['一季度', '2026-03-31'],
    ['Q3', '2025-09-30'],
    ['114年第4季', '2025-12-31'],
    ['第5季', null],
    ['去年', null],
  ])('%s ends on %s', (text, last) => expect(readQuarter(text, near)?.toString() ?? null).toBe(last))
})

describe('the days of a case', () => {
  const last = day('2026-06-16')
  const way = (values: Record<string, string>) => {
    const read = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, key === 'state' ? value : day(value)]),
    )
    const found = wayOf({ values: read }, 15, last)
    return 'entries' in found ? found.entries.map(({ state, on }) => `${state} ${on}`) : `${found.code} ${found.field}`
  }
  test.each<[Record<string, string>, string[] | string]>([
    [{ state: 'accepted', acceptedOn: '2026-06-01' }, ['accepted 2026-06-01']],
    [{ state: 'underwriting', acceptedOn: '2026-06-01' }, ['accepted 2026-06-01', 'underwriting 2026-06-01']],
    [
      { state: 'issued', acceptedOn: '2026-06-01', issuedOn: '2026-06-03' },
      ['accepted 2026-06-01', 'issued 2026-06-03'],
    ],
    // The receipt says more than the word.
    [
      { state: 'issued', acceptedOn: '2026-06-01', issuedOn: '2026-06-03', receiptOn: '2026-06-08' },
      ['accepted 2026-06-01', 'issued 2026-06-03', 'delivered 2026-06-08'],
    ],
    [
      { state: 'inForce', acceptedOn: '2026-05-01', issuedOn: '2026-05-03', receiptOn: '2026-05-08' },
      ['accepted 2026-05-01', 'issued 2026-05-03', 'delivered 2026-05-08', 'inForce 2026-05-23'],
    ],
    [
      { state: 'cancelledInCoolingOff', acceptedOn: '2026-06-01', issuedOn: '2026-06-03', cancelledOn: '2026-06-10' },
      ['accepted 2026-06-01', 'issued 2026-06-03', 'cancelledInCoolingOff 2026-06-10'],
    ],
    [
      { state: 'lapsed', acceptedOn: '2025-06-01', issuedOn: '2025-06-03', lapsedOn: '2026-01-10' },
      ['accepted 2025-06-01', 'issued 2025-06-03', 'inForce 2025-06-18', 'lapsed 2026-01-10'],
    ],
    [
      { state: 'declined', acceptedOn: '2026-06-01', cancelledOn: '2026-06-04' },
      ['accepted 2026-06-01', 'declined 2026-06-04'],
    ],
    [{ state: 'issued', acceptedOn: '2026-06-01' }, 'dateMissing issuedOn'],
    [{ state: 'delivered', acceptedOn: '2026-06-01', issuedOn: '2026-06-02' }, 'dateMissing receiptOn'],
    [{ state: 'issued', acceptedOn: '2026-06-05', issuedOn: '2026-06-03' }, 'datesOutOfOrder state'],
    [{ state: 'issued', acceptedOn: '2026-06-05', issuedOn: '2026-06-17' }, 'afterFirstDay state'],
  ])('%o', (values, expected) => expect(way(values)).toEqual(expected))
})

describe('the workbook', () => {
  test.each(LANGUAGES)(
    'in %s is read back: every sheet of its kind, every column known, nothing to load',
    async (language) => {
      const path = join(mkdtempSync(join(tmpdir(), 'kaibo-template-')), 'book.xlsx')
      writeFileSync(path, await template('life', language))
      const tables = await openTables(path, 'book.xlsx')
      const sheets = new Map(tables.tables.map((table) => [table.sheet, table]))
      expect(sheets.size).toBe(KIND_NAMES.length + 1)
      for (const kind of KIND_NAMES) {
        const table = [...sheets].find(([name]) =>
          SHEET_NAMES[kind].some((one) => wordKey(one) === wordKey(name ?? '')),
        )?.[1]
        expect([kind, table === undefined]).toEqual([kind, false])
        const columns = suggestColumns(KINDS[kind], table!.headers)
        expect([kind, missingOf(KINDS[kind], columns)]).toEqual([kind, []])
        expect([kind, Object.values(columns).toSorted()]).toEqual([
          kind,
          KINDS[kind].fields.map(({ key }) => key).toSorted(),
        ])
        for await (const row of table!.rows()) throw new Error(`${kind} has a row: ${row.raw.join()}`)
      }
      tables.close()
    },
  )
})
