import { sql } from 'kysely'
import { together } from '../../lib/together.ts'
import { nextWorkday } from '../../lib/workdays.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { CheckArea, CheckItem } from '../../platform/checkItem.ts'
import type { Ctx } from '../../platform/context.ts'
import { workdayOf } from '../attendance/timetable.ts'
import { peopleFacts } from './facts.ts'
import { answerOf, type ItemState, mayConfirm, mayPutOff, type Said, stateOf } from './rules.ts'

type Mark = { readonly said: Said; readonly by: string | null; readonly at: Temporal.Instant; readonly reason: string }

/** The latest word on each item. */
async function marksOf(ctx: Ctx): Promise<ReadonlyMap<string, Mark>> {
  const { rows } = await sql<Mark & { item: string }>`
    select distinct on (m.item) m.item, m.mark as said, p.name as by, m.recorded_at as at, m.reason
    from setup_mark m left join person_name p on p.id = m.recorded_by
    where m.centre_id = ${ctx.centre.id} order by m.item, m.id desc`.execute(ctx.db)
  return new Map(rows.map(({ item, ...mark }) => [item, mark]))
}

export type Checked = {
  readonly id: string
  readonly area: CheckArea
  readonly state: ItemState
  readonly needed: boolean
  readonly confirmable: boolean
  readonly variant: string | null
  readonly figures: Readonly<Record<string, string | number>>
  readonly clause: string | null
  readonly clauses: readonly string[]
  readonly link: string
  readonly mark: (Omit<Mark, 'said'> & { readonly said: 'looked' | 'later' }) | null
}

async function checked(ctx: Ctx, item: CheckItem, marks: ReadonlyMap<string, Mark>): Promise<Checked | null> {
  const found = await item.look(ctx)
  if (!found) return null
  const { id, area, confirmable, link } = item
  const mark = marks.get(id)
  const needed = found.needed ?? item.needed
  const state = stateOf({ done: found.done, needed, confirmable, said: mark?.said ?? null })
  const told = mark && mark.said !== 'open' && mark.said !== null && !found.done
  return {
    ...{ id, area, state, needed, confirmable, link },
    ...{ variant: found.variant ?? null, figures: found.figures ?? {}, clauses: found.clauses ?? [] },
    clause: item.clause[ctx.centre.kind],
    mark: told ? { said: mark.said as 'looked' | 'later', by: mark.by, at: mark.at, reason: mark.reason } : null,
  }
}

/** The first day on which the floor could dial: today while its last block runs, else the next working day. */
function dialDay(ctx: Ctx): Temporal.PlainDate {
  const rules = ctx.rules.at(ctx.today)
  const end = rules.get('dial.blocks').at(-1)!.to
  const time = ctx.now.toZonedDateTimeISO(ctx.centre.timeZone).toPlainTime().toString().slice(0, 5)
  if (time < end && workdayOf(rules, ctx.today).workday) return ctx.today
  return nextWorkday(ctx.today, rules.get('calendar')).day
}

const concerns = (ctx: Ctx, { kind }: CheckItem) => kind === undefined || kind === ctx.centre.kind

/** Everything on the list as it stands now, with the answer whether dialling can begin. */
export async function checkList(ctx: Ctx, items: readonly CheckItem[]) {
  const marks = await marksOf(ctx)
  const looked = await together(items.filter((item) => concerns(ctx, item)).map((item) => checked(ctx, item, marks)))
  const found = looked.flatMap((one) => one ?? [])
  const { agents, able } = await peopleFacts(ctx)
  return { asOf: ctx.now, day: dialDay(ctx), agents, able, ...answerOf(agents, able, found), items: found }
}

/** Keeps a word on an item of the list: it was looked at and suits, it is put off, or that is taken back. */
export async function markItem(
  ctx: Ctx,
  items: readonly CheckItem[],
  given: { readonly item: string; readonly said: 'looked' | 'later' | 'open'; readonly reason: string },
): Promise<void> {
  const item = items.find(({ id }) => id === given.item)
  const found = item && concerns(ctx, item) ? await item.look(ctx) : null
  if (!item || !found) throw notFound()
  if (given.said === 'looked') demand(mayConfirm(item))
  if (given.said === 'later') demand(mayPutOff({ needed: found.needed ?? item.needed }))
  await sql`insert into setup_mark (centre_id, item, mark, reason, recorded_by, recorded_at)
    values (${ctx.centre.id}, ${item.id}, ${given.said}, ${given.reason}, ${ctx.actor.personId}, ${ctx.now})`.execute(
    ctx.db,
  )
  await ctx.emit('setup.marked', { kind: 'checkItem', id: null }, { item: item.id, said: given.said })
  ctx.touch('setup')
}
