import type { ORPCError } from '@orpc/server'
import { fault } from './errors.ts'

/*
 * Faults of what stands below us, told apart from our own: a database that is gone and comes back, a disk that is full.
 * The caller hears what it is and when to try again; a command sent again under its request id is done once.
 */

/** Seconds after which another try is worth it. */
export const TRY_AGAIN_SECONDS = 5

/** By SQLSTATE: shut down, crashed, starting up, and the class of broken connections. */
const GONE = /^(57P0[1235]|08...)$/
/** What the kernel says of a socket that nobody serves. A missing file of ours is ENOENT too, and is no connection. */
const UNREACHED = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ETIMEDOUT',
])
/** What the driver says without a code. */
const BROKEN =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|timeout expired)/
/** By SQLSTATE and by the kernel: no space, quota used up. */
const FULL = new Set(['53100', 'ENOSPC', 'EDQUOT'])

type Known = Error & { readonly code?: unknown; readonly syscall?: unknown }

function outageIn(error: Known): 'UNAVAILABLE' | 'NO_SPACE' | null {
  const code = typeof error.code === 'string' ? error.code : ''
  if (FULL.has(code)) return 'NO_SPACE'
  if (GONE.test(code) || UNREACHED.has(code) || BROKEN.test(error.message)) return 'UNAVAILABLE'
  return code === 'ENOENT' && error.syscall === 'connect' ? 'UNAVAILABLE' : null
}

/** The answer for an error that is an outage, by itself or by its causes; null for any other. */
export function outageOf(error: unknown): ORPCError<string, unknown> | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = outageIn(at)
    if (code) return fault(code)
  }
  return null
}
