import { createHash } from 'node:crypto'
import type { AnySchema } from '@orpc/contract'
import { eventIterator, type InferSchemaInput, type InferSchemaOutput, ORPCError, os } from '@orpc/server'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Reason, Verdict } from '../lib/verdict.ts'
import { type May, mayCall } from './actor.ts'
import type { Boot, Ctx, Http, RequestContext, SignedIn, Subject, Topic } from './context.ts'
import { concerns } from './context.ts'
import type { Db } from './database.ts'
import { begin, keepDecision } from './transaction.ts'

/*
 * The builders of all operations: query, command, stream, and open for callers who are not signed in. Each goes
 * session → may → input → transaction → run → commit → announce. `may` and `output` have no default.
 */

const ReasonShape = z.object({
  code: z.string(),
  clause: z.string(),
  because: z.object({ key: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }),
  from: z.string().nullish(),
  source: z.string().optional(),
  mark: z.string().optional(),
  pack: z.string().nullish(),
  overridable: z.boolean().optional(),
})

const base = os.$context<RequestContext>().errors({
  REFUSED: { status: 409, message: 'A rule says no', data: z.object({ reasons: z.array(ReasonShape) }) },
  STALE: { status: 412, message: 'Somebody changed this in the meantime', data: z.object({ current: z.unknown() }) },
  UNAUTHORIZED: { status: 401, message: 'Sign in first' },
  FORBIDDEN: { status: 403, message: 'None of your roles may do this' },
  NOT_FOUND: { status: 404, message: 'Not found' },
  PASSWORD_DUE: { status: 403, message: 'Choose a password of your own first' },
  REQUEST_ID: { status: 400, message: 'A command needs the header x-request-id with a UUID of your own' },
  REQUEST_REUSED: { status: 400, message: 'This x-request-id was used for another command' },
})

/** Thrown by `demand`; the builder keeps the decision after the rollback and answers 409. */
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
export function demand(verdict: Verdict, subject: Subject = { kind: 'none', id: null }): asserts verdict is { ok: true } {
  if (!verdict.ok) throw new Refused(verdict.reasons, subject)
}

/** What you may not see is not found. */
export const notFound = () => new ORPCError('NOT_FOUND', { defined: true, status: 404, message: 'Not found' })

/** The row's version is not the one that was edited; `current` is shown beside what was typed. */
export const stale = (current: unknown) =>
  new ORPCError('STALE', { defined: true, status: 412, message: 'Somebody changed this in the meantime', data: { current } })

type Spec<I extends AnySchema, O extends AnySchema, C = Ctx> = {
  /** Roles that may call it. Scope (whose rows) is the function's own work. */
  readonly may: Exclude<May, 'stranger'>
  readonly input: I
  readonly output: O
  readonly summary?: string
  run(ctx: C, input: InferSchemaOutput<I>): Promise<InferSchemaInput<O>>
}

/** What the rights table and the tests read of an operation. */
export type OperationMeta = { kind: 'query' | 'command' | 'stream' | 'open'; may: May; personal: boolean }

const operation = (meta: OperationMeta, method: 'GET' | 'POST', summary: string | undefined) =>
  base.meta(meta as never).route({ method, ...(summary ? { summary } : {}) })

/** Operations a person may still call while the first password is to be changed. */
const BEFORE_PASSWORD = new Set(['access.changePassword', 'access.signOut', 'access.me'])

function permitted(context: RequestContext, may: May, path: string): SignedIn {
  if (!context.signedIn) throw new ORPCError('UNAUTHORIZED', { defined: true, status: 401, message: 'Sign in first' })
  if (context.signedIn.actor.mustChangePassword && !BEFORE_PASSWORD.has(path))
    throw new ORPCError('PASSWORD_DUE', { defined: true, status: 403, message: 'Choose a password of your own first' })
  if (!mayCall(may, context.signedIn.actor))
    throw new ORPCError('FORBIDDEN', { defined: true, status: 403, message: 'None of your roles may do this' })
  return context.signedIn
}

/**
 * A read. On the plain handle; with `personal` in a transaction that sees the centre's customers and can log the look.
 */
export const query = <I extends AnySchema, O extends AnySchema>(spec: Spec<I, O> & { readonly personal?: boolean }) =>
  operation({ kind: 'query', may: spec.may, personal: spec.personal ?? false }, 'GET', spec.summary)
    .use(({ context, next, path }) => {
      permitted(context, spec.may, path.join('.'))
      return next()
    })
    .input(spec.input)
    .output(spec.output)
    .handler(async ({ context, input, path }) => {
      const { actor } = context.signedIn!
      const read = async (db: Db) => {
        const { ctx } = await begin(context.boot, db, actor, path.join('.'))
        return await spec.run(ctx, input)
      }
      return spec.personal ? await context.boot.db.transaction().execute(read) : await read(context.boot.db)
    })

const inputHash = (input: unknown): string => createHash('sha256').update(JSON.stringify(input ?? null)).digest('base64url')

const RequestId = z.uuid()

function requestIdOf(context: RequestContext): string {
  const id = RequestId.safeParse(context.requestId)
  if (!id.success)
    throw new ORPCError('REQUEST_ID', {
      defined: true,
      status: 400,
      message: 'A command needs the header x-request-id with a UUID of your own',
    })
  return id.data
}

async function earlierResult(db: Db, personId: string, id: string, path: string, hash: string): Promise<unknown> {
  const { rows } = await sql<{ operation: string; input_hash: string; result: unknown }>`
    select operation, input_hash, result from request where person_id = ${personId} and id = ${id}`.execute(db)
  const row = rows[0]
  if (row?.operation !== path || row.input_hash !== hash)
    throw new ORPCError('REQUEST_REUSED', {
      defined: true,
      status: 400,
      message: 'This x-request-id was used for another command',
    })
  return row.result
}

/** Keeps the refusal in a transaction of its own, after the command's was rolled back. */
async function keepRefusal(boot: Boot, actor: SignedIn['actor'], path: string, { reasons, subject }: Refused) {
  const [head, ...tail] = reasons
  if (!head) return
  await boot.db.transaction().execute(async (db) => {
    const { ctx } = await begin(boot, db, actor, path)
    await keepDecision(ctx, { verdict: { ok: false, reasons: [head, ...tail] }, subject })
  })
}

/** A change: one transaction, done once per request id, refusals kept, topics announced after the commit. */
export const command = <I extends AnySchema, O extends AnySchema>(spec: Spec<I, O>) =>
  operation({ kind: 'command', may: spec.may, personal: false }, 'POST', spec.summary)
    .use(({ context, next, path }) => {
      permitted(context, spec.may, path.join('.'))
      requestIdOf(context)
      return next()
    })
    .input(spec.input)
    .output(spec.output)
    .handler(async ({ context, input, path }) => {
      const { boot } = context
      const { actor } = context.signedIn!
      const name = path.join('.')
      const request = { id: requestIdOf(context), inputHash: inputHash(input) }
      const touched: Topic[] = []
      try {
        const out = await boot.db.transaction().execute(async (db) => {
          const { ctx, topics, fresh } = await begin(boot, db, actor, name, request)
          if (!fresh) return (await earlierResult(db, actor.personId, request.id, name, request.inputHash)) as never
          const result = await spec.run(ctx, input)
          await sql`update request set result = ${JSON.stringify(result ?? null)}
            where person_id = ${actor.personId} and id = ${request.id}`.execute(db)
          touched.push(...topics)
          return result
        })
        boot.live.announce(touched)
        return out
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        await keepRefusal(boot, actor, name, error)
        const [head] = error.reasons
        throw new ORPCError('REFUSED', {
          defined: true,
          status: 409,
          message: head ? `${head.code} [${head.clause}]` : 'A rule says no',
          data: { reasons: error.reasons },
        })
      }
    })

/** A flow of values for as long as the caller listens; what passes is filtered to what the caller may know of. */
export const stream = <I extends AnySchema, Y, T = Y>(spec: {
  readonly may: Exclude<May, 'stranger'>
  readonly input: I
  readonly output: z.ZodType<T, Y>
  readonly summary?: string
  run(
    at: { boot: Boot; actor: SignedIn['actor']; signal: AbortSignal; concerns: (topic: Topic) => boolean },
    input: InferSchemaOutput<I>,
  ): AsyncIterable<Y>
}) =>
  operation({ kind: 'stream', may: spec.may, personal: false }, 'GET', spec.summary)
    .use(({ context, next, path }) => {
      permitted(context, spec.may, path.join('.'))
      return next()
    })
    .input(spec.input)
    .output(eventIterator(spec.output))
    .handler(async function* ({ context, input, signal }) {
      const { actor } = context.signedIn!
      yield* spec.run(
        {
          boot: context.boot,
          actor,
          signal: signal ?? new AbortController().signal,
          concerns: (topic) => concerns(topic, actor),
        },
        input,
      )
    })

/** An operation for callers who are not signed in: sign-in itself and what the sign-in page must know. */
export const open = <I extends AnySchema, O extends AnySchema>(spec: {
  readonly input: I
  readonly output: O
  readonly method: 'GET' | 'POST'
  readonly summary?: string
  run(at: { boot: Boot; http: Http }, input: InferSchemaOutput<I>): Promise<InferSchemaInput<O>>
}) =>
  operation({ kind: 'open', may: 'stranger', personal: false }, spec.method, spec.summary)
    .input(spec.input)
    .output(spec.output)
    .handler(({ context, input }) => spec.run(context, input))

/** An operation on the caller's own session, which lives outside our transactions: sign out, change the password. */
export const session = <I extends AnySchema, O extends AnySchema>(spec: {
  readonly input: I
  readonly output: O
  readonly method: 'GET' | 'POST'
  readonly summary?: string
  run(at: { boot: Boot; http: Http; signedIn: SignedIn }, input: InferSchemaOutput<I>): Promise<InferSchemaInput<O>>
}) =>
  operation({ kind: 'open', may: 'everyone', personal: false }, spec.method, spec.summary)
    .use(({ context, next, path }) => {
      permitted(context, 'everyone', path.join('.'))
      return next()
    })
    .input(spec.input)
    .output(spec.output)
    .handler(({ context, input }) => spec.run({ ...context, signedIn: context.signedIn! }, input))
