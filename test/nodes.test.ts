import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Db, openDb, openPool, type Pool, type Target } from '../src/platform/database.ts'
import { openJobs } from '../src/platform/jobs.ts'
import { at } from './clone.ts'
import { PASSWORD } from './deskNode.ts'

/* Two nodes in processes of their own share one database, which they find empty, and one data folder. */

const HOME = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'kaibo-nodes-'))

type Twin = { readonly child: ChildProcess; readonly lines: Interface; readonly base: string }

let target: Target
let pool: Pool
let db: Db
const started: ChildProcess[] = []
const twins = {} as Record<'a' | 'b', Twin>

const urlOf = (of: Target) =>
  'url' in of
    ? of.url
    : `postgres://${of.user ?? 'kaibo'}@localhost/${of.database}?host=${encodeURIComponent(of.socketDir)}`

async function said(lines: Interface, start: string): Promise<string> {
  for (;;) {
    const [line] = (await once(lines, 'line')) as [string]
    if (line.startsWith(start)) return line.slice(start.length)
  }
}

async function startTwin(name: 'a' | 'b', agents: readonly string[] = []): Promise<void> {
  const child = spawn(process.execPath, [join(HOME, 'test/twinNode.ts'), folder, ...agents], {
    env: { ...process.env, DATABASE_URL: urlOf(target) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  const lines = createInterface(child.stdout!)
  const ended = once(child, 'exit').then(() => {
    throw new Error(`node ${name} ended before it was open`)
  })
  ended.catch(() => {})
  const port = await Promise.race([said(lines, 'port '), ended])
  twins[name] = { child, lines, base: `http://127.0.0.1:${port}` }
}

/** Somebody whose pages come from either node, with one session. */
class Person {
  cookie = ''
  async send(twin: Twin, operation: string, input: object = {}, requestId: string = randomUUID()) {
    const reply = await this.ask(twin, operation, input, requestId)
    // biome-ignore lint/suspicious/noExplicitAny: what came over the wire, looked at by the test
    const { json } = (await reply.json()) as { json: any }
    const set = reply.headers.getSetCookie().find((one) => one.startsWith('kaibo.session_token='))
    if (set) this.cookie = set.split(';')[0]!
    return { status: reply.status, body: json }
  }
  ask(twin: Twin, operation: string, input: object, requestId: string, signal?: AbortSignal) {
    return fetch(`${twin.base}/rpc/${operation.replaceAll('.', '/')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': requestId, cookie: this.cookie },
      body: JSON.stringify({ json: input }),
      ...(signal ? { signal } : {}),
    })
  }
  /** Listens at a node; what it says is gathered until `stop`. */
  async listen(twin: Twin) {
    const stop = new AbortController()
    const stream = (await this.ask(twin, 'access.live', {}, randomUUID(), stop.signal)).body!
    let told = ''
    const reading = (async () => {
      for await (const part of stream.pipeThrough(new TextDecoderStream())) told += part
    })().catch(() => {})
    // The empty list at its start says that it listens.
    await expect.poll(() => told, { timeout: 20_000 }).toContain('"json":[]')
    return { told: () => told, stop: () => Promise.all([stop.abort(), reading]) }
  }
}

async function signedIn(username: string, twin: Twin): Promise<Person> {
  const person = new Person()
  const { status } = await person.send(twin, 'access.signIn', { username, password: PASSWORD })
  expect(status).toBe(200)
  return person
}

const counted = async (what: string) =>
  (await sql<{ n: string }>`select n from test_count where what = ${what} order by n`.execute(db)).rows.map(
    ({ n }) => n,
  )

/** Starts of two servers on a busy machine; a guard against hanging only. */
const PATIENCE = 180_000

beforeAll(async () => {
  const name = `t_${inject('template').slice(-8)}_${randomUUID().replaceAll('-', '')}`
  const root = openPool(inject('server'), { name: 'nodes', max: 1 })
  await root.query(`create database ${name}`)
  await root.end()
  target = at(inject('server'), name)
  pool = openPool(target, { name: 'nodes', max: 4 })
  db = openDb(pool)
  await Promise.all([startTwin('a', ['lin', 'ann', 'bo', 'chen']), startTwin('b')])
}, PATIENCE)
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await pool.end()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test('two nodes that start at once on an empty database migrate it once', async () => {
  const { rows } = await sql<{ name: string }>`select name from migration order by name`.execute(db)
  const files = readdirSync(join(HOME, 'migrations')).filter((name) => name.endsWith('.sql'))
  expect(rows.map(({ name }) => name)).toEqual(files.sort())
})

test('who signed in at one node is known at the other, and no longer once the session was ended at either', async () => {
  const bo = await signedIn('bo', twins.a)
  expect((await bo.send(twins.b, 'access.me')).status).toBe(200)
  const { cookie } = bo
  expect((await bo.send(twins.b, 'access.signOut')).status).toBe(200)
  bo.cookie = cookie
  expect((await bo.send(twins.a, 'access.me')).status).toBe(401)
})

test('a command sent to both nodes at the same moment is done once and answered alike', async () => {
  const ann = await signedIn('ann', twins.a)
  const tabId = randomUUID()
  await ann.send(twins.a, 'attendance.goOnline')
  await ann.send(twins.b, 'calls.open', { tabId })
  const send = async (operation: string, input: object) => {
    const requestId = randomUUID()
    return await Promise.all([twins.a, twins.b].map((twin) => ann.send(twin, operation, input, requestId)))
  }
  const both = async (operation: string, input: object) => {
    const [a, b] = await send(operation, input)
    expect([operation, a]).toMatchObject([operation, { status: 200 }])
    expect(b).toEqual(a)
  }
  for (let n = 1; n <= 5; n++) {
    await both('calls.next', { tabId })
    const { callId, phoneId } = (await ann.send(twins.b, 'calls.desk')).body
    // A number is shown once.
    const shown = await send('calls.dial', { tabId, phoneId })
    expect(shown.map(({ status }) => status).sort()).toEqual([200, 410])
    await both('calls.record', { tabId, callId, lineResult: 'busy', outcome: 'notReached' })
    const recent = (await ann.send(n % 2 ? twins.a : twins.b, 'calls.recent')).body
    expect(recent.calls).toHaveLength(n)
  }
})

test.each([
  ['a', 'b', 'bo'],
  ['b', 'a', 'chen'],
] as const)(
  'node %s dies between commit and notice: the boards of node %s are right by themselves, and nothing is done twice',
  async (dying, other, username) => {
    const [lin, agent] = [await signedIn('lin', twins[other]), await signedIn(username, twins[other])]
    // Whatever the boards keep, they have read it before.
    const seat = async () => {
      const { groups } = (await lin.send(twins[other], 'floor.board')).body
      const seats = groups.flatMap((group: { seats: { personId: string; state: string }[] }) => group.seats)
      const me = (await agent.send(twins[other], 'access.me')).body.person.id
      return seats.find(({ personId }: { personId: string }) => personId === me).state
    }
    expect(await seat()).toBe('offline')
    const heard = await lin.listen(twins[other])
    const { child, lines } = twins[dying]
    const [gone, armed] = [once(child, 'exit'), said(lines, 'armed')]
    child.kill('SIGUSR2')
    await armed
    const requestId = randomUUID()
    await expect(agent.send(twins[dying], 'attendance.goOnline', {}, requestId)).rejects.toThrow()
    expect((await gone)[1]).toBe('SIGKILL')
    await expect.poll(heard.told, { timeout: 20_000 }).toContain('"attendance"')
    expect(await seat()).toBe('waiting')
    // The page sends what was not answered once more, and another node is there to take it.
    expect(await agent.send(twins[other], 'attendance.goOnline', {}, requestId)).toMatchObject({ status: 200 })
    const { rows } = await sql`select 1 from request where id = ${requestId} and result is not null`.execute(db)
    expect(rows).toHaveLength(1)
    await heard.stop()
    await startTwin(dying)
  },
  PATIENCE,
)

test('each job is done once, whichever of the nodes takes it', async () => {
  const plain = openPool(target, { name: 'nodes jobs', max: 2, parsers: 'plain' })
  const jobs = await openJobs(plain, pino({ level: 'silent' }), { 'test.count': async () => {} })
  const numbers = Array.from({ length: 12 }, (_, n) => String(n + 10))
  await db.transaction().execute(async (trx) => {
    for (const n of numbers) await jobs.enqueue(trx, 'test.count', { n, centreId: 'c', actorId: 'a' })
  })
  await expect.poll(async () => (await counted('job')).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(12)
  expect(await counted('job')).toEqual(numbers)
  await jobs.stop()
  await plain.end()
})

test('what happens by itself happens once for both nodes', async () => {
  const ticks = async () => (await counted('schedule')).length
  const before = await ticks()
  for (let n = 1; n <= 4; n++) {
    await sql`update centre set clock_centre = clock_centre + interval '1 minute'`.execute(db)
    await expect.poll(ticks, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + n)
  }
  const at = await counted('schedule')
  expect(at).toEqual([...new Set(at)])
  expect(at).toHaveLength(before + 4)
})
