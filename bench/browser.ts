import { randomUUID } from 'node:crypto'

/** Somebody's browser: keeps its cookie, calls operations over HTTP and knows how long each took. */
export type Browser = {
  /** Calls an operation, as 'calls.next'; answers its output. Throws on everything but 200, with code and reasons. */
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire
  call(operation: string, input?: object): Promise<any>
  /** Hands a file in. Answers its id. */
  handIn(purpose: string, name: string, content: Blob): Promise<string>
  /** The live stream as each open page keeps it; ends with the signal. Answers how much news came. */
  listen(signal: AbortSignal): Promise<number>
  /** Milliseconds of each call since the last time it was asked, by operation. */
  tookSince(): ReadonlyMap<string, readonly number[]>
}

/** A refusal or failure as the server told it. */
export class Refused extends Error {
  readonly status: number
  constructor(operation: string, status: number, told: string) {
    super(`${operation}: ${status} ${told}`)
    this.status = status
  }
}

/** Signs in at a node. */
export async function signedIn(url: string, username: string, password: string): Promise<Browser> {
  let cookie = ''
  let took = new Map<string, number[]>()
  const post = (path: string, body: BodyInit, headers: Record<string, string>, signal?: AbortSignal) =>
    fetch(`${url}${path}`, {
      ...{ method: 'POST', body, ...(signal ? { signal } : {}) },
      headers: { ...headers, 'x-request-id': randomUUID(), ...(cookie ? { cookie } : {}) },
    })
  const JSON_TYPE = { 'content-type': 'application/json' }
  const call: Browser['call'] = async (operation, input = {}) => {
    const begun = performance.now()
    const reply = await post(`/rpc/${operation.replaceAll('.', '/')}`, JSON.stringify({ json: input }), JSON_TYPE)
    const text = await reply.text()
    if (reply.status !== 200) throw new Refused(operation, reply.status, text)
    const times = took.get(operation)
    const time = performance.now() - begun
    if (times) times.push(time)
    else took.set(operation, [time])
    for (const set of reply.headers.getSetCookie()) cookie = set.split(';')[0]!
    return JSON.parse(text).json
  }
  await call('access.signIn', { username, password })
  return {
    call,
    tookSince() {
      const until = took
      took = new Map()
      return until
    },
    async handIn(purpose, name, content) {
      const form = new FormData()
      form.append('file', content, name)
      const reply = await post(`/files?purpose=${purpose}`, form, {})
      if (reply.status !== 200) throw new Refused('files', reply.status, await reply.text())
      return ((await reply.json()) as { id: string }).id
    },
    async listen(signal) {
      let news = 0
      try {
        const reply = await post('/rpc/access/live', JSON.stringify({ json: {} }), JSON_TYPE, signal)
        if (reply.status !== 200) throw new Refused('access.live', reply.status, await reply.text())
        for await (const piece of reply.body!) news += Buffer.from(piece).toString().split('event: message').length - 1
      } catch (error) {
        if (!signal.aborted) throw error
      }
      return news
    },
  }
}
