import type { Centre } from '../../platform/actor.ts'
import type { RuleSet } from '../../platform/rules.ts'

/** meeting, check, dial and prp are work; break and off are not. */
export type BlockKind = 'meeting' | 'check' | 'dial' | 'prp' | 'break' | 'off'

/** A stretch of the centre's day, on the centre's wall clock. */
export type Block = {
  /** Name within the day; a block that another one interrupts comes twice under one key. */
  readonly key: string
  readonly kind: BlockKind
  readonly from: Temporal.PlainTime
  /** First moment that is no longer in it. 00:00 at the end of the day stands for midnight. */
  readonly to: Temporal.PlainTime
  /** Time at which a meeting that over-runs must stop, where the rule names one. */
  readonly latest: Temporal.PlainTime | null
  readonly clause: string
  /** Key of its words. */
  readonly name: string
}

const MIDNIGHT = Temporal.PlainTime.from('00:00')
const DAY_MINUTES = 1440
const minuteOf = (time: Temporal.PlainTime): number => time.hour * 60 + time.minute
const timeOf = (minute: number): Temporal.PlainTime => MIDNIGHT.add({ minutes: minute })
const read = (text: string): number => minuteOf(Temporal.PlainTime.from(text))

type Layer = Omit<Block, 'from' | 'to' | 'latest'> & { from: number; to: number; latest?: number }

/** The dialling blocks and the slot protected inside them [S4.4.3] [S4.4.5]. */
function dialLayers(rules: RuleSet, kind: Centre['kind']): Layer[] {
  const layers: Layer[] = []
  if (rules.has('dial.blocks')) {
    const { clause } = rules.origin('dial.blocks')
    const name = kind === 'dealership' ? 'attendance.block.calls' : 'attendance.block.dial'
    for (const { key, from, to } of rules.get('dial.blocks'))
      layers.push({ key, kind: 'dial', from: read(from), to: read(to), clause, name })
  }
  if (rules.has('prp')) {
    const { from, to } = rules.get('prp')
    const { clause } = rules.origin('prp')
    layers.push({ key: 'prp', kind: 'prp', from: read(from), to: read(to), clause, name: 'attendance.block.prp' })
  }
  return layers
}

/**
 * The meetings of a weekday. On its days the centre's meeting stands in the place of the group's, and the groups huddle
 * right after it [S4.4.7]; the group's meeting closes in time for the online check [S4.4.1].
 */
function meetingLayers(rules: RuleSet, weekday: number): Layer[] {
  const layers: Layer[] = []
  const meet = (key: string, from: number, to: number, clause: string, latest?: number) =>
    layers.push({
      key,
      kind: 'meeting',
      from,
      to,
      clause,
      name: `attendance.block.${key}`,
      ...(latest === undefined ? {} : { latest }),
    })
  const centre = rules.has('meeting.centre') ? rules.get('meeting.centre') : null
  if (centre?.weekdays.includes(weekday)) {
    const { clause } = rules.origin('meeting.centre')
    meet('centreMeeting', read(centre.from), read(centre.to), clause)
    meet('huddle', read(centre.to), read(centre.to) + centre.huddleMinutes, clause)
  } else if (rules.has('meeting.morning')) {
    const { from, closeBy, hardStop } = rules.get('meeting.morning')
    meet('morningMeeting', read(from), read(closeBy), rules.origin('meeting.morning').clause, read(hardStop))
  }
  if (rules.has('meeting.noon')) {
    const { from, to } = rules.get('meeting.noon')
    meet('noonMeeting', read(from), read(to), rules.origin('meeting.noon').clause)
  }
  if (rules.has('meeting.evening')) {
    const { from, to } = rules.get('meeting.evening')
    meet('eveningMeeting', read(from), read(to), rules.origin('meeting.evening').clause)
  }
  return layers
}

/**
 * The online check stands over everything else [S4.4.2]. A huddle that reaches into it is held at the seats, and the
 * check goes on meanwhile, so that going online keeps its time.
 */
function checkLayers(rules: RuleSet, meetings: readonly Layer[]): Layer[] {
  if (!rules.has('online.checkFrom') || !rules.has('online.at')) return []
  const { clause } = rules.origin('online.at')
  const from = read(rules.get('online.checkFrom'))
  const to = read(rules.get('online.at'))
  const check: Layer = { key: 'check', kind: 'check', from, to, clause, name: 'attendance.block.check' }
  const huddle = meetings.find(({ key }) => key === 'huddle')
  if (!huddle || huddle.to <= from || huddle.from >= to) return [check]
  const atSeats = { from: Math.max(huddle.from, from), to: Math.min(huddle.to, to), clause: huddle.clause }
  return [check, { ...atSeats, key: 'huddleCheck', kind: 'check', name: 'attendance.block.huddleCheck' }]
}

/** Lays the layers over each other, the later over the earlier; what nobody claims is left out. */
function flatten(layers: readonly Layer[]): Layer[] {
  const edges = [...new Set(layers.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  const out: Layer[] = []
  edges.slice(0, -1).forEach((from, at) => {
    const to = edges[at + 1]!
    const top = layers.findLast((layer) => layer.from <= from && layer.to >= to)
    const before = out.at(-1)
    if (!top) return
    if (before && before.key === top.key && before.to === from) before.to = to
    else out.push({ ...top, from, to })
  })
  return out
}

/** Fills what lies between: off before the first and after the last block, breaks in between. */
function filled(work: readonly Layer[], dayOffClause: string): Layer[] {
  const [first] = work
  const off = (key: string, from: number, to: number, clause: string): Layer => ({
    key,
    kind: 'off',
    from,
    to,
    clause,
    name: `attendance.block.${key}`,
  })
  if (!first) return [off('dayOff', 0, DAY_MINUTES, dayOffClause)]
  const out: Layer[] = first.from > 0 ? [off('before', 0, first.from, first.clause)] : []
  for (const block of work) {
    const from = out.at(-1)?.to ?? 0
    const noon = DAY_MINUTES / 2
    // A break belongs to the clause that says when work goes on.
    if (from < block.from) {
      const key = from <= noon && block.from > noon ? 'lunch' : 'rest'
      out.push({ ...off(key, from, block.from, block.clause), kind: 'break' })
    }
    out.push(block)
  }
  const last = out.at(-1)!
  if (last.to < DAY_MINUTES) out.push(off('after', last.to, DAY_MINUTES, last.clause))
  return out
}

/**
 * The blocks of a day in order, without gaps, from 00:00 to midnight. `workday` is the calendar's word on the day.
 * Source: the timetable clauses of the rulebook in force on that day.
 */
export function dayBlocks(rules: RuleSet, weekday: number, kind: Centre['kind'], workday: boolean): Block[] {
  const meetings = workday ? meetingLayers(rules, weekday) : []
  const layers = workday ? [...dialLayers(rules, kind), ...meetings, ...checkLayers(rules, meetings)] : []
  const dayOffClause = rules.has('calendar') ? rules.origin('calendar').clause : ''
  return filled(flatten(layers), dayOffClause).map(({ from, to, latest, ...block }) => ({
    ...block,
    from: timeOf(from),
    to: timeOf(to),
    latest: latest === undefined ? null : timeOf(latest),
  }))
}

/** The block that runs at a time of the wall clock. */
export const blockAt = (blocks: readonly Block[], time: Temporal.PlainTime): Block =>
  blocks.findLast(({ from }) => Temporal.PlainTime.compare(from, time) <= 0)!

/** Whether a block is work, which the law's hours are counted on. */
export const isWork = ({ kind }: Block): boolean => kind !== 'break' && kind !== 'off'

/** Length of a block in minutes. */
export const minutesOf = ({ from, to }: Block): number => (minuteOf(to) || DAY_MINUTES) - minuteOf(from)

/** Minutes of work in a day. */
export const workMinutes = (blocks: readonly Block[]): number =>
  blocks.filter(isWork).reduce((sum, block) => sum + minutesOf(block), 0)

/** A stretch between two instants; `to` is no longer in it. */
export type Stretch = { readonly from: Temporal.Instant; readonly to: Temporal.Instant }

/** The instants of a block on a day of the centre's zone. */
export function stretchOf(block: Block, day: Temporal.PlainDate, timeZone: string): Stretch {
  const end = minuteOf(block.to) === 0 ? day.add({ days: 1 }) : day
  const at = (on: Temporal.PlainDate, time: Temporal.PlainTime) =>
    on.toZonedDateTime({ timeZone, plainTime: time }).toInstant()
  return { from: at(day, block.from), to: at(end, block.to) }
}

/** Dialling blocks that follow each other without a gap, as one stretch each: idling is counted within one of them. */
export function dialRuns(blocks: readonly Block[], day: Temporal.PlainDate, timeZone: string): Stretch[] {
  const runs: Stretch[] = []
  for (const block of blocks.filter(({ kind }) => kind === 'dial')) {
    const { from, to } = stretchOf(block, day, timeZone)
    const before = runs.at(-1)
    if (before?.to.equals(from)) runs[runs.length - 1] = { from: before.from, to }
    else runs.push({ from, to })
  }
  return runs
}
