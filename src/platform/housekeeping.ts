import { sql } from 'kysely'
import type { Ctx } from './context.ts'
import type { Db } from './database.ts'

/** Opens the months from one before to three after today, on every centre's clock and on the real one. */
export async function ensureMonths(db: Db): Promise<void> {
  await sql`
    with today as (
      select current_date as day union
      select (centre_now(c) at time zone c.time_zone)::date from centre c
    ), month as (
      select distinct date_trunc('month', day + make_interval(months => n))::date as first
      from today, generate_series(-1, 3) n
    )
    select ensure_month(first) from month order by first`.execute(db)
}

/** Opens the months of a stretch of the past, for a centre that brings its history along. Call it before the facts. */
export async function openMonths(db: Db, from: Temporal.PlainDate, until: Temporal.PlainDate): Promise<void> {
  await sql`select ensure_month(month::date)
    from generate_series(date_trunc('month', ${from}::date), ${until}::date, interval '1 month') month`.execute(db)
}

/**
 * What has served its time, on the real clock: results of commands after a day, attempts to sign in after a day without
 * a lock, ended sessions, the book of back-ups after 90 days.
 */
export async function sweep({ db }: Ctx): Promise<void> {
  await sql`delete from request where at < now() - interval '1 day'`.execute(db)
  await sql`delete from sign_in_attempt where last_at < now() - interval '1 day'
    and (locked_until is null or locked_until < now())`.execute(db)
  await sql`delete from backup_run where began_at < now() - interval '90 days'`.execute(db)
  await sql`delete from account_session where expires_at < now()`.execute(db)
}

/** Clears the tail of live updates; its readers look every second. */
export async function clearTail({ db }: Ctx): Promise<void> {
  await sql`delete from live_tail where at < now() - interval '2 minutes'`.execute(db)
}
