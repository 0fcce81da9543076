import { wordKey } from '../../lib/cells.ts'

/* Months and quarters as sheets write them. Pure. */

const DIGITS: Readonly<Record<string, number>> = { 一: 1, 二: 2, 三: 3, 四: 4 }

const yearOf = (text: string | undefined, near: Temporal.PlainDate): number => {
  if (!text) return near.year
  const year = Number(text)
  // Three figures are years of the Republic, two the end of ours.
  return year > 1900 ? year : year > 100 ? year + 1911 : 2000 + year
}

/** '2026-11', '2026年11月', '202611', '11月' (of the year up to `near`), '115年11月'; null for anything else. */
export function readMonth(text: string, near: Temporal.PlainDate): Temporal.PlainYearMonth | null {
  const plain = text.normalize('NFKC').replaceAll(/\s/g, '')
  const found =
    /^(?:民國|民国)?(\d{2,4})[-/.年](\d{1,2})月?(?:[-/.]?0?1日?)?$/.exec(plain) ??
    /^(\d{4})(\d{2})$/.exec(plain) ??
    /^()(\d{1,2})月份?$/.exec(plain)
  const month = Number(found?.[2])
  if (!found || !(month >= 1 && month <= 12)) return null
  const year = yearOf(found[1], near)
  const read = Temporal.PlainYearMonth.from({ year, month })
  const first = read.toPlainDate({ day: 1 })
  return found[1] || Temporal.PlainDate.compare(first, near) <= 0 ? read : read.subtract({ years: 1 })
}

/** The last day of '2026Q3', '2026年第3季', '三季度' (of the year up to `near`), 'Q3 2026'; null for anything else. */
export function readQuarter(text: string, near: Temporal.PlainDate): Temporal.PlainDate | null {
  const key = wordKey(text)
  const found =
    /^(?:民国)?(\d{2,4})年?(?:度)?(?:第)?q?([1-4一二三四])(?:季度?|q)?$/.exec(key) ??
    /^()(?:第)?(?:q)?([1-4一二三四])(?:季度?|q)?$/.exec(key)
  const turned = /^q([1-4])(\d{4})$/.exec(key)
  const [year, number] = turned ? [turned[2], turned[1]] : [found?.[1], found?.[2]]
  if (!number) return null
  const quarter = DIGITS[number] ?? Number(number)
  const month = Temporal.PlainYearMonth.from({ year: yearOf(year, near), month: quarter * 3 })
  const last = month.toPlainDate({ day: month.daysInMonth })
  return year || Temporal.PlainDate.compare(last, near) <= 0 ? last : last.subtract({ years: 1 })
}
