import { Fragment } from 'react'
import { isWorded, type Trilingual, useWords, type Wording } from '../../client/words.ts'
import { number, percent } from '../../ui/format.ts'
import { useSaid } from '../../ui/Words.tsx'
import type { ParamKey, PlanLine } from './params.ts'

/* How the figures of a clause are written for people: each in its unit, lists and tables as such. */

type Unit =
  | 'seconds'
  | 'minutes'
  | 'hours'
  | 'days'
  | 'workdays'
  | 'weeks'
  | 'months'
  | 'quarters'
  | 'people'
  | 'leads'
  | 'points'
  | 'times'
  | 'fold'
  | 'share'
  | 'percent'
  | 'dayOfMonth'
  | 'nthWorkday'
  | 'nthMonth'
  | 'clock'
  | 'yesNo'
  | 'weekday'
  | 'word'
  | 'text'
type Fields = { readonly [field: string]: Unit | readonly [Unit] }
/** A unit; several values of one; named parts; a list of parts that have names or spans. */
export type Shape = Unit | readonly [Unit] | Fields | 'list' | 'plan' | 'prefixes'

const SPAN = { from: 'clock', to: 'clock' } as const
const POINTS = (...names: string[]): Fields => Object.fromEntries(names.map((name) => [name, 'points']))

export const SHAPES: Readonly<Record<ParamKey, Shape>> = {
  'acting.decideAt': 'clock',
  'agenda.dueAt': 'clock',
  'assessment.cumulative': { on: 'yesNo', fails: 'times', quarters: 'quarters' },
  'assessment.dueDay': 'dayOfMonth',
  'assessment.extensions': 'times',
  'assessment.opensOnWorkday': 'nthWorkday',
  'assessment.passMark': 'points',
  'assessment.personal': POINTS('facts', 'department', 'peers', 'self'),
  'assessment.superiorWorkdays': 'workdays',
  'assessment.weights': POINTS('plans', 'media', 'innovation', 'personal', 'team', 'attendance'),
  'attempt.dueRate': 'share',
  'attempt.dueRateDays': 'days',
  'attempt.plan': {
    days: ['times'],
    sameDayGapMinutes: 'minutes',
    minBands: 'times',
    minWeekdays: 'times',
    restDays: 'days',
    recycles: 'times',
  },
  'ballot.minElectors': 'people',
  calendar: { country: 'text', workweek: ['weekday'], overrides: 'text' },
  'callback.windowMinutes': 'minutes',
  'care.oneToOneDays': 'days',
  'case.picks': { won: 'times', lost: 'times' },
  'coaching.rule': { missDays: 'days', ofDays: 'days', weakStepWeeks: 'weeks', maxOpenPerLeader: 'people' },
  'coaching.stages': ['days'],
  'common.minSeats': 'people',
  'correction.approvals': 'people',
  'dial.blocks': 'list',
  'dial.plan': 'plan',
  'group.absence': { warnAt: 'times', proposeAt: 'times', per: 'word' },
  'group.roles': ['word'],
  'hours.limit': { dayHours: 'hours', weekHours: 'hours', overtimeMonthHours: 'hours' },
  'idle.minutes': 'minutes',
  'improve.baseWeeks': 'weeks',
  'issue.leaderMargin': 'share',
  'issue.maxPerAgent': 'leads',
  'issue.maxPerGroup': 'leads',
  'kpi.minSample': 'leads',
  'late.moneyFines': 'yesNo',
  'lead.firstCallMinutes': 'minutes',
  'meeting.centre': { weekdays: ['weekday'], ...SPAN, huddleMinutes: 'minutes' },
  'meeting.evening': SPAN,
  'meeting.leaveBy': { workdaysBefore: 'workdays', time: 'clock' },
  'meeting.month': { rule: 'word' },
  'meeting.morning': { warnAt: 'clock', from: 'clock', closeBy: 'clock', hardStop: 'clock' },
  'meeting.noon': SPAN,
  'meeting.week': { weekday: 'weekday', onHoliday: 'word' },
  'norm.days': 'days',
  'online.alertAfter': 'clock',
  'online.at': 'clock',
  'online.checkFrom': 'clock',
  'overtime.cap': { dayHours: 'hours', monthHours: 'hours' },
  'numbers.fictional': 'prefixes',
  'own.colleagueWeight': 'share',
  'own.watchMonths': 'months',
  'own.weight': 'share',
  packs: ['word'],
  'panel.scale': { min: 'points', max: 'points' },
  'partner.everyWeeks': 'weeks',
  'plan.dueWorkday': 'nthWorkday',
  'platform.checkpoints': ['clock'],
  'premium.rule': { minQa: 'points', noOpenCase: 'yesNo', randomShare: 'share', maxRandomShare: 'share' },
  'problem.belowNormDays': 'days',
  prp: { label: 'text', minutes: 'minutes', mode: 'word', ...SPAN },
  'quick.redial': { withinSeconds: 'seconds', max: 'times' },
  'recording.owed': { calls: 'times', workdays: 'workdays' },
  'report.daily': { to: ['word'] },
  'review.computeOnWorkday': 'nthWorkday',
  'rules.signedBy': ['word'],
  'sale.applaud': 'yesNo',
  'sales.stages': 'list',
  'selection.abilities': 'list',
  'skip.maxPerDay': 'times',
  'sprint.drive': { monitorFactor: 'fold', floorFactor: 'fold', alertFactor: 'fold' },
  'sprint.phases': 'list',
  'study.everyWeeks': 'weeks',
  'talk.repeatToUm': 'times',
  'target.feasibility': { p50: 'percent', p80: 'percent' },
  'team.stages': 'list',
  'um.talkEveryMonths': 'months',
}

export const isFields = (shape: Shape): shape is Fields => typeof shape === 'object' && !Array.isArray(shape)

/** One value in its unit. A word that nobody worded shows itself. */
function inUnit(t: Wording, value: unknown, unit: Unit): string {
  if (unit === 'yesNo') return t(value ? 'rulebook.yes' : 'rulebook.no')
  if (unit === 'weekday') return t(`rulebook.weekday.${value}`)
  if (unit === 'word') {
    const key = [`rulebook.value.${value}`, `role.${value}`].find(isWorded)
    return key ? t(key) : String(value)
  }
  if (typeof value !== 'number') return Array.isArray(value) ? number(value.length) : String(value)
  if (unit === 'share') return percent(value)
  return t(`rulebook.unit.${unit}`, { n: number(value, 2), count: value })
}

/** Weekdays as people say them: every day, Monday to Friday, or one by one. */
function weekdaysText(t: Wording, days: readonly number[]): string {
  const key = [...days].sort().join('')
  if (key === '1234567') return t('rulebook.weekday.all')
  const runs: number[][] = []
  for (const one of [...days].sort()) {
    const last = runs.at(-1)
    if (last && last.at(-1) === one - 1) last.push(one)
    else runs.push([one])
  }
  const name = (one: number | undefined) => t(`rulebook.weekday.${one}`)
  return runs
    .map((run) => (run.length > 2 ? `${name(run[0])}–${name(run.at(-1))}` : run.map(name).join(t('ui.and'))))
    .join(t('ui.and'))
}

/** The name of a figure, and of a part of it. */
export const figureName = (t: Wording, key: string): string => t([`rulebook.figure.${key}`, key])
export const fieldName = (t: Wording, field: string): string => t([`rulebook.field.${field}`, field])

function listed(t: Wording, value: unknown, unit: Unit): string {
  const items = value as readonly unknown[]
  return unit === 'weekday'
    ? weekdaysText(t, items as number[])
    : items.map((one) => inUnit(t, one, unit)).join(t('ui.and'))
}

type Part = {
  key: string
  name?: Trilingual
  from?: string
  to?: string
  fromDay?: number
  toDay?: number
  fromMonth?: number
}

function partText(t: Wording, said: (words: Trilingual) => string, part: Part): string {
  const name = part.name ? said(part.name) : t([`rulebook.value.${part.key}`, ''])
  const span =
    part.from !== undefined
      ? `${part.from}–${part.to}`
      : part.fromDay !== undefined
        ? t('rulebook.days', { from: part.fromDay, to: part.toDay })
        : part.fromMonth !== undefined
          ? t('rulebook.fromMonth', { n: part.fromMonth })
          : ''
  return [name, span].filter(Boolean).join(' ')
}

/** A figure's value for people, never as it lies in the data. */
export function FigureValue({ name, value }: { name: string; value: unknown }) {
  const t = useWords()
  const said = useSaid()
  const shape = SHAPES[name as ParamKey]
  if (value === null || value === undefined) return <span className="k-dim">{t('rulebook.none')}</span>
  if (shape === undefined) return <>{String(value)}</>
  if (shape === 'plan') return <PlanTable plan={value as readonly PlanLine[]} />
  if (shape === 'list') return <>{(value as Part[]).map((part) => partText(t, said, part)).join(t('ui.and'))}</>
  if (shape === 'prefixes')
    return (
      <>
        {Object.entries(value as Record<string, string[]>)
          .map(([country, starts]) => `${country} ${starts.join(', ')}`)
          .join(' · ')}
      </>
    )
  if (Array.isArray(shape)) return <>{listed(t, value, shape[0])}</>
  if (!isFields(shape)) return <>{inUnit(t, value, shape as Unit)}</>
  const parts = value as Readonly<Record<string, unknown>>
  return (
    <dl className="k-facts k-small">
      {Object.entries(shape)
        .filter(([field]) => parts[field] !== undefined)
        .map(([field, unit]) => (
          <Fragment key={field}>
            <dt>{fieldName(t, field)}</dt>
            <dd>{typeof unit === 'string' ? inUnit(t, parts[field], unit) : listed(t, parts[field], unit[0])}</dd>
          </Fragment>
        ))}
    </dl>
  )
}

/** The calling plan: by block and weekday, what comes first and how fresh leads and retries share the rest. */
export function PlanTable({ plan, spans }: { plan: readonly PlanLine[]; spans?: ReadonlyMap<string, string> }) {
  const t = useWords()
  return (
    <table className="k-plan">
      <thead>
        <tr>
          <th>{t('rulebook.plan.block')}</th>
          <th>{t('rulebook.plan.weekdays')}</th>
          <th>{t('rulebook.plan.order')}</th>
          <th>{t('rulebook.plan.share')}</th>
        </tr>
      </thead>
      <tbody>
        {plan.map((line) => (
          <tr key={`${line.band} ${line.weekdays.join('')}`}>
            <td>{spans?.get(line.band) ?? t([`rulebook.value.${line.band}`, line.band])}</td>
            <td>{weekdaysText(t, line.weekdays)}</td>
            <td>{line.order.map((kind) => t(`rulebook.lead.${kind}`)).join(' › ')}</td>
            <td>{t('rulebook.plan.shares', { fresh: percent(line.share.fresh), retry: percent(line.share.retry) })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
