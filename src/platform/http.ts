import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import { SmartCoercionPlugin } from '@orpc/json-schema'
import { OpenAPIHandler } from '@orpc/openapi/fastify'
import { type AnyRouter, ORPCError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/fastify'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Authority } from './authority.ts'
import { ROOT_PATHS } from './authorityPage.ts'
import { callerOf, isForeign, isLocal } from './caller.ts'
import type { Boot, RequestContext } from './context.ts'
import { metaOf, mountDocument } from './document.ts'
import { authorityAnswer, secureServer } from './door.ts'
import type { Settings } from './env.ts'
import { mountFiles, type Purposes } from './files.ts'
import { type Metrics, mountMetrics } from './metrics.ts'
import { outageOf, TRY_AGAIN_SECONDS } from './outage.ts'
import { mountPages } from './pages.ts'
import type { Tls } from './tls.ts'

/* The web server of a node: operations at /rpc for our pages and at /api for others, files, pages, health, figures. */

export type Served = {
  readonly boot: Boot
  readonly settings: Settings
  readonly router: AnyRouter
  readonly purposes: Purposes
  readonly metrics: Metrics
  /** The certificate to serve with; without it, plain http. */
  readonly tls?: Tls | null
  /** Folder of the built pages. */
  readonly pages: string
  /** Null when all is well, else what is not. */
  readonly trouble: () => Promise<string | null>
}

/** Bytes of an operation's input at most; files come by their own way. */
const MOST_INPUT = 4_000_000
/** Calls a minute from one address: two hundred people behind one office address and their pages stay far below. */
const MOST_CALLS = 60_000
/** Attempts to sign in a minute from one address: a whole floor at nine o'clock; accounts lock by themselves. */
const MOST_SIGN_INS = 600
/** Customers a minute that one site may tell of, and guesses at a key. */
const MOST_DELIVERIES = 300
/** Screens a minute that one address may bring, and guesses at the code of one. */
const MOST_SCREENS = 60

/** What the framework itself turns away, by the names that oRPC's clients know. */
const CODES: Readonly<Record<number, string>> = {
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
}

export async function serve(served: Served): Promise<FastifyInstance> {
  const { boot, settings, metrics } = served
  const { secure } = settings
  const tls = served.tls ?? null
  const app = open(served, tls)
  await app.register(helmet, {
    // Over plain http these would send the page's scripts to an https that nobody serves. With an authority of our own
    // the machine may serve other things on other ports, and those would be cut off as well.
    strictTransportSecurity: secure && !tls?.authority ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'same-origin' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
  })
  await app.register(rateLimit, {
    max: MOST_CALLS,
    timeWindow: '1 minute',
    allowList: (request) => request.url === '/healthz' || request.url === '/readyz',
  })
  app.addHook('onRequest', async (request, reply) => {
    if (isForeign(request))
      return reply.status(403).send({ code: 'FOREIGN_ORIGIN', message: 'Only from our own pages' })
  })
  app.addHook('onSend', async (_request, reply) => {
    if (reply.statusCode === 503 || reply.statusCode === 507) reply.header('retry-after', TRY_AGAIN_SECONDS)
  })
  app.setErrorHandler((caught, _request, reply) => {
    const outage = outageOf(caught)
    if (outage) boot.log.error({ err: caught }, 'a request met an outage')
    const error = outage ?? caught
    if (error instanceof ORPCError) return reply.status(error.status).send(error.toJSON())
    const { statusCode = 500 } = error as Error & { statusCode?: number }
    if (statusCode < 500)
      return reply.status(statusCode).send({ code: CODES[statusCode] ?? 'BAD_REQUEST', message: 'Not taken' })
    boot.log.error({ err: error }, 'a request failed')
    return reply.status(statusCode).send({ code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong here' })
  })

  mountHealth(app, served)
  if (tls?.authority) mountAuthority(app, tls.authority)
  mountMetrics(app, metrics, { token: settings.metricsToken, isLocal })
  mountDocument(app, served.router)
  await app.register(async (scope) => mountOperations(scope, served))
  await app.register(async (scope) => {
    const contextOf = (request: FastifyRequest, reply: FastifyReply) => contextFor(boot, request, reply)
    await mountFiles(scope, contextOf, served.purposes)
  })
  await mountPages(app, served.pages)
  return app
}

/** The framework over plain http, or over the certificate's server with HTTP/2. */
function open({ boot, settings }: Served, tls: Tls | null): FastifyInstance {
  const common = { logger: false, trustProxy: settings.trustProxy, bodyLimit: MOST_INPUT } as const
  if (!tls) return Fastify({ ...common, forceCloseConnections: 'idle' })
  const app = Fastify({
    ...common,
    http2: true,
    // Sessions of HTTP/2 have no idle connections to close: they end when their last answer has.
    forceCloseConnections: true,
    serverFactory: (handler) => secureServer(tls, boot.log, handler as never),
  })
  // The type of requests differs by the protocol's own fields alone, which only caller.ts looks at.
  return app as unknown as FastifyInstance
}

/** The root of the house's own authority, for whoever comes by https already. */
function mountAuthority(app: FastifyInstance, authority: Authority): void {
  for (const path of ['/authority', ...ROOT_PATHS])
    app.get(path, async (request, reply) => {
      const to = `https://${request.host}/`
      const { headers, body } = authorityAnswer(authority, path, to, request.headers['accept-language'] ?? '')
      return reply.headers(headers).send(body)
    })
}

/** What an operation gets to know of its caller. */
async function contextFor(boot: Boot, request: FastifyRequest, reply: FastifyReply): Promise<RequestContext> {
  const http = callerOf(request, (cookie) => reply.header('set-cookie', cookie))
  const id = request.headers['x-request-id']
  return {
    boot,
    http,
    signedIn: await boot.access.signedIn(http),
    requestId: typeof id === 'string' ? id : null,
    // Cookies can no longer be set on an answer that flows.
    renew: () => boot.access.signedIn({ ...http, setCookie: () => {} }),
  }
}

function mountOperations(app: FastifyInstance, { boot, router, metrics }: Served): void {
  const note = (error: unknown, operation: string) => {
    if (error instanceof ORPCError) {
      const { reasons } = (error.data ?? {}) as { reasons?: readonly { code: string }[] }
      if (error.code === 'REFUSED') for (const { code } of reasons ?? []) metrics.refused(code)
      if (error.status < 500) return
    }
    if (error instanceof Error && error.name === 'AbortError') return
    boot.log.error({ err: error, operation }, 'an operation failed')
  }
  const options = {
    clientInterceptors: [
      async ({ next, path }: { next(): Promise<unknown>; path: readonly string[] }) => {
        try {
          return await next()
        } catch (error) {
          note(error, path.join('.'))
          throw outageOf(error) ?? error
        }
      },
    ],
  }
  const rpc = new RPCHandler(router, options)
  const open = new OpenAPIHandler(router, {
    ...options,
    plugins: [new SmartCoercionPlugin({ schemaConverters: [new ZodToJsonSchemaConverter()] })],
  })
  const answer = (prefix: '/rpc' | '/api') => async (request: FastifyRequest, reply: FastifyReply) => {
    const context = await contextFor(boot, request, reply)
    const handler = prefix === '/rpc' ? rpc : open
    const { matched } = await handler.handle(request, reply, { prefix, context })
    if (!matched) return reply.status(404).send({ code: 'NOT_FOUND', message: 'No such operation' })
    return reply
  }
  const known = metaOf(router)
  app.addHook('onResponse', async (request, reply) => {
    const operation = request.url.split('?')[0]!.split('/').slice(2).join('.')
    // A stream lasts for hours and says nothing about speed.
    if (known.has(operation) && known.get(operation)?.kind !== 'stream')
      metrics.answered(operation, reply.statusCode, reply.elapsedTime / 1000)
  })
  const slow = (max: number) => ({ config: { rateLimit: { max, timeWindow: '1 minute' } } })
  for (const prefix of ['/rpc', '/api'] as const) {
    app.post(`${prefix}/access/signIn`, slow(MOST_SIGN_INS), answer(prefix))
    app.post(`${prefix}/arrivals/deliver`, slow(MOST_DELIVERIES), answer(prefix))
    for (const operation of ['arrive', 'pair'])
      app.post(`${prefix}/wall/${operation}`, slow(MOST_SCREENS), answer(prefix))
    app.all(`${prefix}/*`, answer(prefix))
  }
}

/** /healthz: the process answers. /readyz: it can serve, else 503 with what is missing. */
function mountHealth(app: FastifyInstance, { trouble }: Served): void {
  app.get('/healthz', async () => ({ ok: true }))
  app.get('/readyz', async (_request, reply) => {
    const what = await trouble()
    return reply.status(what === null ? 200 : 503).send({ ok: what === null, trouble: what })
  })
}
