import { z } from 'zod'
import { Id } from '../../lib/wire.ts'
import { command, query } from '../../platform/api.ts'
import { addSeat, assignSeat, editSeat, SEAT_ROLES, seatsOf } from './seats.ts'

/*
 * The lines: which seat has which, what it is registered for, and what a line did for a call. The port (port.ts) is what
 * every line meets, the manual one (manual.ts) today, a switch later.
 * Not here: whether a dial is allowed (compliance), what is said on it and what becomes of it (calls).
 */

const Fields = {
  label: z.string().trim().min(1).max(40),
  groupId: Id.nullable(),
  callerId: z
    .string()
    .regex(/^\+?\d{3,15}$/)
    .nullable(),
  callerIdApproved: z.boolean(),
  lineRegistered: z.boolean(),
  recording: z.boolean(),
}

const Version = z.object({ version: z.int() })

export const telephony = {
  seats: query({
    may: SEAT_ROLES,
    input: z.object({}),
    output: z.array(
      z.object({
        ...Fields,
        id: Id,
        group: z.string().nullable(),
        callerId: z.string().nullable(),
        position: z.int(),
        kind: z.enum(['manual', 'switch']),
        personId: Id.nullable(),
        person: z.string().nullable(),
        version: z.int(),
      }),
    ),
    summary: 'Seats and their lines',
    run: (ctx) => seatsOf(ctx),
  }),

  addSeat: command({
    may: SEAT_ROLES,
    input: z.object(Fields),
    output: z.object({ seatId: Id }),
    summary: 'Adds a seat',
    run: (ctx, input) => addSeat(ctx, input),
  }),

  editSeat: command({
    may: SEAT_ROLES,
    input: z.object({ ...Fields, seatId: Id, version: z.int() }),
    output: Version,
    summary: 'Changes a seat and the marks of its line',
    run: (ctx, input) => editSeat(ctx, input),
  }),

  assignSeat: command({
    may: SEAT_ROLES,
    input: z.object({ seatId: Id, version: z.int(), personId: Id.nullable() }),
    output: Version,
    summary: 'Seats a person, or empties the seat',
    run: (ctx, input) => assignSeat(ctx, input),
  }),
}
