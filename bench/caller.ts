import { randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'

/**
 * One browser at the server's door: a kept connection of HTTP/1.1 with its cookie. As plain as can be, since whoever
 * measures shares the machine with what is measured.
 */
export class Caller {
  readonly #address: URL
  #socket: Socket | null = null
  #read: Buffer = Buffer.alloc(0)
  #answer: ((answer: { status: number; head: string; body: string }) => void) | null = null
  #broke: ((error: Error) => void) | null = null
  #cookie = ''

  constructor(address: URL) {
    this.#address = address
  }

  /** Calls a command; throws with status and body when it is not done. */
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire, as the caller knows it
  async call<T = any>(operation: string, input: object = {}): Promise<T> {
    const text = JSON.stringify({ json: input })
    const { status, head, body } = await this.#send(
      `POST /rpc/${operation.replaceAll('.', '/')} HTTP/1.1\r\nhost: ${this.#address.host}\r\ncontent-type: application/json\r\n` +
        `x-request-id: ${randomUUID()}\r\n${this.#cookie && `cookie: ${this.#cookie}\r\n`}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    )
    for (const set of head.matchAll(/^set-cookie: ([^;\r]+)/gim)) this.#cookie = set[1]!
    if (status !== 200) throw new Error(`${operation}: ${status} ${body.slice(0, 400)}`)
    return (JSON.parse(body) as { json: T }).json
  }

  close(): void {
    this.#socket?.destroy()
  }

  #send(text: string): Promise<{ status: number; head: string; body: string }> {
    this.#socket ??= this.#open()
    return new Promise((resolve, reject) => {
      this.#answer = resolve
      this.#broke = reject
      this.#socket!.write(text)
    })
  }

  #open(): Socket {
    const socket = connect(Number(this.#address.port), this.#address.hostname)
    socket.setNoDelay(true)
    socket.on('data', (lot: Buffer) => {
      this.#read = this.#read.length === 0 ? lot : Buffer.concat([this.#read, lot])
      this.#take()
    })
    socket.on('error', (error) => this.#broke?.(error))
    socket.on('close', () => this.#broke?.(new Error('the server closed the connection')))
    return socket
  }

  #take(): void {
    const end = this.#read.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.#read.subarray(0, end).toString('latin1')
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? Number.NaN)
    if (Number.isNaN(length)) throw new Error(`an answer without its length: ${head}`)
    if (this.#read.length < end + 4 + length) return
    const body = this.#read.subarray(end + 4, end + 4 + length).toString('utf8')
    this.#read = this.#read.subarray(end + 4 + length)
    const answer = this.#answer
    this.#answer = null
    this.#broke = null
    answer?.({ status: Number(head.slice(9, 12)), head, body })
  }
}
