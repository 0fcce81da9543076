import { sql } from 'kysely'
import { makeBackup } from './backup.ts'
import type { Trouble } from './backupFolder.ts'
import type { Boot, Ctx } from './context.ts'
import type { Db } from './database.ts'
import type { JobData } from './jobs.ts'

/* The back-up of the night, and what the house knows of its back-ups. All of it on the real clock. */

/** Name of the job. */
export const NIGHTLY = 'backups.nightly'

/** A back-up younger than this is the night's: each centre of an installation asks for one, and one is enough. */
const YOUNG_HOURS = 6

/** Beyond this age of the last good one whoever runs the house is told: a night was missed. */
const OVERDUE_HOURS = 26

/** A demo can be made anew, and its clock may pass a night in minutes. */
export async function askForBackup(ctx: Ctx): Promise<void> {
  if (!ctx.centre.demo) await ctx.enqueue(NIGHTLY, {})
}

/**
 * The job. What fails is tried again some times within minutes and then left to the next night, with its trouble in the
 * book; a second one in the same night does nothing.
 */
export async function backUpNightly(boot: Boot, { centreId }: JobData): Promise<void> {
  const { backups, dataDir, log } = boot
  if (!backups) throw new Error('this node makes no back-ups')
  const age = await backupAge(boot.db)
  if (age !== null && age < YOUNG_HOURS * 3600) return
  try {
    const made = await makeBackup({ ...backups, dataDir })
    if (made && made.manifest.lostFiles.length > 0)
      log.warn({ files: made.manifest.lostFiles.length }, 'files that rows speak of are gone or damaged')
  } finally {
    boot.live.announce([{ name: 'backups', centreId }])
  }
}

/** Seconds since the last good back-up ended; null when there is none. */
export async function backupAge(db: Db): Promise<number | null> {
  const { rows } = await sql<{ age: number | null }>`
    select extract(epoch from now() - max(ended_at))::float8 as age from backup_run
    where ended_at is not null and trouble is null`.execute(db)
  return rows[0]?.age ?? null
}

export type BackupState = {
  readonly lastGoodAt: Temporal.Instant | null
  /** Machine and folder of the last good one. */
  readonly place: string | null
  /** What stood in the way of a later one. */
  readonly trouble: Trouble | null
  /** The last good one is older than 26 hours, or a centre that is older than that has none. */
  readonly overdue: boolean
}

export async function backupState({ db, centre }: Pick<Ctx, 'db' | 'centre'>): Promise<BackupState> {
  const { rows } = await sql<BackupState & { late: boolean }>`
    with good as (
      select ended_at, place from backup_run where ended_at is not null and trouble is null
      order by ended_at desc limit 1
    )
    select good.ended_at as "lastGoodAt", good.place,
      (select trouble from backup_run b where b.ended_at > coalesce(good.ended_at, '-infinity')
        order by b.ended_at desc limit 1) as trouble,
      coalesce(good.ended_at, c.created_at) < now() - make_interval(hours => ${OVERDUE_HOURS}) as late
    from centre c left join good on true where c.id = ${centre.id}`.execute(db)
  const { late, ...state } = rows[0]!
  return { ...state, overdue: late && !centre.demo }
}
