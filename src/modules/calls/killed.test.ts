import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD } from '../../../test/deskNode.ts'
import { serverPid } from '../../platform/postgresCluster.ts'

/* Server and database are killed while agents record: what was acknowledged is there, what was not is done once. */

const AGENTS = ['ann', 'bo', 'chen'] as const
const folder = mkdtempSync(join(tmpdir(), 'kaibo-killed-'))
const script = join(import.meta.dirname, '../../../test/deskNode.ts')
const started: ChildProcess[] = []
let base = ''
let node: ChildProcess

async function start(agents: readonly string[]): Promise<void> {
  node = spawn(process.execPath, [script, folder, ...agents], { stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(node)
  for await (const line of createInterface(node.stdout!)) {
    if (!line.startsWith('port ')) continue
    base = `http://127.0.0.1:${line.slice(5)}`
    return
  }
  throw new Error('the node ended before it was open')
}

/** Both at once and without a word, in the middle of whatever they do. */
async function kill(): Promise<void> {
  const database = serverPid(join(folder, 'postgres'))
  const ended = once(node, 'exit')
  node.kill('SIGKILL')
  if (database) process.kill(database, 'SIGKILL')
  await ended
}

type Sent = { readonly operation: string; readonly input: object; readonly requestId: string }
/** What an operation answers, as far as it is looked at here. */
type Answer = { callId: string; phoneId: string; taken: boolean; calls: { id: string; outcome: string }[] }

/** One agent's browser. */
class Browser {
  cookie = ''
  async send({ operation, input, requestId }: Sent): Promise<Answer> {
    const reply = await fetch(`${base}/rpc/${operation.replaceAll('.', '/')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': requestId, cookie: this.cookie },
      body: JSON.stringify({ json: input }),
    })
    const body = (await reply.json()) as { json: Answer }
    if (!reply.ok) throw new Error(`${operation}: ${reply.status} ${JSON.stringify(body)}`)
    const set = reply.headers.getSetCookie().find((one) => one.startsWith('kaibo.session_token='))
    if (set) this.cookie = set.split(';')[0]!
    return body.json
  }
  call(operation: string, input: object = {}): Promise<Answer> {
    return this.send({ operation, input, requestId: randomUUID() })
  }
}

type Work = {
  readonly browser: Browser
  /** Outcomes by call of what the house said yes to. */
  readonly acknowledged: Map<string, string>
  /** Sent and not answered when the house was killed. */
  open: Sent | null
}

/** Calls and records until the house is gone. */
async function work(at: Work, tabId: string, counted: () => void): Promise<void> {
  const { browser } = at
  for (let n = 0; ; n++) {
    const { callId, phoneId } = await browser.call('calls.desk')
    if (!callId) await browser.call('calls.next', { tabId })
    else {
      await browser.call('calls.dial', { tabId, phoneId })
      const said =
        n % 3 === 0 ? { lineResult: 'answered', outcome: 'refused' } : { lineResult: 'busy', outcome: 'notReached' }
      const input = { tabId, callId, ...said, note: `n ${n}`, thenNext: true }
      at.open = { operation: 'calls.record', input, requestId: randomUUID() }
      await browser.send(at.open)
      at.open = null
      at.acknowledged.set(callId, said.outcome)
      counted()
    }
  }
}

/** Two starts of a server on a busy machine; a guard against hanging only. */
const PATIENCE = 180_000

beforeAll(() => start(AGENTS), PATIENCE)
afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test(
  'server and database killed while recording: no acknowledged outcome is lost, none is there twice',
  async () => {
    const enough = 12
    let recorded = 0
    const done = Promise.withResolvers<void>()
    const counted = () => {
      recorded += 1
      if (recorded >= enough) done.resolve()
    }
    const works: Work[] = []
    const running: Promise<void>[] = []
    for (const username of AGENTS) {
      const browser = new Browser()
      await browser.call('access.signIn', { username, password: PASSWORD })
      await browser.call('attendance.goOnline')
      const tabId = randomUUID()
      await browser.call('calls.open', { tabId })
      const at: Work = { browser, acknowledged: new Map(), open: null }
      works.push(at)
      running.push(work(at, tabId, counted))
    }
    const over = Promise.allSettled(running)
    await Promise.race([done.promise, Promise.all(running)])
    await kill()
    await over

    await start([])
    for (const { browser, acknowledged, open } of works) {
      expect(acknowledged.size).toBeGreaterThan(0)
      // The page sends what was not answered once more, under the same id.
      if (open) {
        const { callId } = await browser.send(open)
        acknowledged.set(callId, (open.input as { outcome: string }).outcome)
      }
      const { calls } = await browser.call('calls.recent')
      const kept = calls.map(({ id, outcome }) => [id, outcome])
      expect(kept).toHaveLength(new Set(kept.map(([id]) => id)).size)
      expect(Object.fromEntries(kept)).toEqual(Object.fromEntries(acknowledged))
    }
  },
  PATIENCE,
)
