import { sql } from 'kysely'
import type { Centre } from './actor.ts'
import type { Db } from './database.ts'

/** The clock of a demo centre: it showed `at` when it was set and runs `rate` times as fast as the real one; 0 stands still. */
export type ShiftedClock = { readonly at: Temporal.Instant; readonly rate: number }

export type NewCentre = Pick<Centre, 'name' | 'kind' | 'timeZone' | 'demo'> & {
  readonly country?: string
  /** Only for a demo centre; the database refuses it for others. */
  readonly clock?: ShiftedClock
}

/** Makes the row of a centre and returns its id. Its tree, people and rulebook are made by their modules. */
export async function createCentre(db: Db, centre: NewCentre): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into centre (name, kind, time_zone, country, demo)
    values (${centre.name}, ${centre.kind}, ${centre.timeZone}, ${centre.country ?? 'CN'}, ${centre.demo})
    returning id`.execute(db)
  const id = rows[0]!.id
  if (centre.clock) await setClock(db, id, centre.clock)
  return id
}

/** Sets the clock of a demo centre from this moment on. */
export async function setClock(db: Db, centreId: string, { at, rate }: ShiftedClock): Promise<void> {
  await sql`update centre set clock_real = now(), clock_centre = ${at}, clock_rate = ${rate}
    where id = ${centreId}`.execute(db)
}

/** Moves the key of the rulebook's cache: from the commit on every node reads the rules anew. */
export async function renewRules(db: Db, centreId: string): Promise<void> {
  await sql`update centre set rules_stamp = rules_stamp + 1 where id = ${centreId}`.execute(db)
}
