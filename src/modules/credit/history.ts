import { sql } from 'kysely'
import { reach, reaches } from '../../platform/actor.ts'
import type { Ctx } from '../../platform/context.ts'
import { saleWithEntries } from '../sales/sales.ts'
import { type OwnRow, ownOfSale } from './own.ts'
import { requestsOf } from './requests.ts'
import { ASKERS, READERS } from './rules.ts'

export type Step = {
  readonly seq: number
  readonly kind: string
  readonly on: Temporal.PlainDate
  readonly at: Temporal.Instant
  readonly agent: string
  readonly group: string | null
  readonly weight: string
  readonly state: string
  /** The first digits of the link's hash, as the signed report and `npm run verify` show it. */
  readonly hash: string
}

/**
 * Whose result a case was and is: its links in the chain, requests and what is kept of it as an own policy. Not found
 * outside the actor's scope of cases; requests are for those who read them.
 */
export async function creditOfSale(ctx: Ctx, saleId: string) {
  const { sale } = await saleWithEntries(ctx, saleId)
  const { rows } = await sql<Step>`
    select e.seq, e.kind, e.occurred_on as on, e.at, n.name as agent, u.name as group, e.weight, e.state,
      substr(e.hash, 1, 12) as hash
    from credit_entry e join person_name n on n.id = e.agent_id left join org_unit u on u.id = e.group_id
    where e.sale_id = ${saleId} and e.centre_id = ${ctx.centre.id} order by e.seq`.execute(ctx.db)
  const reader = ctx.actor.grants.some(({ role }) => (READERS as readonly string[]).includes(role))
  const own: OwnRow | null = await ownOfSale(ctx, saleId)
  const requests = reader ? await requestsOf(ctx, { saleId }) : []
  const sells = reaches(reach(ctx.actor, ASKERS), sale.groupId)
  const people = sells ? await sellersOf(ctx) : []
  return { steps: rows, requests, own, version: sale.version, agentId: sale.agentId, sellers: people }
}

/** Who sells today, by group: to whom a result may go. */
async function sellersOf(ctx: Ctx): Promise<{ id: string; name: string; group: string | null }[]> {
  const { rows } = await sql<{ id: string; name: string; group: string | null }>`
    select distinct m.person_id as id, m.name, m.group_name as "group", m.name collate "zh-Hans-x-icu" as ordered
    from member m join granted_role g on g.person_id = m.person_id and g.role in ('tsr', 'tl')
      and g.from_on <= ${ctx.today} and (g.until_on is null or g.until_on > ${ctx.today})
    where m.centre_id = ${ctx.centre.id} and m.from_on <= ${ctx.today} and (m.until_on is null or m.until_on > ${ctx.today})
      and (m.employed_until is null or m.employed_until > ${ctx.today})
    order by m.group_name nulls last, ordered`.execute(ctx.db)
  return rows.map(({ id, name, group }) => ({ id, name, group }))
}
