import { randomUUID } from 'node:crypto'
import { mobile } from '../dialling.ts'
import { basis } from '../lists.ts'
import { Browser, type House, type Sent } from './house.ts'

/*
 * People at work on a house that may break at any moment. Each sends one command at a time and keeps what the house has
 * acknowledged; `open` is what was sent and not answered, to be sent again under its id.
 */

export abstract class Worker {
  readonly browser: Browser
  readonly username: string
  open: Sent | null = null
  /** How often the house has said yes. */
  yes = 0
  constructor(house: House, username: string) {
    this.browser = new Browser(house)
    this.username = username
  }

  /** One command, kept as open until it is answered; sent again first where it broke before. */
  async #answered(sent: Sent): Promise<unknown> {
    this.open = sent
    const answer = await this.browser.send(sent)
    this.open = null
    this.acknowledged(sent, answer)
    this.yes += 1
    return answer
  }

  do<T>(operation: string, input: object): Promise<T> {
    return this.#answered({ operation, input, requestId: randomUUID() }) as Promise<T>
  }

  /** What a page does after its line broke. */
  async sendAgain(): Promise<void> {
    if (this.open) await this.#answered(this.open)
  }

  /** Keeps what a command was answered. */
  protected abstract acknowledged(sent: Sent, answer: unknown): void
  /** One round of the work. */
  abstract turn(): Promise<void>

  /** Works until the line breaks. Resolves with what broke it. */
  async untilBroken(): Promise<unknown> {
    try {
      await this.sendAgain()
      for (;;) await this.turn()
    } catch (error) {
      return error
    }
  }
}

type Desk = { callId: string | null; phoneId: string; step: string }

/** An agent who dials and records. */
export class Agent extends Worker {
  readonly tabId = randomUUID()
  /** Outcomes by call. */
  readonly recorded = new Map<string, string>()

  async begin(): Promise<void> {
    await this.browser.signIn(this.username)
    await this.browser.call('attendance.goOnline')
    await this.browser.call('calls.open', { tabId: this.tabId })
  }

  protected acknowledged({ operation, input }: Sent): void {
    if (operation !== 'calls.record') return
    const { callId, outcome } = input as { callId: string; outcome: string }
    if (this.recorded.has(callId)) throw new Error(`the call ${callId} was recorded twice`)
    this.recorded.set(callId, outcome)
  }

  async turn(): Promise<void> {
    const { tabId } = this
    const { callId, phoneId, step } = await this.browser.call<Desk>('calls.desk')
    if (!callId) await this.browser.call('calls.next', { tabId })
    else if (step === 'preview') await this.browser.call('calls.dial', { tabId, phoneId })
    else {
      const said =
        this.recorded.size % 3 === 0
          ? { lineResult: 'answered', outcome: 'refused' }
          : { lineResult: 'busy', outcome: 'notReached' }
      await this.do('calls.record', { tabId, callId, ...said, note: 'n', thenNext: true })
    }
  }
}

export type Lot = { readonly id: string; readonly quantity: number }

/** A leader who hands leads to an agent and takes them back. */
export class Leader extends Worker {
  readonly lots: Lot[] = []
  readonly groupId: string
  readonly agentId: string
  constructor(house: House, username: string, to: { groupId: string; agentId: string }) {
    super(house, username)
    this.groupId = to.groupId
    this.agentId = to.agentId
  }

  protected acknowledged(_sent: Sent, answer: unknown): void {
    const { lots } = answer as { lots?: Lot[] }
    this.lots.push(...(lots ?? [answer as Lot]))
  }

  async turn(): Promise<void> {
    const { groupId, agentId: personId } = this
    // By turns, whatever was cut off: the number of answers says whose turn it is.
    if (this.lots.length % 2 === 0) await this.do('leads.distribute', { groupId, shares: [{ personId, quantity: 7 }] })
    else await this.do('leads.recall', { groupId, personId, to: 'group', only: 'all', reason: 'to be shared anew' })
  }
}

type Progress = { state: string; rowsDone: number; good: number; bad: number; dup: number }

/** A data officer who brings in one list after the other. Every tenth row repeats the number before it. */
export class Officer extends Worker {
  readonly productId: string
  readonly rows: number
  readonly lists: string[] = []
  #numbers = 4_000_000
  #fileId: string | null = null
  #batchId: string | null = null
  /** Whether rows of a list were written since the house was started, and more are to come. */
  midway = false
  #before = -1
  constructor(house: House, username: string, { productId, rows }: { productId: string; rows: number }) {
    super(house, username)
    this.productId = productId
    this.rows = rows
  }

  protected acknowledged({ operation, input }: Sent, answer: unknown): void {
    if (operation === 'lists.createBatch') this.#batchId = (answer as { batchId: string }).batchId
    if (operation !== 'lists.start') return
    this.lists.push((input as { batchId: string }).batchId)
    this.#fileId = this.#batchId = null
  }

  restarted(): void {
    this.midway = false
    this.#before = -1
  }

  progress(batchId: string): Promise<Progress> {
    return this.browser.call<Progress>('lists.batch', { batchId })
  }

  async turn(): Promise<void> {
    const last = this.lists.at(-1)
    const at = last ? await this.progress(last) : null
    if (at?.state === 'importing') {
      if (this.#before < 0) this.#before = at.rowsDone
      this.midway ||= at.rowsDone > this.#before
      return
    }
    this.restarted()
    // A file is no command: one that is there without its list hurts nobody, and is handed in once more.
    this.#fileId ??= await this.browser.handIn('list.csv', this.#file())
    if (!this.#batchId) {
      const named = `list ${this.lists.length + 1}`
      const columns = [
        ['name', 'mobile', 'note'],
        ['name', 'phone1', 'fact'],
      ] as const
      await this.do('lists.createBatch', basis(this.productId, this.#fileId, named, columns[0], [...columns[1]]))
    }
    await this.do('lists.start', { batchId: this.#batchId! })
  }

  #file() {
    const first = this.#numbers
    this.#numbers += this.rows
    const row = (n: number) => `Customer ${n},${mobile(first + (n % 10 === 0 ? n - 1 : n)).slice(3)},note ${n}`
    return Buffer.from(['name,mobile,note', ...Array.from({ length: this.rows }, (_, n) => row(n + 1)), ''].join('\n'))
  }
}
