import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import type { Ctx } from '../../platform/context.ts'
import { leadersToTell } from '../attendance/roll.ts'
import { notifyAll } from '../notices/notices.ts'
import { leadersOf, lineAbove } from '../people/structure.ts'
import { lineOf } from '../telephony/lines.ts'

/** What everybody may know of a sale: who, in which group, what. Nothing of the customer. */
export type Announced = {
  readonly saleId: string
  readonly agentId: string
  readonly groupId: string | null
  readonly product: Words
}

/**
 * Minutes for which a sale is news, and for which a leader is asked to come: on a big floor older ones would stand before
 * what is late and to be done.
 */
const NEWS_MINUTES = 30
const VISIT_MINUTES = 60

/** Leaders of the group, acting ones too, and the unit manager of its region; above them where there is none. */
async function whoCongratulates(ctx: Ctx, { agentId, groupId }: Announced): Promise<string[]> {
  const above = groupId
    ? [...(await leadersOf(ctx, groupId)), ...(await leadersToTell(ctx, groupId, { except: agentId, from: 'um' }))]
    : await lineAbove(ctx, agentId)
  return [...new Set(above)].filter((id) => id !== agentId)
}

/**
 * Announces a sale to the whole centre at once, and asks the leader and the unit manager to come to the seat. Once a
 * sale; not where the rulebook switches the announcement off. [S4.3.3b] [S4.5.2]
 */
export async function announce(ctx: Ctx, sale: Announced): Promise<void> {
  const rules = ctx.rules.at(ctx.today, sale.groupId)
  if (rules.has('sale.applaud') && !rules.get('sale.applaud')) return
  const { rows } = await sql<{ id: string }>`
    select id from org_unit where centre_id = ${ctx.centre.id} and kind = 'centre'`.execute(ctx.db)
  const values = {
    ...{ saleId: sale.saleId, personId: sale.agentId, product: sale.product },
    ...(sale.groupId ? { groupId: sale.groupId } : {}),
  }
  const told = await whoCongratulates(ctx, sale)
  const { label: seat } = await lineOf(ctx, sale.agentId)
  await notifyAll(ctx, [
    {
      values,
      ...{ kind: 'praise', unitId: rows[0]!.id, key: 'sales.accepted', clause: 'S4.3.3b' },
      validUntil: ctx.now.add({ minutes: NEWS_MINUTES }),
      cause: `sale.${sale.saleId}`,
    },
    ...told.map((personId) => ({
      ...{ kind: 'task' as const, personId, clause: 'S4.5.2' },
      validUntil: ctx.now.add({ minutes: VISIT_MINUTES }),
      // Where to go, if the agent has a seat of his own.
      ...(seat === null
        ? { key: 'sales.congratulate', values }
        : { key: 'sales.congratulateAt', values: { ...values, seat } }),
      cause: `congratulate.${sale.saleId}`,
    })),
  ])
  await ctx.decide({
    verdict: { ok: true },
    subject: { kind: 'sale', id: sale.saleId },
    clauses: ['S4.3.3b', 'S4.5.2'],
    operation: 'sales.announce',
  })
}
