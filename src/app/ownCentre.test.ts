import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/clone.ts'
import { type World, world } from '../../test/world.ts'
import { COUNTRIES, openHours, packChoice, packsAt, ZONES } from '../modules/compliance/packs.ts'
import { listFictionalNumbers } from '../modules/customers/fictional.ts'
import { BOOKS } from '../modules/rulebook/books.ts'
import { clausesOf } from '../modules/rulebook/content.ts'
import { mayRunTimetable, type TimetableFigures } from '../modules/rulebook/rules.ts'
import { access } from '../platform/accessApi.ts'
import { accountNamed, isPassword } from '../platform/accounts.ts'
import type { Boot, Http, RequestContext } from '../platform/context.ts'
import { checkApart, markDemo, unmarkDemo } from '../platform/startChecks.ts'
import { inCentre } from '../platform/transaction.ts'
import { entrance, makeDemo } from './entrance.ts'
import { setUpCode } from './house.ts'
import { ownCentre } from './ownCentre.ts'

const router = { access: { ...access, ...entrance, ...ownCentre } }

/* A centre of one's own in an empty house, and that no demo ever meets it. */

type Empty = { readonly boot: Boot; readonly opened: string[]; close(): Promise<void> }
const open: Empty[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

/** The parts of a running centre, over a database that has none yet. */
async function emptyHouse(): Promise<Empty> {
  const [fresh, other]: [FreshDatabase, World<object & never>] = await Promise.all([
    freshDatabase(),
    world({} as never),
  ])
  const opened: string[] = []
  const boot: Boot = {
    ...other.boot,
    db: fresh.db,
    access: { ...other.boot.access, open: async (personId) => void opened.push(personId) },
  }
  const made = {
    ...{ boot, opened },
    close: async () => {
      await fresh.close()
      await other.close()
    },
  }
  open.push(made)
  return made
}

function caller(boot: Boot, loopback = true) {
  const http: Http = { ip: '127.0.0.1', loopback, headers: new Headers(), setCookie: () => {} }
  const context: RequestContext = { boot, signedIn: null, requestId: null, http }
  return createRouterClient(router, { context }).access
}

const mine = {
  centre: '星河電銷中心',
  kind: 'dealership',
  name: '周總',
  username: 'Zhou',
  password: 'a-good-long-one-7',
} as const

const centresIn = async ({ db }: Boot) =>
  (await sql<Record<string, unknown>>`select * from centre_clock`.execute(db)).rows

/** Packs and calendar as the centre's rulebook has them. */
async function rulesIn(boot: Boot) {
  const [centre] = await centresIn(boot)
  return await inCentre(boot, centre!.id as string, 'test', async (ctx) => {
    const rules = ctx.rules.at(ctx.today)
    return { packs: rules.get('packs'), country: rules.get('calendar').country, zone: ctx.centre.timeZone }
  })
}

describe('an empty house', () => {
  test('says so, and offers a centre of one’s own to whoever has the code or sits at the machine', async () => {
    const { boot, opened } = await emptyHouse()
    const [here, there] = [caller(boot), caller(boot, false)]
    expect(await here.state({})).toMatchObject({ state: 'empty', mayMakeDemo: true, needsCode: false, demo: false })
    expect(await there.state({})).toMatchObject({ state: 'empty', mayMakeDemo: false, needsCode: true })
    await expect(there.startCentre(mine)).rejects.toMatchObject({ code: 'NOT_HERE' })
    await expect(there.startCentre({ ...mine, code: 'guess' })).rejects.toMatchObject({ code: 'NOT_HERE' })
    await expect(there.startDemo({})).rejects.toMatchObject({ code: 'NOT_HERE' })
    expect(await there.startCentre({ ...mine, code: setUpCode })).toEqual({ administrator: null })
    expect(opened).toHaveLength(1)
    expect(await here.state({})).toMatchObject({ state: 'ready', mayMakeDemo: false })
    await expect(here.startCentre({ ...mine, username: 'second' })).rejects.toMatchObject({ code: 'NOT_EMPTY' })
    await expect(here.startDemo({})).rejects.toMatchObject({ code: 'NOT_EMPTY' })

    const people = await sql`select p.staff_no, p.name, a.username, a.must_change_password as due,
        array(select role from granted_role g where g.person_id = p.id order by role) as roles
      from person p join account_name a on a.id = p.id`.execute(boot.db)
    expect(people.rows).toEqual([
      { staff_no: 'Zhou', name: '周總', username: 'zhou', due: false, roles: ['admin', 'deptManager'] },
    ])
    expect(await centresIn(boot)).toMatchObject([{ name: '星河電銷中心', kind: 'dealership', demo: false }])
  })

  test('another person may be administrator: with a first password that is told once and must be changed', async () => {
    const { boot, opened } = await emptyHouse()
    const administrator = { name: '何工', username: 'ho-1' }
    await expect(
      caller(boot).startCentre({ ...mine, administrator: { ...administrator, username: 'ZHOU' } }),
    ).rejects.toMatchObject({ code: 'USERNAME_UNFIT', data: { why: 'taken' } })
    expect(await centresIn(boot)).toEqual([])
    const told = await caller(boot).startCentre({ ...mine, administrator })
    expect(told.administrator?.username).toBe('ho-1')
    const account = await accountNamed(boot.db, 'ho-1')
    expect(account?.mustChange).toBe(true)
    expect(await isPassword(account, told.administrator!.firstPassword)).toBe(true)
    const { rows } = await sql`select p.id, array_agg(g.role) as roles from person p
      join granted_role g on g.person_id = p.id group by p.id order by 2`.execute(boot.db)
    expect(rows).toEqual([
      { id: account!.id, roles: ['admin'] },
      { id: opened[0], roles: ['deptManager'] },
    ])
  })

  test('what does not fit leaves the house empty, and of two at once one has it', async () => {
    const { boot } = await emptyHouse()
    const here = caller(boot)
    const wrong = [
      [{ password: 'short' }, 'PASSWORD_UNFIT'],
      [{ username: '!' }, 'USERNAME_UNFIT'],
      [{ packs: ['us-fl'] }, 'BAD_REQUEST'],
      [{ country: 'XX' }, 'BAD_REQUEST'],
      [{ timeZone: 'Nowhere' }, 'BAD_REQUEST'],
    ] as const
    for (const [given, code] of wrong)
      await expect(here.startCentre({ ...mine, ...given } as never)).rejects.toMatchObject({ code })
    expect(await centresIn(boot)).toEqual([])
    const both = await Promise.allSettled([here.startCentre(mine), here.startCentre({ ...mine, username: 'two' })])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await centresIn(boot)).toHaveLength(1)
  })
})

describe('packs follow the country and the trade', () => {
  test('a life centre in Taiwan and a dealership in China get their own', async () => {
    const taiwan = await emptyHouse()
    await caller(taiwan.boot).startCentre({ ...mine, kind: 'life', country: 'TW' })
    expect(await rulesIn(taiwan.boot)).toEqual({
      ...{ packs: ['tw-life', 'design-default'], country: 'TW', zone: 'Asia/Taipei' },
    })
    const china = await emptyHouse()
    await caller(china.boot).startCentre(mine)
    expect(await rulesIn(china.boot)).toEqual({
      packs: ['cn-general', 'carrier-tencent-2026', 'design-default'],
      ...{ country: 'CN', zone: 'Asia/Shanghai' },
    })
  })

  test('a line is chosen, the law is not, and the zone may be another one', async () => {
    const { boot } = await emptyHouse()
    const given = { ...mine, kind: 'life' as const, packs: ['carrier-aliyun'], timeZone: 'Asia/Urumqi' }
    await caller(boot).startCentre(given)
    expect(await rulesIn(boot)).toEqual({
      packs: ['cn-life', 'cn-general', 'carrier-aliyun', 'design-default'],
      ...{ country: 'CN', zone: 'Asia/Urumqi' },
    })
  })

  test.each(['life', 'dealership'] as const)('the shipped timetable of the %s book runs in every country', (kind) => {
    const figures = Object.assign({}, ...BOOKS[kind].flatMap(clausesOf).map(({ params }) => params))
    for (const country of COUNTRIES) {
      const packs = packsAt(kind, country, packChoice(kind, country).offered)
      const bounds = { open: openHours(packs), limitClause: 'S4.4.6' }
      expect([country, mayRunTimetable(figures as TimetableFigures, bounds)]).toEqual([country, { ok: true }])
      expect(packs).toContain('design-default')
    }
  })

  test('everything that is offered is told with its words, and every zone is one', async () => {
    const { boot } = await emptyHouse()
    const { countries, packs, books } = await caller(boot).choices({})
    const known = packs.map(({ id }) => id)
    for (const { packs: choice } of countries)
      for (const { holds, offered } of Object.values(choice))
        expect(known).toEqual(expect.arrayContaining([...holds, ...offered]))
    expect(packs.every(({ says }) => says.length > 0)).toBe(true)
    for (const zone of Object.values(ZONES).flat()) expect(() => Temporal.Now.zonedDateTimeISO(zone)).not.toThrow()
    expect(books.life.map(({ code }) => code)).toEqual(['team', 'planning', 'leader', 'visit'])
    expect(books.dealership[1]!.chapters.map(({ clauses }) => clauses)).toEqual([1, 3, 5, 1])
  })
})

describe('the demo never meets a centre of one’s own', () => {
  test('where a demo was begun no own centre is made, finished or not', async () => {
    const { boot } = await emptyHouse()
    for (const finished of [false, true]) {
      markDemo(boot.dataDir, finished)
      await expect(caller(boot).startCentre(mine)).rejects.toMatchObject({ code: 'DEMO_FOLDER' })
    }
    expect(await centresIn(boot)).toEqual([])
    unmarkDemo(boot.dataDir)
    await caller(boot).startCentre(mine)
    expect(await centresIn(boot)).toHaveLength(1)
  })

  test('where an own centre is no demo is made, and its folder gets no mark', async () => {
    const { boot } = await emptyHouse()
    await caller(boot).startCentre(mine)
    await expect(makeDemo(boot, () => {}, 'life')).rejects.toMatchObject({ code: 'NOT_EMPTY' })
    await expect(caller(boot).startDemo({})).rejects.toMatchObject({ code: 'NOT_EMPTY' })
    expect(await caller(boot).state({})).toMatchObject({ demo: false })
    await checkApart(boot.db, boot.dataDir, false)
    await expect(checkApart(boot.db, boot.dataDir, true)).rejects.toThrow('The centre 星河電銷中心 is here')
    // A demo's folder with the own database: by DATABASE_URL, or by a file that somebody copied.
    markDemo(boot.dataDir, true)
    await expect(checkApart(boot.db, boot.dataDir, false)).rejects.toThrow(
      'is a demo’s, and the database holds'.replace('’', "'"),
    )
  })

  test('a demo’s database is not served from another folder', async () => {
    const demo = await world({} as never)
    await expect(checkApart(demo.boot.db, demo.boot.dataDir, false)).rejects.toThrow('holds the demo Harbour')
    markDemo(demo.boot.dataDir, false)
    await expect(checkApart(demo.boot.db, demo.boot.dataDir, true)).rejects.toThrow('half of a demo')
    markDemo(demo.boot.dataDir, true)
    await checkApart(demo.boot.db, demo.boot.dataDir, true)
    rmSync(join(demo.boot.dataDir, 'demo'))
    await demo.close()
  })

  test('what only a demo may is refused in an own centre, even under a demo’s mark', async () => {
    const { boot, opened } = await emptyHouse()
    const here = caller(boot)
    await here.startCentre(mine)
    const [head] = opened
    for (const marked of [false, true]) {
      if (marked) markDemo(boot.dataDir, true)
      await expect(here.demoSignIn({ personId: head! })).rejects.toMatchObject({
        code: marked ? 'NOT_FOUND' : 'NOT_HERE',
      })
      await expect(here.setDemoClock({ rate: 60 })).rejects.toMatchObject({ code: marked ? 'NOT_FOUND' : 'NOT_HERE' })
      expect((await here.demoRoles({})).people).toEqual([])
    }
    expect(opened).toHaveLength(1)
    const [centre] = await centresIn(boot)
    const write = inCentre(boot, centre!.id as string, 'test', (ctx) => listFictionalNumbers(ctx, { CN: ['1700000'] }))
    await expect(write).rejects.toThrow('only a demo centre')
    const shift = sql`update centre set clock_real = now(), clock_centre = now(), clock_rate = 2`.execute(boot.db)
    await expect(shift).rejects.toThrow('check constraint')
  })
})
