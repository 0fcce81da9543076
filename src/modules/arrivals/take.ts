import { sql } from 'kysely'
import { all, type Verdict } from '../../lib/verdict.ts'
import type { Ctx } from '../../platform/context.ts'
import { dialRuns } from '../attendance/blocks.ts'
import { timetableOf } from '../attendance/timetable.ts'
import { addCustomers } from '../customers/add.ts'
import { giveConsent, recordAct } from '../customers/consent.ts'
import { isNotCalled } from '../customers/doNotCall.ts'
import { numberOf } from '../customers/numbers.ts'
import { warm } from '../leads/attempts.ts'
import { createLeads } from '../leads/create.ts'
import { bringForward, bringToGroup } from '../leads/distribute.ts'
import { countFed } from '../lists/feed.ts'
import { canHaveArrived, firstDialDue, hasNumber, type Result } from './rules.ts'
import type { Source } from './sources.ts'
import { handInTurn, tellHolder } from './turn.ts'

/** A customer as his source tells of him. */
export type Given = {
  /** The source's own number for it: told twice, it is one arrival. */
  readonly externalId: string
  readonly name: string | null
  readonly number: string
  /** Code of the model that he asked for; an unknown one stays among what he wants. */
  readonly model: string | null
  readonly wants: string
  /** When he left his number; null = now. */
  readonly at: Temporal.Instant | null
  readonly via: 'post' | 'file' | 'hand'
}

export type Taken = {
  readonly arrivalId: string
  readonly result: Result
  /** It was told before; nothing was done. */
  readonly again: boolean
  readonly leadId: string | null
  readonly callDue: Temporal.Instant | null
}

/** What stands against taking it. */
export function judgeArrival(ctx: Ctx, given: Given): Verdict {
  const number = numberOf(ctx, given.number)
  return all(hasNumber(number.ok ? null : number.code), given.at ? canHaveArrived(given.at, ctx.now) : { ok: true })
}

/**
 * Takes an arrival that `judgeArrival` passed: the customer behind the number with his consent, a lead of grade A in the
 * group of its source or the open one that he has, warm from now, and the clock of the first dial. In dialling hours it is
 * handed on at once to the agent whose turn it is. Whoever must not be called becomes neither customer nor lead. [S2.1.4]
 */
export async function takeArrival(ctx: Ctx, source: Source, given: Given): Promise<Taken> {
  // Told twice in one instant, the second waits here and finds the first.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`arrivals.source ${source.id}`}, 0))`.execute(ctx.db)
  const before = await toldBefore(ctx, source.id, given.externalId)
  if (before) return { ...before, again: true }
  const number = numberOf(ctx, given.number)
  if (!number.ok) throw new Error('an arrival without a number is refused before')
  const { rows } = await sql<{ id: string }>`select uuidv7() as id`.execute(ctx.db)
  const arrivalId = rows[0]!.id
  const arrivedAt = given.at && Temporal.Instant.compare(given.at, ctx.now) < 0 ? given.at : ctx.now
  const model = await modelOf(ctx, source, given)
  const arrival = { arrivalId, source, given: { ...given, wants: model.wants }, arrivedAt, productId: model.productId }
  const stopped = await isNotCalled(ctx, [Buffer.from(ctx.hashOf(number.e164))])
  if (stopped.size > 0) {
    await keep(ctx, arrival, { result: 'doNotCall', customerId: null, leadId: null, groupId: source.groupId }, null)
    return { arrivalId, result: 'doNotCall', again: false, leadId: null, callDue: null }
  }
  const [added] = await addCustomers(ctx, [{ name: given.name, phones: [number] }])
  const { customerId } = added!
  const consent = { customerId, purpose: 'sale', givenAt: arrivedAt, expiresAt: null }
  await giveConsent(ctx, [{ ...consent, evidence: `${source.name} ${given.externalId}: ${source.consentText}` }], {
    by: 'customer',
  })
  const record = { kind: 'arrival', id: arrivalId }
  await recordAct(ctx, { customerId, kind: 'inbound', from: arrivedAt, to: null, record })
  const lead = await leadFor(ctx, source, customerId, model.productId)
  await warm(ctx, customerId)
  const callDue = dueOf(ctx, arrivedAt, lead.groupId)
  await keep(ctx, arrival, { ...lead, customerId }, callDue)
  if (lead.holderId) await tellHolder(ctx, { leadId: lead.leadId, personId: lead.holderId, callDue })
  else await handInTurn(ctx, lead.groupId, { tell: true })
  return { arrivalId, result: lead.result, again: false, leadId: lead.leadId, callDue }
}

async function toldBefore(ctx: Ctx, sourceId: string, externalId: string): Promise<Omit<Taken, 'again'> | null> {
  const { rows } = await sql<Omit<Taken, 'again'>>`
    select id as "arrivalId", result, lead_id as "leadId", call_due as "callDue" from arrival
    where source_id = ${sourceId} and external_id = ${externalId}`.execute(ctx.db)
  return rows[0] ?? null
}

async function modelOf(ctx: Ctx, source: Source, { model, wants }: Given) {
  if (!model) return { productId: source.productId, wants }
  const { rows } = await sql<{ id: string }>`select id from product_listed
    where centre_id = ${ctx.centre.id} and listed and lower(code) = lower(${model})`.execute(ctx.db)
  if (rows[0]) return { productId: rows[0].id, wants }
  return { productId: source.productId, wants: [model, wants].filter(Boolean).join(' · ') }
}

type Lead = {
  readonly result: 'lead' | 'known'
  readonly leadId: string
  readonly groupId: string
  readonly holderId: string | null
}

/** A new lead in the group of the source, or the open one of this customer, brought forward: he has just asked again. */
async function leadFor(ctx: Ctx, source: Source, customerId: string, productId: string): Promise<Lead> {
  const delivery = { id: source.batchId, productId, purpose: 'sale', grade: 'A' }
  const placed = (await createLeads(ctx, delivery, [{ rowNo: 1, customerId }])).get(1)
  if (placed?.leadId) {
    await bringToGroup(ctx, source.groupId, source.batchId, [placed.leadId])
    return { result: 'lead', leadId: placed.leadId, groupId: source.groupId, holderId: null }
  }
  const { rows } = await sql<{ id: string; group_id: string | null; holder_id: string | null; batch_id: string }>`
    select id, group_id, holder_id, batch_id from lead_held
    where customer_id = ${customerId} and centre_id = ${ctx.centre.id} and state <> 'closed'
    order by grade, id limit 1`.execute(ctx.db)
  const standing = rows[0]!
  if (standing.group_id === null) await bringToGroup(ctx, source.groupId, standing.batch_id, [standing.id])
  await bringForward(ctx, standing.id)
  const { id: leadId, holder_id: holderId } = standing
  return { result: 'known', leadId, groupId: standing.group_id ?? source.groupId, holderId }
}

/** Days looked ahead for the next dialling hours; no holiday is longer. */
const LOOK_AHEAD_DAYS = 15

/** Until when the first dial is owed, by the rule in force for the group; null where its rulebook asks for none. */
function dueOf(ctx: Ctx, arrivedAt: Temporal.Instant, groupId: string): Temporal.Instant | null {
  const rules = ctx.rules.at(ctx.today, groupId)
  if (!rules.has('lead.firstCallMinutes')) return null
  const { timeZone, kind } = ctx.centre
  const first = arrivedAt.toZonedDateTimeISO(timeZone).toPlainDate()
  const hours = Array.from({ length: LOOK_AHEAD_DAYS }, (_, n) => first.add({ days: n })).flatMap((day) =>
    dialRuns(timetableOf(ctx.rules.at(day, groupId), day, kind), day, timeZone),
  )
  return firstDialDue(arrivedAt, rules.get('lead.firstCallMinutes'), hours)
}

type Arrival = {
  readonly arrivalId: string
  readonly source: Source
  readonly given: Given
  readonly arrivedAt: Temporal.Instant
  readonly productId: string
}
type Came = { result: Result; customerId: string | null; leadId: string | null; groupId: string }

async function keep(ctx: Ctx, arrival: Arrival, came: Came, callDue: Temporal.Instant | null): Promise<void> {
  const { arrivalId, source, given, arrivedAt, productId } = arrival
  const day = arrivedAt.toZonedDateTimeISO(ctx.centre.timeZone).toPlainDate()
  // What somebody wants is kept of those alone whom we may call.
  const wants = came.result === 'doNotCall' ? '' : given.wants
  const rules = ctx.rules.at(ctx.today, came.groupId)
  const version = rules.has('lead.firstCallMinutes') ? rules.versionOf('S2.1.4') : null
  await sql`
    insert into arrival (id, centre_id, source_id, external_id, via, arrived_at, occurred_on, recorded_at, recorded_by, result,
      customer_id, lead_id, product_id, group_id, wants, call_due, version_id)
    values (${arrivalId}, ${ctx.centre.id}, ${source.id}, ${given.externalId}, ${given.via}, ${arrivedAt}, ${day}, ${ctx.now},
      ${given.via === 'hand' ? ctx.actor.personId : null}, ${came.result}, ${came.customerId}, ${came.leadId}, ${productId},
      ${came.groupId}, ${wants}, ${callDue}, ${version})`.execute(ctx.db)
  await countFed(ctx, source.batchId, { lead: 'good', known: 'dup', doNotCall: 'dnc' }[came.result] as 'good')
  const { result } = came
  await ctx.emit('arrivals.arrived', { kind: 'arrival', id: arrivalId }, { result, channel: source.channel })
  ctx.touch('arrivals', { groupId: came.groupId })
}
