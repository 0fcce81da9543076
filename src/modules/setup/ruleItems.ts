import { isWorkday } from '../../lib/workdays.ts'
import type { CheckItem } from '../../platform/checkItem.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Params } from '../../platform/rules.ts'
import { COUNTRIES, type Country, packsAt, packsOf } from '../compliance/packs.ts'
import { latestNumbers } from '../rulebook/reading.ts'

const both = (clause: string | null) => ({ life: clause, dealership: clause })
const said = { needed: false, confirmable: true } as const

/** Figures that no two centres have alike: each decides them for itself before or soon after the first dial. */
const DECIDED = {
  life: ['sales.stages', 'issue.maxPerAgent', 'issue.maxPerGroup', 'attempt.plan', 'meeting.centre', 'norm.days'],
  dealership: ['lead.firstCallMinutes', 'issue.maxPerAgent', 'attempt.plan', 'meeting.week', 'norm.days'],
} as const satisfies Record<string, readonly (keyof Params)[]>

/** Whether the document that states a figure was ever published by the centre itself. */
async function isOwn(ctx: Ctx, key: keyof Params): Promise<boolean> {
  const { documentCode } = ctx.rules.at(ctx.today).origin(key)
  return ((await latestNumbers(ctx)).get(documentCode) ?? 1) > 1
}

/** Year whose days off have to be known by now: in December that of the year to come. */
const yearOf = ({ today }: Ctx) => (today.month === 12 ? today.year + 1 : today.year)

/** The rules that begin to run with the first dial. */
export const RULE_ITEMS: readonly CheckItem[] = [
  {
    ...{ id: 'setup.timetable', area: 'rules', clause: both('S4.4.3'), link: '/timetable', ...said },
    async look(ctx) {
      const rules = ctx.rules.at(ctx.today)
      const blocks = rules.get('dial.blocks')
      const figures = { online: rules.get('online.at'), from: blocks[0]!.from, to: blocks.at(-1)!.to }
      return { done: await isOwn(ctx, 'dial.blocks'), figures }
    },
  },
  {
    ...{ id: 'setup.holidays', area: 'rules', clause: both('S4.4.3'), link: '/timetable', ...said },
    async look(ctx) {
      const calendar = ctx.rules.at(ctx.today).get('calendar')
      const year = yearOf(ctx)
      const listed = calendar.overrides.filter(({ day }) => day.startsWith(`${year}-`)).length
      // A day in no holiday tells whether the year's notice is known.
      const { assumed } = isWorkday(Temporal.PlainDate.from({ year, month: 3, day: 16 }), calendar)
      return { done: !assumed || listed > 0, figures: { year, listed } }
    },
  },
  {
    ...{ id: 'setup.figures', area: 'rules', clause: both(null), link: '/rules', ...said },
    async look(ctx) {
      const rules = ctx.rules.at(ctx.today)
      const numbers = await latestNumbers(ctx)
      const asShipped = DECIDED[ctx.centre.kind]
        .filter((key) => rules.has(key))
        .map((key) => rules.origin(key))
        .filter(({ documentCode }) => (numbers.get(documentCode) ?? 1) === 1)
      const clauses = [...new Set(asShipped.map(({ clause }) => clause))]
      return { done: clauses.length === 0, figures: { count: clauses.length }, clauses }
    },
  },
  {
    ...{ id: 'setup.packs', area: 'rules', clause: both('S3.6'), link: '/calling-rules', ...said },
    async look(ctx) {
      const { country, kind } = ctx.centre
      const inForce = ctx.rules.at(ctx.today).get('packs')
      const ships = COUNTRIES.includes(country as Country)
      const law = ships ? packsOf(packsAt(kind, country as Country, [])).filter((pack) => pack.kind === 'law') : []
      const lacking = law.filter(({ id }) => !inForce.includes(id))
      if (law.length === 0) return { done: false, variant: 'noLaw', figures: { packs: inForce.length } }
      return { done: lacking.length === 0, figures: { packs: inForce.length, lacking: lacking.length } }
    },
  },
]
