import { expect, test } from 'vitest'
import { type Colours, DARK, INKS, LIGHT } from './colours.ts'

/** Relative luminance of an sRGB colour (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(one: string, other: string): number {
  const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (bright! + 0.05) / (dark! + 0.05)
}

test('contrast is measured as WCAG defines it', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

const pairs = [
  ['light', LIGHT],
  ['dark', DARK],
].flatMap(([light, colours]) =>
  INKS.flatMap(([ink, grounds, least]) =>
    grounds.map((ground) => ({ light, colours: colours as Colours, ink, ground, least })),
  ),
)

test.each(pairs)('$ink on $ground keeps $least to 1 in $light', ({ colours, ink, ground, least }) => {
  expect(contrast(colours[ink], colours[ground])).toBeGreaterThanOrEqual(least)
})
