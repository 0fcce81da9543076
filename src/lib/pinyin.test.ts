import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameKeys, nameQuery } from './pinyin.ts'

test.each([
  ['王小明', '王小明 wangxiaoming wxm'],
  ['歐陽鋒', '歐陽鋒 ouyangfeng oyf'],
  ['吕布', '吕布 lvbu lubu lb'],
  ['仇英', '仇英 qiuying chouying qy cy'],
  ['Chen Wei', 'chenwei cw'],
  ['José García', 'joségarcía josegarcia jg'],
  ['𠮷田', '𠮷田 tian t'],
  ['  ', ''],
])('keys of %s', (name, keys) => {
  expect(nameKeys(name)).toBe(keys)
})

test.each([
  ['單田芳', 'shantianfang'],
  ['单田芳', 'shantianfang'],
  ['覃輝', 'qh'],
  ['覃輝', 'tanhui'],
  ['呂秀蓮', 'LÜ XIULIAN'],
  ['呂秀蓮', 'lu'],
  ['尉遲恭', 'yuchi'],
  ['阿 Q', '阿Q'],
  ['王小明', ' 小明'],
  ['王小明', 'Xiao-Ming'],
  ["O'Brien", 'obr'],
])('%s is found by %s', (name, typed) => {
  expect(nameKeys(name)).toContain(nameQuery(typed))
})

test('a name is found by any part of itself, and its keys stay short', () => {
  const han = fc.integer({ min: 0x4e00, max: 0x9fa5 }).map((code) => String.fromCharCode(code))
  fc.assert(
    fc.property(fc.array(han, { minLength: 1, maxLength: 6 }), fc.nat(5), (characters, from) => {
      const keys = nameKeys(characters.join(''))
      expect(keys).toContain(nameQuery(characters.slice(from % characters.length).join('')))
      expect(keys.length).toBeLessThan(1000)
    }),
  )
})
