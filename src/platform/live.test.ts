import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/clone.ts'
import { world } from '../../test/world.ts'
import { access } from './accessApi.ts'
import type { RequestContext, SignedIn, Topic } from './context.ts'
import { type Db, openPool, type Pool } from './database.ts'
import { type LiveHub, localLive, openLive, payloads } from './live.ts'
import { EVERYTHING, fewer } from './topics.ts'

const log = pino({ level: 'silent' })
const topic = (name: string, only: Partial<Topic> = {}): Topic => ({ name, centreId: 'c', ...only })
const names = (lot: readonly Topic[] | undefined) => lot?.map(({ name }) => name)

let fresh: FreshDatabase
const pools: Pool[] = []
const hubs: LiveHub[] = []
const stop = new AbortController()

async function node(): Promise<LiveHub & { application: string }> {
  const application = `live ${pools.length}`
  const pool = openPool(fresh.target, { name: application, max: 2 })
  const hub = await openLive(pool, log)
  pools.push(pool)
  hubs.push(hub)
  return Object.assign(hub, { application })
}
const listen = (hub: LiveHub) => hub.subscribe(stop.signal)[Symbol.asyncIterator]()
type Heard = ReturnType<typeof listen>
const next = async (heard: Heard) => names((await heard.next()).value as readonly Topic[] | undefined)

/** The names of what changed, kept as a command's last statement keeps them. */
async function keepTopics(db: Db, topics: readonly Topic[]): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into live_tail (topics) values (${JSON.stringify(topics)}) returning id`.execute(db)
  return rows[0]!.id
}

/** As a command does: the names beside its changes, then the news after the commit. */
async function change(hub: LiveHub, topics: readonly Topic[]) {
  const kept = await fresh.db.transaction().execute((db) => keepTopics(db, topics))
  hub.announce(topics, kept)
}

beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(async () => {
  stop.abort()
  for (const hub of hubs) await hub.close()
  for (const pool of pools) await pool.end()
  await fresh.close()
})

test('listeners of the node itself hear at once, those of another node within a second, both only once', async () => {
  const [here, there] = await Promise.all([node(), node()])
  const [mine, theirs] = [listen(here), listen(there)]
  await change(here, [topic('leads')])
  expect(await next(mine)).toEqual(['leads'])
  const begun = performance.now()
  expect(await next(theirs)).toEqual(['leads'])
  expect(performance.now() - begun).toBeLessThan(1000)
  // What nobody notified is read from the tail in its order, and so the first was read there by now as well.
  await keepTopics(fresh.db, [topic('unnotified')])
  expect(await next(mine)).toEqual(['unnotified'])
  expect(await next(theirs)).toEqual(['unnotified'])
})

test('what was rolled back is never told, what commits late is', async () => {
  const here = await node()
  const mine = listen(here)
  const rolledBack = fresh.db.transaction().execute(async (db) => {
    await keepTopics(db, [topic('undone')])
    throw new Error('undone')
  })
  await expect(rolledBack).rejects.toThrow('undone')
  // An older transaction that commits after a younger one: the tail waits for it.
  await fresh.db.transaction().execute(async (slow) => {
    await keepTopics(slow, [topic('slow')])
    await keepTopics(fresh.db, [topic('quick')])
  })
  const heard: unknown[] = []
  while (heard.length < 2) heard.push(...((await next(mine)) ?? []))
  expect(heard.toSorted()).toEqual(['quick', 'slow'])
})

test('a node whose line was cut hears by the tail, and listens again', async () => {
  const [here, there] = await Promise.all([node(), node()])
  const theirs = listen(there)
  await fresh.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
    there.application,
  ])
  await change(here, [topic('during')])
  expect(await next(theirs)).toEqual(['during'])
  await change(here, [topic('after')])
  expect(await next(theirs)).toEqual(['after'])
})

test('a listener that ends is let go', async () => {
  const hub = localLive()
  const ended = new AbortController()
  const heard = hub.subscribe(ended.signal)[Symbol.asyncIterator]()
  expect(hub.listeners).toBe(1)
  const waiting = heard.next()
  ended.abort()
  expect(await waiting).toMatchObject({ done: true })
  expect(hub.listeners).toBe(0)
})

test('a listener that does not read is told to ask for everything', async () => {
  const hub = localLive()
  const heard = hub.subscribe(stop.signal)[Symbol.asyncIterator]()
  for (let i = 0; i < 2000; i++) hub.announce([topic(`m${i}`)])
  const lot = (await heard.next()).value as readonly Topic[]
  expect(lot[0]).toEqual(EVERYTHING)
  expect(lot.length).toBeLessThanOrEqual(1000)
})

test('notifications stay below what the server carries; what does not fit one is left to the tail', () => {
  const lots = Array.from({ length: 300 }, (_, id) => ({ id, topics: [topic('leads', { personId: 'p'.repeat(36) })] }))
  const huge = { id: 999, topics: [topic('x'.repeat(9000))] }
  const cut = payloads('node', [...lots.slice(0, 100), huge, ...lots.slice(100)])
  expect(Math.max(...cut.map((text) => Buffer.byteLength(text)))).toBeLessThan(8000)
  const told = cut.flatMap((text) => (JSON.parse(text) as { lots: { id: number }[] }).lots.map(({ id }) => id))
  expect(told).toEqual(lots.map(({ id }) => id))
})

test('the same news is told once, and to everybody where it is for everybody or for many', () => {
  expect(fewer([topic('leads'), topic('leads'), topic('calls', { personId: 'a' })])).toHaveLength(2)
  expect(fewer([topic('leads', { personId: 'a' }), topic('leads')])).toEqual([{ name: 'leads', centreId: 'c' }])
  const many = Array.from({ length: 21 }, (_, i) => topic('leads', { personId: `p${i}` }))
  expect(fewer(many)).toEqual([{ name: 'leads', centreId: 'c' }])
  expect(fewer(many.slice(1))).toHaveLength(20)
})

test('a browser’s stream tells what concerns the person and ends with the session', async () => {
  const house = await world({ access })
  const hub = localLive()
  const boot = { ...house.boot, live: hub }
  let session: SignedIn | null = await house.boot.access.person(house.people.ann)
  const context: RequestContext = {
    boot,
    signedIn: session,
    requestId: null,
    http: { ip: '::1', loopback: true, headers: new Headers(), setCookie: () => {} },
    renew: async () => session,
  }
  const { createRouterClient } = await import('@orpc/server')
  const stream = (await createRouterClient({ access }, { context }).access.live({}))[Symbol.asyncIterator]()
  expect((await stream.next()).value).toEqual([])
  const of = (name: string, only: Partial<Topic>) => ({ name, centreId: house.centre, ...only })
  const { bo, ann } = house.people
  hub.announce([of('sales', { personId: bo }), { name: 'people', centreId: 'another' }])
  hub.announce([of('leads', { personId: ann }), of('floor', { groupId: house.units.Dawn }), of('rules', {})])
  expect((await stream.next()).value).toEqual(['leads', 'floor', 'rules'])
  session = null
  hub.announce([of('access', { personId: ann })])
  expect(await stream.next()).toMatchObject({ done: true })
  expect(hub.listeners).toBe(0)
  await house.close()
})
