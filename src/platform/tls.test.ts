import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { type ClientHttp2Session, connect as http2 } from 'node:http2'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, type Web, web } from '../../test/web.ts'
import { access } from './accessApi.ts'
import { openAuthority } from './authority.ts'
import { secureServer } from './door.ts'
import { settingsOf } from './env.ts'
import { serve } from './http.ts'
import { openMetrics } from './metrics.ts'
import { openTls, type Tls } from './tls.ts'

const router = { access }
const home = mkdtempSync(join(tmpdir(), 'kaibo-tls-'))
let centre: Web<typeof router>
let tls: Tls
let app: Awaited<ReturnType<typeof serve>>
let port: number
let ca: string

beforeAll(async () => {
  centre = await web(router, { accounts: ['ann'], secure: true })
  const settings = settingsOf({ KAIBO_TLS: 'authority', LOG_LEVEL: 'silent' }, home)
  tls = (await openTls(settings))!
  ca = tls.authority!.pem
  const metrics = openMetrics({ pools: {}, listeners: () => 0, deadJobs: async () => 0, backupAge: async () => null })
  const pages = join(centre.boot.dataDir, 'pages')
  app = await serve({
    ...{ boot: centre.boot, settings, router, purposes: {}, metrics, tls, pages },
    trouble: async () => null,
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
})
afterAll(async () => {
  await app.close()
  await centre.close()
  rmSync(home, { recursive: true, force: true })
})

type Told = { status: number; headers: Record<string, unknown>; body: Buffer }

/** By HTTP/1.1, in plain or to a server whose certificate the root vouches for. */
function ask(secure: boolean, path: string, options: object = {}, to = port): Promise<Told> {
  return new Promise((resolve, reject) => {
    const make = secure ? request : plainRequest
    const asked = make({ host: '127.0.0.1', port: to, path, ca, ...options }, async (reply) => {
      const body = Buffer.concat(await reply.toArray())
      resolve({ status: reply.statusCode!, headers: reply.headers, body })
    })
    asked.on('error', reject).end()
  })
}

/** One call over HTTP/2; the stream of its answer as text. */
function call(session: ClientHttp2Session, path: string, input: object, headers: Record<string, string> = {}) {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/json',
    'sec-fetch-site': 'same-origin',
    'x-request-id': crypto.randomUUID(),
    ...headers,
  })
  stream.end(JSON.stringify({ json: input }))
  const answered = new Promise<Record<string, unknown>>((resolve, reject) => {
    stream.on('response', (got) => resolve(got as Record<string, unknown>)).on('error', reject)
  })
  return { stream: stream.setEncoding('utf8'), answered }
}

test('a browser that trusts the root works over HTTP/2: sign-in, a secure cookie, operations and live updates', async () => {
  const session = http2(`https://localhost:${port}`, { ca })
  try {
    const signIn = call(session, '/rpc/access/signIn', { username: 'ann', password: PASSWORD })
    const got = await signIn.answered
    expect(got[':status']).toBe(200)
    const [set] = got['set-cookie'] as string[]
    expect(set).toMatch(/^__Secure-kaibo\.session_token=.*; HttpOnly; Secure/)
    const cookie = set!.split(';')[0]!

    const me = call(session, '/rpc/access/me', {}, { cookie })
    expect((await me.answered)[':status']).toBe(200)
    expect((await me.stream.toArray()).join('')).toContain('安寧')

    const live = call(session, '/rpc/access/live', {}, { cookie })
    expect((await live.answered)['content-type']).toMatch(/event-stream/)
    const parts = live.stream[Symbol.asyncIterator]()
    const until = async (wanted: string) => {
      for (let told = ''; !told.includes(wanted); ) told += (await parts.next()).value as string
    }
    await until('"json":[]')
    centre.boot.live.announce([{ name: 'leads', centreId: centre.centre }])
    await until('["leads"]')
    live.stream.close()

    const foreign = call(session, '/rpc/access/me', {}, { cookie, 'sec-fetch-site': 'cross-site' })
    expect((await foreign.answered)[':status']).toBe(403)
    // Browsers before Sec-Fetch-Site say the page's origin, and HTTP/2 the name called in a field of its own.
    const old = (origin: string) =>
      call(session, '/rpc/access/me', {}, { cookie, origin, 'sec-fetch-site': undefined as unknown as string }).answered
    expect((await old(`https://localhost:${port}`))[':status']).toBe(200)
    expect((await old('https://elsewhere.test'))[':status']).toBe(403)
  } finally {
    session.destroy()
  }
})

test('HTTP/1.1 over the same certificate is served as well, and no other port of the machine is drawn to https', async () => {
  const { status, headers } = await ask(true, '/healthz')
  expect(status).toBe(200)
  expect(headers['strict-transport-security']).toBeUndefined()
  await expect(ask(true, '/healthz', { ca: undefined })).rejects.toThrow(/self-signed certificate|unable to/)
})

test('plain http on the same port tells how to come to trust the house, and takes nothing', async () => {
  for (const [language, words] of [
    ['zh-TW,zh;q=0.9', '下載根憑證'],
    ['zh-CN', '下载根证书'],
    ['fr, en;q=0.5', 'Download the root certificate'],
  ]) {
    const { status, body } = await ask(false, '/desk?x="><b>', { headers: { 'accept-language': language } })
    expect(status).toBe(200)
    expect(body.toString()).toContain(words)
    expect(body.toString()).toContain(tls.authority!.fingerprint)
    expect(body.toString()).toContain(`https://127.0.0.1:${port}/desk`)
    expect(body.toString()).not.toContain('<b>')
  }
  const { headers, body } = await ask(false, '/authority.crt')
  expect(headers['content-type']).toBe('application/x-x509-ca-cert')
  expect(new X509Certificate(body).fingerprint256).toBe(tls.authority!.fingerprint)
  expect((await ask(true, '/authority.pem')).body.toString()).toBe(ca)
  const refused = await ask(false, '/rpc/access/signIn', { method: 'POST' })
  expect(refused.status).toBe(426)
  expect(refused.body.toString()).toContain('HTTPS_ONLY')
})

test('the root is made once, for its owner alone, and may sign for servers only', async () => {
  expect(statSync(join(home, 'keys', 'authority.pem')).mode & 0o777).toBe(0o600)
  const [one, two] = await Promise.all([openAuthority(home), openAuthority(home)])
  expect([one.fingerprint, two.fingerprint]).toEqual([tls.authority!.fingerprint, tls.authority!.fingerprint])
  const root = new X509Certificate(ca)
  expect(root.ca).toBe(true)
  const served = new X509Certificate(tls.pair.cert)
  expect(served.ca).toBe(false)
  expect(served.verify(root.publicKey)).toBe(true)
  expect(served.checkHost(hostname().toLowerCase())).toBeDefined()
  expect(served.checkHost('localhost')).toBeDefined()
  expect(served.checkIP('127.0.0.1')).toBeDefined()
  expect(served.checkHost('elsewhere.test')).toBeUndefined()
  writeFileSync(join(home, 'keys', 'authority.pem'), 'half a c')
  await expect(openAuthority(home)).rejects.toThrow('is damaged')
  writeFileSync(join(home, 'keys', 'authority.pem'), `${ca}${'' /* the key is lost */}`)
  await expect(openAuthority(home)).rejects.toThrow('is damaged')
})

test('a root in its last year gives way to a new one', async () => {
  const folder = join(home, 'old')
  const old = await openAuthority(folder, Temporal.Instant.from('2017-03-01T00:00:00Z'))
  expect((await openAuthority(folder, Temporal.Instant.from('2025-03-01T00:00:00Z'))).fingerprint).toBe(old.fingerprint)
  expect((await openAuthority(folder, Temporal.Instant.from('2026-06-01T00:00:00Z'))).fingerprint).not.toBe(
    old.fingerprint,
  )
})

test('a certificate is renewed a month before its end', async () => {
  const own = (await openTls(settingsOf({ KAIBO_TLS: 'authority' }, join(home, 'renewed'))))!
  const now = Temporal.Now.instant()
  const before = own.pair
  expect(await own.renewed(now.add({ hours: 24 * 149 }))).toBeNull()
  const next = await own.renewed(now.add({ hours: 24 * 151 }))
  expect(next).not.toBeNull()
  expect(next!.cert).not.toBe(before.cert)
  expect(own.pair).toBe(next)
})

test('a certificate of the operator’s is reloaded when its files are, and plain http is led on to https', async () => {
  const authority = await openAuthority(join(home, 'worlds'))
  const [cert, key] = [join(home, 'site.crt'), join(home, 'site.key')]
  const put = ({ cert: one, key: two }: { cert: string; key: string }) => {
    writeFileSync(cert, one)
    writeFileSync(key, two)
  }
  const first = await authority.issue(['localhost', '127.0.0.1'])
  put(first)
  const settings = settingsOf({ TLS_CERT: cert, TLS_KEY: key })
  expect(settings).toMatchObject({ tls: { cert, key }, secure: true })
  const files = (await openTls(settings))!
  const server = secureServer(files, centre.boot.log, (_request, reply) => reply.end('here'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = (server.address() as AddressInfo).port
  const seen = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: at, ca: authority.pem }, () => {
        resolve(socket.getPeerX509Certificate()!.serialNumber)
        socket.destroy()
      })
      socket.on('error', reject)
    })
  expect(await seen()).toBe(new X509Certificate(first.cert).serialNumber)
  expect(await files.renewed()).toBeNull()

  const second = await authority.issue(['localhost', '127.0.0.1'])
  writeFileSync(cert, second.cert)
  // Only one of the two is there yet.
  await expect(files.renewed()).rejects.toThrow()
  put(second)
  server.setSecureContext((await files.renewed())!)
  expect(await seen()).toBe(new X509Certificate(second.cert).serialNumber)

  const led = await ask(false, '/desk?a=1', {}, at)
  expect([led.status, led.headers.location]).toEqual([307, `https://127.0.0.1:${at}/desk?a=1`])
  await new Promise((resolve) => server.close(resolve))
})

test.each([
  [{ HOST: '0.0.0.0' }, 'authority', true],
  [{ HOST: '192.0.2.7' }, 'authority', true],
  [{ HOST: '0.0.0.0', KAIBO_TLS: 'off' }, null, false],
  [{ HOST: '0.0.0.0', KAIBO_TRUST_PROXY: '1', KAIBO_URL: 'https://kaibo.example' }, null, true],
  [{}, null, false],
])('with %j the certificate is of: %s', (env, wanted, secure) => {
  expect(settingsOf(env)).toMatchObject({ tls: wanted, secure })
})

test('half a pair, an unknown way and files that are none are told by name', async () => {
  expect(() => settingsOf({ TLS_CERT: 'a' })).toThrow('TLS_CERT and TLS_KEY belong together')
  expect(() => settingsOf({ KAIBO_TLS: 'on' })).toThrow('KAIBO_TLS is on')
  await expect(openTls(settingsOf({ TLS_CERT: '/nowhere/a', TLS_KEY: '/nowhere/b' }))).rejects.toThrow('cannot be used')
})
