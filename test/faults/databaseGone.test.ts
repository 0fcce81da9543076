import { randomUUID } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser, House, Said } from './house.ts'
import { Agent, Leader, Officer } from './work.ts'

/*
 * The database server goes away under load and cannot come back for a while: its control file is moved aside, so that the
 * keeper's tries fail until the test puts it back. How long that is, the house decides by its answers.
 */

const ROWS = 6000
/** Answers that say so, one after the other, before the database may come back. */
const SAID = 30
/** A guard against hanging only. */
const PATIENCE = 600_000

const house = new House()
let ids: { groupId: string; agentId: string; productId: string }
let ann: Agent
let tao: Leader
let liu: Officer

beforeAll(async () => {
  await house.start(['ann'])
  ;[ids] = (await house.rows<typeof ids>(
    `select (select id from org_unit where name = 'Tide') as "groupId",
      (select id from person where staff_no = 'deng') as "agentId", (select id from product where code = 'L1') as "productId"`,
  )) as [typeof ids]
  ann = new Agent(house, 'ann')
  await ann.begin()
  tao = new Leader(house, 'tao', ids)
  await tao.browser.signIn('tao')
  liu = new Officer(house, 'liu', { productId: ids.productId, rows: ROWS })
  await liu.browser.signIn('liu')
}, PATIENCE)
afterAll(() => house.close(), PATIENCE)

const readiness = async () => {
  const reply = await fetch(`${house.base}/readyz`)
  return { status: reply.status, ...((await reply.json()) as { ok: boolean; trouble: string | null }) }
}

/** Names of what changed, as a page hears them; the stream is closed by the signal. */
async function* news(browser: Browser, signal: AbortSignal): AsyncGenerator<string> {
  const reply = await fetch(`${house.base}/rpc/access/live`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: browser.cookie },
    body: JSON.stringify({ json: {} }),
    signal,
  })
  for await (const piece of reply.body!.pipeThrough(new TextDecoderStream())) yield piece
}

test(
  'the database is gone: every answer is a clear sentence, the house goes on, and all of it comes back by itself',
  async () => {
    const pid = house.pid
    const control = join(house.cluster, 'global', 'pg_control')
    const ends = [ann, tao, liu].map((worker) => worker.untilBroken())
    while (ann.yes < 2 || tao.yes < 2 || !liu.midway) await ann.browser.call('access.me')

    const first = house.databasePid!
    await rename(control, `${control}.away`)
    process.kill(first, 'SIGKILL')
    // Whoever was at work is told what it is, and when to try again.
    for (const error of await Promise.all(ends)) {
      expect(error).toBeInstanceOf(Said)
      expect(error).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' }, retryAfter: '5' })
      expect((error as Said).body.message).toContain('The database does not answer just now')
    }

    for (let said = 0; said < SAID; said++) {
      const asked = [
        ann.browser.call('calls.desk'),
        tao.browser.call('leads.lots'),
        new Browser(house).call('access.signIn', { username: 'ann', password: 'whatever it is' }),
        liu.browser.handIn('list.csv', Buffer.from('name,mobile\n')),
      ]
      for (const { status, reason } of (await Promise.allSettled(asked)) as PromiseRejectedResult[]) {
        expect(status).toBe('rejected')
        expect(reason).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' }, retryAfter: '5' })
      }
    }
    expect(await (await fetch(`${house.base}/healthz`)).json()).toEqual({ ok: true })
    const figures = await fetch(`${house.base}/metrics`)
    expect(figures.status).toBe(200)
    await figures.text()
    let ready = await readiness()
    while (!ready.trouble?.includes('pg_control')) ready = await readiness()
    expect(ready).toMatchObject({ status: 503, ok: false })
    expect(ready.trouble).toMatch(/^The database server did not start: /)
    // Whoever is signed in was not thrown out, and no failure of the house's own was made of it.
    expect(house.pid).toBe(pid)

    await rename(`${control}.away`, control)
    while (!ready.ok) ready = await readiness()
    expect(house.pid).toBe(pid)
    expect(house.databasePid).not.toBe(first)

    // The pages' retries under the same ids, the stream, and the import that was under way.
    for (const worker of [ann, tao, liu]) await worker.sendAgain()
    const stop = new AbortController()
    const heard = (async () => {
      for await (const piece of news(tao.browser, stop.signal)) if (piece.includes('leads')) return piece
      return null
    })()
    let told = false
    void heard.then(() => {
      told = true
    })
    while (!told) await tao.turn()
    expect(await heard).toContain('leads')
    stop.abort()

    const batchId = liu.lists.at(-1)!
    let at = await liu.progress(batchId)
    while (at.state === 'importing') at = await liu.progress(batchId)
    expect(at).toMatchObject({ state: 'done', rowsDone: ROWS, good: 0.9 * ROWS, dup: 0.1 * ROWS })
    const kept = await house.rows<{ id: string; outcome: string }>('select id, outcome from call')
    expect(Object.fromEntries(kept.map(({ id, outcome }) => [id, outcome]))).toEqual(Object.fromEntries(ann.recorded))
    expect(kept).toHaveLength(ann.recorded.size)
    const lots = await house.rows<{ id: string }>('select id from lead_lot where group_id = $1', [ids.groupId])
    expect(lots.map(({ id }) => id).sort()).toEqual(tao.lots.map(({ id }) => id).sort())
  },
  PATIENCE,
)

test(
  'a command sent again while the database is away is done once when it is back',
  async () => {
    const { groupId, agentId: personId } = ids
    const before = (await house.rows('select id from lead_lot where group_id = $1', [groupId])).length
    const shares = [{ personId, quantity: 1 }]
    const sent = { operation: 'leads.distribute', input: { groupId, shares }, requestId: randomUUID() }
    process.kill(house.databasePid!, 'SIGKILL')
    // As a page does it: until there is an answer of the house.
    const once = () => tao.browser.send<{ lots: { id: string }[] }>(sent).catch(() => null)
    let answer = await once()
    while (!answer) answer = await once()
    expect(await tao.browser.send(sent)).toEqual(answer)
    const after = await house.rows<{ id: string }>('select id from lead_lot where group_id = $1', [groupId])
    expect(after).toHaveLength(before + 1)
    expect(after.map(({ id }) => id)).toContain(answer.lots[0]!.id)
  },
  PATIENCE,
)
