import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Web, web } from '../../test/web.ts'
import { access } from '../platform/accessApi.ts'
import { markDemo } from '../platform/startChecks.ts'
import { entrance } from './entrance.ts'

const router = { access: { ...access, ...entrance } }

describe('one click per role', () => {
  let house: Web<typeof router>
  beforeAll(async () => {
    house = await web(router, { accounts: ['ann', 'bo', 'chen', 'lin', 'guo'] })
  })
  afterAll(() => house.close())
  const click = (address = '127.0.0.1', headers = {}) =>
    house.browser(address).call('access.demoSignIn', { personId: house.people.ann }, { headers })

  test('does not exist outside a demo’s folder', async () => {
    expect((await click()).body.code).toBe('NOT_HERE')
    expect((await house.browser().call('access.demoRoles')).body).toEqual({ available: false, people: [] })
  })

  test('signs in on the machine itself and nowhere else', async () => {
    markDemo(house.boot.dataDir, true)
    const here = house.browser()
    const { body } = await here.call('access.demoRoles')
    expect(body.available).toBe(true)
    expect(body.people.map(({ role, name }: { role: string; name: string }) => [role, name])).toEqual([
      ['tsr', '安寧'],
      ['tsr', '柏川'],
      ['tl', '林夏'],
      ['deptManager', '郭文華'],
    ])
    expect((await here.call('access.demoSignIn', { personId: house.people.ann })).status).toBe(200)
    expect((await here.call('access.me')).body.person.name).toBe('安寧')
    // Another machine, a proxy on this one, and a foreign name that was pointed at this one.
    expect((await click('203.0.113.9')).body.code).toBe('NOT_HERE')
    expect((await click('127.0.0.1', { 'x-forwarded-for': '203.0.113.9' })).body.code).toBe('NOT_HERE')
    expect((await click('127.0.0.1', { host: 'evil.example' })).body.code).toBe('NOT_HERE')
  })

  test('moves the demo’s clock on the machine itself and nowhere else', async () => {
    markDemo(house.boot.dataDir, true)
    const moved = { at: '2026-06-17T13:30:00+08:00', rate: 0 }
    expect((await house.browser('203.0.113.9').call('access.setDemoClock', moved)).body.code).toBe('NOT_HERE')
    expect((await house.browser().call('access.setDemoClock', moved)).body).toEqual({ now: '2026-06-17T05:30:00Z' })
    expect(await house.sql`select now from centre_clock`).toEqual([{ now: Temporal.Instant.from(moved.at) }])
    // Without a moment the clock goes on where it stands.
    expect((await house.browser().call('access.setDemoClock', { rate: 2 })).body).toEqual({
      now: '2026-06-17T05:30:00Z',
    })
  })

  test('never in production', async () => {
    const strict = await web(router, { accounts: ['ann'], production: true })
    markDemo(strict.boot.dataDir, true)
    const answer = await strict.browser().call('access.demoSignIn', { personId: strict.people.ann })
    expect(answer.body.code).toBe('NOT_HERE')
    await strict.close()
  })
})
