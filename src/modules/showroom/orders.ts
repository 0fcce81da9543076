import { sql } from 'kysely'
import type { Words } from '../../lib/wire.ts'
import type { Ctx } from '../../platform/context.ts'
import type { State } from './rules.ts'
import { visibleTo } from './scope.ts'

type Order = {
  readonly dealId: string
  readonly at: Temporal.Instant
  readonly product: Words | null
  readonly orderNo: string | null
  readonly state: State
}

/** Orders of a day by customers whom one agent invited, in the actor's scope, the earliest first; nothing of the customer. */
export async function ordersOf(ctx: Ctx, agentId: string, day = ctx.today): Promise<Order[]> {
  const { rows } = await sql<Order>`
    select d.id as "dealId", s.at, p.name as product, d.order_no as "orderNo", d.state
    from deal_step s join deal d on d.id = s.deal_id left join product_listed p on p.id = d.product_id
    where s.centre_id = ${ctx.centre.id} and s.kind = 'order' and s.occurred_on = ${day}
      and d.agent_id = ${agentId} and ${visibleTo(ctx)}
    order by s.at, s.id`.execute(ctx.db)
  return rows
}
