import { sql } from 'kysely'
import type { Boot, Ctx } from '../../platform/context.ts'
import { refreshOwnStatistics } from '../../platform/statistics.ts'
import { KINDS } from '../brought/kinds.ts'
import type { Question } from '../sheets/rules.ts'
import { questioner } from '../sheets/sheets.ts'
import {
  failing,
  keepRows,
  knownOf,
  lots,
  type MovingJob,
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

/** Thrown to take everything back that a dry run wrote. */
class DryRun extends Error {}

/**
 * The dry run: everything is taken in as it would be, in one transaction that is then taken back, so that what it says is
 * what the load will do, people who are only in the file included. Writes counts, rows and questions. Runs as a job.
 */
export async function checkOpening(boot: Boot, job: MovingJob): Promise<void> {
  const run = await started(boot, job, 'checking')
  if (!run) return
  await failing(run, async () => {
    const told: { part: Part; tally: Tally; brings: ReadonlyMap<string, number> }[] = []
    const questions: Question[] = []
    await transact(run, async (ctx) => {
      for (const part of await partsOf(ctx, run.opening.id)) {
        const sheets = await openPart(ctx, part, run.opening.day)
        try {
          const at = await knownOf(ctx, run.opening, part)
          const asked = questioner(KINDS[part.kind], sheets.lexicon)
          const tally = new Tally()
          let lookAt = 2 * ROWS_AT_ONCE
          for await (const lot of lots(sheets, 0)) {
            for (const outcome of await takeLot(ctx, at, part.kind, lot)) {
              tally.hear(outcome)
              asked.hear(outcome.row)
            }
            // Tables that grow from nothing are planned as if they were empty until somebody looks.
            if (tally.total >= lookAt) {
              lookAt = tally.total * 5
              await refreshOwnStatistics(ctx.db)
            }
            await boot.breathe?.()
            if (!(await transact(run, (told) => tell(told, run, part.id, tally.total)))) throw new DryRun()
          }
          told.push({ part, tally, brings: at.brings })
          questions.push(...asked.questions())
        } finally {
          sheets.close()
        }
      }
      throw new DryRun()
    }).catch((error: unknown) => {
      if (!(error instanceof DryRun)) throw error
    })
    await transact(run, async (ctx) => {
      const opening = await openingOf(ctx, run.opening.id, true)
      if (opening?.state !== 'checking') return
      for (const { part, tally, brings } of told) {
        await sql`delete from opening_row where part_id = ${part.id}`.execute(ctx.db)
        await keepRows(ctx, part.id, tally)
        await sql`update opening_part set rows_total = ${tally.total}, rows_done = 0, good = ${tally.good}, same = ${tally.same},
          bad = ${tally.bad}, skipped = ${tally.skipped}, brings = ${JSON.stringify(Object.fromEntries(brings))}::jsonb
          where id = ${part.id}`.execute(ctx.db)
      }
      const once = [...new Map(questions.map((one) => [`${one.about} ${one.text}`, one])).values()]
      await sql`update opening set questions = ${JSON.stringify(once)}::jsonb where id = ${run.opening.id}`.execute(
        ctx.db,
      )
      await settle(ctx, run.opening.id, 'checked')
    })
  })
}

/** Tells how far the dry run is; false where somebody stopped it. */
async function tell(ctx: Ctx, run: Run, partId: string, done: number): Promise<boolean> {
  await sql`update opening_part set rows_done = ${done} where id = ${partId}`.execute(ctx.db)
  ctx.touch('moving')
  return (await openingOf(ctx, run.opening.id))?.state === 'checking'
}
