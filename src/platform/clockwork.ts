import { sql } from 'kysely'
import type { Boot, Ctx } from './context.ts'
import type { RuleSet } from './rules.ts'
import { inCentre } from './transaction.ts'

/*
 * What happens by itself, on each centre's own clock: a shifted one included. One node at a time does an entry of a
 * centre, in one transaction with the mark up to when it has run, so that nothing is done half or twice.
 */

export type Entry = {
  /** Stable: the mark of what has run is kept under it. */
  readonly name: string
  /** The clause that wants it, or null for the house's own needs. */
  readonly clause: string | null
  /** Each day at a wall time of the centre ('HH:MM'), or at the one that the rulebook states under a key. */
  readonly at?: string | { readonly rule: string }
  /** Or again and again, in seconds of the centre's clock. */
  readonly everySeconds?: number
  readonly why: string
  /** Idempotent; runnable for any past day. `day` is the one that it was due on, `ctx.now` the present. */
  run(ctx: Ctx, day: Temporal.PlainDate): Promise<void>
}

export type CentreMoment = { readonly now: Temporal.Instant; readonly timeZone: string; readonly rules: RuleSet }

const atWall = (day: Temporal.PlainDate, time: string, timeZone: string) =>
  day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).toInstant()

/** The wall time of a daily entry on a day; null when the rulebook in force states none. */
function timeOf(entry: Entry, rules: RuleSet): string | null {
  if (typeof entry.at === 'string') return entry.at
  const key = entry.at?.rule as Parameters<RuleSet['get']>[0]
  if (!rules.has(key)) return null
  const time: unknown = rules.get(key)
  if (typeof time !== 'string') throw new Error(`${entry.name}: the rule ${String(key)} is no time of day`)
  return time
}

/**
 * The last instant at which an entry was due and has not run, null when there is none. However many were missed, one is
 * made up: the latest. A centre that is new, or whose clock was set back, begins with its present day.
 */
export function dueAt(entry: Entry, { now, timeZone, rules }: CentreMoment, ranUntil: Temporal.Instant | null) {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate()
  const since = ranUntil && Temporal.Instant.compare(ranUntil, now) <= 0 ? ranUntil : atWall(today, '00:00', timeZone)
  if (entry.everySeconds !== undefined) {
    const next = since.add({ seconds: entry.everySeconds })
    return Temporal.Instant.compare(next, now) <= 0 ? now : null
  }
  const time = timeOf(entry, rules)
  if (time === null) return null
  const todays = atWall(today, time, timeZone)
  const last = Temporal.Instant.compare(todays, now) <= 0 ? todays : atWall(today.subtract({ days: 1 }), time, timeZone)
  return Temporal.Instant.compare(last, since) > 0 ? last : null
}

type Mark = { readonly ranUntil: Temporal.Instant | null }

/** Does one entry if it is due and no other node is at it. Answers whether it ran. */
async function runEntry(boot: Boot, centreId: string, entry: Entry): Promise<boolean> {
  return await inCentre(boot, centreId, `schedule.${entry.name}`, async (ctx) => {
    await sql`insert into schedule_run (centre_id, name) values (${centreId}, ${entry.name})
      on conflict do nothing`.execute(ctx.db)
    // Whoever holds the row is doing it; the one who comes later finds it done.
    const { rows } = await sql<Mark>`select ran_until as "ranUntil" from schedule_run
      where centre_id = ${centreId} and name = ${entry.name} for update skip locked`.execute(ctx.db)
    if (!rows[0]) return false
    const moment = { now: ctx.now, timeZone: ctx.centre.timeZone, rules: ctx.rules.at(ctx.today) }
    const due = dueAt(entry, moment, rows[0].ranUntil)
    if (!due) return false
    await entry.run(ctx, due.toZonedDateTimeISO(ctx.centre.timeZone).toPlainDate())
    await sql`update schedule_run set ran_until = ${ctx.now}, last_error = null
      where centre_id = ${centreId} and name = ${entry.name}`.execute(ctx.db)
    return true
  })
}

type CentreRow = { id: string; now: Temporal.Instant; timeZone: string; stamp: number }

/**
 * One round: everything that is due in every centre, earliest first. Answers the names of what ran. What fails is
 * logged, marked and tried again in the next round; it keeps nothing else from running.
 */
export async function runDue(boot: Boot, entries: readonly Entry[]): Promise<string[]> {
  const ran: string[] = []
  const centres = await sql<CentreRow>`
    select c.id, centre_now(c) as now, c.time_zone as "timeZone", c.rules_stamp as stamp from centre c`.execute(boot.db)
  for (const { id, now, timeZone, stamp } of centres.rows) {
    const marks = await sql<Mark & { name: string }>`select name, ran_until as "ranUntil"
      from schedule_run where centre_id = ${id}`.execute(boot.db)
    const known = new Map(marks.rows.map(({ name, ranUntil }) => [name, ranUntil]))
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate()
    const moment = { now, timeZone, rules: (await boot.rulesOf(id, stamp, boot.db)).at(today) }
    const due = entries
      .map((entry) => ({ entry, at: dueAt(entry, moment, known.get(entry.name) ?? null) }))
      .filter((one) => one.at !== null)
      .sort((a, b) => Temporal.Instant.compare(a.at!, b.at!))
    for (const { entry } of due) {
      try {
        if (await runEntry(boot, id, entry)) ran.push(entry.name)
      } catch (error) {
        boot.log.error({ err: error, entry: entry.name, centreId: id }, 'what should happen by itself failed')
        await markError(boot, id, entry.name, error)
      }
    }
  }
  return ran
}

async function markError(boot: Boot, centreId: string, name: string, error: unknown) {
  const what = error instanceof Error ? error.name : 'error'
  await sql`insert into schedule_run (centre_id, name, last_error)
    values (${centreId}, ${name}, ${what})
    on conflict (centre_id, name) do update set last_error = excluded.last_error`.execute(boot.db)
}

export interface Clockwork {
  /** When the last round ended well, in milliseconds of this process; null before the first. */
  readonly lastRound: number | null
  stop(): Promise<void>
}

/** Looks every five seconds of real time what is due. A round that takes longer delays the next. */
export function startClockwork(boot: Boot, entries: readonly Entry[], everyMs = 5000): Clockwork {
  let lastRound: number | null = null
  let round: Promise<void> | null = null
  const tick = async () => {
    try {
      await runDue(boot, entries)
      lastRound = performance.now()
    } catch (error) {
      boot.log.error({ err: error }, 'the clockwork could not look what is due')
    } finally {
      round = null
    }
  }
  const timer = setInterval(() => {
    round ??= tick()
  }, everyMs)
  round = tick()
  return {
    get lastRound() {
      return lastRound
    },
    async stop() {
      clearInterval(timer)
      await round
    },
  }
}
