import { sql } from 'kysely'
import type { Boot, Ctx } from '../../platform/context.ts'
import { refreshStatistics } from '../../platform/statistics.ts'
import { type At, startOf } from '../brought/taking.ts'
import { listTaken } from '../customers/opening.ts'
import type { DoNotCallList } from '../customers/rules.ts'
import { notify } from '../notices/notices.ts'
import type { ReadRow } from '../sheets/rules.ts'
import {
  failing,
  keepRows,
  knownOf,
  lots,
  type MovingJob,
  type Opening,
  openingOf,
  openPart,
  type Part,
  partsOf,
  ROWS_AT_ONCE,
  type Run,
  settle,
  started,
  Tally,
  takeLot,
  transact,
} from './run.ts'

/**
 * The load: 1,000 rows a transaction with their results, part after part, so that it goes on after a kill where it stood,
 * and a second worker finds the rows done. Loading the same workbook again changes nothing. Runs as a job.
 */
export async function loadOpening(boot: Boot, job: MovingJob): Promise<void> {
  const run = await started(boot, job, 'loading')
  if (!run) return
  await failing(run, async () => {
    const parts = await transact(run, (ctx) => partsOf(ctx, run.opening.id))
    for (const part of parts) if (!(await loadPart(run, part))) return
    await transact(run, async (ctx) => {
      const opening = await openingOf(ctx, run.opening.id, true)
      if (opening?.state !== 'loading') return
      await sql`update opening set loaded_by = ${job.actorId}, loaded_at = ${ctx.now} where id = ${opening.id}`.execute(
        ctx.db,
      )
      await settle(ctx, opening.id, 'loaded')
      await notify(ctx, {
        ...{ kind: 'news', personId: job.actorId, key: 'moving.loaded', values: { day: opening.day.toString() } },
        ...{ cause: `moving.loaded ${opening.id} ${ctx.now}`, link: '/moving' },
      })
    })
    await refreshStatistics(boot.db)
  })
}

/** Loads a part from where it stands; false where somebody stopped it or another worker was faster. */
async function loadPart(run: Run, part: Part): Promise<boolean> {
  if (part.rowsTotal !== null && part.rowsDone >= part.rowsTotal) return true
  const { sheets, at } = await transact(run, async (ctx) => ({
    sheets: await openPart(ctx, part, run.opening.day),
    at: await knownOf(ctx, run.opening, part),
  }))
  let done = part.rowsDone
  let lookAt = done + 2 * ROWS_AT_ONCE
  try {
    for await (const lot of lots(sheets, done)) {
      const went = await transact(run, (ctx) => writeLot(ctx, run.opening, part, at, { done, lot }))
      if (!went) return false
      done += lot.length
      // A table that grew from nothing is planned as if it were empty until somebody looks.
      if (done >= lookAt) {
        lookAt = done * 10
        await refreshStatistics(run.boot.db)
      }
      await run.boot.breathe?.()
    }
  } finally {
    sheets.close()
  }
  return true
}

async function writeLot(
  ctx: Ctx,
  { id }: Opening,
  part: Part,
  at: At,
  { done, lot }: { done: number; lot: readonly ReadRow[] },
): Promise<boolean> {
  const opening = await openingOf(ctx, id, true)
  const { rows } = await sql<{ rows_done: number }>`select rows_done from opening_part where id = ${part.id}`.execute(
    ctx.db,
  )
  if (opening?.state !== 'loading' || rows[0]?.rows_done !== done) return false
  await sql`set local synchronous_commit = off`.execute(ctx.db)
  const tally = new Tally()
  for (const outcome of await takeLot(ctx, at, part.kind, lot)) tally.hear(outcome)
  await keepRows(ctx, part.id, tally)
  await sql`update opening_part set rows_done = rows_done + ${lot.length}, good = good + ${tally.good}, same = same + ${tally.same},
    bad = bad + ${tally.bad}, skipped = skipped + ${tally.skipped} where id = ${part.id}`.execute(ctx.db)
  for (const list of ['shared', 'national'] as const satisfies readonly DoNotCallList[]) {
    const entries = at.brings.get(`stops.${list}`) ?? 0
    if (entries > 0) await listTaken(ctx, { list, asOf: startOf(ctx, opening.day.subtract({ days: 1 })), entries })
    at.brings.delete(`stops.${list}`)
  }
  ctx.touch('moving')
  return true
}
