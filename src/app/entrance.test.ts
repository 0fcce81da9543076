import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../test/clone.ts'
import { type Web, web } from '../../test/web.ts'
import { world } from '../../test/world.ts'
import { access } from '../platform/accessApi.ts'
import type { Boot, Http, RequestContext } from '../platform/context.ts'
import { markDemo } from '../platform/startChecks.ts'
import { entrance, setUpCode } from './entrance.ts'

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

describe('an empty installation', () => {
  const opened: string[] = []
  let boot: Boot
  let end: () => Promise<void>
  beforeAll(async () => {
    // The parts of a running centre, over a database that has none yet.
    const [fresh, other] = await Promise.all([freshDatabase(), world({})])
    boot = {
      ...other.boot,
      db: fresh.db,
      access: { ...other.boot.access, open: async (personId) => void opened.push(personId) },
    }
    end = async () => {
      await fresh.close()
      await other.close()
    }
  })
  afterAll(() => end())

  const caller = async (loopback: boolean) => {
    const { createRouterClient } = await import('@orpc/server')
    const http: Http = { ip: '127.0.0.1', loopback, headers: new Headers(), setCookie: () => {} }
    const context: RequestContext = { boot, signedIn: null, requestId: null, http }
    return createRouterClient(router, { context }).access
  }
  const mine = {
    centre: '星河電銷中心',
    kind: 'dealership',
    name: '周總',
    username: 'zhou',
    password: 'a-good-long-one-7',
  } as const

  test('says so, and offers a centre of one’s own to whoever has the code or sits at the machine', async () => {
    const [here, there] = [await caller(true), await caller(false)]
    expect(await here.state({})).toMatchObject({ state: 'empty', mayMakeDemo: true, needsCode: false, demo: false })
    expect(await there.state({})).toMatchObject({ state: 'empty', mayMakeDemo: false, needsCode: true })
    await expect(there.startCentre(mine)).rejects.toMatchObject({ code: 'NOT_HERE' })
    await expect(there.startCentre({ ...mine, code: 'guess' })).rejects.toMatchObject({ code: 'NOT_HERE' })
    await expect(there.startDemo({})).rejects.toMatchObject({ code: 'NOT_HERE' })
    await there.startCentre({ ...mine, code: setUpCode })
    expect(opened).toHaveLength(1)
    expect(await here.state({})).toMatchObject({ state: 'ready', mayMakeDemo: false })
    await expect(here.startCentre({ ...mine, username: 'second' })).rejects.toMatchObject({ code: 'NOT_EMPTY' })
    await expect(here.startDemo({})).rejects.toMatchObject({ code: 'NOT_EMPTY' })
  })

  test('the centre has its rulebook, its first person both administrator and manager, and the real clock', async () => {
    const { rows } = await boot.db
      .selectFrom('centre_clock as c')
      .innerJoin('granted_role as g', 'g.centre_id', 'c.id')
      .select(['c.name', 'c.kind', 'c.demo', 'g.role'])
      .orderBy('g.role')
      .execute()
      .then((found) => ({ rows: found }))
    const centre = { name: '星河電銷中心', kind: 'dealership', demo: false }
    expect(rows).toEqual([
      { ...centre, role: 'admin' },
      { ...centre, role: 'deptManager' },
    ])
    const versions = await boot.db.selectFrom('rule_version').select('id').execute()
    expect(versions.length).toBeGreaterThan(0)
    const account = await boot.db.selectFrom('account_name').selectAll().execute()
    expect(account).toEqual([{ id: opened[0], username: 'zhou', must_change_password: false }])
  })
})
