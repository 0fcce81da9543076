import type { AnySchema } from '@orpc/contract'
import { eventIterator, type InferSchemaInput, type InferSchemaOutput, os } from '@orpc/server'
import type { z } from 'zod'
import { type May, mayCall } from './actor.ts'
import { once, requestIdOf } from './command.ts'
import type { Boot, Ctx, Http, RequestContext, SignedIn, Topic } from './context.ts'
import { concerns } from './context.ts'
import type { Db } from './database.ts'
import { ERRORS, fault } from './errors.ts'
import { begin } from './transaction.ts'

/*
 * The builders of all operations: query, command, stream, and open for callers who are not signed in. Each goes
 * session → may → input → transaction → run → commit → announce. `may` and `output` have no default.
 */

export { demand } from './command.ts'
export { notFound, stale } from './errors.ts'

const base = os.$context<RequestContext>().errors(ERRORS)

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
  if (!context.signedIn) throw fault('UNAUTHORIZED')
  if (context.signedIn.actor.mustChangePassword && !BEFORE_PASSWORD.has(path)) throw fault('PASSWORD_DUE')
  if (!mayCall(may, context.signedIn.actor)) throw fault('FORBIDDEN')
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
        const { ctx, keep } = await begin(context.boot, db, actor, path.join('.'))
        const out = await spec.run(ctx, input)
        await keep()
        return out
      }
      return spec.personal ? await context.boot.db.transaction().execute(read) : await read(context.boot.db)
    })

/**
 * A change: one transaction, done once per request id, refusals kept, topics announced after the commit. With
 * `answerOnce` the result is a secret that a replay does not get again.
 */
export const command = <I extends AnySchema, O extends AnySchema>(
  spec: Spec<I, O> & { readonly answerOnce?: boolean },
) =>
  operation({ kind: 'command', may: spec.may, personal: false }, 'POST', spec.summary)
    .use(({ context, next, path }) => {
      permitted(context, spec.may, path.join('.'))
      requestIdOf(context.requestId)
      return next()
    })
    .input(spec.input)
    .output(spec.output)
    .handler(async ({ context, input, path }) => {
      const { boot, requestId } = context
      const { actor } = context.signedIn!
      const call = { boot, actor, name: path.join('.'), requestId: requestIdOf(requestId), input }
      return await once({ ...call, answerOnce: spec.answerOnce }, (ctx) => spec.run(ctx, input))
    })

/** A flow of values for as long as the caller listens; what passes is filtered to what the caller may know of. */
export const stream = <I extends AnySchema, Y, T = Y>(spec: {
  readonly may: Exclude<May, 'stranger'>
  readonly input: I
  readonly output: z.ZodType<T, Y>
  readonly summary?: string
  run(
    at: {
      boot: Boot
      signal: AbortSignal
      concerns: (topic: Topic) => boolean
      /** Reads the caller's session and roles once more; false = they have ended and the flow must too. */
      renew: () => Promise<boolean>
    },
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
    .handler(async function* ({ context, input, signal, path }) {
      let { actor } = context.signedIn!
      const renew = async () => {
        if (!context.renew) return true
        const signedIn = await context.renew()
        if (signedIn) actor = permitted({ ...context, signedIn }, spec.may, path.join('.')).actor
        return signedIn !== null
      }
      yield* spec.run(
        {
          boot: context.boot,
          signal: signal ?? new AbortController().signal,
          concerns: (topic) => concerns(topic, actor),
          renew,
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

/** A flow of values for callers who are not signed in. What they may see is the function's own work, before the first. */
export const openStream = <I extends AnySchema, Y, T = Y>(spec: {
  readonly input: I
  readonly output: z.ZodType<T, Y>
  readonly summary?: string
  run(at: { boot: Boot; http: Http; signal: AbortSignal }, input: InferSchemaOutput<I>): Promise<AsyncGenerator<Y>>
}) =>
  operation({ kind: 'stream', may: 'stranger', personal: false }, 'GET', spec.summary)
    .input(spec.input)
    .output(eventIterator(spec.output))
    .handler(({ context, input, signal }) =>
      spec.run({ boot: context.boot, http: context.http, signal: signal ?? new AbortController().signal }, input),
    )
