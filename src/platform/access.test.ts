import { randomUUID } from 'node:crypto'
import { getMigrations } from 'better-auth/db/migration'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { at } from '../../test/clone.ts'
import { PASSWORD, type Web, web } from '../../test/web.ts'
import { addPeople } from '../modules/people/people.ts'
import { authOptions } from './access.ts'
import { access } from './accessApi.ts'
import { createAccount, createAccounts } from './accounts.ts'
import { openPool } from './database.ts'

const router = { access }
let house: Web<typeof router>
beforeAll(async () => {
  house = await web(router, { accounts: ['ann', 'bo', 'chen', 'deng', 'lin', 'guo', 'admin', 'tao'] })
})
afterAll(() => house.close())

/** A new person with an account of its own, so that no test stands in another's way. */
let next = 0
async function newcomer(mustChange = false) {
  next += 1
  const username = `new${next}`
  const [personId] = await house.run((ctx) =>
    addPeople(ctx, [{ staffNo: username, name: 'N', unitId: house.units.Dawn }]),
  )
  await house.run((ctx) => createAccount(ctx, { personId: personId!, username, password: PASSWORD, mustChange }))
  return { personId: personId!, username }
}

test('the sign-in library wants no more tables or columns than the migrations made', async () => {
  const [row] = await house.sql<{ name: string }>`select current_database() as name`
  const pool = openPool(at(inject('server'), row!.name), { name: 'wants', max: 1, parsers: 'plain' })
  const parts = { pool, secret: 'a secret that is long enough for this', secure: false, log: house.boot.log }
  const wanted = await getMigrations(authOptions(parts))
  await pool.end()
  expect(wanted.toBeCreated).toEqual([])
  expect(wanted.toBeAdded).toEqual([])
  expect(wanted.toBeAddedIndexes).toEqual([])
  expect(wanted.schemaProblems).toEqual([])
})

describe('signing in', () => {
  test('the right password opens a session that scripts of the page cannot read', async () => {
    const ann = house.browser('10.1.2.3')
    const answer = await ann.signIn('  ANN ')
    expect(answer.status).toBe(200)
    expect(String(answer.headers['set-cookie'])).toMatch(/HttpOnly/)
    expect(String(answer.headers['set-cookie'])).toMatch(/SameSite=Lax/)
    const me = await ann.call('access.me')
    expect(me.body).toMatchObject({
      person: { id: house.people.ann, staffNo: 'ann' },
      roles: ['tsr'],
      groupId: house.units.Dawn,
      groupName: 'Dawn',
      clock: { now: '2026-06-17T01:30:00Z', rate: 0, shifted: true },
    })
    expect((await ann.call('access.sessions')).body).toMatchObject([{ current: true, address: '10.1.2.3' }])
  })

  test('nobody is signed in without a cookie, with a forged one or with one that was altered', async () => {
    const bo = house.browser()
    await bo.signIn('bo')
    const [token] = bo.cookie.replace('kaibo.session_token=', '').split('.')
    for (const cookie of ['', 'kaibo.session_token=abc', `kaibo.session_token=${token}`, `${bo.cookie}A`]) {
      const answer = await house.browser().call('access.me', {}, { headers: { cookie } })
      expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHORIZED'])
    }
    expect((await bo.call('access.me')).status).toBe(200)
  })

  test('an unknown name, a wrong password and somebody who left are answered alike', async () => {
    const { personId, username } = await newcomer()
    await house.sql`update person set employed_until = '2026-06-01' where id = ${personId}`
    const unknown = await house.browser().signIn('nobody', PASSWORD)
    const wrong = await house.browser().signIn('chen', 'not the password')
    const left = await house.browser().signIn(username, PASSWORD)
    expect(unknown.status).toBe(401)
    expect([wrong.text, left.text]).toEqual([unknown.text, unknown.text])
  })

  test('whoever leaves is out at the next call', async () => {
    const { personId, username } = await newcomer()
    const one = house.browser()
    await one.signIn(username)
    expect((await one.call('access.me')).status).toBe(200)
    await house.sql`update person set employed_until = '2026-06-17' where id = ${personId}`
    expect((await one.call('access.me')).status).toBe(401)
  })
})

describe('lock-out per account', () => {
  test.each(['known', 'unknown'])(
    'five wrong passwords lock a name that is %s, for a quarter of an hour',
    async (kind) => {
      const username = kind === 'known' ? (await newcomer()).username : 'somebody-else'
      const one = house.browser()
      for (let i = 0; i < 5; i++) expect((await one.signIn(username, 'wrong')).status).toBe(401)
      const locked = await one.signIn(username)
      expect([locked.status, locked.body.code]).toEqual([429, 'SIGN_IN_LOCKED'])
      const until = Temporal.Instant.from(locked.body.data.until)
      const minutes = Temporal.Now.instant().until(until).total('minutes')
      expect(minutes).toBeGreaterThan(13)
      expect(minutes).toBeLessThanOrEqual(15.1)
    },
  )

  test('the lock grows with each wrong password after it, and the right one ends the count', async () => {
    const { username } = await newcomer()
    const one = house.browser()
    const over = () => house.sql`update sign_in_attempt set locked_until = now() - interval '1 second'
      where locked_until > now()`
    for (let i = 0; i < 5; i++) await one.signIn(username, 'wrong')
    await over()
    await one.signIn(username, 'wrong')
    const { body } = await one.signIn(username)
    const minutes = Temporal.Now.instant().until(Temporal.Instant.from(body.data.until)).total('minutes')
    expect(Math.round(minutes)).toBe(30)
    await over()
    expect((await one.signIn(username)).status).toBe(200)
    for (let i = 0; i < 4; i++) await one.signIn(username, 'wrong')
    expect((await one.signIn(username)).status).toBe(200)
  })

  test('of thirty guesses in the same instant no more than five are looked at', async () => {
    const { username } = await newcomer()
    const answers = await Promise.all(Array.from({ length: 30 }, () => house.browser().signIn(username, 'guess')))
    expect(answers.filter(({ status }) => status === 401).length).toBe(5)
    expect(answers.filter(({ status }) => status === 429).length).toBe(25)
  })

  test('sixty people behind one address are not one: nobody is locked out by the others', async () => {
    const people = await house.run(async (ctx) => {
      const names = Array.from({ length: 60 }, (_, i) => `seat${i}`)
      const ids = await addPeople(
        ctx,
        names.map((staffNo) => ({ staffNo, name: 'S' })),
      )
      const made = names.map((username, i) => ({ personId: ids[i]!, username, password: PASSWORD, mustChange: false }))
      await createAccounts(ctx, made)
      return names
    })
    const office = '203.0.113.7'
    for (let i = 0; i < 5; i++) await house.browser(office).signIn('seat0', 'wrong')
    const answers = await Promise.all(people.slice(1).map((name) => house.browser(office).signIn(name)))
    expect(answers.map(({ status }) => status)).toEqual(Array(59).fill(200))
    expect((await house.browser(office).signIn('seat0')).status).toBe(429)
  }, 60_000)

  test('a manager unlocks the account, an agent may not', async () => {
    const { personId, username } = await newcomer()
    for (let i = 0; i < 5; i++) await house.browser().signIn(username, 'wrong')
    await expect(house.as('ann').access.unlock({ personId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await house.as('guo').access.unlock({ personId })).toEqual({ wasLocked: true })
    expect((await house.browser().signIn(username)).status).toBe(200)
  })
})

describe('passwords', () => {
  test('a first password opens nothing but its own change', async () => {
    const { username } = await newcomer(true)
    const one = house.browser()
    expect((await one.signIn(username)).body).toEqual({ mustChangePassword: true })
    expect((await one.call('access.me')).body.mustChangePassword).toBe(true)
    const due = await one.call('access.revokeSession', { sessionId: randomUUID() })
    expect([due.status, due.body.code]).toEqual([403, 'PASSWORD_DUE'])
    const change = (next: string, current = PASSWORD) => one.call('access.changePassword', { current, next })
    expect((await change('short')).body.data).toEqual({ why: 'short' })
    expect((await change(PASSWORD)).body.data).toEqual({ why: 'same' })
    expect((await change('password1234')).body.data).toEqual({ why: 'common' })
    expect((await change('another-good-one', 'not it')).body.code).toBe('WRONG_SIGN_IN')
    expect((await change('another-good-one')).status).toBe(200)
    expect((await one.call('access.me')).body.mustChangePassword).toBe(false)
    expect((await house.browser().signIn(username, PASSWORD)).status).toBe(401)
    expect((await house.browser().signIn(username, 'another-good-one')).status).toBe(200)
  })

  test('a change ends the other sessions of the person and keeps the one it was made in', async () => {
    const { username } = await newcomer()
    const [here, there] = [house.browser(), house.browser()]
    await Promise.all([here.signIn(username), there.signIn(username)])
    await here.call('access.changePassword', { current: PASSWORD, next: 'a-third-good-one' })
    expect((await here.call('access.me')).status).toBe(200)
    expect((await there.call('access.me')).status).toBe(401)
  })

  test('a manager gives a new first password, once; it is kept nowhere', async () => {
    const { personId, username } = await newcomer()
    const one = house.browser()
    await one.signIn(username)
    const requestId = randomUUID()
    const given = await house.as('guo', { requestId }).access.resetPassword({ personId })
    expect(given).toEqual({ username, firstPassword: expect.stringMatching(/^\w{4}-\w{4}-\w{4}$/) })
    await expect(house.as('guo', { requestId }).access.resetPassword({ personId })).rejects.toMatchObject({
      code: 'REQUEST_DONE',
    })
    const kept = await house.sql<{ result: unknown }>`select result from request where id = ${requestId}`
    expect(kept).toEqual([{ result: null }])
    expect((await one.call('access.me')).status).toBe(401)
    expect((await one.signIn(username, given.firstPassword)).body).toEqual({ mustChangePassword: true })
  })

  test('nobody resets his own, a leader nobody’s, a manager no administrator’s', async () => {
    const reset = (by: 'guo' | 'lin' | 'admin', of: 'guo' | 'ann' | 'admin') =>
      house.as(by).access.resetPassword({ personId: house.people[of] })
    await expect(reset('guo', 'guo')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(reset('lin', 'ann')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(reset('guo', 'admin')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const stranger = house.as('admin').access.resetPassword({ personId: randomUUID() })
    await expect(stranger).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await reset('admin', 'guo')).toMatchObject({ username: 'guo' })
  })

  test('a user name is taken once, whatever its letters look like', async () => {
    const [personId] = await house.run((ctx) => addPeople(ctx, [{ staffNo: 'twin', name: 'T' }]))
    const make = (username: string) => house.run((ctx) => createAccount(ctx, { personId: personId!, username }))
    await expect(make('ＡＮＮ')).rejects.toMatchObject({ code: 'USERNAME_UNFIT', data: { why: 'taken' } })
    await expect(make('a b')).rejects.toMatchObject({ code: 'USERNAME_UNFIT', data: { why: 'form' } })
    expect(await make('王小明')).toEqual({ username: '王小明', firstPassword: expect.any(String) })
  })
})

describe('sessions', () => {
  test('a revoked session is out at the next call; only one’s own can be revoked', async () => {
    const { username } = await newcomer()
    const [here, there, other] = [house.browser(), house.browser(), house.browser()]
    await Promise.all([here.signIn(username), there.signIn(username), other.signIn('deng')])
    const { body } = await here.call('access.sessions')
    const sessionId = (body as { id: string; current: boolean }[]).find(({ current }) => !current)!.id
    expect((await other.call('access.revokeSession', { sessionId })).body.code).toBe('NOT_FOUND')
    expect((await there.call('access.me')).status).toBe(200)
    expect((await here.call('access.revokeSession', { sessionId })).status).toBe(200)
    expect((await there.call('access.me')).status).toBe(401)
    expect((await here.call('access.me')).status).toBe(200)
  })

  test('signing out ends the session itself and not only the cookie', async () => {
    const tao = house.browser()
    await tao.signIn('tao')
    const { cookie } = tao
    expect((await tao.call('access.signOut')).status).toBe(200)
    expect(tao.cookie).toBe('')
    expect((await house.browser().call('access.me', {}, { headers: { cookie } })).status).toBe(401)
  })

  test('a session in use is made longer, with its cookie', async () => {
    const lin = house.browser()
    await lin.signIn('lin')
    await house.sql`update account_session set updated_at = now() - interval '2 hours',
      expires_at = now() + interval '10 hours' where user_id = ${house.people.lin}`
    const answer = await lin.call('access.me')
    expect(String(answer.headers['set-cookie'])).toMatch(/Max-Age=43200/)
    const [row] = await house.sql<{ long: boolean }>`select bool_and(expires_at > now() + interval '11 hours') as long
      from account_session where user_id = ${house.people.lin}`
    expect(row?.long).toBe(true)
  })

  test('no token of a session leaves in the body of an answer', async () => {
    const admin = house.browser()
    await admin.signIn('admin')
    await admin.call('access.sessions')
    await admin.call('access.me')
    const tokens = await house.sql<{ token: string }>`select token from account_session`
    expect(tokens.length).toBeGreaterThan(0)
    const text = house.answered.join('\n')
    expect(tokens.filter(({ token }) => text.includes(token))).toEqual([])
  })
})
