import { z } from 'zod'
import { Day, Id, Instant } from '../../lib/wire.ts'
import { IDLE_CAUSES, SEAT_STEPS, STATES } from './rules.ts'

/* What the operations of attendance answer with. Walls are 'HH:MM' on the centre's clock. */

const Wall = z.string()

const Times = z.object({
  checkFrom: Instant,
  onlineAt: Instant,
  alertAfter: Instant,
  clause: z.string(),
  wall: z.object({ checkFrom: Wall, onlineAt: Wall, alertAfter: Wall }),
})

export const Timetable = z.object({
  day: Day,
  workday: z.boolean(),
  /** The official calendar of this year is not known yet. */
  assumed: z.boolean(),
  holiday: z.string().nullable(),
  blocks: z.array(
    z.object({
      key: z.string(),
      kind: z.enum(['meeting', 'check', 'dial', 'prp', 'break', 'off']),
      /** 'HH:MM:SS'; `to` is no longer in it, and '00:00:00' there stands for midnight. */
      from: z.string(),
      to: z.string(),
      latest: z.string().nullable(),
      clause: z.string(),
      /** Key of its words. */
      name: z.string(),
    }),
  ),
})

const State = z.enum(STATES)

export const OwnDay = z.object({
  asOf: Instant,
  state: State,
  reason: z.string().nullable(),
  since: Instant.nullable(),
  checkedInAt: Instant.nullable(),
  readyAt: Instant.nullable(),
  onlineAt: Instant.nullable(),
  firstDialAt: Instant.nullable(),
  excuse: z.string().nullable(),
  excusedUntil: Instant.nullable(),
  /** Neither dial nor talk since, as the leader is told it; null outside of dialling. */
  idle: z.object({ since: Instant, seconds: z.number(), limitMinutes: z.number() }).nullable(),
  /** Seconds of today by state and reason. */
  sums: z.array(z.object({ state: State, reason: z.string().nullable(), seconds: z.number() })),
  times: Times,
})

const Leader = z.object({ personId: Id, name: z.string(), acting: z.boolean(), present: z.boolean() })

const Seat = z.object({
  personId: Id,
  name: z.string(),
  state: State,
  reason: z.string().nullable(),
  since: Instant.nullable(),
  checkedInAt: Instant.nullable(),
  readyAt: Instant.nullable(),
  onlineAt: Instant.nullable(),
  firstDialAt: Instant.nullable(),
  excuse: z.string().nullable(),
  excusedUntil: Instant.nullable(),
  step: z.enum(SEAT_STEPS),
  /** No first dial and no excuse after the alert's time. */
  amber: z.boolean(),
})

export const Roll = z.object({
  groupId: Id,
  name: z.string(),
  regionId: Id.nullable(),
  leaders: z.array(Leader),
  /** The caller leads it today and may call it started. */
  mine: z.boolean(),
  started: z.object({ at: Instant, by: z.string(), amber: z.array(Id) }).nullable(),
  times: Times,
  seats: z.array(Seat),
})

export const IdleAlert = z.object({
  id: Id,
  personId: Id,
  name: z.string(),
  groupId: Id,
  group: z.string(),
  idleSince: Instant,
  raisedAt: Instant,
  limitMinutes: z.number(),
  endedAt: Instant.nullable(),
  state: State,
  cause: z.enum(IDLE_CAUSES).nullable(),
  note: z.string(),
})

export const Leaderless = z.object({
  groupId: Id,
  name: z.string(),
  leaders: z.array(Leader),
  candidates: z.array(z.object({ personId: Id, name: z.string() })),
})
