import { randomUUID } from 'node:crypto'

/* Somebody of the demo at the web server's door: operations over HTTP as his browser would call them, and what came of them. */

/** What was asked and answered in a day that was played. */
export type Tally = {
  /** Milliseconds of every answer, by operation. */
  readonly took: Map<string, number[]>
  /** Refusals by operation and reason. */
  readonly refused: Map<string, number>
  /** Anything else that was no answer: there should be none. */
  readonly errors: string[]
  readonly counts: Map<string, number>
}

export const newTally = (): Tally => ({ took: new Map(), refused: new Map(), errors: [], counts: new Map() })
export const count = ({ counts }: Tally, name: string, by = 1) => counts.set(name, (counts.get(name) ?? 0) + by)

/** A refused command: the codes of its reasons. */
export class Refused extends Error {
  readonly codes: readonly string[]
  constructor(codes: readonly string[]) {
    super(codes.join(', '))
    this.codes = codes
  }
}

/** The day was over before an answer came. */
export class Over extends Error {}

export class Player {
  private cookie = ''
  private readonly address: string
  private readonly tally: Tally
  private readonly signal: AbortSignal

  constructor(address: string, tally: Tally, signal: AbortSignal) {
    this.address = address
    this.tally = tally
    this.signal = signal
  }

  /** Calls an operation. Throws Refused with the reasons, Over at the day's end; other trouble is tallied and thrown. */
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire, as the caller knows it
  async call<T = any>(operation: string, input: object = {}): Promise<T> {
    if (this.signal.aborted) throw new Over()
    const begun = performance.now()
    try {
      const answer = await fetch(`${this.address}rpc/${operation.replaceAll('.', '/')}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-request-id': randomUUID(),
          ...(this.cookie && { cookie: this.cookie }),
        },
        body: JSON.stringify({ json: input }),
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(60_000)]),
      })
      for (const set of answer.headers.getSetCookie()) this.cookie = set.split(';')[0]!
      const { json } = (await answer.json()) as { json: { code?: string; data?: { reasons?: { code: string }[] } } }
      const took = this.tally.took.get(operation) ?? []
      this.tally.took.set(operation, took)
      took.push(performance.now() - begun)
      if (answer.ok) return json as T
      if (json.code !== 'REFUSED') throw new Error(`${operation}: ${answer.status} ${json.code}`)
      const codes = (json.data?.reasons ?? []).map(({ code }) => code)
      for (const code of codes) {
        const key = `${operation} ${code}`
        this.tally.refused.set(key, (this.tally.refused.get(key) ?? 0) + 1)
      }
      throw new Refused(codes)
    } catch (error) {
      if (this.signal.aborted) throw new Over()
      if (!(error instanceof Refused)) this.tally.errors.push(String(error))
      throw error
    }
  }

  /** Calls; a refusal is tallied and answered with null. */
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire, as the caller knows it
  async tries<T = any>(operation: string, input: object = {}): Promise<T | null> {
    try {
      return await this.call<T>(operation, input)
    } catch (error) {
      if (error instanceof Refused) return null
      throw error
    }
  }
}
