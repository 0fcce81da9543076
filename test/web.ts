import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AnyRouter } from '@orpc/server'
import { inject } from 'vitest'
import { loadSignedIn } from '../src/modules/people/people.ts'
import { openAccess } from '../src/platform/access.ts'
import { createAccounts } from '../src/platform/accounts.ts'
import type { Boot } from '../src/platform/context.ts'
import { openPool } from '../src/platform/database.ts'
import { settingsOf } from '../src/platform/env.ts'
import type { Purposes } from '../src/platform/files.ts'
import { serve } from '../src/platform/http.ts'
import { openMetrics } from '../src/platform/metrics.ts'
import type { Name } from './cast.ts'
import { at } from './clone.ts'
import { type World, world } from './world.ts'

/* The test centre behind a node's real web server, called without a port, and browsers that keep their cookies. */

export const PASSWORD = 'a-good-long-one-7'

export interface Answer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire, looked at by tests
  readonly body: any
}

type Sent = { readonly requestId?: string; readonly headers?: Record<string, string>; readonly method?: 'GET' | 'POST' }

export interface Browser {
  /** Calls an operation, as 'access.me'; a fresh request id goes along unless one is given. */
  call(operation: string, input?: object, sent?: Sent): Promise<Answer>
  /** Any other path of the server. */
  ask(path: string, sent?: Sent & { readonly payload?: string | Buffer }): Promise<Answer>
  signIn(username: string, password?: string): Promise<Answer>
  /** The session's cookie; empty while there is none. */
  readonly cookie: string
}

export interface Web<R extends AnyRouter> extends World<R> {
  readonly boot: Boot
  browser(address?: string): Browser
  /** Everything that the server has answered so far, headers left out. */
  readonly answered: string[]
}

/** Opens the centre with accounts for the given people, all with PASSWORD. */
export async function web<R extends AnyRouter>(
  router: R,
  {
    accounts = [] as readonly Name[],
    mustChange = false,
    production = false,
    purposes = {} as Purposes,
    env = {} as Record<string, string>,
    secure = false,
    kind = 'life' as 'life' | 'dealership',
  } = {},
): Promise<Web<R>> {
  const centre = await world(router, { kind })
  const [row] = await centre.sql<{ name: string }>`select current_database() as name`
  const plain = openPool(at(inject('server'), row!.name), { name: 'web', max: 4, parsers: 'plain' })
  const access = openAccess({
    pool: plain,
    secret: 'the secret of a test, which is long enough',
    secure,
    log: centre.boot.log,
    loadSignedIn: (personId, session) => loadSignedIn(centre.boot.db, personId, session),
  })
  const boot: Boot = { ...centre.boot, access, production }
  const made = accounts.map((name) => ({
    personId: centre.people[name],
    username: name,
    password: PASSWORD,
    mustChange,
  }))
  if (made.length > 0) await centre.run((ctx) => createAccounts(ctx, made))
  const pages = join(boot.dataDir, 'pages')
  mkdirSync(join(pages, 'assets'), { recursive: true })
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>Kaibo</title>')
  writeFileSync(join(pages, 'assets', 'page-1a2b.js'), 'export {}')
  const metrics = openMetrics({
    pools: { plain },
    listeners: () => 0,
    deadJobs: async () => 0,
    backupAge: async () => null,
  })
  const settings = settingsOf({ ...env, LOG_LEVEL: 'silent' })
  const app = await serve({ boot, settings, router, purposes, metrics, pages, trouble: async () => null })
  const answered: string[] = []

  const browser = (address = '127.0.0.1'): Browser => {
    let cookie = ''
    const ask: Browser['ask'] = async (url, { requestId, headers = {}, method = 'GET', payload } = {}) => {
      const reply = await app.inject({
        method,
        url,
        remoteAddress: address,
        headers: {
          host: '127.0.0.1:8080',
          ...(cookie ? { cookie } : {}),
          'x-request-id': requestId ?? randomUUID(),
          ...headers,
        },
        ...(payload === undefined ? {} : { payload }),
      })
      for (const { name, value, maxAge } of reply.cookies as { name: string; value: string; maxAge?: number }[])
        if (name === 'kaibo.session_token') cookie = maxAge === 0 ? '' : `${name}=${encodeURIComponent(value)}`
      answered.push(reply.body)
      const json = String(reply.headers['content-type']).startsWith('application/json')
      const { statusCode: status, body: text } = reply
      return { status, headers: reply.headers, text, body: json ? JSON.parse(text) : null }
    }
    const call: Browser['call'] = async (operation, input = {}, sent = {}) => {
      const url = `/rpc/${operation.replaceAll('.', '/')}`
      const headers = { 'content-type': 'application/json', ...sent.headers }
      const answer = await ask(url, { method: 'POST', ...sent, headers, payload: JSON.stringify({ json: input }) })
      return { ...answer, body: answer.body?.json ?? answer.body }
    }
    return {
      ask,
      call,
      signIn: (username, password = PASSWORD) => call('access.signIn', { username, password }),
      get cookie() {
        return cookie
      },
    }
  }
  return {
    ...centre,
    boot,
    browser,
    answered,
    close: async () => {
      await app.close()
      await plain.end()
      await centre.close()
    },
  }
}
