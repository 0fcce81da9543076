import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { RuleSet } from '../../platform/rules.ts'
import { packsOf } from '../compliance/packs.ts'
import { endAct, recordAct } from '../customers/consent.ts'
import { recountAll } from './days.ts'
import { type Entry, isOpen, type State, standOf } from './rules.ts'

/* Entries of cases are appended, and the case and its sums follow from them: one function for whoever writes one. */

export type Case = {
  readonly id: string
  readonly agent_id: string
  readonly group_id: string | null
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
    select id, agent_id, group_id, product_id, customer_id, state, raw_premium as raw, annual_premium as annual,
      standard_premium as standard, accepted_on, issued_on, cancelled_on, version
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

/** Appends entries to locked cases, brings each to where its entries now put it, and the sums with them. */
export async function append(ctx: Ctx, additions: readonly Addition[]): Promise<void> {
  if (additions.length === 0) return
  const events = additions.flatMap(({ sale, added }) => added.map((entry) => ({ sale, entry })))
  const by = ctx.actor.personId
  const written = events.map(({ sale, entry: { state, on, source, takesBack, note } }, n) => ({
    ...{ n, sale_id: sale.id, state, on: on.toString(), source, takes_back: takesBack, note },
  }))
  await sql`
    insert into sale_event (sale_id, centre_id, state, occurred_on, recorded_at, recorded_by, source, takes_back, note)
    select g.sale_id, ${ctx.centre.id}, g.state, g.on, ${ctx.now}, ${by}, g.source, g.takes_back, g.note
    from jsonb_to_recordset(${JSON.stringify(written)}::jsonb) as g(n int, sale_id uuid, state text, "on" date,
      source text, takes_back uuid, note text) order by g.n`.execute(ctx.db)
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
      const counted = { raw: sale.raw, annual: sale.annual, standard: sale.standard, acceptedOn: sale.accepted_on }
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
