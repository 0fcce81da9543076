import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { RuleSet } from '../../platform/rules.ts'
import { packsOf } from '../compliance/packs.ts'
import { endAct, recordAct } from '../customers/consent.ts'
import { type Credited, link } from './credited.ts'
import { recountAll } from './days.ts'
import { type Entry, isOpen, type State, standOf } from './rules.ts'

/*
 * Entries of cases are appended, and the case and its sums follow from them. Every entry is a link of the centre's chain,
 * written in its transaction: a test holds one against the other.
 */

export type Case = {
  readonly id: string
  /** Whose result it is, and who took it at the desk. */
  readonly agent_id: string
  readonly group_id: string | null
  readonly seller_id: string
  readonly weight: string
  readonly product_id: string
  readonly customer_id: string
  readonly state: State
  readonly raw: string
  readonly annual: string
  readonly standard: string
  readonly accepted_on: Temporal.PlainDate
  readonly issued_on: Temporal.PlainDate | null
  readonly cancelled_on: Temporal.PlainDate | null
  readonly version: number
}

/** Where an entry comes from: the application, a hand, a hand that takes one back, a take-over, the insurer's file, the clock. */
export type EntrySource = 'desk' | 'manual' | 'correction' | 'opening' | 'insurerFile' | 'clock'
export type KeptEntry = Entry & { readonly source: EntrySource }
export type NewEntry = Omit<KeptEntry, 'id'> & { readonly note: string }

/** Cases by their ids with their entries, oldest first; with `lock` nobody else moves them meanwhile. */
export async function casesWithEntries(
  ctx: Ctx,
  saleIds: readonly string[],
  lock: boolean,
): Promise<{ readonly sale: Case; readonly entries: readonly KeptEntry[] }[]> {
  const ids = [...saleIds]
  // Locked in the order of their ids, so that two lots of cases never wait for each other crosswise.
  const { rows: sales } = await sql<Case>`
    select id, coalesce(credited_agent_id, agent_id) as agent_id, agent_id as seller_id, weight,
      case when credited_agent_id is null then group_id else credited_group_id end as group_id, product_id, customer_id, state,
      raw_premium as raw, annual_premium as annual, standard_premium as standard, accepted_on, issued_on, cancelled_on, version
    from sale where id = any(${ids}::uuid[]) and centre_id = ${ctx.centre.id}
    order by id ${lock ? sql`for update` : sql``}`.execute(ctx.db)
  const { rows: entries } = await sql<KeptEntry & { saleId: string }>`
    select sale_id as "saleId", id, state, occurred_on as "on", takes_back as "takesBack", source
    from sale_event where sale_id = any(${ids}::uuid[]) order by sale_id, id`.execute(ctx.db)
  const bySale = Map.groupBy(entries, ({ saleId }) => saleId)
  return sales.map((sale) => ({ sale, entries: bySale.get(sale.id) ?? [] }))
}

export type Addition = {
  readonly sale: Case
  readonly entries: readonly Entry[]
  /** One after the other. */
  readonly added: readonly NewEntry[]
}

/** What entries mean for a case, before they are written: where it then stands. */
export function standAfter({ entries, added }: Addition) {
  const next = added.map((entry, at) => ({ ...entry, id: `new ${at}` }))
  return standOf([...entries, ...next])
}

/** Days from the receipt on which the customer may cancel, as packs in force say; null where none does. */
function coolingOffDays(rules: RuleSet): number | null {
  const packs = rules.has('packs') ? packsOf(rules.get('packs')) : []
  return packs.find(({ figures }) => figures?.coolingOffDays !== undefined)?.figures?.coolingOffDays ?? null
}

/**
 * The last day on which a policy that was received on a day may be cancelled for a full refund: the days count from the
 * day after the receipt, by the packs of that day, or of today for one before the centre's first rulebook. null where no
 * pack sets a period. Source: cn-life.coolingoff.
 */
export function coolingOffUntil(
  { rules, today }: Pick<Ctx, 'rules' | 'today'>,
  deliveredOn: Temporal.PlainDate,
): Temporal.PlainDate | null {
  const days = coolingOffDays(rules.at(deliveredOn)) ?? coolingOffDays(rules.at(today))
  return days === null ? null : deliveredOn.add({ days })
}

const creditOf = ({ id, agent_id, group_id, weight, raw, annual, standard }: Case): Credited => ({
  ...{ id, agentId: agent_id, groupId: group_id, weight, raw, annual, standard },
})

/**
 * The one place where entries of cases are written, each with its link, in their order and by the actor, at `ctx.now`:
 * the application itself (sale.taken), what came after (sale.state), what was brought along (sale.opening).
 */
export async function enter(
  ctx: Ctx,
  kind: 'sale.taken' | 'sale.state' | 'sale.opening',
  entries: readonly (Pick<NewEntry, 'state' | 'on' | 'source'> & Partial<NewEntry> & { readonly of: Credited })[],
): Promise<void> {
  const known = new Map(entries.map(({ of }) => [of.id, of]))
  const given = entries.map(({ of, state, on, source, takesBack = null, note = '' }) => ({
    ...{ sale_id: of.id, state, on: on.toString(), source, takes_back: takesBack, note },
  }))
  const { rows } = await sql<{ id: string; saleId: string; state: State; on: Temporal.PlainDate }>`
    insert into sale_event (sale_id, centre_id, state, occurred_on, recorded_at, recorded_by, source, takes_back, note)
    select (g.one ->> 'sale_id')::uuid, ${ctx.centre.id}, g.one ->> 'state', (g.one ->> 'on')::date, ${ctx.now},
      ${ctx.actor.personId}, g.one ->> 'source', (g.one ->> 'takes_back')::uuid, g.one ->> 'note'
    from jsonb_array_elements(${JSON.stringify(given)}::jsonb) with ordinality as g(one, place) order by g.place
    returning id, sale_id as "saleId", state, occurred_on as on`.execute(ctx.db)
  for (const { id, saleId, state, on } of rows) link(ctx, kind, id, known.get(saleId)!, state, on)
}

/** Appends entries to locked cases, brings each to where its entries now put it, and the sums with them. */
export async function append(ctx: Ctx, additions: readonly Addition[]): Promise<void> {
  if (additions.length === 0) return
  await enter(
    ctx,
    'sale.state',
    additions.flatMap(({ sale, added }) => added.map((entry) => ({ of: creditOf(sale), ...entry }))),
  )
  const stood = additions.map((addition) => {
    const stand = standAfter(addition)
    return { ...addition, stand, until: stand.deliveredOn && coolingOffUntil(ctx, stand.deliveredOn) }
  })
  const now = stood.map(({ sale, stand, until }) => ({
    ...{ id: sale.id, state: stand.state, issued_on: stand.issuedOn?.toString() },
    ...{ delivered_on: stand.deliveredOn?.toString(), cancelled_on: stand.cancelledOn?.toString() },
    until: until?.toString(),
  }))
  await sql`
    update sale s set state = g.state, issued_on = g.issued_on, delivered_on = g.delivered_on,
      cancelled_on = g.cancelled_on, cooling_off_until = g.until, version = s.version + 1
    from jsonb_to_recordset(${JSON.stringify(now)}::jsonb) as g(id uuid, state text, issued_on date, delivered_on date,
      cancelled_on date, until date) where s.id = g.id`.execute(ctx.db)
  await recountAll(
    ctx,
    stood.map(({ sale, stand }) => {
      const { raw, annual, standard, weight, accepted_on: acceptedOn } = sale
      const counted = { raw, annual, standard, weight, acceptedOn }
      return {
        to: { agentId: sale.agent_id, groupId: sale.group_id, productId: sale.product_id },
        before: { ...counted, issuedOn: sale.issued_on, cancelledOn: sale.cancelled_on },
        after: { ...counted, issuedOn: stand.issuedOn, cancelledOn: stand.cancelledOn },
      }
    }),
  )
  for (const { sale, added, stand } of stood) {
    const record = { kind: 'sale', id: sale.id }
    if (isOpen(sale.state) && !isOpen(stand.state)) await endAct(ctx, record)
    if (!isOpen(sale.state) && isOpen(stand.state))
      await recordAct(ctx, { customerId: sale.customer_id, kind: 'openApplication', from: ctx.now, to: null, record })
    for (const { state, on, source } of added)
      await ctx.emit('sales.moved', record, { state, occurredOn: on.toString(), source })
    ctx.touch('sales', { groupId: sale.group_id ?? undefined })
    ctx.touch('floor', { groupId: sale.group_id ?? undefined })
  }
}
