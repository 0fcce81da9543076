import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'

/* A real server in a process of its own, a demo's or one of a folder that is still empty, and operations called with the session of a browser. */

const ROOT = join(import.meta.dirname, '../..')

type Running = { readonly child: ChildProcess; readonly address: string }

/** Starts the demo of a folder on a port (any free one without) and answers once it is open. */
export const startDemo = (folder: string, args: readonly string[], port = '0'): Promise<Running> =>
  startServer('demo/start.ts', folder, args, port)

/** The same of any way to start: 'src/app/server.ts' is `npm start`. */
export async function startServer(
  script: string,
  folder: string,
  args: readonly string[] = [],
  port = '0',
): Promise<Running> {
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {
    cwd: ROOT,
    env: { ...process.env, KAIBO_DATA: folder, PORT: port, KAIBO_PARENT_FD: '3', LOG_LEVEL: 'warn' },
    // The server ends with the line at 3, however this process ends.
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  let told = ''
  const address = await new Promise<string>((resolve, reject) => {
    const hear = (text: Buffer) => {
      told += text
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(told)
      if (found) resolve(found[0])
    }
    child.stdout!.on('data', hear)
    child.stderr!.on('data', hear)
    child.on('exit', () => reject(new Error(`the floor did not start:\n${told}`)))
  })
  return { child, address }
}

/** Calls an operation as whoever is signed in in this browser. Throws with the answer of the house. */
export async function callOf<T>(
  context: BrowserContext,
  address: string,
  operation: string,
  input: object,
): Promise<T> {
  const answer = await context.request.post(`${address}rpc/${operation.replaceAll('.', '/')}`, {
    headers: { 'x-request-id': randomUUID(), 'sec-fetch-site': 'same-origin' },
    data: { json: input },
  })
  const { json } = (await answer.json()) as { json: T }
  if (!answer.ok()) throw new Error(`${operation}: ${JSON.stringify(json)}`)
  return json
}
