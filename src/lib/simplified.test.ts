import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { simplified } from './simplified.ts'

describe('simplified', () => {
  test.each([
    ['軟體匯入名單', '软件导入名单'],
    ['帳號與品質', '账号与质量'],
    ['依規則執行', '依规则执行'],
    ['核心成員的業績指標', '核心成员的业绩指标'],
    ['客戶資料存在資料庫', '客户资料存在数据库'],
    ['線上怠工', '线上怠工'],
    ['看著「喜報」', '看着“喜报”'],
    ['開撥、承保率、件均保費', '开拨、承保率、件均保费'],
  ])('%s', (hant, hans) => expect(simplified(hant)).toBe(hans))

  test('leaves what is simplified already', () => {
    const hans = simplified('規則在定案前可以充分討論，坐席出單後在線上報喜')
    expect(simplified(hans)).toBe(hans)
  })

  test('leaves every ASCII text as it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => simplified(text) === text))
  })
})
