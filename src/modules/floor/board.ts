import { type Role, reach, reaches } from '../../platform/actor.ts'
import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { inPublic, type Totals, totalsOf } from './rules.ts'
import { type Floor, floorNow, type Group, type Seat } from './seats.ts'

/** Those for whom the seats of a group are: its leader and the line above. [S5.1.4c] */
export const LINE = ['tl', 'um', 'deptManager', 'deputyGm'] as const satisfies readonly Role[]

export type BoardGroup = Group & {
  /** The reader leads it or stands above it, and so sees its seats. */
  readonly mine: boolean
  readonly totals: Totals
  readonly seats: readonly Seat[]
}

export type Board = Pick<Floor, 'asOf' | 'today' | 'measuredBy'> & {
  /** Cases taken in the whole centre today, which everybody may know; orders at a car dealer's, walk-ins among them. */
  readonly cases: number
  /** Of all groups that are the reader's; null for one who leads none. */
  readonly totals: Totals | null
  readonly regions: readonly { readonly id: string; readonly name: string; readonly totals: Totals }[]
  readonly groups: readonly BoardGroup[]
}

/**
 * The board as one person may see it. A leader sees the seats of his own groups, and of the others what is done; the
 * line above those below; an agent his own seat and what his group has done. Idling of a seat is shown to the line above
 * and not to the person himself. [S4.3.3a] [S5.1.4c]
 */
export async function board(ctx: Ctx, groupId?: string): Promise<Board> {
  const { asOf, today, measuredBy, regions, groups, seats, won } = await floorNow(ctx)
  const within = reach(ctx.actor, LINE)
  const isOwn = ({ personId }: Seat) => personId === ctx.actor.personId
  const byGroup = Map.groupBy(
    seats.map((seat) => (isOwn(seat) ? { ...seat, idle: null } : seat)),
    (seat) => seat.groupId,
  )
  const leads = ctx.actor.roles.some((role) => (LINE as readonly Role[]).includes(role))
  const seen = groups
    .filter(({ id }) => (groupId ?? id) === id && (leads || id === ctx.actor.groupId))
    .map((group) => ({ ...group, mine: reaches(within, group.id), all: byGroup.get(group.id) ?? [] }))
  if (groupId && seen.length === 0) throw notFound()
  const own = seen.filter(({ mine }) => mine)
  const totalsIn = (of: typeof seen) => ({
    ...totalsOf(of.flatMap(({ all }) => all)),
    cases: of.reduce((sum, { id }) => sum + (won.get(id) ?? 0), 0),
  })
  return {
    ...{ asOf, today, measuredBy },
    cases: [...won.values()].reduce((sum, cases) => sum + cases, 0),
    totals: own.length > 0 ? totalsIn(own) : null,
    regions: regions.flatMap(({ id, name }) => {
      const below = own.filter(({ regionId }) => regionId === id)
      return below.length > 0 ? [{ id, name, totals: totalsIn(below) }] : []
    }),
    groups: seen.map((one) => {
      const { all, ...group } = one
      const totals = totalsIn([one])
      return {
        ...group,
        totals: group.mine ? totals : inPublic(totals),
        seats: all.filter((seat) => group.mine || isOwn(seat)),
      }
    }),
  }
}
