import { sql } from 'kysely'
import type { Db } from './database.ts'
import { fault } from './errors.ts'

/*
 * Lock-out per account, on the real clock. Known and unknown names are treated alike, so that nobody learns which is
 * which; an address plays no part, so that sixty people behind one are not one.
 */

/** Wrong passwords that are free; the next lock the account, the first time for a quarter of an hour. */
const FREE_ATTEMPTS = 5

/**
 * Counts an attempt before its password is looked at: of a hundred at once only the free ones are looked at. Throws
 * SIGN_IN_LOCKED while the account is locked. After FREE_ATTEMPTS in a row it is locked for 15 minutes, then each wrong
 * one doubles that, to a day; a day without an attempt forgets them.
 */
export async function countAttempt(db: Db, nameHash: Uint8Array): Promise<void> {
  const { rows } = await sql<{ failures: number }>`
    insert into sign_in_attempt as a (name_hash, failures) values (${nameHash}, 1)
    on conflict (name_hash) do update set
      failures = case when a.last_at < now() - interval '1 day' then 1 else a.failures + 1 end,
      last_at = now(),
      locked_until = case when a.last_at >= now() - interval '1 day' and a.failures + 1 >= ${FREE_ATTEMPTS}
        then now() + least(interval '15 minutes' * 2 ^ least(a.failures + 1 - ${FREE_ATTEMPTS}, 7), interval '1 day') end
    where a.locked_until is null or a.locked_until <= now()
    returning failures`.execute(db)
  if (rows.length > 0) return
  const locked = await sql<{ until: Temporal.Instant | null; seconds: number }>`
    select locked_until as until, greatest(1, ceil(extract(epoch from locked_until - now())))::int as seconds
    from sign_in_attempt where name_hash = ${nameHash}`.execute(db)
  const lock = locked.rows[0]
  // Gone in between: the right password came in on another line.
  if (lock?.until) throw fault('SIGN_IN_LOCKED', { until: lock.until.toString(), seconds: lock.seconds })
}

/** After the right password, or when a manager unlocks the account. Answers whether it was locked. */
export async function forgetAttempts(db: Db, nameHash: Uint8Array): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`delete from sign_in_attempt where name_hash = ${nameHash}
    returning coalesce(locked_until > now(), false) as locked`.execute(db)
  return rows[0]?.locked ?? false
}
