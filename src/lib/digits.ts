import type { Cell } from './xlsxCells.ts'

const WITH_EXPONENT = /^(\d+)(?:[.,](\d+))?e\+?(\d{1,2})$/i

/**
 * The whole number that a spreadsheet wrote with an exponent, if it wrote every digit of it: 1.3800138000E+10 is
 * 13800138000, but the end of 1.38E+10 is lost, and whether that of 1.3800138E+10 were zeros nobody knows. The text as
 * it is otherwise.
 */
export function exactOf(text: string): string {
  const [, whole = '', fraction = '', exponent] = WITH_EXPONENT.exec(text) ?? []
  const places = Number(exponent)
  if (exponent === undefined || fraction.length < places || /[1-9]/.test(fraction.slice(places))) return text
  return whole + fraction.slice(0, places)
}

/** Excel keeps fifteen digits of a number and writes zeros for the rest. */
const KEPT = 1e15

/** Whether digits of a number that somebody is known by are gone: an identity number that became 4.40301E+17. */
export function lostDigits(cell: Cell): boolean {
  if (typeof cell === 'number') return Math.abs(cell) >= KEPT && (cell % 10 === 0 || !Number.isSafeInteger(cell))
  return typeof cell === 'string' && /^\d+(\.\d+)?e\+\d+$/i.test(cell) && exactOf(cell) === cell
}
