import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Browser, type Web, web } from '../../test/web.ts'
import { no } from '../lib/verdict.ts'
import { DayIn, Instant } from '../lib/wire.ts'
import { access } from './accessApi.ts'
import { command, demand, query } from './api.ts'
import { storedFile } from './files.ts'

const router = {
  access,
  board: {
    count: query({
      may: ['tl'],
      summary: 'How many notes there are',
      input: z.object({ day: DayIn, atMost: z.number().optional(), mine: z.boolean().default(false) }),
      output: z.object({ count: z.number(), at: Instant, mine: z.boolean() }),
      run: async (ctx, { atMost = 7, mine }) => ({ count: atMost, at: ctx.now, mine }),
    }),
    pin: command({
      may: ['tl'],
      input: z.object({ text: z.string() }),
      output: z.object({}),
      run: async () => demand(no('boardFull', 'S1.5.2')) as never,
    }),
    fail: query({
      may: 'everyone',
      input: z.object({}),
      output: z.object({}),
      run: async (ctx) => {
        await sql`select '王小明 13800001234'::int`.execute(ctx.db)
        return {}
      },
    }),
  },
}

let house: Web<typeof router>
let lin: Browser
let liu: Browser
beforeAll(async () => {
  house = await web(router, {
    accounts: ['lin', 'liu'],
    purposes: { list: { may: ['dataOfficer'], mostBytes: 200_000 } },
    env: { METRICS_TOKEN: 'the operator’s own' },
  })
  lin = house.browser()
  liu = house.browser()
  await Promise.all([lin.signIn('lin'), liu.signIn('liu')])
})
afterAll(() => house.close())

describe('pages', () => {
  test('a deep link gets the page, a program that asks for a missing thing does not', async () => {
    const html = { accept: 'text/html,*/*' }
    for (const path of ['/', '/index.html', '/rules/S4.4.2']) {
      const page = await house.browser().ask(path, { headers: html })
      expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-cache'])
      expect(page.text).toContain('<title>Kaibo</title>')
    }
    expect((await house.browser().ask('/assets/gone.js')).status).toBe(404)
    expect((await house.browser().ask('/assets/gone.js', { headers: { accept: '*/*' } })).body.code).toBe('NOT_FOUND')
  })

  test('what carries a hash in its name is kept for good', async () => {
    const page = await house.browser().ask('/assets/page-1a2b.js')
    expect(page.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  })

  test('nothing of other houses may run in a page, and plain http is not sent to https', async () => {
    const { headers } = await house.browser().ask('/')
    expect(headers['content-security-policy']).toContain(`default-src 'self'`)
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests')
    expect(headers['strict-transport-security']).toBeUndefined()
  })
})

describe('other people’s pages and machines', () => {
  test.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'http://evil.example' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:8080' }, 409],
    [{ origin: 'http://127.0.0.1:8080' }, 409],
    [{}, 409],
  ])('a change asked for with %o is answered %i', async (headers, status) => {
    expect((await lin.call('board.pin', { text: 'x' }, { headers })).status).toBe(status)
  })

  test('figures are for the machine itself, or for whoever has the token', async () => {
    const ask = (address: string, headers = {}) => house.browser(address).ask('/metrics', { headers })
    expect((await ask('127.0.0.1')).text).toContain('kaibo_refusals_total{code="boardFull"}')
    expect((await ask('127.0.0.1', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(404)
    expect((await ask('203.0.113.9')).status).toBe(404)
    expect((await ask('203.0.113.9', { authorization: 'Bearer something' })).status).toBe(404)
    const known = await ask('203.0.113.9', { authorization: 'Bearer the operator’s own' })
    expect(known.text).toContain('kaibo_operation_seconds_count{operation="board.pin",status="409"}')
    expect(known.text).not.toContain('nonsense')
  })

  test('an operation that does not exist is not found and leaves no figure', async () => {
    expect((await lin.call('board.nonsense')).status).toBe(404)
    const long = await lin.call('board.pin', { text: 'x'.repeat(5_000_000) })
    expect([long.status, long.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  })

  test('health and readiness are for everybody', async () => {
    expect((await house.browser('203.0.113.9').ask('/healthz')).body).toEqual({ ok: true })
    expect((await house.browser('203.0.113.9').ask('/readyz')).body).toEqual({ ok: true, trouble: null })
  })
})

describe('operations for programs of others', () => {
  test('the document names every operation, who may call it, and what it takes and answers', async () => {
    const { body } = await house.browser().ask('/api/openapi.json')
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/access/signIn', '/board/count', '/board/pin']))
    const { get } = body.paths['/board/count']
    expect(get).toMatchObject({ 'x-kaibo-may': ['tl'], 'x-kaibo-kind': 'query', summary: 'How many notes there are' })
    expect(get.parameters.map(({ name }: { name: string }) => name)).toEqual(['day', 'atMost', 'mine'])
    const answer = get.responses['200'].content['application/json'].schema
    expect(answer.properties).toMatchObject({ count: { type: 'number' }, at: { type: 'string' } })
    expect(get.responses['409'].content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Error' })
    const { post } = body.paths['/board/pin']
    expect(post.parameters).toContainEqual(
      expect.objectContaining({ name: 'x-request-id', in: 'header', required: true }),
    )
    expect(body.paths['/access/signIn'].post.security).toEqual([])
  })

  test('the page of it needs no script and nothing from elsewhere', async () => {
    const { status, text } = await house.browser().ask('/api')
    expect(status).toBe(200)
    expect(text).toContain('<code>POST /api/board/pin</code>')
    expect(text).toContain('may: tl')
    expect(text).not.toMatch(/<script|https?:\/\//)
  })

  test('a query takes numbers and truth values from its address, and answers as the pages get it', async () => {
    const answer = await lin.ask('/api/board/count?day=2026-06-17&atMost=3&mine=true')
    expect([answer.status, answer.body]).toEqual([200, { count: 3, at: '2026-06-17T01:30:00Z', mine: true }])
    expect((await liu.ask('/api/board/count?day=2026-06-17')).body.code).toBe('FORBIDDEN')
    expect((await lin.ask('/api/board/count?day=yesterday')).status).toBe(400)
  })

  test('a refusal says why, by which clause', async () => {
    const answer = await lin.ask('/api/board/pin', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      payload: '{"text":"x"}',
    })
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ code: 'REFUSED', data: { reasons: [{ code: 'boardFull', clause: 'S1.5.2' }] } })
  })

  test('a failure of ours says nothing of what it was about', async () => {
    const answer = await lin.call('board.fail')
    expect(answer.status).toBe(500)
    expect(answer.text).not.toMatch(/王小明|1380/)
  })
})

describe('files that people hand in', () => {
  const form = (content: Buffer | string, name = 'leads.csv') => {
    const edge = `edge${randomUUID()}`
    const head = `--${edge}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/csv\r\n\r\n`
    const payload = Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(`\r\n--${edge}--\r\n`)])
    return { method: 'POST' as const, payload, headers: { 'content-type': `multipart/form-data; boundary=${edge}` } }
  }
  const stored = () => readdirSync(join(house.boot.dataDir, 'files'))

  test('a file lies in the data folder as it came, known by length and SHA-256, without the path it had', async () => {
    const sent = form('電話\n13800001234\n', 'C:\\\\lists\\\\六月.csv')
    const requestId = randomUUID()
    const answer = await liu.ask('/files?purpose=list', { ...sent, requestId })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      name: '六月.csv',
      bytes: 19,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(readFileSync(join(house.boot.dataDir, 'files', answer.body.id), 'utf8')).toBe('電話\n13800001234\n')
    expect(await house.run((ctx) => storedFile(ctx, answer.body.id))).toEqual(answer.body)
    const again = await liu.ask('/files?purpose=list', { ...sent, requestId })
    expect(again.body).toEqual(answer.body)
    expect(stored()).toEqual([answer.body.id])
  })

  test('only for a purpose, by those who may, and no longer than it may be', async () => {
    const before = existsSync(join(house.boot.dataDir, 'files')) ? stored() : []
    const code = async (browser: Browser, path: string, sent: object) => (await browser.ask(path, sent)).body.code
    expect(await code(lin, '/files?purpose=list', form('x'))).toBe('FORBIDDEN')
    expect(await code(house.browser(), '/files?purpose=list', form('x'))).toBe('UNAUTHORIZED')
    expect(await code(liu, '/files?purpose=toString', form('x'))).toBe('NOT_FOUND')
    expect(await code(liu, '/files', form('x'))).toBe('NOT_FOUND')
    expect(await code(liu, '/files?purpose=list', { ...form('x'), requestId: 'no id' })).toBe('REQUEST_ID')
    const long = await liu.ask('/files?purpose=list', form(Buffer.alloc(300_000)))
    expect([long.status, long.body.code, long.body.data]).toEqual([413, 'FILE_TOO_LONG', { mostBytes: 200_000 }])
    expect(stored()).toEqual(before)
  })
})
