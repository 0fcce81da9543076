import { sql } from 'kysely'
import { systemActor } from '../../platform/actor.ts'
import type { Boot, Ctx } from '../../platform/context.ts'
import { sharedRead } from '../../platform/shared.ts'
import { begin } from '../../platform/transaction.ts'
import { stretchOf } from '../attendance/blocks.ts'
import { blockAt, timetableOf } from '../attendance/timetable.ts'
import { totalsOf } from '../floor/rules.ts'
import { floorNow } from '../floor/seats.ts'
import { type PublicNotice, publicToday } from '../notices/inbox.ts'
import { usualDays } from './plans.ts'
import { type Figures, planOf, together, type Usual } from './rules.ts'
import type { Place } from './screens.ts'

/*
 * What a wall shows: today's figures of whole groups against their plan, what the day is at, and what was said in public.
 * Nobody's own figures, no customer, nothing of who is idle or late [S5.1.4c]. Computed once a node for a centre, at most
 * four times a second, and cut for each screen out of that.
 */

type GroupToday = {
  readonly id: string
  readonly name: string
  readonly regionId: string | null
  /** Part of its dialling time of today that is over. */
  readonly share: number
  readonly figures: Figures
  readonly usual: Usual | null
}

type Whole = {
  readonly asOf: Temporal.Instant
  readonly today: Temporal.PlainDate
  readonly rate: number
  readonly ctx: Ctx
  readonly groups: readonly GroupToday[]
  /** What belongs to no group: who walked in at a car dealer's. */
  readonly rest: Figures | null
  readonly said: readonly PublicNotice[]
  readonly measuredBy: readonly string[]
}

type House = { readonly cases: number; readonly appointments: number; readonly visits: number }

/** What came of the day at a car dealer's, by group of the one who invited; null stands for walk-ins. */
async function houseFigures(ctx: Ctx, today: Temporal.PlainDate): Promise<ReadonlyMap<string | null, House>> {
  const { rows } = await sql<House & { groupId: string | null }>`
    select d.group_id as "groupId", (count(*) filter (where s.kind = 'order'))::int as cases,
      (count(*) filter (where s.kind = 'appointment'))::int as appointments,
      (count(*) filter (where s.kind = 'visit'))::int as visits
    from deal_step s join deal_fact d on d.id = s.deal_id
    where s.centre_id = ${ctx.centre.id} and s.occurred_on = ${today} group by 1`.execute(ctx.db)
  return new Map(rows.map(({ groupId, ...house }) => [groupId, house]))
}

const NONE: House = { cases: 0, appointments: 0, visits: 0 }

async function read(ctx: Ctx): Promise<Whole> {
  const { asOf, today, groups, seats, measuredBy } = await floorNow(ctx)
  const { rows } = await sql<{ rate: number }>`select rate from centre_clock where id = ${ctx.centre.id}`.execute(
    ctx.db,
  )
  const usual = await usualDays(ctx, today)
  const house = ctx.centre.kind === 'dealership' ? await houseFigures(ctx, today) : null
  const byGroup = Map.groupBy(seats, ({ groupId }) => groupId)
  return {
    ...{ asOf, today, ctx, measuredBy, rate: rows[0]!.rate },
    groups: groups.map((group) => {
      const { dials, connected, talkSeconds, cases } = totalsOf(byGroup.get(group.id) ?? [])
      const own = house && (house.get(group.id) ?? NONE)
      return {
        ...group,
        usual: usual.get(group.id) ?? null,
        figures: { dials, connected, talkSeconds, cases, appointments: null, visits: null, ...own },
      }
    }),
    rest: house && { ...(house.get(null) ?? NONE), dials: 0, connected: 0, talkSeconds: 0 },
    said: await publicToday(ctx, today),
  }
}

const shared = sharedRead(250)

/** Names that the public values of a notice may hold; ids and links are nobody's business on a wall. */
const SHOWN_VALUES = ['person', 'group', 'product', 'text', 'count', 'seat'] as const

const publicValues = ({ values }: PublicNotice) =>
  Object.fromEntries(SHOWN_VALUES.flatMap((name) => (name in values ? [[name, values[name]!]] : [])))

/** Successes shown at most, and announcements. */
const MOST_PRAISE = 8
const MOST_NEWS = 4

/** The running block of a day and the next one, as instants. */
function blocksOf({ ctx, asOf, today }: Whole, groupId: string | null) {
  const { kind, timeZone } = ctx.centre
  const blocks = timetableOf(ctx.rules.at(today, groupId), today, kind)
  const running = blockAt(blocks, asOf.toZonedDateTimeISO(timeZone).toPlainTime())
  const named = (block: typeof running) => ({
    ...{ name: block.name, kind: block.kind },
    ...stretchOf(block, today, timeZone),
  })
  const next = blocks[blocks.indexOf(running) + 1]
  return { block: named(running), next: next ? named(next) : null }
}

/** What one screen shows. Groups stand in the house's order, never by result. */
function cut(whole: Whole, place: Place) {
  const { ctx, groups, rest, said, asOf, today, measuredBy, rate } = whole
  const { unitId, unitKind, regionId } = place
  const mine = groups.filter(
    (group) => unitKind === 'centre' || group.id === unitId || (unitKind === 'region' && group.regionId === unitId),
  )
  // What is said to the units above is for all below, and a region hears what its groups are told.
  const heard = new Set([place.rootId, unitId, ...(regionId ? [regionId] : []), ...mine.map(({ id }) => id)])
  const forUs = said.filter((one) => heard.has(one.unitId) || unitKind === 'centre')
  const line = (one: PublicNotice) => ({ id: one.id, key: one.key, at: one.at, values: publicValues(one) })
  const praise = forUs.filter(({ kind }) => kind === 'praise')
  const all = mine.map(({ figures }) => figures)
  return {
    state: 'paired' as const,
    ...{ asOf, today, rate, measuredBy: [...measuredBy], timeZone: ctx.centre.timeZone, kind: ctx.centre.kind },
    ...{ screen: place.name, centre: ctx.centre.name, unit: place.unit, unitKind },
    ...blocksOf(whole, unitKind === 'group' ? unitId : null),
    total: {
      figures: together(unitKind === 'centre' && rest ? [...all, rest] : all),
      plan: planOf(mine.map(({ usual }) => usual)),
    },
    groups: mine.map(({ id, name, share, figures, usual }) => ({ id, name, share, figures, plan: planOf([usual]) })),
    praise: praise.slice(0, MOST_PRAISE).map(line),
    praiseToday: praise.length,
    news: forUs
      .filter(({ kind, over }) => kind === 'news' && !over)
      .slice(0, MOST_NEWS)
      .map(line),
  }
}

/** The wall of a screen now. On the plain handle: the read is shared and may begin after the caller's own work. */
export async function wallOf(boot: Boot, centreId: string, place: Place) {
  const whole = await shared(centreId, async () => {
    const { ctx } = await begin(boot, boot.db, systemActor(centreId), 'wall.live')
    return await read(ctx)
  })
  return cut(whole, place)
}
