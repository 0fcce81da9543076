import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { packsInForce } from '../compliance/facts.ts'

/* What several items count, read once an operation. */

export type PeopleFacts = {
  readonly people: number
  readonly accounts: number
  /** Have an account and still the password that they were given. */
  readonly first: number
  readonly agents: number
  readonly registered: number
  readonly trained: number
  readonly authorised: number
  readonly seated: number
  readonly holding: number
  /** Agents to whom nothing is missing: the gate and the desk would let them dial. */
  readonly able: number
}

/** Whether the packs in force ask sellers to be registered and trained, and calls to be recorded. */
export function asks(ctx: Ctx): { readonly licence: boolean; readonly recording: boolean } {
  const packs = packsInForce(ctx, null)
  return {
    licence: packs.some((pack) => pack.rules.training !== undefined),
    recording: packs.some((pack) => pack.recordAll === true),
  }
}

/** Asked once an operation, by whichever item comes first. */
const known = new WeakMap<Ctx, Promise<PeopleFacts>>()

/** Counts of the people who are there or will be: whoever begins on Monday is looked after on Friday. */
export function peopleFacts(ctx: Ctx): Promise<PeopleFacts> {
  const found = known.get(ctx) ?? readPeople(ctx)
  known.set(ctx, found)
  return found
}

async function readPeople(ctx: Ctx): Promise<PeopleFacts> {
  const { licence, recording } = asks(ctx)
  const { rows } = await sql<PeopleFacts>`
    with person as materialized (
      select distinct on (m.person_id) m.person_id as id, coalesce(m.registration_no, '') <> '' as registered,
        m.trained_on is not null as trained, a.id is not null as account, coalesce(a.must_change_password, false) as first
      from member m left join account_name a on a.id = m.person_id
      where m.centre_id = ${ctx.centre.id} and (m.employed_until is null or m.employed_until > ${ctx.today})
        and (m.until_on is null or m.until_on > ${ctx.today})
      order by m.person_id, m.from_on
    ), agent as materialized (
      select p.*,
        exists (select from product_authorised s join product_listed l on l.id = s.product_id and l.listed
          where s.person_id = p.id and (s.until_on is null or s.until_on > ${ctx.today})) as authorised,
        exists (select from seat_line s where s.person_id = p.id and s.centre_id = ${ctx.centre.id}
          and s.caller_id is not null and s.caller_id_approved
          and (not ${recording}::boolean or (s.line_registered and s.recording))) as seated,
        exists (select from lead_held h where h.holder_id = p.id and h.state = 'agent') as holding
      from person p
      where exists (select from granted_role g where g.person_id = p.id and g.role = 'tsr' and not g.acting
        and (g.until_on is null or g.until_on > ${ctx.today}))
    )
    select c.*, a.* from (
      select count(*)::int as people, (count(*) filter (where account))::int as accounts,
        (count(*) filter (where first))::int as first from person
    ) c cross join (
      select count(*)::int as agents, (count(*) filter (where registered))::int as registered,
        (count(*) filter (where trained))::int as trained, (count(*) filter (where authorised))::int as authorised,
        (count(*) filter (where seated))::int as seated, (count(*) filter (where holding))::int as holding,
        (count(*) filter (where account and authorised and seated and holding
          and (not ${licence}::boolean or (registered and trained))))::int as able from agent
    ) a`.execute(ctx.db)
  return rows[0]!
}

export type TreeFacts = {
  readonly regions: number
  readonly regionsWithout: number
  readonly groups: number
  readonly groupsWithout: number
  readonly managers: number
}

const trees = new WeakMap<Ctx, Promise<TreeFacts>>()

/** Regions and groups that stand open, those without a leader of their own, and the managers above them. */
export function treeFacts(ctx: Ctx): Promise<TreeFacts> {
  const found = trees.get(ctx) ?? readTree(ctx)
  trees.set(ctx, found)
  return found
}

async function readTree(ctx: Ctx): Promise<TreeFacts> {
  const { rows } = await sql<TreeFacts>`
    with held as materialized (
      select distinct g.unit_id, g.role, g.person_id from granted_role g
      join member m on m.person_id = g.person_id and (m.employed_until is null or m.employed_until > ${ctx.today})
      where g.centre_id = ${ctx.centre.id} and g.role in ('tl', 'um', 'deptManager', 'deputyGm') and not g.acting
        and (g.until_on is null or g.until_on > ${ctx.today})
    ), unit as (
      select u.kind, exists (select from held h where h.unit_id = u.id
        and h.role = case u.kind when 'group' then 'tl' else 'um' end) as led
      from org_unit u where u.centre_id = ${ctx.centre.id} and u.kind <> 'centre' and u.closed_on is null
    )
    select (count(*) filter (where kind = 'region'))::int as regions,
      (count(*) filter (where kind = 'region' and not led))::int as "regionsWithout",
      (count(*) filter (where kind = 'group'))::int as groups,
      (count(*) filter (where kind = 'group' and not led))::int as "groupsWithout",
      (select count(distinct person_id)::int from held where role in ('deptManager', 'deputyGm')) as managers
    from unit`.execute(ctx.db)
  return rows[0]!
}
