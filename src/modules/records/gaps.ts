import { sql } from 'kysely'
import { z } from 'zod'
import { Day, Id, Instant } from '../../lib/wire.ts'
import { type Role, reach } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'
import { overdue } from '../calls/measure.ts'
import { notifyAll, openCauses, settle } from '../notices/notices.ts'
import { leadersOf } from '../people/structure.ts'

/* What each line still owes: recordings, days without records, and what does not meet. */

/** Who sees the gaps of the lines: leaders of their groups, the line above, quality and the data officer. */
export const GAP_ROLES = [
  'tl',
  'um',
  'deptManager',
  'deputyGm',
  'qualityInspector',
  'dataOfficer',
] as const satisfies readonly Role[]

const Gap = z.object({
  seatId: Id,
  seat: z.string().nullable(),
  group: z.string().nullable(),
  person: z.string().nullable(),
  registered: z.boolean(),
  /** Calls whose recording is owed, whatever their day, and their talk as known. */
  owed: z.int(),
  owedTalkSeconds: z.int(),
  oldest: Day.nullable(),
  /** Of these the ones beyond their time, which the limit counts. */
  overdue: z.int(),
  stopped: z.boolean(),
  /** Days of the range on which it dialled, and those with records of the switch. */
  days: z.int(),
  daysWithRecords: z.int(),
  dials: z.int(),
  measured: z.int(),
  notAllowed: z.int(),
  neverLeft: z.int(),
})

export const Gaps = z.object({
  asOf: Instant,
  from: Day,
  to: Day,
  /** Recordings that a seat may owe of days before `before`; null = no limit. */
  limit: z.object({ max: z.int(), workdays: z.int(), before: Day }).nullable(),
  seats: z.array(Gap),
})

/**
 * The gaps of each seat in reach over some days, both in it: what it owes at all, on how many of its days there are records,
 * what the switch did that nobody allowed, and dials that never left. By group and seat, not by what is owed. [S3.6]
 */
export async function gaps(
  ctx: Ctx,
  { from, to }: { from: Temporal.PlainDate; to: Temporal.PlainDate },
): Promise<z.input<typeof Gaps>> {
  const within = reach(ctx.actor, GAP_ROLES)
  const mine = within.centre ? sql`true` : sql`s.group_id = any(${sql.val([...within.groupIds])}::uuid[])`
  const limit = await overdue(ctx)
  const { rows } = await sql<Omit<z.input<typeof Gap>, 'overdue' | 'stopped'>>`
    select s.id as "seatId", s.label as seat, u.name as group, p.name as person, s.line_registered as registered,
      coalesce(o.owed, 0)::int as owed, coalesce(o.talk, 0)::int as "owedTalkSeconds", o.oldest,
      coalesce(d.days, 0)::int as days, coalesce(d.with_records, 0)::int as "daysWithRecords", coalesce(d.dials, 0)::int as dials,
      coalesce(d.measured, 0)::int as measured, coalesce(i.not_allowed, 0)::int as "notAllowed",
      coalesce(i.never_left, 0)::int as "neverLeft"
    from seat_line s left join org_unit u on u.id = s.group_id left join person_name p on p.id = s.person_id
      left join (select seat_id, sum(owed) as owed, sum(owed_talk_seconds) as talk, min(day) as oldest from seat_sum
        where centre_id = ${ctx.centre.id} and owed > 0 group by seat_id) o on o.seat_id = s.id
      left join (select seat_id, count(distinct day) as days, count(distinct day) filter (where measured > 0) as with_records,
          sum(dials) as dials, sum(measured) as measured from seat_sum
        where centre_id = ${ctx.centre.id} and day between ${from} and ${to} and dials > 0 group by seat_id) d on d.seat_id = s.id
      left join (select seat_id, count(*) filter (where kind = 'notAllowed') as not_allowed,
          count(*) filter (where kind = 'neverLeft') as never_left from record_incident
        where centre_id = ${ctx.centre.id} and occurred_on between ${from} and ${to} and finding is distinct from 'found'
        group by seat_id) i on i.seat_id = s.id
    where s.centre_id = ${ctx.centre.id} and ${mine} order by u.position nulls last, u.name, s.position, s.label`.execute(
    ctx.db,
  )
  return {
    asOf: ctx.now,
    ...{ from, to },
    limit: limit && { max: limit.max, workdays: limit.workdays, before: limit.before },
    seats: rows.map((row) => {
      const late = limit?.seats.get(row.seatId) ?? 0
      return { ...row, overdue: late, stopped: limit !== null && late > limit.max }
    }),
  }
}

const causeOf = (seatId: string, day: Temporal.PlainDate) => `records.seatOwes ${seatId} ${day}`

/** Each morning: a seat that owes more than the rulebook allows cannot dial; its leader learns of it before the floor opens. [S3.6] */
export async function tellStopped(ctx: Ctx): Promise<void> {
  const limit = await overdue(ctx)
  const stopped = limit ? [...limit.seats].filter(([, owed]) => owed > limit.max) : []
  const { rows } = await sql<{ id: string; label: string; group_id: string | null }>`
    select id, label, group_id from seat_line where centre_id = ${ctx.centre.id}
      and id = any(${sql.val(stopped.map(([id]) => id))}::uuid[])`.execute(ctx.db)
  const before = await openCauses(ctx, 'records.seatOwes ', ctx.today.subtract({ days: 1 }))
  await settle(ctx, before, 'records.taken')
  for (const { id, label, group_id } of rows) {
    const leaders = group_id ? await leadersOf(ctx, group_id) : []
    await notifyAll(
      ctx,
      leaders.map((personId) => ({
        ...({ kind: 'alert', personId, key: 'records.seatOwes', clause: 'S3.6', link: '/records' } as const),
        ...{ values: { seat: label, owed: limit!.seats.get(id)!, max: limit!.max }, cause: causeOf(id, ctx.today) },
      })),
    )
  }
}
