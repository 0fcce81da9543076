import { sql } from 'kysely'
import { workdayOf } from '../src/modules/attendance/timetable.ts'
import { endCallback } from '../src/modules/calls/callbacks.ts'
import { judge } from '../src/modules/compliance/facts.ts'
import { toldReason } from '../src/modules/compliance/told.ts'
import { dialOf } from '../src/modules/leads/claim.ts'
import { recall } from '../src/modules/leads/distribute.ts'
import { dialFactsOf, LINE_UNJUDGED } from '../src/modules/leads/facts.ts'
import { joinUnit } from '../src/modules/people/people.ts'
import type { Ctx } from '../src/platform/context.ts'
import { inCentre, keepDecision } from '../src/platform/transaction.ts'
import { keepAttendance, keepFloorStarts, keepStretches, type There } from './attendance.ts'
import { asOf, moveCases, stopNumbers, takeApplications } from './cases.ts'
import { AWAY, MEMBERS, MOVED } from './cast.ts'
import type { Chance } from './chance.ts'
import { type Agent, type PlayedDay, type PlayedLead, playDay, type Rules } from './history.ts'
import { appointActing, type House } from './house.ts'
import { keepDay } from './keep.ts'
import type { Ending } from './list.ts'
import { OWING } from './records.ts'
import { GROUPS, handDown, LEADERS } from './supply.ts'

/* Working days up to yesterday: leads go down in the morning, the floor dials, the evening is written into the books. */

/** What an agent gets on a morning, the most on the first; the rulebook lets him hold 80. */
const FIRST = 30
const EACH_DAY = 8
const IN_HAND = 78

export type Past = {
  readonly house: House
  readonly endings: Map<string, Ending>
  readonly dice: Chance
  /** Leads that are in agents' hands or were, by id. */
  readonly played: Map<string, PlayedLead>
}

/** Who of a day is there; a few are ill, one leader is on leave. */
function attendanceOf(
  today: string,
  dice: Chance,
  groupOf: (username: string) => string | null,
  id: (username: string) => string,
) {
  const onLeave = (username: string) => username === AWAY.username && today >= AWAY.from && today < AWAY.until
  const sellers = MEMBERS.filter(({ role, since }) => (role === 'tsr' || role === 'tl') && since <= today)
  const row = (username: string): There => ({ personId: id(username), groupId: groupOf(username) })
  const leave = sellers.filter(({ username }) => onLeave(username)).map(({ username }) => row(username))
  const ill = new Set(sellers.filter(({ role }) => role === 'tsr' && dice.is(0.03)).map(({ username }) => username))
  const others = MEMBERS.filter(({ role }) => role !== 'tsr' && role !== 'tl').map(({ username }) => username)
  const there = [...sellers.map(({ username }) => username), ...others].filter(
    (username) => !ill.has(username) && !onLeave(username),
  )
  return { leave, away: [...ill].map(row), there: there.map(row), names: new Set(there) }
}

/** Plays one working day and writes it. `recent`: of the week that pages look at, with its decisions. */
export async function playWorkday(
  past: Past,
  day: Temporal.PlainDate,
  recent: boolean,
  last: boolean,
): Promise<number> {
  const { house, dice } = past
  const today = day.toString()
  const id = (username: string) => house.people.get(username)!
  const groupOf = (username: string) => {
    const unit = MEMBERS.find((member) => member.username === username)!.unit
    const then = username === MOVED.username && today < MOVED.on ? MOVED.from : unit
    return GROUPS.includes(then as never) ? house.units.get(then)! : null
  }
  await house.at(`${today}T08:32`)
  if (today === MOVED.on) await moveAgent(past)
  if (today === AWAY.from) await appointActing(house)
  const present = attendanceOf(today, dice, groupOf, id)
  const leaderOf = (group: number) => {
    const leader = LEADERS[group]!
    return present.names.has(leader) ? leader : AWAY.acting
  }
  const away = new Set(present.away.map(({ personId }) => personId))
  await handDown(house, leaderOf, { more: past.played.size === 0 ? FIRST : EACH_DAY, upTo: IN_HAND, away })
  await house.at(`${today}T18:20`)
  return await inCentre(house.boot, house.centreId, 'demo.build', async (ctx) => {
    await readHands(ctx, past)
    // Whoever came in has taken over what was handed down in the morning.
    await sql`update lead_lot set received_by = person_id, received_at = issued_at + interval '25 minutes'
      where step = 'groupToAgent' and received_at is null`.execute(ctx.db)
    const agents = MEMBERS.filter(({ role, username }) => role === 'tsr' && present.names.has(username)).map(
      ({ username, skill }): Agent => ({ id: id(username), groupId: groupOf(username)!, skill }),
    )
    const played = playDay(day, agents, [...past.played.values()], rulesOf(ctx), dice)
    const owes = (personId: string) => last || (recent && personId === id(OWING))
    await keepDay(ctx, played, { decisions: recent, owes })
    await stopNumbers(ctx, played)
    await takeApplications(ctx, played, dice, recent)
    await keepAttendance(ctx, played, present, dice)
    const leaders = GROUPS.map((group, at) => ({ personId: id(leaderOf(at)), groupId: house.units.get(group)! }))
    await keepFloorStarts(ctx, leaders, dice)
    if (recent) {
      await keepStretches(ctx)
      await refuseSome(ctx, house, played, dice)
    }
    await moveCases(asOf(ctx, ctx.now.epochMilliseconds, await house.actor('liu')), dice)
    for (const lead of past.played.values()) if (lead.state !== 'agent') past.played.delete(lead.id)
    return played.calls.length
  })
}

const rulesOf = (ctx: Ctx): Rules => {
  const rules = ctx.rules.at(ctx.today)
  return {
    zone: ctx.centre.timeZone,
    bands: rules.get('dial.blocks'),
    plan: rules.get('attempt.plan'),
    callbackMinutes: rules.get('callback.windowMinutes'),
    isWorkday: (day) => workdayOf(rules, day).workday,
  }
}

type Hand = {
  readonly id: string
  readonly customer_id: string
  readonly phone_id: string
  readonly batch_id: string
  readonly product_id: string
  readonly holder_id: string
  readonly group_id: string
  readonly round: number
  readonly due_at: Temporal.Instant
  readonly tries: readonly { readonly at: string; readonly band: string }[]
}

/** The leads that came into agents' hands since the evening before, with what was tried on them by others. */
async function readHands(ctx: Ctx, { played, endings }: Past): Promise<void> {
  const { rows } = await sql<Hand>`
    select distinct on (l.id) l.id, l.customer_id, p.id as phone_id, l.batch_id, l.product_id, l.holder_id, l.group_id, l.round,
      l.due_at, coalesce((select jsonb_agg(jsonb_build_object('at', a.at, 'band', a.band) order by a.number)
        from lead_attempt a where a.lead_id = l.id and a.round = l.round), '[]') as tries
    from lead l join phone_card p on p.customer_id = l.customer_id and p.retired_at is null
    where l.state = 'agent' and l.id <> all(${sql.val([...played.keys()])}::uuid[]) order by l.id, p.position`.execute(
    ctx.db,
  )
  for (const row of rows) {
    const tries = row.tries.map(({ at, band }) => ({ at: Temporal.Instant.from(at).epochMilliseconds, band }))
    played.set(row.id, {
      ...{ id: row.id, customerId: row.customer_id, phoneId: row.phone_id },
      ...{ batchId: row.batch_id, productId: row.product_id, ending: endings.get(row.id)!, agentId: row.holder_id },
      ...{ groupId: row.group_id, state: 'agent', round: row.round, tries, dueAt: row.due_at.epochMilliseconds },
      ...{ dueBand: null, lastTryAt: tries.at(-1)?.at ?? null, warmUntil: null, closedAs: null, closedAt: null },
      ...{ contacts: tries.length, promise: null },
    })
  }
}

/** Dials that the gate refused: the same number again within the hour. Judged by the gate itself, at that moment. */
async function refuseSome(ctx: Ctx, house: House, played: PlayedDay, dice: Chance): Promise<void> {
  const tried = played.calls.filter(({ lead, lineResult }) => lead.state === 'agent' && lineResult === 'busy')
  for (const call of tried.slice(0, 9)) {
    const at = asOf(ctx, call.wrappedAt + dice.between(120, 2400) * 1000)
    const facts = (await dialFactsOf(at, [call.lead.id])).get(call.lead.id)!
    const [verdict] = await judge(at, [dialOf(facts, call.lead.phoneId, call.agentId, LINE_UNJUDGED)])
    const [head, ...tail] = verdict!.reasons.map(toldReason)
    if (!head) continue
    const username = MEMBERS.find((member) => house.people.get(member.username) === call.agentId)!.username
    const by = { ...at, actor: await house.actor(username), operation: 'calls.dial' }
    const subject = { kind: 'lead', id: call.lead.id }
    await keepDecision(by, { verdict: { ok: false, reasons: [head, ...tail] }, subject })
  }
}

/** An agent goes to another group: the leads come back, promises end, and from this day on all counts there. */
async function moveAgent({ house, played }: Past): Promise<void> {
  const personId = house.people.get(MOVED.username)!
  const groupId = house.units.get(MOVED.from)!
  await house.as('tao', 'leads.recall', async (ctx) => {
    const { rows } = await sql<{
      id: string
    }>`select id from callback where agent_id = ${personId} and state = 'open'`.execute(ctx.db)
    for (const { id } of rows) await endCallback(ctx, id, 'dropped', '換組')
    await recall(ctx, { groupId, personId, to: 'group', only: 'all', reason: '換組' })
  })
  for (const lead of played.values()) if (lead.agentId === personId) played.delete(lead.id)
  await house.as('guo', 'people.moveTo', (ctx) =>
    joinUnit(ctx, personId, house.units.get(MOVED.to)!, Temporal.PlainDate.from(MOVED.on)),
  )
}
