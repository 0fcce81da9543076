import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeNumber, maskNumber, splitNumbers } from './phoneNumber.ts'

const MOBILE = '+8613800138000'
const SHENZHEN = '+8675582345678'

describe('one number, however it is written', () => {
  test.each([
    ['13800138000', MOBILE],
    [13_800_138_000, MOBILE],
    ['138 0013 8000', MOBILE],
    ['138-0013-8000', MOBILE],
    ['１３８００１３８０００', MOBILE],
    ['＋８６ 138–0013–8000', MOBILE],
    ['+86 138 0013 8000', MOBILE],
    ['008613800138000', MOBILE],
    ['8613800138000', MOBILE],
    ['+008613800138000', MOBILE],
    ['(+86)13800138000', MOBILE],
    ['（+86）138 0013 8000', MOBILE],
    ['013800138000', MOBILE],
    ['17951 13800138000', MOBILE],
    ["'13800138000", MOBILE],
    ['="13800138000"', MOBILE],
    ['\u202d13800138000\u202c', MOBILE],
    ['13800138000.0', MOBILE],
    ['手机：13800138000', MOBILE],
    ['1.3800138000E+10', MOBILE],
    ['1.380013800000e10', MOBILE],
    ['8.613800138000E+12', MOBILE],
    ['Tel. 0755-8234 5678', SHENZHEN],
    ['（0755）82345678', SHENZHEN],
    ['+86-(0)755-82345678', SHENZHEN],
    ['75582345678', SHENZHEN],
    [75_582_345_678, SHENZHEN],
    ['+852 6123 4567', '+85261234567'],
    ['00886 912 345 678', '+886912345678'],
  ])('%j', (cell, e164) => {
    expect(judgeNumber(cell, 'CN')).toMatchObject({ ok: true, e164, valid: true, fictional: false })
  })

  test.each([
    ['0755-82345678-801', '801'],
    ['0755-82345678转801', '801'],
    ['0755-82345678 轉 801', '801'],
    ['0755-82345678分机：801', '801'],
    ['0755-82345678 ext. 801', '801'],
    ['0755-82345678#801', '801'],
    ['0755-82345678', null],
  ])('%s with its extension', (cell, extension) => {
    expect(judgeNumber(cell, 'CN')).toMatchObject({ e164: SHENZHEN, extension, type: 'landline' })
  })

  test.each([
    ['13800138000', 'CN', 'CN', 'mobile', '138 0013 8000'],
    ['1012345678', 'CN', 'CN', 'landline', '010 1234 5678'],
    ['400-820-8820', 'CN', 'CN', 'other', '400 820 8820'],
    ['0912345678', 'TW', 'TW', 'mobile', '0912 345 678'],
    ['(305) 555-0123', 'US', 'US', 'other', '(305) 555-0123'],
    ['020 7946 0018', 'GB', 'GB', 'landline', '020 7946 0018'],
    ['+80012345678', 'CN', null, 'other', '1234 5678'],
  ])('%s of %s: country and type', (cell, from, country, type, national) => {
    expect(judgeNumber(cell, from)).toMatchObject({ country, type, national })
  })
})

describe('what is no number says why', () => {
  test.each([
    [null, 'empty', ''],
    ['  \u3000', 'empty', ''],
    ['-', 'notANumber', ''],
    ['无', 'notANumber', ''],
    ['订单13800138000', 'notANumber', '13800138000'],
    ['1-800-FLOWERS', 'notANumber', '1800'],
    [0.5, 'notANumber', '05'],
    [-5, 'notANumber', '5'],
    [1e21, 'notANumber', '1+21'],
    [true, 'notANumber', ''],
    ['1.38E+10', 'scientific', '138+10'],
    ['1.38001e10', 'scientific', '13800110'],
    ['1.3800138E+10', 'scientific', '13800138+10'],
    ['1.38001380001E+10', 'scientific', '138001380001+10'],
    ['1.38E-10', 'scientific', '13810'],
    ['1380013800', 'tooShort', '1380013800'],
    ['138001380001', 'tooLong', '138001380001'],
    ['82345678', 'tooShort', '82345678'],
    ['13800138000/13900139000', 'tooLong', '1380013800013900139000'],
    ['110', 'shortCode', '110'],
    ['10086', 'shortCode', '10086'],
    ['95588', 'shortCode', '95588'],
    ['12345678901', 'invalid', '12345678901'],
    ['14012345678', 'invalid', '14012345678'],
    ['+99912345678', 'invalid', '+99912345678'],
    ['2026-06-17', 'notANumber', '20260617'],
  ])('%j is %s', (cell, code, hint) => {
    expect(judgeNumber(cell, 'CN')).toEqual({ ok: false, code, hint })
  })
})

describe('numbers that no carrier assigns', () => {
  const allow = { CN: ['140'], GB: ['7700900'] }

  test('are valid where they are allowed, and known as such', () => {
    expect(judgeNumber('14012345678', 'CN', { allow })).toMatchObject({
      ok: true,
      e164: '+8614012345678',
      country: 'CN',
      type: 'mobile',
      valid: true,
      fictional: true,
      shown: '140****5678',
    })
    expect(judgeNumber('+447700900123', 'CN', { allow })).toMatchObject({ ok: true, country: 'GB', fictional: true })
  })

  test('are refused elsewhere, at a wrong length, and outside the range', () => {
    expect(judgeNumber('14012345678', 'CN')).toMatchObject({ ok: false, code: 'invalid' })
    expect(judgeNumber('1401234567', 'CN', { allow })).toMatchObject({ ok: false, code: 'tooShort' })
    expect(judgeNumber('14112345678', 'CN', { allow })).toMatchObject({ ok: false, code: 'invalid' })
    expect(judgeNumber('+447700800123', 'CN', { allow })).not.toMatchObject({ fictional: true })
  })
})

test('two numbers in a cell are told apart', () => {
  expect(splitNumbers('13800138000 / 0755-82345678；13900139000\n')).toEqual([
    '13800138000',
    '0755-82345678',
    '13900139000',
  ])
})

describe('masking', () => {
  test.each([
    [MOBILE, '138****8000'],
    [SHENZHEN, '0755****5678'],
    ['+861012345678', '010****5678'],
    ['+85261234567', '+852 ****4567'],
    ['+447700900123', '+44 77****0123'],
    ['+13055550123', '+1 30****0123'],
    ['nonsense', '****'],
  ])('%s is %s', (e164, shown) => {
    expect(maskNumber(e164)).toBe(shown)
  })

  test('hides at least four digits of any number', () => {
    const mobile = fc.integer({ min: 13_000_000_000, max: 19_999_999_999 }).map((n) => `+86${n}`)
    const other = fc
      .tuple(fc.constantFrom('1', '44', '852', '886', '999'), fc.bigInt(1n, 10n ** 12n))
      .map((x) => `+${x.join('')}`)
    fc.assert(
      fc.property(fc.oneof(mobile, other), (e164) => {
        const code = /^\+\d+ /.exec(maskNumber(e164))?.[0].length ?? 0
        const significant = e164.startsWith('+86') ? e164.slice(3) : e164.slice(code > 0 ? code - 1 : 1)
        const visible = maskNumber(e164)
          .slice(code)
          .replace(/^0(?=\d{2,3}\*)/, '')
          .replace(/\D/g, '')
        expect(visible.length).toBeLessThanOrEqual(Math.max(0, significant.length - 4))
      }),
    )
  })
})

test('any text is judged, never thrown at, and what is good stays good', () => {
  const digits = fc.array(fc.constantFrom(...'0123456789+-() ./E轉#x１'), { maxLength: 24 }).map((all) => all.join(''))
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), digits, fc.double()),
      fc.constantFrom('CN', 'US', 'TW', 'XX'),
      (cell, country) => {
        const judged = judgeNumber(cell, country)
        if (judged.ok) expect(judgeNumber(judged.e164, 'GB')).toMatchObject({ ok: true, e164: judged.e164 })
      },
    ),
    { numRuns: 2000 },
  )
})
