import { sql } from 'kysely'
import type { Boot, Ctx } from '../../platform/context.ts'
import { inCentre } from '../../platform/transaction.ts'
import { forgetOpenCalls } from '../calls/opening.ts'
import { forgetOpenCustomers, forgetOpenWords } from '../customers/opening.ts'
import { forgetOpenFunds } from '../fund/opening.ts'
import { forgetOpenLeads } from '../leads/create.ts'
import { forgetOpenLeave } from '../leave/opening.ts'
import { forgetOpenBatches } from '../lists/opening.ts'
import { forgetOpenPeople } from '../people/opening.ts'
import { forgetOpenStandings } from '../planning/opening.ts'
import { forgetOpenSales } from '../sales/opening.ts'
import type { MovingJob } from './run.ts'

/** Rows of one transaction. */
const MOST = 5000
/** Before every id. */
const NOTHING = '00000000-0000-0000-0000-000000000000'

/**
 * Takes a take-over back whole: everything that it brought and on which the house has not built since. What was called,
 * moved on or signed in to stays and is counted. In lots, and each may be repeated, so that it goes on after a kill. Runs as
 * a job.
 */
export async function undoOpening(boot: Boot, job: MovingJob): Promise<void> {
  const actor = (await boot.access.person(job.actorId))?.actor
  const id = job.openingId
  const transact = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> =>
    actor ? inCentre(boot, job.centreId, 'moving.undo', work, actor) : inCentre(boot, job.centreId, 'moving.undo', work)
  const state = await transact(async (ctx) => {
    const { rows } = await sql<{ state: string }>`select state from opening
      where id = ${id} and centre_id = ${ctx.centre.id}`.execute(ctx.db)
    return rows[0]?.state
  })
  if (state !== 'undoing') return

  /** Repeats a lot until nothing more goes. */
  const untilNone = async (lot: (ctx: Ctx) => Promise<number>) => {
    while ((await transact(lot)) > 0) await boot.breathe?.()
  }
  /** Works lots off in the order of their ids, each from behind the last. */
  const inOrder = async (lot: (ctx: Ctx, after: string) => Promise<string | null>) => {
    for (let after: string | null = NOTHING; after !== null; ) {
      const from: string = after
      after = await transact((ctx) => lot(ctx, from))
      await boot.breathe?.()
    }
  }
  const promises = await transact((ctx) => forgetOpenCalls(ctx, id))
  await transact((ctx) => forgetOpenWords(ctx, id, promises))
  await untilNone(async (ctx) => {
    const gone = await forgetOpenSales(ctx, id, MOST)
    await forgetOpenWords(ctx, id, gone)
    return gone.length
  })
  await inOrder(async (ctx, after) => {
    const { rows: hands } = await sql<{ lead_id: string }>`select lead_id from desk_now
      where centre_id = ${ctx.centre.id} and lead_id is not null`.execute(ctx.db)
    const { rows: batches } = await sql<{ id: string }>`select id from batch_basis
      where centre_id = ${ctx.centre.id} and opening_id = ${id}`.execute(ctx.db)
    return await forgetOpenLeads(ctx, id, {
      batchIds: batches.map((batch) => batch.id),
      inHand: hands.map(({ lead_id }) => lead_id),
      ...{ after, most: MOST },
    })
  })
  await inOrder(async (ctx, after) => {
    const found = await customersBehind(ctx, id, after)
    await forgetOpenCustomers(
      ctx,
      id,
      found.flatMap((one) => (one.used ? [] : [one.id])),
    )
    return found.at(-1)?.id ?? null
  })
  await transact(async (ctx) => {
    const { rows: empty } = await sql<{ id: string }>`select b.id from batch_basis b where b.opening_id = ${id}
      and not exists (select from lead_held l where l.batch_id = b.id)`.execute(ctx.db)
    await forgetOpenBatches(
      ctx,
      id,
      empty.map((batch) => batch.id),
    )
    await forgetOpenLeave(ctx, id)
    await forgetOpenFunds(ctx, id)
    await forgetOpenStandings(ctx, id)
    const { people, units } = await forgetOpenPeople(ctx, id)
    const { rows } = await sql<{ leads: number; cases: number; customers: number }>`select
      (select count(*) from lead_held l join batch_basis b on b.id = l.batch_id where b.opening_id = ${id})::int as leads,
      (select count(*) from sale_of_opening where opening_id = ${id})::int as cases,
      (select count(*) from customer_of_opening where opening_id = ${id})::int as customers`.execute(ctx.db)
    const kept = { ...rows[0]!, people, units }
    await sql`delete from opening_row where part_id in (select id from opening_part where opening_id = ${id})`.execute(
      ctx.db,
    )
    await sql`update opening_part set rows_done = 0, good = 0, same = 0, bad = 0, skipped = 0, rows_total = null
      where opening_id = ${id}`.execute(ctx.db)
    await sql`update opening set state = 'undone', undone_by = ${job.actorId}, undone_at = ${ctx.now}, begun_at = null,
      kept = ${JSON.stringify(kept)}::jsonb, questions = '[]' where id = ${id}`.execute(ctx.db)
    await ctx.emit('moving.undone', { kind: 'opening', id }, kept)
    ctx.touch('moving')
  })
}

/** Customers of the take-over behind an id, and whether a lead, a case or a call of the house needs them. */
async function customersBehind(ctx: Ctx, openingId: string, after: string) {
  const { rows } = await sql<{ id: string; used: boolean }>`
    select o.id, exists (select from lead_held l where l.customer_id = o.id)
      or exists (select from sale_fact s where s.customer_id = o.id)
      or exists (select from call_fact c where c.customer_id = o.id) as used
    from customer_of_opening o where o.id > ${after} and o.opening_id = ${openingId} and o.centre_id = ${ctx.centre.id}
    order by o.id limit ${MOST}`.execute(ctx.db)
  return rows
}
