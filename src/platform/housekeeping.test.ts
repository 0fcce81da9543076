import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../test/world.ts'
import { clearTail, ensureMonths, openMonths, sweep } from './housekeeping.ts'

let house: World<Record<string, never>>
beforeAll(async () => {
  house = await world({}, { at: '2031-01-15T09:00' })
})
afterAll(() => house.close())

const months = async (table: string) =>
  (
    await house.sql<{ name: string }>`select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      join pg_class p on p.oid = i.inhparent where p.relname = ${table} and c.relname ~ '_y' order by 1`
  ).map(({ name }) => name.slice(name.indexOf('_y') + 1))

test('months are open from one before to three after today, on the centre’s clock and the real one', async () => {
  await ensureMonths(house.boot.db)
  const open = await months('decision')
  expect(open).toEqual(expect.arrayContaining(['y2030m12', 'y2031m01', 'y2031m02', 'y2031m03', 'y2031m04']))
  const real = Temporal.Now.plainDateISO('UTC')
    .toString()
    .slice(0, 7)
    .replace(/^(\d+)-/, 'y$1m')
  expect(open).toContain(real)
  await ensureMonths(house.boot.db)
  expect(await months('decision')).toEqual(open)
})

test('a centre that brings its past along opens the months for it', async () => {
  await openMonths(house.boot.db, Temporal.PlainDate.from('2029-11-20'), Temporal.PlainDate.from('2030-01-05'))
  expect((await months('event')).slice(-8, -5)).toEqual(['y2029m11', 'y2029m12', 'y2030m01'])
})

test('a month whose facts came before it is opened all the same, and takes them in', async () => {
  await house.sql`insert into event (occurred_on, at, centre_id, name)
    values ('2040-05-05', '2040-05-05T01:00:00Z', ${house.centre}, 'early')`
  await openMonths(house.boot.db, Temporal.PlainDate.from('2040-05-01'), Temporal.PlainDate.from('2040-05-31'))
  expect(await months('event')).toContain('y2040m05')
  expect(await house.sql`select tableoid::regclass::text as place from event where name = 'early'`).toEqual([
    { place: 'event_y2040m05' },
  ])
})

test('what has served its time goes, what has not stays', async () => {
  const person = house.people.ann
  await house.sql`insert into request (person_id, id, operation, input_hash, at) values
    (${person}, gen_random_uuid(), 'old', '', now() - interval '25 hours'),
    (${person}, gen_random_uuid(), 'young', '', now() - interval '23 hours')`
  await house.sql`insert into sign_in_attempt (name_hash, failures, last_at, locked_until) values
    ('\\x01', 2, now() - interval '2 days', null),
    ('\\x02', 9, now() - interval '25 hours', now() + interval '1 hour'), ('\\x03', 1, now(), null)`
  await house.sql`insert into live_tail (topics, at) values ('[]', now() - interval '3 minutes'), ('[]', now())`
  await house.run(sweep)
  await house.run(clearTail)
  expect(await house.sql`select operation from request`).toEqual([{ operation: 'young' }])
  expect(await house.sql`select failures from sign_in_attempt order by 1`).toEqual([{ failures: 1 }, { failures: 9 }])
  const [tail] = await house.sql<{ old: number }>`select count(*) as old from live_tail
    where at < now() - interval '2 minutes'`
  expect(tail).toEqual({ old: 0 })
})
