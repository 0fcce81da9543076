import { sql } from 'kysely'
import { createAccounts, demandAccount } from '../../platform/accounts.ts'
import type { Ctx } from '../../platform/context.ts'

export type SlipPerson = {
  readonly personId: string
  readonly name: string
  readonly staffNo: string
  readonly groupId: string | null
  /** Of the unit: the centre's own name for those outside groups. */
  readonly group: string | null
  readonly region: string | null
  readonly username: string | null
  /** Still has the password that was given. */
  readonly first: boolean
  readonly admin: boolean
}

const people = (ctx: Ctx, only: readonly string[] | null) => sql<SlipPerson>`
  select * from (
    select distinct on (m.person_id) m.person_id as "personId", m.name, m.staff_no as "staffNo", m.group_id as "groupId",
      coalesce(m.group_name, m.unit_name) as group, r.name as region, a.username,
      coalesce(a.must_change_password, false) as first,
      exists (select from granted_role g where g.person_id = m.person_id and g.role = 'admin'
        and (g.until_on is null or g.until_on > ${ctx.today})) as admin,
      coalesce(r.position, 0) as region_position, m.unit_position, m.name_keys
    from member m left join org_unit r on r.id = m.region_id and r.kind = 'region'
      left join account_name a on a.id = m.person_id
    where m.centre_id = ${ctx.centre.id} and (m.employed_until is null or m.employed_until > ${ctx.today})
      and (m.until_on is null or m.until_on > ${ctx.today})
      and ${only === null ? sql`true` : sql`m.person_id = any(${sql.val([...only])}::uuid[])`}
    order by m.person_id, m.from_on
  ) p
  order by ("groupId" is not null), region_position, region nulls first, unit_position, "group",
    "staffNo" collate "zh-Hans-x-icu", "personId"`

/** Everybody who is there or will be, by group, with the account that he has or lacks. */
export async function slipPeople(ctx: Ctx): Promise<SlipPerson[]> {
  return (await people(ctx, null).execute(ctx.db)).rows
}

export type Slip = { readonly personId: string; readonly username: string; readonly firstPassword: string }
export type Left = { readonly personId: string; readonly why: 'has' | 'form' | 'taken' | 'admin' }

/**
 * Gives people accounts under their staff numbers, each with a first password by chance that has to be changed. Whoever
 * cannot have one is left out with the reason, so that one odd staff number does not cost the lot. Passwords are answered
 * once and kept as hashes only.
 */
export async function openAccounts(ctx: Ctx, personIds: readonly string[]): Promise<{ slips: Slip[]; left: Left[] }> {
  // Two managers who make slips for the same people in the same instant: the second finds the accounts of the first.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`slips ${ctx.centre.id}`}, 0))`.execute(ctx.db)
  const { rows } = await people(ctx, personIds).execute(ctx.db)
  const { rows: names } = await sql<{ username: string }>`select username from account_name
    where username = any(${sql.val(rows.flatMap(({ staffNo }) => usernameOf(staffNo) ?? []))}::text[])`.execute(ctx.db)
  const taken = new Set(names.map(({ username }) => username))
  const left: Left[] = []
  const fit: { personId: string; username: string }[] = []
  for (const { personId, staffNo, username: has, admin } of rows) {
    const username = usernameOf(staffNo)
    // Whoever learns an administrator's first password is one.
    if (admin && !ctx.actor.roles.includes('admin')) left.push({ personId, why: 'admin' })
    else if (has !== null) left.push({ personId, why: 'has' })
    else if (username === null) left.push({ personId, why: 'form' })
    else if (taken.has(username)) left.push({ personId, why: 'taken' })
    else {
      taken.add(username)
      fit.push({ personId, username })
    }
  }
  const made = fit.length > 0 ? await createAccounts(ctx, fit) : []
  ctx.touch('people')
  ctx.touch('setup')
  return { slips: made.map((one, n) => ({ personId: fit[n]!.personId, ...one })), left }
}

/** The user name that a staff number becomes, as accounts keep it; null where it will not do. */
function usernameOf(staffNo: string): string | null {
  try {
    return demandAccount(staffNo, undefined)
  } catch {
    return null
  }
}
