import { notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { publicToday } from '../notices/inbox.ts'
import { notify, settle } from '../notices/notices.ts'
import { demandUnit, unitChoices } from './screens.ts'

/* Words of a manager to everybody of a unit: on its screens and in everybody's notices, until the day is over. */

const KEY = 'wall.announcement'

/** Says something to everybody of a unit for the rest of the day. */
export async function announce(ctx: Ctx, { unitId, text }: { unitId: string; text: string }): Promise<void> {
  await demandUnit(ctx, unitId)
  const validUntil = ctx.today.add({ days: 1 }).toZonedDateTime(ctx.centre.timeZone).toInstant()
  const values = { text, personId: ctx.actor.personId }
  // The same words to the same unit twice on a day are one announcement.
  const cause = `announcement.${ctx.today}.${unitId}.${text}`
  await notify(ctx, { kind: 'news', unitId, key: KEY, values: { ...values, cause }, cause, validUntil })
  await ctx.emit('wall.announced', { kind: 'unit', id: unitId })
  ctx.touch('wall')
}

export type Announcement = {
  readonly id: string
  readonly unitId: string
  readonly unit: string
  readonly text: string
  readonly by: string
  readonly at: Temporal.Instant
}

async function standing(ctx: Ctx) {
  const units = new Map((await unitChoices(ctx)).map(({ id, name }) => [id, name]))
  const said = await publicToday(ctx)
  return said
    .filter(({ key, over, unitId }) => key === KEY && !over && units.has(unitId))
    .map((one) => ({ one, units }))
}

/** Today's announcements to the actor's units. */
export const announcements = async (ctx: Ctx): Promise<Announcement[]> =>
  (await standing(ctx)).map(({ one: { id, unitId, values, at }, units }) => ({
    ...{ id, unitId, at, unit: units.get(unitId)!, text: String(values.text), by: String(values.person ?? '') },
  }))

/** Takes an announcement back from screens and notices. */
export async function withdraw(ctx: Ctx, id: string): Promise<void> {
  const found = (await standing(ctx)).find(({ one }) => one.id === id)
  if (!found) throw notFound()
  await settle(ctx, String(found.one.values.cause), 'withdrawn')
  await ctx.emit('wall.withdrawn', { kind: 'unit', id: found.one.unitId })
  ctx.touch('wall')
}
