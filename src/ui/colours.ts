/*
 * Colours of the house in two lights. Text on its ground keeps WCAG AA in both (colours.test.ts measures every pair that
 * is used); red and green are only ever the colour of a word or a sign that says the same.
 */

export const LIGHT = {
  page: '#f3f6f6',
  surface: '#ffffff',
  raised: '#ffffff',
  sunken: '#eaf0f0',
  line: '#d5dedf',
  lineStrong: '#7d8e91',
  text: '#15232a',
  dim: '#4b5d64',
  faint: '#5f7077',
  accent: '#0b6a72',
  accentHover: '#0d7d86',
  onAccent: '#ffffff',
  accentSoft: '#dff0f0',
  accentText: '#0a5960',
  good: '#1b6e3f',
  goodSoft: '#e1f2e7',
  warn: '#845000',
  warnSoft: '#fcefd6',
  bad: '#ad241c',
  badSoft: '#fce8e6',
  calm: '#475690',
  calmSoft: '#e8ebf6',
} as const

export type Colours = Readonly<Record<keyof typeof LIGHT, string>>

export const DARK: Colours = {
  page: '#0f1719',
  surface: '#172124',
  raised: '#1e2a2e',
  sunken: '#111b1e',
  line: '#2b393d',
  lineStrong: '#6c8085',
  text: '#e3ebec',
  dim: '#a6b6ba',
  faint: '#90a2a7',
  accent: '#4dbac0',
  accentHover: '#6bcbd0',
  onAccent: '#04272a',
  accentSoft: '#12373b',
  accentText: '#8edadd',
  good: '#63c88d',
  goodSoft: '#15352a',
  warn: '#e2b04e',
  warnSoft: '#392d13',
  bad: '#f2958e',
  badSoft: '#432321',
  calm: '#a7b3ec',
  calmSoft: '#262d48',
}

/** Pairs of ink and ground that the pages set; text needs 4.5, the edge of a control 3. */
export const INKS: readonly (readonly [ink: keyof Colours, grounds: readonly (keyof Colours)[], least: number])[] = [
  ['text', ['page', 'surface', 'raised', 'sunken', 'accentSoft', 'goodSoft', 'warnSoft', 'badSoft', 'calmSoft'], 4.5],
  ['dim', ['page', 'surface', 'raised', 'sunken'], 4.5],
  ['faint', ['page', 'surface', 'raised'], 4.5],
  ['onAccent', ['accent', 'accentHover'], 4.5],
  ['accent', ['page', 'surface', 'raised', 'sunken'], 4.5],
  ['accentText', ['accentSoft', 'surface', 'page'], 4.5],
  ['good', ['page', 'surface', 'raised', 'goodSoft'], 4.5],
  ['warn', ['page', 'surface', 'raised', 'warnSoft'], 4.5],
  ['bad', ['page', 'surface', 'raised', 'badSoft'], 4.5],
  ['calm', ['page', 'surface', 'raised', 'calmSoft'], 4.5],
  ['lineStrong', ['page', 'surface', 'raised'], 3],
]

export type Light = 'light' | 'dark'

/** The colours of a light as CSS variables, `--k-text` and so on. */
export const variablesOf = (light: Light): readonly (readonly [string, string])[] =>
  Object.entries(light === 'dark' ? DARK : LIGHT).map(([name, value]) => [
    `--k-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    value,
  ])
