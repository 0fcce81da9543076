import { expect, test } from 'vitest'
import { HOME_REGIONS, homeOf } from './homeRegion.ts'
import table from './homeRegions.json' with { type: 'json' }

test.each([
  ['+8613800138000', '11', 'known'],
  ['+8618999771234', '65', 'known'],
  ['+8613889081234', '54', 'known'],
  ['+8613822101234', '44', 'known'],
  ['+861012345678', '11', 'known'],
  ['+862112345678', '31', 'known'],
  ['+8675582345678', '44', 'known'],
  ['+868911234567', '54', 'known'],
  ['+869911234567', '65', 'known'],
  ['+8619912345678', null, 'rangeUnknown'],
  ['+8614012345678', null, 'rangeUnknown'],
  ['+864008208820', null, 'notGeographic'],
  ['+8695588', null, 'notGeographic'],
  ['+8610086', null, 'notGeographic'],
  ['+13055550123', 'FL', 'known'],
  ['+12015550123', 'NJ', 'known'],
  ['+18505550123', 'FL', 'known'],
  ['+14165550123', null, 'countryNotCovered'],
  ['+442079460018', null, 'countryNotCovered'],
  ['+80012345678', null, 'notGeographic'],
])('home of %s is %s: %s', (e164, region, reason) => {
  expect(homeOf(e164)).toMatchObject({ region, reason })
})

test.each([
  ['+8618999771234', ['Asia/Shanghai']],
  ['+13055550123', ['America/New_York']],
  ['+18508901234', ['America/Chicago']],
  ['+447700900123', ['Europe/Guernsey', 'Europe/Isle_of_Man', 'Europe/London']],
  ['+442079460018', ['Europe/London']],
  ['+886912345678', ['Asia/Taipei']],
  ['+80012345678', []],
  ['+99912345678', []],
])('zones of %s', (e164, zones) => {
  expect(homeOf(e164).zones).toEqual(zones)
})

test('every zone is one that clocks know, every province and state is there', () => {
  const zones = new Set(Object.keys(table.zones).flatMap((list) => list.split(' ')))
  const now = Temporal.Instant.from('2026-06-17T01:00Z')
  for (const zone of zones) expect(now.toZonedDateTimeISO(zone).offset).toMatch(/^[+-]\d\d:\d\d$/)
  expect(Object.keys(table.landlines).sort()).toEqual(table.provinces.split(' '))
  expect(Object.keys(table.areaCodes)).toHaveLength(51)
  expect(HOME_REGIONS.date).toBe('2026-07-30')
})

test('nearly every block of the old ranges is known, no block of the young ones', () => {
  const share = (head: number) => {
    const blocks = Array.from({ length: 10_000 }, (_, at) => `+86${head}${String(at).padStart(4, '0')}0000`)
    return blocks.filter((e164) => homeOf(e164).region !== null).length / blocks.length
  }
  for (const head of [130, 135, 139, 151, 158, 186, 189]) expect(share(head)).toBeGreaterThan(0.97)
  for (const head of [140, 166, 173, 190, 199]) expect(share(head)).toBe(0)
})
