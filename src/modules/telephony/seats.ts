import { sql } from 'kysely'
import { no, yes } from '../../lib/verdict.ts'
import { type Role, reach, reaches } from '../../platform/actor.ts'
import { demand, notFound, stale } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { canRecord, type LineKind } from './rules.ts'

/** Who keeps the seats: the whole centre's, or those of the own region. */
export const SEAT_ROLES = ['um', 'deptManager', 'admin'] as const satisfies readonly Role[]

export type Seat = {
  readonly id: string
  readonly groupId: string | null
  readonly group: string | null
  readonly label: string
  readonly position: number
  readonly kind: LineKind
  readonly callerId: string | null
  readonly callerIdApproved: boolean
  readonly lineRegistered: boolean
  readonly recording: boolean
  readonly personId: string | null
  readonly person: string | null
  readonly version: number
}

const seatsWhere = (ctx: Ctx, more = sql<boolean>`true`) => sql<Seat>`
  select s.id, s.group_id as "groupId", u.name as group, s.label, s.position, s.line_kind as kind, s.caller_id as "callerId",
    s.caller_id_approved as "callerIdApproved", s.line_registered as "lineRegistered", s.recording,
    s.person_id as "personId", p.name as person, s.version
  from seat s left join org_unit u on u.id = s.group_id left join person_name p on p.id = s.person_id
  where s.centre_id = ${ctx.centre.id} and ${more}
  order by u.position nulls first, u.name, s.position, s.label`

/** Seats in the actor's reach: a region's head sees those of his groups and those that belong to none. */
export async function seatsOf(ctx: Ctx): Promise<Seat[]> {
  const within = reach(ctx.actor, SEAT_ROLES)
  const mine = within.centre
    ? sql<boolean>`true`
    : sql<boolean>`(s.group_id is null or s.group_id = any(${sql.val([...within.groupIds])}::uuid[]))`
  return (await seatsWhere(ctx, mine).execute(ctx.db)).rows
}

export type SeatFields = {
  readonly label: string
  readonly groupId: string | null
  readonly callerId: string | null
  readonly callerIdApproved: boolean
  readonly lineRegistered: boolean
  readonly recording: boolean
}

async function checked(ctx: Ctx, fields: SeatFields, own: string | null) {
  const within = reach(ctx.actor, SEAT_ROLES)
  // A region's head works on the seats of his own groups; one that belongs to no group is the centre's.
  if (!reaches(within, fields.groupId)) throw notFound()
  const subject = { kind: 'seat', id: own }
  demand(canRecord(fields), subject)
  const { rows } = await sql<{ taken: boolean; known: boolean }>`
    select exists (select from seat where centre_id = ${ctx.centre.id} and label = ${fields.label}
        and id is distinct from ${own}::uuid) as taken,
      ${fields.groupId}::uuid is null or exists (select from org_unit where id = ${fields.groupId}
        and centre_id = ${ctx.centre.id} and kind = 'group' and closed_on is null) as known`.execute(ctx.db)
  if (!rows[0]!.known) throw notFound()
  demand(rows[0]!.taken ? no('telephony.labelTaken', 'house', { label: fields.label }) : yes, subject)
}

/** Adds a seat at the end of its group's row. Returns its id. */
export async function addSeat(ctx: Ctx, fields: SeatFields): Promise<{ seatId: string }> {
  await checked(ctx, fields, null)
  const { rows } = await sql<{ id: string }>`
    insert into seat (centre_id, group_id, label, position, caller_id, caller_id_approved, line_registered, recording)
    select ${ctx.centre.id}, ${fields.groupId}, ${fields.label},
      (select coalesce(max(position) + 1, 0) from seat where centre_id = ${ctx.centre.id}
        and group_id is not distinct from ${fields.groupId}::uuid),
      ${fields.callerId}, ${fields.callerIdApproved}, ${fields.lineRegistered}, ${fields.recording}
    returning id`.execute(ctx.db)
  const seatId = rows[0]!.id
  await ctx.emit('telephony.seatAdded', { kind: 'seat', id: seatId }, marks(fields))
  ctx.touch('telephony')
  return { seatId }
}

const marks = ({ groupId, callerIdApproved, lineRegistered, recording }: SeatFields) => ({
  ...{ groupId, callerIdApproved, lineRegistered, recording },
})

async function locked(ctx: Ctx, seatId: string, version: number): Promise<Seat> {
  await sql`select from seat where id = ${seatId} and centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  const seat = (await seatsWhere(ctx, sql`s.id = ${seatId}`).execute(ctx.db)).rows[0]
  if (!seat || !reaches(reach(ctx.actor, SEAT_ROLES), seat.groupId)) throw notFound()
  if (seat.version !== version) throw stale(seat)
  return seat
}

/** Changes a seat and the marks of its line: registered, recording, number approved. Who set which is kept as an event. */
export async function editSeat(
  ctx: Ctx,
  { seatId, version, ...fields }: SeatFields & { seatId: string; version: number },
): Promise<{ version: number }> {
  await locked(ctx, seatId, version)
  await checked(ctx, fields, seatId)
  await sql`
    update seat set label = ${fields.label}, group_id = ${fields.groupId}, caller_id = ${fields.callerId},
      caller_id_approved = ${fields.callerIdApproved}, line_registered = ${fields.lineRegistered},
      recording = ${fields.recording}, version = version + 1
    where id = ${seatId}`.execute(ctx.db)
  await ctx.emit('telephony.seatChanged', { kind: 'seat', id: seatId }, marks(fields))
  ctx.touch('telephony')
  return { version: version + 1 }
}

/** Seats a person, who leaves the seat he had; null empties it. Not found for somebody outside the actor's reach. */
export async function assignSeat(
  ctx: Ctx,
  { seatId, version, personId }: { seatId: string; version: number; personId: string | null },
): Promise<{ version: number }> {
  await locked(ctx, seatId, version)
  if (personId !== null) {
    // Two leaders who seat one person in the same instant: the later one wins, and nobody meets the unique index.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`seat ${personId}`}, 0))`.execute(ctx.db)
    const { rows } = await sql<{ group_id: string }>`
      select group_id from member where person_id = ${personId} and centre_id = ${ctx.centre.id}
        and from_on <= ${ctx.today} and (until_on is null or until_on > ${ctx.today})`.execute(ctx.db)
    if (!rows[0] || !reaches(reach(ctx.actor, SEAT_ROLES), rows[0].group_id)) throw notFound()
    await sql`
      update seat set person_id = null, version = version + 1
      where person_id = ${personId} and centre_id = ${ctx.centre.id} and id <> ${seatId}`.execute(ctx.db)
  }
  await sql`update seat set person_id = ${personId}, version = version + 1 where id = ${seatId}`.execute(ctx.db)
  await ctx.emit('telephony.seated', { kind: 'seat', id: seatId }, { personId })
  ctx.touch('telephony')
  return { version: version + 1 }
}
