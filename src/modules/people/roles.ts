import { sql } from 'kysely'
import { reach, reaches } from '../../platform/actor.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { grantRole } from './people.ts'
import { APPOINTING_ROLES, mayAppoint, mayEndRole, mayTouchAdmin } from './rules.ts'

/**
 * Puts a person in an absent leader's place until the end of the centre's day: the role ends by itself. By a unit
 * manager for the groups of his region, or by the department manager. The same person twice is one appointment.
 * Returns the first day on which it no longer holds. [S4.4.2]
 */
export async function appointActing(
  ctx: Ctx,
  { personId, groupId, reason }: { personId: string; groupId: string; reason: string },
): Promise<{ untilOn: Temporal.PlainDate }> {
  const within = reach(ctx.actor, APPOINTING_ROLES)
  if (!reaches(within, groupId)) throw notFound()
  // The row of the group orders two appointments in the same instant.
  const { rows } = await sql<{ from_group: string | null; employed: boolean; leads: boolean; acting: string | null }>`
    select (select m.unit_id from membership m join unit u on u.id = m.unit_id and u.kind = 'group'
        where m.person_id = p.id and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today})) as from_group,
      p.employed_from <= ${ctx.today} and (p.employed_until is null or p.employed_until > ${ctx.today}) as employed,
      exists (select from role_grant g where g.person_id = p.id and g.unit_id = own.id and g.role = 'tl' and not g.acting
        and g.from_on <= ${ctx.today} and (g.until_on is null or g.until_on > ${ctx.today})) as leads,
      (select g.person_id from role_grant g where g.unit_id = own.id and g.role = 'tl' and g.acting
        and g.from_on <= ${ctx.today} and g.until_on > ${ctx.today} limit 1) as acting
    from person p, (select id from unit where id = ${groupId} and kind = 'group' and closed_on is null for update) own
    where p.id = ${personId} and p.centre_id = ${ctx.centre.id}`.execute(ctx.db)
  const found = rows[0]
  if (!found?.employed || !reaches(within, found.from_group)) throw notFound()
  const untilOn = ctx.today.add({ days: 1 })
  if (found.acting === personId) return { untilOn }
  const verdict = mayAppoint({
    self: ctx.actor,
    personId,
    time: ctx.now.toZonedDateTimeISO(ctx.centre.timeZone).toPlainTime().toString({ smallestUnit: 'minute' }),
    decideAt: ctx.rules.at(ctx.today, groupId).get('acting.decideAt'),
    reason,
    leads: found.leads,
    actingAlready: found.acting !== null,
  })
  demand(verdict, { kind: 'unit', id: groupId })
  await grantRole(ctx, { personId, role: 'tl', unitId: groupId, untilOn, acting: true, reason, clause: 'S4.4.2' })
  await ctx.decide({ verdict, subject: { kind: 'unit', id: groupId }, clauses: ['S4.4.2'] })
  ctx.touch('people', { groupId })
  ctx.touch('attendance', { groupId })
  return { untilOn }
}

/** Ends a role from a day on, today at the earliest. Nobody ends his own: he asks. */
export async function endRole(ctx: Ctx, grantId: string, untilOn: Temporal.PlainDate): Promise<void> {
  const { rows } = await sql<{ person_id: string; role: string; unit_id: string; from_on: Temporal.PlainDate }>`
    select g.person_id, g.role, g.unit_id, g.from_on from role_grant g join unit u on u.id = g.unit_id
    where g.id = ${grantId} and u.centre_id = ${ctx.centre.id} and (g.until_on is null or g.until_on > ${ctx.today})
    for update of g`.execute(ctx.db)
  const grant = rows[0]
  if (!grant) throw notFound()
  const subject = { kind: 'person', id: grant.person_id }
  demand(mayEndRole(ctx.actor, grant.person_id), subject)
  demand(mayTouchAdmin(ctx.actor, grant.role === 'admin'), subject)
  const last = [untilOn, ctx.today, grant.from_on].sort(Temporal.PlainDate.compare).at(-1)!
  await sql`update role_grant set until_on = ${last} where id = ${grantId}`.execute(ctx.db)
  await ctx.emit(
    'people.roleEnded',
    { kind: 'person', id: grant.person_id },
    { role: grant.role, unitId: grant.unit_id },
  )
  ctx.touch('people')
}
