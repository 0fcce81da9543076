import official from 'chinese-days/dist/chinese-days.json' with { type: 'json' }

/** Which days a centre works: the rulebook's parameter `calendar`. */
export type Calendar = {
  /** ISO 3166 alpha-2. Official days off and make-up days are known of CN only. */
  readonly country: string
  /** 1 is Monday. */
  readonly workweek: readonly number[]
  /** Days of the centre's own, ISO; they win over everything. */
  readonly overrides: readonly { readonly day: string; readonly workday: boolean; readonly name?: string | undefined }[]
  /** Years whose official days all stand in `overrides`, so that nothing of them is assumed. */
  readonly officialYears?: readonly number[] | undefined
}

export type WorkdayAnswer = {
  readonly workday: boolean
  /** The year's official days are not known here: the answer rests on the week and on the holidays that the law names. */
  readonly assumed: boolean
  /** Of the holiday, of the make-up day after its holiday, or the centre's own word for the day. */
  readonly name?: string
}

/** 'National Day,国庆节,3' */
const localName = (name: string): string => name.split(',')[1] ?? name

const holidays: Readonly<Record<string, string>> = official.holidays
const makeUpDays: Readonly<Record<string, string>> = official.workdays

/** Years with a State Council notice in the table. The library itself calls any day of another year a working day. */
const knownYears: ReadonlySet<number> = new Set(Object.keys(holidays).map((day) => Number(day.slice(0, 4))))

/** Last year whose official days off and make-up days are known. Source: chinese-days, from the State Council notices. */
export const LAST_KNOWN_YEAR: number = Math.max(...knownYears)

/** Month and day of the lunar calendar, with the days before and after it that are off too. */
const LUNAR: readonly (readonly [name: string, monthCode: string, day: number, before: number, after: number])[] = [
  ['春节', 'M01', 1, 1, 2],
  ['端午', 'M05', 5, 0, 0],
  ['中秋', 'M08', 15, 0, 0],
]
const SOLAR: Readonly<Record<string, string>> = {
  '01-01': '元旦',
  '05-01': '劳动节',
  '05-02': '劳动节',
  '10-01': '国庆节',
  '10-02': '国庆节',
  '10-03': '国庆节',
}

/** Qingming, good for 2000–2099: the day on which the sun reaches 15°, by the usual sum. */
const qingming = (year: number): number => Math.floor((year % 100) * 0.2422 + 4.81) - Math.floor((year % 100) / 4)

/**
 * The statutory holiday of a day in a year whose notice is not known: what the law names since 2025, without the
 * bridges and make-up days that only a notice sets. Source: 全国年节及纪念日放假办法, 2024 version, article 2.
 */
export function statutoryHoliday(day: Temporal.PlainDate): string | undefined {
  const solar = SOLAR[day.toString().slice(5)]
  if (solar) return solar
  if (day.month === 4 && day.day === qingming(day.year)) return '清明'
  for (const [name, monthCode, first, before, after] of LUNAR) {
    for (let off = -after; off <= before; off++) {
      const lunar = day.add({ days: off }).withCalendar('chinese')
      if (lunar.monthCode === monthCode && lunar.day === first) return name
    }
  }
  return undefined
}

const overridesOf = new WeakMap<Calendar, ReadonlyMap<string, Calendar['overrides'][number]>>()

/** Overrides by day, made once a calendar; of two for a day the later one holds. */
function overrideOf(calendar: Calendar, day: string) {
  let byDay = overridesOf.get(calendar)
  if (!byDay) {
    byDay = new Map(calendar.overrides.map((override) => [override.day, override]))
    overridesOf.set(calendar, byDay)
  }
  return byDay.get(day)
}

const answer = (workday: boolean, assumed: boolean, name: string | undefined): WorkdayAnswer =>
  name === undefined ? { workday, assumed } : { workday, assumed, name }

/**
 * Whether the centre works on a day of its own business calendar: its overrides, else the country's official days off
 * and make-up days, else the week.
 */
export function isWorkday(day: Temporal.PlainDate, calendar: Calendar): WorkdayAnswer {
  const iso = day.toString()
  const override = overrideOf(calendar, iso)
  if (override) return answer(override.workday, false, override.name)
  const inWeek = calendar.workweek.includes(day.dayOfWeek)
  if (calendar.officialYears?.includes(day.year)) return answer(inWeek, false, undefined)
  if (calendar.country !== 'CN') return answer(inWeek, true, undefined)
  if (!knownYears.has(day.year)) {
    const holiday = statutoryHoliday(day)
    return answer(inWeek && holiday === undefined, true, holiday)
  }
  const makeUp = makeUpDays[iso]
  if (makeUp !== undefined) return answer(true, false, localName(makeUp))
  const holiday = holidays[iso]
  return holiday === undefined ? answer(inWeek, false, undefined) : answer(false, false, localName(holiday))
}

/** A day that was counted to, and whether a year was assumed on the way. */
export type CountedDay = { readonly day: Temporal.PlainDate; readonly assumed: boolean }

/** No centre rests so long; a calendar without a working day would be searched for ever. */
const LONGEST_REST = 400

/**
 * The working day that is `count` working days after `day`, before it where `count` is negative; `day` itself for 0,
 * whether it is one or not. Throws RangeError where the calendar has no working day within 400 days.
 */
export function addWorkdays(day: Temporal.PlainDate, count: number, calendar: Calendar): CountedDay {
  const step = Math.sign(count)
  let at = day
  let assumed = false
  let rest = 0
  for (let left = Math.abs(count); left > 0; ) {
    at = at.add({ days: step })
    const found = isWorkday(at, calendar)
    assumed ||= found.assumed
    if (found.workday) {
      left -= 1
      rest = 0
    } else {
      rest += 1
      if (rest > LONGEST_REST) throw new RangeError(`no working day within ${LONGEST_REST} days of ${at}`)
    }
  }
  return { day: at, assumed }
}

/** The first working day after `day`. */
export const nextWorkday = (day: Temporal.PlainDate, calendar: Calendar): CountedDay => addWorkdays(day, 1, calendar)

/** Working days from `from` to `to`, both counted; 0 where `to` is earlier. */
export function countWorkdays(
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  calendar: Calendar,
): { readonly days: number; readonly assumed: boolean } {
  let days = 0
  let assumed = false
  for (let at = from; Temporal.PlainDate.compare(at, to) <= 0; at = at.add({ days: 1 })) {
    const found = isWorkday(at, calendar)
    assumed ||= found.assumed
    if (found.workday) days += 1
  }
  return { days, assumed }
}
