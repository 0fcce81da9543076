import { betterAuth } from 'better-auth'
import { createAuthEndpoint } from 'better-auth/api'
import { type RawBuilder, sql } from 'kysely'
import type pg from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Access, Http, SignedIn } from './context.ts'

/*
 * Sessions of browsers, by better-auth's server functions. None of its routes is mounted: they would go round `may`,
 * the rights test and the OpenAPI document, and hand session tokens to page scripts.
 */

/** A working day: a seat that nobody uses over night asks again in the morning. */
const SESSION_SECONDS = 12 * 3600
/** How often a session in use is made longer. */
const RENEW_SECONDS = 1800

/** The session's cookie, with or without the prefix that https gives it. */
const COOKIE = /(?:^|;\s*)(?:__Secure-)?kaibo\.session_token=([^;]+)/
const MOST_VERIFIED = 10_000

/** Our own header for the caller's address, set on the copy that the library sees; what callers send is not believed. */
const ADDRESS = 'x-kaibo-address'

export type AccessParts = {
  /** With the driver's own parsers: the library expects them. */
  readonly pool: pg.Pool
  /** Signs the cookies; 32 random bytes of the data folder. */
  readonly secret: string
  /** Whether pages are served by https, so that the cookie may be sent nowhere else. */
  readonly secure: boolean
  readonly log: Logger
  readonly loadSignedIn: (
    personId: string,
    /** The duty to change the password, or a question for it that is null when the session no longer stands. */
    session: { readonly sessionId: string; readonly mustChangePassword: boolean | RawBuilder<boolean | null> },
  ) => Promise<SignedIn | null>
}

/** What better-auth is told; also read by the test that its tables are those of the migrations. */
export const authOptions = ({ pool, secret, secure, log }: Omit<AccessParts, 'loadSignedIn'>) => ({
  database: pool,
  secret,
  baseURL: secure ? 'https://kaibo.invalid' : 'http://kaibo.invalid',
  telemetry: { enabled: false },
  // It counts per address and would stop a whole office at nine; attempts.ts counts per account.
  rateLimit: { enabled: false },
  logger: {
    level: 'error' as const,
    log: (_level: string, message: string) => log.error({ from: 'better-auth' }, message),
  },
  user: {
    modelName: 'account_user',
    fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    additionalFields: {
      username: { type: 'string' as const, required: true, unique: true, input: false },
      mustChangePassword: {
        type: 'boolean' as const,
        required: true,
        defaultValue: true,
        input: false,
        fieldName: 'must_change_password',
      },
    },
  },
  session: {
    modelName: 'account_session',
    expiresIn: SESSION_SECONDS,
    updateAge: RENEW_SECONDS,
    fields: {
      expiresAt: 'expires_at',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      userId: 'user_id',
    },
  },
  account: {
    modelName: 'account_credential',
    fields: {
      accountId: 'account_id',
      providerId: 'provider_id',
      userId: 'user_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
  verification: {
    modelName: 'account_verification',
    fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
  },
  advanced: {
    cookiePrefix: 'kaibo',
    useSecureCookies: secure,
    database: { generateId: 'uuid' as const },
    ipAddress: { ipAddressHeaders: [ADDRESS] },
  },
  plugins: [
    {
      id: 'kaibo',
      endpoints: {
        // The password, or the demo's one click, was judged before: this only opens the session and signs its cookie.
        openSession: createAuthEndpoint(
          '/kaibo/open-session',
          {
            method: 'POST',
            requireHeaders: true,
            metadata: { SERVER_ONLY: true },
            body: z.object({ userId: z.string() }),
          },
          async (call) => {
            const user = await call.context.internalAdapter.findUserById(call.body.userId)
            if (!user) throw new Error(`no account ${call.body.userId}`)
            const session = await call.context.internalAdapter.createSession(user.id, false)
            const { setSessionCookie } = await import('better-auth/cookies')
            await setSessionCookie(call, { session, user }, false)
            return { opened: true }
          },
        ),
      },
    },
  ],
})

export function openAccess(parts: AccessParts): Access {
  const auth = betterAuth(authOptions(parts))
  const headersOf = (http: Http) => {
    const headers = new Headers(http.headers)
    headers.set(ADDRESS, http.ip)
    return headers
  }
  const giveCookies = (from: Headers, http: Http) => {
    for (const cookie of from.getSetCookie()) http.setCookie(cookie)
  }
  /**
   * Cookies whose signature the library has verified, with their sessions. Its own reading of a session takes milliseconds
   * of computing; that a session still stands is asked of the database each time, with the person's roles in one statement,
   * so ending one works at once.
   */
  const verified = new Map<string, { readonly sessionId: string; readonly personId: string }>()
  const remember = (cookie: string, sessionId: string, personId: string) => {
    verified.set(cookie, { sessionId, personId })
    if (verified.size > MOST_VERIFIED) verified.delete(verified.keys().next().value!)
  }
  /** Null when it has ended, and when it is time to make it longer: then the library reads it anew. */
  const standing = (sessionId: string, personId: string) => sql<boolean | null>`(
    select u.must_change_password from account_session s join account_user u on u.id = s.user_id
    where s.id = ${sessionId} and s.user_id = ${personId} and s.expires_at > now()
      and s.updated_at > now() - make_interval(secs => ${RENEW_SECONDS}))`

  return {
    async signedIn(http) {
      const cookie = COOKIE.exec(http.headers.get('cookie') ?? '')?.[1]
      if (!cookie) return null
      const known = verified.get(cookie)
      if (known) {
        const { sessionId, personId } = known
        const signedIn = await parts.loadSignedIn(personId, {
          sessionId,
          mustChangePassword: standing(sessionId, personId),
        })
        if (signedIn) return signedIn
      }
      verified.delete(cookie)
      const { response, headers } = await auth.api.getSession({ headers: headersOf(http), returnHeaders: true })
      giveCookies(headers, http)
      if (!response) return null
      remember(cookie, response.session.id, response.user.id)
      const { mustChangePassword } = response.user as typeof response.user & { mustChangePassword: boolean }
      return await parts.loadSignedIn(response.user.id, { sessionId: response.session.id, mustChangePassword })
    },
    person: (personId) => parts.loadSignedIn(personId, { sessionId: '', mustChangePassword: false }),
    async open(personId, http) {
      const { headers } = await auth.api.openSession({
        body: { userId: personId },
        headers: headersOf(http),
        returnHeaders: true,
      })
      giveCookies(headers, http)
    },
    async close(http) {
      const { headers } = await auth.api.signOut({ headers: headersOf(http), returnHeaders: true })
      giveCookies(headers, http)
    },
  }
}
