import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openPool, type Pool } from '../../src/platform/database.ts'
import { serverPid } from '../../src/platform/postgresCluster.ts'
import { PASSWORD } from '../deskNode.ts'

/* A house in a process of its own over a data folder of its own, to be hurt, and browsers that send again what broke. */

const SCRIPT = join(import.meta.dirname, '../deskNode.ts')

export type Sent = { readonly operation: string; readonly input: object; readonly requestId: string }

/** What the house said no to, or could not do. */
export class Said extends Error {
  readonly status: number
  readonly body: { code?: string; message?: string; data?: unknown }
  readonly retryAfter: string | null
  constructor({ operation }: Sent, status: number, body: Said['body'], retryAfter: string | null) {
    super(`${operation}: ${status} ${JSON.stringify(body)}`)
    this.status = status
    this.body = body
    this.retryAfter = retryAfter
  }
}

export class House {
  readonly folder: string
  base = ''
  #node: ChildProcess | null = null
  #pool: Pool | null = null

  /** `parent` is where the data folder is made. */
  constructor(parent = tmpdir()) {
    this.folder = mkdtempSync(join(parent, 'kaibo-fault-'))
  }

  /** Starts the house; with agents named, an empty folder is filled first. */
  async start(agents: readonly string[] = []): Promise<void> {
    const node = spawn(process.execPath, [SCRIPT, this.folder, ...agents], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#node = node
    for await (const line of createInterface(node.stdout)) {
      if (!line.startsWith('port ')) continue
      this.base = `http://127.0.0.1:${line.slice(5)}`
      return
    }
    throw new Error('the house ended before it was open')
  }

  get cluster(): string {
    return join(this.folder, 'postgres')
  }

  /** Process id of the house; it stays the same while the house runs on. */
  get pid(): number | undefined {
    return this.#node?.exitCode === null && this.#node.signalCode === null ? this.#node.pid : undefined
  }

  /** Process id of the database server. */
  get databasePid(): number | undefined {
    return serverPid(this.cluster)
  }

  /** `kill -9` in the middle of whatever it does; of the database server too, where asked. */
  async kill({ database = false } = {}): Promise<void> {
    const pid = database ? this.databasePid : undefined
    const ended = once(this.#node!, 'exit')
    this.#node!.kill('SIGKILL')
    try {
      if (pid) process.kill(pid, 'SIGKILL')
    } catch {
      // It had ended already.
    }
    await ended
    await this.#pool?.end()
    this.#pool = null
  }

  /** Rows of a statement, past the house. */
  async rows<T>(text: string, values: unknown[] = []): Promise<T[]> {
    this.#pool ??= openPool(
      { socketDir: this.cluster, database: 'kaibo', user: 'postgres' },
      { name: 'fault test', max: 1 },
    )
    return (await this.#pool.query(text, values)).rows as T[]
  }

  async close(): Promise<void> {
    if (this.pid) await this.kill({ database: true })
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 })
  }
}

/** One person's browser. */
export class Browser {
  readonly house: House
  cookie = ''
  constructor(house: House) {
    this.house = house
  }

  async send<T>(sent: Sent): Promise<T> {
    const { operation, input, requestId } = sent
    const reply = await fetch(`${this.house.base}/rpc/${operation.replaceAll('.', '/')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': requestId, cookie: this.cookie },
      body: JSON.stringify({ json: input }),
    })
    const body = (await reply.json()) as { json: T }
    if (!reply.ok)
      throw new Said(sent, reply.status, (body.json ?? body) as Said['body'], reply.headers.get('retry-after'))
    const set = reply.headers.getSetCookie().find((one) => one.startsWith('kaibo.session_token='))
    if (set) this.cookie = set.split(';')[0]!
    return body.json
  }

  call<T>(operation: string, input: object = {}): Promise<T> {
    return this.send<T>({ operation, input, requestId: randomUUID() })
  }

  async signIn(username: string): Promise<this> {
    await this.call('access.signIn', { username, password: PASSWORD })
    return this
  }

  /** Hands a file in for a list; answers its id. */
  async handIn(name: string, content: Uint8Array<ArrayBuffer>, requestId: string = randomUUID()): Promise<string> {
    const form = new FormData()
    form.append('file', new Blob([content]), name)
    const reply = await fetch(`${this.house.base}/files?purpose=list`, {
      method: 'POST',
      headers: { 'x-request-id': requestId, cookie: this.cookie },
      body: form,
    })
    const body = (await reply.json()) as { id: string }
    if (!reply.ok)
      throw new Said(
        { operation: 'files', input: {}, requestId },
        reply.status,
        body as Said['body'],
        reply.headers.get('retry-after'),
      )
    return body.id
  }
}
