import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../../test/world.ts'
import { access } from '../../platform/accessApi.ts'
import { accountNamed, isPassword } from '../../platform/accounts.ts'
import { addPeople } from '../people/people.ts'
import { setupWith } from './api.ts'

/* First passwords for many: each works once told, none lies anywhere, and nobody gets two. */

const router = { setup: setupWith([]), access }
let w: World<typeof router>
beforeAll(async () => {
  w = await world(router)
})
afterAll(() => w.close())

const made = (personIds: string[], as: 'guo' | 'admin' = 'guo') => w.as(as).setup.openAccounts({ personIds })

test('people stand by group, in the order of the tree, with the account they have', async () => {
  const { people, address } = await w.as('guo').setup.accounts({})
  expect(address).toBeNull()
  expect(people).toHaveLength(16)
  expect([...new Set(people.map(({ group }) => group))]).toEqual(['Harbour', 'East', 'West', 'Dawn', 'Tide', 'Summit'])
  expect(people.find(({ staffNo }) => staffNo === 'ann')).toMatchObject({
    ...{ group: 'Dawn', region: 'East', username: null, first: false, admin: false },
  })
})

test('each gets an account under the staff number with a password that works and has to be changed', async () => {
  const { ann, bo } = w.people
  const { slips, left } = await made([ann, bo])
  expect(left).toEqual([])
  expect(slips.map(({ personId, username }) => [personId, username])).toEqual([
    [ann, 'ann'],
    [bo, 'bo'],
  ])
  for (const { username, firstPassword } of slips) {
    const account = await accountNamed(w.boot.db, username)
    expect(account?.mustChange).toBe(true)
    expect(await isPassword(account, firstPassword)).toBe(true)
  }
  const { people } = await w.as('guo').setup.accounts({})
  expect(people.find(({ personId }) => personId === ann)).toMatchObject({ username: 'ann', first: true })
  expect(await made([ann])).toEqual({ slips: [], left: [{ personId: ann, why: 'has' }] })
})

test('no password lies in any table, and a lot that is sent again gets no second answer', async () => {
  const requestId = randomUUID()
  const again = () => w.as('guo', { requestId }).setup.openAccounts({ personIds: [w.people.chen] })
  const { slips } = await again()
  const { firstPassword } = slips[0]!
  await expect(again()).rejects.toMatchObject({ code: 'REQUEST_DONE' })
  const tables = await w.sql<{ name: string }>`select c.relname as name from pg_class c
    join pg_namespace n on n.oid = c.relnamespace where n.nspname = current_schema() and c.relkind = 'r'`
  for (const { name } of tables) {
    const found = await w.sql`select 1 from ${sql.table(name)} t where t::text like ${`%${firstPassword}%`}`
    expect([name, found]).toEqual([name, []])
  }
  // Its people get new ones by the reset, and the lost ones no longer work.
  const anew = await w.as('guo').access.resetPassword({ personId: w.people.chen })
  const account = await accountNamed(w.boot.db, 'chen')
  expect(await isPassword(account, anew.firstPassword)).toBe(true)
  expect(await isPassword(account, firstPassword)).toBe(false)
})

test('whoever cannot have one is left out with the reason, and the others of the lot get theirs', async () => {
  const [odd, twin, fine] = await w.run((ctx) =>
    addPeople(
      ctx,
      ['A/1', 'ANN', 'F-9'].map((staffNo) => ({ staffNo, name: '新人', unitId: w.units.Tide })),
    ),
  )
  const { slips, left } = await made([odd!, twin!, fine!, w.people.admin])
  expect(slips.map(({ username }) => username)).toEqual(['f-9'])
  expect(Object.fromEntries(left.map(({ personId, why }) => [personId, why]))).toEqual({
    ...{ [odd!]: 'form', [twin!]: 'taken', [w.people.admin]: 'admin' },
  })
  expect((await made([w.people.admin], 'admin')).slips).toHaveLength(1)
})

test('two managers at once make one account for one person', async () => {
  const both = await Promise.all([made([w.people.deng]), made([w.people.deng], 'admin')])
  expect(both.map(({ slips }) => slips.length).sort()).toEqual([0, 1])
  expect(both.flatMap(({ left }) => left)).toEqual([{ personId: w.people.deng, why: 'has' }])
})

test('whoever begins later is there, whoever has left is not, and nobody of another centre', async () => {
  const on = Temporal.PlainDate.from('2026-06-22')
  const [coming] = await w.run((ctx) =>
    addPeople(ctx, [{ staffNo: 'next', name: '下週', unitId: w.units.Dawn, employedFrom: on }]),
  )
  await w.sql`update person set employed_until = '2026-06-01' where id = ${w.people.fang}`
  const ids = (await w.as('guo').setup.accounts({})).people.map(({ personId }) => personId)
  expect(ids).toContain(coming)
  expect(ids).not.toContain(w.people.fang)
  expect(await made([w.people.fang, randomUUID()])).toEqual({ slips: [], left: [] })
})
