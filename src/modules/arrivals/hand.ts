import { sql } from 'kysely'
import { reach, reaches } from '../../platform/actor.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { handTo } from '../leads/distribute.ts'
import { settle } from '../notices/notices.ts'
import { phoneSource } from './sources.ts'
import { judgeArrival, type Taken, takeArrival } from './take.ts'
import { tellHolder, waitingCause } from './turn.ts'

export type Rang = {
  readonly name: string
  readonly number: string
  readonly model: string | null
  readonly wants: string
}

/** Enters a customer who rang, by whoever took the call. He agreed to be called back, or he is not entered. [S2.1.4] */
export async function enterCall(ctx: Ctx, rang: Rang): Promise<Taken> {
  const source = await phoneSource(ctx)
  const { rows } = await sql<{ id: string }>`select uuidv7() as id`.execute(ctx.db)
  const given = { ...rang, externalId: rows[0]!.id, at: null, via: 'hand' } as const
  demand(judgeArrival(ctx, given), { kind: 'source', id: source.id })
  return await takeArrival(ctx, source, given)
}

/** A leader gives an arrival that waits to one of his agents by name. [S2.1.4] */
export async function giveTo(ctx: Ctx, { leadId, personId }: { leadId: string; personId: string }): Promise<void> {
  const { rows } = await sql<{ group_id: string; call_due: Temporal.Instant | null }>`
    select l.group_id, a.call_due from arrival a join lead_held l on l.id = a.lead_id
    where a.lead_id = ${leadId} and a.centre_id = ${ctx.centre.id} and l.group_id is not null
    order by a.arrived_at desc limit 1`.execute(ctx.db)
  const arrival = rows[0]
  if (!arrival || !reaches(reach(ctx.actor, ['tl', 'um']), arrival.group_id)) throw notFound()
  await handTo(ctx, { groupId: arrival.group_id, personId, leadIds: [leadId], received: true })
  await tellHolder(ctx, { leadId, personId, callDue: arrival.call_due })
  await settle(ctx, waitingCause(leadId), 'done')
  await ctx.emit('arrivals.given', { kind: 'lead', id: leadId }, { personId })
  ctx.touch('arrivals', { groupId: arrival.group_id })
}
