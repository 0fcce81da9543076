import { expect, test } from 'vitest'
import { exactOf, lostDigits } from './digits.ts'

test.each([
  ['1.3800138000E+10', '13800138000'],
  ['1.380013800000e10', '13800138000'],
  ['138E+0', '138'],
  ['1.38E+10', '1.38E+10'],
  ['1.38001380001E+10', '1.38001380001E+10'],
  ['13800138000', '13800138000'],
  ['A1E+2', 'A1E+2'],
])('%s is %s', (text, exact) => {
  expect(exactOf(text)).toBe(exact)
})

test.each([
  ['4.40301E+17', true],
  ['1.3800138000E+10', false],
  ['440301199001010013', false],
  ['E+1', false],
  [440_301_199_001_010_000, true],
  [1_234_567_890_123_450, true],
  [1_234_567_890_123_456, false],
  [13_800_138_000, false],
  [1.5, false],
  [null, false],
])('%s has lost digits: %s', (cell, lost) => {
  expect(lostDigits(cell)).toBe(lost)
})
