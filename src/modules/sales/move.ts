import { reach, reaches } from '../../platform/actor.ts'
import { demand, notFound, stale } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { append, type Case, casesWithEntries } from './entries.ts'
import { insurerSince } from './insurer.ts'
import { CORRECTORS, MOVERS, mayMove, mayTakeBack, type State, standing, standOf } from './rules.ts'

/** The case with its row locked and its entries, oldest first; not found outside the reach of these roles. */
async function locked(ctx: Ctx, saleId: string, version: number, roles: typeof MOVERS | typeof CORRECTORS) {
  const [found] = await casesWithEntries(ctx, [saleId], true)
  if (!found || !reaches(reach(ctx.actor, roles), found.sale.group_id)) throw notFound()
  const { sale, entries } = found
  if (sale.version !== version) throw stale({ state: sale.state, version: sale.version })
  return { sale, entries, insurerSays: (await insurerSince(ctx)) !== null }
}

/** Whoever took the case and whoever has its result are both kept from its way. */
const sellerFor = (ctx: Ctx, sale: Case) => (sale.seller_id === ctx.actor.personId ? sale.seller_id : sale.agent_id)

/**
 * Moves a case on. The day it took effect may lie back; the moment of the entry is kept beside it. Figures of both days
 * follow. Stale when somebody moved it in the meantime; refused where the insurer's file says it. [S4.2.3b]
 */
export async function move(
  ctx: Ctx,
  asked: { saleId: string; state: State; occurredOn: Temporal.PlainDate; note: string; version: number },
): Promise<{ version: number }> {
  const { sale, entries, insurerSays } = await locked(ctx, asked.saleId, asked.version, MOVERS)
  const verdict = mayMove({
    ...{ from: sale.state, to: asked.state, on: asked.occurredOn, today: ctx.today, since: standOf(entries).since },
    ...{ by: ctx.actor, sellerId: sellerFor(ctx, sale), insurerSays },
  })
  demand(verdict, { kind: 'sale', id: sale.id })
  const entry = {
    state: asked.state,
    on: asked.occurredOn,
    note: asked.note,
    source: 'manual' as const,
    takesBack: null,
  }
  await append(ctx, [{ sale, entries, added: [entry] }])
  return { version: sale.version + 1 }
}

/** Takes the latest entry of a case back, with the reason; both rows stay, and the case is where it was before. */
export async function takeBack(
  ctx: Ctx,
  asked: { saleId: string; why: string; version: number },
): Promise<{ version: number }> {
  const { sale, entries, insurerSays } = await locked(ctx, asked.saleId, asked.version, CORRECTORS)
  demand(mayTakeBack(entries, ctx.actor, sellerFor(ctx, sale), insurerSays), { kind: 'sale', id: sale.id })
  const valid = standing(entries)
  const [before, last] = [valid.at(-2)!, valid.at(-1)!]
  const entry = { state: before.state, on: before.on, note: asked.why, source: 'correction' as const }
  await append(ctx, [{ sale, entries, added: [{ ...entry, takesBack: last.id }] }])
  return { version: sale.version + 1 }
}
