import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareAmounts, plus, rounded, times } from './money.ts'

describe('amounts', () => {
  test.each([
    ['100', 12, '1200'],
    ['0.1', '0.2', '0.02'],
    ['1234.56', 0.35, '432.0960'],
    ['-2.5', '2', '-5.0'],
    ['3', '1e-7', '0.0000003'],
    ['3', 2e21, '6000000000000000000000'],
  ])('%s times %s is %s', (a, b, product) => expect(times(a, b)).toBe(product))

  test.each([
    ['1.005', '1.01'],
    ['-1.005', '-1.01'],
    ['1.0049', '1.00'],
    ['7', '7.00'],
    ['0.004', '0.00'],
    ['99999999999.995', '100000000000.00'],
  ])('%s is rounded to %s', (amount, to) => expect(rounded(amount)).toBe(to))

  test.each(['', '1,000', '1.', 'NaN', '0x1', ' 1'])('"%s" is no amount', (text) =>
    expect(() => plus(text, '1')).toThrow(RangeError),
  )

  const cents = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n })
  const text = (units: bigint) => times(units.toString(), '0.01')

  test('sums and orders are those of whole cents', () =>
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        expect(plus(text(a), text(b))).toBe(text(a + b))
        expect(compareAmounts(text(a), text(b))).toBe(a < b ? -1 : a > b ? 1 : 0)
        expect(rounded(text(a))).toBe(text(a))
      }),
    ))
})
