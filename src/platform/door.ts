import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import { authorityPage, ROOT_PATHS } from './authorityPage.ts'
import { TLS_LOOK_MS, type Tls } from './tls.ts'

/*
 * One port for both: whoever begins with a TLS handshake gets the house, by HTTP/2 or 1.1; whoever comes by plain http
 * is told the way. Nothing else is answered in plain.
 */

/** The first byte of every TLS handshake. */
const HANDSHAKE = 22
/** A line over which nothing is said has no business here. */
const SILENT_MS = 30_000

/** A web server for the certificate, renewed while it runs, with the plain door on the same port. */
export function secureServer(tls: Tls, log: Logger, handler: Parameters<typeof createSecureServer>[1]) {
  const server = createSecureServer({ ...tls.pair, allowHTTP1: true }, handler)
  const plain = createServer(
    { requestTimeout: SILENT_MS },
    tls.authority ? (request, reply) => tellHow(tls, request, reply) : sendOn,
  )
  divide(server, (socket) => plain.emit('connection', socket))
  const open = new Set<ServerHttp2Session>()
  sessions.set(server, open)
  server.on('session', (session) => {
    open.add(session)
    session.on('close', () => open.delete(session))
  })
  const timer = setInterval(() => void renew(server, tls, log), TLS_LOOK_MS)
  timer.unref()
  server.on('close', () => clearInterval(timer))
  return server
}

async function renew(server: Http2SecureServer, tls: Tls, log: Logger): Promise<void> {
  try {
    const pair = await tls.renewed()
    if (!pair) return
    server.setSecureContext(pair)
    log.info('the certificate was renewed')
  } catch (error) {
    log.warn({ err: error }, 'a new certificate cannot be used yet; the one before it is kept')
  }
}

const sessions = new WeakMap<object, Set<ServerHttp2Session>>()

/** Cuts what a server that is being closed still has open. */
export function cutConnections(server: object): void {
  for (const session of sessions.get(server) ?? []) session.destroy()
  ;(server as { closeAllConnections?: () => void }).closeAllConnections?.()
}

/** Looks at the first byte of each connection before the TLS server does. */
function divide(server: Http2SecureServer, plain: (socket: Socket) => void): void {
  const handshakes = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    const broken = () => socket.destroy()
    socket.setTimeout(SILENT_MS, broken)
    socket.on('error', broken)
    socket.once('data', (first) => {
      socket.pause()
      socket.setTimeout(0)
      socket.off('timeout', broken)
      socket.off('error', broken)
      socket.unshift(first)
      if ((first as Buffer)[0] === HANDSHAKE) for (const take of handshakes) take.call(server, socket)
      else {
        plain(socket)
        socket.resume()
      }
    })
  })
}

/** The same place by https; null when the caller does not say by which name he came. */
function httpsOf({ headers, url }: IncomingMessage): string | null {
  const { host } = headers
  if (!host || !/^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i.test(host)) return null
  const to = `https://${host}${url?.startsWith('/') ? url : '/'}`
  return URL.canParse(to) ? new URL(to).href : null
}

const reads = ({ method }: IncomingMessage) => method === 'GET' || method === 'HEAD'

function refuse(reply: ServerResponse): void {
  const message = 'This address is served by https only: call it as https://…'
  const body = JSON.stringify({ code: 'HTTPS_ONLY', message })
  // Whatever was sent along is not read.
  reply
    .writeHead(426, { 'content-type': 'application/json', upgrade: 'TLS/1.2', connection: 'upgrade, close' })
    .end(body)
}

/** With a certificate that every browser trusts, one is led on. */
function sendOn(request: IncomingMessage, reply: ServerResponse): void {
  const to = httpsOf(request)
  if (to && reads(request)) reply.writeHead(307, { location: to, connection: 'close' }).end()
  else refuse(reply)
}

/** With our own authority, the browser would meet a warning: it gets the root and how to install it. */
function tellHow({ authority }: Tls, request: IncomingMessage, reply: ServerResponse): void {
  const to = httpsOf(request)
  if (to && reads(request)) {
    const told = authorityAnswer(authority!, request.url ?? '/', to, request.headers['accept-language'] ?? '')
    reply.writeHead(200, { ...told.headers, connection: 'close' })
    reply.end(request.method === 'HEAD' ? undefined : told.body)
  } else refuse(reply)
}

type Told = { readonly headers: Readonly<Record<string, string>>; readonly body: string | Buffer }

/** The root as a file, or the page about it for every other path. */
export function authorityAnswer(
  authority: NonNullable<Tls['authority']>,
  path: string,
  https: string,
  accepted: string,
): Told {
  const file = ROOT_PATHS.indexOf(path.split('?')[0] as (typeof ROOT_PATHS)[number])
  if (file === 0) return { headers: { 'content-type': 'application/x-x509-ca-cert' }, body: authority.der }
  if (file === 1) return { headers: { 'content-type': 'application/x-pem-file' }, body: authority.pem }
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src https:; frame-ancestors 'none'",
  }
  return { headers, body: authorityPage(authority, https, accepted) }
}
