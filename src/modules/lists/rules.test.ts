import { describe, expect, test } from 'vitest'
import { provinceOf, readDay, readGender, readMoment, readRegion, readWish, readZone } from './reading.ts'
import { canCreateBatch, canMap, suggestMapping } from './rules.ts'

const today = Temporal.PlainDate.from('2026-06-17')
const day = (text: string) => Temporal.PlainDate.from(text)
const batch = {
  ...{ source: 'partner', consentEvidence: 'form 12', consentGivenOn: day('2026-05-01') },
  ...{ consentExpiresOn: null, expiresOn: null },
}
const codes = (verdict: ReturnType<typeof canMap>) => (verdict.ok ? [] : verdict.reasons.map(({ code }) => code))

describe('[S4.4.10a K] source and consent before a row is read', () => {
  test.each([
    ['all there', {}, []],
    ['ends today', { consentExpiresOn: today, expiresOn: today }, []],
    ['no source', { source: '  ' }, ['lists.sourceMissing']],
    ['no evidence', { consentEvidence: '' }, ['lists.evidenceMissing']],
    [
      'neither, nor a day',
      { source: '', consentEvidence: '', consentGivenOn: null },
      ['lists.sourceMissing', 'lists.evidenceMissing', 'lists.consentDayMissing'],
    ],
    ['given tomorrow', { consentGivenOn: day('2026-06-18') }, ['lists.consentAhead']],
    ['ended yesterday', { consentExpiresOn: day('2026-06-16') }, ['lists.consentPast']],
    ['use-by past', { expiresOn: day('2026-06-16') }, ['lists.usePast']],
  ])('%s', (_, more, expected) => {
    expect(codes(canCreateBatch({ ...batch, ...more }, today))).toEqual(expected)
  })
})

test('columns by their heads, in both scripts and in English, each once; the rest is not kept', () => {
  expect(
    suggestMapping(
      ['客户姓名', '手机号码', '备用电话', '性别', '出生日期', '所在省份', '备注', '身份证号码', '年收入'],
      [],
    ),
  ).toEqual(['name', 'phone1', 'phone2', 'gender', 'birthday', 'region', 'fact', 'skip', 'skip'])
  expect(
    suggestMapping(['Full Name', 'Mobile', 'E-mail', 'Time zone', 'Policy no', 'Expiry date', 'Best time'], []),
  ).toEqual(['name', 'phone1', 'skip', 'zone', 'skip', 'renewalExpiresOn', 'wish'])
  expect(suggestMapping(['age', 'job', 'contact', 'y'], [])).toEqual(['age', 'skip', 'skip', 'skip'])
  expect(suggestMapping(['', ''], [['王小明'], ['13800138000', '138 0013 8001']])).toEqual(['skip', 'phone1'])
})

test('one telephone column at least, and only facts twice', () => {
  expect(codes(canMap(['name', 'phone2', 'fact', 'fact']))).toEqual([])
  expect(codes(canMap(['name', 'fact']))).toEqual(['lists.noNumberColumn'])
  expect(codes(canMap(['phone1', 'name', 'name']))).toEqual(['lists.columnTwice'])
})

test.each([
  ['2026-06-17', '2026-06-17'],
  ['2026/6/7', '2026-06-07'],
  ['2026.06.17', '2026-06-17'],
  ['2026年6月17日', '2026-06-17'],
  ['20260617', '2026-06-17'],
  ['2026-06-17 10:20:00', '2026-06-17'],
  ['2026-02-30', null],
  ['17.06.2026', null],
  ['6/7/26', null],
  [44, null],
  [null, null],
])('a day written as %s is %s', (cell, expected) => {
  expect(readDay(cell)?.toString() ?? null).toBe(expected)
})

test('moments stand on the centre’s clock', () => {
  const read = (cell: string) => readMoment(cell, 'Asia/Shanghai')?.toString() ?? null
  expect(read('2026-06-17')).toBe('2026-06-16T16:00:00Z')
  expect(read('2026-06-17 14:30')).toBe('2026-06-17T06:30:00Z')
  expect(read('2026-06-17T14:30:00')).toBe('2026-06-17T06:30:00Z')
  expect(read('2026年6月17日14點30分')).toBe('2026-06-17T06:30:00Z')
  expect(read('2026-06-17 25:00')).toBeNull()
  expect(read('下午')).toBeNull()
})

test.each<[string, [string, string][] | null]>([
  ['10:00-12:00', [['10:00', '12:00']]],
  [
    '9點至11點、14:00~16:30',
    [
      ['09:00', '11:00'],
      ['14:00', '16:30'],
    ],
  ],
  ['18-20', [['18:00', '20:00']]],
  ['12:00-10:00', null],
  ['10:00-12:75', null],
  ['evenings', null],
])('hours wished: %s', (cell, expected) => {
  expect(readWish(cell)).toEqual(expected)
})

test.each([
  ['廣東省深圳市', '44'],
  ['广东', '44'],
  ['Guangdong', '44'],
  ['440300', '44'],
  ['內蒙古自治區', '15'],
  ['Shaanxi Province', '61'],
  ['深圳', null],
  ['99', null],
  ['', null],
])('the province of %s is %s', (cell, expected) => {
  expect(provinceOf(cell)).toBe(expected)
})

test('genders, zones and states, or nothing', () => {
  expect(['男', 'F', '女士', 'x', 1].map(readGender)).toEqual(['male', 'female', 'female', null, null])
  expect(readZone('Asia/Urumqi')).toBe('Asia/Urumqi')
  expect(readZone('Beijing')).toBeNull()
  expect([readRegion('fl', 'US'), readRegion('Florida', 'US')]).toEqual(['FL', null])
})
