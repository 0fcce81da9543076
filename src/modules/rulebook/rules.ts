import { all, no, type Verdict, yes } from '../../lib/verdict.ts'
import type { DialBlock, PlanLine } from './params.ts'

/* The timetable as a rule: how long the day is, whether it fits the law and the plan. Pure, for the editor and the server. */

type Span = { readonly from: string; readonly to: string }

/** What the day is made of. Times are the centre's wall clock, 'HH:MM'. A dealership has no noon meeting and no PRP. */
export type TimetableFigures = {
  readonly 'dial.blocks': readonly DialBlock[]
  readonly 'dial.plan': readonly PlanLine[]
  readonly 'online.at': string
  readonly 'meeting.morning': { readonly from: string; readonly closeBy: string }
  readonly 'meeting.noon'?: Span | undefined
  readonly 'meeting.evening'?: Span | undefined
  readonly prp?: (Span & { readonly label: string }) | undefined
  readonly calendar: { readonly workweek: readonly number[] }
  readonly 'hours.limit': { readonly dayHours: number; readonly weekHours: number; readonly overtimeMonthHours: number }
}

/** Figures that make the timetable: publishing one of them is judged by the whole. */
export const TIMETABLE_KEYS = [
  'dial.blocks',
  'dial.plan',
  'online.at',
  'meeting.morning',
  'meeting.noon',
  'meeting.evening',
  'prp',
  'calendar',
  'hours.limit',
] as const satisfies readonly (keyof TimetableFigures)[]

/** Minutes of a wall time since midnight. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** The stretches of paid work of a day, in minutes since midnight, in order and apart. */
export function workStretches(figures: TimetableFigures): { from: number; to: number }[] {
  const blocks = figures['dial.blocks']
  const morning = figures['meeting.morning']
  // From the beginning of the morning meeting people are at work until the first block: the online check is work.
  const opening = { from: morning.from, to: [morning.closeBy, blocks[0]?.from ?? ''].sort().at(-1)! }
  const spans = [opening, ...blocks, figures['meeting.noon'], figures.prp, figures['meeting.evening']]
    .filter((span) => span !== undefined)
    .map((span) => ({ from: minutesOf(span.from), to: minutesOf(span.to) }))
    .sort((a, b) => a.from - b.from)
  const stretches: { from: number; to: number }[] = []
  for (const span of spans) {
    const last = stretches.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else stretches.push({ ...span })
  }
  return stretches
}

const WEEKS_A_MONTH = 52 / 12

/** Planned hours of a day and a week, and what of a month lies above the week's limit. */
export function plannedHours(figures: TimetableFigures): { day: number; week: number; overtimeMonth: number } {
  const day = workStretches(figures).reduce((sum, { from, to }) => sum + to - from, 0) / 60
  const week = day * figures.calendar.workweek.length
  return { day, week, overtimeMonth: Math.max(0, week - figures['hours.limit'].weekHours) * WEEKS_A_MONTH }
}

const rounded = (hours: number) => Math.round(hours * 100) / 100

/** The day, the week and the month against the limits of the clause that states them. [S4.4.6] */
function withinLimits(figures: TimetableFigures, clause: string): Verdict {
  const { day, week, overtimeMonth } = plannedHours(figures)
  const limit = figures['hours.limit']
  const over = (code: string, hours: number, most: number) =>
    hours > most + 1e-9 ? no(code, clause, { hours: rounded(hours), limit: most }) : yes
  return all(
    over('timetable.dayTooLong', day, limit.dayHours),
    over('timetable.weekTooLong', week, limit.weekHours),
    over('timetable.overtimeTooLong', overtimeMonth, limit.overtimeMonthHours),
  )
}

/** Blocks inside the hours in which the packs let anybody be called; an empty list = no pack sets hours. [S3.6] */
function withinCallingHours(blocks: readonly DialBlock[], open: readonly (readonly [string, string])[]): Verdict {
  if (open.length === 0) return yes
  const outside = blocks.filter((block) => !open.some(([from, to]) => from <= block.from && block.to <= to))
  const shown = open.map(([from, to]) => `${from}–${to}`).join(', ')
  return all(
    ...outside.map(({ from, to }) => no('timetable.outsideHours', 'S3.6', { block: `${from}–${to}`, open: shown })),
  )
}

/** No dialling before the floor is online and none during a meeting. [S4.4.2, S4.4.3] */
function clearOfMeetings(figures: TimetableFigures): Verdict {
  const meetings: Span[] = [
    { from: figures['meeting.morning'].from, to: figures['meeting.morning'].closeBy },
    ...[figures['meeting.noon'], figures['meeting.evening']].filter((span) => span !== undefined),
  ]
  const [first] = figures['dial.blocks']
  const early =
    first && first.from < figures['online.at']
      ? no('timetable.beforeOnline', 'S4.4.2', { from: first.from, at: figures['online.at'] })
      : yes
  const met = figures['dial.blocks'].flatMap((block) =>
    meetings
      .filter((meeting) => block.from < meeting.to && meeting.from < block.to)
      .map((meeting) =>
        no('timetable.inMeeting', 'S4.4.3', {
          block: `${block.from}–${block.to}`,
          meeting: `${meeting.from}–${meeting.to}`,
        }),
      ),
  )
  return all(early, ...met)
}

/** Every block planned on every weekday, once, and no plan for a block that is not there. [S4.4.3] */
export function fullyPlanned(blocks: readonly DialBlock[], plan: readonly PlanLine[]): Verdict {
  const known = new Set(blocks.map((block) => block.key))
  const unknown = [...new Set(plan.map((line) => line.band))].filter((band) => !known.has(band))
  const lines = blocks.flatMap((block) =>
    [1, 2, 3, 4, 5, 6, 7].map((weekday) => {
      const found = plan.filter((line) => line.band === block.key && line.weekdays.includes(weekday)).length
      const values = { block: `${block.from}–${block.to}`, weekday }
      if (found === 0) return no('timetable.unplanned', 'S4.4.3', values)
      return found > 1 ? no('timetable.plannedTwice', 'S4.4.3', values) : yes
    }),
  )
  return all(...unknown.map((band) => no('timetable.bandUnknown', 'S4.4.3', { band })), ...lines)
}

/** Whether a timetable may be published: every reason at once. */
export const mayRunTimetable = (
  figures: TimetableFigures,
  bounds: { readonly open: readonly (readonly [string, string])[]; readonly limitClause: string },
): Verdict =>
  all(
    withinLimits(figures, bounds.limitClause),
    withinCallingHours(figures['dial.blocks'], bounds.open),
    clearOfMeetings(figures),
    fullyPlanned(figures['dial.blocks'], figures['dial.plan']),
  )

/**
 * When a version may take effect: on the day it is published or later, and not before a version that was already
 * published for a later day, which would undo it silently. Days as 'YYYY-MM-DD'. [S1.5.2]
 */
export function mayTakeEffect(on: string, today: string, latest: string): Verdict {
  if (on < today) return no('rulebook.effectivePast', 'S1.5.2', { on, today })
  return on < latest ? no('rulebook.beforeLater', 'S1.5.2', { on, latest }) : yes
}

/** Equal as values, whatever the order of their keys: the database keeps no order of keys. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key as never], b[key as never]))
  )
}
