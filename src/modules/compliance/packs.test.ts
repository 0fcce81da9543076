import { expect, test } from 'vitest'
import { openHours, PACK_SETS } from './packs.ts'

test('calls lie in the hours that all packs leave open', () => {
  expect(openHours(PACK_SETS.life)).toEqual([['09:00', '21:00']])
  expect(openHours(['carrier-tencent-2026', 'us-fl'])).toEqual([['08:00', '20:00']])
  expect(openHours(['cn-general'])).toEqual([])
  expect(() => openHours(['no-such'])).toThrow('no pack no-such')
})
