import { z } from 'zod'

/*
 * Every figure that a rulebook may state, by key: its shape, and which way it may be set by a lower unit. A key that
 * is not here can be published by nobody. Times of day are the centre's wall clock.
 */

/** 'HH:MM', 00:00 to 23:59. */
const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
/** 'MM-DD'. */
const MonthDay = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
const Words = z.strictObject({ hant: z.string().min(1), hans: z.string().min(1), en: z.string().min(1) })
const Key = z.string().regex(/^[a-z][A-Za-z0-9]*$/)
const Count = z.int().min(0)
const Some = z.int().min(1)
const Share = z.number().min(0).max(1)
const Percent = z.number().min(0).max(100)
/** 1 Monday to 7 Sunday, each once. */
const Weekdays = z
  .array(z.int().min(1).max(7))
  .refine((days) => new Set(days).size === days.length, { error: 'a weekday stands twice' })

const inTurn = (span: { from: string; to: string }) => span.from < span.to
const Span = z.strictObject({ from: Clock, to: Clock }).refine(inTurn, { error: 'ends before it begins' })
const unique = <T>(of: (item: T) => string) =>
  [(items: T[]) => new Set(items.map(of)).size === items.length, { error: 'a key stands twice' }] as const
const named = <T extends z.ZodRawShape>(shape: T) => z.strictObject({ key: Key, name: Words, ...shape })

/** Kinds of leads in the order of the calling plan. */
export const LEAD_KINDS = ['callback', 'warm', 'fresh', 'retry'] as const

const DialBlock = z
  .strictObject({ key: Key, from: Clock, to: Clock })
  .refine(inTurn, { error: 'ends before it begins' })
const DialBlocks = z
  .array(DialBlock)
  .min(1)
  .refine(...unique((block: { key: string }) => block.key))
  .refine((blocks) => blocks.every((block, i) => i === 0 || blocks[i - 1]!.to <= block.from), {
    error: 'blocks stand in order and apart',
  })

const PlanLine = z.strictObject({
  /** Key of a dial block. */
  band: Key,
  weekdays: Weekdays.min(1),
  /** What comes first; an agreed callback always does. */
  order: z
    .array(z.enum(LEAD_KINDS))
    .length(LEAD_KINDS.length)
    .refine((order) => new Set(order).size === order.length, { error: 'a kind of lead stands twice' })
    .refine((order) => order[0] === 'callback', { error: 'an agreed callback comes first' }),
  /** How dials are divided between fresh leads and retries. */
  share: z
    .strictObject({ fresh: Share, retry: Share })
    .refine(({ fresh, retry }) => Math.abs(fresh + retry - 1) < 1e-9, { error: 'shares make one' }),
})

const MorningMeeting = z.strictObject({ from: Clock, closeBy: Clock, hardStop: Clock, warnAt: Clock })

/** Which way a lower unit, a group under its centre, may set a figure; absent = not at all. */
export type Tighter = 'lower' | 'higher' | 'earlier' | 'later' | 'subset' | 'superset'
type Param<S extends z.ZodType> = { readonly schema: S; readonly tighter?: Tighter }
const param = <S extends z.ZodType>(schema: S, tighter?: Tighter): Param<S> =>
  tighter ? { schema, tighter } : { schema }

export const PARAMS = {
  'acting.decideAt': param(Clock, 'earlier'),
  'agenda.dueAt': param(Clock, 'earlier'),
  'assessment.cumulative': param(z.strictObject({ on: z.boolean(), fails: Some, quarters: Some })),
  'assessment.dueDay': param(z.int().min(1).max(28)),
  'assessment.extensions': param(Count),
  'assessment.opensOnWorkday': param(Some),
  'assessment.passMark': param(Percent),
  'assessment.personal': param(z.strictObject({ facts: Percent, department: Percent, peers: Percent, self: Percent })),
  'assessment.superiorWorkdays': param(Some),
  'assessment.weights': param(
    z
      .strictObject({
        plans: Percent,
        media: Percent,
        innovation: Percent,
        personal: Percent,
        team: Percent,
        attendance: Percent,
      })
      .refine((lines) => Object.values(lines).reduce((sum, line) => sum + line, 0) === 100, {
        error: 'the lines make a hundred',
      }),
  ),
  'attempt.dueRate': param(Share, 'higher'),
  'attempt.dueRateDays': param(Some),
  /** Days after the first attempt on which the next ones are due, and what has to differ between them. */
  'attempt.plan': param(
    z.strictObject({
      days: z
        .array(Count)
        .min(1)
        .refine((days) => days[0] === 0 && days.every((day, i) => i === 0 || days[i - 1]! <= day), {
          error: 'days count from the first attempt, in order',
        }),
      sameDayGapMinutes: Count,
      minBands: Some,
      minWeekdays: Some,
      restDays: Count,
      recycles: Count,
    }),
  ),
  'ballot.minElectors': param(Some, 'higher'),
  calendar: param(
    z.strictObject({
      country: z.string().length(2),
      workweek: Weekdays.min(1),
      overrides: z.array(z.strictObject({ day: z.iso.date(), workday: z.boolean(), name: z.string().optional() })),
    }),
  ),
  'callback.windowMinutes': param(Some, 'lower'),
  'care.oneToOneDays': param(Some, 'lower'),
  'case.picks': param(z.strictObject({ won: Count, lost: Count })),
  'coaching.rule': param(z.strictObject({ missDays: Some, ofDays: Some, weakStepWeeks: Some, maxOpenPerLeader: Some })),
  'coaching.stages': param(z.array(Some).min(1)),
  'common.minSeats': param(Some, 'lower'),
  'correction.approvals': param(z.int().min(2), 'higher'),
  'dial.blocks': param(DialBlocks),
  'dial.plan': param(z.array(PlanLine).min(1)),
  'group.absence': param(z.strictObject({ warnAt: Some, proposeAt: Some, per: z.enum(['month', 'quarter', 'year']) })),
  'group.roles': param(z.array(Key).min(1)),
  'hours.limit': param(z.strictObject({ dayHours: Some, weekHours: Some, overtimeMonthHours: Count }), 'lower'),
  'idle.minutes': param(Some, 'lower'),
  'improve.baseWeeks': param(Some),
  'issue.leaderMargin': param(Share, 'lower'),
  'issue.maxPerAgent': param(Some, 'lower'),
  'issue.maxPerGroup': param(Some, 'lower'),
  'kpi.minSample': param(Some, 'higher'),
  'late.moneyFines': param(z.literal(false)),
  'lead.firstCallMinutes': param(Some, 'lower'),
  'meeting.centre': param(
    z.strictObject({ weekdays: Weekdays, from: Clock, to: Clock, huddleMinutes: Count }).refine(inTurn, {
      error: 'ends before it begins',
    }),
  ),
  'meeting.evening': param(Span),
  'meeting.leaveBy': param(z.strictObject({ workdaysBefore: Count, time: Clock })),
  'meeting.month': param(z.strictObject({ rule: z.enum(['lastWorkday', 'secondOfNext']) })),
  'meeting.morning': param(
    MorningMeeting.refine((m) => m.warnAt <= m.from && m.from < m.closeBy && m.closeBy <= m.hardStop, {
      error: 'warning, beginning, close and stop follow one another',
    }),
  ),
  'meeting.noon': param(Span),
  'meeting.week': param(
    z.strictObject({ weekday: z.int().min(1).max(7), onHoliday: z.enum(['firstWorkdayOfWeek', 'skip']) }),
  ),
  'norm.days': param(Some),
  /** Beginnings of numbers that no carrier gives out, by country: good in a demo centre alone. */
  'numbers.fictional': param(z.record(z.string().length(2), z.array(z.string().regex(/^\d{2,}$/)).min(1))),
  'online.alertAfter': param(Clock, 'earlier'),
  'online.at': param(Clock, 'earlier'),
  'online.checkFrom': param(Clock, 'earlier'),
  'overtime.cap': param(z.strictObject({ dayHours: Count, monthHours: Count }), 'lower'),
  'own.colleagueWeight': param(Share, 'lower'),
  'own.watchMonths': param(Some, 'higher'),
  'own.weight': param(Share, 'lower'),
  packs: param(z.array(z.string().min(1)).min(1), 'superset'),
  'panel.scale': param(z.strictObject({ min: Count, max: Some })),
  'partner.everyWeeks': param(Some, 'lower'),
  'plan.dueWorkday': param(Some),
  'platform.checkpoints': param(z.array(Clock)),
  'premium.rule': param(
    z.strictObject({ minQa: Percent, noOpenCase: z.boolean(), randomShare: Share, maxRandomShare: Share }),
  ),
  'problem.belowNormDays': param(Some, 'lower'),
  prp: param(
    z
      .strictObject({
        label: z.string().min(1),
        minutes: Some,
        mode: z.enum(['rolePlay', 'review', 'mixed']),
        from: Clock,
        to: Clock,
      })
      .refine(inTurn, { error: 'ends before it begins' }),
  ),
  'quick.redial': param(z.strictObject({ withinSeconds: Some, max: Count })),
  /** Recordings that a seat may owe of days further back than so many working days; 0 = no limit. */
  'recording.owed': param(z.strictObject({ calls: Count, workdays: Some })),
  'report.daily': param(z.strictObject({ to: z.array(Key).min(1) })),
  'review.computeOnWorkday': param(Some),
  'rules.signedBy': param(z.array(Key).min(1)),
  'sale.applaud': param(z.boolean()),
  'sales.stages': param(z.array(named({ from: MonthDay, to: MonthDay })).min(1)),
  'selection.abilities': param(z.array(named({})).min(1)),
  'skip.maxPerDay': param(Count, 'lower'),
  'sprint.drive': param(
    z.strictObject({
      monitorFactor: z.number().positive(),
      floorFactor: z.number().positive(),
      alertFactor: z.number().positive(),
    }),
  ),
  'sprint.phases': param(
    z.array(z.strictObject({ key: Key, fromDay: z.int().min(1).max(31), toDay: z.int().min(1).max(31) })).min(1),
  ),
  'study.everyWeeks': param(Some, 'lower'),
  'talk.repeatToUm': param(Some, 'lower'),
  'target.feasibility': param(z.strictObject({ p50: Percent, p80: Percent })),
  'team.stages': param(z.array(z.strictObject({ key: Key, fromMonth: Some })).min(1)),
  'um.talkEveryMonths': param(Some, 'lower'),
} as const

export type ParamKey = keyof typeof PARAMS
type ParamTable = { [K in ParamKey]: z.output<(typeof PARAMS)[K]['schema']> }

declare module '../../platform/rules.ts' {
  interface Params extends ParamTable {}
}

export const isParam = (key: string): key is ParamKey => Object.hasOwn(PARAMS, key)

export type Clock = z.infer<typeof Clock>
export type DialBlock = z.infer<typeof DialBlock>
export type PlanLine = z.infer<typeof PlanLine>
