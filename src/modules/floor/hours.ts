import { sql } from 'kysely'
import { reach, reaches } from '../../platform/actor.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { keptRead } from '../../platform/shared.ts'
import { LINE_RESULT_NAMES, LINE_RESULTS } from '../calls/rules.ts'
import { LINE } from './board.ts'
import { wonByHour } from './won.ts'

/** What was done in one hour of the day by one group; `hour` on the centre's clock. */
export type Hour = {
  readonly hour: number
  readonly dials: number
  readonly connected: number
  readonly talkSeconds: number
  readonly cases: number
}
type Row = Hour & { readonly groupId: string | null }
type Read = { readonly asOf: Temporal.Instant; readonly today: Temporal.PlainDate; readonly rows: readonly Row[] }

const REACHED = LINE_RESULT_NAMES.filter((name) => LINE_RESULTS[name].reached)
const FAILED = LINE_RESULT_NAMES.filter((name) => LINE_RESULTS[name].failed)

/** The day's calls one by one: a figure that moves by the hour need not be newer than this. */
const kept = keptRead(15_000)

async function read(ctx: Ctx): Promise<Read> {
  const zone = ctx.centre.timeZone
  const { rows } = await sql<Row>`
    select coalesce(c.group_id, v.group_id) as "groupId", coalesce(c.hour, v.hour) as hour, coalesce(c.dials, 0) as dials,
      coalesce(c.connected, 0) as connected, coalesce(c.talk, 0) as "talkSeconds", coalesce(v.cases, 0) as cases
    from (
      select group_id, extract(hour from coalesce(dialled_at, answered_at) at time zone ${zone})::int as hour,
        (count(*) filter (where direction = 'outbound' and line_result <> all(${FAILED})))::int as dials,
        (count(*) filter (where direction = 'outbound' and line_result = any(${REACHED})))::int as connected,
        sum(talk_seconds)::int as talk
      from call_fact where centre_id = ${ctx.centre.id} and occurred_on = ${ctx.today} group by 1, 2) c
    full join (${wonByHour(ctx, ctx.today)}) v
      on v.group_id is not distinct from c.group_id and v.hour = c.hour
    order by 2`.execute(ctx.db)
  return { asOf: ctx.now, today: ctx.today, rows }
}

/**
 * Today by the hour, for the groups that the reader leads or stands above: dials, connected, talk and cases (orders at
 * a car dealer's) of the hour in which they began. Counted from the calls themselves, at most fifteen seconds old.
 */
export async function hours(ctx: Ctx, groupId?: string): Promise<{ asOf: Temporal.Instant; hours: Hour[] }> {
  const within = reach(ctx.actor, LINE)
  if (groupId && !reaches(within, groupId)) throw notFound()
  const { asOf, rows } = await kept(`${ctx.centre.id} ${ctx.today}`, () => read(ctx))
  const mine = rows.filter((row) => (groupId ? row.groupId === groupId : reaches(within, row.groupId)))
  const byHour = [...Map.groupBy(mine, ({ hour }) => hour)].sort(([a], [b]) => a - b)
  const sum = (of: readonly Row[], key: 'dials' | 'connected' | 'talkSeconds' | 'cases') =>
    of.reduce((all, row) => all + row[key], 0)
  return {
    asOf,
    hours: byHour.map(([hour, of]) => ({
      ...{ hour, dials: sum(of, 'dials'), connected: sum(of, 'connected') },
      ...{ talkSeconds: sum(of, 'talkSeconds'), cases: sum(of, 'cases') },
    })),
  }
}
