import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'

/** Birthdays of people who sit below the actor today, for whom they are; nobody else's. */
export async function birthdaysOf(
  ctx: Ctx,
  within: { readonly centre: boolean; readonly groupIds: readonly string[] },
) {
  if (!within.centre && within.groupIds.length === 0) return []
  const { rows } = await sql<{ personId: string; name: string; group: string | null; birthday: Temporal.PlainDate }>`
    select p.id as "personId", p.name, u.name as group, p.birthday
    from person p join membership m on m.person_id = p.id and m.from_on <= ${ctx.today}
        and (m.until_on is null or m.until_on > ${ctx.today})
      join unit u on u.id = m.unit_id
    where p.centre_id = ${ctx.centre.id} and p.birthday is not null
      and (${within.centre} or m.unit_id = any(${sql.val([...within.groupIds])}::uuid[]))`.execute(ctx.db)
  return rows
}
