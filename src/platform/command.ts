import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Reason, Verdict } from '../lib/verdict.ts'
import type { Actor } from './actor.ts'
import type { Boot, Ctx, Subject } from './context.ts'
import type { Db } from './database.ts'
import { fault } from './errors.ts'
import { begin, commit, keepDecision } from './transaction.ts'

/* How a command runs: one transaction, done once per request id, a refusal kept after the rollback, then the news. */

/** Thrown by `demand`. */
class Refused extends Error {
  readonly reasons: readonly Reason[]
  readonly subject: Subject
  constructor(reasons: readonly Reason[], subject: Subject) {
    super(reasons.map((reason) => reason.code).join(', '))
    this.reasons = reasons
    this.subject = subject
  }
}

/** Ends the command unless the verdict is yes. Nothing of its transaction stays but the decision. */
export function demand(
  verdict: Verdict,
  subject: Subject = { kind: 'none', id: null },
): asserts verdict is { ok: true } {
  if (!verdict.ok) throw new Refused(verdict.reasons, subject)
}

const inputHash = (input: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(input ?? null))
    .digest('base64url')

const RequestId = z.uuid()

/** The id that the caller gave this command, or the error that asks for one. */
export function requestIdOf(header: string | null): string {
  const id = RequestId.safeParse(header)
  if (!id.success) throw fault('REQUEST_ID')
  // One form, so that a proxy's upper case is no second command.
  return id.data.toLowerCase()
}

type Call = {
  readonly boot: Boot
  readonly actor: Actor
  /** Path of the operation. */
  readonly name: string
  readonly requestId: string
  readonly input: unknown
  /** The result is a secret: it is answered once and never kept. */
  readonly answerOnce?: boolean | undefined
}

async function earlierResult(db: Db, { actor, name, requestId, answerOnce }: Call, hash: string): Promise<unknown> {
  const { rows } = await sql<{ operation: string; input_hash: string; result: unknown }>`
    select operation, input_hash, result from request
    where person_id = ${actor.personId} and id = ${requestId}`.execute(db)
  const row = rows[0]
  if (row?.operation !== name || row.input_hash !== hash) throw fault('REQUEST_REUSED')
  if (answerOnce) throw fault('REQUEST_DONE')
  return row.result
}

/** Keeps the refusal in a transaction of its own, after the command's was rolled back. */
async function keepRefusal({ boot, actor, name }: Call, { reasons, subject }: Refused) {
  const [head, ...tail] = reasons
  if (!head) return
  await boot.db.transaction().execute(async (db) => {
    const { ctx } = await begin(boot, db, actor, name)
    await keepDecision(ctx, { verdict: { ok: false, reasons: [head, ...tail] }, subject })
  })
}

/** Runs a command's work once for its request id. Throws REFUSED with all reasons when `run` demanded in vain. */
export async function once<T>(call: Call, run: (ctx: Ctx) => Promise<T>): Promise<T> {
  const { boot, actor, name, requestId } = call
  const request = { id: requestId, inputHash: inputHash(call.input) }
  try {
    return await commit(boot, async (db) => {
      const { ctx, fresh, topics, keep } = await begin(boot, db, actor, name, request)
      if (!fresh) return { out: (await earlierResult(db, call, request.inputHash)) as T, topics, last: null }
      const out = await run(ctx)
      return { out, topics, last: keep({ requestId, result: call.answerOnce ? null : (out ?? null) }) }
    })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    await keepRefusal(call, error)
    throw fault('REFUSED', { reasons: [...error.reasons] })
  }
}
