import { sql } from 'kysely'
import { z } from 'zod'
import { Day, Id, Instant } from '../../lib/wire.ts'
import { type Role, reach } from '../../platform/actor.ts'
import { demand, notFound, stale } from '../../platform/api.ts'
import type { Ctx } from '../../platform/context.ts'
import { notify } from '../notices/notices.ts'
import { canSettle, FINDINGS, type Finding, INCIDENTS, type IncidentKind } from './rules.ts'

/* Calls of the switch that nobody allowed, and dials that never left: who looks into each, and what came of it. */

/** Who looks into them: the leader for his group, the line above, quality, and the data officer who finds them. */
export const INCIDENT_ROLES = [
  'tl',
  'um',
  'deptManager',
  'qualityInspector',
  'dataOfficer',
] as const satisfies readonly Role[]
/** Who says who looks into one. */
export const GIVERS = ['um', 'deptManager', 'qualityInspector'] as const satisfies readonly Role[]

export type NewIncident = {
  readonly kind: IncidentKind
  readonly subjectId: string
  readonly occurredOn: Temporal.PlainDate
  readonly at: Temporal.Instant
  readonly groupId: string | null
  readonly agentId: string | null
  readonly ownerId: string | null
  readonly masked: string | null
  readonly seconds: number
  readonly code: string | null
}

/** Opens incidents that are not open yet, and tells each owner once a day that there are some. */
export async function openIncidents(ctx: Ctx, seatId: string, incidents: readonly NewIncident[]): Promise<void> {
  if (incidents.length === 0) return
  const given = incidents.map((one) => ({
    ...{ kind: one.kind, subject_id: one.subjectId, occurred_on: one.occurredOn.toString(), at: one.at.toString() },
    ...{
      group_id: one.groupId,
      agent_id: one.agentId,
      owner_id: one.ownerId,
      masked: one.masked,
      seconds: one.seconds,
    },
    code: one.code,
  }))
  const { rows } = await sql<{ owner_id: string | null; kind: IncidentKind }>`
    insert into record_incident (centre_id, kind, subject_id, occurred_on, at, seat_id, group_id, agent_id, owner_id, masked,
      seconds, code, found_at)
    select ${ctx.centre.id}, r.kind, r.subject_id, r.occurred_on, r.at, ${seatId}, r.group_id, r.agent_id, r.owner_id, r.masked,
      r.seconds, r.code, ${ctx.now}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as r(kind text, subject_id uuid, occurred_on date, at timestamptz,
      group_id uuid, agent_id uuid, owner_id uuid, masked text, seconds int, code text)
    on conflict (centre_id, kind, subject_id) do nothing returning owner_id, kind`.execute(ctx.db)
  for (const ownerId of new Set(rows.flatMap(({ owner_id }) => owner_id ?? [])))
    await notify(ctx, {
      ...({ kind: 'task', personId: ownerId, key: 'records.lookInto', clause: 'S3.6', link: '/records' } as const),
      cause: `records.lookInto ${ownerId} ${ctx.today}`,
    })
  if (rows.length > 0) ctx.touch('records')
}

/** Settles by itself what has found its other side: a record its dial, a dial its record. */
export async function closeFound(ctx: Ctx, seatId: string, subjectIds: readonly string[]): Promise<void> {
  if (subjectIds.length === 0) return
  await sql`update record_incident set settled_at = ${ctx.now}, settled_by = ${ctx.actor.personId}, finding = 'found',
      version = version + 1
    where centre_id = ${ctx.centre.id} and seat_id = ${seatId} and subject_id = any(${sql.val([...subjectIds])}::uuid[])
      and settled_at is null`.execute(ctx.db)
}

export const Incident = z.object({
  id: Id,
  kind: z.enum(INCIDENTS),
  day: Day,
  at: Instant,
  seat: z.string().nullable(),
  group: z.string().nullable(),
  agentId: Id.nullable(),
  agent: z.string().nullable(),
  masked: z.string().nullable(),
  /** Talk: of the switch for a call that nobody allowed, as declared for a dial that never left. */
  seconds: z.int(),
  code: z.string().nullable(),
  ownerId: Id.nullable(),
  owner: z.string().nullable(),
  settledAt: Instant.nullable(),
  settledBy: z.string().nullable(),
  finding: z.enum(FINDINGS).nullable(),
  note: z.string(),
  version: z.int(),
})
type Row = z.input<typeof Incident>

/** In reach: a leader's own groups, the centre for the others; of one's own seat nobody is the judge, but sees it. */
function inReach(ctx: Ctx) {
  const within = reach(ctx.actor, INCIDENT_ROLES)
  return within.centre ? sql`true` : sql`i.group_id = any(${sql.val([...within.groupIds])}::uuid[])`
}

const MOST = 500

const rowsWhere = (ctx: Ctx, where: ReturnType<typeof sql>) => sql<Row & { customerId: string | null }>`
  select i.id, i.kind, i.occurred_on as day, i.at, s.label as seat, u.name as group, i.agent_id as "agentId", n.name as agent,
    coalesce(i.masked, p.masked) as masked, i.seconds, i.code, i.owner_id as "ownerId", o.name as owner,
    i.settled_at as "settledAt", b.name as "settledBy", i.finding, i.note, i.version, c.customer_id as "customerId"
  from record_incident i left join seat_line s on s.id = i.seat_id left join org_unit u on u.id = i.group_id
    left join person_name n on n.id = i.agent_id left join person_name o on o.id = i.owner_id
    left join person_name b on b.id = i.settled_by
    left join call_fact c on i.kind = 'neverLeft' and c.id = i.subject_id and c.occurred_on = i.occurred_on
    left join phone_card p on p.id = c.phone_id
  where i.centre_id = ${ctx.centre.id} and ${where} and ${inReach(ctx)}
  order by i.at desc, i.id limit ${MOST}`

/** Incidents in the actor's reach, the latest first: open ones, or those of the last days that were settled. [S3.6] */
export async function incidents(ctx: Ctx, asked: { kind: IncidentKind; settled: boolean }): Promise<Row[]> {
  const where = asked.settled ? sql`i.settled_at is not null` : sql`i.settled_at is null`
  const { rows } = await rowsWhere(ctx, sql`i.kind = ${asked.kind} and ${where}`).execute(ctx.db)
  await ctx.looked('customer', [...new Set(rows.flatMap(({ customerId }) => customerId ?? []))])
  return rows.map(({ customerId: _, ...row }) => row)
}

async function locked(ctx: Ctx, id: string, version: number): Promise<Row> {
  await sql`select from record_incident where id = ${id} and centre_id = ${ctx.centre.id} for update`.execute(ctx.db)
  const { rows } = await rowsWhere(ctx, sql`i.id = ${id}`).execute(ctx.db)
  const { customerId: _, ...row } = rows[0] ?? ({} as never)
  if (!rows[0]) throw notFound()
  if (row.version !== version) throw stale(row)
  return row
}

/** Says who looks into an incident: somebody who may, and not the one at whose seat it came up. */
export async function giveIncident(ctx: Ctx, input: { id: string; version: number; toId: string }): Promise<void> {
  const incident = await locked(ctx, input.id, input.version)
  const subject = { kind: 'incident', id: input.id }
  demand(canSettle({ settled: incident.settledAt !== null, agentId: incident.agentId }, input.toId, '-'), subject)
  const to = (await ctx.person(input.toId))?.actor
  if (!to || to.centreId !== ctx.centre.id || !to.roles.some((role) => INCIDENT_ROLES.includes(role as never)))
    throw notFound()
  await sql`update record_incident set owner_id = ${input.toId}, version = version + 1 where id = ${input.id}`.execute(
    ctx.db,
  )
  await notify(ctx, {
    ...({ kind: 'task', personId: input.toId, key: 'records.lookInto', clause: 'S3.6', link: '/records' } as const),
    cause: `records.lookInto ${input.toId} ${ctx.today}`,
  })
  await ctx.emit('records.incidentGiven', subject, { toId: input.toId })
  ctx.touch('records')
}

/** Settles an incident with what it was and a note; the one at whose seat it came up cannot. [S3.6] */
export async function settleIncident(
  ctx: Ctx,
  input: { id: string; version: number; finding: Finding; note: string },
): Promise<void> {
  const incident = await locked(ctx, input.id, input.version)
  const subject = { kind: 'incident', id: input.id }
  const verdict = canSettle(
    { settled: incident.settledAt !== null, agentId: incident.agentId },
    ctx.actor.personId,
    input.note,
  )
  demand(verdict, subject)
  await sql`update record_incident set settled_at = ${ctx.now}, settled_by = ${ctx.actor.personId}, finding = ${input.finding},
    note = ${input.note.trim()}, version = version + 1 where id = ${input.id}`.execute(ctx.db)
  await ctx.decide({ verdict, subject, clauses: ['S3.6'] })
  await ctx.emit('records.incidentSettled', subject, { finding: input.finding })
  ctx.touch('records')
}
