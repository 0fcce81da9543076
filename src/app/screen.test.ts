import { afterAll, beforeAll, expect, test } from 'vitest'
import { operationsOf } from '../../scripts/rightsTable.ts'
import { type Web, web } from '../../test/web.ts'
import { type Router, router } from './router.ts'

let w: Web<Router>
beforeAll(async () => {
  w = await web(router, { accounts: ['guo'], purposes: { list: { may: ['dataOfficer'], mostBytes: 1000 } } })
})
afterAll(() => w.close())

test('a screen’s secret opens the wall and nothing else of the house', async () => {
  const arrived = await w.browser().call('wall.arrive')
  const cookie = String(arrived.headers['set-cookie']).split(';')[0]!
  await w.as('guo').wall.pair({ code: arrived.body.code, name: 'Hall', unitId: w.units.root })
  const browser = w.browser()
  const headers = { cookie }
  expect((await browser.call('wall.arrive', {}, { headers })).body.paired).toBe(true)
  const closed = operationsOf(router).filter(({ may }) => may !== 'stranger')
  expect(closed.length).toBeGreaterThan(100)
  for (const { path } of closed) {
    const { status, body } = await browser.call(path, {}, { headers })
    expect([path, status, body.code]).toEqual([path, 401, 'UNAUTHORIZED'])
  }
  const form = { ...headers, 'content-type': 'multipart/form-data; boundary=x' }
  const file = await browser.ask('/files?purpose=list', { method: 'POST', headers: form, payload: '--x--' })
  expect(file.status).toBe(401)
})
