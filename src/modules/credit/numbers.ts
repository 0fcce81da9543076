import { sql } from 'kysely'
import { no } from '../../lib/verdict.ts'
import { reach } from '../../platform/actor.ts'
import { demand, notFound } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { numberOf } from '../customers/numbers.ts'
import { STRUCTURE_ROLES } from '../people/rules.ts'
import type { Relation } from './rules.ts'

/*
 * Telephone numbers of people of the house and of their families, kept by HMAC and masked: own policies are found by them,
 * and nobody is called on them. Entered by the person himself or by those who keep the structure. [S4.4.11c]
 */

export type NumberRow = {
  readonly id: string
  readonly masked: string
  readonly relation: Relation
  readonly addedBy: string | null
  readonly addedAt: Temporal.Instant
}

/** Throws not found unless it is the actor himself, or somebody of his centre for those who keep the structure. */
async function mineOrMyWork(ctx: Ctx, personId: string): Promise<void> {
  if (personId === ctx.actor.personId) return
  const { rows } = await sql`select 1 from person_name where id = ${personId} and centre_id = ${ctx.centre.id}`.execute(
    ctx.db,
  )
  if (rows.length === 0 || !reach(ctx.actor, STRUCTURE_ROLES).centre) throw notFound()
}

/** The numbers of a person of the house, masked. Logs the look. */
export async function numbersOf(ctx: Ctx, personId: string): Promise<NumberRow[]> {
  await mineOrMyWork(ctx, personId)
  if (personId !== ctx.actor.personId) await ctx.looked('person', [personId])
  const { rows } = await sql<NumberRow>`
    select p.id, p.masked, p.relation, n.name as "addedBy", p.added_at as "addedAt"
    from person_number p left join person_name n on n.id = p.added_by
    where p.person_id = ${personId} and p.centre_id = ${ctx.centre.id} and p.removed_at is null order by p.added_at`.execute(
    ctx.db,
  )
  return rows
}

/** Adds a number of a person or of his family. The same number twice is one. */
export async function addNumber(
  ctx: Ctx,
  asked: { personId: string; number: string; relation: Relation },
): Promise<{ masked: string }> {
  const { personId, relation } = asked
  await mineOrMyWork(ctx, personId)
  const judged = numberOf(ctx, asked.number)
  if (!judged.ok) {
    demand(no('credit.noNumber', 'S4.4.11c'), { kind: 'person', id: personId })
    throw new Error('a number that cannot be read is refused')
  }
  await sql`insert into person_number (centre_id, person_id, hash, masked, relation, added_by, added_at)
    values (${ctx.centre.id}, ${personId}, ${Buffer.from(ctx.hashOf(judged.e164))}, ${judged.shown}, ${relation},
      ${ctx.actor.personId}, ${ctx.now}) on conflict do nothing`.execute(ctx.db)
  await ctx.emit('credit.numberAdded', { kind: 'person', id: personId }, { relation })
  ctx.touch('credit', { personId })
  return { masked: judged.shown }
}

/** Takes a number out of use; cases that were found by it stay as they are. */
export async function removeNumber(ctx: Ctx, numberId: string): Promise<void> {
  const { rows } = await sql<{ person_id: string }>`select person_id from person_number
    where id = ${numberId} and centre_id = ${ctx.centre.id} and removed_at is null`.execute(ctx.db)
  const personId = rows[0]?.person_id
  if (!personId) throw notFound()
  await mineOrMyWork(ctx, personId)
  await sql`update person_number set removed_at = ${ctx.now}, removed_by = ${ctx.actor.personId}
    where id = ${numberId}`.execute(ctx.db)
  await ctx.emit('credit.numberRemoved', { kind: 'person', id: personId })
  ctx.touch('credit', { personId })
}
