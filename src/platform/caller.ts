import type { FastifyRequest } from 'fastify'
import type { Http } from './context.ts'

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/
const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/

/**
 * Whether a caller sits at this very machine. The address alone does not say so: a proxy here calls from it for the
 * whole world, and a foreign name may be pointed at it to get at what is open here.
 */
export function isLocal(request: { raw: unknown }): boolean {
  const { socket, headers } = request.raw as FastifyRequest['raw']
  const proxied = headers['x-forwarded-for'] ?? headers.forwarded ?? headers['x-real-ip'] ?? headers['x-forwarded-host']
  return LOOPBACK.test(socket.remoteAddress ?? '') && LOOPBACK_HOST.test(hostOf(headers)) && proxied === undefined
}

/** The name that the caller called us by; HTTP/2 says it in a field of its own. */
const hostOf = (headers: FastifyRequest['headers']) => headers.host ?? String(headers[':authority'] ?? '')

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a request that may change something was made by a page that is not ours. Programs send neither header. */
export function isForeign({ method, headers }: FastifyRequest): boolean {
  if (READS.has(method)) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  // Browsers before Sec-Fetch-Site send the origin with every write.
  const { origin } = headers
  if (origin === undefined) return false
  return !URL.canParse(origin) || new URL(origin).host !== hostOf(headers)
}

/** The caller's side of the line, as operations know it. */
export function callerOf(request: FastifyRequest, setCookie: (value: string) => void): Http {
  const headers = new Headers()
  // HTTP/2's own fields begin with a colon, which is no name of a header.
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && !name.startsWith(':')) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  return { ip: request.ip, loopback: isLocal(request), headers, setCookie }
}
