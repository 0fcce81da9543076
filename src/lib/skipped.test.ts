import { describe, expect, test } from 'vitest'
import { isTotal, repeats } from './skipped.ts'
import type { Cell } from './xlsxCells.ts'

describe('a sum', () => {
  test.each<[string, Cell[]]>([
    ['小計', ['小計', null, 12, 3400]],
    ['with spaces between', ['合　計', null, 12]],
    ['simplified, with what is counted', ['总计（件）', '12']],
    ['with a colon', ['本頁小計：', '', '12']],
    ['with the group before it in the cell', ['一組小計', null, 12, '3,400元']],
    ['with the group before it in its column', ['一組', '小計', 12]],
    ['with the group behind it', ['合計', '一組', 12, 3400]],
    ['in the third column', [null, null, '共計', 12]],
    ['an average', ['平均', null, 4.5]],
    ['a sum with a remark', ['小計', null, 12, '含補單']],
    ['English', ['Grand Total', null, 12]],
    ['English, of a group', ['Team A subtotal', null, 12]],
    ['English, beside its group', ['Team A', 'Total', 12]],
    ['English, in capitals', ['TOTAL:', '12', '3400.00']],
  ])('%s', (_, cells) => {
    expect(isTotal(cells)).toBe(true)
  })

  test.each<[string, Cell[]]>([
    ['a customer 合', ['合', '13800138000']],
    ['a customer whose name ends so', ['王平均', '13800138000', '深圳']],
    ['a product named Total Care', ['P1', 'Total Care', 12]],
    ['a product named Total', ['P1', 'Total', 12]],
    ['a customer of the surname Sum', ['Sum', '+852 6123 4567', 12]],
    ['a remark far to the right', ['王', '13800138000', '深圳', '合計']],
    ['a word alone in English', ['Total', null, null]],
    ['a level called average', ['A01', '平均', '王小明', '待培訓']],
    ['figures', [1, 2, 3]],
  ])('is not %s', (_, cells) => {
    expect(isTotal(cells)).toBe(false)
  })
})

test('heads and titles are known again where they come word for word', () => {
  const again = repeats([
    { rowNo: 1, cells: ['六月名單', null] },
    { rowNo: 2, cells: ['姓名', '手機'] },
  ])
  expect(again(['姓名', '手機', null])).toBe(true)
  expect(again(['六月名單'])).toBe(true)
  expect(again(['姓名', '13800138000'])).toBe(false)
  expect(again(['姓名', '手機', '備註'])).toBe(false)
  expect(again([])).toBe(false)
})
