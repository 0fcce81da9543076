import { filled, type Seen } from './heads.ts'
import type { Cell } from './xlsxCells.ts'

/** Why a row is none of the data: a sum of those above it, or the heads once more at the top of a printed page. */
export type Skip = 'total' | 'heads'

/** Columns in which a sum says that it is one; further right the same word is a remark. */
const WHERE = 3

/** Characters that such a cell ends with, by their code: most cells end otherwise and are told apart by this alone. */
const ENDINGS = new Uint8Array(0x10000)
for (const character of '計计總总匯汇和均值lLsSeEgGmM:：)）') ENDINGS[character.charCodeAt(0)] = 1

/** 本頁小計, 一組合計：, 總計(件), with what stands before the word. */
const CHINESE =
  /^(.{0,12}?)(小[計计]|[合總总共累][計计]|[匯汇][總总]|[總总]和|平均值?|均值)(?:[(（].{1,6}[)）])?[:：]?$/
/** Alone in its cell it can be nothing else; an average or what was gathered can be a remark. */
const SURE = /^(小|合|總|总|共)[計计]$/
const ENGLISH = /^(.{0,24}\s)?((sub|grand)[ -]?totals?|totals?|averages?|avg|sum)[:：]?$/i

const isText = (cell: Cell | undefined): boolean =>
  typeof cell === 'string' && !/^[\s\d.,:/+\-()%¥￥$元萬万]*$/.test(cell)
const isUnit = (cell: Cell): boolean =>
  typeof cell === 'string' && /[組组部隊队區区科處处室店]|team|group|unit|dep/i.test(cell)
/** Somebody's number: sums are not written so. */
const isNumberToDial = (cell: Cell): boolean =>
  cell !== null && /^(\+\d[\d -]{7,}|0\d[\d -]{6,}|1[3-9]\d{9})$/.test(String(cell))

/**
 * Whether a row is a sum: one of its first columns says so. Where other words stand before it in the cell, or it is an
 * English word that a product may bear too (Total), the rest of the row must be figures.
 */
export function isTotal(cells: readonly Cell[]): boolean {
  for (let at = 0; at < WHERE && at < cells.length; at++) {
    const cell = cells[at]
    if (typeof cell !== 'string' || ENDINGS[cell.charCodeAt(cell.length - 1)] !== 1) continue
    const text = cell.normalize('NFKC')
    const chinese = CHINESE.exec(text.replace(/\s/g, ''))
    if (chinese?.[1] === '' && SURE.test(chinese[2] ?? '')) return true
    if (!chinese && !ENGLISH.test(text)) continue
    if (cells.slice(WHERE).some(isText) || cells.some(isNumberToDial)) continue
    if (chinese) return true
    const after = cells.slice(at + 1)
    const before = cells.slice(0, at).filter((other) => other !== null)
    if (before.every(isUnit) && !after.some(isText) && after.some((other) => other !== null)) return true
  }
  return false
}

const alike = (one: readonly Cell[], other: readonly Cell[]): boolean =>
  Array.from({ length: Math.max(one.length, other.length) }).every((_, at) => (one[at] ?? null) === (other[at] ?? null))

/**
 * Tells rows that are the beginning once more: exactly one of the rows of the heads, or of the titles above them. Asked
 * for every row of a file, so the first filled cell decides unless it is one of theirs.
 */
export function repeats(beginning: readonly Seen[]): (cells: readonly Cell[]) => boolean {
  const firsts = beginning.map(({ cells }) => filled(cells)[0])
  return (cells) => {
    let at = 0
    while (at < cells.length && cells[at] === null) at += 1
    const first = cells[at]
    if (typeof first !== 'string') return false
    for (let row = 0; row < firsts.length; row++)
      if (firsts[row] === first && alike(beginning[row]!.cells, cells)) return true
    return false
  }
}
