import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { openActs } from '../customers/opening.ts'
import { type Recount, recountAll } from './days.ts'
import { enterBrought, forgotten } from './entries.ts'
import { currencyOf, isOpen, type Premium, type State } from './rules.ts'

/* Cases and sums that a take-over brings along, on the days on which they happened. */

export type OpeningSale = {
  readonly rowNo: number
  /** As the insurer numbers it, upper case. */
  readonly applicationNo: string
  readonly agentId: string
  readonly groupId: string | null
  readonly customerId: string
  readonly productId: string
  readonly productVersionId: string
  readonly payWay: string
  readonly payTimes: number
  readonly premium: Premium
  /** Its states with their days, oldest first; the first is the acceptance. */
  readonly entries: readonly { readonly state: State; readonly on: Temporal.PlainDate }[]
}

type Made = { application_no: string; id: string }

/**
 * Enters cases of before with every state on its day. A case whose number is known already stays as it is. Answers the id
 * of each new one by its row. [S4.2.3b]
 */
export async function openSales(
  ctx: Ctx,
  openingId: string,
  sales: readonly OpeningSale[],
): Promise<Map<number, string>> {
  if (sales.length === 0) return new Map()
  const stand = (sale: OpeningSale) => ({
    state: sale.entries.at(-1)!.state,
    acceptedOn: sale.entries[0]!.on,
    issuedOn: sale.entries.findLast(({ state }) => state === 'issued')?.on ?? null,
    cancelledOn: sale.entries.findLast(({ state }) => state === 'cancelledInCoolingOff')?.on ?? null,
  })
  const given = sales.map((sale) => {
    const { state, acceptedOn, issuedOn, cancelledOn } = stand(sale)
    return {
      ...{ application_no: sale.applicationNo, agent_id: sale.agentId, group_id: sale.groupId, state },
      ...{ customer_id: sale.customerId, product_id: sale.productId, version_id: sale.productVersionId },
      ...{ pay_way: sale.payWay, pay_times: sale.payTimes, ...sale.premium, accepted_on: acceptedOn.toString() },
      ...{ issued_on: issuedOn?.toString() ?? null, cancelled_on: cancelledOn?.toString() ?? null },
    }
  })
  const { rows } = await sql<Made>`
    insert into sale (centre_id, application_no, agent_id, group_id, customer_id, product_id, product_version_id, pay_way, pay_times,
      raw_premium, annual_premium, standard_premium, currency, state, accepted_at, accepted_on, issued_on, cancelled_on, opening_id)
    select ${ctx.centre.id}, g.application_no, g.agent_id, g.group_id, g.customer_id, g.product_id, g.version_id, g.pay_way,
      g.pay_times, g.raw, g.annual, g.standard, ${currencyOf(ctx.centre.country)}, g.state,
      g.accepted_on::timestamp at time zone ${ctx.centre.timeZone}, g.accepted_on, g.issued_on, g.cancelled_on, ${openingId}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(application_no text, agent_id uuid, group_id uuid, customer_id uuid,
      product_id uuid, version_id uuid, pay_way text, pay_times int, raw numeric, annual numeric, standard numeric, state text,
      accepted_on date, issued_on date, cancelled_on date)
    on conflict (centre_id, application_no) do nothing returning application_no, id`.execute(ctx.db)
  const ids = new Map(rows.map(({ application_no, id }) => [application_no, id]))
  const fresh = sales.flatMap((sale) => {
    const id = ids.get(sale.applicationNo)
    return id ? [{ sale, id }] : []
  })
  await enterBrought(
    ctx,
    fresh.map(({ sale, id }) => ({
      of: { id, agentId: sale.agentId, groupId: sale.groupId, weight: '1', ...sale.premium },
      entries: sale.entries,
    })),
  )
  await recountAll(
    ctx,
    fresh.map(({ sale }): Recount => ({ to: sale, before: null, after: { ...sale.premium, ...stand(sale) } })),
  )
  await openActs(
    ctx,
    fresh.flatMap(({ sale, id }) =>
      isOpen(stand(sale).state)
        ? [
            {
              ...{ customerId: sale.customerId, kind: 'openApplication' as const, from: ctx.now, to: null },
              record: { kind: 'sale', id },
            },
          ]
        : [],
    ),
  )
  ctx.touch('sales')
  return new Map(fresh.map(({ sale, id }) => [sale.rowNo, id]))
}

export type OpeningSums = {
  readonly personId: string
  readonly groupId: string | null
  readonly month: Temporal.PlainYearMonth
  /** The last day that is in it. */
  readonly through: Temporal.PlainDate
  readonly accepted: number
  readonly acceptedAnnual: string
  readonly acceptedStandard: string
  readonly issued: number
  readonly issuedAnnual: string
  readonly issuedStandard: string
  readonly cancelled: number
  readonly cancelledStandard: string
}

/** Keeps what a month had beyond the cases that were brought; a person's month that is there stays. Answers whose were new. */
export async function openSums(ctx: Ctx, openingId: string, sums: readonly OpeningSums[]): Promise<Set<string>> {
  const given = sums.map((one) => ({
    ...{ person_id: one.personId, group_id: one.groupId, month: `${one.month}-01`, through: one.through.toString() },
    ...{ accepted: one.accepted, accepted_annual: one.acceptedAnnual, accepted_standard: one.acceptedStandard },
    ...{ issued: one.issued, issued_annual: one.issuedAnnual, issued_standard: one.issuedStandard },
    ...{ cancelled: one.cancelled, cancelled_standard: one.cancelledStandard },
  }))
  const { rows } = await sql<{ person_id: string }>`
    insert into sale_opening (person_id, month, through, centre_id, group_id, accepted, accepted_annual, accepted_standard, issued,
      issued_annual, issued_standard, cancelled, cancelled_standard, opening_id, recorded_by, recorded_at)
    select g.person_id, g.month, g.through, ${ctx.centre.id}, g.group_id, g.accepted, g.accepted_annual, g.accepted_standard,
      g.issued, g.issued_annual, g.issued_standard, g.cancelled, g.cancelled_standard, ${openingId}, ${ctx.actor.personId},
      ${ctx.now}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(person_id uuid, month date, through date, group_id uuid,
      accepted int, accepted_annual numeric, accepted_standard numeric, issued int, issued_annual numeric,
      issued_standard numeric, cancelled int, cancelled_standard numeric)
    on conflict (person_id, month) do nothing returning person_id`.execute(ctx.db)
  ctx.touch('sales')
  return new Set(rows.map(({ person_id }) => person_id))
}

type Gone = {
  id: string
  agent_id: string
  group_id: string | null
  product_id: string
  state: State
  raw: string
  annual: string
  standard: string
  accepted_on: Temporal.PlainDate
  issued_on: Temporal.PlainDate | null
  cancelled_on: Temporal.PlainDate | null
}

/**
 * Takes back cases of a take-over, at most `most`, that nobody has moved on since, and their sums. Answers the ids that
 * went; none = the rest stays.
 */
export async function forgetOpenSales(ctx: Ctx, openingId: string, most: number): Promise<string[]> {
  await sql`delete from sale_opening where opening_id = ${openingId}`.execute(ctx.db)
  const { rows } = await sql<Gone>`
    select s.id, s.agent_id, s.group_id, s.product_id, s.state, s.raw_premium as raw, s.annual_premium as annual,
      s.standard_premium as standard, s.accepted_on, s.issued_on, s.cancelled_on
    from sale s where s.opening_id = ${openingId}
      and not exists (select from sale_event e where e.sale_id = s.id and e.source <> 'opening')
      and s.credited_agent_id is null
    limit ${most} for update`.execute(ctx.db)
  const ids = rows.map(({ id }) => id)
  await recountAll(
    ctx,
    rows.map(
      (row): Recount => ({
        to: { agentId: row.agent_id, groupId: row.group_id, productId: row.product_id },
        before: {
          ...{ raw: row.raw, annual: row.annual, standard: row.standard, acceptedOn: row.accepted_on },
          ...{ issuedOn: row.issued_on, cancelledOn: row.cancelled_on },
        },
        after: null,
      }),
    ),
  )
  for (const row of rows)
    forgotten(ctx, { ...row, agentId: row.agent_id, groupId: row.group_id, weight: '1' }, row.state)
  await sql`delete from sale_event where sale_id = any(${sql.val(ids)}::uuid[])`.execute(ctx.db)
  await sql`delete from sale where id = any(${sql.val(ids)}::uuid[])`.execute(ctx.db)
  ctx.touch('sales')
  return ids
}
