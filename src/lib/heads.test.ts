import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findHeads, headsAt, type Merge, type Seen } from './heads.ts'
import type { Cell } from './xlsxCells.ts'

/** Rows as a person sees them: cells between bars, _ for an empty one; a line without anything is an empty row. */
const sheet = (text: string): Seen[] =>
  text
    .trim()
    .split('\n')
    .map((line, at) => ({
      rowNo: at + 1,
      cells: line.split('|').map((cell): Cell => {
        const bare = cell.trim()
        return bare === '' || bare === '_' ? null : /^\d+(\.\d+)?$/.test(bare) ? Number(bare) : bare
      }),
    }))
    .filter(({ cells }) => cells.some((cell) => cell !== null))

const merge = (top: number, left: number, bottom: number, right: number): Merge => ({ top, left, bottom, right })
const found = (text: string, merges: Merge[] = []) => {
  const heads = findHeads(sheet(text), merges)
  return heads && [heads.first, heads.last, ...heads.names]
}

const DATA = `
A01 | 王小明 | 3 | 1200 | 2 | 800
A02 | 李小華 | 1 | 300 | _ | _
A03 | 陳大文 | 5 | 2100 | 4 | 1900`

const NAMES = ['工號', '姓名', '受理 件數', '受理 保費', '承保 件數', '承保 保費']

describe('heads of two rows', () => {
  test.each([
    ['merged, with the blanks that are left of it', '工號|姓名|受理|_|承保|_\n_|_|件數|保費|件數|保費'],
    ['over single heads that stand in the lower row', '_|_|受理|_|承保|_\n工號|姓名|件數|保費|件數|保費'],
    ['with the group written over each column', '工號|姓名|受理|受理|承保|承保\n_|_|件數|保費|件數|保費'],
    ['with the single heads written twice', '工號|姓名|受理|受理|承保|承保\n工號|姓名|件數|保費|件數|保費'],
  ])('%s', (_, heads) => {
    expect(found(heads + DATA)).toEqual([1, 2, ...NAMES])
    // A title, who made it and when, an empty line.
    const title = '六月業績表|_|_|_|_|_\n製表：小王|_|_|_|2026-06-30|_\n_|_\n'
    expect(found(title + heads + DATA)).toEqual([4, 5, ...NAMES])
  })

  test('with wide groups, where the upper row fills less than half of the columns', () => {
    expect(
      found(`工號|受理|_|_|承保|_|_\n_|件數|保費|件均|件數|保費|件均\nA1|1|2|2|1|2|2\nA2|1|2|2|1|2|2\nA3|1|2|2|1|2|2`),
    ).toEqual([1, 2, '工號', ...['受理', '承保'].flatMap((g) => [`${g} 件數`, `${g} 保費`, `${g} 件均`])])
  })

  test('with one group among columns that need none', () => {
    expect(found('姓名|件數|保費|累計|_\n_|_|_|件數|保費\n王|1|2|3|4\n李|1|2|3|4\n陳|1|2|3|4')).toEqual([
      ...[1, 2, '姓名', '件數', '保費', '累計 件數', '累計 保費'],
    ])
  })

  test('with a group of one column, where the cells are merged', () => {
    const heads = '工號|受理|_|其他\n_|件數|保費|件數'
    const merges = [merge(1, 0, 2, 0), merge(1, 1, 1, 2)]
    expect(found(`${heads}\nA1|1|2|3\nA2|1|2|3\nA3|1|2|3`, merges)).toEqual([
      ...[1, 2, '工號', '受理 件數', '受理 保費', '其他 件數'],
    ])
  })

  test('of texts alone, known by the merged cells', () => {
    const heads = '姓名|聯絡|_\n_|微信|地址\n王|wx1|深圳\n李|wx2|廣州'
    expect(found(heads, [merge(1, 0, 2, 0), merge(1, 1, 1, 2)])).toEqual([1, 2, '姓名', '聯絡 微信', '聯絡 地址'])
    // Without them the second row may as well be a person.
    expect(found(heads)?.slice(0, 2)).toEqual([1, 1])
  })

  test('of three rows', () => {
    expect(
      found(
        '工號|新單|_|_|_|續期\n_|受理|_|承保|_|_\n_|件數|保費|件數|保費|_\nA1|1|2|3|4|5\nA2|1|2|3|4|5\nA3|1|2|3|4|5',
        [merge(1, 1, 1, 4), merge(1, 0, 3, 0), merge(1, 5, 3, 5)],
      ),
    ).toEqual([1, 3, '工號', '新單 受理 件數', '新單 受理 保費', '新單 承保 件數', '新單 承保 保費', '續期'])
  })
})

describe('heads of one row stay so', () => {
  test.each([
    ['a band above names that are complete', '基本資料|_|業績|_\n工號|姓名|件數|保費\nA1|王|1|2\nA2|李|1|2', 2],
    ['a title merged over the table', '六月業績表|_|_\n工號|姓名|件數\nA1|王|1\nA2|李|1', 2],
    ['a title above heads of which the first is missing', '六月表|_|_|_\n_|姓名|件數|保費\n1|王|1|2\n2|李|1|2', 2],
    ['who made it and when, above', '製表：小王|_|單位：元|_\n工號|姓名|件數|保費\nA1|王|1|2\nA2|李|1|2', 2],
    ['a first row of data that is all words', '姓名|城市|等級\n王|深圳|甲\n李|廣州|乙\n陳|上海|甲', 1],
    ['data in columns without heads', '姓名|_|城市|_\n王|男|深圳|甲\n李|女|廣州|乙\n陳|男|上海|甲', 2],
    ['an empty line below the heads', '姓名|件數|保費\n_|_\n王|1|2\n李|1|2', 1],
  ])('%s', (_, text, row) => {
    const merges = text.startsWith('六月業績') ? [merge(1, 0, 1, 2)] : []
    const heads = found(text, merges)
    if (row === 2 && text.startsWith('姓名')) expect(heads?.slice(0, 2) ?? [0, 0]).not.toEqual([1, 2])
    else expect(heads?.slice(0, 2)).toEqual([row, row])
  })

  test('where a person says so, unless a second row is needed from there', () => {
    const text = `六月\n工號|姓名|受理|_|承保|_\n_|_|件數|保費|件數|保費${DATA}`
    expect(headsAt(sheet(text), 2)).toMatchObject({ first: 2, last: 3, names: NAMES })
    expect(headsAt(sheet(text), 3)).toMatchObject({ first: 3, last: 3 })
    expect(headsAt(sheet(text), 99)).toBeNull()
  })
})

test('whatever titles stand above, the heads and their names are the same', () => {
  const word = fc.constantFrom('六月業績', '電銷中心', '製表：小王', '2026-06-30', '單位：元', '內部資料', '第 3 頁')
  const title = fc.array(fc.tuple(word, fc.nat(5)), { minLength: 1, maxLength: 2 })
  const two = `工號|姓名|受理|_|承保|_\n_|_|件數|保費|件數|保費${DATA}`
  const one = `工號|姓名|受理|保費|承保|備註${DATA}`
  fc.assert(
    fc.property(fc.array(title, { maxLength: 4 }), fc.boolean(), (titles, several) => {
      const above = titles.map((cells) => {
        const row: string[] = ['_', '_', '_', '_', '_', '_']
        for (const [text, at] of cells) row[at] = text
        return row.join('|')
      })
      const heads = findHeads(sheet([...above, several ? two : one].join('\n')))
      expect([heads?.first, heads?.last]).toEqual([titles.length + 1, titles.length + (several ? 2 : 1)])
      if (several) expect(heads?.names).toEqual(NAMES)
    }),
    { numRuns: 1000 },
  )
})
