import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { at } from '../../../test/clone.ts'
import { sellable } from '../../../test/selling.ts'
import { batch, pooled } from '../../../test/stocked.ts'
import { type World, world } from '../../../test/world.ts'
import type { Reason } from '../../lib/verdict.ts'
import type { Actor } from '../../platform/actor.ts'
import type { Boot, Ctx } from '../../platform/context.ts'
import { openDb, openPool, type Pool } from '../../platform/database.ts'
import { inCentre } from '../../platform/transaction.ts'
import { enter } from '../attendance/presence.ts'
import { authorise } from '../catalog/catalog.ts'
import { distribute, issue, recall, receiveLot } from '../leads/distribute.ts'
import { addPeople } from '../people/people.ts'
import { addUnit } from '../people/structure.ts'
import { deskOf, openDesk } from './desk.ts'
import { dial } from './dial.ts'
import { takeNext } from './next.ts'
import { recordAndNext } from './wrapUp.ts'

/* A whole floor at its desks in one instant of a standing clock: a number may be dialled once, so each may have one dial. */

const GROUPS = 20
const AGENTS_PER_GROUP = 10
/** Customers of each of two lists. */
const CUSTOMERS = 3_000
/** Every third customer of one list shares his number with one of the other list, in the hands of another group. */
const EVERY = 3
const SHARED = CUSTOMERS / EVERY
const NUMBERS = 2 * CUSTOMERS - SHARED
/** Calls after which an agent's leader moves leads within the group. */
const CALLS_A_MOVE = 4
/** Why a dial may be refused here: the number was dialled for another customer, or the leader took the lead back. */
const EXPLAINED = ['capCold', 'leadNotHeld', 'calls.deskMovedOn']
const SINCE = Temporal.PlainDate.from('2024-01-08')

type Group = { readonly id: string; readonly leader: Actor; readonly agents: readonly Actor[] }

let w: World<Record<never, never>>
let boot: Boot
let close: () => Promise<void>
let groups: Group[]
beforeAll(async () => {
  w = await world({})
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(w.boot.db)
  // Half a million statements: whether a commit is on the disk is not what is looked at here.
  await sql`alter database ${sql.ref(rows[0]!.name)} set synchronous_commit = off`.execute(w.boot.db)
  // As many connections as a node of the house has.
  const pool = openPool(at(inject('server'), rows[0]!.name), { name: 'desks', max: 16 })
  prepareOnce(pool)
  boot = { ...w.boot, db: openDb(pool) }
  close = () => pool.end()
  const productId = await sellable(w, 'L1', [])
  groups = await floor(productId)
  await handDown(productId)
}, 180_000)
afterAll(async () => {
  await close()
  await w.close()
})

/** Lets each connection plan a statement once; planning half a million anew would take half of the time. */
function prepareOnce(pool: Pool): void {
  const names = new Map<string, string>()
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...asked: unknown[]) => unknown
    const prepared = (text: string, values: unknown[] = []) => {
      if (values.length === 0) return query(text)
      const name = names.get(text) ?? `s${names.size}`
      names.set(text, name)
      return query({ name, text, values })
    }
    client.query = prepared as typeof client.query
  })
}

/** A command of a person without the way through the web. */
const as = <T>(actor: Actor, operation: string, run: (ctx: Ctx) => Promise<T>): Promise<T> =>
  inCentre(boot, w.centre, operation, run, actor)

const actorOf = async (personId: string): Promise<Actor> => (await boot.access.person(personId))!.actor

/** Groups with a leader and agents, each agent at a seat with a registered line, and all of them may sell the product. */
async function floor(productId: string): Promise<Group[]> {
  const made = await w.run(async (ctx) => {
    const groups: { id: string; people: string[] }[] = []
    for (let g = 0; g < GROUPS; g++) {
      const parentId = g < GROUPS / 2 ? w.units.East : w.units.West
      const id = await addUnit(ctx, { kind: 'group', parentId, name: `Group ${g}`, openedOn: SINCE })
      const people = await addPeople(
        ctx,
        Array.from({ length: AGENTS_PER_GROUP + 1 }, (_, n) => ({
          ...{ staffNo: `${g}-${n}`, name: `員工 ${g}-${n}`, employedFrom: SINCE, trainedOn: SINCE, unitId: id },
          ...{
            registrationNo: `R-${g}-${n}`,
            roles: [{ role: n === 0 ? ('tl' as const) : ('tsr' as const), unitId: id }],
          },
        })),
      )
      groups.push({ id, people })
    }
    const agents = groups.flatMap(({ people }) => people.slice(1))
    await authorise(ctx, { productId, personIds: agents, fromOn: SINCE })
    await sql`
      insert into seat (centre_id, group_id, label, position, caller_id, caller_id_approved, line_registered, recording, person_id)
      select ${w.centre}, m.unit_id, 'S' || n, n, '02161234567', true, true, true, a.id
      from unnest(${sql.val(agents)}::uuid[]) with ordinality as a(id, n) join membership m on m.person_id = a.id`.execute(
      ctx.db,
    )
    return groups
  }, 'guo')
  return await Promise.all(
    made.map(async ({ id, people }) => {
      const [leader, ...agents] = await Promise.all(people.map(actorOf))
      return { id, leader: leader!, agents }
    }),
  )
}

/**
 * Two lists down to the agents, in an order such that two customers of one number come up at two desks at the same time:
 * customer n of a list shares his number with the one half a list further in the other, in another group's hands.
 */
async function handDown(productId: string): Promise<void> {
  const [june, july] = [await batch(w, productId, 'June'), await batch(w, productId, 'July')]
  const [ofJune, ofJuly] = [await pooled(w, june, CUSTOMERS), await pooled(w, july, CUSTOMERS)]
  const half = CUSTOMERS / 2
  const twins = ofJune.flatMap(({ phoneId }, n) =>
    n % EVERY ? [] : [[phoneId, ofJuly[(n + half) % CUSTOMERS]!.phoneId]],
  )
  await w.sql`
    update phone p set e164 = o.e164, hash = o.hash, masked = o.masked
    from unnest(${twins.map(([one]) => one)}::uuid[], ${twins.map(([, other]) => other)}::uuid[]) as t(one, other)
      join phone o on o.id = t.one where p.id = t.other`
  for (const [leads, later] of [
    [ofJune, 0],
    [ofJuly, 0.4],
  ] as const)
    await w.sql`
      update lead l set shuffle = n + case when n <= ${half} then ${later}::float else -${later}::float end
      from unnest(${leads.map(({ leadId }) => leadId)}::uuid[]) with ordinality as o(id, n) where l.id = o.id`
  const each = CUSTOMERS / GROUPS
  const liu = await actorOf(w.people.liu)
  for (const { id: batchId } of [june, july]) {
    const lots = await as(liu, 'leads.issue', (ctx) =>
      issue(ctx, { batchId, shares: groups.map(({ id }) => ({ groupId: id, quantity: each })) }),
    )
    for (const [g, { id: groupId, leader, agents }] of groups.entries())
      await as(leader, 'leads.distribute', async (ctx) => {
        await receiveLot(ctx, lots[g]!.id)
        const quantity = each / AGENTS_PER_GROUP
        await distribute(ctx, { groupId, batchId, shares: agents.map(({ personId }) => ({ personId, quantity })) })
      })
  }
}

const codesOf = (error: { reasons?: readonly Reason[] }) => error.reasons?.map(({ code }) => code).join(' ')

/** Refused dials by their codes. Any other error is a fault. */
const refused = new Map<string, number>()
function keepRefusal(error: { reasons?: readonly Reason[] }): void {
  const codes = codesOf(error)
  if (!codes) throw error
  refused.set(codes, (refused.get(codes) ?? 0) + 1)
}

/**
 * The leader takes from one agent whatever he holds, in preview or not, and gives it to another of the group. Answers how
 * many leads moved: none where it would be more than the other may hold.
 */
const handOver = ({ id: groupId, leader, agents }: Group, from: number, to: number): Promise<number> =>
  as(leader, 'leads.move', async (ctx) => {
    const [giver, taker] = [agents[from % AGENTS_PER_GROUP]!, agents[to % AGENTS_PER_GROUP]!]
    const back = { groupId, personId: giver.personId, to: 'group', only: 'fresh', reason: 'levelling' } as const
    const { quantity } = await recall(ctx, back)
    if (quantity > 0)
      await distribute(ctx, { groupId, batchId: null, shares: [{ personId: taker.personId, quantity }] })
    return quantity
  }).catch((error) => {
    if (codesOf(error) !== 'agentOverStock') throw error
    return 0
  })

const tabs = new Map<string, string>()
const tabOf = ({ personId }: Actor) => tabs.get(personId)!

const take = (agent: Actor) => as(agent, 'calls.next', (ctx) => takeNext(ctx, tabOf(agent)))

async function arrive(agent: Actor): Promise<void> {
  tabs.set(agent.personId, randomUUID())
  await as(agent, 'calls.open', async (ctx) => {
    await enter(ctx, agent.personId, 'online')
    await openDesk(ctx, tabOf(agent), false)
  })
}

/**
 * Works from the lead in preview on, until nothing is left that may be called now. Returns how many calls were made.
 * A recording takes the next lead along; whoever was refused asks for one.
 */
async function work(agent: Actor, called: (calls: number) => void): Promise<number> {
  const tabId = tabOf(agent)
  const said = { lineResult: 'noAnswer', outcome: 'notReached', note: '', disclosures: [], callback: null } as const
  let calls = 0
  for (let inPreview = true; inPreview; ) {
    const callId = await as(agent, 'calls.dial', async (ctx) => {
      const phoneId = (await deskOf(ctx))?.phoneId
      return (await dial(ctx, { tabId, phoneId: phoneId ?? randomUUID() })).callId
    }).catch(keepRefusal)
    if (callId) {
      const { next } = await as(agent, 'calls.record', (ctx) => recordAndNext(ctx, { tabId, callId, ...said }))
      if (!next) throw new Error('the next lead met a fault')
      called(++calls)
      inPreview = next.taken
    } else inPreview = (await take(agent)).taken
  }
  return calls
}

const one = async <T>(rows: Promise<T[]>): Promise<T> => (await rows)[0]!

test('5,000 dials by 200 agents at once, leaders moving leads meanwhile: no lead and no number twice [S4.4.10a K] [S3.6 K] allows one of two who share a number and refuses the other', async () => {
  const agents = groups.flatMap((group) => group.agents.map((agent) => ({ agent, group })))
  await Promise.all(agents.map(({ agent }) => arrive(agent)))
  const first = await Promise.all(agents.map(({ agent }) => take(agent)))
  expect(first.every(({ taken }) => taken)).toBe(true)
  // Everybody has a lead before him when the first ones are taken back.
  const moved = await Promise.all(groups.map((group) => handOver(group, 5, 0)))
  const moves: Promise<number>[] = []
  const shift = async ({ agent, group }: (typeof agents)[number], n: number) =>
    await work(agent, (done) => {
      if (n % AGENTS_PER_GROUP === 0 && done % CALLS_A_MOVE === 1) moves.push(handOver(group, done + 1, done + 3))
    })
  let calls = 0
  // What was handed on after somebody had done everything is worked in another turn.
  for (let busy = agents; busy.length > 0; ) {
    for (const made of await Promise.all(busy.map(shift))) calls += made
    moved.push(...(await Promise.all(moves.splice(0))))
    const taken = await Promise.all(agents.map(({ agent }) => take(agent)))
    busy = agents.filter((_, n) => taken[n]!.taken)
  }

  // Every number once and none twice, whoever's customer it is.
  expect(calls).toBe(NUMBERS)
  const ledger = await one(w.sql`select count(*)::int as dials, count(distinct hash)::int as numbers,
    count(distinct call_id)::int as calls, (count(*) filter (where cold and ended_at is not null and not answered))::int as ended
    from dial_ledger`)
  expect(ledger).toEqual({ dials: NUMBERS, numbers: NUMBERS, calls: NUMBERS, ended: NUMBERS })

  // One call a dial, one try a call, one call a lead: no lead was dialled at two desks, or again before it was recorded.
  const recorded = await one(w.sql`select count(*)::int as calls, count(distinct c.lead_id)::int as leads,
    (count(*) filter (where d.agent_id = c.agent_id and p.hash = d.hash and p.customer_id = c.customer_id
      and t.agent_id = c.agent_id and t.lead_id = c.lead_id and t.number = 1 and t.round = 1))::int as matching
    from call c join dial_ledger d on d.call_id = c.id join phone p on p.id = c.phone_id
      join lead_attempt t on t.call_id = c.id`)
  expect(recorded).toEqual({ calls: NUMBERS, leads: NUMBERS, matching: NUMBERS })
  expect(await w.sql`select lead_id from lead_attempt group by lead_id having count(*) > 1`).toEqual([])
  expect(await w.sql`select agent_id from desk where step <> 'idle' or lead_id is not null`).toEqual([])

  // Whoever dialled had held the lead, and a lead has one holder.
  expect(
    await w.sql`select c.id from call c where not exists (select from lead_hold h
      where h.lead_id = c.lead_id and h.holder = 'agent' and h.person_id = c.agent_id)`,
  ).toEqual([])
  const held =
    await one(w.sql`select count(*)::int as leads, (count(*) filter (where h.person_id = l.holder_id))::int as held
    from lead l join lead_hold h on h.lead_id = l.id and h.until_at is null where l.state = 'agent'`)
  expect(held).toEqual({ leads: 2 * CUSTOMERS, held: 2 * CUSTOMERS })

  // A lead was claimed for every dial; each dial has its yes.
  const decided = await one(w.sql`select (count(*) filter (where operation = 'calls.dial'))::int as dials,
    count(distinct subject_id) filter (where operation = 'calls.next.fresh')::int - ${NUMBERS}::int >= 0 as claimed
    from decision where allowed`)
  expect(decided).toEqual({ dials: NUMBERS, claimed: true })

  // Refused were the second of two who had one number before them, and who had a lead no more; nothing else.
  const codes = new Set([...refused.keys()].flatMap((told) => told.split(' ')))
  expect([...codes].filter((code) => !EXPLAINED.includes(code))).toEqual([])
  expect(refused.get('capCold')).toBeGreaterThan(0)
  expect(refused.get('leadNotHeld')).toBeGreaterThan(0)
  expect(moved.reduce((sum, quantity) => sum + quantity, 0)).toBeGreaterThan(GROUPS * AGENTS_PER_GROUP)
  // What was not dialled waits for the moment at which its number may be called again, two hours after the other's dial.
  const waiting = await w.sql`select l.due_at, count(*)::int as leads from lead l where l.tries = 0
    and exists (select from phone p join dial_ledger d on d.hash = p.hash where p.customer_id = l.customer_id) group by l.due_at`
  expect(waiting).toEqual([{ due_at: Temporal.Instant.from('2026-06-17T03:30:00Z'), leads: SHARED }])

  // The day's sums are the calls.
  const perAgent = await w.sql`select agent_id, batch_id, dials, connected, inbound from call_day order by 1, 2`
  const counted = await w.sql`select agent_id, batch_id, count(*)::int as dials, 0 as connected, 0 as inbound
    from call group by 1, 2 order by 1, 2`
  expect(perAgent).toEqual(counted)
}, 900_000)
