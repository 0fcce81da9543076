import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { PASSWORD } from './deskNode.ts'

/* `npm run backup` and `npm run restore` as an operator types them, on data folders with their own server. */

const home = mkdtempSync(join(tmpdir(), 'kaibo-commands-'))
const data = join(home, 'the data')
const safe = join(home, 'safe place')
const started: ChildProcess[] = []
afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

/** Several starts of a server on a busy machine; a guard against hanging only. */
const PATIENCE = 400_000

/** A node on a data folder; its address. */
async function node(folder: string, agents: readonly string[] = []) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'deskNode.ts'), folder, ...agents], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  for await (const line of createInterface(child.stdout))
    if (line.startsWith('port '))
      return {
        base: `http://127.0.0.1:${line.slice(5)}`,
        async stop() {
          const ended = once(child, 'exit')
          child.kill('SIGKILL')
          await ended
        },
      }
  throw new Error('the node ended before it was open')
}

async function run(script: 'backup' | 'restore', ...args: string[]) {
  const { DATABASE_URL: _, KAIBO_NUMBER_KEY: __, ...env } = process.env
  const child = spawn(process.execPath, [join(import.meta.dirname, `../scripts/${script}.ts`), ...args], {
    env: { ...env, KAIBO_DATA: data },
  })
  started.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk
    })
  const [code] = await once(child, 'close')
  return { code, said }
}

/** Signs in as an agent and asks; the answer. */
async function asks(base: string) {
  let cookie = ''
  const call = async (operation: string, input: object = {}) => {
    const reply = await fetch(`${base}/rpc/${operation.replaceAll('.', '/')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': randomUUID(), cookie },
      body: JSON.stringify({ json: input }),
    })
    const set = reply.headers.getSetCookie().find((one) => one.startsWith('kaibo.session_token='))
    if (set) cookie = set.split(';')[0]!
    const body = (await reply.json()) as { json: Record<string, unknown> }
    if (!reply.ok) throw new Error(`${operation}: ${reply.status} ${JSON.stringify(body)}`)
    return body.json
  }
  await call('access.signIn', { username: 'ann', password: PASSWORD })
  return call
}

test(
  'a back-up of a running centre, brought back into a new folder, is a centre that answers the same',
  async () => {
    const first = await node(data, ['ann', 'bo'])
    const call = await asks(first.base)
    await call('attendance.goOnline')
    const tabId = randomUUID()
    await call('calls.open', { tabId })
    await call('calls.next', { tabId })
    const { callId, phoneId } = await call('calls.desk')
    await call('calls.dial', { tabId, phoneId })
    await call('calls.record', { tabId, callId, lineResult: 'answered', outcome: 'refused', note: '改天' })
    const recent = await call('calls.recent')
    expect(recent.calls).toHaveLength(1)

    const made = await run('backup', '--to', safe)
    expect(made.said).toContain('The key of the numbers is in it')
    expect(made.code).toBe(0)
    await first.stop()
    // Stopped, it is backed up just as well; and no folder of another one is made up for it.
    expect((await run('backup')).code).toBe(0)
    expect(readdirSync(join(data, 'backups'))).toHaveLength(1)
    const nowhere = await run('backup', '--data', join(home, 'nowhere'))
    expect(nowhere).toMatchObject({ code: 1, said: expect.stringContaining('There is no database in') })

    const over = await run('restore', '--from', safe, '--data', data)
    expect(over).toMatchObject({ code: 1, said: expect.stringContaining('There is a centre in') })
    const place = join(home, 'new place')
    const back = await run('restore', '--from', safe, '--data', place)
    expect(back.said).toContain('Everybody signs in anew')
    expect(back.code).toBe(0)
    const second = await node(place)
    const again = await asks(second.base)
    expect(await again('calls.recent')).toEqual(recent)
    await second.stop()

    const event = join(safe, readdirSync(safe)[0]!, 'tables/event.copy.zst')
    const bytes = readFileSync(event)
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(event, bytes)
    const damaged = await run('restore', '--from', safe, '--data', join(home, 'damaged'))
    expect(damaged).toMatchObject({ code: 1, said: expect.stringContaining('tables/event.copy.zst is not what was') })
    expect(existsSync(join(home, 'damaged'))).toBe(false)
  },
  PATIENCE,
)
